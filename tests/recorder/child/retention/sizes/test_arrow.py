"""What tables of Arrow take: each of their buffers once, mapped files left out, however small their pieces are."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genaudit.recorder.child.retention.sizes import arrow
from genaudit.recorder.child.retention.sizes.found import Buffers

PIECE = 2000


class Buffer:
    def __init__(self, of: Any, at: int) -> None:
        self.address = int(np.frombuffer(of, "u1").__array_interface__["data"][0]) + at
        self.size = PIECE


class Array:
    def __init__(self, *buffers: Buffer) -> None:
        self._buffers = buffers

    def buffers(self) -> list[Buffer | None]:
        return [None, *self._buffers]


class Table:
    """As pyarrow's own: columns, each of chunks."""

    shape = (4, 1)

    def __init__(self, of: Any, n: int) -> None:
        self.columns = [Column([Array(Buffer(of, PIECE * at)) for at in range(n)])]

    def get_total_buffer_size(self) -> int:
        return sum(buffer.size for chunk in self.columns[0].chunks for buffer in chunk.buffers() if buffer)


class Column:
    def __init__(self, chunks: list[Array]) -> None:
        self.chunks = chunks


def data_of(*tables: Table) -> list[int]:
    read = arrow.reader_of_arrow(Table)
    assert read is not None
    buffers = Buffers()
    return [round(read(table, buffers).data) for table in tables]


def test_small_pieces_of_a_mapped_file_take_nothing(tmp_path: Path) -> None:
    """As data sets of Hugging Face have: their pages are the kernel's to drop."""
    (tmp_path / "data.arrow").write_bytes(bytes(8 * PIECE))
    with open(tmp_path / "data.arrow", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        held = bytes(8 * PIECE)
        assert data_of(Table(mapped, 8), Table(held, 8)) == [0, 8 * PIECE]


def test_a_table_of_many_pieces_counts_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies beyond the limit is taken to be like the rest; views of what was counted take nothing."""
    held = bytes(64 * PIECE)
    monkeypatch.setattr(arrow, "MOST_BUFFERS", 16)
    assert data_of(Table(held, 64), Table(held, 8)) == [64 * PIECE, 0]
