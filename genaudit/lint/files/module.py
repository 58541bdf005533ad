"""One parsed file: what it defines and imports."""

from __future__ import annotations

import ast
import re
from typing import Any

from genaudit.lint.files.source import Source
from genaudit.lint.files.syntax import all_statements, has_line_in, lines_with, own_nodes, top_statements

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
        self.read_lines: list[int] | None = None
        """Lines on which something may be read, made when first asked for."""
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
            known = self._yields[id(function)] = self.may_yield(function) and any(
                isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function)
            )
        return known

    def may_yield(self, function: ast.AST) -> bool:
        """Whether the word stands on a line of the function: a look at the tree costs far more."""
        return has_line_in(self._yield_lines, function)

    def lines_with(self, pattern: re.Pattern[str]) -> list[int]:
        """The lines on which a pattern is found, in order."""
        return lines_with(pattern, self.source.text)
