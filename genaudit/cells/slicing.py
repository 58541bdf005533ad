"""Which statements of the cells that were run are needed to have some names again, and which values are sent."""

import builtins
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any

from genaudit.cells.statements import Cell, Statement, statements_of
from genaudit.errors import UsageError

END = 10**9
"""Behind all statements: where functions are called."""
Sendable = Callable[[object], bool]


class Slice:
    """What is needed of some cells.

    Attributes:
        statements: Those to run, in their order.
        values: Those to send, by name.
        imports: Modules to import, by name.

    Args:
        cells: As they were run, in their order: where a name is made twice, the last one counts.
        namespace: The values that names have now; ``None`` where nothing was run, and statements are all there is.
        sendable: Whether a value can be sent to another process.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        namespace: Mapping[str, Any] | None = None,
        sendable: Sendable = lambda _: False,
    ) -> None:
        self._all = statements_of(cells)
        self._namespace = namespace
        self._sendable = sendable
        self._taken: set[int] = set()
        self._seen: set[tuple[str, int]] = set()
        self._data: dict[str, int] = {}
        self.values: dict[str, Any] = {}
        self.imports: dict[str, str] = {}
        self._all_changes: frozenset[str] = frozenset()

    @property
    def statements(self) -> list[Statement]:
        """Those to run, in their order."""
        return [self._all[at] for at in sorted(self._taken)]

    def need(self, names: Iterable[str], before: int = END) -> None:
        """Have names, and all that they need in turn.

        Args:
            names: Those that code reads.
            before: The statement that reads them; those behind it do not count.

        Raises:
            UsageError: One of them cannot be had again.
        """
        waiting = [(name, before) for name in names]
        while waiting:
            name, before = waiting.pop()
            if (name, before) not in self._seen:
                self._seen.add((name, before))
                waiting += self._have(name, before)
        self._make_changed_anew()

    def _make_changed_anew(self) -> None:
        """What the code fills is made by its statements, as it was before it was filled: a cache, a history."""
        for name in [name for name in self._data if self._is_changed(name)]:
            before = self._data.pop(name)
            makers = self._makers(name, before)
            if makers:
                del self.values[name]
            for at in makers:
                for more, place in self._take(at):
                    self.need([more], place)

    def need_of(self, statements: Sequence[Statement]) -> None:
        """Have what statements read that are to run behind all others, such as those of the cell that runs now.

        Raises:
            UsageError: Something cannot be had again.
        """
        made: set[str] = set()
        of_all = frozenset[str]().union(*(each.makes for each in statements))
        self._all_changes = frozenset[str]().union(*(each.changes for each in statements))
        for each in statements:
            self.need((each.reads - made) | (each.reads_later - of_all))
            made |= each.makes

    def _have(self, name: str, before: int) -> list[tuple[str, int]]:
        """Take what makes a name; further names that this needs, and where."""
        if self._namespace is None:
            return self._by_statements(name, before)
        if name not in self._namespace:
            return [] if hasattr(builtins, name) else self._by_statements(name, before)
        value = self._namespace[name]
        if isinstance(value, ModuleType):
            self.imports[name] = value.__name__
            return []
        if isinstance(value, FunctionType | type) or before != END:
            found = self._by_statements(name, before, value)
            return found if self._makers(name, before) else self._by_value(name, value, before)
        return self._by_value(name, value, before)

    def _by_value(self, name: str, value: object, before: int) -> list[tuple[str, int]]:
        if self._sendable(value):
            self.values[name] = value
            self._data[name] = before
            return []
        if self._makers(name, before):
            return self._by_statements(name, before, value)
        raise cannot_make(name, value)

    def _by_statements(self, name: str, before: int, value: object = None) -> list[tuple[str, int]]:
        more = []
        for at in self._makers(name, before, value):
            more += self._take(at)
        return more

    def _take(self, at: int) -> list[tuple[str, int]]:
        if at in self._taken:
            return []
        self._taken.add(at)
        statement = self._all[at]
        return [(name, at) for name in statement.reads] + [(name, END) for name in statement.reads_later]

    def _makers(self, name: str, before: int, value: object = None) -> list[int]:
        """The last statement that binds a name, and what has changed its object since."""
        binding = [at for at, each in enumerate(self._all[:before]) if name in each.makes]
        if not binding:
            return []
        last = next((at for at in reversed(binding) if _is_of(self._all[at], value)), binding[-1])
        changing = [
            at
            for at, each in enumerate(self._all[:before])
            if at > last and name in each.changes and name not in each.makes and not each.defines
        ]
        return [last, *changing]

    def _is_changed(self, name: str) -> bool:
        """Whether what is going to run changes the object that a name stands for, or makes it another one."""
        running = [self._all[at] for at in self._taken]
        return name in self._all_changes or any(name in each.changes | each.makes for each in running)


def _is_of(statement: Statement, value: object) -> bool:
    """Whether a function may be the one that a statement defines."""
    code = getattr(value, "__code__", None)
    return code is None or not statement.defines or statement.first == code.co_firstlineno


def cannot_make(name: str, value: object) -> UsageError:
    """A value that no other process can have.

    Args:
        name: What it is called.
        value: It.
    """
    if isinstance(value, FunctionType | type):
        return UsageError(
            f"the source of {name!r} is not known: no cell or line that was run here defines it",
            slug="cell-not-rebuilt",
            hint="define it in a cell, or in a file: %%writefile data.py, then from data import …",
        )
    kind = type(value)
    what = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    return UsageError(
        f"{name!r} is a {what}, and no cell that was run here makes it by a statement of its own",
        slug="cell-not-rebuilt",
        hint=f"make it in a cell ({name} = …), make it inside the function, or give it as an argument",
    )
