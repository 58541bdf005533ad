"""What one object takes by itself, as data or as a Python object, and what it shares its memory with.

Nothing is computed or changed, and no code of the user's runs. Memory that several objects view is counted once, at
the first that is reached.
"""

from __future__ import annotations

import sys
from gc import is_tracked

from genaudit.recorder.child.batch.nbytes import LIBRARIES, ByteCount, handler_of
from genaudit.recorder.child.guard.static_inspect import (
    ByType,
    inherits,
    is_native,
    is_owned,
    library_class,
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

    Weigh = Callable[["Scales", Any], "Weight"]

_HEADER = sys.getsizeof([]) - [].__sizeof__()
"""What the collector keeps before an object that it tracks."""
_DATA: tuple[Any, ...] = (bytes, bytearray)
_MOST_DIMENSIONS = 6
_DEVZERO = b"/dev/zero"


class Weight:
    """What an object takes, and where the walk goes on.

    ``data`` are bytes of buffers, ``plain`` those of the Python object itself, ``detail`` says more than its class,
    ``onward`` are further objects that it keeps, where those that the collector knows are not all.
    """

    __slots__ = ("data", "detail", "onward", "plain")

    def __init__(self, data: int = 0, plain: int = 0, detail: str = "", onward: tuple[Any, ...] = ()) -> None:
        self.data = data
        self.plain = plain
        self.detail = detail
        self.onward = onward


class Scales:
    """Weighs objects; memory that was weighed once weighs nothing again."""

    def __init__(self) -> None:
        self._buffers: set[tuple[int, int] | int] = set()
        self._anonymous: list[int] | None = None

    def weigh(self, value: Any) -> Weight:
        """What an object takes by itself."""
        weigh: Weigh = _weigher_of(type(value))
        return weigh(self, value)

    def once(self, address: int, n_bytes: int) -> int:
        """``n_bytes``, or 0 where memory at this address was weighed before."""
        if address in self._buffers:
            return 0
        self._buffers.add(address)
        return n_bytes

    def is_anonymous(self, n_bytes: int) -> bool:
        """Whether there is a mapping of so many bytes that no file is behind, which has not been weighed yet.

        Source:
            proc_pid_maps(5): shared anonymous memory is shown as ``/dev/zero (deleted)``.
        """
        if self._anonymous is None:
            self._anonymous = _anonymous_mappings()
        for at, size in enumerate(self._anonymous):
            if n_bytes <= size < n_bytes + 4096:
                del self._anonymous[at]
                return True
        return False


def _anonymous_mappings() -> list[int]:
    """Sizes of mappings without a file."""
    sizes = []
    try:
        with open("/proc/self/maps", "rb") as file:
            for line in file:
                fields = line.split(None, 5)
                if len(fields) < 6 or fields[5].startswith(_DEVZERO):
                    low, _, high = fields[0].partition(b"-")
                    sizes.append(int(high, 16) - int(low, 16))
    except OSError:
        return []
    return sizes


def size_alone(value: Any) -> int:
    """Bytes of the object itself, by its built-in type: a ``__sizeof__`` of the user's is not asked."""
    for base in mro_of(type(value)):
        if is_native(base) and "__sizeof__" in namespace_of(base):
            try:
                return int(namespace_of(base)["__sizeof__"](value)) + (_HEADER if is_tracked(value) else 0)
            except Exception:
                return 0
    return 0


def _plain(_scales: Scales, value: Any) -> Weight:
    return Weight(plain=size_alone(value))


def _bytes(_scales: Scales, value: Any) -> Weight:
    return Weight(data=size_alone(value))


def _view(_scales: Scales, value: memoryview) -> Weight:
    return Weight(plain=size_alone(value), onward=(value.obj,) if value.obj is not None else ())


def _mapping(scales: Scales, value: Any) -> Weight:
    length = len(value)
    return Weight(data=scales.once(id(value), length) if scales.is_anonymous(length) else 0, plain=size_alone(value))


def _shared_memory(scales: Scales, value: Any) -> Weight:
    size = stored(value, "_size")
    # Its mapping is of a file that is no file on a disk.
    return Weight(data=scales.once(id(value), size) if type(size) is int else 0, plain=size_alone(value))


def _ctypes(scales: Scales, value: Any) -> Weight:
    return Weight(data=scales.once(id(value), memoryview(value).nbytes), plain=size_alone(value))


def _array_of(ndarray: Any) -> Weigh:
    """Weighs arrays of numpy: at the array that owns the memory, whatever views it."""
    base_of, shape_of, dtype_of = reader(ndarray, "base"), reader(ndarray, "shape"), reader(ndarray, "dtype")
    nbytes_of, interface_of = reader(ndarray, "nbytes"), reader(ndarray, "__array_interface__")
    flat_of = reader(ndarray, "flat")

    def weigh(scales: Scales, value: Any) -> Weight:
        dtype, shape, base = dtype_of(value), shape_of(value), base_of(value)
        detail = f"{'x'.join(map(str, shape[:_MOST_DIMENSIONS])) or 'scalar'} {dtype}"
        onward: tuple[Any, ...] = ()
        data = 0
        if base is None or not _is_weighed(base, ndarray):
            data = scales.once(interface_of(value)["data"][0], nbytes_of(value))
        else:
            onward = (base,)
        if dtype.kind == "O":
            onward += (list(flat_of(value)),)
        return Weight(data=data, plain=_ARRAY_BYTES, detail=detail, onward=onward)

    return weigh


_ARRAY_BYTES = 112
"""An array of numpy without its elements."""


def _is_weighed(base: Any, ndarray: Any) -> bool:
    """Whether what is behind a view is weighed when it is reached."""
    kind = type(base)
    known: tuple[Any, ...] = (bytes, bytearray, memoryview, str)
    if issubclass(kind, known) or inherits(kind, ndarray):
        return True
    return name_of(kind) in {"mmap", "array", "SharedMemory"} or inherits(kind, member_of("_ctypes", "Array"))


def _tensor_of() -> Weigh | None:
    """Weighs tensors of torch by their storage."""
    native: Any = member_of("torch", "_C")
    disabled = getattr(native, "DisableTorchFunction", None)
    disabled_dispatch = getattr(native, "_DisableTorchDispatch", None)
    if disabled is None or disabled_dispatch is None:
        return None

    def weigh(scales: Scales, value: Any) -> Weight:
        try:
            with disabled(), disabled_dispatch():
                detail = f"{'x'.join(map(str, tuple(value.shape)[:_MOST_DIMENSIONS])) or 'scalar'} {value.dtype}"
                if value.device.type not in {"cpu"}:
                    return Weight(plain=size_alone(value), detail=detail)
                storage = value.untyped_storage()
                data = scales.once(storage.data_ptr(), storage.nbytes())
        except Exception:
            # Without a storage: sparse, nested, or fake.
            return _by_batch(scales, value)
        return Weight(data=data, plain=size_alone(value), detail=detail.replace("torch.", ""))

    return weigh


def _frame(scales: Scales, value: Any) -> Weight:
    """A frame or a column of pandas: the arrays of its blocks are what it keeps."""
    manager = stored(value, "_mgr")
    try:
        shape = tuple(manager.shape)
        blocks = tuple(block.values for block in manager.blocks)
        axes = tuple(manager.axes)
    except Exception:
        return _by_batch(scales, value)
    return Weight(plain=size_alone(value), detail="x".join(map(str, shape[::-1])), onward=(*blocks, *axes))


def _by_batch(scales: Scales, value: Any) -> Weight:
    """As the same object weighs in a batch."""
    count = ByteCount()
    count.put(value)
    n_bytes = count.total() or 0
    has_buffers = bool(count.arrays) or count.has_buffers or count.payload > 0
    data = scales.once(id(value), n_bytes) if has_buffers else 0
    return Weight(data=data, plain=size_alone(value), detail=_shape_text(value))


def _shape_text(value: Any) -> str:
    """Size and mode of an image."""
    size = stored(value, "_size")
    mode = stored(value, "_mode")
    if type(size) is tuple and type(mode) is str and len(size) == 2:
        return f"{size[0]}x{size[1]} {mode}"
    return ""


def _find_weigher(kind: type) -> Weigh:
    for base, weigh in _BUILTIN:
        if issubclass(kind, base):
            return weigh
    name, root = name_of(kind), module_of(kind).partition(".")[0]
    if name == "SharedMemory" and root == "multiprocessing":
        return _shared_memory
    if inherits(kind, member_of("_ctypes", "Array")):
        return _ctypes
    if root == "mmap" and is_native(kind):
        return _mapping
    return _of_library(kind)


def _of_library(kind: type) -> Weigh:
    """Arrays, tensors, images and frames; any other object is what it is alone."""
    ndarray, tensor = member_of("numpy", "ndarray"), member_of("torch", "Tensor")
    if ndarray is not None and inherits(kind, ndarray):
        return _array_of(ndarray)
    if tensor is not None and inherits(kind, tensor):
        return _tensor_of() or _plain
    owner = library_class(kind, LIBRARIES)
    if owner is None or not is_owned(owner[1]):
        return _plain
    if owner[0] == "pandas" and any(name_of(base) in {"DataFrame", "Series"} for base in mro_of(kind)):
        return _frame
    return _by_batch if owner[0] in _HELD and handler_of(kind) else _plain


_HELD = {"tensorflow", "PIL", "pandas", "jax", "jaxlib", "cupy", "pyarrow", "polars", "array"}
"""Libraries whose objects hold data that the collector does not see."""
_BUILTIN: tuple[tuple[Any, Weigh], ...] = ((_DATA, _bytes), (memoryview, _view))
_weigher_of = ByType(_find_weigher, LIBRARIES)
