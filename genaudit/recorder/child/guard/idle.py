"""Ends a wait that nothing can end: of a source that gives one epoch, and then waits for what nobody makes any more."""

from __future__ import annotations

# As C has it: the module of Python around it makes an enumeration of each number, and this runs at each epoch.
import _signal as signal  # type: ignore[import-not-found]
from os import getpid
from time import process_time

from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.memory.settle import descendants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LEAST_S = 5.0
"""So long nothing happens."""
SLOWER = 10
"""... or so many times as long as the slowest batch before took."""
_BUSY_SHARE = 0.01


class NothingHappens(BaseException):
    """Neither this process nor another one that it has started does anything, and a batch is waited for."""


@calls_target
def next_while_something_happens(iterator: Iterator[Any], slowest_s: float) -> Any:
    """The first batch of another epoch.

    It waits as long as it wants where other processes could make the batch, or where the target has a use for alarms.

    Args:
        iterator: Of the epoch.
        slowest_s: What a batch took at most so far.

    Raises:
        NothingHappens: It waits for ever, as far as can be seen.
    """
    if signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
        return next(iterator)
    quiet_s = max(LEAST_S, SLOWER * slowest_s)
    used_s = process_time()

    def look(_signal: int, _frame: object) -> None:
        nonlocal used_s
        before, used_s = used_s, process_time()
        if used_s - before <= _BUSY_SHARE * quiet_s and not descendants(getpid()):
            raise NothingHappens

    try:
        signal.signal(signal.SIGALRM, look)
    except ValueError:
        # Only the main thread may.
        return next(iterator)
    signal.setitimer(signal.ITIMER_REAL, quiet_s, quiet_s)
    try:
        return next(iterator)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
