"""How the arrays, tensors, images and frames of libraries are weighed, by the module that their class comes from."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.record.child.weighing import Scale

    Handler = Callable[[Scale, Any], None]

# Bytes of a pixel by Pillow's mode.
_MODE_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 2, "La": 2, "PA": 2, "RGB": 3, "YCbCr": 3, "LAB": 3, "HSV": 3}
_COMPOSITES = {
    "RaggedTensor": ("flat_values", "nested_row_splits"),
    "SparseTensor": ("indices", "values", "dense_shape"),
    "IndexedSlices": ("indices", "values"),
}
_SAMPLED_OBJECTS = 32
_SAMPLED_COLUMNS = 64


def scalar(scale: Scale, value: Any) -> None:
    """A number or a date: one small object."""
    scale.is_known = True
    if scale.is_new(value):
        scale.overhead += sys.getsizeof(value)


def nothing(_scale: Scale, _value: Any) -> None:
    """Of unknown size."""


def _numpy(kind: type) -> Handler:
    names = _names(kind)
    if "ndarray" not in names:
        return scalar if "generic" in names else nothing
    return _masked_array if "MaskedArray" in names else _array


def _array(scale: Scale, value: Any) -> None:
    scale.is_known = True
    scale.arrays.append(value)
    if value.dtype.kind == "O" and scale.is_new(value):
        scale.put_sample(value.size, value.item)


def _masked_array(scale: Scale, value: Any) -> None:
    _array(scale, value)
    mask = getattr(value, "_mask", None)
    if getattr(mask, "shape", ()):
        scale.arrays.append(mask)


def _torch(kind: type) -> Handler | None:
    return _torch_tensor if "Tensor" in _names(kind) else None


def _torch_tensor(scale: Scale, value: Any) -> None:
    if value.is_nested:
        scale.put(value.values() if value.layout is not sys.modules["torch"].strided else list(value.unbind()))
    elif value.layout is not sys.modules["torch"].strided:
        parts = ("_indices", "_values") if value.is_sparse else ("crow_indices", "col_indices", "values")
        for part in parts:
            scale.put(getattr(value, part)())
    elif value.device.type == "cpu":
        scale.is_known = True
        scale.arrays.append(value)
    elif scale.is_new(value):
        # On another device, or on none ("meta").
        scale.add_buffer(0 if value.device.type == "meta" else int(value.nbytes))


def _tensorflow(kind: type) -> Handler:
    names = _names(kind)
    for name, parts in _COMPOSITES.items():
        if name in names:
            return _composite(parts)
    return _tensorflow_tensor if "Tensor" in names else nothing


def _composite(parts: tuple[str, ...]) -> Handler:
    def weigh(scale: Scale, value: Any) -> None:
        for part in parts:
            scale.put(getattr(value, part))

    return weigh


def _tensorflow_tensor(scale: Scale, value: Any) -> None:
    n_bytes = value.dtype.size
    if not n_bytes:
        # Strings: how long they are would be known only by copying them out.
        return
    for size in value.shape:
        n_bytes *= size
    if scale.is_new(value):
        scale.add_buffer(int(n_bytes))


def _pillow(kind: type) -> Handler:
    return _image if "Image" in _names(kind) else nothing


def _image(scale: Scale, value: Any) -> None:
    # An image that was opened and not read yet holds no pixels.
    core = value.__dict__.get("_im", value.__dict__.get("im"))
    if core is not None and hasattr(core, "size") and scale.is_new(core):
        width, height = core.size
        mode = core.mode
        scale.add_buffer(width * height * (_MODE_BYTES.get(mode) or (2 if mode.startswith("I;16") else 4)))


def _pandas(kind: type) -> Handler:
    names = _names(kind)
    if "DataFrame" in names:
        return _frame
    return _column if names & {"Series", "Index", "ExtensionArray"} else scalar


def _frame(scale: Scale, value: Any) -> None:
    if not scale.is_new(value):
        return
    _column(scale, value.index)
    n = value.shape[1]
    n_taken = min(n, _SAMPLED_COLUMNS)
    before = scale.payload
    for step in range(n_taken):
        _column(scale, value.iloc[:, step * n // n_taken])
    if n_taken < n:
        scale.payload = before + (scale.payload - before) * n // n_taken


def _column(scale: Scale, value: Any) -> None:
    if type(value).__name__ == "RangeIndex":
        scale.is_known = True
        return
    scale.add_buffer(int(value.nbytes))
    n = value.shape[0]
    if getattr(value.dtype, "kind", "") == "O" and n:
        # A column of Python objects holds pointers; what they point to is taken from a sample.
        element = value.iloc.__getitem__ if hasattr(value, "iloc") else value.__getitem__
        n_taken = min(n, _SAMPLED_OBJECTS)
        sizes = [sys.getsizeof(element(step * n // n_taken)) for step in range(n_taken)]
        scale.payload += sum(sizes) * n // n_taken


def _with_nbytes(_kind: type) -> Handler:
    return _nbytes


def _nbytes(scale: Scale, value: Any) -> None:
    n_bytes = getattr(value, "nbytes", None)
    if isinstance(n_bytes, int) and scale.is_new(value):
        scale.add_buffer(n_bytes)


def _polars(_kind: type) -> Handler:
    def weigh(scale: Scale, value: Any) -> None:
        if scale.is_new(value):
            scale.add_buffer(int(value.estimated_size()))

    return weigh


def _plain_array(kind: type) -> Handler | None:
    """``array.array`` and ``mmap.mmap``."""

    def weigh(scale: Scale, value: Any) -> None:
        if scale.is_new(value):
            scale.add_buffer(len(value) * getattr(value, "itemsize", 1))

    return weigh if kind.__name__ in {"array", "mmap"} else None


def _small(_kind: type) -> Handler:
    return scalar


def _names(kind: type) -> set[str]:
    return {base.__name__ for base in kind.__mro__}


BY_ROOT: dict[str, Callable[[type], Handler | None]] = {
    "numpy": _numpy,
    "torch": _torch,
    "tensorflow": _tensorflow,
    "PIL": _pillow,
    "pandas": _pandas,
    "jax": _with_nbytes,
    "jaxlib": _with_nbytes,
    "cupy": _with_nbytes,
    "pyarrow": _with_nbytes,
    "polars": _polars,
    "array": _plain_array,
    "mmap": _plain_array,
    "datetime": _small,
    "decimal": _small,
    "pathlib": _small,
    "uuid": _small,
}
"""What gives the handler of a type; ``None`` where it is an object like any other."""

ELSEWHERE = {"dask", "h5py", "netCDF4", "tables", "xarray", "zarr"}
"""Libraries whose data is in a file, or not computed, until it is asked for."""
