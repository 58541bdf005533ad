"""The line back to the parent: the child asks whether to go on, and waits."""

from __future__ import annotations

from os import read

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.memory.status import CONTROL_FD, out_of_the_way


class Control:
    """Reads the parent's answers.

    Args:
        fd: Descriptor of a pipe that the parent writes lines with numbers to. Its end means: stop.
    """

    def __init__(self, fd: int, marks: Marks) -> None:
        self._fd = out_of_the_way(fd, CONTROL_FD)
        self._marks = marks
        self._unread = b""

    def ask(self, batch: int) -> int:
        """How many batches are wanted in all; what was pulled already where the parent is gone."""
        self._marks.write("ask", batch=batch)
        while b"\n" not in self._unread:
            try:
                text = read(self._fd, 256)
            except OSError:
                return batch
            if not text:
                return batch
            self._unread += text
        line, _, self._unread = self._unread.partition(b"\n")
        return int(line)
