"""Genaudit's own work inside the target's process, apart from what the target has changed there.

A target may have files with the names of Python's modules, and it may replace or take away what the interpreter works
with: builtins, modules, the places to import from, the depth of calls. It keeps all that; genaudit has Python's.
"""

from __future__ import annotations

import builtins
import os
import posix
import sys
from sys import getrecursionlimit

from genaudit.recorder.child.guard.hooks import SilentHooks
from genaudit.recorder.child.guard.own_builtins import BUILTINS, Finder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Table = dict[Any, Any]

_LIBRARY = os.path.dirname(os.path.abspath(os.__file__))
_PYTHONS = sys.stdlib_module_names
_BUILT_IN = sys.builtin_module_names
_OURS = __name__.partition(".")[0]
_FINDERS = [Finder] if globals()["__builtins__"] is BUILTINS else []
_MODULE = type(sys)
_fields_of = vars(_MODULE)["__dict__"].__get__
_MISSING = object()
_IMPORT_STATE = ("path", "meta_path", "path_hooks", "path_importer_cache", "modules")
FEWEST_CALLS = 200

# The tables themselves: the names that lead to them may be put to others.
_table = sys.modules
_state = vars(sys)
_builtins = vars(builtins)

_path: list[str] = []
_meta_path: list[Any] = []
_path_hooks: list[Any] = []
_modules: dict[str, Any] = {}
"""Modules of Python's and genaudit's own, as genaudit has them."""
_late: list[str] = []
"""Those among them that genaudit has brought, and the interpreter had not."""


def remember(bare: frozenset[str] = frozenset()) -> None:
    """Take what the interpreter works with as it is now, before the target is imported.

    Args:
        bare: Names of the modules that the interpreter brings by itself.
    """
    _path[:] = sys.path
    _meta_path[:] = sys.meta_path
    _path_hooks[:] = sys.path_hooks
    _modules.clear()
    _modules.update(_table)
    _late[:] = [name for name in _modules if name not in bare] if bare else []


def give_way() -> None:
    """Let the target have its own where it has modules with the names of some that genaudit has brought."""
    for name in _shadowed(_late):
        _table.pop(name, None)


def fields_of_module(name: str) -> Table:
    """What is in a module that has been imported, without its class having a say; nothing where there is none."""
    module = _table.get(name)
    return _fields_of(module) if issubclass(type(module), _MODULE) else {}


class OwnImports:
    """While this is entered, modules come from where they came from before the target was imported.

    A ``random.py`` beside the target is the target's ``random``, as it is without genaudit; genaudit itself and the
    standard library below it get Python's. Builtins are Python's too, and no hook of the target's is called.
    """

    def __enter__(self) -> None:
        self._hooks = SilentHooks()
        self._hooks.__enter__()
        # First of all, as the import system is written in Python.
        self._builtins = _put(_builtins, _changed(_builtins, BUILTINS))
        self._state = _put(_state, _own_state() if _path else {})
        self._hidden = {name: module for name, module in list(_table.items()) if _is_in_the_way(name, module)}
        for name in self._hidden:
            del _table[name]
        self._modules = _put(_table, _changed(_table, _modules))
        self._before = set(_table)

    def __exit__(self, *_: object) -> None:
        brought = [name for name in _table if name not in self._before and _is_known(name)]
        _modules.update([(name, _table[name]) for name in brought])
        _late.extend(brought)
        _put(_state, self._state)
        for name in _shadowed(brought):
            _table.pop(name, None)
        _put(_table, self._modules)
        _table.update(self._hidden)
        _put(_builtins, self._builtins)
        self._hooks.__exit__()


def _changed(table: Table, own: Table) -> Table:
    """What a table should have and has not."""
    return {name: value for name, value in own.items() if table.get(name, _MISSING) is not value}


def _put(table: Table, values: Table) -> Table:
    """Put values into a table; what was there, to be put back the same way."""
    before = {name: table.get(name, _MISSING) for name in values}
    for name, value in values.items():
        if value is _MISSING:
            table.pop(name, None)
        else:
            table[name] = value
    return before


def _own_state() -> Table:
    own: Table = {
        "path": _path[:],
        "meta_path": _FINDERS + _meta_path,
        "path_hooks": _path_hooks[:],
        "modules": _table,
    }
    hooks, cache = _state.get("path_hooks"), _state.get("path_importer_cache")
    if type(cache) is not dict or type(hooks) is not list or len(hooks) < len(_path_hooks):
        # What was found by other hooks, or by none, does not count.
        own["path_importer_cache"] = {}
    return own


def _is_in_the_way(name: Any, module: Any) -> bool:
    """Whether a module has the name of one of Python's and is none of them."""
    if type(name) is not str or name.partition(".")[0] not in _PYTHONS or name == "__main__" or name in _BUILT_IN:
        return False
    if not issubclass(type(module), _MODULE):
        return name not in _modules
    # Not by getattr: a module's class may be the target's.
    fields = _fields_of(module)
    file = fields.get("__file__")
    if type(file) is str:
        return not file.startswith(_LIBRARY + "/")
    return fields.get("__spec__") is None


def _is_known(name: Any) -> bool:
    """Whether a module, brought by an import of genaudit's, is genaudit's own or Python's."""
    return type(name) is str and (name.partition(".")[0] in _PYTHONS or name.startswith(_OURS))


def _shadowed(names: list[str]) -> list[str]:
    """Of modules of Python's those that the target would have got from a place of its own."""
    path = _state.get("path")
    places = []
    for place in path if type(path) is list else ():
        if type(place) is not str or place.startswith(_LIBRARY):
            break
        places.append(place or ".")
    tops = {name.partition(".")[0] for name in names} - {_OURS, *_BUILT_IN}
    theirs = {top for top in tops if any(_is_there(f"{place}/{top}") for place in places)}
    return [name for name in names if name.partition(".")[0] in theirs]


def _is_there(stem: str) -> bool:
    for path in (f"{stem}.py", f"{stem}/__init__.py"):
        try:
            posix.stat(path)
        except (OSError, ValueError):
            continue
        return True
    return False


def taken_away() -> list[str]:
    """What the target has changed of all that genaudit works with: names, for a message."""
    changes = [f"builtins.{name}" for name in _changed(_builtins, BUILTINS) if not name.startswith("__")]
    changes += [f"sys.modules[{name!r}]" for name in _changed(_table, _modules) if name.partition(".")[0] in _PYTHONS]
    if _state.get("modules") is not _table:
        changes.append("sys.modules")
    for name, own in (("meta_path", _meta_path), ("path_hooks", _path_hooks)):
        theirs = _state.get(name)
        if type(theirs) is not list or any(all(entry is not part for part in theirs) for entry in own):
            changes.append(f"sys.{name}")
    changes += [f"os.{name}" for name in _replaced_functions()]
    if getrecursionlimit() < FEWEST_CALLS:
        changes.append(f"the recursion limit, which is {getrecursionlimit()}")
    return changes


def _replaced_functions() -> list[str]:
    """Functions of ``os`` that are no longer those of the interpreter's own module below it."""
    kind, own = type(posix.stat), vars(os)
    return [
        name
        for name, function in vars(posix).items()
        if type(function) is kind and not name.startswith("_") and own.get(name, function) is not function
    ]
