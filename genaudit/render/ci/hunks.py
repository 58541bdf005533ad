"""The hunks of a unified difference."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_HEAD = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
NO_LINE_FEED = "\\"
"""Sign of what says that the line before it has no line feed."""


class Hunk(NamedTuple):
    """Lines of a file that are changed, with some around them."""

    path: str
    first: int
    """Number of its first line in the old file, from 1."""
    n_lines: int
    """Its lines in the old file."""
    lines: list[tuple[str, str]]
    """Each with its sign: a space, ``-``, ``+``, or ``NO_LINE_FEED``."""


def hunks(diff: str) -> Iterator[Hunk]:
    r"""The hunks of a difference, in their order.

    Example:
        >>> list(hunks("--- a/x.py\n+++ b/x.py\n@@ -3 +3 @@\n-old\n+new\n"))
        [Hunk(path='x.py', first=3, n_lines=1, lines=[('-', 'old'), ('+', 'new')])]
    """
    path, lines = "", diff.split("\n")
    for at, line in enumerate(lines):
        if line.startswith("+++ b/") and lines[at - 1].startswith("--- a/"):
            path = line.removeprefix("+++ b/")
        head = _HEAD.match(line)
        if head is not None:
            first, n_old, n_new = int(head[1]), int(head[2] or 1), int(head[3] or 1)
            yield Hunk(path, first, n_old, _lines_of(lines[at + 1 :], n_old, n_new))


def _lines_of(lines: list[str], n_old: int, n_new: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in lines:
        sign = line[:1]
        if sign != NO_LINE_FEED and n_old <= 0 and n_new <= 0:
            break
        found.append((sign, line[1:]))
        if sign != NO_LINE_FEED:
            n_old, n_new = n_old - (sign != "+"), n_new - (sign != "-")
    return found
