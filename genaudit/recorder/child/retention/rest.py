"""What no root has led to, and yet holds much: found among all objects, then named by what leads to it.

A library that is imported has hundreds of thousands of objects, and nearly all of them were there before the target.
They are passed by in long strides: only what holds data itself is looked at, and only from there references are
followed upwards, until a module, a class or a thread has a name for it.
"""

from __future__ import annotations

from _collections import deque  # type: ignore[import-not-found]
from gc import get_objects, get_referents, is_tracked
from itertools import compress, filterfalse
from sys import modules
from time import thread_time

from genaudit.recorder.child.guard.own_imports import fields_of_module
from genaudit.recorder.child.guard.static_inspect import (
    CellType,
    FunctionType,
    GeneratorType,
    is_native,
    is_owned,
    module_of,
)
from genaudit.recorder.child.retention import edges
from genaudit.recorder.child.retention.climb import Climb, Pace
from genaudit.recorder.child.retention.sizes.kinds import OURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from genaudit.recorder.child.retention.nodes import Node
    from genaudit.recorder.child.retention.walk import Walk

LARGE_BYTES = 128 * 1024
"""What is held in this way is looked for where objects of one type hold so much."""
SMALL_BYTES = 1024
"""One that holds less is passed by."""
LARGE_ENTRIES = 8_000
"""... or where a container has so many entries."""
MOST_HOLDERS = 24
SCAN_S = 0.25
"""So long objects are looked at ..."""
OF_THOSE_BEFORE = 0.9
"""... and this share of those that were there before the target was made may be left then: they are the oldest. On a
machine with other work to do the objects of one large library take longer than there is time for."""
REST_S = 0.45
"""... and this is until when references are followed upwards, and then down again."""
MOST_AT_ONCE = 3
MOST_UNTRACKED = 4
"""Dictionaries within dictionaries that the collector does not know."""
MOST_BELOW = 8_000
"""Objects that are looked at below what was found together."""
MOST_OF_REST = 12_000
"""... and below all that was found."""
_STRIDE = 512
_DESCRIPTIONS = {"inspect", "typing", "importlib", "_frozen_importlib", "_frozen_importlib_external", "enum", "abc"}
"""Modules whose objects describe code, by tens of thousands."""
_CONTAINERS: tuple[Any, ...] = (list, dict, tuple, set, frozenset, deque)
_UNTRACKED = {id(dict), id(tuple)}
"""Types of which the collector does not know every object."""
_SIZED: dict[int, Any] = {id(base): base.__len__ for base in _CONTAINERS}


def rest(walk: Walk, n_before: int = 0) -> None:
    """Reach what holds much, and was not reached yet.

    Args:
        n_before: Objects that there were before the target was made; 0 where nobody counted them.
    """
    walk.go_on(MOST_OF_REST, REST_S)
    scan = _Scan(walk, n_before)
    holders = scan.holders()
    pace = Pace(walk.deadline)
    while holders and pace.has_time():
        some, holders = holders[:MOST_AT_ONCE], holders[MOST_AT_ONCE:]
        for chain in Climb(walk, some, pace).chains():
            reach_chain(walk, chain, scan)
        walk.drain(MOST_BELOW)
        # What leads to some of them leads to others that are like them.
        holders = [each for each in holders if not walk.has(each)]
    # There is no time left to find names: the class says something, and so does a function.
    for each in holders:
        reach_chain(walk, [each], scan)
    walk.drain(MOST_BELOW)


class _Scan:
    """Looks for objects that hold data themselves, among all that the collector knows.

    What is asked of every object is asked in loops that run in C.
    """

    def __init__(self, walk: Walk, n_before: int) -> None:
        self._walk = walk
        self._n_before = n_before
        self._holding: dict[int, bool] = {}
        """Whether objects of a type may hold data, by the identity of the type."""
        self._data: dict[int, bool] = {id(kind): True for kind in (bytes, bytearray)}
        """Whether objects of a type are data."""
        self._found: dict[int, list[tuple[int, Any]]] = {}

    def holders(self) -> list[Any]:
        """Those that hold most."""
        objects = get_objects()
        until = thread_time() + SCAN_S
        # The newest come last: what the target has made is found first.
        for at in range(len(objects) - len(objects) % _STRIDE, -1, -_STRIDE):
            if thread_time() > until:
                self._walk.is_complete &= at <= OF_THOSE_BEFORE * self._n_before
                break
            some = self._unreached(_chosen(objects[at : at + _STRIDE], self._holding, _may_hold))
            self._look_at(some)
        # Else these pairs would be among what refers to the holders.
        noted, self._found = self._found, {}
        chosen: list[tuple[int, Any]] = []
        for found in noted.values():
            total = sum(size for size, _ in found)
            if total >= LARGE_BYTES:
                chosen += [pair for pair in found if pair[0] >= total / MOST_HOLDERS / 4]
        chosen.sort(key=lambda pair: -pair[0])
        return _with_functions([each for _, each in chosen[:MOST_HOLDERS]], objects)

    def _unreached(self, some: Iterable[Any]) -> list[Any]:
        return [each for each in some if not self._walk.has(each)]

    def _look_at(self, some: list[Any]) -> None:
        """Note those among some objects that hold much."""
        for each in some:
            length = _SIZED.get(id(type(each)))
            if length is not None and length(each) >= LARGE_ENTRIES and each is not modules:
                self._note(8 * length(each), each)
        if self.data_in(some) >= SMALL_BYTES:
            for each in some:
                self._note(self.data_in([each]), each)

    def data_in(self, some: list[Any], depth: int = 0) -> int:
        """Bytes of data that some objects hold, themselves or by what the collector passes by.

        Source:
            The gc module, *is_tracked*: dictionaries and tuples of numbers, text and arrays alone are not tracked.
        """
        held = _chosen(get_referents(*some), self._data, self._is_data_or_untracked)
        if not held:
            return 0
        untracked = [each for each in held if id(type(each)) in _UNTRACKED]
        size, data_of, has = 0, self._walk.data_of, self._walk.has
        if len(untracked) < len(held):
            for each in held:
                if id(type(each)) not in _UNTRACKED and not has(each):
                    size += data_of(each)
        below = self._unreached(filterfalse(is_tracked, untracked)) if depth < MOST_UNTRACKED else None
        return size + self.data_in(below, depth + 1) if below else size

    def _is_data_or_untracked(self, kind: type) -> bool:
        return id(kind) in _UNTRACKED or self._walk.kind_of(kind).payload is not None

    def _note(self, size: int, holder: Any) -> None:
        if size >= SMALL_BYTES:
            found = self._found.setdefault(id(type(holder)), [])
            if len(found) >= 2 * MOST_HOLDERS:
                found.sort(key=lambda pair: -pair[0])
                del found[MOST_HOLDERS:]
            found.append((size, holder))


def _with_functions(holders: list[Any], objects: list[Any]) -> list[Any]:
    """The same, with the function in place of a variable of its closure: of one of a thousand alike, that is a name."""
    cells = {id(each) for each in holders if type(each) is CellType}
    if not cells:
        return holders
    functions: dict[int, Any] = {}
    for each in objects:
        if type(each) is FunctionType and each.__closure__ is not None:
            for cell in each.__closure__:
                if id(cell) in cells:
                    functions.setdefault(id(cell), each)
    found = {id(each): each for each in (functions.get(id(holder), holder) for holder in holders)}
    return list(found.values())


def _chosen(some: list[Any], facts: dict[int, bool], find: Callable[[type], bool]) -> list[Any]:
    """Objects of the types for which something is so; what is not known of a type is found out."""
    kinds = list(map(id, map(type, some)))
    if not facts.keys() >= set(kinds):
        for each in some:
            if id(type(each)) not in facts:
                facts[id(type(each))] = find(type(each))
    return list(compress(some, map(facts.__getitem__, kinds)))


def _may_hold(kind: type) -> bool:
    """Whether objects of a type are worth a look: of those in C only containers, cells and generators."""
    if issubclass(kind, _CONTAINERS) or kind is CellType or kind is GeneratorType:
        return True
    root = module_of(kind).partition(".")[0]
    return not issubclass(kind, type) and root not in _DESCRIPTIONS and root != OURS and not is_native(kind)


def reach_chain(walk: Walk, chain: list[Any], scan: _Scan | None = None) -> None:
    """Put what was found into the tree, by the names that lead to it.

    Args:
        walk: Whose tree it is.
        chain: From the top down, as ``Climb.chains`` gives it.
        scan: Tells which globals hold data, where the chain is a module alone.
    """
    top = walk.tree.top
    at = 1
    if len(chain) == 1 and type(chain[0]) is str:
        if scan is not None:
            _reach_globals(walk, chain[0], scan)
        return
    if type(chain[0]) is str:
        of_module = top.child("module", chain[0], "module")
        of_module.count = 1
        table = fields_of_module(chain[0])
        name = next((name for name, held in list(table.items()) if held is chain[1]), "")
        node = _step(walk, chain[1], of_module, "variable", name)
        at = 2
    else:
        place = edges.place_of(chain[0]) if edges.is_callback(type(chain[0])) else None
        node = _step(walk, chain[0], top, "referent", place[2] if place else "")
        if node is not None:
            node.place = place
    holder = chain[at - 1]
    while node is not None and at < len(chain):
        found, kind, name = _Finder(walk, chain[at:]).below(holder)
        if found < 0:
            found, kind, name = 0, "referent", ""
        holder = chain[at + found]
        node = _step(walk, holder, node, kind, name)
        at += found + 1


def _reach_globals(walk: Walk, module: str, scan: _Scan) -> None:
    """The data that the globals of a module hold themselves."""
    node = walk.tree.top.child("module", module, "module")
    node.count = 1
    for name, held in list(fields_of_module(module).items()):
        if type(name) is str and scan.data_in([(held,)]) >= SMALL_BYTES:
            walk.reach(held, node, "variable", name)


def _step(walk: Walk, value: Any, node: Node, kind: str, name: str) -> Node | None:
    if issubclass(type(value), type):
        return walk.reach_class(value, node)
    return walk.reach(value, node, kind, name)


class _Finder:
    """Takes the place of a walk, and looks out for certain objects: by which name one of them is reached."""

    def __init__(self, walk: Walk, wanted: list[Any]) -> None:
        self._walk = walk
        self._wanted = {id(each): at for at, each in enumerate(wanted)}
        self._found = (-1, "", "")
        self.is_complete = True

    def below(self, holder: Any) -> tuple[int, str, str]:
        """Which of the objects is reached, and by which kind of step and which name; -1 for none."""
        if issubclass(type(holder), type):
            for name, held in edges.namespace_entries(holder):
                self.reach(held, None, "attribute", name)
        else:
            expand = self._walk.kind_of(type(holder)).expand
            if expand is not None:
                expand(self, holder, _Nowhere(), 1.0)  # type: ignore[arg-type]
        return self._found

    def reach(self, value: Any, _parent: object, kind: str, name: str, _weight: float = 1.0) -> None:
        """As the walk's."""
        at = self._wanted.get(id(value), -1)
        if at >= 0 and self._found[0] < 0:
            self._found = at, kind, name

    def reach_class(self, kind: type, _parent: object) -> None:
        """As the walk's."""
        self.reach(kind, None, "class", kind.__name__ if is_owned(kind) else "")


class _Nowhere:
    """Takes the place of a node."""

    entries: float | None = None
    objects = 0.0
