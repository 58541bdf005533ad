"""Gives genaudit's own modules a copy of Python's builtins, which the target's changes of ``len`` do not reach.

Source:
    The language reference, *Builtins and restricted execution*: a function finds builtins in the ``__builtins__`` of
    the globals that it was made with; CPython binds them when the function is made.
"""

from __future__ import annotations

import builtins
import sys
from _frozen_importlib_external import PathFinder, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

BUILTINS = dict(vars(builtins))
_OWN = __name__.rpartition(".guard.")[0] + "."


class _Loader(SourceFileLoader):
    """Loads a module as ever, with builtins of its own."""

    def create_module(self, spec: Any) -> ModuleType:
        """An empty module; ``exec`` keeps the ``__builtins__`` that it finds."""
        module = type(sys)(spec.name)
        module.__dict__["__builtins__"] = BUILTINS
        return module


class Finder:
    """Finds the modules of this package, where others do, and has them loaded apart."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        """The spec of a module of genaudit's child; ``None`` for every other."""
        if not name.startswith(_OWN):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec
