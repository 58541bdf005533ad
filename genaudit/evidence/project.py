"""The functions and classes of a source text."""

import ast
import functools
from collections.abc import Iterator
from typing import NamedTuple

from genaudit.sourcetext import tree_of


class Definition(NamedTuple):
    """A function or a class."""

    first: int
    """Line of its first decorator, or of ``def`` or ``class``."""
    line: int
    """Line of ``def`` or ``class``."""
    last: int
    name: str
    """With the names around it: ``Loader.__iter__``."""


@functools.lru_cache(maxsize=64)
def definitions(source: str) -> list[Definition]:
    """Every function and class, outermost first; none where the text cannot be read as Python."""
    tree = tree_of(source)
    return [] if tree is None else list(_below(tree, ""))


def _below(node: ast.AST, prefix: str) -> Iterator[Definition]:
    for child in ast.iter_child_nodes(node):
        name = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}.{child.name}".lstrip(".")
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            yield Definition(first, child.lineno, child.end_lineno or child.lineno, name)
        yield from _below(child, name)
