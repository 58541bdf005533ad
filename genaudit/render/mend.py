"""A mend shown as what goes and what comes."""

import ast
import textwrap
from typing import NamedTuple


class DiffLine(NamedTuple):
    """A line of a difference: ``-``, ``+`` or a space, and its text."""

    sign: str
    text: str


def diff(fix: str, old: str | None) -> list[DiffLine] | None:
    """The mend as a difference, or ``None`` where it is advice rather than code.

    Args:
        fix: What an outcome suggests: code, a difference, or a sentence.
        old: The line to blame, which a mend in code replaces.

    Example:
        >>> diff("yield load(path)", "images = [load(path) for path in paths]")[0].sign
        '-'
    """
    lines = fix.strip("\n").splitlines()
    if lines and all(line[:1] in "-+ " or not line for line in lines) and any(line[:1] in "-+" for line in lines):
        return [DiffLine(line[:1] or " ", line[1:]) for line in lines]
    if not is_code(fix):
        return None
    removed = [DiffLine("-", old.strip())] if old else []
    return removed + [DiffLine("+", line) for line in textwrap.dedent("\n".join(lines)).splitlines()]


def is_code(text: str) -> bool:
    """Whether the text can be read as Python and does more than name something."""
    try:
        tree = ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError):
        return False
    return any(not _is_prose(node) for node in tree.body)


def _is_prose(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, (ast.Name, ast.Constant, ast.Attribute, ast.Tuple))
