"""On which line of a configuration file a key is: parsers do not report it, and an error without it is half a help."""

import re
from collections.abc import Iterator

from genaudit.config.toml import loads

Keys = tuple[str, ...]
LONGEST_KEY = 300
"""Characters of a line that may be its key: what is behind them is looked at by the parser alone."""
_KEY = re.compile(r"""((?:"[^"]*"|'[^']*'|[\w. \t-])+?)[ \t]*=""")


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
        if header.startswith("[") and header.endswith("]") and (path := _path(header + "\n")) is not None:
            table = path
            yield number, table
            continue
        key = _KEY.match(start)
        if key is not None and (path := _path(key[1] + " = 0\n")) is not None:
            yield number, (*table, *path)


def _path(snippet: str) -> Keys | None:
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
