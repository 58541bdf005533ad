"""Data sets of libraries, and objects like them, that can give a part of themselves: select, take, torch's Subset."""

from __future__ import annotations

import sys

from genaudit.recorder.child.guard.static_inspect import (
    FunctionType,
    bases_named,
    class_attribute,
    has,
    is_owned,
    module_of,
)
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_LIBRARIES = {"datasets", "tensorflow"}
_SUBSET, _SELECT, _TAKE = "Subset", "select", "take"


def gives_parts(value: Any) -> str | None:
    """By what call a data set gives a part of itself; ``None`` where it gives none, or is no data set."""
    kind = type(value)
    if issubclass(kind, (type, list, tuple, dict, str)) or has(value, "shape", "dtype") or has(value, "iloc"):
        return None
    if bases_named(kind, {"DatasetV2"}, {"tensorflow"}):
        return _TAKE
    if not has(value, "__len__"):
        return None
    if bases_named(kind, {"Dataset"}, {"torch"}) and not has(value, "select"):
        # Of an iterable one nothing can be chosen.
        return None if bases_named(kind, {"IterableDataset"}, {"torch"}) else _SUBSET
    if has(value, "__getitem__") or has(value, "__iter__"):
        return next((name for name in (_SELECT, _TAKE) if _is_method(kind, name)), None)
    return None


def has_no_length(value: Any) -> bool:
    """Whether it gives its first items, and does not say how many there are: a stream."""
    return _is_method(type(value), _TAKE) and has(value, "__iter__") and not has(value, "__len__")


def is_of_library(value: Any) -> bool:
    """Whether it is of a library's own class, and its part of the same: no code of the user's is called for it."""
    kind = type(value)
    return module_of(kind).partition(".")[0] in _LIBRARIES and is_owned(kind) and gives_parts(value) in {_SELECT, _TAKE}


@calls_target
def items_of(value: Any) -> int | None:
    """Items of the whole; ``None`` where it does not say."""
    try:
        if gives_parts(value) == _TAKE and not has(value, "__len__"):
            return None
        n = len(value)
    except Exception:
        # Of a pipeline that is endless, or whose length is not known.
        return None
    return n * _items_in_element(value) if n > 0 else None


@calls_target
def part_of(value: Any, chosen: Sequence[int]) -> Any:
    """The part with the chosen items."""
    way = gives_parts(value)
    if way == _SUBSET:
        return sys.modules["torch.utils.data"].Subset(value, list(chosen))
    if way == _SELECT:
        return value.select(list(chosen))
    return value.take(-(-len(chosen) // _items_in_element(value)))


def _items_in_element(value: Any) -> int:
    """Items of one element of a pipeline of ``tf.data``: those of a batch, where it gives batches."""
    if not bases_named(type(value), {"DatasetV2"}, {"tensorflow"}):
        return 1
    from genaudit.recorder.child.sources import items_in_element

    return items_in_element(value)


def _is_method(kind: type, name: str) -> bool:
    return type(class_attribute(kind, name)) is FunctionType
