"""Two arrays of one place, value by value: how many differ, where the first does, and by how much. Pure."""

from typing import Any

import msgspec

from genaudit.comparison.fingerprints import Leaf
from genaudit.model.comparison import FirstDifference

SHOWN_DIGITS = 7


def with_values(first: FirstDifference, leaf: Leaf, base: bytes | None, other: bytes | None) -> FirstDifference:
    """The difference with its values, where the arrays' bytes could be had and read.

    Args:
        first: Where the batches differ.
        leaf: The array there; both have its type and shape.
        base: Its bytes in the first variant, in C order.
        other: Its bytes in the other.
    """
    ours, theirs = _array(leaf, base), _array(leaf, other)
    if ours is None or theirs is None:
        return first
    import numpy as np

    differ = ours != theirs
    if ours.dtype.kind in "fc":
        differ &= ~(np.isnan(ours) & np.isnan(theirs))
    if not differ.any():
        # The same values in other bits: minus zero, or another NaN.
        differ = ours.view(f"V{ours.itemsize}") != theirs.view(f"V{ours.itemsize}")
    index = tuple(int(at) for at in np.argwhere(differ)[0])
    return msgspec.structs.replace(
        first,
        base=_text(ours[index]),
        other=_text(theirs[index]),
        index=list(index),
        n_different=int(differ.sum()),
        n_values=int(differ.size),
        largest_difference=_largest(ours, theirs),
    )


def _array(leaf: Leaf, content: bytes | None) -> Any:
    import numpy as np

    if content is None:
        return None
    try:
        return np.frombuffer(content, dtype=np.dtype(leaf.dtype)).reshape(leaf.shape)
    except (TypeError, ValueError):
        # A type that numpy does not know, such as bfloat16, or a list of Python's.
        return None


def _largest(base: Any, other: Any) -> float | None:
    import numpy as np

    if base.dtype.kind not in "biuf":
        return None
    gaps = np.abs(base.astype(np.float64) - other.astype(np.float64))
    finite = gaps[np.isfinite(gaps)]
    return float(finite.max()) if finite.size else None


def _text(value: Any) -> str:
    return f"{value:.{SHOWN_DIGITS}g}" if value.dtype.kind == "f" else str(value)
