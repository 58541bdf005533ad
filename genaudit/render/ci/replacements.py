"""A unified difference as replaced regions, as SARIF has the fixes of a finding."""

from typing import Any, NamedTuple

from genaudit.model.fix import Fix
from genaudit.render.ci.hunks import NO_LINE_FEED, Hunk, hunks


class Replacement(NamedTuple):
    """Lines of a file, and what comes in their place."""

    path: str
    first: int
    """From 1."""
    last: int
    """The line after the last one that goes."""
    text: str


def replacements(diff: str) -> list[Replacement]:
    r"""What a difference replaces, hunk by hunk.

    Example:
        >>> replacements("--- a/x.py\n+++ b/x.py\n@@ -3,2 +3,2 @@\n kept\n-old\n+new\n")
        [Replacement(path='x.py', first=3, last=5, text='kept\nnew\n')]
    """
    return [_replacement(hunk) for hunk in hunks(diff)]


def _replacement(hunk: Hunk) -> Replacement:
    text = ""
    is_last = False
    for sign, line in hunk.lines:
        if sign == NO_LINE_FEED:
            # What comes before it has no line feed.
            text = text.removesuffix("\n") if is_last else text
            continue
        is_last = sign != "-"
        text += f"{line}\n" if is_last else ""
    return Replacement(hunk.path, hunk.first, hunk.first + hunk.n_lines, text)


def fixes_of(fix: Fix | None, code: str, path: str) -> list[dict[str, Any]]:
    """The ``fixes`` of a result: the proven difference, at the finding that it was made for.

    Args:
        fix: Of the report.
        code: Of the finding.
        path: Its file, as the result has it.
    """
    if fix is None or fix.diff is None or fix.is_masked or not fix.changes or fix.changes[0].code != code:
        return []
    if len(fix.paths) != 1 or not path.endswith(fix.paths[0]):
        return []
    regions = [
        {
            "deletedRegion": {"startLine": one.first, "startColumn": 1, "endLine": one.last, "endColumn": 1},
            "insertedContent": {"text": one.text},
        }
        for one in replacements(fix.diff)
    ]
    return [
        {
            "description": {"text": "; ".join(change.summary for change in fix.changes)},
            "artifactChanges": [{"artifactLocation": {"uri": path}, "replacements": regions}],
        }
    ]
