"""Walks over syntax trees that several parts need."""

from __future__ import annotations

import ast
import bisect
import re
from collections.abc import Iterable, Mapping

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def lines_with(pattern: re.Pattern[str], text: str) -> list[int]:
    """The lines of a text on which a pattern is found, in order."""
    lines: list[int] = []
    line, at = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        lines.append(line)
    return lines


def has_line_in(lines: list[int], node: ast.AST) -> bool:
    """Whether one of some lines, in order, lies within a node."""
    first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", None)
    at = bisect.bisect_left(lines, first)
    return at < len(lines) and (last is None or lines[at] <= last)


def own_nodes(scope: ast.AST) -> Iterable[ast.AST]:
    """Nodes of a function, class or loop without those of functions and classes inside it."""
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo.extend(ast.iter_child_nodes(node))


def all_statements(tree: ast.Module | FunctionNode, *, enter: bool = True) -> Iterable[ast.stmt]:
    """Every statement of a file or function; expressions are not entered, and definitions only if ``enter``."""
    todo: list[ast.stmt] = [] if isinstance(tree, ast.Lambda) else list(tree.body)
    while todo:
        statement = todo.pop()
        yield statement
        if not enter and isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for field in _BODIES.get(type(statement), ()):
            for inner in getattr(statement, field):
                if isinstance(inner, ast.stmt):
                    todo.append(inner)
                else:
                    todo.extend(inner.body)


_SIMPLE_BODY = ("body",)


_BODIES: dict[type[ast.stmt], tuple[str, ...]] = {
    ast.FunctionDef: _SIMPLE_BODY,
    ast.AsyncFunctionDef: _SIMPLE_BODY,
    ast.ClassDef: _SIMPLE_BODY,
    ast.With: _SIMPLE_BODY,
    ast.AsyncWith: _SIMPLE_BODY,
    ast.If: ("body", "orelse"),
    ast.For: ("body", "orelse"),
    ast.AsyncFor: ("body", "orelse"),
    ast.While: ("body", "orelse"),
    ast.Try: ("body", "handlers", "orelse", "finalbody"),
    ast.Match: ("cases",),
}


def top_statements(body: list[ast.stmt]) -> Iterable[ast.stmt]:
    """Statements of a module, also those under ``if`` and ``try``."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from top_statements(statement.body + statement.orelse)
        elif isinstance(statement, ast.Try):
            handlers = [inner for handler in statement.handlers for inner in handler.body]
            yield from top_statements(statement.body + handlers + statement.orelse)


def qualified_name(node: ast.AST, imports: Mapping[str, str]) -> str | None:
    """The dotted name of an expression with the file's aliases resolved, ``None`` where it is not a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(imports.get(node.id, node.id))
    return ".".join(reversed(parts))


def unbounded_memo(node: ast.AST, imports: Mapping[str, str]) -> ast.expr | None:
    """The decorator of a function that makes an unbounded cache of its results."""
    arguments = getattr(node, "args", None)
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not isinstance(arguments, ast.arguments):
        return None
    names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    if not [name for name in names if name not in ("self", "cls")]:
        return None
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = qualified_name(called, imports)
        if name in ("functools.cache", "cache", "fastcache.clru_cache"):
            return decorator
        if name == "functools.lru_cache" and isinstance(decorator, ast.Call) and _no_maximum(decorator):
            return decorator
    return None


def _no_maximum(decorator: ast.Call) -> bool:
    values = [keyword.value for keyword in decorator.keywords if keyword.arg == "maxsize"] + decorator.args[:1]
    return any(isinstance(value, ast.Constant) and value.value is None for value in values)
