"""Short descriptions of argument values, safe to print: no user code runs, no secret is shown."""

from __future__ import annotations

import os

LONGEST = 80
HIDDEN = "(hidden)"

_SECRET_WORDS = {
    "auth", "authorization", "credential", "credentials", "passphrase", "passwd", "password", "pwd", "secret",
    "secrets", "token", "apikey",
}  # fmt: skip
_SECRET_PAIRS = ("api_key", "access_key", "private_key", "secret_key")
_SCALARS = (bool, int, float, complex, type(None))


def value_text(name: str, value: object, *, paths: bool = False) -> str:
    """What a value is, in at most 80 characters.

    Args:
        name: The parameter, for hiding passwords and the like.
        value: Its value; nothing of it is called but the lengths and shapes of known types.
        paths: The value is known to be a sequence of existing files.
    """
    if _is_secret(name) and isinstance(value, (str, bytes)):
        return HIDDEN
    try:
        return _cut(_text(value, paths))
    except Exception:
        # A type of the user's may raise from anything; its name is always there.
        return _cut(f"{type(value).__qualname__} object")


def type_text(value: object) -> str:
    """The type of a value with its module, where that says more: ``numpy.ndarray``, ``list``."""
    kind = type(value)
    module = kind.__module__.partition(".")[0]
    return kind.__qualname__ if module in {"builtins", "__main__"} else f"{module}.{kind.__qualname__}"


def _text(value: object, paths: bool) -> str:
    if isinstance(value, _SCALARS):
        return _number(value)
    if isinstance(value, (str, bytes)):
        return repr(_without_login(value[: LONGEST * 2]))
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, type):
        return f"class {value.__qualname__}"
    shape = getattr(type(value), "shape", None) and getattr(value, "shape", None)
    if shape is not None:
        return _array(value, shape)
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return _collection(value, paths)
    if isinstance(value, dict):
        return f"dict of {len(value)}" + (f": {', '.join(map(str, list(value)[:8]))}" if value else "")
    if callable(value) and hasattr(value, "__qualname__"):
        return f"function {value.__qualname__}"
    return f"{type(value).__qualname__} object"


def _collection(value: list | tuple | set | frozenset | range, paths: bool) -> str:  # type: ignore[type-arg]
    if isinstance(value, range) or (
        len(value) <= 8 and not paths and all(type(element) in _SCALARS or _is_short(element) for element in value)
    ):
        return repr(value)
    kind = type(value).__qualname__
    if paths:
        return f"{kind} of {len(value)} paths"
    names = {type(element).__qualname__ for element in list(value)[:64]}
    if all(isinstance(element, os.PathLike) for element in list(value)[:64]):
        return f"{kind} of {len(value)} paths"
    plural = {"str": "strings", "int": "integers", "float": "numbers", "ndarray": "arrays"}
    only = names.pop() if len(names) == 1 else ""
    return f"{kind} of {len(value)} {plural.get(only, only + ' objects' if only else 'values')}"


def _array(value: object, shape: object) -> str:
    sizes: tuple[object, ...] = tuple(shape)  # type: ignore[arg-type]
    dtype = getattr(value, "dtype", None)
    kind = type(value).__qualname__
    if dtype is None:
        # A frame has a shape and columns of several types.
        return f"{kind} {sizes}"
    return f"{kind} {str(dtype).removeprefix('torch.')} {sizes}"


def _number(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > 256:
        # repr() refuses integers of many thousands of digits.
        return f"int of {value.bit_length()} bits"
    return repr(value)


def _is_short(element: object) -> bool:
    return type(element) is str and len(element) <= LONGEST and "://" not in element


def _without_login(text: str | bytes) -> str | bytes:
    """A URL without its ``user:password@``."""
    if isinstance(text, bytes) or "://" not in text:
        return text
    scheme, _, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _is_secret(name: str) -> bool:
    lower = name.lower()
    return any(pair in lower for pair in _SECRET_PAIRS) or not _SECRET_WORDS.isdisjoint(lower.split("_"))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
