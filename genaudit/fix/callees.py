"""What a line calls: where the memory is held in one function, the list may be made in another, or in another file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from genaudit.sourcetext import tree_of

_MOST_LINES = 60
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def called_from(text: str, line: int, path: Path, folder: Path) -> list[tuple[Path, int]]:
    """The lines of the functions that a line calls, as far as imports and names tell.

    Args:
        text: Of the file.
        line: In it.
        path: Of the file.
        folder: The working directory, which modules are imported from as well.
    """
    tree = tree_of(text)
    if tree is None:
        return []
    found: dict[tuple[Path, int], None] = {}
    for name in _names_called(tree, line):
        for where, function in _functions(tree, name, path, folder):
            for statement in ast.walk(function):
                if isinstance(statement, ast.stmt) and statement is not function:
                    found[where, statement.lineno] = None
    return list(found)[:_MOST_LINES]


def statement_lines(text: str) -> list[int]:
    """The lines that statements of functions, and of the module, begin on; definitions and imports left out."""
    tree = tree_of(text)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)
    found = (
        [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt) and not isinstance(node, kinds)]
        if tree
        else []
    )
    return sorted(set(found))


def _names_called(tree: ast.Module, line: int) -> Iterator[str]:
    """Dotted names of what the innermost statement of a line calls, and of the decorators of what it calls."""
    around = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _covers(node, line)]
    if not around:
        return
    innermost = max(around, key=lambda node: node.lineno)
    head = [node for node in ast.iter_child_nodes(innermost) if not isinstance(node, ast.stmt)]
    for part in head:
        for node in ast.walk(part):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""
            if not name.replace(".", "").isidentifier():
                continue
            yield name
            for function in _own(tree, name):
                for decorator in function.decorator_list:
                    yield ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _covers(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _own(tree: ast.Module, name: str) -> list[_Function]:
    """Functions and methods of the file that a name may be."""
    last = name.rpartition(".")[2]
    is_plain = "." not in name or name.startswith(("self.", "cls."))
    return [node for node in ast.walk(tree) if isinstance(node, _Function) and node.name == last and is_plain]


def _functions(tree: ast.Module, name: str, path: Path, folder: Path) -> Iterator[tuple[Path, _Function]]:
    for function in _own(tree, name):
        yield path, function
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            bound = alias.asname or alias.name
            if name != bound and not name.startswith(f"{bound}."):
                continue
            rest = name[len(bound) + 1 :]
            wanted = rest or alias.name
            for module in _modules(node, alias, is_module=bool(rest)):
                file = _file_of(module, getattr(node, "level", 0), path, folder)
                other = tree_of(file.read_text(encoding="utf-8", errors="replace")) if file is not None else None
                if file is None or other is None:
                    continue
                for statement in other.body:
                    if isinstance(statement, _Function) and statement.name == wanted:
                        yield file, statement


def _modules(node: ast.Import | ast.ImportFrom, alias: ast.alias, *, is_module: bool) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name]
    base = node.module or ""
    return [f"{base}.{alias.name}".strip(".")] if is_module else [base]


def _file_of(module: str, level: int, path: Path, folder: Path) -> Path | None:
    """The file of a module of the user's own, beside the file that imports it, or above it."""
    parts = [part for part in module.split(".") if part]
    roots = [path.parents[level - 1]] if level else [path.parent, folder, *path.parent.parents]
    for root in roots:
        file = root.joinpath(*parts).with_suffix(".py") if parts else root / "__init__.py"
        if file.is_file():
            return file.resolve()
        package = root.joinpath(*parts) / "__init__.py"
        if package.is_file():
            return package.resolve()
    return None
