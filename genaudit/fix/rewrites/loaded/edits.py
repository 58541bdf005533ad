"""Changes of a text at the places of its syntax tree: all that is not named stays as it is."""

from __future__ import annotations

import ast
from collections.abc import Sequence

Part = str | ast.AST
"""A text, or a node of the tree that stays, with the changes inside it."""


class Edits:
    """Replacements in one text.

    Args:
        text: That the tree was made from.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._made: list[tuple[int, int, Sequence[Part]]] = []

    def start(self, node: ast.AST) -> int:
        """Where a node begins, in characters."""
        return self._offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """Where it ends."""
        return self._offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def _offset(self, line: int, column: int) -> int:
        # Columns of the tree count bytes.
        text = self._lines[line - 1]
        return self._starts[line - 1] + (column if text.isascii() else len(text.encode()[:column].decode()))

    def source(self, node: ast.AST) -> str:
        """The text of a node, as it was."""
        return self._text[self.start(node) : self.end(node)]

    def indent(self, node: ast.AST) -> str:
        """What stands before a statement on its line."""
        line = self._lines[node.lineno - 1]  # type: ignore[attr-defined]
        return line[: len(line) - len(line.lstrip())]

    def lines(self, first: int, last: int) -> list[str]:
        """Lines as they were; 1 is the first."""
        return self._lines[first - 1 : last]

    def is_alone(self, statement: ast.stmt) -> bool:
        """Whether no other statement is on its lines."""
        before = self._text[self._starts[statement.lineno - 1] : self.start(statement)]
        after = self._text[self.end(statement) :].split("\n", 1)[0].strip()
        return not before.strip() and (not after or after.startswith("#"))

    def replace(self, node: ast.AST, *parts: Part) -> None:
        """Put something in a node's place."""
        self._made.append((self.start(node), self.end(node), parts))

    def replace_lines(self, first: ast.stmt, last: ast.stmt, text: str) -> None:
        """Put whole lines in the place of statements, comments behind them included.

        Args:
            first: The first statement.
            last: The last one, or the same.
            text: Lines, each with its end; none to take the statements out.
        """
        begin, end = self._starts[first.lineno - 1], self._starts[last.end_lineno or last.lineno]
        self._made.append((begin, min(end, len(self._text)), [text]))

    def insert_after(self, statement: ast.stmt, text: str) -> None:
        """Put whole lines behind a statement."""
        at = min(self._starts[statement.end_lineno or statement.lineno], len(self._text))
        if at == len(self._text) and not self._text.endswith("\n"):
            text = f"\n{text.removesuffix(chr(10))}"
        self._made.append((at, at, [text]))

    def insert_before(self, statement: ast.stmt, *parts: Part) -> None:
        """Put a line before a statement, under the same indentation."""
        at = self._starts[statement.lineno - 1]
        self._made.append((at, at, [self.indent(statement), *parts, "\n"]))

    def apply(self) -> str:
        """The new text."""
        return self._emit(0, len(self._text))

    def _emit(self, begin: int, end: int, within: tuple[int, int] | None = None) -> str:
        inside = sorted(
            (edit for edit in self._made if begin <= edit[0] and edit[1] <= end and edit[:2] != within),
            key=lambda edit: (edit[0], -edit[1]),
        )
        made, at = [], begin
        for first, last, parts in inside:
            if first < at:
                # It lies in one that was made already.
                continue
            made.append(self._text[at:first])
            of_parts = (first, last)
            made += [
                part if isinstance(part, str) else self._emit(self.start(part), self.end(part), of_parts)
                for part in parts
            ]
            at = last
        made.append(self._text[at:end])
        return "".join(made)
