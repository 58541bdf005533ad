"""Drawing beside: in a copy of the process where that is safe, here where it is not, and the same either way."""

import os
import threading

import pytest

from genaudit.cli.support import drawing
from genaudit.cli.support.drawing import aside
from genaudit.model.progress import Progress

HERE = os.getpid()
WHERE = Progress(kind="scaled", items=16, phase="steady", batch=1, batches_wanted=8, held_bytes=None, growth_bytes=None)


def who() -> bytes:
    """The process that makes it."""
    return str(os.getpid()).encode()


def only_here() -> bytes:
    """Ends any other process than this."""
    if os.getpid() != HERE:
        os._exit(9)
    return b"made here"


def fails() -> bytes:
    """Cannot be made."""
    raise ValueError("no colours left")


@pytest.fixture
def several_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


@pytest.mark.usefixtures("several_cores")
def test_a_copy_makes_it() -> None:
    """More than a pipe holds, too."""
    assert int(aside(who)()) != HERE
    assert aside(lambda: b"x" * 10_000_000)() == b"x" * 10_000_000


@pytest.mark.usefixtures("several_cores")
def test_what_a_copy_could_not_make_is_made_here(capfd: pytest.CaptureFixture[str]) -> None:
    """And nobody sees that it was tried."""
    assert aside(only_here)() == b"made here"
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("several_cores")
def test_an_error_is_raised_here(capfd: pytest.CaptureFixture[str]) -> None:
    """Where it can be told; the copy prints nothing."""
    content = aside(fails)

    with pytest.raises(ValueError, match="no colours left"):
        content()
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("several_cores")
def test_there_is_no_copy_while_another_thread_runs() -> None:
    """It might hold a lock that nobody would open in the copy."""
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert int(aside(who)()) == HERE
    finally:
        done.set()
        other.join()


def test_there_is_no_copy_on_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would only wait for it."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)

    assert int(aside(who)()) == HERE


@pytest.mark.usefixtures("several_cores")
def test_a_copy_waits_for_what_is_being_imported() -> None:
    """A lock on a module that is half imported would stay shut in the copy."""
    drawing.preload_meanwhile(lambda _: None, draws=True)(WHERE)

    assert int(aside(who)()) != HERE
    assert not any(thread.name == drawing.PRELOADING for thread in threading.enumerate())
