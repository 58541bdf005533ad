"""The door to files that may be anything: a device, a pipe without a writer, larger than memory, or not text.

Whatever is read here is a regular file, read to a limit that holds also where it grows meanwhile or becomes a link to
``/dev/zero``. What is in the way is an ``OSError`` whose ``strerror`` can be shown to a user.
"""

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath

MIB = 1024 * 1024
MOST_RESULT_BYTES = 64 * MIB
"""Of a recording, a report, a comparison."""
MOST_SETTING_BYTES = 1 * MIB
"""Of a configuration, a baseline, a file of patterns."""
DEEPEST = 64
"""Brackets within brackets in what genaudit reads; its own files have about ten."""
MOST_NODES = 4_000_000
NO_HOME = "/nonexistent"
"""As Debian has it for users without a home."""

# Unix has the first three, Windows the last.
_READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))
_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a named pipe"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)
_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"


def home() -> Path | None:
    """The user's home folder; ``None`` where he has none: a number without a name, as in many containers."""
    try:
        return Path.home()
    except (RuntimeError, KeyError):
        return None


@contextlib.contextmanager
def some_home() -> Iterator[None]:
    """A home folder for libraries that do not go without one while they are imported; it holds nothing."""
    if home() is not None:
        yield
        return
    os.environ["HOME"] = NO_HOME
    try:
        yield
    finally:
        os.environ.pop("HOME", None)


def read_bytes(path: str | os.PathLike[str], most_bytes: int) -> bytes:
    """The content of a regular file.

    Args:
        path: Links are followed.
        most_bytes: A file that is larger is refused, whatever size the file system has for it.

    Raises:
        OSError: It is not there, no regular file, too large, or cannot be read.
    """
    try:
        # Looked at before it is opened: to open a pipe or a device can already change something.
        _check_regular(os.stat(path), path)  # noqa: PTH116
        number = os.open(path, _READING)
    except ValueError as error:
        raise OSError(errno.EINVAL, f"no file has such a name: {error}", _name(path)) from error
    with os.fdopen(number, "rb", buffering=0) as file:
        _check_regular(os.fstat(number), path)
        return _content(file.fileno(), path, most_bytes)


def read_text(path: str | os.PathLike[str], most_bytes: int, *, encoding: str = "utf-8", errors: str = "strict") -> str:
    """The text of a regular file; every line ends with a line feed.

    Raises:
        OSError: As ``read_bytes``; or it is not text of that encoding.
    """
    try:
        text = read_bytes(path, most_bytes).decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, f"it is not {encoding} text: {error.reason}", _name(path)) from error
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


CELLS = "genaudit-cells-"
"""How the name of a folder begins that holds the cells of a notebook while they are audited."""


def is_cell(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a cell of a notebook.

    Example:
        >>> is_cell("/tmp/genaudit-cells-x1/In [3]"), is_cell("/work/data.py")
        (True, False)
    """
    return PurePath(path).parent.name.startswith(CELLS)


def shown_path(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> str:
    """A path as users name their files: relative to a folder where it lies inside it, as it is elsewhere.

    Example:
        >>> shown_path("/work/data.py", "/work"), shown_path("/lib/numpy.py", "/work")
        ('data.py', '/lib/numpy.py')
    """
    if is_cell(path):
        return PurePath(path).name
    try:
        return str(PurePath(path).relative_to(folder))
    except ValueError:
        return os.fspath(path)


def check_nesting(text: bytes) -> None:
    """Whether JSON can be decoded without running out of stack or memory; looks at each byte once, and decodes nothing.

    Raises:
        ValueError: It is nested too deeply, or has too many values.
    """
    plain = _STRINGS.sub(b"", text)
    if plain.count(b",") + plain.count(b"[") + plain.count(b"{") > MOST_NODES:
        raise ValueError(f"it holds more than {MOST_NODES:,} values")
    if deepest(plain) > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} deep")


def deepest(plain: bytes) -> int:
    """How many brackets are open at the most in a text without strings.

    Example:
        >>> deepest(b"[[], {}]"), deepest(b"]]")
        (2, 0)
    """
    depth = most = 0
    for letter in plain.translate(None, delete=_OTHERS):
        depth += 1 if letter in _OPENING else -1
        most = max(most, depth)
    return most


def _check_regular(state: os.stat_result, path: str | os.PathLike[str]) -> None:
    if not stat.S_ISREG(state.st_mode):
        kind = next((words for is_it, words in _KINDS if is_it(state.st_mode)), "it is no file")
        raise OSError(errno.EINVAL, kind, _name(path))


def _content(number: int, path: str | os.PathLike[str], most_bytes: int) -> bytes:
    pieces: list[bytes] = []
    room = most_bytes + 1
    while room > 0 and (piece := os.read(number, min(room, MIB))):
        pieces.append(piece)
        room -= len(piece)
    if room <= 0:
        raise OSError(errno.EFBIG, f"it is larger than {_size(most_bytes)}", _name(path))
    return b"".join(pieces)


def _name(path: str | os.PathLike[str]) -> str:
    return os.fspath(path)


def _size(n_bytes: int) -> str:
    return f"{n_bytes // MIB} MiB" if n_bytes >= MIB else f"{n_bytes} bytes"


_OTHERS: bytes = bytes(set(range(256)) - set(_OPENING + _CLOSING))
