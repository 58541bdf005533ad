"""When Ctrl-C may come in.

Python lets it in between any two instructions: in the midst of reading marks, of starting a process, or of an import,
whose lock it can leave locked for ever. Here a signal waits until it does no harm.

Source:
    The library reference, signal: "Note on Signal Handlers and Exceptions".
"""

import _thread
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

AGAIN_S = 0.02
"""A signal that must wait is tried again after so long."""
ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What ends a command: Ctrl-C, CI or a scheduler, a terminal that was closed. Windows has no such terminal."""
PATIENCE_S = 2.0
"""More signals within so long after the first are the same wish."""
_IMPORTER = "<frozen importlib"
_ALARM = getattr(signal, "SIGALRM", None)

_deferred = 0


@contextlib.contextmanager
def defer_interrupts() -> Iterator[None]:
    """Let no interrupt in: what is done inside belongs together. Other threads than the main one never have any."""
    global _deferred
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _deferred += 1
    try:
        yield
    finally:
        _deferred -= 1


@contextlib.contextmanager
def allow_interrupts() -> Iterator[None]:
    """Let interrupts in again inside of ``defer_interrupts``, in a place that waits."""
    global _deferred
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before, _deferred = _deferred, 0
    try:
        yield
    finally:
        _deferred = before


@contextlib.contextmanager
def interrupt_on(*numbers: signal.Signals) -> Iterator[None]:
    """Raise KeyboardInterrupt on signals, as soon as it does no harm.

    The first of them interrupts. More within ``PATIENCE_S`` do not, so that what was measured is kept; one after that
    interrupts again.

    Args:
        numbers: The signals. One that is ignored stays so: nohup, and what a shell starts in the background. One that
            is taken care of further out is so here, too.
    """
    handler = _Handler()
    before: dict[signal.Signals, Any] = {}
    hook = sys.unraisablehook
    try:
        for number in (*([_ALARM] if _ALARM is not None else []), *numbers):
            now = signal.getsignal(number)
            if now is not signal.SIG_IGN and not isinstance(now, _Handler):
                # Not in the main thread, where a signal cannot be handled.
                with contextlib.suppress(ValueError):
                    before[number] = signal.signal(number, handler)
        sys.unraisablehook = handler.swallowed(hook)
        yield
    finally:
        if _ALARM in before:
            _try_again(0)
        sys.unraisablehook = hook
        for number, earlier in before.items():
            signal.signal(number, earlier)


class _Handler:
    """Raises KeyboardInterrupt, now or a little later."""

    def __init__(self) -> None:
        self._patient_until = 0.0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if number != _ALARM and time.monotonic() < self._patient_until:
            return
        if _deferred or _is_importing(frame):
            _try_again(AGAIN_S)
            return
        _try_again(0)
        self._patient_until = time.monotonic() + PATIENCE_S
        raise KeyboardInterrupt

    @staticmethod
    def swallowed(hook: Any) -> Any:
        """A hook for exceptions that Python cannot raise, in callbacks and destructors: an interrupt comes again."""

        def unraisable(failure: Any) -> None:
            if failure.exc_type is KeyboardInterrupt:
                _try_again(AGAIN_S)
            else:
                hook(failure)

        return unraisable


def _try_again(after_s: float) -> None:
    """Have the signal come again after some seconds, or with 0 no more.

    Without a timer of the system's, as on Windows, a thread waits and sends Ctrl-C; it cannot be called off, and what
    comes from it within ``PATIENCE_S`` is no new wish.
    """
    if _ALARM is not None:
        signal.setitimer(signal.ITIMER_REAL, after_s)
    elif after_s:
        timer = threading.Timer(after_s, _thread.interrupt_main)
        timer.daemon = True
        timer.start()


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORTER):
            return True
        frame = frame.f_back
    return False
