"""The comparison that the truth tests rest on finds every kind of disagreement, and none where there is none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from genaudit.model import EvidenceKind, Level, Location, Outcome, Report, Verdict
from tests import build_report
from tests.expect import LINE, Expected, check_outcomes, check_report, marked_lines, parse_expected, read_expect

SOURCE = '''"""A sample."""

def generator(paths):
    images = [
        load(path)  # finds: eager-load
        for path in paths
    ]
    text = "# finds: eager-load"
    for path in paths:  # finds: batch-growth, unbounded-cache
        kept.append(path)
        yield images
'''


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A file with marked lines."""
    path = tmp_path / "sample.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def found(path: Path, line: int = 5, **changes: object) -> Outcome:
    """An outcome as the eager-load rule gives it for the sample."""
    fields: dict[str, object] = {
        "code": "GA101",
        "name": "eager-load",
        "verdict": Verdict.FAIL,
        "level": Level.ERROR,
        "evidence": EvidenceKind.MEASURED,
        "message": "holds every item",
        "value": 196608.0,
        "unit": "bytes/item",
        "location": Location(path=str(path), line=line),
    }
    return Outcome(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fail", Expected(Verdict.FAIL)),
        ("not-applicable", Expected(Verdict.NOT_APPLICABLE)),
        ("fail 192 KiB/item ± 5 %", Expected(Verdict.FAIL, 196608.0, "bytes/item", 0.05)),
        ("fail 4 MiB ± 15%", Expected(Verdict.FAIL, 4 * 2**20, None, 0.15)),
        ("fail 6.5 x batch ± 10 %", Expected(Verdict.FAIL, 6.5, "x batch", 0.1)),
        ("fail 1 per batch ± 5 %", Expected(Verdict.FAIL, 1.0, "per batch", 0.05)),
    ],
)
def test_expectations_are_read(text: str, expected: Expected) -> None:
    """Verdict, value in the outcome's own unit, and tolerance."""
    assert parse_expected(text) == expected


@pytest.mark.parametrize(
    "text", ["", "failed", "fail 192 KiB/item", "fail about 3 MiB ± 5 %", "fail 3 MiB ± 5 % or so"]
)
def test_what_is_no_expectation_is_refused(text: str) -> None:
    """A sample with a slip of the pen must not pass for one with an expectation."""
    with pytest.raises(ValueError, match=r"expectation|Verdict"):
        parse_expected(text)


def test_expect_is_read_without_importing() -> None:
    """With an annotation or without; a module that has none is told."""
    assert read_expect("import nowhere\nEXPECT = {'a': 'fail'}\n") == {"a": "fail"}
    assert read_expect("EXPECT: dict[str, str] = {}\n") == {}
    with pytest.raises(LookupError):
        read_expect("def f():\n    EXPECT = {}\n")


def test_marked_lines_cover_their_statement() -> None:
    """A mark inside a list that spans lines stands for the statement; text in a string is no mark."""
    assert marked_lines(SOURCE, "eager-load") == {4, 5, 6, 7}
    assert marked_lines(SOURCE, "unbounded-cache") == {9}
    assert marked_lines(SOURCE, "eager") == set()


def test_agreement_is_silent(sample: Path) -> None:
    """Verdict, value within tolerance, and line as marked: nothing to say."""
    assert check_outcomes([found(sample)], sample, {"eager-load": "fail 190 KiB/item ± 5 %"}) == []


@pytest.mark.parametrize(
    ("expect", "changes", "words"),
    [
        ({}, {}, "not expected"),
        ({"eager-load": "fail"}, {"verdict": Verdict.INCONCLUSIVE}, "expected fail, got inconclusive"),
        ({"eager-load": "fail 100 KiB/item ± 5 %"}, {}, "+92.0%"),
        ({"eager-load": "fail 192 KiB/batch ± 5 %"}, {}, "expected a value in bytes/batch"),
        ({"eager-load": "fail 192 KiB/item ± 5 %"}, {"value": None}, "got none"),
        ({"eager-load": "fail", "batch-growth": "fail"}, {}, "no such outcome"),
    ],
)
def test_disagreements_are_told(sample: Path, expect: dict[str, str], changes: dict[str, object], words: str) -> None:
    """Each kind of disagreement gives one sentence, which is not about lines."""
    (wrong,) = check_outcomes([found(sample, **changes)], sample, expect)

    assert words in wrong
    assert not wrong.startswith(LINE)


@pytest.mark.parametrize("changes", [{"line": 9}, {"location": None}, {"location": Location(path="other.py", line=5)}])
def test_wrong_lines_are_told_apart(sample: Path, changes: dict[str, object]) -> None:
    """A right verdict with a wrong line gives a sentence about the line alone."""
    (wrong,) = check_outcomes([found(sample, **changes)], sample, {"eager-load": "fail 192 KiB/item ± 5 %"})  # type: ignore[arg-type]

    assert wrong.startswith(LINE)


def test_notes_are_no_findings(sample: Path) -> None:
    """Advice on a clean sample is allowed."""
    assert check_outcomes([found(sample, level=Level.NOTE)], sample, {}) == []


@pytest.mark.parametrize(
    ("built", "expect", "words"),
    [
        (build_report.eager, {"eager-load": "fail 192 KiB/item ± 5 %"}, None),
        (build_report.clean, {}, None),
        (build_report.leak, {"batch-growth": "fail"}, None),
        (build_report.eager, {"batch-growth": "fail"}, "eager-load: not expected"),
        (build_report.inconclusive, {}, "expected pass, got inconclusive"),
        (build_report.crash, {}, "expected pass, got error"),
        (build_report.spike, {"batch-spike": "fail"}, None),
    ],
)
def test_whole_reports(sample: Path, built: Callable[[], Report], expect: dict[str, str], words: str | None) -> None:
    """The verdict of the run follows from the findings; a run that settled nothing is not clean."""
    wrong = [sentence for sentence in check_report(built(), sample, expect) if not sentence.startswith(LINE)]

    assert bool(wrong) == (words is not None)
    assert words is None or any(words in sentence for sentence in wrong)
