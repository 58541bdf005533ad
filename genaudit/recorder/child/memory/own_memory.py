"""This process's memory as the kernel tells of it: what is mapped, what is resident, and what is written there."""

from __future__ import annotations

import ctypes
import re

# Not from os: the target may have replaced what that has.
from posix import getpid, sysconf
from struct import Struct, pack

from genaudit.recorder.child.memory.status import content

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PAGE = sysconf("SC_PAGE_SIZE")
WINDOW = 64 * 1024 * 1024
# Looking through more would take longer than what is found is worth.
MOST_BYTES = 32 * 1024**3
LARGEST_RECORD = 48
MOST_READS = 160
_PRIVATE, _ANONYMOUS_MEMORY = 0x02, 0x20
# Of a file of mappings: private memory that can be written and is no file's.
_ANONYMOUS = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0 *(?:\[anon.*)?$", re.MULTILINE)


class OwnMemory:
    """This process's memory, read by the kernel: an address that is no longer mapped is an error, and not the end.

    Source:
        process_vm_readv(2), mincore(2), proc_pid_maps(5).
    """

    def __init__(self) -> None:
        # The interpreter's lock is kept meanwhile: what is read does not change.
        library = ctypes.PyDLL(None)
        self.library = library
        self._read = library.process_vm_readv
        self._read.restype = ctypes.c_ssize_t
        vector: list[Any] = [ctypes.c_void_p, ctypes.c_ulong]
        self._read.argtypes = [ctypes.c_int, *vector, *vector, ctypes.c_ulong]
        self._mincore = library.mincore
        self._mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
        self._pages = (ctypes.c_ubyte * (WINDOW // PAGE))()
        self._found = (ctypes.c_char * (LARGEST_RECORD * MOST_READS))()
        self._there = (ctypes.c_char * (16 * MOST_READS))()
        if not self._tells_what_is_resident():
            raise OSError

    def windows(self) -> list[tuple[int, int]]:
        """Where private memory without a file begins and ends, cut at multiples of a window; none where it is vast."""
        spans = [(int(start, 16), int(end, 16)) for start, end in _ANONYMOUS.findall(content("/proc/self/maps"))]
        if sum(end - start for start, end in spans) > MOST_BYTES:
            return []
        return [piece for start, end in spans for piece in cut(start, end)]

    def resident(self, start: int, end: int) -> bytes:
        """A byte for each page, 1 where it is resident; empty where not all is mapped."""
        if self._mincore(start, end - start, self._pages):
            return b""
        return bytes(memoryview(self._pages)[: (end - start) // PAGE])

    def records(self, addresses: list[int], record: Struct) -> Iterator[tuple[int, ...]]:
        """A record from each of a few addresses, up to the first that cannot be read."""
        size, addresses = record.size, addresses[:MOST_READS]
        self._there.raw = pack(
            f"={2 * len(addresses)}Q", *[number for address in addresses for number in (address, size)]
        )
        here = (ctypes.c_size_t * 2)(ctypes.addressof(self._found), len(self._found))
        n_bytes = self._read(getpid(), here, 1, self._there, len(addresses), 0)
        return record.iter_unpack(bytes(memoryview(self._found)[: max(0, n_bytes - n_bytes % size)]))

    def _tells_what_is_resident(self) -> bool:
        """Whether a page that nobody has touched is told from others: some sandboxes call every page resident."""
        take, give_back = self.library.mmap, self.library.munmap
        take.restype = ctypes.c_void_p
        take.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *(3 * [ctypes.c_int]), ctypes.c_long]
        give_back.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        page = take(None, PAGE, 0, _PRIVATE | _ANONYMOUS_MEMORY, -1, 0)
        try:
            return self.resident(page, page + PAGE) == b"\0"
        finally:
            give_back(page, PAGE)


def cut(start: int, end: int) -> list[tuple[int, int]]:
    """Pieces no larger than what can be looked at at a time."""
    starts = [start, *range(start - start % WINDOW + WINDOW, end, WINDOW)]
    return list(zip(starts, [*starts[1:], end], strict=True))
