"""The temporary folder of a trial."""

import contextlib
import fcntl
import functools
import os
import shutil
import tempfile
from pathlib import Path

from genaudit.errors import UsageError

PREFIX = "genaudit-"
_LOCK = "lock"


class ScratchFolder:
    """A temporary folder, locked as long as this process lives: that tells it from one that a killed process left.

    Raises:
        UsageError: None can be made.
    """

    def __init__(self) -> None:
        try:
            remove_abandoned(tempfile.gettempdir())
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        except OSError as error:
            raise UsageError(
                f"no temporary folder can be made: {error}",
                slug="no-temporary-folder",
                hint="set TMPDIR to a folder on a disk with room, such as TMPDIR=$HOME/tmp",
            ) from error

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self._lock)
        self._lock = -1


@functools.lru_cache(maxsize=1)
def remove_abandoned(temporary: str) -> None:
    """Remove the folders of processes that ended without a chance to do so; once in each process is enough.

    Args:
        temporary: The folder of temporary files.
    """
    for folder in Path(temporary).glob(f"{PREFIX}????????"):
        with contextlib.suppress(OSError):
            if not folder.is_symlink() and folder.stat().st_uid == os.getuid():
                _remove_unlocked(folder)


def _remove_unlocked(folder: Path) -> None:
    # Without a lock it is none of ours, or one that is just being made.
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
