"""What a target leads to: the definitions that it names, and the files that they are in."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from genaudit.lint.files.module import Module
from genaudit.lint.files.project import places
from genaudit.sourcetext import tree_of

MOST_FILES = 12
"""Files that are followed from one, itself included."""


def names_reached(modules: Iterable[Module], start: Iterable[str]) -> set[str]:
    """Top-level functions and classes that some names lead to: themselves, and what their bodies name.

    A name counts in every file: that two files give it to different things only makes the answer wider.

    Args:
        modules: The files to look in.
        start: Names to begin with.
    """
    modules = list(modules)
    own = {part for module in modules for part in Path(module.key).with_suffix("").parts[-2:]}
    bodies: dict[str, list[tuple[ast.AST, set[str]]]] = {}
    for module in modules:
        # In ``np.load`` nothing of the user's is named, whatever else has the name ``load``.
        packages = {alias for alias, dotted in module.imports.items() if not own.isdisjoint(dotted.split("."))}
        for name, function in module.functions.items():
            bodies.setdefault(name, []).append((function, packages))
        for name, info in module.classes.items():
            bodies.setdefault(name, []).append((info.node, packages))
        for name in module.assigned:
            bodies.setdefault(name, [])
    reached: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in reached and name in bodies:
            reached.add(name)
            todo.extend(word for node, packages in bodies[name] for word in _words(node, packages))
    return reached


def _words(node: ast.AST, packages: set[str] | None = None) -> set[str]:
    """Names within a node, and attributes.

    Args:
        packages: Of these modules' attributes alone, where it is given.
    """
    names = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            names.add(inner.id)
        elif isinstance(inner, ast.Attribute) and (packages is None or _root(inner) in packages):
            names.add(inner.attr)
    return names


def _root(node: ast.expr) -> str | None:
    """The name that a chain of attributes begins with; ``None`` where it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def expression_of(target: str) -> str:
    """The part of a target behind its file or module; the whole of one that has no such part.

    Example:
        >>> expression_of("a/data.py:Loader(8).flow"), expression_of("data")
        ('Loader(8).flow', 'data')
    """
    head, _, expression = target.partition(".py:" if ".py:" in target else ":")
    return expression.lstrip(":") or head


def words_of(expression: str) -> set[str]:
    """The names in a target such as ``Loader(8).flow(batch_size=4)``; of what cannot be read, its dotted parts."""
    try:
        return _words(ast.parse(expression.strip(), mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {part.strip() for part in expression.partition("(")[0].split(".")}


def files_imported(path: str, read: Callable[[str], str | None]) -> dict[str, str]:
    """Texts of the files that a file imports, and those of these, by absolute name; the nearest first.

    Args:
        path: Absolute name of the file to begin with.
        read: The text of a file, or ``None`` where there is none to be read.
    """
    texts: dict[str, str] = {}
    todo = [path]
    while todo and len(texts) < MOST_FILES:
        name = todo.pop(0)
        text = None if name in texts else read(name)
        if text is not None:
            texts[name] = text
            todo.extend(_imports(name, text))
    texts.pop(path, None)
    return texts


def _imports(path: str, text: str) -> list[str]:
    """Files that may be what a text imports; the caller has to see which exist."""
    tree = tree_of(text)
    if tree is None:
        return []
    named: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            named += [f"{base}{'' if base.endswith('.') else '.'}{alias.name}" for alias in node.names]
    return [file for dotted in dict.fromkeys(named) for file in _files(path, dotted)]


def _files(path: str, dotted: str) -> list[str]:
    for base, parts in places(path, dotted):
        for used in range(len(parts), 0, -1):
            stem = os.sep.join([base, *parts[:used]])  # noqa: PTH118
            existing = [name for name in (f"{stem}.py", f"{stem}{os.sep}__init__.py") if os.path.isfile(name)]  # noqa: PTH113
            if existing:
                return existing
    return []
