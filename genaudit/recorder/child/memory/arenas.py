"""What is free in the arenas that glibc gives to threads, which ``malloc_trim(3)`` leaves with their ends as they are.

Source:
    malloc_info(3) for what is in use. glibc's ``malloc/arena.c``: heaps of arenas begin at multiples of 64 MiB,
    each with a ``heap_info``: its arena, the heap before, its size.
"""

from __future__ import annotations

import ctypes
import re

# Not from os: the target may have replaced what that has.
from posix import close, dup, memfd_create, pread
from struct import Struct

from genaudit.recorder.child.memory.own_memory import PAGE, WINDOW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from genaudit.recorder.child.memory.own_memory import OwnMemory

_HEAP = Struct("=QQQ")
_READ_BYTES = 64 * 1024
_FREE = re.compile(rb'<total type="(?:fast|rest)" count="\d+" size="(\d+)"')
_TAKEN = re.compile(rb'<system type="current" size="(\d+)"')
_MAPPED = re.compile(rb'<aspace type="total" size="(\d+)"')


class ThreadArenas:
    """The arenas of threads in this process; the main one is trimmed whole.

    Args:
        memory: Where they are looked for.
    """

    def __init__(self, memory: OwnMemory) -> None:
        self._memory = memory
        library = ctypes.CDLL(None)
        self._write = library.malloc_info
        self._write.argtypes = [ctypes.c_int, ctypes.c_void_p]
        self._open, self._close = library.fdopen, library.fclose
        self._open.restype, self._open.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_char_p]
        self._close.argtypes = [ctypes.c_void_p]

    def free_bytes(self) -> int:
        """Bytes of arenas that are resident, less what is in use, or fewer where some of that was never touched."""
        in_use = mapped = 0
        for text in self._described():
            in_use += _sum(_TAKEN, text) - _sum(_FREE, text)
            mapped += _sum(_MAPPED, text)
        return max(0, self._resident(mapped) - in_use) if mapped else 0

    def count(self) -> int:
        """How many there are, without the main one."""
        return sum(1 for _ in self._described())

    def _described(self) -> Iterator[bytes]:
        """What glibc tells of each arena but the main one, piece by piece: a large text would change its thresholds."""
        fd = memfd_create("genaudit")
        try:
            file = self._open(dup(fd), b"w")
            self._write(0, file)
            self._close(file)
            yield from _pieces(fd)
        finally:
            close(fd)

    def _resident(self, mapped: int) -> int:
        """Bytes of arenas' heaps that are resident; 0 where more is found than there can be."""
        resident = n_bytes = 0
        ends = {start: end for start, end in self._memory.windows() if start % WINDOW == 0}
        heaps = [start for start in ends if self._memory.resident(start, start + PAGE) == b"\1"]
        for start, (arena, _, size) in zip(heaps, self._memory.records(heaps, _HEAP), strict=False):
            if arena - arena % WINDOW in ends and 0 < size <= ends[start] - start and size % PAGE == 0:
                n_bytes += size
                resident += PAGE * self._memory.resident(start, start + size).count(1)
        return resident if n_bytes <= mapped else 0


def _pieces(fd: int) -> Iterator[bytes]:
    rest, at, n_arenas = b"", 0, 0
    while part := pread(fd, _READ_BYTES, at):
        at += len(part)
        *arenas, rest = (rest + part).split(b"</heap>")
        for text in arenas:
            n_arenas += 1
            if n_arenas > 1:
                yield text


def _sum(pattern: re.Pattern[bytes], text: bytes) -> int:
    return sum(map(int, pattern.findall(text)))
