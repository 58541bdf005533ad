"""What the loop of a script keeps with each step, by reading it: a step is never made where a source is audited."""

import ast
from collections.abc import Iterator

from genaudit.sourcetext import tree_of

_ADDS = {"append", "add", "appendleft"}
_Loop = ast.For | ast.AsyncFor | ast.While


def kept_loss(text: str, line: int) -> tuple[int, str] | None:
    r"""Line and name of what a loop keeps of each step's loss, with the graph that it comes from.

    Only a loss that is known for one is told of: the loop calls its ``backward``, or that of a sum which it is added
    to, and puts it as it is into a list or a sum.

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
    around.sort(key=lambda each: -each.lineno)
    for loop in around:
        # A sum may go backward when the loop over the batches is over.
        losses = set(_losses(loop)) | _addends(set(_losses(around[-1])), loop)
        kept = sorted(each for each in _kept(loop) if each[1] in losses)
        if kept:
            return kept[0]
    return None


def _losses(loop: _Loop) -> Iterator[str]:
    """Variables whose ``backward`` a loop calls."""
    methods = (node.func for node in ast.walk(loop) if isinstance(node, ast.Call))
    for method in methods:
        if isinstance(method, ast.Attribute) and method.attr == "backward" and isinstance(method.value, ast.Name):
            yield method.value.id


def _addends(losses: set[str], loop: _Loop) -> set[str]:
    """What a loop adds to sums that are losses: the gradient of a sum goes through each of its parts."""
    return {part for node in ast.walk(loop) for total, part in _added(node) if total in losses}


def _added(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The sum and the variable that is added to it, as it is: ``total += loss``, ``total = total + loss``."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        total: ast.expr = node.target
        parts = [node.value]
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add):
        total, parts = node.targets[0], [node.value.left, node.value.right]
        if ast.unparse(total) not in {ast.unparse(part) for part in parts}:
            return
    else:
        return
    name = ast.unparse(total)
    yield from ((name, part.id) for part in parts if isinstance(part, ast.Name) and part.id != name)


def _kept(loop: _Loop) -> Iterator[tuple[int, str]]:
    """Line and name of variables that a loop puts, as they are, into something that is there after the step."""
    anew = {target.id for node in ast.walk(loop) for target in _bound(node)}
    for node in ast.walk(loop):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ADDS:
            yield from ((node.lineno, part.id) for part in node.args if isinstance(part, ast.Name))
        if isinstance(node, ast.stmt):
            yield from ((node.lineno, part) for total, part in _added(node) if total not in anew)


def _bound(node: ast.AST) -> list[ast.Name]:
    """Variables that a statement gives another value, and no sum of the one before."""
    if not isinstance(node, ast.Assign) or any(True for _ in _added(node)):
        return []
    return [target for target in node.targets if isinstance(target, ast.Name)]
