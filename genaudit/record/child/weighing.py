"""Adds up the bytes in a batch: arrays, tensors, images, frames, strings, and what holds them.

Nothing is computed, loaded or changed: types are told by their class and its module, and only attributes are read that
are known to be plain. The walk is bounded; of long lists a spread sample stands for all.
"""

from __future__ import annotations

import sys

from genaudit.record.child.extents import bytes_of_arrays
from genaudit.record.child.weights import BY_ROOT, ELSEWHERE, nothing, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Handler = Callable[["Scale", Any], None]

MOST_NODES = 2000
"""Values looked at in one batch, about."""
_MOST_TYPES = 512
_DEEPEST = 12
_FEWEST_SAMPLED = 8


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
        handler = HANDLERS.get(kind)
        if handler is None:
            handler = _remembered(kind)
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


def root_of(kind: type) -> str:
    """The outermost module of the first class of a type's order that comes from a library we know, or ``""``."""
    for base in kind.__mro__:
        root = base.__module__.partition(".")[0]
        if root in BY_ROOT or root in ELSEWHERE:
            return root
    return ""


def _remembered(kind: type) -> Handler:
    if len(HANDLERS) > _MOST_TYPES:
        # Types made anew with each batch would otherwise live in here for ever.
        HANDLERS.clear()
        HANDLERS.update(_BUILTIN)
    handler = HANDLERS[kind] = _handler_of(kind)
    return handler


def _handler_of(kind: type) -> Handler:
    for base in kind.__mro__[:-1]:
        if base in _BUILTIN:
            return _BUILTIN[base]
    root = root_of(kind)
    if root in ELSEWHERE:
        return nothing
    if root in BY_ROOT:
        return BY_ROOT[root](kind) or _object
    if kind.__name__ == "deque":
        return _elements
    return _object


def _nodes(value: Any) -> int:
    """About how many values hang below one."""
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return 1 + len(value)
    return 8 if HANDLERS.get(type(value)) is _object else 1


def _string(scale: Scale, value: Any) -> None:
    scale.is_known = True
    if scale.is_new(value):
        scale.payload += sys.getsizeof(value)


def _view(scale: Scale, value: memoryview) -> None:
    if value.obj is not None and scale.is_new(value.obj):
        scale.add_buffer(value.nbytes)


def _mapping(scale: Scale, value: Any) -> None:
    # dict's own values: those of a subclass might be made when they are asked for.
    _contents(scale, value, list(dict.values(value)))


def _elements(scale: Scale, value: Any) -> None:
    plain = type(value) is list or isinstance(value, tuple)
    _contents(scale, value, value if plain else list(list.__iter__(value) if isinstance(value, list) else value))


def _contents(scale: Scale, holder: Any, children: Any) -> None:
    if not scale.is_new(holder) or scale.depth >= _DEEPEST:
        return
    scale.overhead += sys.getsizeof(holder)
    scale.depth += 1
    scale.put_sample(len(children), children.__getitem__)
    scale.depth -= 1


def _object(scale: Scale, value: Any) -> None:
    """Plain attributes of an object of another class, one level deep: ``__dict__`` and slots, no properties."""
    if scale.within or not scale.is_new(value):
        return
    found = attributes_of(value)
    scale.overhead += sys.getsizeof(value)
    scale.within += 1
    scale.put_sample(len(found), found.__getitem__)
    scale.within -= 1


def attributes_of(value: Any) -> list[Any]:
    """What an object holds in its ``__dict__`` and its slots; nothing of its own code runs."""
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        attributes = {}
    found = list(dict.values(attributes)) if isinstance(attributes, dict) else []
    for base in type(value).__mro__:
        for descriptor in base.__dict__.values() if "__slots__" in base.__dict__ else ():
            if type(descriptor).__name__ == "member_descriptor":
                try:
                    found.append(descriptor.__get__(value))
                except AttributeError:
                    continue
    return found


_BUILTIN: dict[type, Handler] = {
    **dict.fromkeys((bool, int, float, complex), scalar),
    **dict.fromkeys((str, bytes, bytearray), _string),
    **dict.fromkeys((list, tuple, set, frozenset), _elements),
    dict: _mapping,
    memoryview: _view,
    **dict.fromkeys((type(None), type, type(sys), type(root_of), type(len), type(iter([])), type(iter(()))), nothing),
}

HANDLERS: dict[type, Handler] = dict(_BUILTIN)
"""Of the types seen so far."""
