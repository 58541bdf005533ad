"""What is free in the interpreter's own heap, by the counts in the headers of its pools.

Source:
    CPython's ``Include/internal/pycore_obmalloc.h``, 3.10 to 3.14: ``struct pool_header`` has the number of blocks that
    are allocated, and behind three pointers the arena, the class of sizes, where the next block begins that was never
    used, and the last place where one can. Other allocators have no such headers, and nothing is found.
"""

from __future__ import annotations

from struct import Struct

from genaudit.recorder.child.memory.free_blocks import ALIGNMENT, LARGEST, POOL, POOL_HEADER
from genaudit.recorder.child.memory.own_memory import PAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.recorder.child.memory.own_memory import OwnMemory

_HEADER = Struct("=I32xIII")
_PAGES = POOL // PAGE
# Half an arena: wherever one lies, a part of this size begins inside it.
_PART = 512 * 1024
_PART_PAGES = _PART // PAGE


class Pools:
    """The pools of this process.

    Args:
        memory: Reads them.
    """

    def __init__(self, memory: OwnMemory) -> None:
        self._memory = memory

    def free_bytes(self) -> int:
        """Bytes of pools that are resident, less the blocks that are in use."""
        return sum(self._in_window(start, end) for start, end in self._memory.windows() if end - start >= 2 * _PART)

    def _in_window(self, start: int, end: int) -> int:
        pages = self._memory.resident(start, end)
        first = -start % POOL // PAGE
        # Of data, which may be large, only a place here and there is looked at.
        parts = [
            range(at, min(at + _PART_PAGES, len(pages) - _PAGES + 1), _PAGES)
            for at in range(first, len(pages), _PART_PAGES)
        ]
        probes = [place for part in parts if (place := _probe(part, pages)) is not None]
        probed = [(at - first) // _PART_PAGES for at in probes]
        headers = self._memory.records([start + at * PAGE for at in probes], _HEADER)
        arenas = {part for part, header in zip(probed, headers, strict=False) if _block_bytes(*header)}
        near = {part + step for part in arenas for step in (-1, 0, 1) if 0 <= part + step < len(parts)}
        return sum(self._in_part(start, pages, parts[part]) for part in near)

    def _in_part(self, start: int, pages: bytes, part: range) -> int:
        free = 0
        places = [at for at in part if pages[at]]
        headers = self._memory.records([start + at * PAGE for at in places], _HEADER)
        for at, (n_used, kind, following, last) in zip(places, headers, strict=False):
            size = _block_bytes(n_used, kind, following, last)
            if size and n_used < (POOL - POOL_HEADER) // size:
                resident = PAGE * pages.count(1, at, at + _PAGES)
                free += max(0, resident - POOL_HEADER - n_used * size)
        return free


def _probe(part: range, pages: bytes) -> int | None:
    """A place of a part that is resident, the middle one first."""
    middle = len(part) // 2
    return next((at for at in (*part[middle:], *part[:middle]) if pages[at]), None)


def _block_bytes(n_used: int, kind: int, following: int, last: int) -> int:
    """The size of a pool's blocks; 0 where this is no pool's header."""
    size = (kind + 1) * ALIGNMENT
    is_pool = size <= LARGEST and last == POOL - size and POOL_HEADER <= following <= POOL
    return size if is_pool and n_used <= (POOL - POOL_HEADER) // size else 0
