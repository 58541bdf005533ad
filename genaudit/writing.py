"""Writes files and makes folders: whole or not at all, under names that nobody can foresee, for their owner alone.

A name that can be foreseen can be taken before: by a link, through which we would then write over a file elsewhere.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from genaudit.errors import UsageError

OWNER_FILE = 0o600
OWNER_FOLDER = 0o700
ROOM_BYTES = 1_000_000
"""What must at least be free where results are to go; a page takes more."""


def _flags(*names: str) -> int:
    """Flags for ``os.open``, those that this system has: O_CLOEXEC is of Unix, O_BINARY of Windows."""
    return sum(getattr(os, name, 0) for name in names)


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flags("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | _flags("O_DIRECTORY", "O_CLOEXEC")
_STREAM = os.O_WRONLY | _flags("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
_HOLDS_FOLDERS = os.open in os.supports_dir_fd
"""Whether a folder can be held by its number. Windows has no such numbers."""
# Supported by no file system there: what is asked for is then not known beforehand.
_CANNOT_TELL = {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}


def write_whole(path: Path, content: bytes, *, shared: bool = False) -> None:
    """Write a file so that a reader never sees half of it, and nobody else can choose where it goes.

    A file that is there keeps its mode and its owner. A link is replaced, and what it leads to is left alone; only what
    cannot be replaced, a terminal or a pipe, is written into.

    Args:
        path: Where it goes; folders that are missing are made.
        content: All of it.
        shared: The file is for others too, as a configuration that is committed: a new one gets the mode of the
            user's umask. Otherwise it is its owner's alone.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        make_folders(path.parent, 0o777 if shared else OWNER_FOLDER)
        if is_stream(path):
            _write_into(path, content)
        else:
            _replace(path, content, 0o666 if shared else OWNER_FILE)
    except (OSError, ValueError) as error:
        raise not_writable(path, error) from error


def append(path: Path, made: Callable[[int], bytes]) -> None:
    """Write behind what a file holds, or into a pipe that somebody reads.

    Args:
        path: The file; it is made where it is missing.
        made: Gets the size that it has, and gives what is to be written.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        # A pipe without a reader would be waited for, for ever.
        file = os.open(path, _STREAM | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            _wait_for_readers(file)
            _write_all(file, made(os.fstat(file).st_size))
        finally:
            os.close(file)
    except (OSError, ValueError) as error:
        raise not_writable(path, error) from error


def make_folders(folder: Path, mode: int = OWNER_FOLDER) -> None:
    """Make a folder and those above it, as far as they are missing; what is made is its owner's alone.

    Args:
        folder: Where it shall be.
        mode: Of what is made.

    Raises:
        OSError: One cannot be made.
    """
    if not folder.is_dir():
        if folder.parent != folder:
            make_folders(folder.parent, mode)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=mode)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, f"{folder} is not a folder")


def private_folder(folder: Path) -> Path:
    """A folder of our own in a place where others may write, made where it is missing.

    Raises:
        OSError: It cannot be made; or it is a link, somebody else's, or others may write to it.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=OWNER_FOLDER)
    state = folder.lstat()
    # Without users there are no modes that would say who may write.
    is_open = hasattr(os, "geteuid") and (
        state.st_uid != os.geteuid() or bool(state.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    )
    if not stat.S_ISDIR(state.st_mode) or is_open:
        raise PermissionError(errno.EACCES, f"{folder} is not ours alone")
    return folder


def check_room(folder: Path, *names: str) -> None:
    """Find out whether files can be written to a folder, which need not be there yet; nothing stays there.

    Args:
        folder: Where they would go.
        names: What they would be called.

    Raises:
        UsageError: They cannot.
    """
    try:
        present = folder
        missing = list(names)
        while not os.path.lexists(present) and present != present.parent:
            missing.append(present.name)
            present = present.parent
        if not present.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, f"{present} is not a folder")
        _check_names(present, folder, missing)
        reserve(present, ROOM_BYTES)
        for name in names:
            if os.path.isdir(folder / name):  # noqa: PTH112 - a name may be too long to ask pathlib for
                raise IsADirectoryError(errno.EISDIR, f"{folder / name} is a folder")
    except (OSError, ValueError) as error:
        # With several names the reason has the one.
        raise not_writable(folder / names[0] if len(names) == 1 else folder, error) from error


def not_writable(path: Path, error: Exception) -> UsageError:
    """The error for a file or a folder that cannot be written."""
    why = "nobody reads this pipe" if isinstance(error, OSError) and error.errno == errno.ENXIO else None
    return UsageError(
        f"results cannot be written to {path}: {why or getattr(error, 'strerror', None) or error}",
        slug="output-not-writable",
        hint="choose another folder with --out DIR",
    )


def _check_names(present: Path, folder: Path, missing: list[str]) -> None:
    """Whether the file system takes such long names; it answers only when it is asked for them."""
    if not hasattr(os, "pathconf"):
        return
    longest = os.pathconf(present, "PC_NAME_MAX")
    if any(len(os.fsencode(name)) > longest for name in missing):
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
    # Asked for a name below what is there, which the kernel refuses where all is too long.
    os.path.lexists(folder) or folder.is_dir()
    if len(os.fsencode(folder.absolute())) + longest > os.pathconf(present, "PC_PATH_MAX"):
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))


def reserve(folder: Path, n_bytes: int) -> None:
    """Find out whether a folder takes a file of that size; it is gone again at once.

    Raises:
        OSError: It does not.
    """
    if not _HOLDS_FOLDERS:
        name = _new_by_path(folder, bytes(n_bytes), OWNER_FILE)
        name.unlink()
        return
    with _new_file(folder, OWNER_FILE) as (file, _, _):
        _allocate(file, n_bytes)


def _allocate(file: int, n_bytes: int) -> None:
    try:
        os.posix_fallocate(file, 0, n_bytes)
    except AttributeError:
        os.write(file, b"\0")
    except OSError as error:
        if error.errno not in _CANNOT_TELL:
            raise
        os.write(file, b"\0")


@contextlib.contextmanager
def _new_file(folder: Path, mode: int) -> Iterator[tuple[int, str, int]]:
    """A new file in a folder: its number, its name, and the folder's number; it is removed if it still has that name.

    The folder is held by its number, so that another cannot be put in its place meanwhile.
    """
    place = os.open(folder, _FOLDER)
    try:
        name = f".genaudit-{os.urandom(12).hex()}"
        file = os.open(name, _NEW, mode, dir_fd=place)
        try:
            yield file, name, place
        finally:
            os.close(file)
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=place)
    finally:
        os.close(place)


def _new_by_path(folder: Path, content: bytes, mode: int) -> Path:
    """A new file with that content: it is closed, as Windows renames no file that is open."""
    path = folder / f".genaudit-{os.urandom(12).hex()}"
    file = os.open(path, _NEW, mode)
    try:
        _write_all(file, content)
    except OSError:
        os.close(file)
        path.unlink(missing_ok=True)
        raise
    os.close(file)
    return path


def _replace(path: Path, content: bytes, mode: int) -> None:
    if not _HOLDS_FOLDERS:
        made = _new_by_path(path.parent, content, mode)
        try:
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
        return
    with _new_file(path.parent, mode) as (file, name, place):
        _write_all(file, content)
        _take_after(file, path.name, place)
        os.replace(name, path.name, src_dir_fd=place, dst_dir_fd=place)


def _take_after(file: int, name: str, place: int) -> None:
    """Give a file the mode and the owner of the one whose place it takes."""
    with contextlib.suppress(OSError):
        before = os.stat(name, dir_fd=place, follow_symlinks=False)
        if stat.S_ISREG(before.st_mode):
            now = os.fstat(file)
            if (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
                os.fchown(file, before.st_uid, before.st_gid)
            os.fchmod(file, stat.S_IMODE(before.st_mode) & 0o777)


def is_stream(path: Path) -> bool:
    """Whether a path leads to a terminal, a pipe or the like, as /dev/stdout does."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _write_into(path: Path, content: bytes) -> None:
    # A pipe without a reader would be waited for, for ever.
    file = os.open(path, _STREAM)
    try:
        if not stat.S_ISCHR(os.fstat(file).st_mode) and not stat.S_ISFIFO(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "it has become a file meanwhile")
        _wait_for_readers(file)
        _write_all(file, content)
    finally:
        os.close(file)


def _write_all(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _wait_for_readers(file: int) -> None:
    """Have a pipe that was opened without waiting for its reader be written to at his pace."""
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(file, True)
