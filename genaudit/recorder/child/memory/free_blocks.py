"""Fills the free blocks of the interpreter's allocator, so that what small objects take from here on is seen.

Imports leave megabytes of freed blocks behind, which stay resident. Small objects of a small data set fit into them and
show nowhere; those of a large one do not. Two trials can only be compared where there is nothing left to fit into.

Source:
    CPython's ``Objects/obmalloc.c``: blocks of 16, 32, … 512 bytes in pools of 16 KiB, in arenas of 1 MiB. Free blocks
    and then free pools are used before a new arena is mapped, whose pools come in the order of their addresses.
"""

from __future__ import annotations

from itertools import repeat, starmap
from sys import getallocatedblocks, getsizeof

TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.recorder.child.memory.settle import Settler

ALIGNMENT = 16
LARGEST = 512
POOL = 16 * 1024
POOL_HEADER = 48
POOLS_OF_ARENA = 63
"""At least: an arena that does not begin at a whole pool has one less than 64."""
HEADER = 33
"""Bytes of a ``bytes`` object without its content."""
MOST_POOLS = 256
"""Under another allocator addresses tell nothing, and there is no end to be seen."""
IN_A_ROW = 2
IN_USE = 2
"""Blocks, or pools, that the interpreter itself may take meanwhile; of blocks that numbers take, some more."""


class FreeBlocks:
    """The free blocks of this process, and the objects that fill them for as long as the trial lasts.

    Args:
        settler: Reads memory.
    """

    def __init__(self, settler: Settler) -> None:
        self._settler = settler
        self._fillers: list[Fillers] = []

    def level(self) -> dict[str, int]:
        """What is held when they are full, and how much of it is what fills them, in bytes."""
        # Collected and trimmed before too: what is freed only then would be free blocks again.
        self._settler.settle()
        fillers = Fillers()
        self._fillers.append(fillers)
        fill(fillers)
        return {"settled": self._settler.settle_before_call().retained, "filled": fillers.n_bytes}


class Fillers:
    """Objects, and the bytes that they and their lists take."""

    def __init__(self) -> None:
        self._lists: list[list[object]] = []
        self.n_bytes = 0

    def add(self, blocks: list[object], size: int) -> None:
        """Keep objects that take a block of a size each."""
        self._lists.append(blocks)
        self.n_bytes += size * len(blocks) + getsizeof(blocks)


def fill(fillers: Fillers) -> None:
    """Put an object into every free block; blocks are free again when the fillers are let go."""
    if not getallocatedblocks():
        # The interpreter uses another allocator.
        return
    for size in range(ALIGNMENT, LARGEST, ALIGNMENT):
        _fill_blocks(fillers, size)
    _fill_pools(fillers)


def _fill_blocks(fillers: Fillers, size: int) -> None:
    """Take blocks of a size until all of two pools are ours: they were new, so no old one has any left."""
    whole = (POOL - POOL_HEADER) // size
    new = last = n_before = 0
    for _ in range(MOST_POOLS):
        blocks = _blocks(size, whole)
        fillers.add(blocks, size)
        # A pool full ends the pool that the one before ended in, and ends in the midst of another.
        n_ours = n_before + _n_in(blocks, last)
        new = new + 1 if n_ours >= whole - IN_USE - whole // 64 else 0
        if new >= IN_A_ROW:
            return
        last = id(blocks[-1]) // POOL
        n_before = _n_in(blocks, last)


def _n_in(blocks: list[object], pool: int) -> int:
    # One number at a time: numbers are small objects too.
    return sum(id(block) // POOL == pool for block in blocks)


def _fill_pools(fillers: Fillers) -> None:
    """Take pools until nearly a whole arena of them has been taken: it was a new one."""
    whole = (POOL - POOL_HEADER) // LARGEST
    run, last = 0, 0
    for _ in range(MOST_POOLS):
        blocks = _blocks(LARGEST, whole)
        fillers.add(blocks, LARGEST)
        pool = id(blocks[-1]) // POOL
        # The lists of the fillers need a pool now and then as well.
        run = run + pool - last if 0 < pool - last <= IN_USE else 1
        last = pool
        if run >= POOLS_OF_ARENA - IN_USE:
            return


def _blocks(size: int, n: int) -> list[object]:
    """Objects of one block each, made without any other of that size in between."""
    if size == ALIGNMENT:
        return list(starmap(object, repeat((), n)))
    if size == 2 * ALIGNMENT:
        return list(map(float, repeat("0.5", n)))
    return list(map(bytes, repeat(size - HEADER, n)))
