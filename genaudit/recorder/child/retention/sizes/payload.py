"""What arrays, tensors, images and frames of libraries take: the memory behind them, once whatever views it."""

from __future__ import annotations

import sys
from sys import getrefcount

from genaudit.recorder.child.batch.nbytes import ByteCount, bytes_of_arrays
from genaudit.recorder.child.batch.nbytes_by_library import (
    BY_ROOT,
    UnhookedTorch,
    is_dispatching,
    manager_of,
    nothing,
)
from genaudit.recorder.child.guard.static_inspect import (
    MISSING,
    attributes_of,
    inherits,
    is_native,
    is_owned,
    library_class,
    member_of,
    module_of,
    mro_of,
    name_of,
    reader,
    stored,
)
from genaudit.recorder.child.retention.sizes.arrow import reader_of_arrow
from genaudit.recorder.child.retention.sizes.found import Buffers, Found
from genaudit.recorder.child.retention.sizes.mapped import MappedFiles, mapped, shared_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Payload = Callable[[Any, Buffers], "Found"]


def payload_of(kind: type) -> Payload | None:
    """What reads the payload of objects of a class; ``None`` where it is an object like any other."""
    owner = library_class(kind, BY_ROOT)
    if owner is None:
        return shared_memory if _is_shared_memory(kind) else None
    root, base = owner
    if root == "numpy":
        return _numpy(kind, base)
    if root == "torch":
        return _torch(kind, base)
    if root == "pandas":
        return _pandas(base, kind is base)
    if root == "pyarrow":
        return reader_of_arrow(base)
    if root == "mmap":
        return mapped
    if root == "tensorflow" and "SymbolicTensor" in {name_of(each) for each in mro_of(base)}:
        # A step of a graph: it says what it will be, and holds nothing.
        return lambda _value, _buffers: Found()
    if root == "PIL":
        return _image if "Image" in {name_of(each) for each in mro_of(base)} else None
    handler = BY_ROOT[root](base, kind is base)
    return None if handler is None or handler is nothing else _counted(handler)


def _is_shared_memory(kind: type) -> bool:
    return library_class(kind, {"multiprocessing"}) is not None and any(
        name_of(base) == "SharedMemory" for base in mro_of(kind)
    )


# Bytes of a pixel in memory, where they are not 4; RGB takes as much as RGBA.
# Source: Pillow, src/libImaging/Storage.c.
_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}


def _image(value: Any, buffers: Buffers) -> Found:
    """The pixels of a picture; one that was opened and not read yet has none."""
    core = stored(value, "_im")
    if core is MISSING:
        core = stored(value, "im")
    if name_of(type(core)) != "ImagingCore" or not is_native(type(core)):
        return Found()
    (width, height), mode = core.size, core.mode
    found = Found(f"{width}x{height} {mode}", objects=object.__sizeof__(value))
    if not buffers.has(id(core)):
        found.data = width * height * _PIXEL.get(mode, 4)
        buffers.take(id(core), found.data)
    return found


_HANDLES = (" variant", " resource")


def _counted(handler: Any) -> Payload:
    def read(value: Any, buffers: Buffers) -> Found:
        count = ByteCount()
        handler(count, value)
        data = count.payload
        for array in count.arrays:
            key = array[0] if type(array) is tuple else id(array)
            if not buffers.has(key):
                n_bytes = bytes_of_arrays([array])
                buffers.take(key, n_bytes)
                data += n_bytes
        found = Found(_shape_of(value), data, count.overhead)
        # A handle of TensorFlow's: what a data set, an iterator or a variable is to its runtime.
        found.is_foreign = found.detail.endswith(_HANDLES)
        return found

    return read


def _shape_of(value: Any) -> str:
    """The shape of what a library's own class keeps; nothing where it has none."""
    kind = type(value)
    if not is_owned(kind):
        return ""
    root = module_of(kind).partition(".")[0]
    if root in {"tensorflow", "jax", "jaxlib", "cupy"}:
        return _text(value.shape, getattr(value.dtype, "name", value.dtype))
    return ""


def _text(shape: Any, dtype: object) -> str:
    return f"{'x'.join(map(str, shape)) or 'scalar'} {dtype}"


def _numpy(kind: type, base: type) -> Payload | None:
    ndarray = member_of("numpy", "ndarray")
    if not inherits(base, ndarray):
        return None
    base_of, bytes_of = reader(ndarray, "base"), reader(ndarray, "nbytes")
    shape_of, dtype_of, size_of = reader(ndarray, "shape"), reader(ndarray, "dtype"), reader(ndarray, "size")
    interface_of, item = reader(ndarray, "__array_interface__"), ndarray.item
    empty = object.__sizeof__(ndarray.__new__(ndarray, 0))
    # Only other libraries make two owners of the same memory.
    shares = "torch" in sys.modules
    details = _Details()

    def owner_of(value: Any) -> tuple[Any, Any]:
        """The array whose memory it is, and what that lies in."""
        owner, below = value, base_of(value)
        while below is not None and (type(below) is ndarray or inherits(type(below), ndarray)):
            owner, below = below, base_of(below)
        return owner, below

    def read(value: Any, buffers: Buffers) -> Found:
        owner, below = owner_of(value)
        dtype = dtype_of(value)
        shape = shape_of(value)
        is_view = size_of(owner) > size_of(value)
        if is_view:
            # Of a view what it keeps alive is told: a row keeps the whole table.
            dtype, shape = dtype_of(owner), _of_rows(shape_of(owner), shape)
        found = Found(details.of(shape, dtype), 0, empty)
        found.shown = bytes_of(value) if is_view else 0
        if kind is not ndarray:
            # A mask, or what a class of the user's adds.
            found.held = [held for held in attributes_of(value).values() if held is not below]
        if below is not None and _holds(below):
            found.held = [*found.held, below]
            return found
        key = interface_of(owner)["data"][0] if shares or below is not None else id(owner)
        if buffers.has(key):
            return found
        found.data = bytes_of(owner)
        found.n_sharing = _n_sharing(owner, value)
        if dtype_of(owner).kind == "O":
            found.sampled = size_of(owner), lambda index: item(owner, index)
        buffers.take(key, found.data)
        return found

    return read


OWN_REFERENCES = 3
"""So many of the references to an array are those of who counts them."""
FEWEST_ROWS = 4


def _n_sharing(owner: Any, value: Any) -> int:
    """How many rows of a table refer to it; where only a few things do, some may be no rows."""
    n_references = getrefcount(owner) - OWN_REFERENCES if owner is not value else 1
    return n_references if n_references >= FEWEST_ROWS else 1


class _Details:
    """Shapes and types in words, each made once."""

    def __init__(self) -> None:
        self._texts: dict[Any, str] = {}
        self._dtypes: list[Any] = []

    def of(self, shape: tuple[int, ...], dtype: Any) -> str:
        """The words; some are kept, and with them the types, whose addresses stand for them."""
        text = self._texts.get((shape, id(dtype)))
        if text is None:
            text = _text(shape, "object" if dtype.kind == "O" else dtype.name)
            if len(self._texts) < MOST_DETAILS_KEPT:
                self._texts[shape, id(dtype)] = text
                self._dtypes.append(dtype)
        return text


def _of_rows(whole: tuple[int, ...], part: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of what a view was cut from; of a file that was read the owner is one run of numbers."""
    numbers = 1
    for length in part[1:]:
        numbers *= length
    if len(whole) != 1 or len(part) < 2 or not numbers or whole[0] % numbers:
        return whole
    return whole[0] // numbers, *part[1:]


MOST_DETAILS_KEPT = 256


def _holds(below: Any) -> bool:
    """Whether the object that an array lies in is one whose memory can be told."""
    kind = type(below)
    return issubclass(kind, (bytes, bytearray, memoryview)) or payload_of(kind) is not None


def _torch(kind: type, base: type) -> Payload | None:
    tensor = member_of("torch", "Tensor")
    if not inherits(base, tensor) or is_dispatching(kind):
        return None
    unhooked, graphs = UnhookedTorch(), Graphs()
    handler: Any = BY_ROOT["torch"](base, kind is base)
    counted = _counted(handler)
    strided = member_of("torch", "strided")
    files = MappedFiles()

    def read(value: Any, buffers: Buffers) -> Found:
        with unhooked.functions(), unhooked.dispatch():
            plain = value if kind is tensor else tensor.as_subclass(value, tensor)
            detail = _text(plain.shape, str(plain.dtype).rpartition(".")[2])
            if plain.layout is not strided or plain.is_nested or plain.device.type != "cpu":
                found = counted(value, buffers)
                found.detail = detail
                return found
            storage = plain.untyped_storage()
            key, n_bytes = storage.data_ptr(), storage.nbytes()
            graph = plain.grad_fn
            n_nodes = graphs.n_nodes(graph) if graph is not None else 0
        if buffers.has(key) or files.has(key):
            # What torch.load(mmap=True) gives, or a tensor over a memory map, lies in its file.
            n_bytes = 0
        else:
            buffers.take(key, n_bytes)
        found = Found(detail, n_bytes)
        # Activations of a whole step may be kept with it.
        found.is_foreign, found.entries = n_nodes > 0, n_nodes
        return found

    return read


def _pandas(base: type, is_own: bool) -> Payload | None:
    names = {name_of(each) for each in mro_of(base)}
    if {"DataFrame", "Series"} & names:
        return _frame
    return _column if is_own and {"Index", "ExtensionArray"} & names else None


def _column(value: Any, _buffers: Buffers) -> Found:
    """An index, or the values of a column that are in no plain array: what these are kept in."""
    if name_of(type(value)) == "RangeIndex":
        return Found()
    parts = [getattr(value, name, None) for name in ("_data", "_ndarray", "_mask", "_pa_array")]
    if name_of(type(value)) == "Categorical":
        parts.append(value.dtype.categories)
    return Found(held=[part for part in parts if part is not None])


def _frame(value: Any, _buffers: Buffers) -> Found:
    """A frame or a column of pandas: what its blocks and its index hold."""
    manager = manager_of(value)
    if manager is None:
        return Found()
    shape = tuple(len(axis) for axis in reversed(manager.axes))
    return Found(_text(shape, "").strip(), held=[*manager.axes, *(block.values for block in manager.blocks)])


MOST_NODES = 4_000
"""Of one tensor."""
MOST_IN_ALL = 20_000


class Graphs:
    """Counts nodes of the graphs that tensors of torch keep alive, as C++ owns what they save; within one walk."""

    def __init__(self) -> None:
        self._left = MOST_IN_ALL

    def n_nodes(self, root: Any) -> int:
        """Nodes below one, itself counted; up to a limit.

        Args:
            root: ``grad_fn`` of a tensor.
        """
        seen = {root}
        level = [root]
        while level and self._left > 0 and len(seen) < MOST_NODES:
            node = level.pop()
            self._left -= 1
            for following, _ in node.next_functions:
                if following is not None and following not in seen:
                    seen.add(following)
                    level.append(following)
        return len(seen)
