"""Where the job is, in a page of memory that is a file as well: what kills the process leaves it."""

from __future__ import annotations

from os import O_CLOEXEC, O_CREAT, O_RDWR, O_TRUNC, close, ftruncate
from os import open as open_fd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIELDS = ("batch", "epoch", "phase", "source", "anon_bytes", "limit_bytes", "used_bytes", "growth_in", "growth_out")
"""Whole numbers of 8 bytes each, in this order."""
BEFORE, NEXT, STEP, BETWEEN, WALK, ENDED = range(6)
"""Phases: no batch was asked for yet; one is being made; it is used; an epoch has ended; genaudit walks; the end."""
AT_BATCH, AT_PHASE, AT_SOURCE, AT_ANON = 0, 2, 3, 4
N_BYTES = 4096


def mapped(path: str) -> Any:
    """The numbers, by their places; setting one is a write to memory.

    Args:
        path: The file; made anew.
    """
    import mmap

    fd = open_fd(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    try:
        ftruncate(fd, N_BYTES)
        return memoryview(mmap.mmap(fd, N_BYTES)).cast("q")
    finally:
        close(fd)
