"""Descriptors of genaudit's own, out of the way of the target's.

Each kind has a number from which on it lies: none takes the place of another that the target has closed, and a target
that closes or counts low ones does not meet them.
"""

from __future__ import annotations

# Bound here, before the target is imported: it may replace what os has, as fake file systems in tests do.
from fcntl import F_DUPFD_CLOEXEC, fcntl
from os import O_CLOEXEC, O_RDONLY, close
from os import open as open_fd

STATUS_FD, CLEAR_REFS_FD, MARKS_FD, CONTROL_FD, STACKS_FD, DONE_FD = 200, 220, 240, 260, 280, 320


def out_of_the_way(fd: int, lowest: int) -> int:
    """The same file under the first free descriptor from ``lowest`` on, or as it is where so high a one is not allowed.

    Source:
        fcntl(2): ``F_DUPFD_CLOEXEC``, which fails with EINVAL above the limit of open files.
    """
    try:
        moved = fcntl(fd, F_DUPFD_CLOEXEC, lowest)
    except OSError:
        return fd
    close(fd)
    return moved


class SpareDescriptors:
    """Two descriptors to give back when a target has opened all the files that it may: room for an import."""

    def __init__(self) -> None:
        self._fds = [open_fd("/dev/null", O_RDONLY | O_CLOEXEC) for _ in range(2)]

    def release(self) -> None:
        """Close both, so that two files can be opened again."""
        while self._fds:
            try:
                close(self._fds.pop())
            except OSError:  # noqa: PERF203
                # The target has closed it already.
                continue
