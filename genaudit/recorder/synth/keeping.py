"""Where made files are kept: each is written whole, made only once, and made again where it is broken."""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from genaudit.errors import TargetError
from genaudit.files import MOST_RESULT_BYTES, NO_HOME, check_nesting, home, read_bytes

VERSION = 1
"""Raised when what is written changes: old caches are then left alone."""
Write = Callable[[int, Path], None]
"""Writes the file of a number to a path."""


def kept(
    key: str, folder: str, names: list[str], writer: Callable[[], Write], cache: Path | None = None
) -> tuple[Path, str]:
    """The folder of the files where they can be kept, and a note if that is not the user's cache.

    Safe with several processes at once: each writes whole files only, and all write the same.

    Args:
        key: Name of the data set in the cache.
        folder: Name of the folder with the files in it, and with nothing else.
        names: The files, relative to that folder.
        writer: Gives what writes them; it is asked only if one is missing.
        cache: Folder to keep it in; the user's cache folder by default.

    Raises:
        TargetError: The files can be written nowhere.
    """
    wanted = cache or cache_folder()
    try:
        return _complete(wanted / key, folder, names, writer), ""
    except OSError as error:
        if cache is not None:
            raise _unwritable(cache, error) from error
        reason = error.strerror or error
    fallback = Path(tempfile.gettempdir()) / f"genaudit-{_user()}" / "synth"
    try:
        found = _complete(_own(fallback) / key, folder, names, writer)
    except OSError as error:
        raise _unwritable(fallback, error) from error
    return found, f"made files are kept in {fallback}: {wanted} cannot be written ({reason})"


def _complete(place: Path, folder: str, names: list[str], writer: Callable[[], Write]) -> Path:
    """The folder of files below ``place``, with all that is missing or broken made again."""
    files = place / folder
    manifest = place / "manifest.json"
    sizes = _read_manifest(manifest, place.name)
    broken = [index for index, name in enumerate(names) if not _is_whole(files / name, sizes.get(name))]
    if not broken:
        return files.absolute()
    for below in {(files / name).parent for name in names}:
        below.mkdir(parents=True, exist_ok=True)
    # Files grow outside of the folder: a reader that lists it meets whole files only.
    with tempfile.TemporaryDirectory(dir=place, prefix="partial-") as partial:
        write = writer()
        for index in broken:
            path = Path(partial) / Path(names[index]).name
            write(index, path)
            sizes[names[index]] = path.stat().st_size
            path.replace(files / names[index])
        path = Path(partial) / "manifest.json"
        path.write_text(json.dumps({"version": VERSION, "key": place.name, "sizes": sizes}))
        path.replace(manifest)
    return files.absolute()


def _read_manifest(path: Path, key: str) -> dict[str, int]:
    """Sizes of the files by name; nothing where the data set was never completed."""
    try:
        text = read_bytes(path, MOST_RESULT_BYTES)
        check_nesting(text)
        content = json.loads(text)
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict) or content.get("key") != key or not isinstance(content.get("sizes"), dict):
        return {}
    return dict(content["sizes"])


def _is_whole(path: Path, size: int | None) -> bool:
    if size is None:
        return False
    with contextlib.suppress(OSError):
        return path.stat().st_size == size
    return False


def cache_folder() -> Path:
    """The user's folder for made data sets, by the XDG base directory specification; it may not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification: a relative path is to be ignored.
    parent = Path(base) if base and Path(base).is_absolute() else (home() or Path(NO_HOME)) / ".cache"
    return parent / "genaudit" / "synth"


def _own(folder: Path) -> Path:
    """A folder in a place that everybody may write to; it must be ours alone."""
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    state = folder.parent.lstat()
    if state.st_uid != _user() or not folder.parent.is_dir() or folder.parent.is_symlink():
        raise PermissionError(f"{folder.parent} belongs to somebody else")
    folder.mkdir(exist_ok=True)
    return folder


def _user() -> int:
    # Windows has no numbers for users, and a temporary folder for each; lstat() gives 0 there.
    return os.getuid() if hasattr(os, "getuid") else 0


def _unwritable(folder: Path, error: OSError) -> TargetError:
    return TargetError(
        f"the files of --synth cannot be written to {folder}: {error.strerror or error}",
        slug="synth-unwritable",
        hint="set XDG_CACHE_HOME to a folder that can be written, or free some space",
    )
