"""The items that a trial does not get: whether they stay in memory beside those that it gets, and how much they take.

What was read for the call is let go when a part of it is taken. An array of a module stays whole. Then each trial holds
all of the data set, whatever its size, and sizes would not differ by the data in them.
"""

from __future__ import annotations

from sys import getrefcount

from genaudit.recorder.child.dataset import subset
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.static_inspect import inherits, member_of, reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_DEEPEST = 32


class Others:
    """Values that smaller ones were taken of, until it is known who else holds them.

    Args:
        values: The whole ones.
        parts: Those that the target is called with.
    """

    def __init__(self, values: Iterable[Any] = (), parts: Iterable[Any] = ()) -> None:
        self._values = [_owner(value) for value in values]
        self._parts = list(parts)

    def kept_bytes(self) -> int:
        """Bytes that others keep of the whole beyond the parts. It lets go of all, so it is asked for once."""
        if not self._values:
            return 0
        with OwnImports():
            from gc import collect
        # A frame may wait for the collector.
        collect()
        ours = _references([object()], 0)
        places = [place for place in range(len(self._values)) if _references(self._values, place) > ours]
        kept = [self._values[place] for place in places]
        try:
            return _beyond(kept, self._parts) if kept else 0
        finally:
            kept.clear()
            self._values.clear()
            self._parts.clear()


def _references(values: list[Any], place: int) -> int:
    """References to a value in a list; of one that is only there, whatever the interpreter counts along."""
    return getrefcount(values[place])


def _owner(value: Any) -> Any:
    """The array that owns the memory of one that shows all of it: who holds that one, holds this."""
    ndarray = member_of("numpy", "ndarray")
    if ndarray is None:
        return value
    owner = value
    for _ in range(_DEEPEST):
        base = reader(ndarray, "base")(owner) if inherits(type(owner), ndarray) else None
        if base is None or not inherits(type(base), ndarray):
            break
        owner = base
    return owner if owner is not value and subset.n_bytes(owner) == subset.n_bytes(value) else value


def _beyond(values: list[Any], parts: list[Any]) -> int:
    """Bytes of the objects that values lead to and parts do not, by a walk of references."""
    with OwnImports():
        from genaudit.recorder.child.retention.walk import Walk

    walk = Walk()
    try:
        for part in parts:
            walk.reach(part, walk.tree.top, "part", "")
        walk.drain()
        for value in values:
            walk.reach(value, walk.tree.top, "whole", "")
        walk.drain()
        return round(walk.tree.found_below("whole"))
    except Exception:
        # A class of the user's that cannot be looked at: nothing is known of what it holds.
        return 0
    finally:
        walk.tree.clear()
