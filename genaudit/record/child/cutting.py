"""Takes some of the elements of a sequence, an array or a frame, and keeps its type."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_POSITION_WORDS = {"idx", "idxs", "index", "indexes", "indices", "inds", "order", "perm", "permutation", "positions"}


def is_cuttable(value: object) -> bool:
    """Whether elements can be taken without running the user's code or reading a file: lists, arrays, frames."""
    if isinstance(value, (list, range)):
        return True
    if isinstance(value, tuple):
        return not hasattr(value, "_fields")
    if isinstance(value, (type, str, bytes, dict)):
        return False
    shape = getattr(value, "shape", None)
    if shape is None or not hasattr(value, "__getitem__"):
        return type(value).__name__ in {"array", "deque"} and hasattr(value, "__len__")
    try:
        return len(shape) >= 1 and int(shape[0]) >= 0
    except (TypeError, ValueError):
        return False


def length(value: Any) -> int:
    """Elements, or rows."""
    shape = getattr(value, "shape", None)
    return int(shape[0]) if shape is not None else len(value)


def n_bytes(value: Any) -> int:
    """Bytes of an array or a frame, as its type tells without a look at the elements."""
    found = getattr(value, "nbytes", None)
    if isinstance(found, int):
        return found
    count = 1
    for size in value.shape:
        count *= int(size)
    return count * 8


def element(value: Any, index: int) -> Any:
    """One element, or row."""
    return value.iloc[index] if hasattr(value, "iloc") else value[index]


def spread(n_all: int, n: int, *, stepped: bool = False) -> Sequence[int]:
    """``n`` positions of ``n_all``, in their order.

    Args:
        n_all: How many there are.
        n: How many are wanted.
        stepped: Leave the same step between them, so that an array can be viewed instead of copied.
    """
    if stepped:
        step = n_all // n
        return range(0, n * step, step)
    return [index * n_all // n for index in range(n)]


def is_mapped(value: object) -> bool:
    """Whether an array's bytes lie in a mapped file."""
    for _ in range(32):
        if value is None:
            return False
        if type(value).__name__ == "mmap":
            return True
        value = getattr(value, "base", None)
    return False


def take(value: Any, chosen: Sequence[int]) -> Any:
    """The chosen elements, in a value of the same type that does not keep the others alive.

    A mapped array stays one where the positions have one step.
    """
    if isinstance(value, range):
        return [value[index] for index in chosen]
    if hasattr(value, "iloc"):
        rows = value.iloc[list(chosen)].copy()
        return rows.reset_index(drop=True) if type(value.index).__name__ == "RangeIndex" else rows
    if getattr(value, "shape", None) is not None:
        return _rows(value, chosen)
    return _same_type(value, [value[index] for index in chosen])


def take_along(name: str, value: Any, chosen: Sequence[int]) -> Any:
    """The chosen elements of an argument that goes along with the data set.

    Positions in the data set, such as a shuffled order under the name ``indices``, become positions in the smaller one.
    """
    if not _POSITION_WORDS.isdisjoint(name.lower().split("_")) and isinstance(value, range):
        return range(len(chosen))
    cut = take(value, chosen)
    if _POSITION_WORDS.isdisjoint(name.lower().split("_")) or not _is_order(value):
        return cut
    ranks = {position: rank for rank, position in enumerate(sorted(int(one) for one in cut))}
    if hasattr(cut, "dtype"):
        for index in range(len(cut)):
            cut[index] = ranks[int(cut[index])]
        return cut
    return _same_type(value, [ranks[int(one)] for one in cut])


def _rows(value: Any, chosen: Sequence[int]) -> Any:
    if isinstance(chosen, range) and is_mapped(value):
        return value[chosen.start : chosen.stop : chosen.step]
    if type(value).__module__.partition(".")[0] == "tensorflow":
        return sys.modules["tensorflow"].gather(value, list(chosen))
    return value[list(chosen)]


def _same_type(value: Any, elements: list[Any]) -> Any:
    kind = type(value)
    if kind is list:
        return elements
    try:
        return kind(value.typecode, elements) if kind.__name__ == "array" else kind(elements)
    except Exception:
        # A list type of the user's with another constructor.
        return elements


def _is_order(value: Any) -> bool:
    """Whether a list or a plain array of whole numbers holds every position once."""
    if hasattr(value, "iloc"):
        return False
    if hasattr(value, "dtype"):
        if getattr(value.dtype, "kind", "") not in {"i", "u"} or len(value.shape) != 1:
            return False
        value = value.tolist()
    if not all(type(one) is int for one in value):
        return False
    return len(value) > 1 and set(value) == set(range(len(value)))
