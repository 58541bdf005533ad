"""Adds up the bytes in a batch: arrays, tensors, images, frames, strings, and what holds them.

Nothing is computed, loaded or changed, and no code of the user's runs: what a batch is, its real type says, and what it
holds is read from the storage of that type or by what its library has, whatever a class of the user's says instead. The
walk is bounded; of long lists a spread sample stands for all.
"""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]

from genaudit.recorder.child.batch.nbytes_by_library import BY_ROOT, ELSEWHERE, nothing, scalar_of
from genaudit.recorder.child.batch.overlaps import bytes_of_arrays
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
    from collections.abc import Callable
    from typing import Any

    Handler = Callable[["Scale", Any], None]

MOST_NODES = 2000
"""Values looked at in one batch, about."""
_DEEPEST = 12
_FEWEST_SAMPLED = 8
# What the collector keeps before an object; sys.getsizeof adds it, __sizeof__ does not.
_HEADER = sys.getsizeof([]) - [].__sizeof__()
LIBRARIES = {*BY_ROOT, *ELSEWHERE}


class Scale:
    """What has been found so far.

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


def _find_handler(kind: type) -> Handler:
    for base in mro_of(kind)[:-1]:
        if id(base) in _BUILTIN:
            return _BUILTIN[id(base)]
    found = library_class(kind, LIBRARIES)
    if found is None:
        return _object
    root, base = found
    return nothing if root in ELSEWHERE else BY_ROOT[root](base, kind is base) or _object


handler_of = ByType(_find_handler, LIBRARIES)
"""How values of a type are weighed."""


def _nodes(value: Any) -> int:
    """About how many values hang below one."""
    kind = type(value)
    for base in _CONTAINERS:
        if issubclass(kind, base):
            return 1 + int(base.__len__(value))
    return 1 if id(kind) in _KNOWN or handler_of(kind) is not _object else 8


def _text_of(base: Any) -> Handler:
    size = base.__sizeof__

    def weigh(scale: Scale, value: Any) -> None:
        scale.is_known = True
        if scale.is_new(value):
            scale.payload += size(value)

    return weigh


def _view(scale: Scale, value: memoryview) -> None:
    if value.obj is not None and scale.is_new(value.obj):
        scale.add_buffer(value.nbytes)


def _mapping(scale: Scale, value: Any) -> None:
    # dict's own values: those of a subclass might be made when they are asked for.
    _contents(scale, value, dict, list(dict.values(value)))


def _elements_of(base: Any) -> Handler:
    """Weighs what is stored in a list, a tuple, a set; an ``__iter__`` of the user's is not asked."""
    elements = base.__iter__
    is_indexed = base in {list, tuple}

    def weigh(scale: Scale, value: Any) -> None:
        plain = is_indexed and type(value) is base
        _contents(scale, value, base, value if plain else list(elements(value)))

    return weigh


def _contents(scale: Scale, holder: Any, base: Any, children: Any) -> None:
    if not scale.is_new(holder) or scale.depth >= _DEEPEST:
        return
    scale.overhead += base.__sizeof__(holder) + _HEADER
    scale.depth += 1
    scale.put_sample(len(children), children.__getitem__)
    scale.depth -= 1


def _object(scale: Scale, value: Any) -> None:
    """What an object of another class stores, one level deep: ``__dict__`` and slots, no properties."""
    if scale.within or not scale.is_new(value):
        return
    found = held_in(value)
    scale.overhead += object.__sizeof__(value) + _HEADER
    scale.within += 1
    scale.put_sample(len(found), found.__getitem__)
    scale.within -= 1


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
