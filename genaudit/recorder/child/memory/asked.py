"""The memory of this process as its parent reads it, where the process cannot read its own."""

from __future__ import annotations

from os import getpid

from genaudit.recorder.child.memory.status import Gauge, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.recorder.child.channel.marks import Control


class AskedGauge(Gauge):
    """Asks for each reading, and waits for it: a few milliseconds. A high-water mark is the reading itself."""

    def __init__(self, control: Control) -> None:
        self.exact = False
        self.processes = self
        self.control = control
        self._tree: dict[int, int] = {}

    def read(self) -> Reading:
        """The memory now; what is held is the unique set size."""
        rss, held, threads, *rest = self.control.reading()
        self._tree = dict(zip(rest[::2], rest[1::2], strict=True))
        return Reading(rss, rss, held, max(0, rss - held), 0, threads)

    def reset(self) -> bool:
        """There is nothing to reset."""
        return False

    def others(self) -> list[int]:
        """The other processes of the trial."""
        self.read()
        return [pid for pid in self._tree if pid != getpid()]

    def tree_held(self, others: list[int]) -> dict[int, int]:
        """Proportional set size by process, of this one and others; only this one with 0 where there are none."""
        held = self._tree
        return {pid: held.get(pid, 0) for pid in (getpid(), *others)} if others else {getpid(): 0}

    def rss_of(self, pid: int) -> int:
        """Roughly what a process holds."""
        return self._tree.get(pid, 0)

    def below_highest(self, _pid: int) -> int:
        """How far a process is below its own highest moment: that is not known here."""
        return 0
