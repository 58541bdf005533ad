"""Which of the user's containers grow: the list that every batch is appended to, by its name.

A tracer tells where memory was allocated. What keeps it alive is often another line: `kept.append(batch)`.
"""

from __future__ import annotations

import gc
from _collections import deque  # type: ignore[import-not-found]

from genaudit.recorder.child.guard.static_inspect import (
    CellType,
    FunctionType,
    GeneratorType,
    attributes_of,
    name_of,
    slots_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# By real type, with the length that is stored: of a million objects many have an own idea of their class or length.
_STORED: tuple[Any, ...] = (list, dict, set, deque)
MOST_CONTAINERS = 20
FEWEST_GROWN = 2


def lengths() -> dict[int, int]:
    """Length of every container by its identity."""
    return {id(thing): n for thing in gc.get_objects() if (n := _length(thing)) is not None}


def _length(thing: Any) -> int | None:
    kind = type(thing)
    if issubclass(kind, _STORED):
        for base in _STORED:
            if issubclass(kind, base):
                return int(base.__len__(thing))
    return None


def grown_since(before: dict[int, int], n_batches: int) -> list[dict[str, object]]:
    """Containers that gained entries with batches, and the names by which code knows them.

    Args:
        before: ``lengths()`` of an earlier moment.
        n_batches: Batches since then; a container that gained fewer than half as many is left out.
    """
    fewest = max(FEWEST_GROWN, n_batches // 2)
    grown = []
    for thing in gc.get_objects():
        length = None if thing is before else _length(thing)
        if length is None:
            continue
        gained = length - before.get(id(thing), 0)
        if gained >= fewest and id(thing) in before:
            grown.append((gained, thing))
    grown.sort(key=lambda pair: -pair[0])
    rows = []
    for gained, thing in grown[:MOST_CONTAINERS]:
        names = names_of(thing)
        if names:
            rows.append({"names": names, "type": name_of(type(thing)), "gained": gained, "entries": _length(thing)})
    return rows


def names_of(thing: object) -> list[str]:
    """Variables, attributes and globals that refer to an object; the last part of each name only."""
    names: dict[str, None] = {}
    for referrer in gc.get_referrers(thing):
        for name in _names_in(referrer, thing):
            names[name] = None
    return list(names)


def _names_in(referrer: Any, thing: object) -> list[str]:
    kind = type(referrer)
    if issubclass(kind, dict):
        return [key for key, value in list(dict.items(referrer)) if value is thing and type(key) is str]
    if kind is GeneratorType:
        return [] if referrer.gi_frame is None else _names_in_frame(referrer.gi_frame, thing)
    if kind is CellType:
        return _names_of_cell(referrer)
    if issubclass(kind, tuple):
        return _names_of_default(referrer, thing)
    own = {**attributes_of(referrer), **slots_of(referrer)}
    return [key for key, value in own.items() if value is thing and type(key) is str]


def _names_in_frame(frame: Any, thing: object) -> list[str]:
    variables = frame.f_locals
    names = [name for name, value in variables.items() if value is thing]
    if type(variables) is dict:
        # Before Python 3.13 this is a copy that the frame keeps.
        variables.clear()
    return names


def _names_of_cell(cell: object) -> list[str]:
    """Names of a closure's variable, by the functions that share its cell."""
    names = []
    for closure in gc.get_referrers(cell):
        if type(closure) is not tuple:
            continue
        for function in gc.get_referrers(closure):
            if type(function) is FunctionType and function.__closure__ is closure:
                names += [function.__code__.co_freevars[at] for at, inner in enumerate(closure) if inner is cell]
    return names


def _names_of_default(defaults: tuple[Any, ...], thing: object) -> list[str]:
    """The parameter whose default the object is."""
    names = []
    for function in gc.get_referrers(defaults):
        if type(function) is FunctionType and function.__defaults__ is defaults:
            code = function.__code__
            parameters = code.co_varnames[: code.co_argcount][-len(defaults) :]
            names += [name for name, value in zip(parameters, defaults, strict=False) if value is thing]
    return names
