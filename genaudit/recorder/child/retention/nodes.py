"""The tree that a walk makes: alike neighbours share a node, small ones are left out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MOST_NODES = 300
SMALLEST_SHARE = 0.002
SMALLEST_BYTES = 4096
"""Of a little that is held, too, no step is worth its name; where paths begin, a byte is."""
ALL_OPENED = 600
"""Of alike objects so many are looked into before they are passed by in strides."""
ALL_OPENED_WITHIN = 64
"""The same where they stand for others already."""
MOST_BELOW = 4000
"""... or until so many were found in them."""
MOST_FOREIGN = 16
"""Steps whose objects do not tell what they own: of the many, and of the near, so many are kept, however small."""
MOST_DETAILS = 6
"""Neighbours that differ in their details only: of more than so many, the details are not told."""


class Node:
    """Objects that are alike, and reached by the same path.

    The figures are of these objects alone until ``Tree.total`` adds up what is below them.
    """

    __slots__ = (
        *(
            "below",
            "children",
            "count",
            "data",
            "detail",
            "entries",
            "is_foreign",
            "is_sampled",
            "kind",
            "name",
            "objects",
            "opened",
        ),
        *("parent", "place", "shown", "skipped", "step", "type"),
    )

    def __init__(self, parent: Node | None, kind: str, name: str, type_name: str, detail: str) -> None:
        self.parent = parent
        self.kind = kind
        self.name = name
        self.type = type_name
        self.detail = detail
        self.count = 0.0
        self.entries: float | None = None
        self.data = 0.0
        self.objects = 0.0
        self.is_sampled = False
        self.is_foreign = False
        """Objects of a class in C that may own more than they show."""
        self.shown = 0.0
        """Bytes that views show of what they keep alive."""
        self.below = self.opened = self.skipped = 0
        self.step = 1
        self.place: tuple[str, int, str] | None = None
        """File, line and function of a frame, a function, a class or a module."""
        self.children: dict[tuple[str, str, str, str], Node] = {}

    def child(self, kind: str, name: str, type_name: str, detail: str = "") -> Node:
        """The node of alike objects below this one; a chain of objects of one class is one node."""
        if kind in _CHAINED and kind == self.kind and name == self.name and type_name == self.type:
            return self
        key = (kind, name, type_name, detail)
        node = self.children.get(key)
        if node is None:
            node = self.children[key] = Node(self, kind, name, type_name, detail)
        return node

    def add(self, weight: float, data: float, objects: float) -> None:
        """Add an object that stands for so many."""
        self.count += weight
        self.data += data * weight
        self.objects += objects * weight
        if weight > 1:
            self.is_sampled = True

    def next_open(self, weight: float) -> float:
        """For how many objects the next of this node stands that is looked into; 0 where it is passed by.

        The more there are, the wider apart are those that are looked into.
        """
        if self.skipped:
            self.skipped -= 1
            return 0
        if self.below >= MOST_BELOW or self.opened >= (ALL_OPENED if weight == 1 else ALL_OPENED_WITHIN):
            self.below = self.opened = 0
            self.step *= 2
        self.opened += 1
        self.skipped = self.step - 1
        return weight * self.step

    def join(self, other: Node) -> None:
        """Add the objects of another node with all that is below it."""
        self.count += other.count
        self.data += other.data
        self.objects += other.objects
        self.is_sampled = self.is_sampled or other.is_sampled
        self.is_foreign = self.is_foreign or other.is_foreign
        self.shown += other.shown
        if other.entries is not None:
            self.entries = (self.entries or 0) + other.entries
        for key, theirs in other.children.items():
            own = self.children.get(key)
            if own is None:
                self.children[key] = theirs
                theirs.parent = self
            else:
                own.join(theirs)


_CHAINED = {"referent", "attribute"}


class Tree:
    """All nodes, from the roots on."""

    def __init__(self) -> None:
        self.top = Node(None, "", "", "", "")

    def found_below(self, *kinds: str) -> float:
        """What was found below roots of these kinds; ``total`` is called later."""
        found = 0.0
        nodes = [node for node in self.top.children.values() if node.kind in kinds]
        for node in nodes:
            found += node.data + node.objects
            nodes.extend(node.children.values())
        return found

    def total(self) -> float:
        """Add up from below: each node then has what is below it too."""
        for node in reversed(list(self._all())):
            _without_details(node)
        for node in reversed(list(self._all())):
            if node.parent is not None:
                node.parent.data += node.data
                node.parent.objects += node.objects
        return self.top.data + self.top.objects

    def rows(self) -> list[dict[str, object]]:
        """The fields of the nodes that matter, parents first; ``total`` was called before."""
        nodes = list(self._all())[1:]
        smallest = max(SMALLEST_BYTES, SMALLEST_SHARE * (self.top.data + self.top.objects))
        # Not more than so many: a parent is never smaller than its children, and comes before them.
        chosen = sorted(
            (
                at
                for at, node in enumerate(nodes)
                if node.data + node.objects >= (1 if node.parent is self.top else smallest)
            ),
            key=lambda at: (-(nodes[at].data + nodes[at].objects), at),
        )
        kept = _foreign(nodes)
        rows = sorted(kept | set(chosen[: MOST_NODES - len(kept)]))
        places = {id(nodes[at]): place for place, at in enumerate(rows)}
        return [_row(nodes[at], places) for at in rows]

    def clear(self) -> None:
        """Let go of all nodes, which refer to each other, so that no collection is needed."""
        for node in list(self._all()):
            node.parent = None
            node.children = {}

    def _all(self) -> Iterator[Node]:
        queue = [self.top]
        for node in queue:
            yield node
            queue.extend(node.children.values())


def _foreign(nodes: list[Node]) -> set[int]:
    """Places of the steps that may own more than they show, with all that is above them.

    Those near the root come first in the list.
    """
    places = [at for at, node in enumerate(nodes) if node.is_foreign]
    many = sorted(places, key=lambda at: -nodes[at].count)[:MOST_FOREIGN]
    at_node = {id(node): at for at, node in enumerate(nodes)}
    found: set[int] = set()
    for at in (*many, *places[:MOST_FOREIGN]):
        path: list[int] = []
        above: Node | None = nodes[at]
        while above is not None and id(above) in at_node:
            path.append(at_node[id(above)])
            above = above.parent
        if len(found | set(path)) < MOST_NODES:
            found |= set(path)
    return found


def _without_details(node: Node) -> None:
    """Join children that differ in their details only, where there are too many."""
    if len(node.children) <= MOST_DETAILS:
        return
    alike: dict[tuple[str, str, str], list[Node]] = {}
    for child in node.children.values():
        alike.setdefault((child.kind, child.name, child.type), []).append(child)
    for (kind, name, type_name), several in alike.items():
        if len(several) > MOST_DETAILS:
            for child in several:
                del node.children[kind, name, type_name, child.detail]
            joint = node.child(kind, name, type_name)
            for child in several:
                joint.join(child)


def _row(node: Node, places: dict[int, int]) -> dict[str, object]:
    data, objects = round(node.data), round(node.objects)
    row: dict[str, Any] = {
        "parent": places.get(id(node.parent), -1),
        "kind": node.kind,
        "name": node.name,
        "type": node.type,
        "count": max(1, round(node.count)),
        "bytes": data + objects,
        "data_bytes": data,
        "object_bytes": objects,
    }
    if node.detail:
        row["detail"] = node.detail
    if node.entries is not None:
        row["entries"] = round(node.entries)
    if node.is_sampled:
        row["is_sampled"] = True
    if node.is_foreign:
        row["is_foreign"] = True
    if node.shown:
        row["view_bytes"] = round(node.shown)
    if node.place is not None:
        row["path"], row["line"], row["function"] = node.place
    return row
