"""The marks of a child, read while it writes them."""

import contextlib
from pathlib import Path

import msgspec

from genaudit.model.marks import AnyMark


class MarkFile:
    """Reads whole lines from the growing file of marks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._decoder = msgspec.json.Decoder(AnyMark)

    def read(self) -> list[AnyMark]:
        """The marks written since the last call. A line cut off by a crash is left out."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._at)
                text = file.read()
        except FileNotFoundError:
            return []
        whole = text.rpartition(b"\n")[0]
        self._at += len(whole) + 1 if whole else 0
        marks = []
        for line in whole.splitlines():
            with contextlib.suppress(msgspec.DecodeError):
                marks.append(self._decoder.decode(line))
        return marks
