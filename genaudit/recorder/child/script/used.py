"""The globals that a source uses: they are its own, while all else that a script has made is not."""

from __future__ import annotations

from gc import get_referents
from sys import modules

from genaudit.recorder.child.guard.static_inspect import (
    CodeType,
    FunctionType,
    GeneratorType,
    mro_of,
    names_in,
    namespace_of,
)
from genaudit.recorder.child.retention.edges import is_installed, is_users

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Table = dict[str, Any]

_MODULE = type(modules["sys"])
_CELL_NAMES = ("__closure__", "__defaults__", "__kwdefaults__")
_METHODS: tuple[type, ...] = (classmethod, staticmethod, property)
MOST = 4_000
"""Objects that are looked at."""
MOST_ENTRIES = 32
"""Of a container; its others are like these."""


class Used:
    """What the code of a source names in the modules of the user's.

    Args:
        value: The source; nothing of it is called.
    """

    def __init__(self, value: Any) -> None:
        self.codes: list[Any] = []
        """Of its functions."""
        self._tables: dict[int, Table] = {}
        self._names: dict[int, set[str]] = {}
        self._queue: list[Any] = [value]
        self._seen: dict[int, Any] = {}
        while self._queue and len(self._seen) < MOST:
            self._look_into(self._queue.pop(0))

    def names_in(self, table: Table) -> set[str]:
        """Those of one module."""
        return self._names.get(id(table), set())

    def values(self) -> list[tuple[str, Any]]:
        """Name and value of each that is no module, class or function."""
        found = [(name, self._tables[at][name]) for at, names in self._names.items() for name in sorted(names)]
        return [(name, value) for name, value in found if type(value) not in {_MODULE, type, FunctionType}]

    def _look_into(self, value: Any) -> None:
        if id(value) in self._seen or type(value) in {_MODULE, CodeType, str, int, float, bytes, bool}:
            return
        self._seen[id(value)] = value
        if type(value) is FunctionType:
            self._function(value)
        elif issubclass(type(value), type):
            self._class(value)
        else:
            self._queue.append(type(value))
            generator: Any = value if type(value) is GeneratorType else None
            frame = None if generator is None else generator.gi_frame
            if frame is not None:
                self._code(frame.f_code, frame.f_globals)
            # Of a module's own dictionary all would be used.
            self._queue += [each for each in get_referents(value)[:MOST_ENTRIES] if id(each) not in self._tables]

    def _class(self, kind: type) -> None:
        for base in mro_of(kind):
            for member in list(namespace_of(base).values()):
                inner = member
                if type(member) in _METHODS:
                    inner = getattr(member, "__func__", None) or getattr(member, "fget", None)
                function: Any = inner
                if type(function) is FunctionType and is_users(function.__code__):
                    self._queue.append(function)

    def _function(self, function: Any) -> None:
        if is_users(function.__code__):
            self._code(function.__code__, function.__globals__)
        for name in _CELL_NAMES:
            held = getattr(function, name)
            self._queue += get_referents(held) if held else []

    def _code(self, code: Any, table: Table) -> None:
        """Every name in code that is one of its module's, and what these in turn use."""
        if not is_users(code):
            return
        self.codes.append(code)
        self._tables[id(table)] = table
        names = names_in(code)
        for name in names & table.keys():
            self._names.setdefault(id(table), set()).add(name)
            value = table[name]
            if type(value) is _MODULE:
                self._module(value, names)
            else:
                self._queue.append(value)

    def _module(self, module: Any, names: set[str]) -> None:
        fields = vars(module)
        file = fields.get("__file__")
        if type(file) is not str or is_installed(file):
            return
        self._tables[id(fields)] = fields
        for name in names & fields.keys():
            self._names.setdefault(id(fields), set()).add(name)
            self._queue.append(fields[name])
