"""The file that marks are appended to while the job runs: whatever ends it, they are there.

Unlike a trial's child, a job goes on where nothing can be written: on a full disk it is only no longer watched.
"""

from __future__ import annotations

from os import O_APPEND, O_CLOEXEC, O_CREAT, O_WRONLY, makedirs, path, replace, write
from os import open as open_fd
from time import perf_counter

from genaudit.recorder.child.channel.marks import as_json
from genaudit.recorder.child.guard.descriptors import MARKS_FD, out_of_the_way
from genaudit.recorder.child.watch.names import BEFORE, MARKS


class Trail:
    """Writes marks.

    Args:
        folder: Made where it is not there.
    """

    def __init__(self, folder: str) -> None:
        makedirs(folder, exist_ok=True)
        self.folder = path.abspath(folder)
        name = path.join(self.folder, MARKS)
        if path.exists(name):
            # A job that is begun again after its death must not take the report of that away.
            replace(name, path.join(self.folder, BEFORE))
        fd = open_fd(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        self._fd = out_of_the_way(fd, MARKS_FD)
        self._zero = perf_counter()
        self.is_open = True

    def clock(self) -> float:
        """Seconds since the job has been watched."""
        return perf_counter() - self._zero

    def write(self, mark: str, **fields: object) -> None:
        """One mark of any kind."""
        self.line(as_json({"mark": mark, "at_s": self.clock(), **fields}).encode() + b"\n")

    def line(self, line: bytes) -> None:
        """A finished line; in one call, as a page of a batch's numbers is never torn."""
        if not self.is_open:
            return
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[write(self._fd, rest) :]
        except OSError:
            self.is_open = False
