"""What is resident and free: the memory that the allocators keep for what comes next, and that nothing holds.

Trimming gives back whole pages in the middle of the heap. What stays is what threads leave behind: by chance they work
at the same time, and then take more of both heaps than one after the other. That is no memory that the target retains.
"""

from __future__ import annotations

from genaudit.recorder.child.memory.arenas import ThreadArenas
from genaudit.recorder.child.memory.own_memory import OwnMemory
from genaudit.recorder.child.memory.pools import Pools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FreeHeap:
    """Free bytes of the interpreter's heap and of the arenas that the C library gives to threads.

    A part is left out where it cannot be known: another C library than glibc, memory that cannot be looked at.
    """

    def __init__(self) -> None:
        self._parts = [part for part in map(_made, (Pools, ThreadArenas)) if part is not None]

    def n_bytes(self) -> int:
        """Bytes that are resident now, and free."""
        return sum(map(_free_bytes, self._parts))


def _made(kind: type[Any]) -> Any:
    try:
        return kind(OwnMemory())
    except Exception:
        # Among others, what an audit hook of the target's raises.
        return None


def _free_bytes(part: Any) -> int:
    try:
        n_bytes: int = part.free_bytes()
    except Exception:
        # Among others, no descriptor that is left.
        return 0
    return n_bytes
