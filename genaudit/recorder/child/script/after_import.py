"""Calls a function when a module has been imported: libraries are changed when a script imports them, never before."""

from __future__ import annotations

import sys

from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any


class AfterImport:
    """A finder that finds nothing itself: the modules that it waits for are found by the others.

    Args:
        actions: What to do with each module, by its name.
    """

    def __init__(self, actions: dict[str, Callable[[ModuleType], None]]) -> None:
        self._actions = dict(actions)

    def install(self) -> None:
        """Do it at once for modules that are there, as in a process that was forked; wait for the others."""
        for name in list(self._actions):
            module = sys.modules.get(name)
            if module is not None:
                self._actions.pop(name)(module)
        sys.meta_path.insert(0, self)

    @calls_target
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The module as the other finders find it, with what is to be done after it has run."""
        action = self._actions.pop(name, None)
        if action is None:
            return None
        for finder in list(sys.meta_path):
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    _then(spec.loader, action)
                    return spec
        return None


def _then(loader: Any, action: Callable[[ModuleType], None]) -> None:
    """Have a loader do something once the module has run; it stays the loader that code may ask for."""
    execute = loader.exec_module

    @calls_target
    def exec_module(module: ModuleType) -> None:
        try:
            execute(module)
        finally:
            vars(loader).pop("exec_module", None)
        action(module)

    try:
        loader.exec_module = exec_module
    except AttributeError:
        # A loader without room for it, of an archive: the library is used unseen.
        return
