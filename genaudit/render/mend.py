"""A mend shown as what goes and what comes."""

import ast
import textwrap
from typing import NamedTuple

from genaudit.sourcetext import tree_of


class DiffLine(NamedTuple):
    """A line of a difference: ``-``, ``+`` or a space, and its text."""

    sign: str
    text: str


def diff(fix: str) -> list[DiffLine] | None:
    r"""The mend as a difference, or ``None`` where it is advice rather than code.

    A mend that marks its lines with ``-`` and ``+`` is a difference as it stands; other code is all new, since only
    its author knows which lines it replaces.

    Example:
        >>> [line.sign for line in diff("-images = load_all()\n+yield load(path)") or []]
        ['-', '+']
        >>> diff("Close the file."), [line.sign for line in diff("yield load(path)") or []]
        (None, ['+'])
    """
    lines = fix.strip("\n").splitlines()
    if lines and all(line[:1] in "-+ " for line in lines) and any(line[:1] in "-+" and line[:1] for line in lines):
        return [DiffLine(line[:1] or " ", line[1:]) for line in lines]
    if not is_code(fix):
        return None
    return [DiffLine("+", line) for line in textwrap.dedent("\n".join(lines)).splitlines()]


def without_old_lines(fix: str) -> str:
    """The mend without the lines of the user's that it takes away."""
    lines = diff(fix) or []
    if not any(line.sign == "-" for line in lines):
        return fix
    return "\n".join(line.text for line in lines if line.sign == "+")


def is_code(text: str) -> bool:
    """Whether the text can be read as Python and does more than name something."""
    tree = tree_of(textwrap.dedent(text))
    return tree is not None and any(not _is_prose(node) for node in tree.body)


def _is_prose(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, (ast.Name, ast.Constant, ast.Attribute, ast.Tuple))
