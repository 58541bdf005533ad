"""Imports of genaudit's own, apart from the user's files that have the names of Python's modules."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

_path: list[str] = []
_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep


def remember() -> None:
    """Take the places to import from as they are now, before the target adds its own."""
    _path[:] = sys.path


class OwnImports:
    """While this is entered, modules come from where they came from before the target was imported.

    A ``random.py`` beside the target is the target's ``random``, as it is without genaudit; genaudit itself and the
    standard library below it get Python's.
    """

    def __enter__(self) -> None:
        self._path = sys.path[:]
        self._hidden = {name: module for name, module in list(sys.modules.items()) if _is_in_the_way(name, module)}
        for name in self._hidden:
            del sys.modules[name]
        sys.path[:] = _path or self._path

    def __exit__(self, *_: object) -> None:
        sys.path[:] = self._path
        sys.modules.update(self._hidden)


def _is_in_the_way(name: str, module: ModuleType) -> bool:
    """Whether a module has the name of one of Python's and is none of them."""
    if name.partition(".")[0] not in sys.stdlib_module_names or name == "__main__":
        return False
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and not file.startswith(_LIBRARY)
