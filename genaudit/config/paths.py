"""Files that a configuration names, from wherever the command runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FILE_KINDS = ("glob", "lines", "npy", "yaml")


def resolve_paths(arguments: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Arguments with the files in them named from the folder of the configuration, wherever the command runs."""
    return {name: _resolved(value, folder) for name, value in arguments.items()}


def _resolved(value: Any, folder: Path) -> Any:
    kind, colon, raw = value.partition(":") if isinstance(value, str) else ("", "", "")
    if colon and kind in _FILE_KINDS and raw and not raw.startswith(("~", "/")) and folder != Path.cwd():
        return f"{kind}:{folder / raw}"
    return value
