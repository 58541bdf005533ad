"""A list that a function of the same file makes, written out where that is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from genaudit.fix.rewrites.loaded.edits import Edits
from genaudit.fix.rewrites.loaded.gathered import Function, assigned, functions, gathered
from genaudit.sourcetext import tree_of


def inlined(text: str) -> Iterator[tuple[str, int]]:
    """Texts in which one call is written out as a comprehension, each with the line of it.

    Args:
        text: The file's source.
    """
    tree = tree_of(text)
    if tree is None:
        return
    makers = {
        function.name: made
        for function, owner in functions(tree)
        if owner is None and function in tree.body and (made := _made(tree, function)) is not None
    }
    for function, _ in functions(tree):
        for statement in ast.walk(function):
            pair = assigned(statement) if isinstance(statement, ast.stmt) else None
            call = pair[1] if pair else None
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in makers:
                written = _written(Edits(text), makers[call.func.id], call, function)
                if written is not None:
                    yield written, call.lineno


class _Maker:
    """A function that does no more than to make a list of its arguments."""

    def __init__(self, function: Function, item: ast.expr, target: ast.expr, source: ast.expr) -> None:
        self.function = function
        self.item = item
        self.target = target
        self.source = source


def _made(tree: ast.Module, function: Function) -> _Maker | None:
    """The list that a function makes and returns."""
    args = function.args
    if function.decorator_list or args.vararg or args.kwarg or args.posonlyargs or args.kwonlyargs or args.defaults:
        return None
    body = [statement for statement in function.body if not _is_docstring(statement)]
    last = body[-1] if body else None
    if not isinstance(last, ast.Return) or last.value is None:
        return None
    if len(body) == 1 and isinstance(last.value, ast.ListComp) and len(last.value.generators) == 1:
        loop = last.value.generators[0]
        return None if loop.ifs or loop.is_async else _Maker(function, last.value.elt, loop.target, loop.iter)
    for found in gathered(tree):
        if found.function is not function or not isinstance(last.value, ast.Name) or last.value.id != found.name:
            continue
        is_all = body[:-1] == found.statements and found.wrap is None and found.receiver is None
        if is_all and (found.loop is None or found.loop.body == [found.append]):
            return _Maker(function, found.item, found.target, found.source)
    return None


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _written(edits: Edits, maker: _Maker, call: ast.Call, caller: Function) -> str | None:
    """The text with the list in the place of its call, where names mean the same in both functions."""
    names = [arg.arg for arg in maker.function.args.args]
    if call.keywords or len(call.args) != len(names) or any(isinstance(arg, ast.Starred) for arg in call.args):
        return None
    given = dict(zip(names, call.args, strict=True))
    own = {node.id for node in ast.walk(maker.target) if isinstance(node, ast.Name)}
    free = {node.id for node in ast.walk(maker.item) if isinstance(node, ast.Name)} - own - set(names)
    bound = {node.id for node in ast.walk(caller) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(caller) if isinstance(node, ast.arg)}
    used = {
        node.id for arg in call.args for node in ast.walk(arg) if isinstance(node, ast.Name)
    }  # fmt: skip
    # A value that is made for the call alone would be made again for each item.
    in_item = {node.id for node in ast.walk(maker.item) if isinstance(node, ast.Name)} & set(names)
    if free & bound or own & used or not all(isinstance(given[name], ast.Name | ast.Constant) for name in in_item):
        return None
    item, source = (_text(edits, node, given) for node in (maker.item, maker.source))
    if "\n" in item + source:
        return None
    edits.replace(call, f"[{item} for {edits.source(maker.target)} in {source}]")
    return edits.apply()


def _text(edits: Edits, node: ast.expr, given: dict[str, ast.expr]) -> str:
    """The text of a node, with arguments in the place of parameters."""
    text, begin = edits.source(node), edits.start(node)
    for name in sorted(
        (each for each in ast.walk(node) if isinstance(each, ast.Name) and each.id in given),
        key=edits.start,
        reverse=True,
    ):
        text = text[: edits.start(name) - begin] + edits.source(given[name.id]) + text[edits.end(name) - begin :]
    return text
