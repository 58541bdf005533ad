"""Whether other threads have work to do: what they will yet hold is not there when no core has been free for them."""

from __future__ import annotations

from _thread import get_native_id
from os import getpid, listdir
from time import perf_counter_ns

from genaudit.recorder.child.memory.status import content

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_WORKS = frozenset((b"R", b"D"))
"""States of a thread that runs, that waits for a core, or that waits for a disk."""
BUSY_SHARE = 0.2
"""Of the time between two looks; who only wakes up to see that there is nothing to do takes less."""


class BusyThreads:
    """The threads of some processes that work; that which looks is not counted.

    One that waits for Python's lock sleeps while somebody looks, who has it: its time on a core shows that it works.

    Source:
        proc_pid_stat(5), ``state``. Kernel documentation, ``scheduler/sched-stats``: a thread's ``schedstat`` begins
        with the nanoseconds that it has been on a core.
    """

    def __init__(self) -> None:
        self._before: dict[bytes, int] = {}
        self._at_ns = 0

    def are_there(self, processes: Iterable[int]) -> bool:
        """Whether a thread of these processes, or of this one, works now or has worked since the last look.

        Args:
            processes: Process ids of others. One that has ended has no threads.
        """
        now_ns, mine = perf_counter_ns(), get_native_id()
        enough = BUSY_SHARE * (now_ns - self._at_ns)
        before, self._before, self._at_ns = self._before, {}, now_ns
        is_busy = False
        for pid in (getpid(), *processes):
            for thread in _threads(pid):
                if int(thread) == mine:
                    continue
                folder = f"/proc/{pid}/task/{thread}"
                stat = content(f"{folder}/stat")
                # Its name comes before, and may have brackets and blanks of its own.
                is_busy = is_busy or stat[stat.rfind(b")") + 2 :][:1] in _WORKS
                # Where the kernel keeps none, the state is all that is known.
                on_core = int((content(f"{folder}/schedstat").split() or [b"0"])[0])
                key = stat[: stat.find(b" ")]
                self._before[key] = on_core
                is_busy = is_busy or (key in before and on_core - before[key] >= enough)
        return is_busy


def _threads(pid: int) -> list[str]:
    try:
        return listdir(f"/proc/{pid}/task")
    except BaseException:
        # It has ended; or an audit hook of the target's has raised.
        return []
