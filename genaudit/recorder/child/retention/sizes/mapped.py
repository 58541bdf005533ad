"""Memory that is mapped: pages of a file are the kernel's to drop, and take nothing; all other is the process's own."""

from __future__ import annotations

from bisect import bisect_right

from genaudit.recorder.child.guard.static_inspect import member_of, stored
from genaudit.recorder.child.memory.shared import IN_MEMORY
from genaudit.recorder.child.memory.status import content
from genaudit.recorder.child.retention.sizes.found import Buffers, Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MappedFiles:
    """Where files are mapped into this process, when it is first asked for.

    Source:
        proc_pid_maps(5): the range of addresses, permissions, offset, device, inode, and the path of the file.
    """

    def __init__(self) -> None:
        self._is_read = False
        self._starts: list[int] = []
        self._ends: list[int] = []

    def has(self, address: int) -> bool:
        """Whether an address lies in a file."""
        if not self._is_read:
            self._read()
        at = bisect_right(self._starts, address) - 1
        return at >= 0 and address < self._ends[at]

    def _read(self) -> None:
        self._is_read = True
        for line in content("/proc/self/maps").splitlines():
            fields = line.split(None, 5)
            if len(fields) == 6 and fields[5].startswith(b"/") and not fields[5].startswith(IN_MEMORY):
                start, _, end = fields[0].partition(b"-")
                self._starts.append(int(start, 16))
                self._ends.append(int(end, 16))


def mapped(value: Any, buffers: Buffers) -> Found:
    """A ``mmap.mmap``: nothing, where it is of a file."""
    address = _address_of(value)
    if address is None or buffers.has(address) or MappedFiles().has(address):
        return Found()
    buffers.take(address, len(value))
    return Found(data=len(value))


def _address_of(value: Any) -> int | None:
    """Where a mapping begins; ``None`` where nothing that is imported can tell, or it was closed."""
    from_buffer = member_of("numpy", "frombuffer")
    try:
        if from_buffer is not None:
            address = from_buffer(value, "u1").__array_interface__["data"][0]
        else:
            # It wants to write: of a mapping that cannot be written to, it does not tell.
            address = member_of("ctypes", "addressof")(member_of("ctypes", "c_char").from_buffer(value))
    except (TypeError, ValueError):
        return None
    return int(address)


def shared_memory(value: Any, buffers: Buffers) -> Found:
    """A block of ``multiprocessing.shared_memory``, by its name: several objects may stand for it."""
    name, mapping = stored(value, "_name"), stored(value, "_mmap")
    if type(name) is not str or buffers.has(name):
        return Found()
    buffers.take(name, 0)
    return Found(held=[mapping])
