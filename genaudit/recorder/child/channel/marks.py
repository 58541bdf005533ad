"""The two lines between the child and its parent: the marks that the child writes, and the answers that it reads.

Whatever kills the child, the marks that it wrote are there.
"""

from __future__ import annotations

from os import O_APPEND, O_CLOEXEC, O_CREAT, O_WRONLY, getpid, getppid, read, write
from os import _exit as leave
from os import open as open_fd
from time import perf_counter, sleep

from genaudit.recorder.child.guard.descriptors import CONTROL_FD, MARKS_FD, out_of_the_way
from genaudit.recorder.child.memory.status import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What JSON has an escape for; all else is left as it is, in UTF-8.
_ESCAPES = {number: f"\\u{number:04x}" for number in range(32)} | {34: '\\"', 92: "\\\\"}
_LONGEST_TEXT = 64 * 1024
_DEEPEST = 32
_FULL_S = 0.001


class Json:
    """A part of a mark that is JSON already."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def as_json(self) -> str:
        """The text as it is."""
        return self.text


class Marks:
    """Writes marks as JSON lines, each with its time since the child was ready.

    Only the process that made it writes: a copy of it that the target has forked, and that came back into genaudit's
    code, ends here.

    Args:
        seconds: How long the child had been ready when it was forked.
    """

    def __init__(self, path: str, seconds: float = 0.0) -> None:
        self._path = path
        self._pid = getpid()
        self._parent = getppid()
        self._fd = self._open()
        self._zero = perf_counter() - seconds

    def clock(self) -> float:
        """Seconds since the child was ready."""
        return perf_counter() - self._zero

    def write(self, mark: str, **fields: object) -> None:
        """One mark of any kind; the values are what JSON knows, readings, and JSON."""
        self.line(as_json({"mark": mark, "at_s": self.clock(), **fields}).encode() + b"\n")

    def line(self, line: bytes) -> None:
        """A finished line."""
        self.leave_if_copied()
        if getppid() != self._parent:
            # Nobody will read on.
            leave(0)
        rest = memoryview(line)
        opened = False
        while rest:
            try:
                rest = rest[write(self._fd, rest) :]
            except BlockingIOError:  # noqa: PERF203
                # The target has set a flag on a descriptor that was not its own; the parent reads on.
                sleep(_FULL_S)
            except OSError:
                if opened:
                    raise
                # The target closed a descriptor that was not its own.
                self._fd = self._open()
                opened = True

    def leave_if_copied(self) -> None:
        """End this process if it is a copy of the measured one."""
        if getpid() != self._pid:
            leave(0)

    def _open(self) -> int:
        fd = open_fd(self._path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        return out_of_the_way(fd, MARKS_FD)


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

    def look(self, batch: int) -> None:
        """Wait until the parent has read all processes as they are now."""
        self._marks.write("at-rest", batch=batch)
        self._line()

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


def as_json(value: Any, depth: int = 0) -> str:
    r"""A value as JSON.

    By hand: the json package is Python code that looks names up anew at each call, and the target may have changed
    what they stand for. Text that is no Unicode, as of file names, has its odd characters spelled out.

    Example:
        >>> as_json({"a": [1, True, None, "\ud800"]})
        '{"a":[1,true,null,"\\\\ud800"]}'
    """
    kind = type(value)
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if issubclass(kind, (int, float)):
        return _number(value)
    if issubclass(kind, str):
        return _text(str.__str__(value))
    if kind is Reading or kind is Json:
        return str(value.as_json())
    if depth > _DEEPEST:
        return '"…"'
    if kind is dict:
        return "{" + ",".join([f"{_text(str(name))}:{as_json(part, depth + 1)}" for name, part in value.items()]) + "}"
    if kind is list or kind is tuple:
        return "[" + ",".join([as_json(part, depth + 1) for part in value]) + "]"
    return _text(str(value))


def _number(value: Any) -> str:
    """Only a number that JSON knows; those of other libraries as Python's own."""
    if issubclass(type(value), int):
        return int.__repr__(value)
    value = float.__float__(value)
    return repr(value) if value - value == 0 else "null"


def _text(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT] + "…"
    if text.isprintable() and '"' not in text and "\\" not in text:
        # As most are. A table is asked for each letter, which costs the more where allocations are traced.
        return f'"{text}"'
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode()
    return '"' + text.translate(_ESCAPES) + '"'
