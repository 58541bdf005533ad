"""What an object refers to, each by the name that code has for it: variables, attributes, globals, defaults, cells.

Names come from where real types keep them. What has no name comes from the collector, which asks the C code of a type
and nothing of the user's.
"""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]
from _weakref import ProxyType, ReferenceType
from gc import get_referents

from genaudit.recorder.child.guard.static_inspect import (
    CellType,
    FunctionType,
    GeneratorType,
    attributes_of,
    module_of,
    namespace_of,
    qualname_of,
    slots_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

    Edge = tuple[str, str, Any]
    """Kind of the step, name or nothing, the object."""

_MODULE, _CODE, _METHOD = type(sys), type((lambda: 0).__code__), type(deque().append)


class _Sample:
    def method(self) -> None: ...


async def _coroutine() -> None: ...


async def _async_generator() -> Any:
    yield


_BOUND = type(_Sample().method)
_FRAME = type(sys._getframe())
_AWAITED = _coroutine()
_COROUTINE = type(_AWAITED)
_AWAITED.close()
_ASYNC_GENERATOR = type(_async_generator())
_SUSPENDED = {id(GeneratorType): "gi", id(_COROUTINE): "cr", id(_ASYNC_GENERATOR): "ag"}
_NEVER: tuple[Any, ...] = (_MODULE, _CODE, _METHOD, type(len), ReferenceType, ProxyType, type(_CODE.co_argcount))
CONTAINERS: tuple[Any, ...] = (list, tuple, dict, set, frozenset, deque)
_OURS = __name__.partition(".")[0]
NAMED_ENTRIES = 16
"""A dict of so few strings is a record, whose keys are names."""


def is_dead_end(value: Any) -> bool:
    """Whether nothing of the target's is kept through an object: modules, code, weak references, what is ours."""
    kind = type(value)
    return issubclass(kind, _NEVER) or module_of(kind).partition(".")[0] == _OURS


def frame_of(value: Any) -> FrameType | None:
    """The frame of a suspended generator or coroutine."""
    prefix = _SUSPENDED.get(id(type(value)))
    if prefix == "gi":
        return value.gi_frame  # type: ignore[no-any-return]
    if prefix == "cr":
        return value.cr_frame  # type: ignore[no-any-return]
    return value.ag_frame if prefix == "ag" else None


def is_ours(code: CodeType) -> bool:
    """Whether code is genaudit's own."""
    return code.co_filename.startswith(_HERE)


_HERE = __file__.rpartition("/recorder/")[0] + "/"


def edges_of(value: Any) -> list[Edge]:
    """All that an object refers to, but for its elements where it is a container.

    Args:
        value: What is looked at.
    """
    kind = type(value)
    if id(kind) in _SUSPENDED:
        return _of_suspended(value)
    if kind is _FRAME:
        return [] if is_ours(value.f_code) else _of_frame(value, value)
    if kind is CellType:
        return _unnamed("cell", value)
    if kind is FunctionType:
        return _of_function(value)
    if kind is _BOUND:
        return [("attribute", "__self__", value.__self__), ("referent", "", value.__func__)]
    if issubclass(kind, type):
        return _of_class(value)
    if kind in CONTAINERS:
        return []
    return _of_object(value)


def elements_of(value: Any) -> list[Any] | None:
    """What a container stores, of a dict its values after its keys; ``None`` of what is no container."""
    kind = type(value)
    for base in CONTAINERS:
        if issubclass(kind, base):
            if base is dict:
                return [*dict.keys(value), *dict.values(value)]
            return list(value) if kind is base else list(base.__iter__(value))
    return None


def length_of(value: Any) -> int | None:
    """Entries of a container, by the length that is stored."""
    kind = type(value)
    for base in CONTAINERS:
        if issubclass(kind, base):
            return int(base.__len__(value))
    return None


def named_entries(value: Any) -> list[Edge] | None:
    """The entries of a dict that is a record: few of them, and every key a string."""
    if not issubclass(type(value), dict) or not 0 < dict.__len__(value) <= NAMED_ENTRIES:
        return None
    items = list(dict.items(value))
    if any(type(key) is not str for key, _ in items):
        return None
    return [("entry", key, held) for key, held in items]


def _of_suspended(value: Any) -> list[Edge]:
    frame = frame_of(value)
    if frame is None or is_ours(frame.f_code):
        return []
    return _of_frame(frame, value)


def _of_frame(frame: FrameType, holder: Any) -> list[Edge]:
    """Local variables by name, then what lies on the frame's stack: the iterators of its loops."""
    code = frame.f_code
    variables = frame.f_locals
    free = set(code.co_freevars)
    edges: list[Edge] = [
        ("variable" if name not in free else "cell", name, held) for name, held in list(variables.items())
    ]
    if type(variables) is dict and variables is not frame.f_globals:
        # Before Python 3.13 this is a copy that the frame keeps.
        variables.clear()
    named = {id(held) for _, _, held in edges}
    skipped = {id(frame.f_globals), id(frame.f_builtins), id(variables), id(frame)}
    if frame.f_back is not None:
        skipped.add(id(frame.f_back))
    function = [held for held in get_referents(holder) if type(held) is FunctionType and held.__code__ is code]
    for held in get_referents(holder):
        if id(held) not in named and id(held) not in skipped and all(held is not made for made in function):
            # A cell's content has its name already.
            if type(held) is CellType:
                continue
            edges.append(("referent", "", held))
    return edges


def _of_function(function: Any) -> list[Edge]:
    code = function.__code__
    edges: list[Edge] = []
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=False):
        edges += [("cell", name, held) for held in get_referents(cell)]
    defaults = function.__defaults__ or ()
    parameters = code.co_varnames[: code.co_argcount][len(code.co_varnames[: code.co_argcount]) - len(defaults) :]
    edges += [("default", name, held) for name, held in zip(parameters, defaults, strict=False)]
    edges += [("default", name, held) for name, held in dict.items(function.__kwdefaults__ or {})]
    edges += [("attribute", name, held) for name, held in dict.items(function.__dict__) if type(name) is str]
    return edges


def _of_class(kind: type) -> list[Edge]:
    return [
        ("attribute", name, held)
        for name, held in namespace_of(kind).items()
        if not (name.startswith("__") and name.endswith("__"))
    ]


def _of_object(value: Any) -> list[Edge]:
    """Attributes and slots by name, then what only the collector knows."""
    attributes = attributes_of(value)
    edges: list[Edge] = [("attribute", name, held) for name, held in list(attributes.items()) if type(name) is str]
    edges += [("attribute", name, held) for name, held in slots_of(value).items()]
    if length_of(value) is not None:
        # Its elements are asked for apart.
        return edges
    named = {id(held) for _, _, held in edges} | {id(attributes)}
    return edges + [("referent", "", held) for held in get_referents(value) if id(held) not in named]


def _unnamed(kind: str, value: Any) -> list[Edge]:
    return [(kind, "", held) for held in get_referents(value)]


def type_name(kind: type) -> str:
    """A class as users write it: with its module where it is neither built in nor of a well-known library."""
    module, name = module_of(kind), qualname_of(kind)
    return name if module in _SHORT or module.partition(".")[0] in _LIBRARIES else f"{module}.{name}"


_SHORT = {"builtins", "collections", "itertools", "functools", "_queue", "queue", "threading", "generator"}
_LIBRARIES = {"numpy", "torch", "tensorflow", "PIL", "pandas", "keras", "pyarrow", "h5py", "multiprocessing"}
