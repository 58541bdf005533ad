"""``--synth``: a data set made on the spot, kept in a cache folder and made only once."""

import contextlib
import difflib
import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from genaudit.errors import TargetError, UsageError
from genaudit.files import MOST_RESULT_BYTES, NO_HOME, check_nesting, home, read_bytes

FORMATS = {"jpeg": ".jpg", "png": ".png", "bmp": ".bmp", "webp": ".webp"}
"""Formats and the endings of their files."""
_CODECS = {"jpeg": "jpg", "png": "zlib", "webp": "webp"}
# Raised when the pictures change: old caches are then left alone.
_VERSION = 1
_EXAMPLE = "write --synth images:n=400,size=256x256,format=jpeg,classes=4"
_MOST_ITEMS = 10_000_000
_LONGEST_EDGE = 8192


class SynthSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A data set to make."""

    n: int = 400
    width: int = 256
    height: int = 256
    format: str = "jpeg"
    classes: int = 4

    @property
    def key(self) -> str:
        """Name of its folder in the cache."""
        return f"images-{self.n}-{self.width}x{self.height}-{self.format}-{self.classes}-v{_VERSION}"


def parse_synth(text: str) -> SynthSpec:
    """The data set that a text asks for.

    Args:
        text: ``images:`` with any of ``n``, ``size`` (width x height in pixels, or one number), ``format`` and
            ``classes``.

    Raises:
        UsageError: Another kind, an unknown key or format, a value out of its range.

    Example:
        >>> parse_synth("images:n=8,size=64x48").key
        'images-8-64x48-jpeg-4-v1'
    """
    kind, _, options = text.strip().partition(":")
    if kind != "images":
        raise UsageError(f"--synth {text}: only images can be made", slug="bad-synth", hint=_EXAMPLE)
    values: dict[str, Any] = {}
    for option in filter(None, (part.strip() for part in options.split(","))):
        key, equals, value = (part.strip() for part in option.partition("="))
        if key not in _READERS:
            raise UsageError(
                f"--synth {text}: there is no option {key!r}", slug="bad-synth", hint=_near(key, tuple(_READERS))
            )
        if not equals or not value:
            raise UsageError(f"--synth {text}: {key} has no value", slug="bad-synth", hint=_EXAMPLE)
        if key in values or (key == "size" and "width" in values):
            raise UsageError(f"--synth {text}: {key} is given twice", slug="bad-synth", hint="leave one of the two out")
        values.update(_READERS[key](text, value))
    spec = SynthSpec(**values)
    if spec.classes > spec.n:
        if "classes" in values:
            raise UsageError(
                f"--synth {text}: {spec.classes} classes need at least as many images", slug="bad-synth", hint=_EXAMPLE
            )
        spec = msgspec.structs.replace(spec, classes=spec.n)
    return spec


def make_synth(spec: SynthSpec, items: int | None = None, cache: Path | None = None) -> dict[str, Any]:
    """The data set's files, made where they are not there yet.

    Safe with several processes at once: each writes whole files only, and all write the same.

    Args:
        spec: What to make.
        items: ``--items``: the number of images instead of ``spec.n``.
        cache: Folder to keep it in; the user's cache folder by default.

    Returns:
        ``directory``, ``files``, ``labels``, ``classes``, ``size`` (height, width), ``n``, all plain values; and
        ``note``, which is not empty where the cache folder could not be used.

    Raises:
        UsageError: The number of items is impossible, or this Pillow cannot write the format.
        TargetError: The files can be written nowhere.
    """
    if items is not None:
        if not 1 <= items <= _MOST_ITEMS:
            raise UsageError(f"--items {items} is not between 1 and {_MOST_ITEMS}", slug="bad-items")
        spec = msgspec.structs.replace(spec, n=items, classes=min(spec.classes, items))
    _check_codec(spec.format)
    folder, note = _kept(spec, cache)
    names = _names(spec)
    return {
        "directory": str(folder),
        "files": [str(folder / name) for name in names],
        "labels": [_class_of(spec, index) for index in range(spec.n)],
        "classes": spec.classes,
        "size": [spec.height, spec.width],
        "n": spec.n,
        "note": note,
    }


def _kept(spec: SynthSpec, cache: Path | None) -> tuple[Path, str]:
    """The directory of images where they can be kept, and a note if that is not the user's cache."""
    wanted = cache or cache_folder()
    try:
        return _complete(spec, wanted / spec.key), ""
    except OSError as error:
        if cache is not None:
            raise _unwritable(cache, error) from error
        reason = error.strerror or error
    fallback = Path(tempfile.gettempdir()) / f"genaudit-{_user()}" / "synth"
    try:
        folder = _complete(spec, _own(fallback) / spec.key)
    except OSError as error:
        raise _unwritable(fallback, error) from error
    return folder, f"made images are kept in {fallback}: {wanted} cannot be written ({reason})"


def _complete(spec: SynthSpec, folder: Path) -> Path:
    """The directory of images below ``folder``, with all that is missing or broken made again."""
    images = folder / "images"
    manifest = folder / "manifest.json"
    sizes = _read_manifest(manifest, spec)
    names = _names(spec)
    broken = [index for index, name in enumerate(names) if not _is_whole(images / name, sizes.get(name))]
    if not broken:
        return images.absolute()
    for index in range(spec.classes):
        (images / _class_folder(spec, index)).mkdir(parents=True, exist_ok=True)
    # Files grow outside of the directory: a reader that lists it meets whole images only.
    with tempfile.TemporaryDirectory(dir=folder, prefix="partial-") as partial:
        painter = _painter(spec)
        for index in broken:
            path = Path(partial) / Path(names[index]).name
            painter(index, _class_of(spec, index), path)
            sizes[names[index]] = path.stat().st_size
            path.replace(images / names[index])
        path = Path(partial) / "manifest.json"
        path.write_text(json.dumps({"version": _VERSION, "key": spec.key, "sizes": sizes}))
        path.replace(manifest)
    return images.absolute()


def _painter(spec: SynthSpec) -> Any:
    from genaudit.recorder.synth.pictures import Painter

    return Painter(spec.width, spec.height, spec.format).paint


def _read_manifest(path: Path, spec: SynthSpec) -> dict[str, int]:
    """Sizes of the images by name; nothing where the data set was never completed."""
    try:
        text = read_bytes(path, MOST_RESULT_BYTES)
        check_nesting(text)
        content = json.loads(text)
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict) or content.get("key") != spec.key or not isinstance(content.get("sizes"), dict):
        return {}
    return dict(content["sizes"])


def _is_whole(path: Path, size: int | None) -> bool:
    if size is None:
        return False
    with contextlib.suppress(OSError):
        return path.stat().st_size == size
    return False


def _names(spec: SynthSpec) -> list[str]:
    """Files relative to the directory, class by class, as a sorted listing gives them."""
    ending = FORMATS[spec.format]
    return [f"{_class_folder(spec, _class_of(spec, i))}/image_{i:07d}{ending}" for i in range(spec.n)]


def _class_folder(spec: SynthSpec, label: int) -> str:
    # One width of numbers for all, or class_10 would be listed before class_2.
    return f"class_{label:0{len(str(spec.classes - 1))}d}"


def _class_of(spec: SynthSpec, index: int) -> int:
    """Classes of equal size, one after the other."""
    return index * spec.classes // spec.n


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
        f"the images of --synth cannot be written to {folder}: {error.strerror or error}",
        slug="synth-unwritable",
        hint="set XDG_CACHE_HOME to a folder that can be written, or free some space",
    )


def _check_codec(name: str) -> None:
    from PIL import features

    codec = _CODECS.get(name)
    if codec is not None and not features.check(codec):
        raise UsageError(
            f"--synth: the Pillow installed here cannot write {name}", slug="bad-synth", hint="use format=png"
        )


def _near(name: str, names: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"


def _whole_number(text: str, key: str, value: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
        raise UsageError(
            f"--synth {text}: {key}={value} is not a whole number from 1 to {most}", slug="bad-synth", hint=_EXAMPLE
        )
    return int(value)


def _size(text: str, value: str) -> dict[str, Any]:
    width, cross, height = value.lower().partition("x")
    edges = [
        _whole_number(text, "size", edge, _LONGEST_EDGE) for edge in ((width, height) if cross else (width, width))
    ]
    return {"width": edges[0], "height": edges[1]}


def _format(text: str, value: str) -> dict[str, Any]:
    name = {"jpg": "jpeg"}.get(value.lower(), value.lower())
    if name not in FORMATS:
        raise UsageError(
            f"--synth {text}: there is no format {value!r}", slug="bad-synth", hint=_near(name, tuple(FORMATS))
        )
    return {"format": name}


_READERS: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "n": lambda text, value: {"n": _whole_number(text, "n", value, _MOST_ITEMS)},
    "size": _size,
    "format": _format,
    "classes": lambda text, value: {"classes": _whole_number(text, "classes", value, 10_000)},
}
