"""A unified difference as replaced regions, as SARIF has the fixes of a finding."""

import re
from typing import Any, NamedTuple

from genaudit.model.fix import Fix

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


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
    made: list[Replacement] = []
    path, lines = "", diff.split("\n")
    for at, line in enumerate(lines):
        if line.startswith("+++ b/") and lines[at - 1].startswith("--- a/"):
            path = line.removeprefix("+++ b/")
        hunk = _HUNK.match(line)
        if hunk is not None:
            made.append(_replacement(path, int(hunk[1]), int(hunk[2] or 1), lines[at + 1 :]))
    return made


def _replacement(path: str, first: int, count: int, lines: list[str]) -> Replacement:
    text, gone = "", 0
    is_last = False
    for line in lines:
        if line.startswith("\\"):
            # What comes before it has no line feed.
            text = text.removesuffix("\n") if is_last else text
            continue
        if line[:1] not in {" ", "+", "-"} or (gone == count and line[:1] != "+"):
            break
        gone += line[:1] in {" ", "-"}
        is_last = line[:1] in {" ", "+"}
        text += f"{line[1:]}\n" if is_last else ""
    return Replacement(path, first, first + count, text)


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
