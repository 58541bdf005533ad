"""The files of a run: what each defines and imports, and which definition a name means."""

from __future__ import annotations

import ast
import bisect
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from genaudit.lint.source import Source

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_KEPT_MODULES = 64
_YIELD = re.compile(r"yield\b")


class ClassInfo:
    """A class of the run."""

    def __init__(self, module: Module, node: ast.ClassDef) -> None:
        self.module = module
        self.node = node
        self.methods: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        for child in node.body:
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                self.methods[child.name] = child


class Module:
    """One parsed file."""

    def __init__(self, source: Source, tree: ast.Module, key: str) -> None:
        self.path = source.path
        self.key = key
        """The file's absolute name."""
        self.source = source
        self.tree = tree
        self.imports: dict[str, str] = {}
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.classes: dict[str, ClassInfo] = {}
        self.assigned: set[str] = set()
        """Names that the module's own statements give a value."""
        self.globals: dict[str, Any] | None = None
        """Abstract values of module-level names, made when first asked for."""
        self.pipeline_lines: list[int] | None = None
        self._yields: dict[int, bool] = {}
        self._yield_lines = lines_with(_YIELD, source.text) if "yield" in source.text else []
        self._collect()

    def _collect(self) -> None:
        for node in all_statements(self.tree):
            if isinstance(node, ast.Import):
                self._add_import(node)
            elif isinstance(node, ast.ImportFrom):
                self._add_from(node)
        for statement in top_statements(self.tree.body):
            if isinstance(statement, ast.Assign):
                self.assigned.update(target.id for target in statement.targets if isinstance(target, ast.Name))
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions[statement.name] = statement
            elif isinstance(statement, ast.ClassDef):
                self.classes[statement.name] = ClassInfo(self, statement)

    def _add_import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.asname:
                self.imports[alias.asname] = alias.name
            else:
                first = alias.name.split(".")[0]
                self.imports[first] = first

    def _add_from(self, node: ast.ImportFrom) -> None:
        base = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name != "*":
                joined = f"{base}{alias.name}" if base.endswith(".") else f"{base}.{alias.name}"
                self.imports[alias.asname or alias.name] = joined
            else:
                self.imports[f"*{base}"] = base

    def yields(self, function: ast.AST) -> bool:
        """Whether a function is a generator: a ``yield`` in its own scope."""
        known = self._yields.get(id(function))
        if known is None:
            known = self._yields[id(function)] = self._may_yield(function) and any(
                isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function)
            )
        return known

    def _may_yield(self, function: ast.AST) -> bool:
        """Whether the word stands on a line of the function: a look at the tree costs far more."""
        return has_line_in(self._yield_lines, function)

    def lines_with(self, pattern: re.Pattern[str]) -> list[int]:
        """The lines on which a pattern is found, in order."""
        return lines_with(pattern, self.source.text)


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


class Project:
    """The files of one run.

    Args:
        paths: Absolute names of all files of the run.
        load: Reads and parses one of them.
    """

    def __init__(self, paths: Iterable[str], load: Callable[[str], Source]) -> None:
        self.paths = frozenset(paths)
        self._load = load
        self._modules: OrderedDict[str, Module | None] = OrderedDict()
        self._found: dict[tuple[str, str], tuple[str, list[str]] | None] = {}
        self._stems = {os.path.basename(path).removesuffix(".py") for path in self.paths}  # noqa: PTH119
        self._stems |= {os.path.basename(os.path.dirname(path)) for path in self.paths}  # noqa: PTH119, PTH120

    def add(self, source: Source, key: str) -> Module | None:
        """Keep a parsed file, and forget the one unused for longest."""
        module = None if source.tree is None else Module(source, source.tree, key)
        self._modules[key] = module
        while len(self._modules) > _KEPT_MODULES:
            self._modules.popitem(last=False)
        return module

    def module(self, key: str) -> Module | None:
        """The file with this absolute name."""
        if key in self._modules:
            self._modules.move_to_end(key)
            return self._modules[key]
        return self.add(self._load(key), key)

    def find(self, module: Module, dotted: str, depth: int = 5) -> tuple[Module, ast.AST | None] | None:
        """What a dotted name means as seen from a module: a definition, or a module (``None`` for its node)."""
        if depth == 0 or len(self.paths) < 2 or not self._stems.intersection(dotted.split(".")):
            return None
        key = (os.path.dirname(module.key), dotted)  # noqa: PTH120
        if key not in self._found:
            self._found[key] = self._locate(module.key, dotted)
        located = self._found[key]
        return None if located is None else self._member(located[0], located[1], depth)

    def _locate(self, path: str, dotted: str) -> tuple[str, list[str]] | None:
        """The file that a dotted name leads into, and what is left of the name."""
        for base, parts in places(path, dotted):
            for used in range(len(parts), 0, -1):
                file = self._file(base, parts[:used])
                if file is not None:
                    return file, parts[used:]
        return None

    def _file(self, base: str, parts: list[str]) -> str | None:
        stem = os.sep.join([base, *parts])  # noqa: PTH118
        for name in (f"{stem}.py", f"{stem}{os.sep}__init__.py"):
            if name in self.paths:
                return name
        return None

    def _member(self, file: str, rest: list[str], depth: int) -> tuple[Module, ast.AST | None] | None:
        target = self.module(file)
        if target is None:
            return None
        if not rest:
            return target, None
        name = rest[0]
        if name in target.functions:
            return target, target.functions[name]
        if name in target.classes:
            return target, target.classes[name].node
        if name in target.assigned and len(rest) == 1:
            return target, ast.Name(name)
        if name in target.imports:
            return self.find(target, ".".join([target.imports[name], *rest[1:]]), depth - 1)
        return None


def places(path: str, dotted: str) -> Iterable[tuple[str, list[str]]]:
    """Folders where a dotted name may start, nearest first, each with the parts to follow from there."""
    folder = os.path.dirname(path)  # noqa: PTH120
    name = dotted.lstrip(".")
    level = len(dotted) - len(name)
    parts = [part for part in name.split(".") if part]
    if not parts:
        return
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)  # noqa: PTH120
        yield folder, parts
        return
    for _ in range(6):
        yield folder, parts
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            return
        folder = parent


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
