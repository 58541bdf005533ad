"""Gives back to the kernel what allocators keep free: glibc's, and those of libraries that have one of their own."""

from __future__ import annotations

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.static_inspect import member_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def malloc_trim() -> Callable[[int], object]:
    """The ``malloc_trim(3)`` of glibc; does nothing under another allocator or C library."""
    try:
        with OwnImports():
            import ctypes
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except Exception:
        # Among others, what an audit hook of the target's raises.
        return lambda _pad: 0
    return trim


def trim_all(trim: Callable[[int], object]) -> Callable[[int], object]:
    """Trims the C library's heap, and the pool of Arrow where that is loaded.

    Arrow allocates with mimalloc or jemalloc, which keep what was freed: three times a data set, after
    ``datasets.Dataset.from_dict`` has made its columns. It is as free as what glibc keeps.

    Args:
        trim: ``malloc_trim(3)``.
    """

    def trim_heaps(pad: int) -> object:
        pool_of: Any = member_of("pyarrow.lib", "default_memory_pool")
        if pool_of is None:
            return trim(pad)
        try:
            pool_of().release_unused()
        except Exception:
            # A version without it, or a name that the target has given to something else.
            return trim(pad)
        return trim(pad)

    return trim_heaps
