"""An interrupt comes in where it does no harm, and comes again where Python swallows it."""

import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator

import pytest

from genaudit import interrupts
from genaudit.interrupts import allow_interrupts, defer_interrupts, interrupt_on

LONGEST_S = 60


@pytest.fixture(autouse=True)
def on_usr1() -> Iterator[None]:
    """SIGUSR1 interrupts."""
    with interrupt_on(signal.SIGUSR1):
        yield


def send() -> None:
    """One signal."""
    os.kill(os.getpid(), signal.SIGUSR1)


def wait(step_s: float = LONGEST_S) -> None:
    """Until something comes in; in steps, where what comes in does not end a sleep."""
    for _ in range(round(LONGEST_S / step_s)):
        time.sleep(step_s)
    raise AssertionError("no interrupt came in")


def test_the_first_signal_interrupts() -> None:
    """At once, where nothing is held off."""
    with pytest.raises(KeyboardInterrupt):
        send()


def test_more_within_the_same_moment_are_the_same_wish() -> None:
    """What was measured is kept in between."""
    with pytest.raises(KeyboardInterrupt):
        send()

    send()
    send()


def test_one_after_that_interrupts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeping what was measured may hang too."""
    with pytest.raises(KeyboardInterrupt):
        send()
    monkeypatch.setattr(interrupts, "PATIENCE_S", 0.0)
    now = time.monotonic()
    monkeypatch.setattr(interrupts.time, "monotonic", lambda: now + 1000)

    with pytest.raises(KeyboardInterrupt):
        send()


def test_what_belongs_together_is_done_first() -> None:
    """The signal waits, and comes in right afterwards."""
    done = []

    def work() -> None:
        with defer_interrupts():
            send()
            time.sleep(3 * interrupts.AGAIN_S)
            done.append("all of it")
        wait()

    with pytest.raises(KeyboardInterrupt):
        work()

    assert done == ["all of it"]


def test_it_comes_in_where_there_is_nothing_to_do_but_to_wait() -> None:
    """Inside of what belongs together."""
    with defer_interrupts():
        send()
        with pytest.raises(KeyboardInterrupt), allow_interrupts():
            wait()


def test_one_that_python_swallows_comes_again() -> None:
    """In callbacks and destructors nothing can be raised."""

    class Thing:
        pass

    things = [Thing()]
    reference = weakref.ref(things[0], lambda _: send())

    def forget() -> None:
        things.clear()
        wait()

    with pytest.raises(KeyboardInterrupt):
        forget()
    assert reference() is None


def test_other_exceptions_that_python_swallows_are_told_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    """They are none of ours."""
    told = []
    hook = sys.unraisablehook
    sys.unraisablehook = lambda unraisable: told.append(unraisable.exc_type)
    try:
        with interrupt_on(signal.SIGUSR2):
            thing = type("Thing", (), {})()
            reference = weakref.ref(thing, lambda _: 1 // 0)
            del thing
    finally:
        sys.unraisablehook = hook

    assert told == [ZeroDivisionError]
    assert reference() is None


IMPORTS = """
import os, signal, sys
sys.path.insert(0, {root!r})
from genaudit.interrupts import interrupt_on
with interrupt_on(signal.SIGUSR1):
    try:
        import slow
        import time; time.sleep({longest})
    except KeyboardInterrupt:
        print("interrupted", slow.done)
"""


@pytest.mark.process
def test_an_import_is_finished_first(tmp_path: "os.PathLike[str]") -> None:
    """Its lock would be left locked for ever."""
    folder = os.fspath(tmp_path)
    with open(os.path.join(folder, "slow.py"), "w") as file:
        file.write("import os, signal, time\nos.kill(os.getpid(), signal.SIGUSR1)\ntime.sleep(0.1)\ndone = True\n")
    script = IMPORTS.format(root=folder, longest=LONGEST_S)

    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout == "interrupted True\n"


def test_it_comes_again_without_a_timer_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: what must wait comes later, by Ctrl-C from a thread."""
    monkeypatch.setattr(interrupts, "_ALARM", None)
    # What a shell starts in the background ignores Ctrl-C, and with it whatever is sent by interrupt_main.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with interrupt_on(signal.SIGINT):
            with defer_interrupts():
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(2 * interrupts.AGAIN_S)
            # Elsewhere than on Windows it comes in after a sleep, and does not end it.
            with pytest.raises(KeyboardInterrupt):
                wait(0.01)
    finally:
        signal.signal(signal.SIGINT, before)
