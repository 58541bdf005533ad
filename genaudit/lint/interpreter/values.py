"""Values as the abstract run knows them: how much of the data set they hold, and where it was read and gathered."""

from __future__ import annotations

import ast
import enum
import functools
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


class ReadSite:
    """One place that reads data: what its source says, and in ``learned`` what the run has seen of it."""

    __slots__ = ("family", "function", "learned", "node", "path", "reader", "strong", "targets")

    def __init__(self, *, node: ast.AST, path: str, function: str, reader: str, family: str, strong: bool) -> None:
        self.node = node
        self.path = path
        self.function = function
        self.reader = reader
        self.family = family
        self.strong = strong
        """Whether what it returns can only be decoded data, and not labels or names."""
        self.learned = ReadHistory()
        self.targets: set[str] = set()
        """Names that its result was given."""


class ReadHistory:
    """What an abstract run has learned so far about a place that reads: it is complete when the run has ended."""

    __slots__ = tuple(
        "constructed content depth elsewhere encoded extent in_start linked loaded named names_files prose "
        "streamed".split()
    )

    def __init__(self) -> None:
        self.extent = Extent.UNKNOWN
        """The widest file that was asked for: ``WHOLE`` is one fixed file, narrow is the file of an item."""
        self.in_start = False
        """Reached before the first batch."""
        self.names_files = False
        """What was read names files: it is an index."""
        self.named = False
        """A record's own name was taken from it (``id``): an index has one, and so has every table of texts."""
        self.content = False
        """A field was taken from it, or a whole record handed out, that is neither a name nor a label."""
        self.linked = False
        """An address on the web was taken from it."""
        self.prose = False
        """A field was taken from it that says running text."""
        self.loaded = False
        """Pictures that it opened were decoded on the spot, which closes their files."""
        self.depth = 0
        """How many loops were open when it was last reached."""
        self.encoded = False
        """Its words were looked up, or given to a tokenizer: it is text, and no index."""
        self.constructed = False
        """Reached by a constructor, or what it calls."""
        self.elsewhere = False
        """Reached by anything else."""
        self.streamed = False
        """Line by line: nothing is kept unless somebody keeps it."""

    @property
    def used_as_path(self) -> bool:
        """Whether it is an index of what lies elsewhere."""
        return self.names_files or (self.linked and not self.prose) or (self.named and not self.content)

    def reached(self, extent: Extent, *, depth: int, by_constructor: bool) -> None:
        """Add one more visit."""
        self.extent = extent if self.extent is Extent.UNKNOWN else max(self.extent, extent)
        self.depth = depth
        self.constructed = self.constructed or by_constructor
        self.elsewhere = self.elsewhere or not by_constructor


MADE = "made"
"""The family of items that no file is read for."""
FEW_NUMBERS = 16
"""Numbers of an item that are no payload: a box, a pose."""


class Accumulation:
    """One place that gathers what was read for every item."""

    def __init__(self, *, node: ast.AST, path: str, function: str, read_sites: frozenset[ReadSite], sure: bool) -> None:
        self.node = node
        self.path = path
        self.function = function
        self.read_sites = read_sites
        self.sure = sure
        self.container: Container | None = None
        self.phase = "start"
        self.targets: set[str] = set()

    @property
    def readers(self) -> str:
        """What loads the data, in words."""
        return " and ".join(sorted({read_site.reader for read_site in self.read_sites}))

    @property
    def made(self) -> bool:
        """Whether it was made up, and not read."""
        return all(read_site.family == MADE for read_site in self.read_sites)

    @property
    def strong(self) -> bool:
        """Whether decoded data is gathered, beyond doubt."""
        return any(read_site.strong for read_site in self.read_sites)

    @property
    def used_as_path(self) -> bool:
        """Whether what is gathered names files."""
        return any(read_site.learned.used_as_path for read_site in self.read_sites)


Origin = ReadSite | Accumulation


NO_ORIGINS: frozenset[Origin] = frozenset()


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
    CONTAINER = "container"
    """A container that can be filled; ``ref`` is its `Container`."""
    TUPLE = "tuple"
    FUNCTION = "function"
    CLASS = "class"
    OBJECT = "object"
    EXTERNAL = "external"
    """A name of code outside the run; ``ref`` is its dotted name."""


_NEED_REF = frozenset([Kind.CONTAINER, Kind.TUPLE, Kind.FUNCTION, Kind.CLASS, Kind.OBJECT, Kind.EXTERNAL])


COUNT = object()
"""The constant of a number of items: as an index it is one item."""
GRAPH = object()
"""The constant of a node of a graph: it stands for one item, or one batch, whenever the graph is run."""
NUMBER = object()
"""The constant of a number that was read from text."""
NEXT_OF_ALL = object()
"""The constant of the next line of a file that holds all items: nothing where the file ends."""
NEXT_OF_FILE = object()
"""The same of the file of one item, or of a part."""
FRAMES = object()
"""The constant of a handle that gives decoded frames when it is iterated."""


class Handle:
    """The constant of a handle that was opened by a library.

    Args:
        library: The one that has opened it; ``None`` for a memory map, which is an array already.
        dtype: Of a memory map, as it is written in the source, where it is.
    """

    __slots__ = ("dtype", "library")

    def __init__(self, library: str | None, dtype: str = "") -> None:
        self.library = library
        self.dtype = dtype


@functools.cache
def handle_of(library: str | None, dtype: str = "") -> Handle:
    """The one for handles of a kind: on every branch it is the same."""
    return Handle(library, dtype)


class AbstractValue:
    """One abstract value."""

    __slots__ = ("const", "extent", "kind", "origins", "ref", "sure")

    def __init__(
        self,
        kind: Kind = Kind.UNKNOWN,
        extent: Extent = Extent.UNKNOWN,
        origins: frozenset[Origin] = NO_ORIGINS,
        ref: Any = None,
        const: Any = ...,
        sure: bool = True,
    ) -> None:
        self.kind = Kind.UNKNOWN if ref is None and kind in _NEED_REF else kind
        self.extent = extent
        self.origins = origins
        self.ref = ref
        self.const = const
        self.sure = sure

    def with_(self, **changes: Any) -> AbstractValue:
        """The same value with some fields changed."""
        fields = {name: getattr(self, name) for name in AbstractValue.__slots__}
        return AbstractValue(**{**fields, **changes})


class Container:
    """A container with identity, so that filling it through any name is seen."""

    def __init__(self, *, node: ast.AST, depth: int, phase: str, shape: str, frame: object = None) -> None:
        self.node = node
        self.depth = depth
        """How many loops were open when it was made."""
        self.phase = phase
        self.shape = shape
        """list, dict, set, deque, array, prealloc, queue."""
        self.frame = frame
        self.content: AbstractValue | None = None
        self.named: dict[Any, AbstractValue] = {}
        self.bounded = False
        """It has a maximum, or is emptied, or its length is watched."""
        self.extent = Extent.UNKNOWN
        self.accumulations: set[Accumulation] = set()
        self.outlives = False
        """Made for longer than a batch: at module level, as a default, on the object."""

    def add(self, value: AbstractValue, name: Any = None) -> None:
        """Put a value in."""
        self.content = value if self.content is None else join(self.content, value)
        if name is not None and len(self.named) < 64:
            old = self.named.get(name)
            self.named[name] = value if old is None else join(old, value)


class Instance:
    """An instance of a class of the run."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls
        self.attributes: dict[str, AbstractValue] = {}
        self.audited = False
        """The subject itself: what nothing gave a value came from its caller, as large as the data set."""


SMALL = AbstractValue(Kind.SMALL, Extent.UNKNOWN)
UNKNOWN = AbstractValue()
NONE = AbstractValue(Kind.SMALL, Extent.UNKNOWN, const=None)

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
    Kind.CONTAINER: 8,
}


def join(a: AbstractValue, b: AbstractValue) -> AbstractValue:
    """A value that stands for both."""
    if a is b:
        return a
    high, low = (a, b) if _RANK[a.kind] >= _RANK[b.kind] else (b, a)
    if low.kind in (Kind.LAZY, Kind.TUPLE) and _is_empty(high):
        high, low = low, high
    if high.kind is Kind.CONTAINER and low.kind is Kind.CONTAINER and high.ref is not low.ref:
        high = _merge_containers(high, low)
    if high.kind is Kind.TUPLE and low.kind is Kind.TUPLE and len(high.ref) == len(low.ref):
        high = high.with_(ref=tuple(join(x, y) for x, y in zip(high.ref, low.ref, strict=True)))
    extent = _either((a.extent, b.extent))
    const = a.const if a.const is b.const else ...
    if high.kind is Kind.CLASS and low.kind is Kind.CLASS and high.ref is not low.ref:
        const = Choice((*_choices(high), *_choices(low)))
    # A number beside a list holds nothing of what it was drawn from.
    number = low.kind is Kind.SMALL and high.kind is Kind.CONTAINER
    origins = high.origins | low.origins if low.origins and not number else high.origins
    return AbstractValue(high.kind, extent, origins, high.ref, const, a.sure and b.sure)


def _is_empty(value: AbstractValue) -> bool:
    """Whether a value is a record or list without anything: what is returned where there is nothing to give."""
    if value.kind is Kind.TUPLE:
        return all(part.const is None for part in value.ref)
    return value.kind is Kind.CONTAINER and value.ref.content is None


class Choice(tuple[AbstractValue, ...]):
    """The constant of a value that is one of several classes: which one is decided when the code runs."""

    __slots__ = ()


_MOST_CHOICES = 4


def _choices(value: AbstractValue) -> tuple[AbstractValue, ...]:
    return tuple(value.const)[: _MOST_CHOICES // 2] if isinstance(value.const, Choice) else (value,)


def _merge_containers(high: AbstractValue, low: AbstractValue) -> AbstractValue:
    keep, other = high.ref, low.ref
    if other.content is not None and keep.content is None:
        return low
    return high


def _either(extents: Iterable[Extent]) -> Extent:
    """The extent of either of several values: narrow wins over not knowing, and the whole over all."""
    given = set(extents)
    for extent in (Extent.WHOLE, Extent.PART, Extent.ONE):
        if extent in given:
            return extent
    return Extent.UNKNOWN


def narrowest(extents: Iterable[Extent]) -> Extent:
    """The extent of what is made from several values: one narrow part makes the result narrow."""
    return min(extents, default=Extent.UNKNOWN)


def origins_of(value: AbstractValue, depth: int = 4) -> frozenset[Origin]:
    """All that a value holds, through containers and objects."""
    origins: set[Origin] = set()
    _gather(value, depth, origins, set())
    return frozenset(origins)


def _gather(value: AbstractValue, depth: int, origins: set[Origin], seen: set[int]) -> None:
    origins |= value.origins
    if value.kind is Kind.CONTAINER:
        origins |= value.ref.accumulations
    if depth == 0 or value.ref is None or id(value.ref) in seen:
        return
    for child in _children(value):
        seen.add(id(value.ref))
        _gather(child, depth - 1, origins, seen)


def _children(value: AbstractValue) -> Iterable[AbstractValue]:
    if value.kind is Kind.CONTAINER:
        container: Container = value.ref
        return [] if container.content is None else [container.content]
    if value.kind is Kind.TUPLE:
        return list(value.ref)
    if value.kind is Kind.OBJECT:
        return list(value.ref.attributes.values())
    return []


def content_of(value: AbstractValue, depth: int = 3) -> AbstractValue:
    """What a container holds at its innermost, or the value itself."""
    if depth == 0:
        return value
    if value.kind is Kind.CONTAINER:
        container: Container = value.ref
        inner = SMALL if container.content is None else content_of(container.content, depth - 1)
        # Joined with data on another branch, it may be that data.
        kind = Kind.DATA if value.origins and inner.kind in (Kind.SMALL, Kind.UNKNOWN) else inner.kind
        return inner.with_(kind=kind, origins=inner.origins | value.origins | container.accumulations)
    if value.kind is Kind.TUPLE:
        parts = [content_of(part, depth - 1) for part in value.ref]
        best = SMALL
        for part in parts:
            best = join(best, part)
        return best
    if value.kind is Kind.OBJECT:
        return _content_of_record(value, depth)
    return value


def _content_of_record(value: AbstractValue, depth: int) -> AbstractValue:
    """The data among a record's attributes; a record without any is what it is."""
    parts = [content_of(part, depth - 1) for part in value.ref.attributes.values()]
    data = [part for part in parts if part.kind in (Kind.DATA, Kind.IMAGE)]
    best = value
    for part in data:
        best = part if best is value else join(best, part)
    return best.with_(origins=best.origins | value.origins) if data else value


def part_of(whole: AbstractValue, part: AbstractValue) -> AbstractValue:
    """A part of a record, which came out of the same accumulations as the record if it is data."""
    accumulations = frozenset(origin for origin in whole.origins if isinstance(origin, Accumulation))
    if not accumulations or content_of(part).kind not in (Kind.DATA, Kind.IMAGE):
        return part
    return part.with_(origins=part.origins | accumulations)


def accumulations_of(value: AbstractValue) -> set[Origin]:
    """The accumulations among what a value holds."""
    return {origin for origin in origins_of(value) if isinstance(origin, Accumulation)}
