"""Has the processes that the target forked give back what their heap no longer needs, before they are read.

A worker's heap keeps what its last batches have freed, and by how much is chance. Here the measured process asks its
copies by a signal, whose handler they have inherited. Garbage is not collected there: that would write to every
object that they share with their parent, and copy its pages.
"""

from __future__ import annotations

from os import getpid, kill
from time import perf_counter, sleep

from genaudit.recorder.child.guard.descriptors import DONE_FD, out_of_the_way
from genaudit.recorder.child.memory.status import content

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_BELOW_LAST = 6
_ENDED = (b"Z", b"X")
_STEP_S = 0.002
_LIMIT_S = 0.25


class ForkedHeaps:
    """Asks forked processes to trim their heaps.

    Does nothing where the system has no real-time signals or event counters (eventfd(2), Linux).

    Args:
        trim: ``malloc_trim(3)``.
    """

    def __init__(self, trim: Callable[[int], object]) -> None:
        self._trim = trim
        self._pid = getpid()
        self._signal = 0
        try:
            from os import EFD_CLOEXEC, EFD_NONBLOCK, eventfd

            # From its C module, as in the agent.
            if TYPE_CHECKING:
                from signal import SIGRTMAX, signal
            else:
                from _signal import SIGRTMAX, signal
            self._done = out_of_the_way(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), DONE_FD)
            signal(SIGRTMAX - _BELOW_LAST, self._asked)
            self._signal = SIGRTMAX - _BELOW_LAST
        except (ImportError, OSError, ValueError):
            return

    def trim(self, pids: Iterable[int]) -> None:
        """Have those of the processes that can trim their heaps, and wait for them a moment."""
        if not self._signal:
            return
        asked = 0
        for pid in pids:
            # One that has begun another program has lost the handler, and the signal would end it.
            if catches(pid, self._signal):
                try:
                    kill(pid, self._signal)
                    asked += 1
                except OSError:
                    continue
        self._wait(asked)

    def _wait(self, asked: int) -> None:
        from os import eventfd_read

        deadline = perf_counter() + _LIMIT_S
        done = 0
        while done < asked and perf_counter() < deadline:
            try:
                done += eventfd_read(self._done)
            except BlockingIOError:  # noqa: PERF203
                sleep(_STEP_S)
            except OSError:
                # The target closed a descriptor that was not its own.
                return

    def _asked(self, _number: int, _frame: object) -> None:
        """In a copy: the handler."""
        if getpid() == self._pid:
            return
        self._trim(0)
        try:
            from os import eventfd_write

            eventfd_write(self._done, 1)
        except OSError:
            return


def catches(pid: int, number: int) -> bool:
    """Whether a process runs, and has a handler for a signal.

    Source:
        proc_pid_status(5): ``State``; ``SigCgt``, a mask with bit n - 1 for signal n.
    """
    for line in content(f"/proc/{pid}/status").splitlines():
        if line.startswith(b"State:") and line.split()[1] in _ENDED:
            return False
        if line.startswith(b"SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False
