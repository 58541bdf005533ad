"""Is the leading dimension of a batch its number of items, or the height of a single image?"""

from __future__ import annotations


def integers_of(*holders: object) -> set[int]:
    """The integers by which a generator may have been told its batch size.

    Args:
        holders: Dictionaries of arguments, objects with attributes, running generators (their local variables).
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
    parts = list(batch.values()) if isinstance(batch, dict) else batch
    if not isinstance(parts, (tuple, list)):
        return False
    if isinstance(batch, list) and len(batch) == n_leading:
        return True
    return len(parts) > 1 and all(_leading(part) == n_leading for part in parts[:2])


def _values(holder: object) -> list[object]:
    if isinstance(holder, dict):
        return list(holder.values())
    frame = getattr(holder, "gi_frame", None)
    if frame is not None:
        variables = frame.f_locals
        values: list[object] = [value for value in variables.values() if type(value) is int]
        if type(variables) is dict:
            # Before Python 3.13 this is a copy that the frame keeps: it would hold this batch for ever.
            variables.clear()
        return values
    try:
        return list(vars(holder).values())
    except TypeError:
        return []


def _leading(part: object) -> int | None:
    shape = getattr(part, "shape", None)
    try:
        return int(shape[0]) if shape is not None else len(part)  # type: ignore[arg-type]
    except (TypeError, IndexError, ValueError):
        return None
