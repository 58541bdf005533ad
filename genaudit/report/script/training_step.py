"""What the loop of a script keeps with each step, by reading it: a step is never made where a source is audited."""

import ast
from collections.abc import Iterator

from genaudit.sourcetext import tree_of

_ADDS = {"append", "add", "appendleft"}
_Loop = ast.For | ast.AsyncFor | ast.While


def kept_loss(text: str, line: int) -> tuple[int, str] | None:
    r"""Line and name of what a loop keeps of each step's loss, with the graph that it comes from.

    Only a loss that is known for one is told of: the loop calls its ``backward``, and puts it as it is into a list or
    a sum.

    Args:
        text: Of the script.
        line: Where the source is handed over: the head of its loop, or a line before one that asks it for batches.

    Example:
        >>> kept_loss("for x in loader:\n    loss = f(x)\n    loss.backward()\n    losses.append(loss)\n", 1)
        (4, 'loss')
        >>> kept_loss("for x in loader:\n    loss = f(x)\n    loss.backward()\n    losses.append(loss.item())\n", 1)
    """
    tree = tree_of(text)
    loops = [] if tree is None else [node for node in ast.walk(tree) if isinstance(node, _Loop)]
    around = [loop for loop in loops if loop.lineno <= line <= (loop.end_lineno or line)]
    for loop in sorted(around, key=lambda each: -each.lineno):
        losses = set(_losses(loop))
        kept = sorted(each for node in ast.walk(loop) for each in _kept(node) if each[1] in losses)
        if kept:
            return kept[0]
    return None


def _losses(loop: _Loop) -> Iterator[str]:
    """Variables whose ``backward`` a loop calls."""
    methods = (node.func for node in ast.walk(loop) if isinstance(node, ast.Call))
    for method in methods:
        if isinstance(method, ast.Attribute) and method.attr == "backward" and isinstance(method.value, ast.Name):
            yield method.value.id


def _kept(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of variables that a node puts, as they are, into something that is there after the step."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ADDS:
        yield from ((node.lineno, part.id) for part in node.args if isinstance(part, ast.Name))
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.value, ast.Name):
        yield node.lineno, node.value.id
