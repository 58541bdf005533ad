"""Values as the abstract run knows them: how much of the data set they hold, and where it was read and gathered."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable
from typing import Any


class Extent(enum.IntEnum):
    """How much of the data set a value stands for."""

    ONE = 0
    PART = 1
    UNKNOWN = 2
    WHOLE = 3

    @property
    def narrow(self) -> bool:
        """Whether it is certainly less than the data set."""
        return self <= Extent.PART


class Load:
    """One place that reads data."""

    def __init__(self, *, node: ast.AST, path: str, function: str, reader: str, family: str, strong: bool) -> None:
        self.node = node
        self.path = path
        self.function = function
        self.reader = reader
        self.family = family
        self.strong = strong
        """Whether what it returns can only be decoded data, and not labels or names."""
        self.extent = Extent.UNKNOWN
        """The widest file that it was asked for: ``WHOLE`` is one fixed file, narrow is the file of an item."""
        self.in_start = False
        """Reached before the first batch."""
        self.used_as_path = False
        self.depth = 0
        """How many loops were open when it was last reached."""
        self.targets: set[str] = set()
        """Names that its result was given."""
        self.encoded = False
        """Its words were looked up, or given to a tokenizer: it is text, and no index."""
        self.constructed = False
        """Reached by a constructor, or what it calls."""
        self.elsewhere = False
        """Reached by anything else."""
        self.streamed = False
        """Line by line: nothing is kept unless somebody keeps it."""


class Hoard:
    """One place that gathers what was loaded for every item."""

    def __init__(self, *, node: ast.AST, path: str, function: str, loads: frozenset[Load], sure: bool) -> None:
        self.node = node
        self.path = path
        self.function = function
        self.loads = loads
        self.sure = sure
        self.cell: Cell | None = None
        self.phase = "start"
        self.targets: set[str] = set()

    @property
    def readers(self) -> str:
        """What loads the data, in words."""
        return " and ".join(sorted({load.reader for load in self.loads}))

    @property
    def strong(self) -> bool:
        """Whether decoded data is gathered, beyond doubt."""
        return any(load.strong for load in self.loads)

    @property
    def used_as_path(self) -> bool:
        """Whether what is gathered names files."""
        return any(load.used_as_path for load in self.loads)


Fact = Load | Hoard


NO_FACTS: frozenset[Fact] = frozenset()


class Kind(enum.Enum):
    """What a value is, as far as memory matters."""

    UNKNOWN = "unknown"
    SMALL = "small"
    """Numbers, shapes, names of files, and collections of them."""
    DATA = "data"
    """Decoded content: pixels, arrays, frames, text of items."""
    LAZY = "lazy"
    """Something that reads when it is asked: a handle, a memory map, an iterator, a pipeline."""
    IMAGE = "image"
    """``PIL.Image.open``: a handle until its pixels are asked for."""
    FILE = "file"
    CELL = "cell"
    """A container that can be filled; ``ref`` is its `Cell`."""
    TUPLE = "tuple"
    FUNCTION = "function"
    CLASS = "class"
    OBJECT = "object"
    EXTERNAL = "external"
    """A name of code outside the run; ``ref`` is its dotted name."""


_NEED_REF = frozenset([Kind.CELL, Kind.TUPLE, Kind.FUNCTION, Kind.CLASS, Kind.OBJECT, Kind.EXTERNAL])


COUNT = object()
"""The constant of a number of items: as an index it is one item."""
GRAPH = object()
"""The constant of a node of a graph: it stands for one item, or one batch, whenever the graph is run."""
FRAMES = object()
"""The constant of a handle that gives decoded frames when it is iterated."""


class Val:
    """One abstract value."""

    __slots__ = ("const", "extent", "facts", "kind", "ref", "sure")

    def __init__(
        self,
        kind: Kind = Kind.UNKNOWN,
        extent: Extent = Extent.UNKNOWN,
        facts: frozenset[Fact] = NO_FACTS,
        ref: Any = None,
        const: Any = ...,
        sure: bool = True,
    ) -> None:
        self.kind = Kind.UNKNOWN if ref is None and kind in _NEED_REF else kind
        self.extent = extent
        self.facts = facts
        self.ref = ref
        self.const = const
        self.sure = sure

    def with_(self, **changes: Any) -> Val:
        """The same value with some fields changed."""
        fields = {name: getattr(self, name) for name in Val.__slots__}
        return Val(**{**fields, **changes})


class Cell:
    """A container with identity, so that filling it through any name is seen."""

    def __init__(self, *, node: ast.AST, depth: int, phase: str, shape: str, frame: object = None) -> None:
        self.node = node
        self.depth = depth
        """How many loops were open when it was made."""
        self.phase = phase
        self.shape = shape
        """list, dict, set, deque, array, prealloc, queue."""
        self.frame = frame
        self.content: Val | None = None
        self.named: dict[Any, Val] = {}
        self.bounded = False
        """It has a maximum, or is emptied, or its length is watched."""
        self.extent = Extent.UNKNOWN
        self.hoards: set[Hoard] = set()
        self.outlives = False
        """Made for longer than a batch: at module level, as a default, on the object."""

    def add(self, value: Val, name: Any = None) -> None:
        """Put a value in."""
        self.content = value if self.content is None else join(self.content, value)
        if name is not None and len(self.named) < 64:
            old = self.named.get(name)
            self.named[name] = value if old is None else join(old, value)


class Obj:
    """An instance of a class of the run."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls
        self.attributes: dict[str, Val] = {}
        self.audited = False
        """The subject itself: what nothing gave a value came from its caller, as large as the data set."""


SMALL = Val(Kind.SMALL, Extent.UNKNOWN)
SMALL_ONE = Val(Kind.SMALL, Extent.ONE)
UNKNOWN = Val()
NONE = Val(Kind.SMALL, Extent.UNKNOWN, const=None)

_RANK = {
    Kind.SMALL: 0,
    Kind.UNKNOWN: 1,
    Kind.EXTERNAL: 1,
    Kind.FILE: 2,
    Kind.IMAGE: 3,
    Kind.LAZY: 3,
    Kind.FUNCTION: 4,
    Kind.CLASS: 4,
    Kind.OBJECT: 5,
    Kind.DATA: 6,
    Kind.TUPLE: 7,
    Kind.CELL: 8,
}


def join(a: Val, b: Val) -> Val:
    """A value that stands for both."""
    if a is b:
        return a
    high, low = (a, b) if _RANK[a.kind] >= _RANK[b.kind] else (b, a)
    if high.kind is Kind.CELL and low.kind is Kind.CELL and high.ref is not low.ref:
        high = _merge_cells(high, low)
    if high.kind is Kind.TUPLE and low.kind is Kind.TUPLE and len(high.ref) == len(low.ref):
        high = high.with_(ref=tuple(join(x, y) for x, y in zip(high.ref, low.ref, strict=True)))
    extent = combine_wide((a.extent, b.extent))
    const = a.const if a.const is b.const else ...
    facts = high.facts | low.facts if low.facts else high.facts
    return Val(high.kind, extent, facts, high.ref, const, a.sure and b.sure)


def _merge_cells(high: Val, low: Val) -> Val:
    keep, other = high.ref, low.ref
    if other.content is not None and keep.content is None:
        return low
    return high


def combine_wide(extents: Iterable[Extent]) -> Extent:
    """The extent of either of several values: narrow wins over not knowing, and the whole over all."""
    found = set(extents)
    for extent in (Extent.WHOLE, Extent.PART, Extent.ONE):
        if extent in found:
            return extent
    return Extent.UNKNOWN


def narrowest(extents: Iterable[Extent]) -> Extent:
    """The extent of what is made from several values: one narrow part makes the result narrow."""
    return min(extents, default=Extent.UNKNOWN)


def facts_of(value: Val, depth: int = 4) -> frozenset[Fact]:
    """All that a value holds, through containers and objects."""
    found: set[Fact] = set()
    _gather(value, depth, found, set())
    return frozenset(found)


def _gather(value: Val, depth: int, found: set[Fact], seen: set[int]) -> None:
    found |= value.facts
    if value.kind is Kind.CELL:
        found |= value.ref.hoards
    if depth == 0 or value.ref is None or id(value.ref) in seen:
        return
    for child in _children(value):
        seen.add(id(value.ref))
        _gather(child, depth - 1, found, seen)


def _children(value: Val) -> Iterable[Val]:
    if value.kind is Kind.CELL:
        cell: Cell = value.ref
        return [] if cell.content is None else [cell.content]
    if value.kind is Kind.TUPLE:
        return list(value.ref)
    if value.kind is Kind.OBJECT:
        return list(value.ref.attributes.values())
    return []


def content_of(value: Val, depth: int = 3) -> Val:
    """What a container holds at its innermost, or the value itself."""
    if depth == 0:
        return value
    if value.kind is Kind.CELL:
        cell: Cell = value.ref
        inner = SMALL if cell.content is None else content_of(cell.content, depth - 1)
        # Joined with data on another branch, it may be that data.
        kind = Kind.DATA if value.facts and inner.kind in (Kind.SMALL, Kind.UNKNOWN) else inner.kind
        return inner.with_(kind=kind, facts=inner.facts | value.facts | cell.hoards)
    if value.kind is Kind.TUPLE:
        parts = [content_of(part, depth - 1) for part in value.ref]
        best = SMALL
        for part in parts:
            best = join(best, part)
        return best
    if value.kind is Kind.OBJECT:
        return _content_of_record(value, depth)
    return value


def _content_of_record(value: Val, depth: int) -> Val:
    """The data among a record's attributes; a record without any is what it is."""
    parts = [content_of(part, depth - 1) for part in value.ref.attributes.values()]
    data = [part for part in parts if part.kind in (Kind.DATA, Kind.IMAGE)]
    best = value
    for part in data:
        best = part if best is value else join(best, part)
    return best.with_(facts=best.facts | value.facts) if data else value


def part_of(whole: Val, part: Val) -> Val:
    """A part of a record, which came out of the same hoards as the record if it is data."""
    hoards = frozenset(fact for fact in whole.facts if isinstance(fact, Hoard))
    if not hoards or content_of(part).kind not in (Kind.DATA, Kind.IMAGE):
        return part
    return part.with_(facts=part.facts | hoards)


def hoards_of(value: Val) -> set[Fact]:
    """The hoards among what a value holds."""
    return {fact for fact in facts_of(value) if isinstance(fact, Hoard)}
