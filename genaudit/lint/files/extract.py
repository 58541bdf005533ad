"""The part of source texts that a report can show or reason from; the rest is blank, so that lines keep their numbers.

Kept are imports, the functions, classes and statements that a line to show lies in, and whatever defines a name that
is mentioned in what is kept, in any of the files. A statement that hands the target to worker processes says something
of the target, too, and so does a function that calls it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from genaudit.sourcetext import tree_of

AROUND = 8
"""Lines above and below one to show that is in no function; an excerpt has as many."""
_COMMENT = re.compile(r"\s*#\s*genaudit:\s*(?P<file>file-ignore|ignore-file)?")
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Block:
    """Statements of a module that share no line with others.

    Args:
        first: The line that the first begins in, with its decorators.
    """

    def __init__(self, first: int) -> None:
        self.first = first
        self.last = first
        self.statements: list[ast.stmt] = []
        self.kept = False

    def add(self, statement: ast.stmt) -> None:
        """Take one more statement in."""
        self.statements.append(statement)
        self.last = max(self.last, statement.end_lineno or statement.lineno)

    @property
    def is_definition(self) -> bool:
        """Whether it is a function or a class."""
        return any(isinstance(statement, _Definition) for statement in self.statements)

    @property
    def starts_workers(self) -> bool:
        """Whether a number of worker processes is given in it."""
        keywords = (
            node for statement in self.statements for node in ast.walk(statement) if isinstance(node, ast.keyword)
        )
        return any(keyword.arg == "num_workers" for keyword in keywords)

    def mentioned(self) -> set[str]:
        """All names in it."""
        return {name for statement in self.statements for name in _mentioned(statement)}

    def holds(self, line: int) -> bool:
        """Whether a line is one of its own."""
        return self.first <= line <= self.last


def extract(texts: Mapping[str, str], lines: Mapping[str, Collection[int]], names: Iterable[str]) -> dict[str, str]:
    """The texts, each with as many lines as before.

    Args:
        texts: Sources by path.
        lines: Numbers of the lines to show, by path.
        names: Names to begin with, besides those that stand near these lines.
    """
    blocks = {path: _blocks(text) for path, text in texts.items()}
    every = [block for of_file in blocks.values() for block in of_file or []]
    start = set(names)
    for path, of_file in blocks.items():
        _keep_shown(of_file or [], lines.get(path, ()))
    for block in every:
        # How a function is called says what it reads: a whole data set, or one item.
        block.kept |= (block.starts_workers or block.is_definition) and not start.isdisjoint(block.mentioned())
    _keep_named(every, start)
    return {
        path: _near(text, lines.get(path, ())) if of_file is None else _without(text, of_file)
        for (path, text), of_file in zip(texts.items(), blocks.values(), strict=True)
    }


def _blocks(text: str) -> list[Block] | None:
    """The blocks of a text from above to below; ``None`` where it cannot be read."""
    tree = tree_of(text)
    if tree is None:
        return None
    blocks: list[Block] = []
    for statement in tree.body:
        first = min([statement.lineno, *(decorator.lineno for decorator in getattr(statement, "decorator_list", []))])
        if not blocks or first > blocks[-1].last:
            blocks.append(Block(first))
        blocks[-1].add(statement)
    return blocks


def _keep_shown(blocks: list[Block], lines: Collection[int]) -> None:
    for block in blocks:
        block.kept = any(isinstance(statement, ast.Import | ast.ImportFrom) for statement in block.statements)
    inside = [line for line in lines if any(block.is_definition and block.holds(line) for block in blocks)]
    for block in blocks:
        if any(block.holds(line) for line in lines):
            block.kept = True
        elif not block.is_definition:
            near = set(lines).difference(inside)
            block.kept |= any(block.first - AROUND <= line <= block.last + AROUND for line in near)


def _keep_named(blocks: list[Block], names: set[str]) -> None:
    """Keep what defines a name, and what defines the names in that, and so on."""
    defining: dict[str, list[Block]] = {}
    called: dict[str, set[str]] = {}
    for block in blocks:
        for statement in block.statements:
            for name in _defined(statement):
                defining.setdefault(name, []).append(block)
            for name, other in _renamed(statement):
                called.setdefault(name, set()).add(other)
    todo = [block for block in blocks if block.kept]
    seen: set[str] = set()
    new = set(names)
    while todo or new:
        new |= {name for block in todo for name in block.mentioned()}
        new |= {other for name in new for other in called.get(name, ())}
        todo = [block for name in new - seen for block in defining.get(name, []) if not block.kept]
        seen |= new
        new = set()
        for block in todo:
            block.kept = True


def _defined(statement: ast.AST) -> Iterator[str]:
    """Names that a statement of a module gives a value or changes; inside of a function, only those of the module."""
    if isinstance(statement, _Definition):
        yield statement.name
        yield from (name for node in ast.walk(statement) if isinstance(node, ast.Global) for name in node.names)
        return
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield from _root(statement.value.func)
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield from _root(node)
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        if not isinstance(node, ast.Lambda):
            yield from _defined(node)


def _renamed(statement: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that are given to what is imported, and its own."""
    for node in ast.walk(statement):
        if isinstance(node, ast.alias) and node.asname:
            yield node.asname, node.name.rpartition(".")[2]


def _root(node: ast.AST) -> Iterator[str]:
    """The first name of ``table["a"].append``, and of ``table.get("a").append``."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id


def _mentioned(statement: ast.AST) -> Iterator[str]:
    if isinstance(statement, _Definition):
        yield statement.name
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            # An annotation in quotes, or the name that getattr() is given.
            yield node.value


def _without(text: str, blocks: list[Block]) -> str:
    lines = text.split("\n")
    shown = [""] * len(lines)
    after = 1
    for block in [*blocks, Block(len(lines) + 1)]:
        for at in range(after - 1, block.first - 1):
            comment = _COMMENT.match(lines[at])
            # It is about the statement below it, or about the file.
            if comment and (block.kept or comment["file"]):
                shown[at] = lines[at]
        if block.kept:
            shown[block.first - 1 : block.last] = lines[block.first - 1 : block.last]
        after = max(after, block.last + 1)
    return "\n".join(shown)


def _near(text: str, lines: Collection[int]) -> str:
    """What is around the lines to show, of a text that nobody can take apart."""
    kept = {near for line in lines for near in range(line - AROUND, line + AROUND + 1)}
    return "\n".join(line if at in kept else "" for at, line in enumerate(text.split("\n"), 1))
