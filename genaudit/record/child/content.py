"""Takes a batch apart into arrays and plain values, each with its bytes.

Types are told by their class and its module; no framework is imported. What cannot be taken apart is an opaque leaf
without a hash, which the comparison then says it has not looked into.
"""

from __future__ import annotations

import sys

from genaudit.record.child.batch import size_of
from genaudit.record.child.weighing import root_of
from genaudit.record.child.weights import _COMPOSITES as COMPOSITES

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
        if isinstance(value, _PLAIN):
            text = repr(value)
            return self._leaf(place, value, kind.__name__, (), text.encode(errors="backslashreplace"), text)
        if isinstance(value, _BYTES):
            return self._leaf(place, value, "bytes", (len(value),), bytes(value))
        if self._depth > _DEEPEST:
            return self._opaque(place, value)
        handler = _BY_ROOT.get(root_of(kind))
        if handler is not None:
            return handler(self, place, value)
        return self._container(place, value)

    def _container(self, place: str, value: Any) -> str:
        if isinstance(value, dict) or (hasattr(value, "keys") and hasattr(value, "items")):
            parts = sorted(((repr(key), part) for key, part in value.items()), key=lambda part: part[0])
            return "{" + ", ".join(f"{key}: {self.put(f'{place}[{key}]', part)}" for key, part in parts) + "}"
        if isinstance(value, (set, frozenset)):
            return "set" + self._sequence(place, sorted(value, key=repr))
        if isinstance(value, tuple) or type(value).__name__ in {"deque", "ndenumerate"}:
            names = getattr(value, "_fields", None)
            if names:
                return "(" + ", ".join(self.put(f"{place}.{n}", p) for n, p in zip(names, value, strict=False)) + ")"
            return "(" + self._sequence(place, list(value))[1:-1] + ")"
        if isinstance(value, list):
            return self._sequence(place, value)
        attributes = getattr(value, "__dict__", None)
        if type(attributes) is dict and attributes and not callable(value):
            inside = ", ".join(f"{n}={self.put(f'{place}.{n}', attributes[n])}" for n in sorted(attributes))
            return f"{type(value).__qualname__}({inside})"
        return self._opaque(place, value)

    def _sequence(self, place: str, values: list[Any]) -> str:
        if len(values) > 1 and all(isinstance(one, _PLAIN) for one in values):
            kinds = {type(one).__name__ for one in values}
            text = repr(values)
            dtype = kinds.pop() if len(kinds) == 1 else "mixed"
            return f"[{self._leaf(place, values, dtype, (len(values),), text.encode(errors='backslashreplace'), text)}]"
        return "[" + ", ".join(self.put(f"{place}[{at}]", one) for at, one in enumerate(values)) + "]"

    def array(self, place: str, value: Any, dtype: str, shape: Any, content: bytes) -> str:
        """Add an array by its bytes in C order."""
        return self._leaf(place, value, dtype, shape, content)

    def _leaf(self, place: str, value: Any, dtype: str, shape: Any, content: bytes, text: str = "") -> str:
        if len(self.leaves) >= MOST_LEAVES:
            # One leaf stands for all the rest.
            last = self.leaves[-1]
            last[:6] = ["…", "rest", "", [], hashed(f"{last[4]}{place}{dtype}{shape}".encode() + content), ""]
            return "."
        shown = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
        sizes = [int(size) for size in shape]
        self.leaves.append([place, _kind(value), dtype, sizes, hashed(content), shown])
        if place == self._keep:
            self.kept = content
        return "."

    def _opaque(self, place: str, value: Any) -> str:
        text = repr(value)
        if " at 0x" not in text and len(text) < 10_000:
            return self._leaf(place, value, type(value).__name__, (), text.encode(errors="backslashreplace"), text)
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
    shape = getattr(value, "shape", None)
    if shape is not None:
        return len(shape) > 0 and int(shape[0]) == n
    if isinstance(value, dict):
        return bool(value) and all(_is_rowable(part, n) for part in value.values())
    if isinstance(value, (list, tuple)):
        return len(value) == n or (bool(value) and all(_is_rowable(part, n) for part in value))
    return False


def _row(value: Any, at: int, n: int) -> Any:
    if isinstance(value, dict):
        return {key: _row(part, at, n) for key, part in value.items()}
    if isinstance(value, (list, tuple)) and all(_is_rowable(part, n) for part in value):
        return tuple(_row(part, at, n) for part in value)
    if hasattr(value, "iloc"):
        return value.iloc[at]
    return value[at]


def hashed(content: bytes) -> str:
    """A short hash: 64 bits are enough to tell the batches of one data set apart."""
    import hashlib

    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _kind(value: Any) -> str:
    kind = type(value)
    root = root_of(kind) or kind.__module__.partition(".")[0]
    return kind.__name__ if root == "builtins" else f"{root}.{kind.__name__.lstrip('_')}"


def _numpy(walk: Walk, place: str, value: Any) -> str:
    if not hasattr(value, "tobytes"):
        return walk._opaque(place, value)
    mask: Any = getattr(value, "_mask", None)
    if mask is not None and mask.shape:
        return f"masked({walk.put(place + '.data', value.data)}, {walk.put(place + '.mask', mask)})"
    dtype = value.dtype
    if dtype.hasobject:
        return walk.put(place, value.tolist())
    # Another byte order is another type of data; its name alone would not say so.
    name = dtype.name if dtype.isnative and dtype.names is None else str(dtype)
    return walk.array(place, value, name, value.shape, value.tobytes())


def _torch(walk: Walk, place: str, value: Any) -> str:
    torch: Any = sys.modules["torch"]
    if not isinstance(value, torch.Tensor):
        return walk._container(place, value)
    if value.is_nested:
        return walk.put(place, list(value.unbind()))
    if value.is_quantized:
        value = value.dequantize()
    elif value.layout is not torch.strided:
        value = value.to_dense()
    flat = value.detach().cpu().contiguous().reshape(-1)
    content = bytes(flat.view(torch.uint8).numpy()) if flat.numel() else b""
    return walk.array(place, value, str(value.dtype).removeprefix("torch."), value.shape, content)


def _tensorflow(walk: Walk, place: str, value: Any) -> str:
    for name, parts in COMPOSITES.items():
        if name in {base.__name__ for base in type(value).__mro__}:
            inside = ", ".join(walk.put(f"{place}.{part}", getattr(value, part)) for part in parts)
            return f"{name}({inside})"
    if not hasattr(value, "numpy"):
        return walk._opaque(place, value)
    array = value.numpy()
    if not hasattr(array, "dtype") or array.dtype.hasobject:
        return walk.put(place, array)
    return walk.array(place, value, value.dtype.name, array.shape, array.tobytes())


def _pillow(walk: Walk, place: str, value: Any) -> str:
    if not hasattr(value, "tobytes"):
        return walk._opaque(place, value)
    palette = value.getpalette() if value.mode == "P" else None
    content = value.tobytes() + bytes(palette or [])
    return walk.array(place, value, value.mode, (value.size[1], value.size[0]), content)


def _pandas(walk: Walk, place: str, value: Any) -> str:
    if hasattr(value, "columns"):
        index = walk.put(place + ".index", value.index)
        inside = ", ".join(f"{name}: {walk.put(f'{place}[{name!r}]', value[name])}" for name in value.columns)
        return f"frame(index={index}, {inside})"
    if not hasattr(value, "to_numpy"):
        return walk._opaque(place, value)
    return walk.put(place, value.to_numpy())


def _as_array(walk: Walk, place: str, value: Any) -> str:
    """Libraries whose arrays turn into numpy's."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not hasattr(value, "__array__"):
        return walk._opaque(place, value)
    return _numpy(walk, place, numpy.asarray(value))


_BY_ROOT: dict[str, Callable[[Walk, str, Any], str]] = {
    "numpy": _numpy,
    "torch": _torch,
    "tensorflow": _tensorflow,
    "PIL": _pillow,
    "pandas": _pandas,
    **dict.fromkeys(
        ("jax", "jaxlib", "cupy", "pyarrow", "polars", "h5py", "zarr", "xarray", "dask", "array"), _as_array
    ),
}
