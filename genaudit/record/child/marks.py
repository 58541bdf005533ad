"""The append-only file of marks in which child and parent meet: whatever kills the child, what it wrote is there."""

from __future__ import annotations

import os
import time

from genaudit.record.child.memory import Reading, out_of_the_way


class Marks:
    """Writes marks as JSON lines, each with its time since the child was ready."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd = self._open()
        self._zero = time.perf_counter()

    def clock(self) -> float:
        """Seconds since the child was ready."""
        return time.perf_counter() - self._zero

    def write(self, mark: str, **fields: object) -> None:
        """One mark of any kind; the values are what JSON knows, and readings."""
        import json

        line = json.dumps({"mark": mark, "at_s": self.clock(), **fields}, default=_plain)
        self.line(line.encode() + b"\n")

    def line(self, line: bytes) -> None:
        """A finished line."""
        try:
            os.write(self._fd, line)
        except OSError:
            # The target closed a descriptor that was not its own.
            self._fd = self._open()
            os.write(self._fd, line)

    def _open(self) -> int:
        return out_of_the_way(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _plain(value: object) -> object:
    import json

    if isinstance(value, Reading):
        return json.loads(value.as_json())
    return str(value)
