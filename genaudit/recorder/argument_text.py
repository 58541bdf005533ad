"""``--arg NAME=VALUE``, parsed: literals here, files and objects in the child."""

import ast
import warnings
from typing import Any

from genaudit.errors import UsageError

KINDS = ("glob", "lines", "json", "yaml", "ns", "npy", "py", "str")
"""Prefixes of ``VALUE``; what comes after one is read in the target's own process."""


MOST_LITERAL = 200_000
"""Characters of a literal: the memory to read one is a thousand times its size."""
_OPENING = set("([{'\"-+0123456789")


def parse_argument(text: str) -> list[Any]:
    """Name, kind and value of an argument.

    Args:
        text: ``NAME=VALUE``. ``VALUE`` is a Python literal, else a string, or has a prefix: ``glob:`` (files that
            match), ``lines:`` (the lines of a file), ``json:`` (a file, or JSON itself), ``yaml:`` (a configuration in
            a file), ``ns:`` (fields: a file, JSON, or ``name=value`` with commas), ``npy:`` (an array's file),
            ``py:module:attr`` (an object), ``str:`` (the text as it is).

    Returns:
        ``[name, kind, value]``; kind ``value`` comes with the literal, the others with the text behind the prefix.

    Raises:
        UsageError: No ``=``, a name that no parameter can have, or a prefix with nothing behind it.

    Example:
        >>> parse_argument("size=(256, 256)"), parse_argument("paths=glob:*.jpg"), parse_argument("mode=fast")
        (['size', 'value', (256, 256)], ['paths', 'glob', '*.jpg'], ['mode', 'value', 'fast'])
    """
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals:
        raise UsageError(f"--arg {text}: there is no =", slug="bad-argument", hint="write --arg NAME=VALUE")
    if not name.isidentifier():
        raise UsageError(
            f"--arg {text}: {name!r} is not the name of a parameter", slug="bad-argument", hint="write --arg NAME=VALUE"
        )
    kind, colon, raw = value.partition(":")
    if colon and kind in KINDS:
        _check(text, name, kind, raw)
        return [name, kind, raw]
    return [name, "value", _literal(value)]


def _check(text: str, name: str, kind: str, raw: str) -> None:
    if kind != "str" and not raw.strip():
        raise UsageError(f"--arg {text}: nothing comes after {kind}:", slug="bad-argument")
    module, _, attribute = raw.rpartition(":")
    if kind == "py" and not (module and all(part.isidentifier() for part in attribute.split("."))):
        raise UsageError(
            f"--arg {text}: {raw!r} names no object of a module",
            slug="bad-argument",
            hint=f"write --arg {name}=py:MODULE:NAME",
        )


def _literal(text: str) -> Any:
    if len(text) > MOST_LITERAL and text.lstrip()[:1] in _OPENING:
        raise UsageError(
            f"--arg: a literal of {len(text):,} characters is too long",
            slug="bad-argument",
            hint="write it into a file, and name that: --arg NAME=json:FILE",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text.strip())
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return text
