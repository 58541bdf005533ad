"""One walk, or the difference of two, as a tree of steps."""

import functools
import itertools
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import msgspec

from genaudit.model.marks import RetentionMark, RetentionNode

Key: TypeAlias = tuple[tuple[str, str, str], ...]
"""Kind, name and type of every step, from the root on: the same path in another walk has the same key."""

NAMED = frozenset({"variable", "attribute", "cell", "default", "argument"})
"""Kinds of steps whose name is written in somebody's code."""
MOST_OF_IT = 0.6
"""A step that has this share of what is above it leads on."""
MANY = 16
"""Entries of a container that is more than a few parts put side by side."""
LONGEST_NAME = 300
"""Bytes of a string that is longer than paths are, its header included."""
EMPTY_TEXT_BYTES = 49
"""A string without characters."""
NUMBERS = frozenset({"int", "float", "complex"})
LARGE_BUFFER_BYTES = 64 * 1024
"""Of one array: it has pages of its own, to which no count of references is written."""
WORTH_A_PATH = 0.1
"""Of what was found: less is no holder of its own."""


class Step(NamedTuple):
    """A node, with what it gained since an earlier walk."""

    node: RetentionNode
    bytes: int
    """Held; in a difference, gained."""
    entries: int
    """The same of entries."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A path to what is held."""

    steps: list[RetentionNode]
    """From the root to what is held."""
    bytes: int
    entries: int = 0
    """Entries that the container on the path has; in a difference, that it gained."""
    container: RetentionNode | None = None
    """The innermost container on the path; in a difference, the outermost that gained entries."""
    grows: bool = False
    """Whether it is what came between two walks."""
    pid: int = 0
    data_bytes: int = 0
    """The part of it in buffers, bytes and running text."""
    text_bytes: int = 0
    """Characters of strings."""
    numbers: int = 0
    """Numbers that are Python objects, each as often as it is an entry."""
    processes: int = 1
    """Processes that have it, where it is of several."""

    @property
    def holder(self) -> int:
        """Place of the step whose entries the memory is: what grew, or the outermost container of many.

        A list of generators that each keep an image is what holds the images.
        """
        containers = [at for at, step in enumerate(self.steps) if step.entries]
        if not containers:
            return len(self.steps) - 1
        if self.grows and self.container is not None:
            if self.entries <= 0:
                # No container has more entries: what its entries hold became more, up to the end of the path.
                return len(self.steps) - 1
            return next(at for at, step in enumerate(self.steps) if step is self.container)
        each = {at: (self.steps[at].entries or 0) // max(1, self.steps[at].count) for at in containers}
        many = [at for at in containers if each[at] >= MANY]
        return many[0] if many else max(containers, key=lambda at: each[at])

    @property
    def payload(self) -> RetentionNode:
        """What is held at the end of the path."""
        return self.steps[-1]

    @property
    def named(self) -> list[RetentionNode]:
        """The steps that have a name in somebody's code, the outermost first."""
        return [step for step in self.steps if step.kind in NAMED and step.name]

    @property
    def is_named(self) -> bool:
        """Whether a user finds a name of the path in code."""
        return bool(self.named)


class Tree:
    """The steps of one walk.

    Args:
        mark: The walk.
        before: An earlier one of the same process: the tree is then of what came since.
    """

    def __init__(self, mark: RetentionMark, before: RetentionMark | None = None) -> None:
        self.mark = mark
        self._is_difference = before is not None
        self._earlier = earlier = Tree(before).by_key if before is not None else {}
        self._steps = [
            Step(
                node=node,
                bytes=node.bytes - _bytes_of(earlier.get(key)),
                entries=(node.entries or 0) - _entries_of(earlier.get(key)),
            )
            for node, key in zip(mark.nodes, self.keys, strict=True)
        ]

    @functools.cached_property
    def keys(self) -> list[Key]:
        """The key of every node."""
        keys: list[Key] = []
        for node in self.mark.nodes:
            above = keys[node.parent] if node.parent >= 0 else ()
            keys.append((*above, (node.kind, node.name, node.type)))
        return keys

    @functools.cached_property
    def by_key(self) -> dict[Key, RetentionNode]:
        """The nodes by their keys."""
        return dict(zip(self.keys, self.mark.nodes, strict=True))

    @functools.cached_property
    def _children(self) -> list[list[int]]:
        children: list[list[int]] = [[] for _ in self.mark.nodes]
        for at, node in enumerate(self.mark.nodes):
            if node.parent >= 0:
                children[node.parent].append(at)
        return children

    def path(self, at: int) -> list[int]:
        """Places of the steps from the root down to one."""
        path = [at]
        while (above := self.mark.nodes[path[-1]].parent) >= 0:
            path.append(above)
        return path[::-1]

    def step(self, at: int) -> Step:
        """A node with what it holds or gained."""
        return self._steps[at]

    @property
    def n_bytes(self) -> int:
        """All that the tree holds or gained."""
        return sum(max(0, self._steps[at].bytes) for at in self._roots)

    @property
    def _roots(self) -> list[int]:
        return [at for at, node in enumerate(self.mark.nodes) if node.parent < 0]

    def holdings(self) -> list[Holding]:
        """The paths to what holds most, the largest first."""
        least = max(1.0, WORTH_A_PATH * self.n_bytes)
        found: list[Holding] = []
        for root in self._roots:
            self._follow(root, [], least, found)
        return sorted(found, key=lambda holding: -holding.bytes)

    def _follow(self, at: int, above: list[int], least: float, found: list[Holding]) -> None:
        """Go down where most of it lies; where code has several names beside each other, down each that is large.

        Among what a container holds only one way is followed: parts of its entries are not held by themselves.
        """
        step = self._steps[at]
        if step.bytes < least:
            return
        path = [*above, at]
        large = [child for child in self._children[at] if self._steps[child].bytes >= least]
        large.sort(key=lambda child: -self._steps[child].bytes)
        is_within = _whole([self._steps[place].node for place in path]) < len(path)
        before = len(found)
        if self._has_names(at) and not is_within:
            for child in large:
                self._follow(child, path, least, found)
        elif large and self._steps[large[0]].bytes >= MOST_OF_IT * step.bytes:
            self._follow(large[0], path, least, found)
        if len(found) == before:
            found.append(self._holding(path))

    def _has_names(self, at: int) -> bool:
        """Whether the parts of a step have names of their own in somebody's code."""
        return any(self._steps[child].node.kind not in {"entry", "referent"} for child in self._children[at])

    def _holding(self, path: list[int]) -> Holding:
        steps = [self._steps[place] for place in path]
        inner = next((step for step in reversed(steps) if step.node.entries), None)
        grown = self._grown(path) or inner if self._is_difference else inner
        # A container holds its entries whole, whatever part of them is the largest.
        nodes = [step.node for step in steps]
        whole = path[max(0, _whole(nodes) - 1)]
        below = [self._steps[place].node for place in self._below(whole)]
        return Holding(
            steps=nodes,
            bytes=steps[max(0, _whole(nodes) - 1)].bytes,
            entries=grown.entries if grown is not None else 0,
            container=grown.node if grown is not None else None,
            grows=self._is_difference,
            pid=self.mark.pid,
            data_bytes=self._steps[whole].node.data_bytes + sum(node.bytes for node in below if _is_running_text(node)),
            text_bytes=sum(max(0, node.bytes - EMPTY_TEXT_BYTES * node.count) for node in below if node.type == "str"),
            numbers=sum(self._numbers(place) for place in self._below(whole)),
        )

    def _numbers(self, at: int) -> int:
        """Numbers among the entries of a container: rows of token ids share the few objects that there are."""
        inner = [self._steps[child].node for child in self._children[at]]
        objects = sum(node.count for node in inner if node.type in NUMBERS)
        if not objects:
            return 0
        return max(objects, _entries_of(self._steps[at].node) - sum(n.count for n in inner if n.type not in NUMBERS))

    def _grown(self, path: list[int]) -> Step | None:
        """The step of a path that gained entries: of lists in a list that is appended to, the outer one.

        What the earlier walk left out, as too small, may have had its entries then: of that, a container with one
        entry on the path is only on the way to what grew. A single entry more is the last that is thought of.
        """
        for more_than in (1, 0):
            gained = [at for at in path if self._steps[at].entries > more_than]
            for at, below in itertools.pairwise(path):
                is_new = self.keys[at] not in self._earlier
                if at in gained and not (is_new and self._steps[below].node.count <= self._steps[at].node.count):
                    return self._steps[at]
            if gained:
                return self._steps[gained[0]]
        return None

    def _below(self, at: int) -> list[int]:
        """A step and all that is below it."""
        found, stack = [], [at]
        while stack:
            place = stack.pop()
            found.append(place)
            stack += self._children[place]
        return found


def _whole(steps: list[RetentionNode]) -> int:
    """How many steps come before the first that is only a part of what a name has: an entry, or what C code keeps."""
    for at, step in enumerate(steps):
        if step.kind == "entry" or (step.kind == "referent" and at > 0 and steps[at - 1].kind in NAMED):
            return at
    return len(steps)


def held_by(marks: Iterable[RetentionMark]) -> list[Holding]:
    """The paths to what holds most, in all of these walks.

    Workers are forks: the pages of a large array that was there before them are those of the process itself. Those of
    small objects are copied, as counts of references are written to them.
    """
    holdings = [holding for mark in marks for holding in Tree(mark).holdings()]
    shared = {_key_of(holding) for holding in holdings if not holding.pid and is_shared_by_forks(holding)}
    return together([holding for holding in holdings if not holding.pid or _key_of(holding) not in shared])


def is_shared_by_forks(holding: Holding) -> bool:
    """Whether what is held is large arrays: to their pages no counts of references are written."""
    node = holding.payload
    return bool(node.detail) and node.data_bytes >= LARGE_BUFFER_BYTES * node.count


def _key_of(holding: Holding) -> Key:
    return tuple((step.kind, step.name, step.type) for step in holding.steps)


def together(holdings: list[Holding]) -> list[Holding]:
    """The same with one holding for each path, whichever processes have it; the largest first."""
    found: dict[Key, Holding] = {}
    for holding in holdings:
        key = _key_of(holding)
        known = found.get(key)
        found[key] = holding if known is None else _sum(known, holding)
    return sorted(found.values(), key=lambda holding: -holding.bytes)


def of_its_path(holding: Holding, holdings: Iterable[Holding]) -> Holding:
    """The one of these that has the same path, such as what all processes hold by it; itself without one."""
    key = _key_of(holding)
    return next((each for each in holdings if _key_of(each) == key), holding)


def beyond(holding: Holding, fewer: Iterable[Holding]) -> Holding | None:
    """What a path leads to beyond what it led to among these; ``None`` where it is none of them, or led to more."""
    # What is told of a path is what its container holds, however deep the path goes.
    key = _key_of(holding)[: _whole(holding.steps)]
    there = next((each for each in fewer if _key_of(each)[: _whole(each.steps)] == key), None)
    if there is None or there.processes != holding.processes:
        return None
    more = {name: getattr(holding, name) - getattr(there, name) for name in _SIZES}
    return msgspec.structs.replace(holding, **more) if min(more.values()) >= 0 else None


def _sum(one: Holding, other: Holding) -> Holding:
    return msgspec.structs.replace(one, **{name: getattr(one, name) + getattr(other, name) for name in _SUMMED})


def _is_running_text(node: RetentionNode) -> bool:
    """Whether strings are too long, on the whole, to be names: sentences, pages, lines of a table."""
    return node.type == "str" and node.bytes > LONGEST_NAME * node.count


_SIZES = ("bytes", "data_bytes", "text_bytes", "numbers")
_SUMMED = (*_SIZES, "entries", "processes")


def _bytes_of(node: RetentionNode | None) -> int:
    return node.bytes if node is not None else 0


def _entries_of(node: RetentionNode | None) -> int:
    return (node.entries or 0) if node is not None else 0
