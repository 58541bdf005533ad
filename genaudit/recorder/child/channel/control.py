"""The line back to the parent: the child asks whether to go on, or for its memory, and waits."""

from __future__ import annotations

from os import _exit as leave
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
        line = self._line()
        return batch if line is None else int(line)

    def reading(self) -> list[int]:
        """The memory of this process as its parent reads it: RSS, what is held, threads, then pairs of process and PSS.

        The process ends where the parent is gone.
        """
        self._marks.write("reading")
        line = self._line()
        if line is None:
            leave(0)
        return [int(number) for number in line.split()]

    def _line(self) -> bytes | None:
        """The next answer; ``None`` where the parent is gone."""
        while b"\n" not in self._unread:
            try:
                text = read(self._fd, 4096)
            except OSError:
                return None
            if not text:
                return None
            self._unread += text
        line, _, self._unread = self._unread.partition(b"\n")
        return line
