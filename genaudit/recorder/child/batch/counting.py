"""Is the leading dimension of a batch its number of items, or the height of a single image?"""

from __future__ import annotations

from genaudit.recorder.child.batch.size import elements_of, shape_of
from genaudit.recorder.child.guard.static_inspect import GeneratorType, held_in


def integers_of(*holders: object) -> set[int]:
    """The integers by which a generator may have been told its batch size.

    Args:
        holders: Dictionaries of arguments, objects with attributes, running generators (their local variables). Only
            what they store is read: no property of theirs runs.
    """
    found: set[int] = set()
    for holder in holders:
        for value in _values(holder):
            if type(value) is int:
                found.add(value)
    return found


def counts_items(batch: object, n_leading: int, integers: set[int]) -> bool:
    """Whether ``n_leading`` counts items.

    It does if it was an argument, an attribute or a variable of the target, or if two parts of the batch share it, as
    images and labels do. Else the batch is taken for one item, which only makes epochs look longer than they are.
    """
    if n_leading in integers:
        return True
    parts = elements_of(batch)
    if parts is None:
        return False
    if issubclass(type(batch), list) and len(parts) == n_leading:
        return True
    return len(parts) > 1 and all(_leading(part) == n_leading for part in parts[:2])


def _values(holder: object) -> list[object]:
    if issubclass(type(holder), dict):
        return list(dict.values(holder))  # type: ignore[arg-type]
    if type(holder) is not GeneratorType:
        return held_in(holder)
    frame = holder.gi_frame  # type: ignore[attr-defined]
    if frame is None:
        return []
    variables = frame.f_locals
    values: list[object] = [value for value in variables.values() if type(value) is int]
    if type(variables) is dict:
        # Before Python 3.13 this is a copy that the frame keeps: it would hold this batch for ever.
        variables.clear()
    return values


def _leading(part: object) -> int | None:
    try:
        shape = shape_of(part)
        if shape is not None:
            return int(shape[0])
    except (TypeError, IndexError, ValueError):
        return None
    elements = elements_of(part)
    if elements is not None:
        return len(elements)
    text = next((base for base in (str, bytes, bytearray) if issubclass(type(part), base)), None)
    return None if text is None else text.__len__(part)  # type: ignore[arg-type]
