"""An exception is told from the user's side, and one of genaudit's own is not blamed on the user."""

import errno
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from genaudit.recorder.child import sources
from genaudit.recorder.child.guard import failure
from genaudit.recorder.child.guard.failure import describe
from tests.recorder.child.conftest import Write

DATA = """
def broken(n):
    inner = [1, 2]
    return inner[n]
def leaks():
    yield next(iter([]))
class Unreadable(Exception):
    def __str__(self): raise RuntimeError
"""


def raised_by(call: Callable[[], object]) -> BaseException:
    """What a call raises, with the traceback that it has in the child, where genaudit's own frames come first."""
    try:
        call()
    except BaseException as error:
        own = error.__traceback__
        while own is not None and not own.tb_frame.f_code.co_filename.startswith(failure.OWN):
            own = own.tb_next
        return error.with_traceback(own or error.__traceback__)
    raise AssertionError("nothing was raised")


@pytest.fixture
def data(write: Write) -> dict[str, object]:
    """The names of a module of the user's."""
    path = write("data.py", DATA)
    names: dict[str, object] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    return names


def test_the_frames_are_the_users_innermost_last(data: dict[str, object], tmp_path: Path) -> None:
    """With the type and the message, and the traceback as Python prints it."""
    told = describe(raised_by(lambda: data["broken"](5)))

    assert (told["type"], told["message"]) == ("IndexError", "list index out of range")
    assert told["frames"][-1] == [str(tmp_path / "data.py"), 4, "broken"]
    assert told["traceback"].endswith("IndexError: list index out of range\n")
    assert told["internal"] is False


def test_genaudits_own_frames_are_left_out() -> None:
    """A user who reads them would look for the fault there."""
    told = describe(raised_by(lambda: list(sources._by_index(Broken(), 3))))

    assert [name for _, _, name in told["frames"]] == ["__getitem__"]
    assert not [path for path, _, _ in told["frames"] if path.startswith(failure.OWN)]
    assert told["internal"] is False


class Broken:
    """Has no item at all."""

    def __getitem__(self, index: int) -> int:
        raise KeyError(index)


def test_a_library_called_by_us_raises_for_the_target() -> None:
    """No frame is the user's where the target is an object of a compiled library."""
    told = describe(raised_by(lambda: list(sources._by_index(bytes(2), 3))))

    assert told["internal"] is False


def test_what_we_raise_ourselves_is_our_own() -> None:
    """From a function that does not call the target."""
    told = describe(raised_by(lambda: failure._rows(5)))  # type: ignore[arg-type]

    assert told["internal"] is True
    assert "in _rows" in told["traceback"]


def test_what_we_raise_where_the_target_changed_something_is_the_targets() -> None:
    """What genaudit works with is named, and so is what it came to."""
    told = describe(raised_by(lambda: failure._rows(5)), ["builtins.len"])  # type: ignore[arg-type]

    assert told["internal"] is False
    assert "builtins.len" in told["message"]
    assert "has no attribute" in told["message"]


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.EMFILE, "too many"), OSError(errno.ENOSPC, "full")])
def test_what_the_target_has_used_up_is_not_our_fault(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Whoever asks next is the one to fail, and that may be we."""
    # Raised within Python's library, as by a call of the system.
    used_up: Future[None] = Future()
    used_up.set_exception(error)
    monkeypatch.setattr(failure.os.path, "isfile", used_up.result)

    told = describe(raised_by(lambda: failure._unparsed(SyntaxError("x", ("data.py", 1, 1, "")))))

    assert told["internal"] is False


def test_a_stop_iteration_that_leaks_is_told_where_it_began(data: dict[str, object], tmp_path: Path) -> None:
    """The RuntimeError that Python makes of it has no frame of the user's."""
    error = raised_by(lambda: list(data["leaks"]()))
    error.__traceback__ = None

    assert describe(error)["frames"][-1] == [str(tmp_path / "data.py"), 6, "leaks"]


def test_text_that_is_no_python_has_its_line(write: Write) -> None:
    """There is no frame for it."""
    path = write("data.py", "x = 1\ndef f(:\n")

    told = describe(raised_by(lambda: compile(path.read_text(), str(path), "exec")))

    assert told["frames"][-1] == [str(path), 2, ""]


def test_a_message_that_cannot_be_read(data: dict[str, object]) -> None:
    """Its type is told all the same."""
    told = describe(data["Unreadable"]())

    assert told["type"] == "Unreadable"
    assert "cannot be read" in told["message"]


def test_long_texts_are_cut() -> None:
    """A message may hold a whole array."""
    told = describe(ValueError("x" * 100_000))

    assert len(told["message"]) == failure.LONGEST
    assert len(told["traceback"]) < failure.LONGEST + 10
