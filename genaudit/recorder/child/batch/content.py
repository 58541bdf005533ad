"""Takes a batch apart into arrays and plain values, each with its bytes.

A type is known by its real class; no framework is imported. Classes of Python and of known libraries are asked for
their content; of a class of the user's that is derived from one, what the library keeps is taken, and of any other what
its objects store. Nothing of the user's is called. What cannot be taken apart so is an opaque leaf without a hash, and
the comparison then says that it has not looked into it.
"""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]

from genaudit.recorder.child.batch.nbytes_by_library import COMPOSITES, UnhookedTorch, is_dispatching, manager_of
from genaudit.recorder.child.batch.size import elements_of, shape_of, size_of
from genaudit.recorder.child.guard.static_inspect import (
    attributes_of,
    class_attribute,
    has,
    inherits,
    is_native,
    is_owned,
    library_class,
    member_of,
    module_of,
    mro_of,
    name_of,
    qualname_of,
    slots_of,
    stored,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MOST_LEAVES = 400
_DEEPEST = 12
_LONGEST_TEXT = 80
_LONGEST_OUTLINE = 400
_PLAIN = (type(None), bool, int, float, complex, str)
_BYTES = (bytes, bytearray, memoryview)


class Walk:
    """One pass over a batch.

    ``leaves`` are ``[place, kind, dtype, shape, hash, text]`` in order; ``kept`` are the bytes of the one at ``keep``.
    """

    def __init__(self, keep: str | None = None) -> None:
        self.leaves: list[list[Any]] = []
        self.kept: bytes | None = None
        self._keep = keep
        self._depth = 0

    def put(self, place: str, value: Any) -> str:
        """Add a value and all that it holds.

        Returns:
            Its outline: containers as Python writes them, with a dot for each leaf.
        """
        self._depth += 1
        try:
            return self._put(place, value)[:_LONGEST_OUTLINE]
        finally:
            self._depth -= 1

    def _put(self, place: str, value: Any) -> str:
        kind = type(value)
        plain = _plain_base(kind)
        if plain is not None:
            text = plain.__repr__(value)
            return self._leaf(place, value, name_of(kind), (), text.encode(errors="backslashreplace"), text)
        if issubclass(kind, _BYTES):
            return self._bytes(place, value)
        if self._depth > _DEEPEST:
            return self.opaque(place, value)
        owner = library_class(kind, _BY_ROOT)
        if owner is not None:
            return _BY_ROOT[owner[0]](self, place, value, owner[1] is kind)
        return self.container(place, value)

    def _bytes(self, place: str, value: Any) -> str:
        base: Any = next(base for base in _BYTES if issubclass(type(value), base))
        try:
            content = value.tobytes() if base is memoryview else bytes(base.__getitem__(value, slice(None)))
        except ValueError:
            # A view that was released.
            return self.opaque(place, value)
        return self._leaf(place, value, "bytes", (len(content),), content)

    def container(self, place: str, value: Any) -> str:
        """Add what a container, or an object of the user's, stores."""
        kind = type(value)
        wrapped = stored(value, "data") if _is_user_dict(kind) else value
        if issubclass(type(wrapped), dict):
            return self._mapping(place, wrapped)
        if issubclass(kind, (set, frozenset)):
            base: Any = set if issubclass(kind, set) else frozenset
            return "set" + self._sequence(place, sorted(base.__iter__(value), key=_text_of))
        if issubclass(kind, tuple):
            names = class_attribute(kind, "_fields")
            elements = list(elements_of(value))
            if type(names) is tuple and all(type(name) is str for name in names):
                pairs = zip(names, elements, strict=False)
                return "(" + ", ".join(self.put(f"{place}.{name}", part) for name, part in pairs) + ")"
            return "(" + self._sequence(place, elements)[1:-1] + ")"
        if issubclass(kind, deque):
            return "(" + self._sequence(place, list(deque.__iter__(value)))[1:-1] + ")"
        if issubclass(kind, list):
            return self._sequence(place, list(elements_of(value)))
        return self._object(place, value)

    def _mapping(self, place: str, value: Any) -> str:
        parts = sorted(((_text_of(key), part) for key, part in dict.items(value)), key=lambda part: part[0])
        return "{" + ", ".join(f"{key}: {self.put(f'{place}[{key}]', part)}" for key, part in parts) + "}"

    def _object(self, place: str, value: Any) -> str:
        attributes = {**attributes_of(value), **slots_of(value)}
        names = sorted(name for name in attributes if type(name) is str)
        if not names or callable(value):
            return self.opaque(place, value)
        inside = ", ".join(f"{name}={self.put(f'{place}.{name}', attributes[name])}" for name in names)
        return f"{qualname_of(type(value))}({inside})"

    def _sequence(self, place: str, values: list[Any]) -> str:
        if len(values) > 1 and all(_is_plain(type(part)) for part in values):
            kinds = {type(part).__name__ for part in values}
            text = repr(values)
            dtype = kinds.pop() if len(kinds) == 1 else "mixed"
            return f"[{self._leaf(place, values, dtype, (len(values),), text.encode(errors='backslashreplace'), text)}]"
        return "[" + ", ".join(self.put(f"{place}[{at}]", part) for at, part in enumerate(values)) + "]"

    def array(self, place: str, value: Any, dtype: str, shape: Any, content: bytes) -> str:
        """Add an array by its bytes in C order."""
        return self._leaf(place, value, dtype, shape, content)

    def _leaf(self, place: str, value: Any, dtype: str, shape: Any, content: bytes, text: str = "") -> str:
        if len(self.leaves) >= MOST_LEAVES:
            # One leaf is for all the rest.
            last = self.leaves[-1]
            last[:6] = ["…", "rest", "", [], hashed(f"{last[4]}{place}{dtype}{shape}".encode() + content), ""]
            return "."
        shown = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
        sizes = [int(size) for size in shape]
        self.leaves.append([place, _kind(value), dtype, sizes, hashed(content), shown])
        if place == self._keep:
            self.kept = content
        return "."

    def opaque(self, place: str, value: Any) -> str:
        """Add a value by its text, where that is Python's own; else as one that was not looked into."""
        text = _text_of(value) if _writes_itself(value) else ""
        if text and " at 0x" not in text and len(text) < 10_000:
            return self._leaf(place, value, name_of(type(value)), (), text.encode(errors="backslashreplace"), text)
        if len(self.leaves) < MOST_LEAVES:
            self.leaves.append([place, _kind(value), "", [], "", ""])
        return "."


def rows_of(batch: Any) -> list[Any]:
    """The items of a batch, each as a batch of its own without the leading dimension; the batch where it has none."""
    n = size_of(batch)[1] or 1
    if n == 1 or not _is_rowable(batch, n):
        return [_row(batch, 0, 1) if n == 1 and _is_rowable(batch, 1) else batch]
    return [_row(batch, at, n) for at in range(n)]


def _is_rowable(value: Any, n: int) -> bool:
    shape = shape_of(value)
    if shape is not None:
        return len(shape) > 0 and int(shape[0]) == n and _is_own(type(value))
    parts = elements_of(value)
    if parts is None:
        return False
    together = len(parts) > 0 and all(_is_rowable(part, n) for part in parts)
    return together or (len(parts) == n and not issubclass(type(value), dict))


def _row(value: Any, at: int, n: int) -> Any:
    if issubclass(type(value), dict):
        return {key: _row(part, at, n) for key, part in dict.items(value)}
    parts = elements_of(value)
    if parts is None:
        # An array or a frame of a library's own class.
        return value.iloc[at] if hasattr(value, "iloc") else value[at]
    return tuple(_row(part, at, n) for part in parts) if all(_is_rowable(part, n) for part in parts) else parts[at]


def hashed(content: bytes) -> str:
    """A short hash: 64 bits are enough to tell the batches of one data set apart."""
    import hashlib

    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _kind(value: Any) -> str:
    kind = type(value)
    owner = library_class(kind, _BY_ROOT)
    root = owner[0] if owner else module_of(kind).partition(".")[0]
    name = name_of(kind)
    return name if root == "builtins" else f"{root}.{name.lstrip('_')}"


def _plain_base(kind: type) -> Any:
    """The built-in type that values of a type are plain values of, and that writes them as Python does."""
    if kind in _PLAIN_TYPES:
        return kind
    return next((base for base in _PLAIN if issubclass(kind, base)), None)


class _ByIdentity:
    """A few types; a metaclass of the user's is not asked whether it equals one."""

    def __init__(self, *kinds: type) -> None:
        self._ids = {id(kind) for kind in kinds}

    def __contains__(self, kind: type) -> bool:
        return id(kind) in self._ids


def _is_plain(kind: type) -> bool:
    return kind in _PLAIN_TYPES


def _writes_itself(value: Any) -> bool:
    """Whether the text of a value is written by Python or by a known library, with no object of the user's in it."""
    kind = type(value)
    root = module_of(kind).partition(".")[0]
    if root == "builtins":
        return is_native(kind) and name_of(kind) in _WRITTEN
    if root not in _STANDARD or not is_owned(kind):
        return _is_own(kind)
    zone = getattr(value, "tzinfo", None)
    return zone is None or _writes_itself(zone)


def _text_of(value: Any) -> str:
    """How Python writes a plain value; of anything else its type, whose ``__repr__`` would be the user's."""
    kind = type(value)
    plain = _plain_base(kind)
    if plain is not None:
        return str(plain.__repr__(value))
    if issubclass(kind, bytes):
        return bytes.__repr__(value)
    if issubclass(kind, (tuple, frozenset)):
        elements = tuple.__iter__(value) if issubclass(kind, tuple) else frozenset.__iter__(value)
        texts = [_text_of(part) for part in elements]
        inside = ", ".join(texts if issubclass(kind, tuple) else sorted(texts))
        return f"({inside}{',' * (len(texts) == 1)})"
    return repr(value) if _writes_itself(value) else f"<{name_of(kind)}>"


def _is_user_dict(kind: type) -> bool:
    """Whether a class is derived from the standard library's ``UserDict``, as the batches of tokenizers are."""
    user_dict = member_of("collections", "UserDict")
    return user_dict is not None and inherits(kind, user_dict)


def _is_own(kind: type) -> bool:
    owner = library_class(kind, _BY_ROOT)
    return owner is not None and owner[1] is kind


def _numpy(walk: Walk, place: str, value: Any, is_own: bool) -> str:
    ndarray, generic = member_of("numpy", "ndarray"), member_of("numpy", "generic")
    kind = type(value)
    if not inherits(kind, ndarray):
        return _scalar(walk, place, value) if is_own and inherits(kind, generic) else walk.opaque(place, value)
    mask = stored(value, "_mask")
    array = value if kind is ndarray else ndarray.view(value, ndarray)
    if type(mask) is ndarray and mask.shape:
        return f"masked({walk.put(place + '.data', array)}, {walk.put(place + '.mask', mask)})"
    dtype = array.dtype
    if dtype.hasobject:
        return walk.put(place, array.tolist())
    # Another byte order is another type of data; its name alone would not say so.
    name = dtype.name if dtype.isnative and dtype.names is None else str(dtype)
    return walk.array(place, value, name, array.shape, array.tobytes())


def _scalar(walk: Walk, place: str, value: Any) -> str:
    if value.dtype.hasobject:
        return walk.put(place, value.item())
    return walk.array(place, value, value.dtype.name, (), value.tobytes())


def _torch(walk: Walk, place: str, value: Any, is_own: bool) -> str:
    torch: Any = sys.modules["torch"]
    if not inherits(type(value), torch.Tensor):
        return walk.container(place, value)
    if is_dispatching(type(value)):
        return walk.opaque(place, value)
    unhooked = UnhookedTorch()
    with unhooked.functions(), unhooked.dispatch():
        plain = value if is_own else torch.Tensor.as_subclass(value, torch.Tensor)
        if plain.is_nested:
            return walk.put(place, list(plain.unbind()))
        if plain.is_quantized:
            plain = plain.dequantize()
        elif plain.layout is not torch.strided:
            plain = plain.to_dense()
        flat = plain.detach().cpu().contiguous().reshape(-1)
        content = bytes(flat.view(torch.uint8).numpy()) if flat.numel() else b""
        return walk.array(place, value, str(plain.dtype).removeprefix("torch."), plain.shape, content)


def _tensorflow(walk: Walk, place: str, value: Any, is_own: bool) -> str:
    names = {name_of(base) for base in mro_of(type(value))}
    for name, parts in COMPOSITES.items():
        if is_own and name in names:
            inside = ", ".join(walk.put(f"{place}.{part}", getattr(value, part)) for part in parts)
            return f"{name}({inside})"
    if not is_own or not hasattr(value, "numpy"):
        return walk.opaque(place, value)
    array = value.numpy()
    if not hasattr(array, "dtype") or array.dtype.hasobject:
        return walk.put(place, array)
    return walk.array(place, value, value.dtype.name, array.shape, array.tobytes())


def _pillow(walk: Walk, place: str, value: Any, is_own: bool) -> str:
    if not is_own or not has(value, "tobytes"):
        return walk.opaque(place, value)
    palette = value.getpalette() if value.mode == "P" else None
    content = value.tobytes() + bytes(palette or [])
    return walk.array(place, value, value.mode, (value.size[1], value.size[0]), content)


def _pandas(walk: Walk, place: str, value: Any, is_own: bool) -> str:
    if not is_own:
        return walk.opaque(place, value)
    if hasattr(value, "columns"):
        index = walk.put(place + ".index", value.index)
        inside = ", ".join(
            f"{_text_of(name)}: {walk.put(f'{place}[{_text_of(name)}]', value.iloc[:, at])}"
            for at, name in enumerate(value.columns)
        )
        return f"frame(index={index}, {inside})"
    manager = manager_of(value)
    if manager is not None and not all(_is_own(type(block.values)) for block in manager.blocks):
        # Kept in an array of the user's.
        return walk.opaque(place, value)
    return walk.put(place, value.to_numpy()) if hasattr(value, "to_numpy") else walk.opaque(place, value)


def _as_array(walk: Walk, place: str, value: Any, is_own: bool) -> str:
    """Libraries whose arrays turn into numpy's."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not is_own or not hasattr(value, "__array__"):
        return walk.opaque(place, value)
    return _numpy(walk, place, numpy.asarray(value), True)


_PLAIN_TYPES = _ByIdentity(*_PLAIN)
_WRITTEN = {"ellipsis", "NotImplementedType", "range", "type"}
_STANDARD = {"datetime", "decimal", "fractions", "ipaddress", "pathlib", "uuid", "zoneinfo"}
_BY_ROOT: dict[str, Callable[[Walk, str, Any, bool], str]] = {
    "numpy": _numpy,
    "torch": _torch,
    "tensorflow": _tensorflow,
    "PIL": _pillow,
    "pandas": _pandas,
    **dict.fromkeys(
        ("jax", "jaxlib", "cupy", "pyarrow", "polars", "h5py", "zarr", "xarray", "dask", "array"), _as_array
    ),
}
