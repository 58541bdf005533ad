"""What the tables and columns of Arrow take: their buffers, each once, without those of mapped files."""

from __future__ import annotations

from genaudit.recorder.child.guard.static_inspect import mro_of, name_of
from genaudit.recorder.child.retention.sizes.found import Buffers, Found
from genaudit.recorder.child.retention.sizes.mapped import MappedFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MOST_BUFFERS = 20_000
"""Of one object; each takes about two microseconds. A table has one or two for each column of each of its pieces."""


def reader_of_arrow(base: type) -> Callable[[Any, Buffers], Found] | None:
    """What reads the objects of one of the classes of pyarrow; ``None`` where they hold no buffers."""
    names = {name_of(each) for each in mro_of(base)}
    if not names & {"Table", "RecordBatch", "ChunkedArray", "Array", "Buffer"}:
        return None
    mapped = MappedFiles()

    def read(value: Any, buffers: Buffers) -> Found:
        found, looked_at = Found(_shape_of(value)), 0
        for n_seen, buffer in enumerate(_buffers_in(value, names)):
            if n_seen >= MOST_BUFFERS:
                # The others are like these.
                found.data = round(found.data * value.get_total_buffer_size() / max(1, looked_at))
                break
            address, size = buffer.address, buffer.size
            looked_at += size
            if buffers.has(address):
                continue
            # Small ones too: a table of many pieces has no others.
            taken = 0 if mapped.has(address) else size
            buffers.take(address, taken)
            found.data += taken
        return found

    return read


def _shape_of(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return "x".join(map(str, shape)) if type(shape) is tuple else ""


def _buffers_in(value: Any, names: set[str]) -> Iterator[Any]:
    if "Buffer" in names:
        yield value
        return
    for column in value.columns if names & {"Table", "RecordBatch"} else [value]:
        for chunk in column.chunks if hasattr(column, "chunks") else [column]:
            for buffer in chunk.buffers():
                if buffer is not None:
                    yield buffer
