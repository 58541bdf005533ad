"""Adds up the bytes in a batch: arrays, tensors, images, frames, strings, and what holds them; shared memory once.

Nothing is computed, loaded or changed, and no code of the user's runs: what a batch is, its real type says, and what it
holds is read from the storage of that type or by what its library has, whatever a class of the user's says instead. The
walk is bounded; of long lists a spread sample is weighted for all.
"""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]

from genaudit.recorder.child.batch.nbytes_by_library import BY_ROOT, ELSEWHERE, nothing, scalar_of
from genaudit.recorder.child.guard.static_inspect import (
    ByType,
    FunctionType,
    GeneratorType,
    held_in,
    library_class,
    mro_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Handler = Callable[["ByteCount", Any], None]
    Extent = tuple[int, int, int, tuple[Any, ...]]
    """Start, end, bytes of the elements, and what tells equal views apart."""

MOST_NODES = 2000
"""Values looked at in one batch, about."""
_DEEPEST = 12
_FEWEST_SAMPLED = 8
# What the collector keeps before an object; sys.getsizeof adds it, __sizeof__ does not.
_HEADER = sys.getsizeof([]) - [].__sizeof__()
LIBRARIES = {*BY_ROOT, *ELSEWHERE}


class ByteCount:
    """The bytes of one batch, added up so far.

    ``payload`` are bytes of data; ``overhead`` are the Python objects around it, which count only where there is
    nothing but Python objects; ``arrays`` wait to be added up together, as they may share memory; ``left`` is how many
    more values may be looked at.
    """

    __slots__ = ("arrays", "depth", "has_buffers", "is_known", "left", "overhead", "payload", "seen", "within")

    def __init__(self) -> None:
        self.arrays: list[Any] = []
        self.payload = 0
        self.overhead = 0
        self.has_buffers = False
        self.is_known = False
        self.left = MOST_NODES
        self.depth = 0
        self.within = 0
        self.seen: set[int] = set()

    def put(self, value: Any) -> None:
        """Add a value and all that it holds."""
        kind = type(value)
        handler = _KNOWN.get(id(kind))
        if handler is None:
            handler = handler_of(kind)
        self.left -= 1
        handler(self, value)

    def put_sample(self, n: int, element: Callable[[int], Any]) -> None:
        """Add all of ``n`` elements if there is room for them, else a spread sample, weighted for all."""
        if n <= 4:
            for index in range(n):
                self.put(element(index))
            return
        n_taken = min(n, max(_FEWEST_SAMPLED, self.left // _nodes(element(0))))
        begin, payload, overhead = len(self.arrays), self.payload, self.overhead
        different = set()
        n_done = 0
        for step in range(n_taken):
            value = element(step * n // n_taken)
            different.add(id(value))
            self.put(value)
            n_done += 1
            if self.left <= 0 and n_done >= _FEWEST_SAMPLED:
                break
        if n_done == n or len(different) == 1:
            return
        if len(self.arrays) > begin:
            self.payload += bytes_of_arrays(self.arrays[begin:])
            self.has_buffers = True
            del self.arrays[begin:]
        self.payload = payload + (self.payload - payload) * n // n_done
        self.overhead = overhead + (self.overhead - overhead) * n // n_done

    def total(self) -> int | None:
        """Bytes in all; ``None`` where nothing of known size was found."""
        n_bytes = self.payload
        if self.arrays:
            n_bytes += bytes_of_arrays(self.arrays)
        elif not self.has_buffers:
            n_bytes += self.overhead
        return n_bytes if self.is_known else None

    def has_objects_only(self) -> bool:
        """Whether there was nothing but Python objects: no array, no image, no buffer."""
        return not self.arrays and not self.has_buffers

    def is_new(self, value: Any) -> bool:
        """Whether this very object has not been added yet; it must outlive the walk, or its id means nothing."""
        if id(value) in self.seen:
            return False
        self.seen.add(id(value))
        return True

    def add_buffer(self, n_bytes: int) -> None:
        """Add bytes that nothing else in the batch shares."""
        self.payload += n_bytes
        self.is_known = self.has_buffers = True

    def add_extent(self, address: int, item: int, shape: tuple[int, ...], strides: Sequence[int]) -> None:
        """Add elements in rows, as ``extent``, which others in the batch may share."""
        self.is_known = True
        self.arrays.append(extent(address, item, shape, strides))


def _find_handler(kind: type) -> Handler:
    for base in mro_of(kind)[:-1]:
        if id(base) in _BUILTIN:
            return _BUILTIN[id(base)]
    owner = library_class(kind, LIBRARIES)
    if owner is None:
        return _object
    root, base = owner
    return nothing if root in ELSEWHERE else BY_ROOT[root](base, kind is base) or _object


handler_of = ByType(_find_handler, LIBRARIES)
"""How values of a type are counted."""


def _nodes(value: Any) -> int:
    """About how many values hang below one."""
    kind = type(value)
    for base in _CONTAINERS:
        if issubclass(kind, base):
            return 1 + int(base.__len__(value))
    return 1 if id(kind) in _KNOWN or handler_of(kind) is not _object else 8


def _text_of(base: Any) -> Handler:
    size = base.__sizeof__

    def add(count: ByteCount, value: Any) -> None:
        count.is_known = True
        if count.is_new(value):
            count.payload += size(value)

    return add


def _view(count: ByteCount, value: memoryview) -> None:
    if value.obj is not None and count.is_new(value.obj):
        count.add_buffer(value.nbytes)


def _mapping(count: ByteCount, value: Any) -> None:
    # dict's own values: those of a subclass might be made when they are asked for.
    _contents(count, value, dict, list(dict.values(value)))


def _elements_of(base: Any) -> Handler:
    """Adds what is stored in a list, a tuple, a set; an ``__iter__`` of the user's is not asked."""
    elements = base.__iter__
    is_indexed = base in {list, tuple}

    def add(count: ByteCount, value: Any) -> None:
        plain = is_indexed and type(value) is base
        _contents(count, value, base, value if plain else list(elements(value)))

    return add


def _contents(count: ByteCount, holder: Any, base: Any, children: Any) -> None:
    if not count.is_new(holder) or count.depth >= _DEEPEST:
        return
    count.overhead += base.__sizeof__(holder) + _HEADER
    count.depth += 1
    count.put_sample(len(children), children.__getitem__)
    count.depth -= 1


def _object(count: ByteCount, value: Any) -> None:
    """What an object of another class stores, one level deep: ``__dict__`` and slots, no properties."""
    if count.within or not count.is_new(value):
        return
    parts = held_in(value)
    count.overhead += object.__sizeof__(value) + _HEADER
    count.within += 1
    count.put_sample(len(parts), parts.__getitem__)
    count.within -= 1


def bytes_of_arrays(arrays: list[Any]) -> int:
    """Bytes of numpy arrays, and of extents of other memory, overlaps counted once.

    Arrays that own their memory cannot overlap, so their addresses are not even asked for.

    Args:
        arrays: Of numpy's own class, not of one derived from it.
    """
    owned: dict[int, int] = {}
    for array in arrays:
        # What is no array tells its address alone, not whether another shares it.
        if type(array) is tuple or array.base is not None:
            return covered([array if type(array) is tuple else extent_of(array) for array in arrays])
        owned[id(array)] = array.nbytes
    return sum(owned.values())


def covered(extents: list[Extent]) -> int:
    """Bytes in a group of memory ranges.

    Views that interleave, such as the three channels of one image, cover the same range and are added up; but no group
    of overlapping views is larger than the range it covers.
    """
    total = 0
    start = end = 0
    members: dict[tuple[Any, ...], int] = {}
    for low, high, n_bytes, key in sorted(extents, key=lambda extent: extent[:3]):
        if low >= end:
            total += min(sum(members.values()), end - start)
            start, end, members = low, high, {}
        end = max(end, high)
        members[key] = n_bytes
    return total + min(sum(members.values()), end - start)


def extent_of(array: Any) -> Extent:
    """The range of memory that the elements of an array lie in."""
    address = array.__array_interface__["data"][0]
    return extent(address, array.itemsize, array.shape, array.strides)


def extent(address: int, item: int, shape: tuple[int, ...], strides: Sequence[int]) -> Extent:
    """The range of memory of elements in rows.

    Args:
        address: Of the first element.
        item: Bytes of an element.
        shape: Elements along each dimension.
        strides: Bytes from one to the next along each.
    """
    low, high, n_bytes = address, address + item, item
    for size, stride in zip(shape, strides, strict=True):
        n_bytes *= size
        if size == 0:
            return address, address, 0, ()
        if stride < 0:
            low += (size - 1) * stride
        else:
            high += (size - 1) * stride
    return low, high, n_bytes, (low, n_bytes, tuple(sorted(zip(shape, strides, strict=True))))


_CONTAINERS: tuple[Any, ...] = (list, tuple, dict, set, frozenset)
_NOTHING: tuple[type, ...] = (
    *(type(None), type, type(sys), FunctionType, type(len), type(_view.__get__(0)), GeneratorType),
    *(type(iter([])), type(iter(())), type(iter({})), type(iter(set())), map, filter, zip, enumerate, reversed),
)
_BUILTIN: dict[int, Handler] = {
    **{id(base): scalar_of(base) for base in (bool, int, float, complex)},
    **{id(base): _text_of(base) for base in (str, bytes, bytearray)},
    **{id(base): _elements_of(base) for base in (list, tuple, set, frozenset, deque)},
    id(dict): _mapping,
    id(memoryview): _view,
    **{id(base): nothing for base in _NOTHING},
}
"""By the identity of built-in types: a lookup by the types themselves may call the ``__hash__`` of a metaclass."""
handler_of.known.update(_BUILTIN)
_KNOWN = handler_of.known
