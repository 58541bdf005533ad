"""Findings are told apart by their places, while lines move."""

from pathlib import Path

import msgspec

from genaudit.fix.origins import Origins
from genaudit.model import EvidenceKind, Level, Location, Outcome, Report, Verdict
from tests.build_report import eager, outcome

BEFORE = b"a = 1\nb = load()\nc = 3\nd = load()\n"
AFTER = b"import x\na = 1\nb = names()\nmore = 2\nc = 3\nd = load()\n"
PATH = Path("/work/data.py")
ORIGINS = Origins({PATH: BEFORE}, {PATH: AFTER}, Path("/work"))


def fault(line: int, evidence: EvidenceKind = EvidenceKind.STATIC, path: str = "data.py") -> Outcome:
    return outcome("GA101", Verdict.FAIL, evidence=evidence, location=Location(path=path, line=line))


def report(*found: Outcome) -> Report:
    return msgspec.structs.replace(eager(), outcomes=list(found))


def test_a_line_that_moved_is_the_same_finding() -> None:
    """What was put in the place of a line is that line; a line of its own is none of the original's."""
    marks = [ORIGINS.mark(fault(line)) for line in (2, 3, 6)]

    assert [mark[2] for mark in marks] == [1, 2, 4]
    assert ORIGINS.mark(fault(1))[2] < 0
    assert ORIGINS.mark(fault(9, path="other.py")) == ("GA101", "/work/other.py", 9)
    assert ORIGINS.mark(outcome("GA101", Verdict.FAIL)) == ("GA101", "", 0)


def test_what_was_read_is_gone_where_its_own_line_is_clean() -> None:
    """Another line with the same fault does not count for it, and is not new."""
    left = report(fault(6))

    assert ORIGINS.still(fault(2), left) is None
    assert ORIGINS.still(fault(4), left) == fault(6)
    assert ORIGINS.new(report(fault(2), fault(4)), left) is None
    assert ORIGINS.new(report(fault(2)), left) == fault(6)


def test_what_was_measured_is_one_sum_wherever_its_line_is() -> None:
    """The line to blame is another one where the first has been changed; the fault is the same."""
    measured = fault(2, EvidenceKind.MEASURED)
    moved = report(fault(6, EvidenceKind.MEASURED))

    assert ORIGINS.still(measured, moved) == fault(6, EvidenceKind.MEASURED)
    assert ORIGINS.new(report(measured), moved) is None


def test_a_note_is_what_a_fix_may_leave() -> None:
    """Names in place of what they name: an index is told as a note. Where a note is to be fixed, one is still there."""
    loads = fault(2, EvidenceKind.MEASURED)
    indexes = msgspec.structs.replace(loads, level=Level.NOTE)

    assert ORIGINS.still(loads, report(indexes)) is None
    assert ORIGINS.still(indexes, report(indexes)) == indexes
