"""The walk: breadth first over references, so that every object belongs to the shortest path that names it.

The result is a tree in which alike neighbours share a node: 400 arrays of one shape in a list are one node. Of a long
container a spread sample of each type is looked at, and the node remembers how many stand for how many.
"""

from __future__ import annotations

from _collections import deque  # type: ignore[import-not-found]
from time import perf_counter

from genaudit.recorder.child.guard.static_inspect import FunctionType, module_of
from genaudit.recorder.child.retention.edges import (
    edges_of,
    elements_of,
    frame_of,
    is_dead_end,
    length_of,
    named_entries,
    type_name,
)
from genaudit.recorder.child.retention.payload import Scales

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MOST_OBJECTS = 60_000
LONGEST_S = 0.4
FEWEST_SAMPLED = 1024
"""Containers with fewer entries are looked at entry by entry."""
SAMPLED = 128
"""Entries of each type that are looked at in a longer one."""
SEEN_TYPES = 1 << 16
"""Entries whose types are looked at."""
DISTINCT = 0.9
_MOST_TYPES = 64


class Node:
    """A step of a path."""

    __slots__ = (
        *("attempts", "children", "data", "detail", "entries", "function", "index", "kind", "line", "name", "parent"),
        *("path", "plain", "represented", "sampled_above", "type", "visited"),
    )

    def __init__(self, parent: Node | None, kind: str, name: str, type_text: str, detail: str = "") -> None:
        self.parent = parent
        self.kind = kind
        self.name = name
        self.type = type_text
        self.detail = detail
        self.children: dict[tuple[str, str, str, str], Node] = {}
        self.data = 0
        self.plain = 0
        self.entries: int | None = None
        self.visited = 0
        """Objects that were looked at."""
        self.represented = 0.0
        """Objects that they stand for."""
        self.attempts = 0
        """References that led here, to objects that had been seen too."""
        self.sampled_above: bool = parent is not None and (parent.sampled_above or parent.is_sampled)
        self.path: str | None = None
        self.line: int | None = None
        self.function: str | None = None
        self.index = -1

    @property
    def is_sampled(self) -> bool:
        """Whether what is known of it comes from a sample."""
        return self.visited > 0 and self.represented > self.visited * 1.001

    @property
    def scale(self) -> float:
        """How many objects each that was looked at stands for."""
        return self.represented / self.visited if self.visited else 1.0


class Walk:
    """One walk through the references of a process.

    Args:
        is_users: Whether a class or a function of this module is the user's own.
        most_objects: Objects that are looked at.
        longest_s: Seconds that it may take.
    """

    def __init__(
        self, is_users: Callable[[str], bool], *, most_objects: int = MOST_OBJECTS, longest_s: float = LONGEST_S
    ) -> None:
        self.roots: list[Node] = []
        self.visited = 0
        self.is_complete = True
        self._is_users = is_users
        self._most = most_objects
        self._deadline = perf_counter() + longest_s
        self._seen: set[int] = set()
        self._queue: deque[tuple[Any, Node]] = deque()
        self._kept: list[Any] = []
        """What was made for the walk alone: for as long as it is kept, no other object has its id."""
        self._scales = Scales()

    def skip(self, value: Any) -> None:
        """Leave an object out, and what only it keeps."""
        self._seen.add(id(value))

    def root(self, kind: str, name: str, value: Any, *, type_text: str | None = None) -> Node:
        """Begin at an object that has a name; nothing where it was reached before."""
        node = Node(None, kind, name, type_text or type_name(type(value)))
        self.roots.append(node)
        if not self._is_seen(value):
            self._place(value, node)
        return node

    def named_root(self, kind: str, name: str, type_text: str) -> Node:
        """Begin at a name without an object of its own, such as a module."""
        node = Node(None, kind, name, type_text)
        node.visited, node.represented = 1, 1.0
        self.roots.append(node)
        return node

    def reach(self, node: Node, kind: str, name: str, value: Any) -> None:
        """Follow one reference."""
        if is_dead_end(value) or (issubclass(type(value), type) and not self._is_users(module_of(value))):
            return
        self._child(node, kind, name, value, 1.0)

    def run(self) -> None:
        """Walk on to the end of what was begun, or to a limit."""
        while self._queue:
            if self.visited >= self._most or (self.visited & 255 == 0 and perf_counter() > self._deadline):
                self.is_complete = False
                self._queue.clear()
                return
            value, node = self._queue.popleft()
            self._expand(value, node)

    def let_go(self) -> None:
        """Drop all objects; the tree stays, which refers to none."""
        self._queue.clear()
        self._kept.clear()
        self._seen.clear()
        self._scales = Scales()

    def _is_seen(self, value: Any) -> bool:
        if id(value) in self._seen:
            return True
        self._seen.add(id(value))
        return False

    def _place(self, value: Any, node: Node, represented: float = 1.0) -> None:
        """Weigh an object at a node, and come back to what it refers to."""
        weight = self._scales.weigh(value)
        node.data += weight.data
        node.plain += weight.plain
        node.visited += 1
        node.represented += represented
        length = length_of(value)
        if length is not None:
            node.entries = (node.entries or 0) + length
        if weight.detail and not node.detail:
            node.detail = weight.detail
        if node.path is None:
            _locate(node, value, self._is_users)
        self.visited += 1
        for held in weight.onward:
            self._kept.append(held)
        self._queue.append((value, node))
        if weight.onward:
            self._queue.append((_Onward(weight.onward), node))

    def _expand(self, value: Any, node: Node) -> None:
        if type(value) is _Onward:
            for held in value.parts:
                self.reach(node, "referent", "", held)
            return
        record = named_entries(value)
        if record is not None:
            for kind, name, held in record:
                self.reach(node, kind, name, held)
        else:
            elements = elements_of(value)
            if elements:
                self._reach_all(node, elements)
        edges = edges_of(value)
        unnamed = [held for kind, name, held in edges if kind == "referent" and not name]
        if len(unnamed) > FEWEST_SAMPLED:
            # A container of C code.
            edges = [edge for edge in edges if edge[0] != "referent" or edge[1]]
            self._reach_all(node, unnamed)
        for kind, name, held in edges:
            self.reach(node, kind, name, held)

    def _reach_all(self, node: Node, elements: list[Any]) -> None:
        """Follow the references of a container: all of them, or of each type a spread sample."""
        n = len(elements)
        if n <= FEWEST_SAMPLED:
            for held in elements:
                self.reach(node, "entry", "", held)
            return
        step = max(1, n // SEEN_TYPES)
        looked_at = elements[::step]
        by_type: dict[int, dict[int, Any]] = {}
        counts: dict[int, int] = {}
        for held in looked_at:
            kind = id(type(held))
            by_type.setdefault(kind, {})[id(held)] = held
            counts[kind] = counts.get(kind, 0) + 1
        for kind, distinct in by_type.items():
            share = len(distinct) / counts[kind]
            # Where the same objects come again and again, there are no more of them than were seen.
            total = len(distinct) * (step if share > DISTINCT else 1)
            different = list(distinct.values())
            taken = different[:: max(1, len(different) // SAMPLED)] if len(different) > SAMPLED else different
            for held in taken:
                if not is_dead_end(held):
                    self._child(node, "entry", "", held, total / len(taken))

    def _child(self, node: Node, kind: str, name: str, value: Any, represented: float) -> None:
        seen = self._is_seen(value)
        if seen and not node.sampled_above and not node.is_sampled:
            return
        text = type_name(type(value))
        if not name and text == node.type and kind in {"referent", "entry"}:
            # A chain of alike objects, as the blocks of itertools.tee, is one step.
            child = node
        elif name and name == node.name and text == node.type:
            child = node
        else:
            key = (kind, name, text, "")
            found = node.children.get(key)
            if found is None:
                found = node.children[key] = Node(node, kind, name, text)
            child = found
        child.attempts += 1
        if not seen:
            self._place(value, child, represented)


class _Onward:
    """What an object keeps and the collector does not know of."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Any, ...]) -> None:
        self.parts = parts


def _locate(node: Node, value: Any, is_users: Callable[[str], bool]) -> None:
    """Where the function of a frame, a function or a class is defined."""
    frame = frame_of(value)
    code = frame.f_code if frame is not None else value.__code__ if type(value) is FunctionType else None
    if code is None and type(value).__name__ == "frame":
        code = value.f_code
    if code is not None:
        node.path, node.line, node.function = code.co_filename, code.co_firstlineno, code.co_name
    elif is_users(module_of(type(value))):
        node.path = None
