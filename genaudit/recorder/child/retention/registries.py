"""Tables of libraries that gain entries from the first walk on, such as the figures that pyplot has open.

What they keep may hold no data of its own, but memory of a library's: no walk from the user's names leads there, and a
search for data finds nothing. That there are more entries with each batch tells whose it is.
"""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]

from genaudit.recorder.child.guard.own_imports import fields_of_module
from genaudit.recorder.child.guard.static_inspect import attributes_of, is_native, module_of, namespace_of
from genaudit.recorder.child.retention.sizes.kinds import OURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

OF_A_BATCH = 0.3
"""Entries that came with each batch; some come with every second or third."""
FEWEST = 3
MOST_TABLES = 4
_BASES: tuple[Any, ...] = (list, dict, set, deque)
_PASSED_BY = {OURS, "sys", "builtins", "gc"}
_WEAK = {"weakref", "_weakrefset"}


class Registries:
    """How many entries the tables of all modules had at the first walk."""

    def __init__(self) -> None:
        self._kinds = _Kinds()
        self._batch = 0
        self._lengths: dict[int, int] = {}

    def note(self, batch: int) -> None:
        """Count them now.

        Args:
            batch: The number of the last batch.
        """
        self._batch = batch
        # Most are empty, and those that were not there count as such.
        self._lengths = {id(chain[-1]): n for chain, n in self._tables() if n}

    def grown(self, batch: int) -> list[list[Any]]:
        """Those that gained entries with the batches, the most first: the name of a module, then what leads to it.

        Args:
            batch: The number of the last batch.
        """
        fewest = max(FEWEST, OF_A_BATCH * (batch - self._batch))
        gains = [(n - self._lengths.get(id(chain[-1]), 0), chain) for chain, n in self._tables()]
        gains = [gain for gain in gains if gain[0] >= fewest]
        gains.sort(key=lambda gain: -gain[0])
        return [chain for _, chain in gains[:MOST_TABLES]]

    def _tables(self) -> Iterator[tuple[list[Any], int]]:
        """What leads to each table, and its entries: variables of modules, attributes of classes and of objects."""
        seen = set()
        for chain in _chains(self._kinds):
            table = chain[-1]
            length = self._kinds.length(table)
            if length is not None and id(table) not in seen:
                seen.add(id(table))
                yield chain, length(table)


def _chains(kinds: _Kinds) -> Iterator[list[Any]]:
    """What modules hold, and what that holds by names of its own, each behind what leads to it."""
    for module in list(sys.modules):
        if type(module) is not str or module.partition(".")[0] in _PASSED_BY:
            continue
        for value in list(fields_of_module(module).values()):
            yield [module, value]
            if kinds.length(value) is None:
                for held in _held_in(value, module, kinds):
                    yield [module, value, held]


class _Kinds:
    """What is known of types, each asked once."""

    def __init__(self) -> None:
        self._lengths: dict[int, Callable[[Any], int] | None] = {}
        self._plain: dict[int, bool] = {}
        # Kept, as they are known by their identity.
        self._kept: list[type] = []

    def length(self, value: Any) -> Callable[[Any], int] | None:
        """What tells the entries of a table; ``None`` of any other object."""
        kind = type(value)
        if id(kind) not in self._lengths:
            self._kept.append(kind)
            self._lengths[id(kind)] = next((base.__len__ for base in _BASES if issubclass(kind, base)), None)
        return self._lengths[id(kind)]

    def is_plain(self, value: Any) -> bool:
        """Whether it is an object of a class in Python, which may keep tables under its attributes."""
        kind = type(value)
        if id(kind) not in self._plain:
            self._kept.append(kind)
            self._plain[id(kind)] = not is_native(kind) and module_of(kind).partition(".")[0] not in _WEAK
        return self._plain[id(kind)]


def _held_in(value: Any, module: str, kinds: _Kinds) -> list[Any]:
    """What a class that is written in a module, or an object, keeps under its attributes."""
    if issubclass(type(value), type):
        # A class of C's that nobody has used yet has no namespace: _socket.socket, without the module socket.
        return list((namespace_of(value) or {}).values()) if module_of(value) == module else []
    return list(attributes_of(value).values()) if kinds.is_plain(value) else []
