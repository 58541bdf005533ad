"""Patterns of ``.gitignore`` files and of ``--exclude``, as far as file names need them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec


class Pattern(msgspec.Struct, frozen=True):
    """One line of a ``.gitignore``."""

    regex: re.Pattern[str]
    """Matches a path relative to the folder of the file, with ``/``."""
    negated: bool
    folders_only: bool


def parse(lines: Iterable[str]) -> list[Pattern]:
    """The patterns of a file's lines, in order; the last that matches decides.

    Source:
        gitignore(5).

    Example:
        >>> ignored(parse(["*.log", "!keep.log", "build/"]), "a/x.log", is_folder=False)
        True
    """
    patterns = []
    for line in lines:
        text = line.rstrip("\n").rstrip()
        if not text or text.startswith("#"):
            continue
        negated = text.startswith("!")
        text = text[1:] if negated else text
        folders_only = text.endswith("/")
        text = text.rstrip("/")
        if text:
            patterns.append(Pattern(_regex(text), negated, folders_only))
    return patterns


def ignored(patterns: Iterable[Pattern], path: str, *, is_folder: bool) -> bool | None:
    """Whether a path is ignored; ``None`` where no pattern speaks of it."""
    answer = None
    for pattern in patterns:
        if pattern.folders_only and not is_folder:
            continue
        if pattern.regex.fullmatch(path):
            answer = not pattern.negated
    return answer


def _regex(text: str) -> re.Pattern[str]:
    anchored = "/" in text
    body = _translate(text.lstrip("/"))
    try:
        return re.compile(body if anchored else f"(?:.*/)?{body}", re.DOTALL)
    except re.error:
        return re.compile(re.escape(text))


def _translate(text: str) -> str:
    parts = []
    at = 0
    while at < len(text):
        piece, at = _piece(text, at)
        parts.append(piece)
    return "".join(parts)


def _piece(text: str, at: int) -> tuple[str, int]:
    if text.startswith("**/", at):
        return "(?:.*/)?", at + 3
    if text.startswith("**", at):
        return ".*", at + 2
    letter = text[at]
    if letter == "*":
        return "[^/]*", at + 1
    if letter == "?":
        return "[^/]", at + 1
    if letter == "[":
        end = text.find("]", at + 2)
        if end > 0:
            inner = text[at + 1 : end].replace("\\", "\\\\")
            return f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]", end + 1
    if letter == "\\" and at + 1 < len(text):
        return re.escape(text[at + 1]), at + 2
    return re.escape(letter), at + 1
