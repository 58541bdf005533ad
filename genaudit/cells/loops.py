"""The loops of a cell marked, so that what they run over is known when they begin."""

import ast
from collections.abc import Iterator

from genaudit.sourcetext import tree_of

_PASSES_ON = {
    "enumerate",
    "zip",
    "tqdm",
    "islice",
    "iter",
    "list",
    "tuple",
    "sum",
    "max",
    "min",
    "deque",
    "next",
    "map",
}
"""Functions that take from what they are given; a loop over one of them runs over their argument."""
_TAKES = {"next", "list", "tuple", "sum", "max", "min", "deque"}
"""Those of them that take by themselves, without a loop."""


def with_marked_loops(text: str, mark: str) -> str:
    r"""A cell in which every loop that it makes itself hands over what it runs over; lines stay where they are.

    Loops in functions are those of whoever calls them.

    Args:
        text: The cell.
        mark: The function that is given what a loop runs over, and gives it back.

    Example:
        >>> with_marked_loops("for i, batch in enumerate(batches(8)):\n    first = next(other)", "_m")
        'for i, batch in enumerate(_m(batches(8))):\n    first = next(_m(other))'
    """
    tree = tree_of(text)
    if tree is None:
        return text
    lines = text.encode().splitlines(keepends=True)
    starts = [sum(len(line) for line in lines[:number]) for number in range(len(lines) + 1)]
    raw = text.encode()
    spots: set[tuple[int, bytes]] = set()
    for node in {id(node): node for node in _iterated(tree)}.values():
        first = starts[node.lineno - 1] + node.col_offset
        last = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        spots |= {(first, f"{mark}(".encode()), (last, b")")}
    for at, piece in sorted(spots, reverse=True):
        raw = raw[:at] + piece + raw[at:]
    return raw.decode()


def _iterated(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.For):
            yield from _innermost(node.iter)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp):
            yield from _innermost(node.generators[0].iter)
        elif isinstance(node, ast.Call) and _name(node) in _TAKES and node.args:
            yield from _innermost(node)
        yield from _iterated(node)


def _innermost(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Starred):
        return
    if isinstance(node, ast.Call) and _name(node) in _PASSES_ON and node.args:
        for argument in node.args:
            yield from _innermost(argument)
    elif isinstance(node, ast.GeneratorExp):
        yield from _innermost(node.generators[0].iter)
    elif isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Subscript):
        yield node


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
