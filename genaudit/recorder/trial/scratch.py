"""The temporary folder of a trial."""

import contextlib
import fcntl
import functools
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from genaudit.errors import UsageError
from genaudit.recorder.synth.keeping import cache_folder

PREFIX = "genaudit-"
MARK = ".genaudit"
_LONGEST_ENTRY = 64 * 1024
_TOKEN_CHARACTERS = 64


class ScratchFolder:
    """A temporary folder, written down in the user's register as long as it is there.

    Raises:
        UsageError: None can be made.
    """

    def __init__(self) -> None:
        folders = register()
        if folders is not None:
            remove_abandoned(folders)
        try:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        except OSError as error:
            raise UsageError(
                f"no temporary folder can be made: {error}",
                slug="no-temporary-folder",
                hint="set TMPDIR to a folder on a disk with room, such as TMPDIR=$HOME/tmp",
            ) from error
        self._id = _identity(self.path.lstat())
        self._entry = None if folders is None else Entry.make(folders, self.path, self._id)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        remove_tree(self.path, self._id)
        if self._entry is not None:
            self._entry.remove()
            self._entry = None


class Entry:
    """What the register says of one folder; locked as long as the process lives that made the folder.

    Args:
        path: The entry's own file.
        fd: Open and locked.
    """

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self._fd = fd

    @classmethod
    def make(cls, folders: Path, folder: Path, identity: tuple[int, int]) -> "Entry | None":
        """Write a folder down, and put the same token into it; ``None`` where that cannot be done."""
        token = os.urandom(_TOKEN_CHARACTERS // 2).hex()
        with contextlib.suppress(OSError):
            path = folders / token[:32]
            entry = cls(path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
            try:
                fcntl.flock(entry._fd, fcntl.LOCK_EX)
                (folder / MARK).write_text(token)
                fields = {"host": os.uname().nodename, "path": os.fsdecode(folder), "id": identity, "token": token}
                os.write(entry._fd, json.dumps(fields).encode())
            except OSError:
                entry.remove()
                raise
            return entry
        return None

    @classmethod
    def of_the_dead(cls, path: Path) -> "Entry | None":
        """An entry whose process has ended; ``None`` where it lives, or where the file is none that we wrote."""
        fd = -1
        with contextlib.suppress(OSError):
            fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
            state = os.fstat(fd)
            if stat.S_ISREG(state.st_mode) and _is_private(state):
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return cls(path, fd)
        if fd >= 0:
            os.close(fd)
        return None

    def read(self) -> dict[str, Any] | None:
        """What is written in it; ``None`` where it is just being made, or is of another machine."""
        try:
            fields = json.loads(os.pread(self._fd, _LONGEST_ENTRY, 0))
            known = fields["host"] == os.uname().nodename and isinstance(fields["path"], str)
            return fields if known and len(fields["token"]) == _TOKEN_CHARACTERS and len(fields["id"]) == 2 else None
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def close(self) -> None:
        """Let its lock go."""
        with contextlib.suppress(OSError):
            os.close(self._fd)

    def remove(self) -> None:
        """Take it out of the register."""
        with contextlib.suppress(OSError):
            self.path.unlink()
        self.close()


def register() -> Path | None:
    """The user's own folder of entries; without one that nobody else can write to, nothing is ever swept."""
    folder = cache_folder().parent / "folders"
    try:
        if not folder.parents[2].is_dir():
            # Without a home folder none is made, not even by root.
            return None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.lstat()
    except OSError:
        return None
    return folder if stat.S_ISDIR(state.st_mode) and _is_private(state) else None


@functools.lru_cache(maxsize=8)
def remove_abandoned(folders: Path) -> None:
    """Remove the folders of processes that ended without a chance to do so; once in each process is enough.

    Only what is in the register is ever looked at, and only what is the very folder that was written down is removed:
    at its place, no link, with the same number in the same file system, ours alone, and with the same token in it. A
    copy of it, or another folder of its name, is left alone.

    Args:
        folders: The register.
    """
    with contextlib.suppress(OSError):
        for path in list(folders.iterdir()):
            entry = Entry.of_the_dead(path)
            if entry is not None:
                _sweep(entry)


def _sweep(entry: Entry) -> None:
    fields = entry.read()
    if fields is None:
        entry.close()
        return
    remove_tree(Path(fields["path"]), tuple(fields["id"]), token=fields["token"])
    entry.remove()


def remove_tree(path: Path, identity: tuple[int, ...], *, token: str | None = None) -> None:
    """Remove a folder of ours with all that is in it, and nothing that a link in it leads to.

    Args:
        path: Where it should be.
        identity: File system and number that it had when it was made; another folder in its place is left alone.
        token: What must be written in it.
    """
    with contextlib.suppress(OSError), _opened(path) as fd:
        state = os.fstat(fd)
        if _identity(state) != identity or (token is not None and not (_is_ours(state) and _holds(fd, token))):
            return
        # Inside of the folder that was looked at, wherever its name leads by now.
        _empty(fd, state.st_dev)
        path.rmdir()


def _empty(fd: int, device: int) -> None:
    with contextlib.suppress(OSError):
        os.fchmod(fd, 0o700)
    for name in os.listdir(fd):
        with contextlib.suppress(OSError):
            state = os.stat(name, dir_fd=fd, follow_symlinks=False)
            if not stat.S_ISDIR(state.st_mode):
                os.unlink(name, dir_fd=fd)
            elif state.st_dev == device:
                _remove_below(fd, name, device)


def _remove_below(parent: int, name: str, device: int) -> None:
    # Without the right to read a folder it cannot be opened, and its owner may give himself that right.
    with contextlib.suppress(OSError, NotImplementedError):
        os.chmod(name, 0o700, dir_fd=parent, follow_symlinks=False)
    with _opened(name, dir_fd=parent) as fd:
        _empty(fd, device)
    os.rmdir(name, dir_fd=parent)


@contextlib.contextmanager
def _opened(path: "str | Path", dir_fd: int | None = None) -> Iterator[int]:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=dir_fd)
    try:
        yield fd
    finally:
        os.close(fd)


def _holds(folder: int, token: str) -> bool:
    try:
        fd = os.open(MARK, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return False
    try:
        return os.read(fd, len(token) + 1) == token.encode()
    finally:
        os.close(fd)


def _identity(state: os.stat_result) -> tuple[int, int]:
    return state.st_dev, state.st_ino


def _is_ours(state: os.stat_result) -> bool:
    """Whether it has the owner and the rights that we gave it."""
    return state.st_uid == os.getuid() and stat.S_IMODE(state.st_mode) == 0o700


def _is_private(state: os.stat_result) -> bool:
    """Whether it is ours, and nobody else may write to it."""
    return state.st_uid == os.getuid() and not state.st_mode & 0o022
