"""The walk itself: breadth first, each object at the first path that reaches it, within limits."""

from __future__ import annotations

from _collections import deque  # type: ignore[import-not-found]
from gc import get_referents
from sys import getrefcount
from time import thread_time

from genaudit.recorder.child.guard.static_inspect import name_of
from genaudit.recorder.child.retention import edges
from genaudit.recorder.child.retention.nodes import Node, Tree
from genaudit.recorder.child.retention.sampling import sample
from genaudit.recorder.child.retention.sizes.found import Buffers, Found
from genaudit.recorder.child.retention.sizes.kinds import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_OBJECTS = 25_000
MOST_ASIDE = 50_000
"""So many objects are passed by without being looked at."""
LIMIT_S = 0.3
"""Of the processor's time: what else runs on the machine does not change what is found."""
_EACH = 64
OWN_REFERENCES = 6
"""About so many of the references to an object are those of the walk and of one that holds it."""


class _Piece:
    """Memory that several objects may show, and that stands for other pieces like it."""

    __slots__ = ("n_bytes", "node", "parent", "weight")

    def __init__(self, n_bytes: float, node: Node, parent: Node, weight: float) -> None:
        self.n_bytes = n_bytes
        self.node = node
        self.parent = parent
        self.weight = weight

    def is_shared(self) -> None:
        """It stands for itself alone."""
        self.node.data += self.n_bytes * (1 - self.weight)
        self.weight = 1.0


class _Reached:
    """An object that stands for others, or that is still to be looked into."""

    __slots__ = ("data", "node", "objects", "pieces", "value", "weight")

    def __init__(self, value: Any, node: Node, weight: float, data: float, objects: float) -> None:
        self.value = value
        self.node = node
        self.weight = weight
        self.data = data
        self.objects = objects
        self.pieces: list[_Piece] = []

    def is_shared(self) -> None:
        """Others of the sample hold the very same object: it stands for itself alone."""
        self.node.add(1 - self.weight, self.data, self.objects)
        self.weight = 1.0
        for piece in self.pieces:
            piece.is_shared()


class Walk:
    """One walk through one process.

    Args:
        most_objects: It ends when it has looked at so many.
        limit_s: It ends after so many seconds of the processor's time.
    """

    def __init__(self, most_objects: int = MOST_OBJECTS, limit_s: float = LIMIT_S) -> None:
        self.tree = Tree()
        self.is_complete = True
        self._most = most_objects
        self.deadline = thread_time() + limit_s
        self._seen: set[int] = set()
        self._aside: set[int] = set()
        """Objects that are passed by, as nobody asks who holds them."""
        self._buffers = Buffers()
        self._pieces: dict[Any, _Piece] = {}
        """Of memory that stands for others, by what it is known by."""
        self._kinds: dict[int, Kind] = {}
        self._queue: deque[_Reached] = deque()
        self._weighted: dict[int, _Reached] = {}
        """Of those that stand for others: the ones of this level, and of the one above."""
        self._weighted_above: dict[int, _Reached] = {}

    @property
    def visited(self) -> int:
        """Objects that were looked at."""
        return len(self._seen)

    def kind_of(self, kind: type) -> Kind:
        """What is known of a type."""
        known = self._kinds.get(id(kind))
        if known is None:
            known = self._kinds[id(kind)] = Kind(kind)
        return known

    def data_of(self, value: Any) -> int:
        """Bytes of data in an object by itself, which the walk has not reached."""
        kind = self.kind_of(type(value))
        if kind.payload is None:
            return kind.size(value)
        try:
            return kind.payload(value, Buffers()).data
        except Exception:
            return 0

    def has(self, value: object) -> bool:
        """Whether an object was reached, or is passed by."""
        return id(value) in self._seen or id(value) in self._aside

    def pass_by(self, values: list[Any]) -> None:
        """Leave out some objects, and what they lead to, as far as that was not reached by another path."""
        queue = deque(values)
        while queue and len(self._aside) < MOST_ASIDE:
            value = queue.popleft()
            if id(value) not in self._seen and id(value) not in self._aside and not self.kind_of(type(value)).is_never:
                self._aside.add(id(value))
                queue.extend(get_referents(value))

    def reach(self, value: Any, parent: Node, kind: str, name: str, weight: float = 1.0) -> Node | None:
        """An object was found at the end of a path; its node, where it is new."""
        of_type = self._kinds.get(id(type(value))) or self.kind_of(type(value))
        if of_type.is_never:
            return None
        key = id(value)
        if key in self._seen:
            again = self._weighted.get(key) or self._weighted_above.get(key)
            if again is not None and again.weight > 1:
                again.is_shared()
            return None
        if key in self._aside:
            return None
        self._seen.add(key)
        if of_type.payload is not None:
            return self._add_payload(value, of_type, parent, kind, name, weight)
        if of_type.is_code and not name:
            # A function, or a generator or a frame of one: it is called by its name.
            kind = "function" if of_type.name == "function" else "frame"
            name = edges.place_of(value)[2]  # type: ignore[index]
        if weight > 1 and of_type.expand is None:
            # One of a few labels that many rows share does not stand for as many others as its row does.
            weight = max(1.0, weight / max(1, getrefcount(value) - OWN_REFERENCES))
        size = of_type.size(value)
        data, objects = (size, 0) if of_type.is_data else (0, size)
        node = parent.child(kind, name, of_type.name)
        self._add(value, node, weight, data, objects, is_open=of_type.expand is not None)
        node.is_foreign = node.is_foreign or of_type.is_foreign
        return node

    def reach_class(self, kind: type, parent: Node) -> Node | None:
        """What a class keeps in its namespace; its node, where it is new."""
        if id(kind) in self._seen:
            return None
        self._seen.add(id(kind))
        node = parent.child("class", name_of(kind), "type")
        node.count += 1
        for name, held in edges.namespace_entries(kind):
            self.reach(held, node, "attribute", name)
        return node

    def go_on(self, most_objects: int, limit_s: float) -> None:
        """Look at other objects, whatever is left of the limits so far: these are for what comes now.

        Args:
            most_objects: At so many more.
            limit_s: For so many seconds of the processor's time from now on.
        """
        self._most = len(self._seen) + most_objects
        self.deadline = thread_time() + limit_s

    def drain(self, most: int | None = None) -> None:
        """Look into all that was reached, and into what that leads to.

        Args:
            most: It is enough when so many objects more have been looked at.
        """
        queue = self._queue
        enough = None if most is None else len(self._seen) + most
        turn = left = 0
        while queue:
            if left == 0:
                self._weighted_above, self._weighted, left = self._weighted, {}, len(queue)
            if enough is not None and len(self._seen) > enough:
                break
            turn += 1
            left -= 1
            if len(self._seen) > self._most or (turn % _EACH == 0 and thread_time() > self.deadline):
                self.is_complete = False
                break
            reached = queue.popleft()
            stands_for = reached.node.next_open(reached.weight)
            if stands_for:
                value, node, before = reached.value, reached.node, len(self._seen)
                self._kinds[id(type(value))].expand(self, value, node, stands_for)  # type: ignore[misc]
                node.below += len(self._seen) - before
        queue.clear()

    def _add_payload(self, value: Any, of_type: Kind, parent: Node, kind: str, name: str, weight: float) -> Node:
        buffers = self._buffers
        buffers.begin()
        try:
            found = of_type.payload(value, buffers)  # type: ignore[misc]
        except Exception:
            # A library could not tell: what it holds is not accounted for.
            self.is_complete = False
            found = Found()
        node = parent.child(kind, name, of_type.name, found.detail)
        once = max(1.0, weight / found.n_sharing)
        data, objects = found.data, found.objects
        if found.sampled is not None:
            # A table of references.
            data, objects = 0, objects + data * once / weight
        if weight > 1:
            self._add_pieces(value, node, parent, weight, once, data, objects)
        else:
            self._add(value, node, weight, data, objects, is_open=False)
        node.is_foreign = node.is_foreign or found.is_foreign
        node.shown += found.shown * weight
        if found.entries:
            node.entries = (node.entries or 0) + round(found.entries * weight)
        for held in found.held:
            self.reach(held, node, "referent", "", weight)
        if found.sampled is not None:
            n, item = found.sampled
            node.entries = (node.entries or 0) + n * weight
            for entry, stands_for in sample(n, lambda: map(item, range(n)), is_within=weight > 1):
                self.reach(entry, node, "entry", "", once * stands_for)
        return node

    def _add_pieces(
        self, value: Any, node: Node, parent: Node, weight: float, once: float, data: float, objects: float
    ) -> None:
        """Add an object that stands for others, whose data may be theirs too: it is then there once."""
        of_pieces = 0.0
        self._add(value, node, weight, 0, objects, is_open=False)
        node.data += data * once
        reached = self._weighted[id(value)]
        for key, n_bytes in self._buffers.taken if data else ():
            of_pieces += n_bytes
            piece = self._pieces[key] = _Piece(n_bytes, node, parent, once)
            reached.pieces.append(piece)
        if data > of_pieces:
            reached.pieces.append(_Piece(data - of_pieces, node, parent, once))
        for key in self._buffers.again:
            # Of another container it says nothing: that may have the same entries.
            again = self._pieces.get(key)
            if again is not None and again.parent is parent:
                again.is_shared()

    def _add(self, value: Any, node: Node, weight: float, data: float, objects: float, *, is_open: bool) -> None:
        node.add(weight, data, objects)
        if node.place is None and self._kinds[id(type(value))].is_code:
            node.place = edges.place_of(value)
        if is_open or weight > 1:
            reached = _Reached(value, node, weight, data, objects)
            if weight > 1:
                self._weighted[id(value)] = reached
            if is_open:
                self._queue.append(reached)
