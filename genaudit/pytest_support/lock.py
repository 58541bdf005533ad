"""One audit at a time of each user, however many workers run tests."""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from genaudit.files import home
from genaudit.writing import make_folders, private_folder

NAME = "audit.lock"
STEP_S = 0.05
QUIET_S = 1.0
"""Who waits for longer is said to wait."""
LONGEST_S = 3600.0
"""What is waited for in all; tests of many workers wait for one another."""


@contextlib.contextmanager
def one_at_a_time(say: Callable[[str], None] = lambda _: None, longest_s: float = LONGEST_S) -> Iterator[None]:
    """Wait until no other process of this user audits, and keep others waiting meanwhile.

    The kernel lets go of the lock when its process ends, however it ends. Another user can neither take it nor hold it.

    Args:
        say: Called with whom we wait for, and when we no longer do.
        longest_s: How long to wait.
    """
    file = _opened()
    if file is None:
        # Where there is no place for a lock, audits may disturb each other.
        yield
        return
    try:
        _wait(file, say, longest_s)
        yield
    finally:
        os.close(file)


def _wait(file: int, say: Callable[[str], None], longest_s: float) -> None:
    began = time.monotonic()
    announced = False
    while not _is_taken(file):
        waited = time.monotonic() - began
        if waited > longest_s:
            say(f"{_holder(file)} has been auditing for {waited:.0f} s; measuring beside it, which disturbs both")
            return
        if waited > QUIET_S and not announced:
            say(f"waiting for another audit of yours, {_holder(file)}, to end")
            announced = True
        time.sleep(STEP_S)


def _is_taken(file: int) -> bool:
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks: nothing is to be waited for.
        return True
    with contextlib.suppress(OSError):
        os.pwrite(file, b"%-20d" % os.getpid(), 0)
    return True


def _holder(file: int) -> str:
    text = os.pread(file, 20, 0).strip()
    return f"process {text.decode()}" if text.isdigit() else "a process"


def _opened() -> int | None:
    """The file of the lock, in the first folder of this user's that can be written to."""
    if sys.platform == "win32":
        return None
    for folder in _folders():
        with contextlib.suppress(OSError):
            make_folders(folder.parent)
            return os.open(private_folder(folder) / NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return None


def _folders() -> Iterator[Path]:
    for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME"):
        base = os.environ.get(name, "")
        if base and Path(base).is_absolute() and Path(base).is_dir():
            yield Path(base) / "genaudit"
    own = home()
    if own is not None:
        yield own / ".cache" / "genaudit"
    yield Path(tempfile.gettempdir()) / f"genaudit-{os.getuid()}"
