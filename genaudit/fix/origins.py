"""Which finding of a changed file is which one of the original: lines move, and one pattern may be found twice."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

from genaudit.model.outcome import EvidenceKind, Level, Location, Outcome
from genaudit.model.report import Report

Mark = tuple[str, str, int]
"""Code, file and line of a finding, as the original has it; a line that the original has not is negative."""


class Origins:
    """From the lines of changed files to those they were made of.

    Args:
        before: Contents of the files that are changed.
        after: Their new contents.
        folder: That paths of a report are relative to.
    """

    def __init__(self, before: Mapping[Path, bytes], after: Mapping[Path, bytes], folder: Path) -> None:
        self._folder = folder
        self._lines = {path: _made_of(before[path], content) for path, content in after.items() if path in before}

    def mark(self, finding: Outcome) -> Mark:
        """What tells a finding from all others, before and after a change."""
        at = finding.location
        return (finding.code, self._path(at), self._first(at)) if at is not None else (finding.code, "", 0)

    def still(self, finding: Outcome, changed: Report) -> Outcome | None:
        """What is left of a finding of the original in the report of the changed files.

        What was measured is one sum, wherever its lines are. What was only read is one line each. A note in place of
        an error is none of it: an index of what was held is what a fix leaves.
        """
        same = [outcome for outcome in changed.findings if outcome.code == finding.code]
        if finding.level is not Level.NOTE:
            same = [outcome for outcome in same if outcome.level is not Level.NOTE]
        if finding.evidence is EvidenceKind.STATIC:
            same = [outcome for outcome in same if self._is_at(outcome.location, finding.location)]
        return next(iter(same), None)

    def new(self, original: Report, changed: Report) -> Outcome | None:
        """A finding that the original has not."""
        known = [outcome for outcome in original.findings if outcome.level is not Level.NOTE]
        for outcome in changed.findings:
            same = [other for other in known if other.code == outcome.code]
            is_known = any(
                outcome.evidence is not EvidenceKind.STATIC or self._is_at(outcome.location, other.location)
                for other in same
            )
            if outcome.level is not Level.NOTE and not is_known:
                return outcome
        return None

    def _is_at(self, place: Location | None, origin: Location | None) -> bool:
        """Whether a place of the changed files is, or was made of, one of the original."""
        if place is None or origin is None:
            return place is origin
        return self._path(place) == self._path(origin) and origin.line in self._of(place)

    def _first(self, place: Location) -> int:
        made_of = self._of(place)
        return made_of[0] if made_of else -place.line

    def _of(self, place: Location) -> range:
        lines = self._lines.get(Path(self._path(place)))
        if lines is None:
            return range(place.line, place.line + 1)
        return lines.get(place.line, range(0))

    def _path(self, place: Location) -> str:
        return os.path.realpath(self._folder / place.path)


def _made_of(before: bytes, after: bytes) -> dict[int, range]:
    """For each line of a text the lines of an earlier one that it is, or that it took the place of."""
    old, new = before.split(b"\n"), after.split(b"\n")
    found: dict[int, range] = {}
    for kind, i, j, k, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for at in range(k, end):
            found[at + 1] = range(i + at - k + 1, i + at - k + 2) if kind == "equal" else range(i + 1, j + 1)
    return found
