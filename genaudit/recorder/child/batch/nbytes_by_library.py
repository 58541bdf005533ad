"""How the arrays, tensors, images and frames of libraries are counted, by the library that their class comes from.

A class that is the library's own is asked as the library means it to be. Of a class of the user's that is derived from
one of those, only what the library itself keeps is read, in a way that calls nothing of the user's; where there is no
such way, its size is unknown.
"""

from __future__ import annotations

from genaudit.recorder.child.guard.static_inspect import (
    MISSING,
    inherits,
    is_native,
    is_owned,
    member_of,
    module_of,
    mro_of,
    name_of,
    namespace_of,
    reader,
    stored,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.batch.nbytes import ByteCount

    Handler = Callable[[ByteCount, Any], None]

# Bytes of a pixel by Pillow's mode.
_MODE_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 2, "La": 2, "PA": 2, "RGB": 3, "YCbCr": 3, "LAB": 3, "HSV": 3}
COMPOSITES = {
    "RaggedTensor": ("flat_values", "nested_row_splits"),
    "SparseTensor": ("indices", "values", "dense_shape"),
    "IndexedSlices": ("indices", "values"),
}
"""The tensors that one of TensorFlow's classes is made of."""
_SAMPLED_OBJECTS = 32
_SAMPLED_BLOCKS = 64


def scalar_of(base: type) -> Handler:
    """Adds a number or a date: one small object."""
    size: Any = base.__sizeof__ if is_native(base) else object.__sizeof__

    def add(count: ByteCount, value: Any) -> None:
        count.is_known = True
        if count.is_new(value):
            count.overhead += size(value)

    return add


def nothing(_count: ByteCount, _value: Any) -> None:
    """Of unknown size."""


def _small(base: type, _is_own: bool) -> Handler:
    return scalar_of(base)


def _numpy(base: type, _is_own: bool) -> Handler:
    ndarray = member_of("numpy", "ndarray")
    if not inherits(base, ndarray):
        return scalar_of(base) if "generic" in _names(base) else nothing
    if base is not ndarray or not _is_own:
        return _array_like(ndarray, "MaskedArray" in _names(base))
    put_objects = _put_objects(ndarray)

    def add(count: ByteCount, value: Any) -> None:
        count.is_known = True
        count.arrays.append(value)
        if value.dtype.kind == "O":
            put_objects(count, value)

    return add


def _put_objects(ndarray: Any) -> Handler:
    item, size_of = ndarray.item, reader(ndarray, "size")

    def add(count: ByteCount, value: Any) -> None:
        if count.is_new(value):
            count.put_sample(size_of(value), lambda index: item(value, index))

    return add


def _array_like(ndarray: Any, is_masked: bool) -> Handler:
    """Adds what is derived from numpy's array as the array that it is, without what the class adds to it."""
    view, dtype_of, put_objects = ndarray.view, reader(ndarray, "dtype"), _put_objects(ndarray)

    def add(count: ByteCount, value: Any) -> None:
        count.is_known = True
        count.arrays.append(view(value, ndarray))
        if dtype_of(value).kind == "O":
            put_objects(count, value)
        mask: Any = stored(value, "_mask") if is_masked else None
        if type(mask) is ndarray and mask.shape:
            count.arrays.append(mask)

    return add


class UnhookedTorch:
    """Reads tensors of torch with no ``__torch_function__`` and no mode of the user's called."""

    def __init__(self) -> None:
        native: Any = member_of("torch", "_C")
        self.functions = getattr(native, "DisableTorchFunction")  # noqa: B009 - of a module, looked up once
        self.dispatch = getattr(native, "_DisableTorchDispatch")  # noqa: B009
        self.modes: Callable[[], int] = getattr(native, "_len_torch_function_stack", lambda: 1)
        """How many modes would be called; a class of torch's own calls nobody else."""


def is_dispatching(kind: type) -> bool:
    """Whether a class of tensors answers for its operations itself: it need not hold any memory."""
    for base in mro_of(kind):
        if "__torch_dispatch__" in namespace_of(base):
            return name_of(base) != "Tensor" or not is_owned(base)
    return False


def _torch(base: type, is_own: bool) -> Handler | None:
    tensor = member_of("torch", "Tensor")
    if not inherits(base, tensor):
        return None
    unhooked = UnhookedTorch()
    if is_own:
        return nothing if is_dispatching(base) else _torch_tensor(unhooked)
    add_plain = _torch_tensor(unhooked)

    def add(count: ByteCount, value: Any) -> None:
        if is_dispatching(type(value)):
            return
        with unhooked.functions(), unhooked.dispatch():
            plain = tensor.as_subclass(value, tensor)
        add_plain(count, plain)

    return add


def _torch_tensor(unhooked: UnhookedTorch) -> Handler:
    strided = member_of("torch", "strided")

    def add(count: ByteCount, value: Any) -> None:
        if unhooked.modes():
            with unhooked.functions():
                add_unheard(count, value)
        else:
            add_unheard(count, value)

    def add_unheard(count: ByteCount, value: Any) -> None:
        if value.layout is not strided or value.is_nested:
            with unhooked.dispatch():
                for part in _parts_of(value, strided):
                    add_unheard(count, part)
        elif value.device.type == "cpu":
            item = value.element_size()
            strides = [stride * item for stride in value.stride()]
            count.add_extent(value.data_ptr(), item, tuple(value.shape), strides)
        elif count.is_new(value):
            # On another device, or on none ("meta").
            count.add_buffer(0 if value.device.type == "meta" else int(value.nbytes))

    return add


def _parts_of(value: Any, strided: Any) -> Any:
    """The tensors that a nested or a sparse one is made of."""
    if value.is_nested:
        return [value.values()] if value.layout is not strided else list(value.unbind())
    if value.is_sparse:
        return [value._indices(), value._values()]
    return [value.crow_indices(), value.col_indices(), value.values()]


def _tensorflow(base: type, is_own: bool) -> Handler:
    names = _names(base)
    if not is_own:
        return nothing
    for name, parts in COMPOSITES.items():
        if name in names:
            return _composite(parts)
    return _tensorflow_tensor if "Tensor" in names else nothing


def _composite(parts: tuple[str, ...]) -> Handler:
    def add(count: ByteCount, value: Any) -> None:
        for part in parts:
            count.put(getattr(value, part))

    return add


def _tensorflow_tensor(count: ByteCount, value: Any) -> None:
    n_bytes = value.dtype.size
    if not n_bytes:
        # Strings: how long they are would be known only by copying them out.
        return
    for size in value.shape:
        n_bytes *= size
    if count.is_new(value):
        count.add_buffer(int(n_bytes))


def _pillow(base: type, _is_own: bool) -> Handler:
    return _image if "Image" in _names(base) else nothing


def _image(count: ByteCount, value: Any) -> None:
    # An image that was opened and not read yet holds no pixels.
    core = stored(value, "_im")
    if core is MISSING:
        core = stored(value, "im")
    if name_of(type(core)) == "ImagingCore" and is_native(type(core)) and count.is_new(core):
        width, height = core.size
        mode = core.mode
        count.add_buffer(width * height * (_MODE_BYTES.get(mode) or (2 if mode.startswith("I;16") else 4)))


def _pandas(base: type, is_own: bool) -> Handler:
    names = _names(base)
    if "DataFrame" in names or "Series" in names:
        return _frame
    if not is_own:
        return nothing
    return _column if names & {"Index", "ExtensionArray"} else scalar_of(base)


def _frame(count: ByteCount, value: Any) -> None:
    """The blocks that a frame or a column keeps its values in, and its index."""
    manager = manager_of(value)
    if manager is None or not count.is_new(value):
        return
    count.put(manager.axes[-1])
    blocks = manager.blocks
    n, n_taken = len(blocks), min(len(blocks), _SAMPLED_BLOCKS)
    begin, before = len(count.arrays), count.payload
    for step in range(n_taken):
        _values(count, blocks[step * n // n_taken].values)
    if n_taken < n:
        count.payload = before + (count.payload - before) * n // n_taken
        del count.arrays[begin:]


def manager_of(value: Any) -> Any:
    """What a frame or a series of pandas keeps its values in; ``None`` where that is not pandas' own."""
    manager = stored(value, "_mgr")
    return manager if _is_of(type(manager), "pandas") and hasattr(manager, "blocks") else None


def _values(count: ByteCount, values: Any) -> None:
    if type(values) is not member_of("numpy", "ndarray"):
        count.put(values)
        return
    count.is_known = True
    count.arrays.append(values)
    if values.dtype.kind == "O" and values.size:
        _sampled(count, values.size, values.item)


def _column(count: ByteCount, value: Any) -> None:
    if name_of(type(value)) == "RangeIndex":
        count.is_known = True
        return
    data = stored(value, "_data")
    is_known = data is MISSING or _is_of(type(data), "pandas") or _is_of(type(data), "numpy")
    if not is_known or not count.is_new(value):
        # Perhaps kept in an array of the user's.
        return
    count.add_buffer(int(value.nbytes))
    if getattr(value.dtype, "kind", "") == "O" and len(value):
        _sampled(count, len(value), value.__getitem__)


def _sampled(count: ByteCount, n: int, element: Callable[[int], Any]) -> None:
    """A column of Python objects holds pointers; what they point to is taken from a sample."""
    n_taken = min(n, _SAMPLED_OBJECTS)
    sizes = [_size_alone(element(step * n // n_taken)) for step in range(n_taken)]
    count.payload += sum(sizes) * n // n_taken


def _size_alone(value: Any) -> int:
    kind: Any = type(value)
    return int((kind if is_native(kind) else object).__sizeof__(value))


def _with_nbytes(_base: type, is_own: bool) -> Handler:
    return _nbytes if is_own else nothing


def _nbytes(count: ByteCount, value: Any) -> None:
    n_bytes = getattr(value, "nbytes", None)
    if type(n_bytes) is int and count.is_new(value):
        count.add_buffer(n_bytes)


def _polars(_base: type, is_own: bool) -> Handler:
    def add(count: ByteCount, value: Any) -> None:
        if count.is_new(value):
            count.add_buffer(int(value.estimated_size()))

    return add if is_own else nothing


def _plain_array(base: Any, _is_own: bool) -> Handler | None:
    """``array.array`` and ``mmap.mmap``."""
    if not is_native(base) or name_of(base) not in {"array", "mmap"}:
        return None
    length = base.__len__
    item = reader(base, "itemsize") if name_of(base) == "array" else lambda _: 1

    def add(count: ByteCount, value: Any) -> None:
        if count.is_new(value):
            count.add_buffer(length(value) * item(value))

    return add


def _names(kind: type) -> set[str]:
    return {name_of(base) for base in mro_of(kind)}


def _is_of(kind: type, library: str) -> bool:
    return module_of(kind).partition(".")[0] == library and is_owned(kind)


BY_ROOT: dict[str, Callable[[type, bool], Handler | None]] = {
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
"""What gives the handler of a class and whether it is that very one; ``None`` where it is an object like any other."""

ELSEWHERE = {"dask", "h5py", "netCDF4", "tables", "xarray", "zarr"}
"""Libraries whose data is in a file, or not computed, until it is asked for."""
