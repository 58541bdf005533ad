"""Comments that answer for findings, written into a source text: ``# genaudit: ignore[GA101]``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import msgspec

from genaudit.lint.files.suppress import Comment, LogicalLine, logical_lines, match_in
from genaudit.sourcetext import tree_of


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A text with its comments."""

    text: str
    added: frozenset[tuple[str, int]]
    """Codes and lines of the findings that a comment answers for now."""


def answered(text: str, findings: Iterable[tuple[str, int]]) -> Answered:
    r"""The text with a comment at the statement of each finding.

    A comment stands behind the last line of its statement, where no string and no parenthesis is open and no backslash
    goes on; what was there stays. A text that would become another program is left as it is.

    Args:
        text: Python source, its lines ended by a line feed.
        findings: Code and line of each.

    Example:
        >>> answered("x = [\n    load(p)\n    for p in ps\n]\n", [('GA101', 2)]).text.splitlines()[-1]
        ']  # genaudit: ignore[GA101]'
    """
    before = tree_of(text)
    lines = text.split("\n")
    codes_by_statement: dict[int, list[str]] = {}
    statements = [logical for logical in logical_lines(text) if logical.has_code]
    added = set()
    for code, line in sorted(findings):
        at = next((n for n, logical in enumerate(statements) if logical.first <= line <= logical.last), None)
        if at is not None:
            codes_by_statement.setdefault(at, []).append(code)
            added.add((code, line))
    # From the end: what is put above a statement moves only what was done.
    for at in sorted(codes_by_statement, reverse=True):
        _put(lines, statements[at], list(dict.fromkeys(codes_by_statement[at])))
    new = "\n".join(lines)
    after = tree_of(new)
    if before is None or after is None or ast.dump(before) != ast.dump(after):
        return Answered(text=text, added=frozenset())
    return Answered(text=new, added=frozenset(added))


def _put(lines: list[str], statement: LogicalLine, codes: list[str]) -> None:
    """Write the comment: into one that is there, behind the statement, or above it."""
    for comment in statement.comments:
        match = match_in(comment)
        if match is not None and match["verb"] == "ignore":
            _extend(lines, comment, match, codes)
            return
    last = statement.last - 1
    behind = [comment for comment in statement.comments if comment.line == statement.last]
    if behind and match_in(behind[0]) is not None:
        # One comment is read for one suppression, and this one is about the file.
        first = lines[statement.first - 1]
        indent = first[: len(first) - len(first.lstrip())]
        lines.insert(statement.first - 1, f"{indent}# genaudit: ignore[{', '.join(codes)}]")
        return
    lines[last] = f"{lines[last].rstrip()}  # genaudit: ignore[{', '.join(codes)}]"


def _extend(lines: list[str], comment: Comment, match: re.Match[str], codes: list[str]) -> None:
    """Name more rules in a comment that is there; its reason stays."""
    names = [name.strip() for name in (match["names"] or "").split(",") if name.strip()]
    names += [code for code in codes if code not in names]
    line = lines[comment.line - 1]
    if match["names"] is None:
        at = comment.column + match.end("verb")
        lines[comment.line - 1] = f"{line[:at]}[{', '.join(names)}]{line[at:]}"
        return
    first, last = comment.column + match.start("names"), comment.column + match.end("names")
    lines[comment.line - 1] = f"{line[:first]}{', '.join(names)}{line[last:]}"
