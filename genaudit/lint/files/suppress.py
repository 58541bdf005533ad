"""Suppression comments: which findings of which lines the author has answered for.

Pure functions on source text, used for static and for measured outcomes alike.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Mapping

import msgspec

from genaudit.lint.rule_names import meant

_COMMENT = re.compile(
    r"#\s*genaudit:\s*(?P<verb>file-ignore|ignore-file|ignore)\b\s*(?:\[(?P<names>[^\]]*)\])?\s*(?:--\s*(?P<reason>.*))?"
)


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment of a source text."""

    line: int
    column: int
    """Where it begins, in characters from 0."""
    offset: int
    """The same in bytes, as syntax trees count."""
    text: str


class LogicalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A statement, or the head of one with a block, over as many lines as it takes; or a comment on its own line."""

    first: int
    last: int
    comments: list[Comment]
    has_code: bool


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """One comment ``# genaudit: ignore[...]``."""

    line: int
    """Where the comment is."""
    first: int
    """First line that it covers."""
    last: int
    """Last line that it covers."""
    codes: tuple[str, ...]
    """Codes as they apply; empty where the comment names none that exists."""
    unknown: tuple[str, ...] = ()
    """What it names that is no rule."""
    meant: tuple[str, ...] = ()
    """The rules that are nearest to these, in their order; those that none is near are left out."""
    reason: str | None = None
    whole_file: bool = False
    offset: int = 0
    """Where in its line the comment begins, in bytes from 0, as syntax trees count."""


def find(text: str, codes_by_name: Mapping[str, str]) -> list[Suppression]:
    r"""The suppressions of a source text.

    A comment behind code covers that statement's lines; a comment on a line of its own covers the next statement;
    ``file-ignore`` covers the file. A comment without brackets names no rule and covers nothing.

    Args:
        text: Python source; where it cannot be split into tokens, what was read so far counts.
        codes_by_name: Code by rule name. Codes themselves are accepted too.

    Example:
        >>> comments = find("x = load()  # genaudit: ignore[eager-load] -- small\n", {'eager-load': 'GA101'})
        >>> comments[0].codes, comments[0].reason
        (('GA101',), 'small')
    """
    if "genaudit:" not in text:
        return []
    suppressions: list[Suppression] = []
    waiting: list[tuple[Comment, re.Match[str]]] = []
    for logical in logical_lines(text):
        matches = [(comment, match) for comment in logical.comments if (match := match_in(comment))]
        if not logical.has_code:
            waiting.extend(pair for pair in matches if not _add_for_file(suppressions, pair, codes_by_name))
            continue
        for comment, match in waiting + matches:
            if not _add_for_file(suppressions, (comment, match), codes_by_name):
                suppressions.append(_made(match, comment, logical.first, logical.last, codes_by_name))
        waiting = []
    suppressions.extend(_made(match, comment, comment.line, comment.line, codes_by_name) for comment, match in waiting)
    return suppressions


def match_in(comment: Comment) -> re.Match[str] | None:
    """A suppression in a comment: its groups are ``verb``, ``names`` and ``reason``."""
    return _COMMENT.search(comment.text)


def _add_for_file(
    suppressions: list[Suppression], pair: tuple[Comment, re.Match[str]], codes: Mapping[str, str]
) -> bool:
    comment, match = pair
    if match["verb"] == "ignore":
        return False
    suppressions.append(_made(match, comment, 1, 1 << 30, codes))
    return True


def _made(
    match: re.Match[str], comment: Comment, first: int, last: int, codes_by_name: Mapping[str, str]
) -> Suppression:
    names = [name.strip() for name in (match["names"] or "").split(",") if name.strip()]
    known = set(codes_by_name.values())
    codes = [codes_by_name.get(name.lower(), name.upper()) for name in names]
    unknown = tuple(name for name, code in zip(names, codes, strict=True) if code not in known)
    return Suppression(
        line=comment.line,
        first=first,
        last=last,
        codes=tuple(code for code in codes if code in known),
        unknown=unknown,
        meant=tuple(near for name in unknown if (near := meant(name, codes_by_name)) is not None),
        reason=(match["reason"] or "").strip() or None,
        whole_file=match["verb"] != "ignore",
        offset=comment.offset + len(comment.text[: match.start()].encode()),
    )


def covers(suppression: Suppression, code: str, first: int, last: int | None) -> bool:
    """Whether a suppression answers for a finding of a code on some lines."""
    end = first if last is None else last
    return code in suppression.codes and suppression.first <= end and first <= suppression.last


def split(
    text: str, findings: Collection[tuple[str, int, int | None]], codes_by_name: Mapping[str, str]
) -> tuple[list[bool], list[Suppression]]:
    """Which findings are suppressed, and which suppressions answer for none.

    Args:
        text: Source of the file that the findings are in.
        findings: Code, first line, last line of each.
        codes_by_name: Code by rule name.
    """
    suppressions = find(text, codes_by_name)
    used: set[int] = set()
    suppressed = []
    for code, first, last in findings:
        by = [n for n, suppression in enumerate(suppressions) if covers(suppression, code, first, last)]
        used.update(by)
        suppressed.append(bool(by))
    return suppressed, [suppression for n, suppression in enumerate(suppressions) if n not in used]


def logical_lines(text: str) -> list[LogicalLine]:
    """The logical lines of a text with code or comments; where it cannot be split into tokens, those read so far."""
    lines: list[LogicalLine] = []
    physical = text.split("\n")
    first: int | None = None
    comments: list[Comment] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            line, column = token.start
            if token.type == tokenize.COMMENT:
                offset = len(physical[line - 1][:column].encode("utf-8", "replace"))
                comments.append(Comment(line=line, column=column, offset=offset, text=token.string))
            elif token.type == tokenize.NEWLINE and first is not None:
                lines.append(LogicalLine(first=first, last=token.end[0], comments=comments, has_code=True))
                first, comments = None, []
            elif token.type == tokenize.NL and first is None and comments:
                line = comments[0].line
                lines.append(LogicalLine(first=line, last=line, comments=comments, has_code=False))
                comments = []
            elif token.type not in _LAYOUT and first is None:
                first = line
    except (tokenize.TokenError, SyntaxError):
        return lines
    return lines


_LAYOUT = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING)
