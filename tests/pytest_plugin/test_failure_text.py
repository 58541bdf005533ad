"""What a failing test shows."""

from pathlib import Path

from genaudit.pytest_support.run import Result, failure_text
from tests.build_report import accounted, eager


def test_a_failing_test_says_who_holds_the_memory() -> None:
    """With the line, before the figures."""
    lines = failure_text(Result(report=eager(), path=Path("/p/report.html")), Path("/p")).splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith("Held by"))

    assert "inefficient_generator › images › " in lines[at]
    assert lines[at].endswith("75.0 MiB of 77.5 MiB")
    assert lines[at + 1].strip().startswith("Retained")
    assert max(map(len, lines)) <= 88


def test_it_says_how_it_was_proven() -> None:
    """At one size."""
    text = failure_text(Result(report=accounted(), path=Path("/p/report.html")), Path("/p"))

    assert "shop/shards.py:34 in ShardReader.open, accounted at one size" in text
    assert "Accounted holds 75.0 MiB, an epoch yields 75.0 MiB" in text
