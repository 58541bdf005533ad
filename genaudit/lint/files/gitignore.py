"""Patterns of ``.gitignore`` files and of ``--exclude``, as far as file names need them.

Here a path is matched folder by folder, and where a name has several stars only the last is ever tried again.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

import msgspec

# Why not pathspec (measured with 1.1.1): of its own backend ``*a*a*a*a*b`` takes 24 s for one name of 201 letters, here
# 0.1 ms; a .gitignore is a stranger's. Its linear backend needs google-re2, a compiled package, and is 0.1 s faster for
# 20,000 names. Of a line that is no pattern (``!``, ``[z-a]``) it makes an exception in place of no match.
LONGEST = 1000
"""Characters of a pattern; what is longer names no file."""
ANY = None
"""In a pattern: any folders, or none, between what stands before and behind."""


class Pattern(msgspec.Struct, frozen=True):
    """One line of a ``.gitignore``."""

    names: tuple[str | None, ...]
    """What the folders of a path are called, from the folder of the file on, and the name at its end."""
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
        if not text or text.startswith("#") or len(text) > LONGEST:
            continue
        negated = text.startswith("!")
        text = text[1:] if negated else text
        folders_only = text.endswith("/")
        text = text.rstrip("/")
        if text:
            patterns.append(Pattern(_names(text), negated, folders_only))
    return patterns


def ignored(patterns: Iterable[Pattern], path: str, *, is_folder: bool) -> bool | None:
    """Whether a path is ignored; ``None`` where no pattern speaks of it."""
    answer = None
    parts = path.split("/")
    for pattern in patterns:
        if pattern.folders_only and not is_folder:
            continue
        if _matches(pattern.names, parts):
            answer = not pattern.negated
    return answer


def leaves_out(patterns: Iterable[Pattern], path: str) -> bool:
    """Whether a file is ignored, or one of the folders that it lies in.

    Example:
        >>> leaves_out(parse(["build/"]), "a/build/x.py")
        True
    """
    parts = path.split("/")
    return any(
        ignored(patterns, "/".join(parts[: number + 1]), is_folder=number + 1 < len(parts))
        for number in range(len(parts))
    )


def _names(text: str) -> tuple[str | None, ...]:
    anchored = "/" in text
    names = [ANY if name == "**" else name for name in text.lstrip("/").split("/")]
    return tuple(names) if anchored else (ANY, *names)


def _matches(names: Sequence[str | None], parts: Sequence[str]) -> bool:
    """Whether the parts of a path are those that a pattern names; each part is compared with each name once at most."""
    if len(names) == 2 and names[0] is ANY and names[1] is not ANY:
        return _is_named(parts[-1], names[1])
    at = done = 0
    any_at, any_done = -1, 0
    while done < len(parts):
        name = names[at] if at < len(names) else ""
        if at < len(names) and name is ANY:
            any_at, any_done = at, done
            at += 1
            if at == len(names):
                return True
        elif at < len(names) and _is_named(parts[done], str(name)):
            at, done = at + 1, done + 1
        elif any_at >= 0:
            any_done += 1
            at, done = any_at + 1, any_done
        else:
            return False
    return at == len(names)


def _is_named(part: str, name: str | None) -> bool:
    return part == name or bool(name and _name(name).fullmatch(part))


@functools.lru_cache(maxsize=4096)
def _name(text: str) -> re.Pattern[str]:
    """A regular expression in which no star but the last is tried again, once what stands behind it was found."""
    pieces = [""]
    at = 0
    while at < len(text):
        piece, at = _piece(text, at)
        if piece is None:
            pieces.append("")
        else:
            pieces[-1] += piece
    first, *rest = pieces
    # An atomic group, which Python has from 3.11 on, by a look ahead that is then taken as it is.
    held = [f"(?=(?P<s{number}>.*?{piece}))(?P=s{number})" for number, piece in enumerate(rest[:-1]) if piece]
    body = first + "".join(held) + (f".*{rest[-1]}" if rest else "")
    try:
        return re.compile(body, re.DOTALL)
    except re.error:
        return re.compile(re.escape(text))


def _piece(text: str, at: int) -> tuple[str | None, int]:
    """A part of a name as a regular expression, ``None`` for a star, and where the next part begins."""
    letter = text[at]
    if letter == "*":
        return None, at + 1
    if letter == "?":
        return ".", at + 1
    if letter == "[":
        end = text.find("]", at + 2)
        if end > 0:
            inner = re.sub(r"([\\\[&~|])", r"\\\1", text[at + 1 : end])
            return f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]", end + 1
    if letter == "\\" and at + 1 < len(text):
        return re.escape(text[at + 1]), at + 2
    return re.escape(letter), at + 1
