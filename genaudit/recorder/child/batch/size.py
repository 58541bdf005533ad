"""The size of a batch: the bytes in it, how many items it has, and whether its leading dimension counts them."""

from __future__ import annotations

from genaudit.recorder.child.batch.nbytes import LIBRARIES, ByteCount
from genaudit.recorder.child.batch.nbytes_by_library import UnhookedTorch, is_dispatching, manager_of
from genaudit.recorder.child.guard.static_inspect import (
    ByType,
    FunctionType,
    GeneratorType,
    attributes_of,
    class_attribute,
    held_in,
    inherits,
    library_class,
    member_of,
    reader,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType
    from typing import Any

    Shape = Callable[[Any], Any]

_SHAPED = {"numpy", "torch", "tensorflow", "pandas", "jax", "jaxlib", "cupy", "pyarrow", "polars", "dask", "h5py",
           "zarr", "xarray"}  # fmt: skip
_MAKERS = ("__init__", "__iter__", "__next__", "__getitem__")
_CodeType = type((lambda: None).__code__)
_SINGLE = (str, bytes, bytearray, memoryview, int, float, complex)
_PARTS = 8


def size_of(batch: Any) -> tuple[int | None, int | None]:
    """Bytes and items of a batch.

    Never raises, and never makes the batch do anything: no method and no property of a class of the user's is called.

    Args:
        batch: Anything that a target may yield.

    Returns:
        Bytes of the arrays, tensors, images, frames and strings in it, shared memory counted once; with nothing but
        Python objects, of all of those. ``None`` where nothing of known size was found. And the items: the leading
        dimension that its parts share, 1 for a single sample, ``None`` where it is not known.
    """
    return size_and_kind_of(batch)[:2]


def size_and_kind_of(batch: Any) -> tuple[int | None, int | None, bool]:
    """The same, and whether there is nothing but Python objects in it: names and numbers are the data then."""
    try:
        count = ByteCount()
        count.put(batch)
        n_bytes, of_objects = count.total(), count.has_objects_only()
    except Exception:
        n_bytes, of_objects = None, False
    try:
        return n_bytes, _items(batch), of_objects
    except Exception:
        return n_bytes, None, of_objects


def shapes_of(batch: Any) -> list[list[int]]:
    """The shapes of the arrays of a batch, also of those in a dict or a tuple of it; not of more than a few."""
    try:
        return [[int(length) for length in shape] for shape in _shapes(batch, 2)][:_PARTS]
    except Exception:
        return []


def _shapes(part: Any, deep: int) -> Iterator[Any]:
    shape = shape_of(part)
    if shape is not None:
        yield shape
    elif deep:
        for each in (elements_of(part) or [])[:_PARTS]:
            yield from _shapes(each, deep - 1)


def items_of(batch: Any) -> int | None:
    """The items alone, for next to nothing: what is in the batch is not looked at."""
    try:
        return _items(batch)
    except Exception:
        return None


def shape_of(value: Any) -> tuple[Any, ...] | None:
    """The shape of an array, a tensor or a frame of a library; ``None`` for anything else."""
    kind = type(value)
    read = _known_readers.get(id(kind)) or _shape_reader(kind)
    return read(value)  # type: ignore[no-any-return]


def elements_of(value: Any) -> Any:
    """What a list, a tuple or a dict stores, whatever a class derived from it gives instead; ``None`` for others."""
    kind = type(value)
    if kind is list or kind is tuple:
        return value
    if issubclass(kind, list):
        return list(list.__iter__(value))
    if issubclass(kind, tuple):
        return list(tuple.__iter__(value))
    return list(dict.values(value)) if issubclass(kind, dict) else None


def dtype_of(value: Any) -> Any:
    """The type of the elements of an array; ``None`` for others, and where a class of the user's would be asked."""
    kind = type(value)
    base = (library_class(kind, _SHAPED) or ("", None))[1]
    ndarray = member_of("numpy", "ndarray")
    if base is not None and inherits(base, ndarray):
        return reader(ndarray, "dtype")(value)
    return getattr(value, "dtype", None) if kind is base else None


def _items(batch: Any) -> int | None:
    kind = type(batch)
    if issubclass(kind, _SINGLE):
        return 1
    if issubclass(kind, (dict, tuple)):
        return _shared(elements_of(batch))
    if issubclass(kind, list):
        return _of_list(elements_of(batch))
    shape = shape_of(batch)
    if shape is not None:
        return int(shape[0]) if shape and not _is_image(batch, shape) else 1
    if _is_picture(kind):
        return 1
    attributes = attributes_of(batch)
    return _shared(list(dict.values(attributes))) if dict.__len__(attributes) else None


def _shared(parts: Any) -> int | None:
    """Items of images with labels, of a dict of columns: the first part's, if the others do not say otherwise."""
    leads = []
    single = False
    for part in parts[:_PARTS]:
        if _is_single(part):
            single = True
        else:
            counts = _leads(part)
            if counts:
                leads.append(counts)
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


def _of_list(elements: list[Any]) -> int:
    """Items of a list: its elements, unless they are the columns ``[images, labels]``."""
    if 2 <= len(elements) <= _PARTS:
        first, *others = (shape_of(part) for part in elements)
        if (
            first
            and all(shape is not None and shape[:1] == first[:1] for shape in others)
            and any(shape != first for shape in others)
        ):
            return int(first[0])
    return len(elements)


def _leads(part: Any) -> tuple[int, ...]:
    """The numbers of items that a part of a batch may have, the likeliest first."""
    shape = shape_of(part)
    if shape is not None:
        return (int(shape[0]),) if shape else ()
    kind = type(part)
    if issubclass(kind, list):
        # A column of values, or several inputs of a network.
        n = list.__len__(part)
        return (n, *_leads(list.__getitem__(part, 0))) if n else (0,)
    if issubclass(kind, tuple):
        n = tuple.__len__(part)
        return (*_leads(tuple.__getitem__(part, 0)), n) if n else ()
    if issubclass(kind, dict) and dict.__len__(part):
        return _leads(next(iter(dict.values(part))))
    return ()


def _is_single(part: Any) -> bool:
    kind = type(part)
    if issubclass(kind, (list, tuple, dict)):
        return False
    if issubclass(kind, _SINGLE):
        return True
    shape = shape_of(part)
    return _is_picture(kind) if shape is None else not shape


def _find_shape_reader(kind: type) -> Shape:
    return _library_shape(kind) or _no_shape


def _library_shape(kind: type) -> Shape | None:
    """What reads the shape of values of a type, without a class of the user's having a say."""
    owner = library_class(kind, _SHAPED)
    if owner is None:
        return None
    root, base = owner
    if root == "numpy":
        return _numpy_shape(base)
    if root == "torch":
        return _torch_shape(base, kind)
    if root == "pandas" and (inherits(base, member_of("pandas", "DataFrame"))
                             or inherits(base, member_of("pandas", "Series"))):  # fmt: skip
        return _pandas_shape
    return _own_shape if kind is base and hasattr(kind, "shape") else None


def _numpy_shape(base: type) -> Shape | None:
    for name in ("ndarray", "generic"):
        root = member_of("numpy", name)
        if root is not None and inherits(base, root):
            return reader(root, "shape")
    return None


def _torch_shape(base: type, kind: type) -> Shape | None:
    if not inherits(base, member_of("torch", "Tensor")) or is_dispatching(kind):
        return None
    unhooked, shape = UnhookedTorch(), reader(base, "shape")
    is_own = kind is base

    def read(value: Any) -> Any:
        if is_own and not unhooked.modes():
            return shape(value)
        with unhooked.functions():
            return shape(value)

    return read


def _pandas_shape(value: Any) -> Any:
    manager = manager_of(value)
    return None if manager is None else manager.shape[::-1]


def _own_shape(value: Any) -> Any:
    return tuple(value.shape)


def _no_shape(_value: Any) -> None:
    return None


_shape_reader = ByType(_find_shape_reader, _SHAPED)
_known_readers = _shape_reader.known
_is_picture = ByType(lambda kind: (library_class(kind, LIBRARIES) or ("",))[0] == "PIL", LIBRARIES)


def _is_image(array: Any, shape: tuple[int, ...]) -> bool:
    """Whether an array alone is one picture: bytes, in rows and columns of 1, 3 or 4 channels."""
    return len(shape) == 3 and shape[2] in {1, 3, 4} and min(shape[:2]) >= 16 and str(dtype_of(array)).endswith("uint8")


def may_count_items(batch: object, n_leading: int, written: set[int]) -> bool:
    """Whether ``n_leading`` may count items because it is written in the code.

    The length of a vector and the height of a picture are written there too: no epoch is counted by this.
    """
    shape = shape_of(batch) or ()
    is_square = len(shape) <= 3 and shape[:1] == shape[1:2]
    return n_leading in written and len(shape) > 1 and not is_square


def integers_of(*holders: object) -> set[int]:
    """The integers by which a generator may have been given its batch size.

    Args:
        holders: Dictionaries of arguments, objects with attributes, running generators (their local variables). Only
            what they store is read: no property of theirs runs.
    """
    integers: set[int] = set()
    for holder in holders:
        for value in _values(holder):
            if type(value) is int:
                integers.add(value)
    return integers


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


def written_integers(holder: object) -> set[int]:
    """The integers in the text of what makes batches, or in globals that it names: a batch size that is no argument.

    Args:
        holder: A running generator, with those that it hands on to, or an object of a class of the user's.
    """
    if type(holder) is not GeneratorType:
        made_by = (class_attribute(type(holder), name) for name in _MAKERS)
        functions = [value for value in made_by if type(value) is FunctionType]
        return {value for made in functions for value in _written(made.__code__, made.__globals__)}
    integers: set[int] = set()
    inner: object = holder
    for _ in range(_PARTS):
        if type(inner) is not GeneratorType:
            break
        frame = inner.gi_frame  # type: ignore[attr-defined]
        integers.update(_written(inner.gi_code, frame.f_globals if frame is not None else {}))  # type: ignore[attr-defined]
        inner = inner.gi_yieldfrom  # type: ignore[attr-defined]
    return integers


def _written(code: CodeType, names: dict[str, object]) -> Iterator[int]:
    for value in (*code.co_consts, *(dict.get(names, name) for name in code.co_names)):
        if type(value) is int and value > 1:
            yield value
        elif type(value) is _CodeType:
            yield from _written(value, names)


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
