"""Which of the user's containers grow: the list that every batch is appended to, by its name.

A tracer tells where memory was allocated. What keeps it alive is often another line: `kept.append(batch)`.
"""

from __future__ import annotations

import gc
from _collections import OrderedDict, defaultdict, deque  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONTAINERS = (list, dict, set, deque, OrderedDict, defaultdict)
MOST_HOLDERS = 20
FEWEST_GROWN = 2


def lengths() -> dict[int, int]:
    """Length of every container by its identity."""
    return {id(thing): len(thing) for thing in gc.get_objects() if isinstance(thing, CONTAINERS)}


def grown_since(before: dict[int, int], n_batches: int) -> list[dict[str, object]]:
    """Containers that gained entries with batches, and the names by which code knows them.

    Args:
        before: ``lengths()`` of an earlier moment.
        n_batches: Batches since then; a container that gained fewer than half as many is left out.
    """
    fewest = max(FEWEST_GROWN, n_batches // 2)
    grown = []
    for thing in gc.get_objects():
        if not isinstance(thing, CONTAINERS) or thing is before:
            continue
        gained = len(thing) - before.get(id(thing), 0)
        if gained >= fewest and id(thing) in before:
            grown.append((gained, thing))
    grown.sort(key=lambda pair: -pair[0])
    found = []
    for gained, thing in grown[:MOST_HOLDERS]:
        names = names_of(thing)
        if names:
            found.append({"names": names, "type": type(thing).__name__, "gained": gained, "entries": len(thing)})
    return found


def names_of(thing: object) -> list[str]:
    """Variables, attributes and globals that refer to an object; the last part of each name only."""
    names: dict[str, None] = {}
    for referrer in gc.get_referrers(thing):
        for name in _names_in(referrer, thing):
            names[name] = None
    return list(names)


def _names_in(referrer: Any, thing: object) -> list[str]:
    if isinstance(referrer, dict):
        return [key for key, value in list(referrer.items()) if value is thing and isinstance(key, str)]
    frame = getattr(referrer, "gi_frame", None)
    if frame is not None:
        return _names_in_frame(frame, thing)
    if type(referrer).__name__ == "cell":
        return _names_of_cell(referrer)
    if isinstance(referrer, tuple):
        return _names_of_default(referrer, thing)
    try:
        own = vars(referrer)
    except TypeError:
        return []
    return [key for key, value in list(own.items()) if value is thing]


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
        if not isinstance(closure, tuple):
            continue
        for function in gc.get_referrers(closure):
            code = getattr(function, "__code__", None)
            own: tuple[Any, ...] | None = getattr(function, "__closure__", None)
            if code is not None and own is closure:
                names += [code.co_freevars[number] for number, one in enumerate(closure) if one is cell]
    return names


def _names_of_default(defaults: tuple[Any, ...], thing: object) -> list[str]:
    """The parameter whose default the object is."""
    names = []
    for function in gc.get_referrers(defaults):
        code = getattr(function, "__code__", None)
        if code is not None and getattr(function, "__defaults__", None) is defaults:
            parameters = code.co_varnames[: code.co_argcount][-len(defaults) :]
            names += [name for name, value in zip(parameters, defaults, strict=False) if value is thing]
    return names
