"""What a failing test shows."""

import re
from pathlib import Path

from genaudit.pytest_support.run import Result, failure_text
from tests.build_report import accounted, eager, unstarted


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


def test_it_begins_with_what_is_wrong() -> None:
    """The short summary of pytest shows the first line alone; the headline is said once."""
    report = eager()
    first, verdict, *rest = failure_text(Result(report=report, path=Path("/p/report.html")), Path("/p")).splitlines()

    assert first.startswith("Loads ")
    assert re.search(r": \S+\.py:\d+$", first)
    assert "FAIL" in verdict
    assert "Loads " not in "\n".join(rest)


def test_it_begins_with_what_was_raised() -> None:
    """Without a line of code that is to blame."""
    first, *_ = failure_text(Result(report=unstarted(), path=Path("/p/report.html")), Path("/p")).splitlines()

    assert "ModuleNotFoundError" in first
