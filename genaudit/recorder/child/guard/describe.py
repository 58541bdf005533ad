"""Short descriptions of argument values, made without running the user's code.

They may be secret: that is for the parent to tell, by the one rule that there is, before anything is kept or printed.
"""

from __future__ import annotations

from genaudit.recorder.child.batch.size import dtype_of, shape_of
from genaudit.recorder.child.guard.static_inspect import (
    FunctionType,
    class_attribute,
    inherits,
    member_of,
    module_of,
    name_of,
    qualname_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST = 80
_SCALARS: tuple[Any, ...] = (bool, int, float, complex, type(None))
_TEXTS: tuple[Any, ...] = (str, bytes)
_COLLECTIONS: tuple[Any, ...] = (list, tuple, set, frozenset)
_FUNCTIONS = (FunctionType, type(len))


def value_text(value: object, *, paths: bool = False) -> str:
    """What a value is, in at most 80 characters.

    Args:
        value: Its value; nothing of it is called but the lengths and shapes of known types.
        paths: The value is known to be a sequence of existing files.
    """
    try:
        return _cut(_text(value, paths))
    except Exception:
        # A library may fail; the name of the type is always there.
        return _cut(f"{qualname_of(type(value))} object")


def type_text(value: object) -> str:
    """The type of a value with its module, where that says more: ``numpy.ndarray``, ``list``."""
    kind = type(value)
    module = module_of(kind).partition(".")[0]
    return qualname_of(kind) if module in {"", "builtins", "__main__"} else f"{module}.{qualname_of(kind)}"


def is_path(value: object) -> bool:
    """Whether a value is a path of ``pathlib``, whose text asks nobody else: some classes of paths load the file."""
    pure = member_of("pathlib", "PurePath")
    kind = type(value)
    return (
        pure is not None
        and inherits(kind, pure)
        and all(class_attribute(kind, name) is class_attribute(pure, name) for name in ("__fspath__", "__str__"))
    )


def _text(value: Any, paths: bool) -> str:
    kind = type(value)
    for base in _SCALARS:
        if issubclass(kind, base):
            return _number(value, base)
    for base in _TEXTS:
        if issubclass(kind, base):
            return repr(_without_login(base.__getitem__(value, slice(LONGEST * 2))))
    if is_path(value):
        return str(value)
    if issubclass(kind, type):
        return f"class {qualname_of(value)}"
    if any(kind is function for function in _FUNCTIONS):
        return f"function {value.__qualname__}"
    shape = shape_of(value)
    return _collected(value, paths) if shape is None else _array(value, shape)


def _collected(value: Any, paths: bool) -> str:
    kind = type(value)
    if kind is range:
        return repr(value)
    for base in _COLLECTIONS:
        if issubclass(kind, base):
            return _collection(value, base, paths)
    if issubclass(kind, dict):
        keys = [str(key) if _is_plain(key) else name_of(type(key)) for key in list(dict.keys(value))[:8]]
        return f"dict of {dict.__len__(value)}" + (f": {', '.join(keys)}" if keys else "")
    return f"{qualname_of(kind)} object"


def _collection(value: Any, base: Any, paths: bool) -> str:
    elements = list(base.__iter__(value))
    if len(elements) <= 8 and not paths and all(_is_plain(element) and _is_short(element) for element in elements):
        # A set's own repr() asks the __iter__ of its class.
        return repr(base(elements))
    kind = qualname_of(type(value))
    if paths or all(is_path(element) for element in elements[:64]):
        return f"{kind} of {len(elements)} paths"
    names = {qualname_of(type(element)) for element in elements[:64]}
    plural = {"str": "strings", "int": "integers", "float": "numbers", "ndarray": "arrays"}
    only = names.pop() if len(names) == 1 else ""
    return f"{kind} of {len(elements)} {plural.get(only, only + ' objects' if only else 'values')}"


def _array(value: object, shape: Any) -> str:
    sizes = tuple(shape)
    dtype = dtype_of(value)
    kind = qualname_of(type(value))
    # A frame has a shape and columns of several types.
    return f"{kind} {sizes}" if dtype is None else f"{kind} {str(dtype).removeprefix('torch.')} {sizes}"


def _number(value: Any, base: Any) -> str:
    if base is int and int.bit_length(value) > 256:
        # repr() refuses integers of many thousands of digits.
        return f"int of {int.bit_length(value)} bits"
    return str(base.__repr__(value))


def _is_plain(element: Any) -> bool:
    """Whether a value is of a built-in type, and not of a class derived from one."""
    kind = type(element)
    return kind is str or any(kind is base for base in _SCALARS)


def _is_short(element: Any) -> bool:
    return type(element) is not str or (len(element) <= LONGEST and "://" not in element)


def _without_login(text: str | bytes) -> str | bytes:
    """A URL without its ``user:password@``."""
    if isinstance(text, bytes) or "://" not in text:
        return text
    scheme, _, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
