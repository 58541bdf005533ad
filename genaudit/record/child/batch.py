"""The size of a batch: the bytes in it, and how many items it has."""

from __future__ import annotations

from genaudit.record.child.weighing import Scale, root_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ARRAY_ROOTS = {"numpy", "torch", "tensorflow", "pandas", "jax", "jaxlib", "cupy", "pyarrow", "polars", "dask", "h5py",
                "zarr", "xarray"}  # fmt: skip
_SINGLE = (str, bytes, bytearray, memoryview, int, float, complex)
_PARTS = 8
_MOST_TYPES = 512

_is_array_type: dict[type, bool] = {}


def size_of(batch: Any) -> tuple[int | None, int | None]:
    """Bytes and items of a batch.

    Never raises, and never makes the batch do anything.

    Args:
        batch: Anything that a target may yield.

    Returns:
        Bytes of the arrays, tensors, images, frames and strings in it, shared memory counted once; with nothing but
        Python objects, of all of those. ``None`` where nothing of known size was found. And the items: the leading
        dimension that its parts share, 1 for a single sample, ``None`` where it cannot be told.
    """
    try:
        scale = Scale()
        scale.put(batch)
        n_bytes = scale.total()
    except Exception:
        n_bytes = None
    try:
        return n_bytes, _items(batch)
    except Exception:
        return n_bytes, None


def _items(batch: Any) -> int | None:
    if isinstance(batch, dict):
        return _shared(list(batch.values()))
    if isinstance(batch, tuple):
        return _shared(batch)
    if isinstance(batch, list):
        return _of_list(batch)
    if _is_array(batch):
        leads = _leads(batch)
        return leads[0] if leads and not _is_image(batch) else 1
    if isinstance(batch, _SINGLE) or root_of(type(batch)) == "PIL":
        return 1
    attributes = getattr(batch, "__dict__", None)
    return _shared(list(attributes.values())) if attributes and type(attributes) is dict else None


def _shared(parts: Any) -> int | None:
    """Items of images with labels, of a dict of columns: the first part's, if the others do not say otherwise."""
    leads = []
    single = False
    for part in parts[:_PARTS]:
        if _is_single(part):
            single = True
        else:
            found = _leads(part)
            if found:
                leads.append(found)
            elif not leads and not single and part is not None:
                # The first part is of an unknown kind.
                return None
    if not leads:
        return 1 if single else None
    if len(leads) == 1:
        return 1 if single else leads[0][0]
    common = [n for n in leads[0] if n in leads[1]]
    # An image and its one-hot label: the parts of one sample have nothing in common.
    return common[0] if common else 1


def _of_list(batch: list[Any]) -> int:
    """Items of a list: its elements, unless they are the columns ``[images, labels]``."""
    if 2 <= len(batch) <= _PARTS and all(_is_array(part) for part in batch):
        first, *others = (tuple(part.shape) for part in batch)
        if first and all(shape[:1] == first[:1] for shape in others) and any(shape != first for shape in others):
            return int(first[0])
    return len(batch)


def _leads(part: Any) -> tuple[int, ...]:
    """The numbers of items that a part of a batch may have, the likeliest first."""
    if _is_array(part):
        shape = part.shape
        return (int(shape[0]),) if len(shape) else ()
    if isinstance(part, list):
        # A column of values, or several inputs of a network.
        return (len(part), *_leads(part[0])) if part else (0,)
    if isinstance(part, tuple) and part:
        return (*_leads(part[0]), len(part))
    if isinstance(part, dict) and part:
        return _leads(next(iter(part.values())))
    return ()


def _is_single(part: Any) -> bool:
    if _is_array(part):
        return len(part.shape) == 0
    if isinstance(part, (list, tuple, dict)):
        return False
    return isinstance(part, _SINGLE) or root_of(type(part)) == "PIL"


def _is_array(part: Any) -> bool:
    kind = type(part)
    known = _is_array_type.get(kind)
    if known is None:
        if len(_is_array_type) > _MOST_TYPES:
            _is_array_type.clear()
        known = _is_array_type[kind] = hasattr(kind, "shape") and root_of(kind) in _ARRAY_ROOTS
    return known


def _is_image(array: Any) -> bool:
    """Whether an array alone is one picture: bytes, in rows and columns of 1, 3 or 4 channels."""
    shape = array.shape
    return len(shape) == 3 and shape[2] in {1, 3, 4} and min(shape[:2]) >= 16 and str(array.dtype).endswith("uint8")
