"""What a target and its arguments name that lies on this machine, and that a worker must see too."""

import glob
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST = 1000
"""Of a list of files the first so many are looked for: what has those has the others."""
_LONGEST = 4096
_FILES = {"glob", "lines", "json", "yaml", "ns", "npy"}
"""Prefixes of ``--arg`` behind which a file is named."""


def paths_of(target: dict[str, Any], inputs: dict[str, Any], folder: Path) -> list[str]:
    """Absolute paths, each once, the folder first.

    Args:
        target: As ``child_target`` gives it.
        inputs: As ``child_inputs`` gives them; a data set that is made is made on the worker.
        folder: The current one.
    """
    found = {str(folder): None}
    makers = [maker for maker in (target, inputs.get("args_from")) if maker]
    for maker in makers:
        for text in [maker.get("file"), *(maker.get("import_from") or []), *_modules(maker, folder)]:
            if text:
                found[_absolute(folder / text)] = None
    named = [*inputs.get("arguments", []), inputs.get("config_arguments"), target.get("steps")]
    named.append((target.get("script") or {}).get("arguments"))
    for text in _texts(named):
        if len(found) >= MOST:
            break
        path = _existing(text, folder)
        if path is not None:
            found[path] = None
    return list(found)


def _modules(maker: dict[str, Any], folder: Path) -> Iterator[str]:
    """The module of a target where it lies in a folder of the user's; an installed one is looked for by its version."""
    first = str(maker.get("module") or (maker.get("script") or {}).get("module") or "").partition(".")[0]
    for name in (f"{first}.py", first):
        if first and (folder / name).exists():
            yield name


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < 10 and isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry, depth + 1)
    elif depth < 10 and isinstance(value, list | tuple):
        for entry in value:
            yield from _texts(entry, depth + 1)


def _existing(text: str, folder: Path) -> str | None:
    """What a text names, if it is something that is there: of a pattern, the folder before it."""
    if not text or len(text) > _LONGEST or "\0" in text:
        return None
    prefix, _, rest = text.partition(":")
    head = rest if rest and prefix in _FILES else text
    if glob.has_magic(head):
        parts = Path(head).parts
        fixed = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts))
        head = str(Path(*parts[:fixed])) if fixed else "."
    # A word that names something by chance is no path.
    if head == text and os.sep not in text and "." not in text and not (folder / head).is_dir():
        return None
    path = _absolute(folder / head)
    try:
        return path if Path(path).exists() else None
    except (OSError, ValueError):
        return None


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - links stay
