"""What objects refer to, each reference by the name that code has for it."""

from __future__ import annotations

import sys
from gc import get_referents

from genaudit.recorder.child.guard.own_imports import fields_of_module
from genaudit.recorder.child.guard.static_inspect import (
    CellType,
    FunctionType,
    GeneratorType,
    attributes_of,
    class_attribute,
    is_native,
    is_owned,
    module_of,
    name_of,
    namespace_of,
    slots_of,
)
from genaudit.recorder.child.retention.sampling import sample

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import Any

    from genaudit.recorder.child.retention.nodes import Node
    from genaudit.recorder.child.retention.walk import Walk

    Expand = Callable[[Walk, Any, Node, float], None]

MOST_NAMED = 16
"""Entries of a dictionary that are told apart by their keys; of more, all are alike."""
OPTIMIZED = 1
HEADER = sys.getsizeof([]) - [].__sizeof__()
"""What the collector keeps before an object; ``sys.getsizeof`` adds it, ``__sizeof__`` does not."""
STANDARD = sys.stdlib_module_names | {"builtins"}
_DESCRIPTORS = {id(type(type.__dict__["__dict__"])), id(type(type.__dict__["__base__"]))}
_PACKAGE = __file__.rpartition("/retention/")[0].rpartition("/recorder/")[0] + "/"


async def _coroutine() -> None: ...


async def _async_generator() -> AsyncIterator[None]:
    yield


_one = _coroutine()
CoroutineType = type(_one)
_one.close()
AsyncGeneratorType = type(_async_generator())
FrameType: type = type(sys._getframe())
MethodType: type = type(_coroutine.__get__(0))


def is_library(module: str) -> bool:
    """Whether a module of that name is installed, and not the user's own."""
    file = fields_of_module(module).get("__file__")
    return type(file) is str and is_installed(file)


def is_installed(path: str) -> bool:
    """Whether a file is of Python's, of a package that is installed, or genaudit's own."""
    return "/site-packages/" in path or "/dist-packages/" in path or path.startswith((_LIBRARY, _PACKAGE))


_LIBRARY = (getattr(sys.modules["os"], "__file__", "") or "").rpartition("/")[0] + "/"


def is_ours(code: Any) -> bool:
    """Whether code is genaudit's own."""
    return bool(code.co_filename.startswith(_PACKAGE))


def is_users(code: Any) -> bool:
    """Whether code is of a file of the user's."""
    path = code.co_filename
    return not path.startswith("<") and not is_installed(path)


def both(first: Expand, second: Expand) -> Expand:
    """One after the other."""

    def expand(walk: Walk, value: Any, node: Node, weight: float) -> None:
        first(walk, value, node, weight)
        second(walk, value, node, weight)

    return expand


def entries_of(base: Any) -> Expand:
    """What is stored in a list, a tuple, a set, a deque; an ``__iter__`` of the user's is not asked."""
    length, iterate = base.__len__, base.__iter__

    def expand(walk: Walk, value: Any, node: Node, weight: float) -> None:
        n = length(value)
        node.entries = (node.entries or 0) + n * weight
        _sampled(walk, node, weight, n, lambda: iterate(value))

    return expand


def entries_of_dict(walk: Walk, value: Any, node: Node, weight: float) -> None:
    """The values of a dictionary, of a small one by their keys; and the keys of a large one."""
    n = dict.__len__(value)
    node.entries = (node.entries or 0) + n * weight
    if n <= MOST_NAMED:
        for key, held in list(dict.items(value)):
            if type(key) is str and key.isidentifier():
                walk.reach(held, node, "entry", key, weight)
            else:
                walk.reach(key, node, "entry", "", weight)
                walk.reach(held, node, "entry", "", weight)
        return
    _sampled(walk, node, weight, n, lambda: dict.keys(value))
    _sampled(walk, node, weight, n, lambda: dict.values(value))


def _sampled(walk: Walk, node: Node, weight: float, n: int, entries: Callable[[], Any]) -> None:
    try:
        for entry, stands_for in sample(n, entries, is_within=weight > 1):
            walk.reach(entry, node, "entry", "", weight * stands_for)
    except RuntimeError:
        # Another thread has changed it meanwhile.
        walk.is_complete = False


def attributes(walk: Walk, value: Any, node: Node, weight: float) -> None:
    """What an object stores under names."""
    held = attributes_of(value)
    node.objects += (dict.__sizeof__(held) + HEADER) * weight if held else 0
    _reach_named(walk, held, node, weight)
    for name, part in slots_of(value).items():
        walk.reach(part, node, "attribute", name, weight)
    kind = type(value)
    if not is_owned(kind) and not is_native(kind) and not is_library(module_of(kind)):
        # A class that was made in a function: nothing else leads to what it keeps.
        walk.reach_class(kind, node)


plain_object = attributes


def native_object(walk: Walk, value: Any, node: Node, weight: float) -> None:
    """An object of a type that is written in C, or derived from one: its names, then what else it refers to."""
    attributes(walk, value, node, weight)
    referents = get_referents(value)
    storage = attributes_of(value)
    if not storage:
        storage = _native_storage(value, referents)
        _reach_named(walk, storage, node, weight)
    for held, stands_for in sample(len(referents), lambda: referents, is_within=weight > 1):
        if held is not storage:
            walk.reach(held, node, "referent", "", weight * stands_for)


def _native_storage(value: Any, referents: list[Any]) -> dict[Any, Any]:
    """The attributes of an object of one of Python's own types, such as a partial or an exception."""
    descriptor = class_attribute(type(value), "__dict__")
    if id(type(descriptor)) not in _DESCRIPTORS or not is_native(descriptor.__objclass__):
        return {}
    if module_of(descriptor.__objclass__).partition(".")[0] not in STANDARD:
        return {}
    tables = [held for held in referents if type(held) is dict]
    # Asked for only where there may be one: it would be made.
    held = descriptor.__get__(value) if tables else None
    return held if type(held) is dict and _is_among(held, tables) else {}


def _is_among(value: object, others: Any) -> bool:
    return any(value is other for other in others)


def _reach_named(walk: Walk, table: dict[Any, Any], node: Node, weight: float) -> None:
    for name, held in list(dict.items(table)):
        walk.reach(held, node, "attribute", name if type(name) is str else "", weight)


def cache(walk: Walk, value: Any, node: Node, weight: float) -> None:
    """A cache of functools: what it keeps, then its function."""
    referents = get_referents(value)
    storage = _native_storage(value, referents)
    _reach_named(walk, {name: held for name, held in storage.items() if name != "cache_parameters"}, node, weight)
    tables = [held for held in referents if type(held) is dict and held is not storage]
    node.entries = (node.entries or 0) + weight * sum(len(table) for table in tables)
    for table in tables:
        node.objects += dict.__sizeof__(table) * weight
        for part in (dict.keys, dict.values):
            _sampled(walk, node, weight, len(table), lambda part=part, table=table: part(table))  # type: ignore[misc]
    hidden = {id(storage), *map(id, tables)}
    for held, stands_for in sample(len(referents), lambda: referents, is_within=weight > 1):
        if id(held) not in hidden:
            kind = "referent" if type(held) is FunctionType else "entry"
            walk.reach(held, node, kind, "", weight * stands_for)


def function(walk: Walk, value: Any, node: Node, weight: float) -> None:
    """What a function keeps: the variables around it, its defaults, its attributes."""
    code = value.__code__
    for name, inner in zip(code.co_freevars, value.__closure__ or (), strict=False):
        if type(inner) is CellType:
            _reach_cell(walk, inner, node, name, weight)
    defaults = value.__defaults__ or ()
    parameters = code.co_varnames[: code.co_argcount][-len(defaults) :] if defaults else ()
    for name, held in zip(parameters, defaults, strict=False):
        walk.reach(held, node, "default", name, weight)
    for name, held in list(dict.items(value.__kwdefaults__ or {})):
        walk.reach(held, node, "default", name, weight)
    hidden = (value.__globals__, value.__builtins__, value.__kwdefaults__)
    held_by = [held for held in get_referents(value) if type(held) is dict and not _is_among(held, hidden)]
    if held_by:
        # Asked for only where there is one: it would be made.
        _reach_named(walk, value.__dict__, node, weight)


def cell(walk: Walk, value: Any, node: Node, weight: float) -> None:
    """What a variable of a closure holds."""
    _reach_cell(walk, value, node, "", weight)


def _reach_cell(walk: Walk, value: Any, node: Node, name: str, weight: float) -> None:
    try:
        held = value.cell_contents
    except ValueError:
        return
    walk.reach(held, node, "cell", name, weight)


def generator(walk: Walk, value: Any, node: Node, weight: float) -> None:
    """The variables of a suspended generator, what it delegates to, and what its loops run over."""
    suspended = getattr(value, f"{_PREFIXES[id(type(value))]}_frame")
    if suspended is None or is_ours(suspended.f_code):
        return
    # What it delegates to is known to the generator itself, before Python 3.11 to its frame.
    _frame(walk, suspended, node, weight, get_referents(value, suspended))


_MACHINERY = {id(FunctionType), id(FrameType), id(str)}
_PREFIXES = {id(GeneratorType): "gi", id(CoroutineType): "cr", id(AsyncGeneratorType): "ag"}


def frame(walk: Walk, value: Any, node: Node, weight: float) -> None:
    """The variables of a frame that something keeps, such as a traceback."""
    if not is_ours(value.f_code):
        _frame(walk, value, node, weight, get_referents(value))


def _frame(walk: Walk, value: Any, node: Node, weight: float, referents: list[Any]) -> None:
    """The variables of a frame, then what it works with and has no name for."""
    table = variables(walk, value, node, weight)
    hidden = (table, value.f_globals, value.f_builtins)
    for held in referents:
        if not _is_among(held, hidden) and not _is_machinery(held):
            walk.reach(held, node, "referent", "", weight)


def _is_machinery(held: Any) -> bool:
    """The function of a frame, its names, the frame itself: part of every generator."""
    return id(type(held)) in _MACHINERY


def variables(walk: Walk, value: Any, node: Node, weight: float, unused: frozenset[str] = frozenset()) -> Any:
    """The local variables of a frame, by their names; gives the table that the frame keeps of them.

    Args:
        unused: Those that are passed by.
    """
    code = value.f_code
    if not code.co_flags & OPTIMIZED:
        # The body of a module or a class: its variables are the namespace itself.
        return None
    table = value.f_locals
    for name, held in list(table.items()):
        if name not in unused:
            walk.reach(held, node, "variable", name, weight)
    if type(table) is dict and sys.getrefcount(table) <= OWN_REFERENCES:
        # Before Python 3.13 this is a copy that the frame keeps. One that more refer to is the target's own.
        table.clear()
    return table


OWN_REFERENCES = 3


def has_place(kind: type) -> bool:
    """Whether objects of a type come from a place in the code."""
    return kind is FunctionType or kind is FrameType or id(kind) in _PREFIXES


def is_callback(kind: type) -> bool:
    """Whether objects of a type are functions, or are made of one to be called later."""
    return kind is FunctionType or kind is MethodType or (name_of(kind) == "partial" and is_native(kind))


def place_of(value: Any) -> tuple[str, int, str] | None:
    """File, line and function of a function, a generator, a frame: where it is defined."""
    kind = type(value)
    if kind is FunctionType:
        code = value.__code__
        return code.co_filename, code.co_firstlineno, code.co_name
    if kind is FrameType:
        code = value.f_code
        return code.co_filename, code.co_firstlineno, code.co_name
    if kind is MethodType:
        return place_of(value.__func__)
    prefix = _PREFIXES.get(id(kind))
    if prefix is None:
        return None
    code = getattr(value, f"{prefix}_code")
    return code.co_filename, code.co_firstlineno, code.co_name


def namespace_entries(kind: type) -> list[tuple[str, Any]]:
    """What a class has under names, without what Python puts there."""
    hidden = {"__dict__", "__weakref__", "__doc__", "__module__", "__qualname__"}
    return [(name, held) for name, held in list(namespace_of(kind).items()) if name not in hidden]
