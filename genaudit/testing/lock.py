"""One audit at a time on a machine, however many workers run tests."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process of this user audits, and keep others waiting meanwhile.

    The kernel lets go of the lock when its process ends, however it ends.
    """
    try:
        import fcntl
    except ImportError:
        # Where there are no such locks, audits may disturb each other.
        yield
        return
    path = Path(tempfile.gettempdir()) / f"genaudit-{os.getuid()}.lock"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
