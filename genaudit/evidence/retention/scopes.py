"""Functions, classes and loops of a syntax tree, by what a walk of references knows of them."""

import ast
from collections.abc import Iterator
from typing import TypeAlias

from genaudit.evidence.retention.uses import last_name

Functions: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def function_at(tree: ast.AST, line: int, name: str | None = None) -> Functions | None:
    """The innermost function that has a line in it, its decorators counted in.

    Args:
        line: Where it begins, or where it stands.
        name: What it is called, where that is known; of those with another name, none is meant.
    """
    found = [node for node in _functions(tree) if _first(node) <= line <= (node.end_lineno or node.lineno)]
    named = [node for node in found if name is None or getattr(node, "name", "<lambda>") == name]
    return max(named, key=lambda node: node.lineno, default=None)


def enclosing(tree: ast.AST, inner: Functions) -> list[Functions]:
    """A function and those around it, the innermost first."""
    around = [
        node
        for node in _functions(tree)
        if node is not inner and node.lineno <= inner.lineno and (node.end_lineno or 0) >= (inner.end_lineno or 0)
    ]
    return [inner, *sorted(around, key=lambda node: -node.lineno)]


def owner_of(scope: ast.AST, line: int) -> Functions | None:
    """The innermost function in a scope, or the scope itself, that has a line in it."""
    return function_at(scope, line)


def argument_of(function: Functions, name: str) -> ast.expr | None:
    """The default of a parameter."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults = dict(zip(reversed([arg.arg for arg in positional]), reversed(given.defaults), strict=False))
    for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if default is not None:
            defaults[arg.arg] = default
    return defaults.get(name)


def classes(tree: ast.AST, name: str) -> list[ast.ClassDef]:
    """Classes of a name, with those that they are derived from, and those that are derived from them."""
    by_name = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    if name not in by_name:
        return []
    bases = {each: {last for base in node.bases for last in last_name(base)} for each, node in by_name.items()}
    found: dict[str, ast.ClassDef] = {}
    wanted = [name]
    while wanted:
        each = wanted.pop()
        if each in by_name and each not in found:
            found[each] = by_name[each]
            wanted += bases[each]
    below = [node for each, node in by_name.items() if each not in found and name in bases[each]]
    return [*found.values(), *below]


def loops_around(function: ast.AST, line: int) -> list[ast.For | ast.AsyncFor]:
    """The loops that a line is in, the outermost first, which run over what has no name of its own.

    Every such loop of the function, where the line is in none.
    """
    loops = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.For | ast.AsyncFor) and not isinstance(node.iter, ast.Name | ast.Attribute)
    ]
    loops = [loop for loop in loops if not _counts(loop.iter)]
    around = [loop for loop in loops if loop.lineno <= line <= (loop.end_lineno or 0)]
    return sorted(around or loops, key=lambda loop: loop.lineno)


def _counts(iterated: ast.AST) -> bool:
    return isinstance(iterated, ast.Call) and last_name(iterated.func) == ["range"]


def _functions(tree: ast.AST) -> Iterator[Functions]:
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            yield node


def _first(node: Functions) -> int:
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
