"""How many items of the data set a trial gets; takes them from a sequence, an array or a frame, and keeps its type."""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]

from genaudit.recorder.child.batch.size import dtype_of, shape_of, size_of
from genaudit.recorder.child.guard.static_inspect import (
    has,
    inherits,
    is_owned,
    library_class,
    member_of,
    module_of,
    name_of,
    reader,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

USUAL_BATCH = 32
# Beside "batch" they make the name one of a number of batches, not of the size of one.
_COUNT_WORDS = {"count", "max", "n", "nb", "num", "number", "per"}
_POSITION_WORDS = {"idx", "idxs", "index", "indexes", "indices", "inds", "order", "perm", "permutation", "positions"}


# With the length and the elements that are stored, whatever a class derived from one gives instead.
_SEQUENCES: tuple[Any, ...] = (list, tuple, range, deque)
_FRAMES = {"pandas", "dask", "modin", "cudf"}


def is_cuttable(value: object) -> bool:
    """Whether elements can be taken without running the user's code or reading a file: lists, arrays, frames."""
    kind = type(value)
    if issubclass(kind, tuple):
        return not has(value, "_fields")
    if _sequence_base(kind) is not None:
        return True
    try:
        shape = shape_of(value)
        return shape is not None and len(shape) >= 1 and int(shape[0]) >= 0 and has(value, "__getitem__")
    except (TypeError, ValueError):
        return False


def is_array(value: object) -> bool:
    """Whether it is an array, a tensor or a frame of a library."""
    return _sequence_base(type(value)) is None and shape_of(value) is not None


def is_frame(value: object) -> bool:
    """Whether it is a frame of pandas, or of a library that does as pandas."""
    return has(value, "iloc", "columns") and library_class(type(value), _FRAMES) is not None


def length(value: Any) -> int:
    """Elements, or rows."""
    base = _sequence_base(type(value))
    if base is not None:
        return int(base.__len__(value))
    return int(shape_of(value)[0])  # type: ignore[index]


def n_bytes(value: Any) -> int:
    """Bytes of an array or a frame, as its type tells without a look at the elements."""
    known = None if has(value, "iloc") else size_of(value)[0]
    if known is not None:
        return known
    count = 1
    for size in shape_of(value) or ():
        count *= int(size)
    return count * 8


def element(value: Any, index: int) -> Any:
    """One element, or row."""
    base = _sequence_base(type(value))
    if base is not None:
        return base.__getitem__(value, index)
    return value.iloc[index] if has(value, "iloc") else value[index]


def _sequence_base(kind: type) -> Any:
    for base in _SEQUENCES:
        if issubclass(kind, base):
            return base
    array = member_of("array", "array")
    return array if array is not None and inherits(kind, array) else None


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
    ndarray, mmap = member_of("numpy", "ndarray"), member_of("mmap", "mmap")
    for _ in range(32):
        if mmap is not None and inherits(type(value), mmap):
            return True
        if ndarray is None or not inherits(type(value), ndarray):
            return False
        value = reader(ndarray, "base")(value)
    return False


def take(value: Any, chosen: Sequence[int]) -> Any:
    """The chosen elements, in a value of the same type that does not keep the others alive.

    A mapped array stays one where the positions have one step.
    """
    if type(value) is range:
        return [value[index] for index in chosen]
    if _sequence_base(type(value)) is not None:
        return _same_type(value, [element(value, index) for index in chosen])
    if has(value, "iloc"):
        rows = value.iloc[list(chosen)].copy()
        return rows.reset_index(drop=True) if name_of(type(value.index)) == "RangeIndex" else rows
    return _rows(value, chosen)


def take_along(name: str, value: Any, chosen: Sequence[int]) -> Any:
    """The chosen elements of an argument that goes along with the data set.

    Positions in the data set, such as a shuffled order under the name ``indices``, become positions in the smaller one.
    """
    if not _POSITION_WORDS.isdisjoint(name.lower().split("_")) and type(value) is range:
        return range(len(chosen))
    cut = take(value, chosen)
    if _POSITION_WORDS.isdisjoint(name.lower().split("_")) or not _is_order(value):
        return cut
    ranks = {position: rank for rank, position in enumerate(sorted(int(place) for place in cut))}
    if is_array(cut):
        for index in range(len(cut)):
            cut[index] = ranks[int(cut[index])]
        return cut
    return _same_type(value, [ranks[int(place)] for place in cut])


def _rows(value: Any, chosen: Sequence[int]) -> Any:
    if isinstance(chosen, range) and is_mapped(value):
        return value[chosen.start : chosen.stop : chosen.step]
    if module_of(type(value)).partition(".")[0] == "tensorflow" and is_owned(type(value)):
        return sys.modules["tensorflow"].gather(value, list(chosen))
    return value[list(chosen)]


def _same_type(value: Any, elements: list[Any]) -> Any:
    kind = type(value)
    if kind is list:
        return elements
    try:
        return kind(value.typecode, elements) if has(value, "typecode") else kind(elements)
    except Exception:
        # A list type of the user's with another constructor.
        return elements


def _is_order(value: Any) -> bool:
    """Whether a list or a plain array of whole numbers holds every position once."""
    if has(value, "iloc"):
        return False
    if is_array(value):
        if getattr(dtype_of(value), "kind", "") not in {"i", "u"} or len(shape_of(value) or ()) != 1:
            return False
        value = value.tolist()
    else:
        value = [element(value, index) for index in range(length(value))]
    if not all(type(place) is int for place in value):
        return False
    return len(value) > 1 and set(value) == set(range(len(value)))


def trial_items(size: dict[str, Any] | None, total: int, values: dict[str, Any]) -> int:
    """Items of a trial.

    Args:
        size: ``{"items": n}``, ``{"all": True}``, or ``{"auto": {"share": s, "at_least": a, "batches": b}}``: a part
            ``1/s`` of all, but at least ``a`` and enough for ``b`` batches. ``None`` is all.
        total: Items of the whole data set.
        values: Arguments by name, for the size of a batch.
    """
    if not size or size.get("all"):
        return total
    if "items" in size:
        return max(1, int(size["items"]))
    auto = size["auto"]
    wanted = max(-(-total // auto["share"]), auto["at_least"], auto["batches"] * batch_guess(values))
    return int(min(total, wanted))


def batch_guess(values: dict[str, Any]) -> int:
    """Items of a batch, by the arguments that may say so; 32 if none does."""
    sizes = {name.lower(): value for name, value in values.items() if type(value) is int and value > 0}
    if "batch_size" in sizes:
        return sizes["batch_size"]
    for name, value in sizes.items():
        words = set(name.split("_"))
        if "batch" in name and "batches" not in name and ("size" in words or words.isdisjoint(_COUNT_WORDS)):
            return value
    return sizes.get("bs", USUAL_BATCH)
