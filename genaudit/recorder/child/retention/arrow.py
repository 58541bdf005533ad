"""What the tables and columns of Arrow take: their buffers, each once, without those of mapped files."""

from __future__ import annotations

from bisect import bisect_right

from genaudit.recorder.child.batch.nbytes import MOST_NODES
from genaudit.recorder.child.guard.static_inspect import mro_of, name_of
from genaudit.recorder.child.memory.status import content
from genaudit.recorder.child.retention.found import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_SMALLEST_MAPPED = 4096
_IN_MEMORY = (b"/dev/shm/", b"/memfd:", b"/SYSV", b"/dev/zero")


def reader_of_arrow(base: type) -> Callable[[Any, set[Any]], Found] | None:
    """What reads the objects of one of the classes of pyarrow; ``None`` where they hold no buffers."""
    names = {name_of(each) for each in mro_of(base)}
    if not names & {"Table", "RecordBatch", "ChunkedArray", "Array", "Buffer"}:
        return None
    mapped: list[MappedFiles] = []

    def read(value: Any, buffers: set[Any]) -> Found:
        found = Found(_shape_of(value))
        for n_seen, buffer in enumerate(_buffers_in(value, names)):
            if n_seen >= MOST_NODES:
                break
            address, size = buffer.address, buffer.size
            if address in buffers:
                continue
            buffers.add(address)
            if not mapped and size >= _SMALLEST_MAPPED:
                mapped.append(MappedFiles())
            if size < _SMALLEST_MAPPED or not mapped[0].has(address):
                found.data += size
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


class MappedFiles:
    """Where files are mapped into this process.

    Source:
        proc_pid_maps(5): the range of addresses, permissions, offset, device, inode, and the path of the file.
    """

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for line in content("/proc/self/maps").splitlines():
            fields = line.split(None, 5)
            if len(fields) == 6 and fields[5].startswith(b"/") and not fields[5].startswith(_IN_MEMORY):
                start, _, end = fields[0].partition(b"-")
                self._starts.append(int(start, 16))
                self._ends.append(int(end, 16))

    def has(self, address: int) -> bool:
        """Whether an address lies in a file."""
        at = bisect_right(self._starts, address) - 1
        return at >= 0 and address < self._ends[at]
