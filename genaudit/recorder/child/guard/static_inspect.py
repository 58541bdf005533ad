"""Looks at values of the user's without running any of their code.

``isinstance``, ``hasattr`` and ``getattr`` ask a value or its class, and so may resolve a proxy, load a file, raise, or
end the process. Here only what real types keep is read: ``type(value)``, whatever its ``__class__`` says, the order of
its bases, their namespaces, and the storage behind ``__dict__`` and ``__slots__``. Against a built-in type,
``issubclass(type(value), list)`` asks nobody either.
"""

from __future__ import annotations

import sys
from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


class _Sample:
    __slots__ = ("__dict__", "slot")


def _mapping_of(owner: type) -> Callable[[Any], Any]:
    return owner.__dict__["__dict__"].__get__  # type: ignore[no-any-return]


# Of the type "type" itself, so that a metaclass has no say.
mro_of: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
namespace_of: Callable[[type], Mapping[str, Any]] = _mapping_of(type)
_name_of = type.__dict__["__name__"].__get__
_qualname_of = type.__dict__["__qualname__"].__get__
_module_name_of = type.__dict__["__module__"].__get__
_flags_of = type.__dict__["__flags__"].__get__
_module_dict: Callable[[Any], dict[str, Any]] = _mapping_of(type(sys))

_Member = type(_Sample.slot)  # type: ignore[attr-defined]
_GetSet = type(_Sample.__dict__["__dict__"])
# Python's own descriptor of __dict__ has this text; that of an extension type may do anything, and a proxy's does.
_DICT_DOC = _Sample.__dict__["__dict__"].__doc__
_MODULES = sys.modules

GeneratorType = type(_ for _ in "")
FunctionType = type(_mapping_of)
CodeType = type(_mapping_of.__code__)
CellType = type((lambda held: lambda: held)(0).__closure__[0])  # type: ignore[index]
MISSING = object()
_MOST_TYPES = 512
_IMMUTABLE = 1 << 8


def names_in(code: Any) -> set[str]:
    """The global names and the attributes that code uses, with those of the functions that are written in it."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if type(constant) is CodeType:
            names |= names_in(constant)
    return names


def name_of(kind: type) -> str:
    """The name of a class; ``?`` where the class has put something else in its place."""
    return _text(_name_of(kind))


def qualname_of(kind: type) -> str:
    """The name of a class with the names of those around it."""
    return _text(_qualname_of(kind))


def module_of(kind: type) -> str:
    """The module that a class says it is from; ``""`` where that is no text."""
    name = _module_name_of(kind)
    return name if type(name) is str else ""


def _text(name: Any) -> str:
    return name if type(name) is str else "?"


def class_attribute(kind: type, name: str) -> Any:
    """What a class or the first of its bases has under a name, not bound to anything; ``MISSING`` without it."""
    for base in mro_of(kind):
        attribute = namespace_of(base).get(name, MISSING)
        if attribute is not MISSING:
            return attribute
    return MISSING


def has(value: Any, *names: str) -> bool:
    """Whether the class of a value has all of these, as the interpreter looks them up for its own protocols."""
    return all(class_attribute(type(value), name) not in _ABSENT for name in names)


class _Absent:
    """Contains by identity what is put for an attribute that is not there: an own ``==`` is not asked."""

    def __contains__(self, attribute: Any) -> bool:
        return attribute is MISSING or attribute is None


_ABSENT = _Absent()


def attributes_of(value: Any) -> dict[str, Any]:
    """The storage of an object's attributes; empty where it has none that can be seen."""
    kind = type(value)
    at, _ = _layout(kind)
    order = mro_of(kind)
    if at is None or at >= len(order):
        return {}
    # Looked at again: the class may have been changed since.
    descriptor: Any = namespace_of(order[at]).get("__dict__")
    held = descriptor.__get__(value) if type(descriptor) is _GetSet else {}
    return held if issubclass(type(held), dict) else {}


def slots_of(value: Any) -> dict[str, Any]:
    """What an object holds in its ``__slots__``, by their names."""
    by_name: dict[str, Any] = {}
    for base in mro_of(type(value)):
        namespace = namespace_of(base)
        if "__slots__" in namespace:
            for name, member in namespace.items():
                if type(member) is _Member and member.__objclass__ is base:
                    held = _held(member, value)
                    if held is not MISSING:
                        by_name.setdefault(name, held)
    return by_name


def _held(member: Any, value: Any) -> Any:
    try:
        return member.__get__(value)
    except AttributeError:
        # Not set.
        return MISSING


def stored(value: Any, name: str) -> Any:
    """One attribute from an object's storage; ``MISSING`` where there is nothing under that name."""
    held = dict.get(attributes_of(value), name, MISSING)
    return slots_of(value).get(name, MISSING) if held is MISSING else held


def held_in(value: Any) -> list[Any]:
    """All that an object holds in its storage and its slots."""
    values = list(dict.values(attributes_of(value)))
    if _layout(type(value))[1]:
        values += slots_of(value).values()
    return values


def is_owned(kind: type) -> bool:
    """Whether the module that a class says it is from has it under its name: it is no look-alike of the user's."""
    try:
        return _module_dict(_MODULES.get(module_of(kind))).get(name_of(kind)) is kind
    except TypeError:
        # Something else is where the module was.
        return False


def library_class(kind: type, roots: Any) -> tuple[str, type] | None:
    """The first class in the order of bases that belongs to one of these libraries, and the library."""
    for base in mro_of(kind):
        root = module_of(base).partition(".")[0]
        if root in roots and is_owned(base):
            return root, base
    return None


def is_native(kind: type) -> bool:
    """Whether a class is written in C, and cannot be changed from Python."""
    return bool(_flags_of(kind) & _IMMUTABLE)


def reader(kind: type, name: str) -> Callable[[Any], Any]:
    """Reads an attribute by what one class has under its name, whatever classes derived from it put there."""
    return class_attribute(kind, name).__get__  # type: ignore[no-any-return]


def member_of(module: str, name: str) -> Any:
    """What a module that is imported has under a name; ``None`` without it."""
    try:
        return _module_dict(_MODULES.get(module)).get(name)
    except TypeError:
        return None


def inherits(kind: type, base: object) -> bool:
    """Whether a class is derived from another, which may have a metaclass."""
    return any(ancestor is base for ancestor in mro_of(kind))


def bases_named(kind: type, names: set[str], roots: set[str]) -> bool:
    """Whether a class of one of these names, from one of these packages, is among the bases of a class."""
    return any(name_of(base) in names and module_of(base).partition(".")[0] in roots for base in mro_of(kind))


class ByType:
    """What was found out about types, without keeping those of the user alive and without a call of their ``__hash__``.

    ``known`` has the facts of built-in types and of those of libraries, which are there for good, by their ``id``;
    looking there first saves a call.

    Args:
        find: Finds it out about one; the result must not refer to the type.
        libraries: Whose own types stay.
    """

    def __init__(self, find: Callable[[type], Any], libraries: Any) -> None:
        self._find = find
        self._libraries = libraries
        self.known: dict[int, Any] = {}
        self._kept: list[type] = []
        self._cached: dict[int, tuple[ref[type], Any]] = {}

    def __call__(self, kind: type) -> Any:
        """What is known of a type."""
        cached = self._cached.get(id(kind))
        if cached is not None and cached[0]() is kind:
            return cached[1]
        fact = self._find(kind)
        if self._stays(kind) and len(self._kept) < _MOST_TYPES:
            self._kept.append(kind)
            self.known[id(kind)] = fact
            return fact
        if len(self._cached) >= _MOST_TYPES:
            # Types made anew with each batch would otherwise fill it for ever.
            self._cached.clear()
        self._cached[id(kind)] = (ref(kind), fact)
        return fact

    def _stays(self, kind: type) -> bool:
        return is_native(kind) or (module_of(kind).partition(".")[0] in self._libraries and is_owned(kind))

    def __len__(self) -> int:
        return len(self.known) + len(self._cached)


def _find_layout(kind: type) -> tuple[int | None, bool]:
    """Which class in the order of bases has the storage of attributes, and whether there are slots."""
    storage = None
    has_slots = False
    for at, base in enumerate(mro_of(kind)):
        namespace = namespace_of(base)
        has_slots = has_slots or "__slots__" in namespace
        slot: Any = namespace.get("__dict__")
        if storage is None and type(slot) is _GetSet and slot.__objclass__ is base and slot.__doc__ == _DICT_DOC:
            storage = at
    return storage, has_slots


_layout = ByType(_find_layout, ())
