"""How much of glibc's main heap is in use, and how much is resident: so that a heap need not be trimmed to be known.

What is trimmed faults in again with the next batch, which takes longer than anything else that a reading does.

Source:
    mallinfo2(3), glibc 2.33: ``uordblks`` is what is handed out, without blocks that are mapped by themselves; sbrk(2).
"""

from __future__ import annotations

import ctypes
import re

from genaudit.recorder.child.memory.own_memory import PAGE, OwnMemory, cut
from genaudit.recorder.child.memory.status import content

_START = re.compile(rb"^([0-9a-f]+)-[0-9a-f]+ rw-p .*\[heap\]$", re.MULTILINE)


class _Info(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "top",
        )
    )


class MainHeap:
    """The heap that ``brk`` has extended.

    Args:
        memory: This process's.

    Raises:
        Exception: The C library is another one, or an older one, or has no such heap.
    """

    def __init__(self, memory: OwnMemory) -> None:
        self._memory = memory
        self._info = memory.library.mallinfo2
        self._info.restype, self._info.argtypes = _Info, []
        self._end = memory.library.sbrk
        self._end.restype, self._end.argtypes = ctypes.c_void_p, [ctypes.c_ssize_t]
        start = _START.search(content("/proc/self/maps"))
        if start is None:
            raise OSError
        self._start = int(start[1], 16)

    def state(self) -> tuple[int, int]:
        """Bytes in use, and bytes that are resident."""
        in_use: int = self._info().uordblks
        end = self._end(0) // PAGE * PAGE
        return in_use, sum(self._memory.resident(*piece).count(1) for piece in cut(self._start, end)) * PAGE


def open_main_heap() -> MainHeap | None:
    """The main heap; ``None`` where it cannot be looked at."""
    try:
        heap = MainHeap(OwnMemory())
        heap.state()
    except Exception:
        # Among others, what an audit hook of the target's raises.
        return None
    return heap
