"""The append-only file of marks in which child and parent meet: whatever kills the child, what it wrote is there."""

from __future__ import annotations

from os import O_APPEND, O_CLOEXEC, O_CREAT, O_WRONLY, getpid, getppid, write
from os import _exit as leave
from os import open as open_fd
from time import perf_counter

from genaudit.record.child.memory import MARKS_FD, Reading, out_of_the_way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Marks:
    """Writes marks as JSON lines, each with its time since the child was ready.

    Only the process that made it writes: a copy of it that the target has forked, and that came back into genaudit's
    code, ends here.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._pid = getpid()
        self._parent = getppid()
        self._dumps: Callable[..., str] | None = None
        self._fd = self._open()
        self._zero = perf_counter()

    def clock(self) -> float:
        """Seconds since the child was ready."""
        return perf_counter() - self._zero

    def write(self, mark: str, **fields: object) -> None:
        """One mark of any kind; the values are what JSON knows, and readings."""
        if self._dumps is None:
            # Kept, as the target may put another json in its place.
            from json import dumps

            self._dumps = dumps
        line = self._dumps({"mark": mark, "at_s": self.clock(), **fields}, default=_plain)
        self.line(line.encode() + b"\n")

    def line(self, line: bytes) -> None:
        """A finished line."""
        self.leave_if_copied()
        if getppid() != self._parent:
            # Nobody will read on.
            leave(0)
        try:
            write(self._fd, line)
        except OSError:
            # The target closed a descriptor that was not its own.
            self._fd = self._open()
            write(self._fd, line)

    def leave_if_copied(self) -> None:
        """End this process if it is a copy of the measured one."""
        if getpid() != self._pid:
            leave(0)

    def _open(self) -> int:
        fd = open_fd(self._path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        return out_of_the_way(fd, MARKS_FD)


def _plain(value: object) -> object:
    """What JSON does not know: a reading as its object, anything else as text."""
    if isinstance(value, Reading):
        return value.fields()
    return str(value)
