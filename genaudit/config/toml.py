"""TOML: its values, and the line of each key.

The parser is the standard library's from Python 3.11 on, before that ``tomli``, the same code. It does not give the
lines, without which an error is half a help.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from typing import Any

Keys = tuple[str, ...]
LONGEST_KEY = 300
"""Characters of a line that may be its key: what is behind them is looked at by the parser alone."""
_KEY = re.compile(r"""((?:"[^"]*"|'[^']*'|[\w. \t-])+?)[ \t]*=""")


def loads(text: str) -> dict[str, Any]:
    """A TOML document as plain values.

    Raises:
        ValueError: It is not TOML; the message has line and column.
    """
    parser = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document: dict[str, Any] = parser.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return document


def line_of(text: str, keys: Keys) -> int | None:
    """The line of a key, or of the nearest table around it; from 1."""
    best: tuple[int, int] | None = None
    for number, place in places(text):
        depth = _common(place, keys)
        if depth in {len(place), len(keys)} and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def places(text: str) -> Iterator[tuple[int, Keys]]:
    """Every line that begins a table or sets a key, with the full name of what it begins or sets."""
    table: Keys = ()
    for number, line in enumerate(text.splitlines(), 1):
        start = line.strip()[:LONGEST_KEY]
        header = start.partition("#")[0].rstrip()
        if header.startswith("[") and header.endswith("]") and (names := _names(header + "\n")) is not None:
            table = names
            yield number, table
            continue
        key = _KEY.match(start)
        if key is not None and (names := _names(key[1] + " = 0\n")) is not None:
            yield number, (*table, *names)


def _names(snippet: str) -> Keys | None:
    """The names that a header or a key alone leads through, as the parser itself reads it."""
    try:
        value: object = loads(snippet)
    except ValueError:
        return None
    names: list[str] = []
    while isinstance(value, list | dict) and value:
        if isinstance(value, list):
            value = value[0]
            continue
        names.append(next(iter(value)))
        value = value[names[-1]]
    return tuple(names)


def _common(place: Keys, keys: Keys) -> int:
    depth = 0
    while depth < min(len(place), len(keys)) and place[depth] == keys[depth]:
        depth += 1
    return depth
