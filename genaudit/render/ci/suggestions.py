"""A proven fix as the body of a review on GitHub: each piece of it as a suggestion that is taken with a click.

Source:
    GitHub REST API, "Create a review for a pull request"; a comment replaces the lines ``start_line`` to ``line``.
"""

import json
from typing import Any, NamedTuple

from genaudit.model.fix import Fix
from genaudit.model.report import Report
from genaudit.render.ci.hunks import NO_LINE_FEED, Hunk, hunks
from genaudit.render.text.fix import noun_of, proof_text

_FENCE = "```"


class Piece(NamedTuple):
    """Lines of a file that follow each other, and what comes in their place."""

    path: str
    first: int
    last: int
    """The last one that goes; both are counted from 1."""
    lines: list[str]


def render_suggestions(report: Report) -> bytes:
    """The review, as ``gh api repos/OWNER/NAME/pulls/NUMBER/reviews --input FILE`` takes it.

    Args:
        report: With a fix whose difference is not masked.
    """
    fix = report.fix or Fix()
    made = pieces(fix.diff or "")
    review = {
        "event": "COMMENT",
        "body": _body(report, fix, len(made)),
        "comments": [_comment(piece) for piece in made],
    }
    return (json.dumps(review, indent=2, ensure_ascii=True) + "\n").encode()


def pieces(diff: str) -> list[Piece]:
    r"""What a difference changes, without the lines around it; what is only added comes with the line before.

    Example:
        >>> pieces("--- a/x.py\n+++ b/x.py\n@@ -3,2 +3,3 @@\n kept\n-old\n+new\n+more\n")
        [Piece(path='x.py', first=4, last=4, lines=['new', 'more'])]
    """
    return [piece for hunk in hunks(diff) for piece in _of_hunk(hunk)]


def _of_hunk(hunk: Hunk) -> list[Piece]:
    found: list[Piece] = []
    number, before = hunk.first, None
    gone = 0
    come: list[str] = []
    for sign, text in [*hunk.lines, ("", "")]:
        if sign == NO_LINE_FEED:
            continue
        if sign not in {"-", "+"} and (gone or come):
            made = _piece(hunk.path, number, gone, come, before=before, after=text if sign else None)
            if found and made.first <= found[-1].last:
                # The line that both are beside is in the earlier one.
                earlier = found.pop()
                made = earlier._replace(lines=[*earlier.lines, *come])
            found.append(made)
            gone, come = 0, []
        if sign == "-":
            gone += 1
        elif sign == "+":
            come = [*come, text]
        else:
            before = text
        number += sign != "+"
    return found


def _piece(path: str, number: int, gone: int, come: list[str], *, before: str | None, after: str | None) -> Piece:
    """A piece that ends before a line of this number."""
    if gone:
        return Piece(path, number - gone, number - 1, come)
    if before is not None:
        return Piece(path, number - 1, number - 1, [before, *come])
    return Piece(path, number, number, [*come, after or ""])


def _body(report: Report, fix: Fix, n_pieces: int) -> str:
    what = "\n".join(f"- {change.summary}" for change in fix.changes)
    proof = f"Proven: {proof_text(fix.verified, noun_of(report))}." if fix.verified is not None else ""
    together = f"The {n_pieces} suggestions belong together." if n_pieces > 1 else ""
    return "\n\n".join(part for part in (f"`genaudit fix {report.target.spec}`", what, proof, together) if part)


def _comment(piece: Piece) -> dict[str, Any]:
    text = "\n".join(piece.lines)
    fence = _FENCE
    while fence in text:
        fence += "`"
    where: dict[str, Any] = {"path": piece.path, "side": "RIGHT", "line": piece.last}
    if piece.first != piece.last:
        where |= {"start_line": piece.first, "start_side": "RIGHT"}
    return {**where, "body": f"{fence}suggestion\n{text}{chr(10) if piece.lines else ''}{fence}"}
