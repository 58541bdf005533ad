"""What the walk does with objects of each type: it reads their storage, and asks no class of the user's."""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]

from genaudit.recorder.child.guard.static_inspect import (
    CellType,
    FunctionType,
    GeneratorType,
    is_native,
    is_owned,
    module_of,
    mro_of,
    name_of,
    qualname_of,
)
from genaudit.recorder.child.retention import edges
from genaudit.recorder.child.retention.sizes.foreign import is_foreign
from genaudit.recorder.child.retention.sizes.payload import payload_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.retention.sizes.payload import Payload

OURS = __name__.partition(".recorder.")[0]

_CodeType = type((lambda: 0).__code__)
_NEVER: tuple[type, ...] = (
    *(type, type(sys), _CodeType, type(None), type(Ellipsis), type(NotImplemented), bool),
    *(type(type.__dict__["__mro__"]), type(type.__dict__["__base__"]), type(int.__add__), type(str.join)),
)
"""Types, modules, code, and what is there for good: nobody holds these."""
_SCALARS: tuple[Any, ...] = (int, float, complex, str)
_BYTES: tuple[Any, ...] = (bytes, bytearray)
_CONTAINERS: tuple[Any, ...] = (list, tuple, dict, set, frozenset, deque)


class Kind:
    """What is known of a type."""

    __slots__ = ("expand", "is_code", "is_data", "is_foreign", "is_never", "is_ours", "name", "payload", "size", "type")

    def __init__(self, kind: type) -> None:
        # Kept for as long as the walk lasts: its id stands for it.
        self.type = kind
        self.is_ours = module_of(kind).startswith(OURS + ".") and is_owned(kind)
        self.is_never = self.is_ours or _is_never(kind)
        self.name = type_name(kind)
        self.size: Callable[[Any], int] = _size_of(kind)
        self.is_code = edges.has_place(kind)
        self.is_data = issubclass(kind, _BYTES) or (name_of(kind) == "BytesIO" and is_native(kind))
        self.payload: Payload | None = None
        self.expand: edges.Expand | None = None
        if not self.is_never:
            self.payload = payload_of(kind)
            self.expand = None if self.payload else _expand_of(kind)
        self.is_foreign = self.payload is None and not self.is_never and not self.is_code and is_foreign(kind)


def type_name(kind: type) -> str:
    """The class by its name; one that is neither Python's nor of an installed library, with its module."""
    module = module_of(kind)
    root = module.partition(".")[0]
    if root in edges.STANDARD or is_native(kind) or edges.is_library(module):
        return name_of(kind)
    return f"{module}.{qualname_of(kind)}"


def _is_never(kind: type) -> bool:
    return kind in _NEVER_IDS or issubclass(kind, (type, type(sys)))


class _Identities:
    """Contains by identity: a lookup by the types themselves may call the ``__hash__`` of a metaclass."""

    def __init__(self, kinds: tuple[type, ...]) -> None:
        self._ids = {id(kind) for kind in kinds}

    def __contains__(self, kind: object) -> bool:
        return id(kind) in self._ids


_NEVER_IDS = _Identities(_NEVER)


def _size_of(kind: type) -> Callable[[Any], int]:
    """``__sizeof__`` of the first of Python's own types among the bases, with what the collector adds to it."""
    for base in mro_of(kind):
        if is_native(base) and module_of(base).partition(".")[0] in edges.STANDARD:
            size: Any = base.__sizeof__
            if issubclass(base, (*_SCALARS, *_BYTES)):
                return size  # type: ignore[no-any-return]
            return lambda value: size(value) + edges.HEADER
    return lambda value: object.__sizeof__(value) + edges.HEADER


def _expand_of(kind: type) -> edges.Expand | None:
    if kind in _PLAIN_IDS or (name_of(kind) == "BytesIO" and is_native(kind)):
        # Its size has its buffer in it.
        return None
    by_identity = _EXPANDED.get(id(kind))
    if by_identity is not None:
        return by_identity
    for base in _CONTAINERS:
        if issubclass(kind, base):
            inner = edges.entries_of_dict if base is dict else edges.entries_of(base)
            return inner if kind is base else edges.both(edges.attributes, inner)
    if name_of(kind) == "_lru_cache_wrapper" and is_native(kind):
        return edges.cache
    return edges.plain_object if _is_pure(kind) else edges.native_object


def _is_pure(kind: type) -> bool:
    """Whether objects of a class keep all in their attributes and slots."""
    return all(base is object or not is_native(base) for base in mro_of(kind))


_PLAIN_IDS = _Identities((*_SCALARS, *_BYTES))
_EXPANDED: dict[int, edges.Expand] = {
    id(FunctionType): edges.function,
    id(GeneratorType): edges.generator,
    id(edges.CoroutineType): edges.generator,
    id(edges.AsyncGeneratorType): edges.generator,
    id(edges.FrameType): edges.frame,
    id(CellType): edges.cell,
}
