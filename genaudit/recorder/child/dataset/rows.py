"""A file of rows as a data set: how many rows it has, and a smaller file with the first of them."""

from __future__ import annotations

import os

from genaudit.recorder.child.guard.own_imports import OwnImports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

TEXTS = {".csv": True, ".tsv": True, ".jsonl": False, ".ndjson": False, ".txt": False}
"""Endings of texts with a row in each line, and whether their first line names the columns."""
ARRAY = ".npy"
RECORDS = (".tfrecord", ".tfrecords")
"""Endings of files of records, each with its length before it."""
_RECORD_HEAD, _RECORD_END = 12, 4
_PACKED = ".gz"
_BLOCK = 1 << 20
_LARGEST_RECORD = 1 << 30
_MAGIC = b"\x93NUMPY"


class RowsFile:
    """A file with a row for each item.

    Of a text, a line is a row; of a table, a row goes on while a quotation is open, and its first line is kept in each
    smaller file. Of an array, rows lie along its first axis. A TFRecord file has one record after the other.

    Args:
        path: The file.

    Raises:
        ValueError: An array in an order or a version in which rows do not lie one after the other; when its rows are
            counted or written, a file of records that is none.
        OSError: It cannot be read.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._ending = _ending(path)
        self._shape: tuple[int, ...] = ()
        self._type = ""
        if self._ending == ARRAY:
            self._type, self._shape = _type_and_shape(path)

    def __len__(self) -> int:
        if self._ending == ARRAY:
            return self._shape[0] if self._shape else 0
        with _opened(self.path) as file:
            return sum(1 for _ in self._rows(file)) - self._n_heads

    def bytes_per_row(self, n_rows: int) -> float | None:
        """Mean size of a row; ``None`` of a packed file, which may be any part of what its rows are."""
        if self.path.lower().endswith(_PACKED) or not n_rows:
            return None
        return os.path.getsize(self.path) / n_rows

    def write_first(self, n: int, target: str) -> None:
        """Write a file of the same type with the first ``n`` rows."""
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if self._ending == ARRAY:
            self._write_array(n, target)
            return
        with _opened(self.path) as file, _opened(target, "wb") as out:
            for number, row in enumerate(self._rows(file)):
                if number >= n + self._n_heads:
                    break
                out.write(row)

    @property
    def _n_heads(self) -> int:
        """Lines before the first row."""
        return 1 if TEXTS.get(self._ending) else 0

    def _rows(self, file: IO[bytes]) -> Any:
        if self._ending in RECORDS:
            return _tfrecords(file)
        if not TEXTS[self._ending]:
            return file
        return _records(file)

    def _write_array(self, n: int, target: str) -> None:
        shape = (n, *self._shape[1:])
        text = f"{{'descr': {self._type}, 'fortran_order': False, 'shape': {shape!r}, }}"
        # NEP 1: magic, version and header end at a multiple of 64, the header with a newline.
        padding = -(len(_MAGIC) + 4 + len(text) + 1) % 64
        header = (text + " " * padding + "\n").encode("latin-1")
        with open(self.path, "rb") as file, open(target, "wb") as out:
            _header_text(file)
            left = (os.path.getsize(self.path) - file.tell()) // self._shape[0] * n
            out.write(_MAGIC + b"\x01\x00" + len(header).to_bytes(2, "little") + header)
            while left > 0 and (block := file.read(min(_BLOCK, left))):
                out.write(block)
                left -= len(block)


def is_rows_file(path: str) -> bool:
    """Whether a path is that of a file with a row for each item, by its ending."""
    ending = _ending(path)
    return (ending in TEXTS or ending == ARRAY or ending in RECORDS) and os.path.isfile(path)


def _ending(path: str) -> str:
    name = path.lower()
    if name.endswith(_PACKED) and os.path.splitext(name[: -len(_PACKED)])[1] in TEXTS:
        name = name[: -len(_PACKED)]
    return os.path.splitext(name)[1]


def _opened(path: str, mode: str = "rb") -> Any:
    if not path.lower().endswith(_PACKED):
        return open(path, mode)
    with OwnImports():
        import gzip
    # Packing small is not worth the seconds.
    return gzip.open(path, mode, compresslevel=1) if mode == "wb" else gzip.open(path, mode)


def _records(file: IO[bytes]) -> Any:
    """The rows of a table: a line break inside a quotation ends none."""
    row = b""
    for line in file:
        row += line
        if row.count(b'"') % 2 == 0:
            yield row
            row = b""
    if row:
        yield row


def _tfrecords(file: IO[bytes]) -> Any:
    """The records of a file, whole.

    The format is described in TensorFlow's guide: a length of eight bytes and its checksum, the content and its own.
    """
    while head := file.read(_RECORD_HEAD):
        length = int.from_bytes(head[:8], "little")
        left = length + _RECORD_END
        content = file.read(left) if left <= _LARGEST_RECORD else b""
        if len(head) < _RECORD_HEAD or len(content) < left:
            raise ValueError("it is no file of records, or it is cut short or packed")
        yield head + content


def _header_text(file: IO[bytes]) -> str:
    """The header of an array in a file, which is left where the numbers begin.

    The format is described in NEP 1 and ``numpy.lib.format``.
    """
    prefix = file.read(8)
    if prefix[:6] != _MAGIC:
        raise ValueError("it is no array of NumPy")
    # The length of the header is of two bytes in the first version.
    length = int.from_bytes(file.read(2 if prefix[6] == 1 else 4), "little")
    return file.read(length).decode("latin-1")


def _type_and_shape(path: str) -> tuple[str, tuple[int, ...]]:
    """Type, as its header writes it, and shape of an array in a file."""
    with OwnImports():
        import ast
    with open(path, "rb") as file:
        fields = ast.literal_eval(_header_text(file))
    if fields["fortran_order"] or not fields["shape"] or not fields["shape"][0]:
        raise ValueError("its rows do not lie one after the other")
    if "O" in repr(fields["descr"]):
        raise ValueError("it holds objects")
    return repr(fields["descr"]), tuple(fields["shape"])
