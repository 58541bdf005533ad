"""Suppression comments: which findings of which lines the author has answered for.

Pure functions on source text, used for static and for measured outcomes alike.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Mapping

import msgspec

_COMMENT = re.compile(
    r"#\s*genaudit:\s*(?P<verb>file-ignore|ignore-file|ignore)\b\s*(?:\[(?P<names>[^\]]*)\])?\s*(?:--\s*(?P<reason>.*))?"
)


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
    reason: str | None = None
    whole_file: bool = False


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
    waiting: list[tuple[int, re.Match[str]]] = []
    for first, last, comments, has_code in _logical_lines(text):
        matches = [(line, match) for line, comment in comments if (match := _COMMENT.search(comment))]
        if not has_code:
            waiting.extend(pair for pair in matches if not _add_for_file(suppressions, pair, codes_by_name))
            continue
        for line, match in waiting + matches:
            if not _add_for_file(suppressions, (line, match), codes_by_name):
                suppressions.append(_made(match, line, first, last, codes_by_name))
        waiting = []
    suppressions.extend(_made(match, line, line, line, codes_by_name) for line, match in waiting)
    return suppressions


def _add_for_file(suppressions: list[Suppression], pair: tuple[int, re.Match[str]], codes: Mapping[str, str]) -> bool:
    line, match = pair
    if match["verb"] == "ignore":
        return False
    suppressions.append(_made(match, line, 1, 1 << 30, codes))
    return True


def _made(match: re.Match[str], line: int, first: int, last: int, codes_by_name: Mapping[str, str]) -> Suppression:
    names = [name.strip() for name in (match["names"] or "").split(",") if name.strip()]
    known = set(codes_by_name.values())
    codes = [codes_by_name.get(name.lower(), name.upper()) for name in names]
    return Suppression(
        line=line,
        first=first,
        last=last,
        codes=tuple(code for code in codes if code in known),
        unknown=tuple(name for name, code in zip(names, codes, strict=True) if code not in known),
        reason=(match["reason"] or "").strip() or None,
        whole_file=match["verb"] != "ignore",
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


def _logical_lines(text: str) -> list[tuple[int, int, list[tuple[int, str]], bool]]:
    """First line, last line, comments with their lines, and whether there is code, for each logical line."""
    lines: list[tuple[int, int, list[tuple[int, str]], bool]] = []
    first: int | None = None
    comments: list[tuple[int, str]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                comments.append((token.start[0], token.string))
            elif token.type == tokenize.NEWLINE and first is not None:
                lines.append((first, token.end[0], comments, True))
                first, comments = None, []
            elif token.type == tokenize.NL and first is None and comments:
                lines.append((comments[0][0], comments[0][0], comments, False))
                comments = []
            elif token.type not in _LAYOUT and first is None:
                first = token.start[0]
    except (tokenize.TokenError, SyntaxError):
        return lines
    return lines


_LAYOUT = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING)
