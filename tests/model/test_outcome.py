"""Facts of an outcome, also of those that were saved without them."""

import json
from typing import Any

import msgspec
import pytest

from genaudit.model import EvidenceKind, Level, Outcome, RuleInfo, Source, Verdict
from genaudit.model.catalogue import FIGURES, GRAVEST_FIRST, MISSING_BASELINE
from genaudit.model.codec import decode_comparison, decode_report, encode
from genaudit.render import RENDERERS, render
from tests import build_report as made
from tests.comparison.build import comparison

NEW = ("source", "figure", "baseline_noise")


def outcome(code: str, **changes: Any) -> Outcome:
    """A failed outcome."""
    values: dict[str, Any] = {
        "code": code,
        "name": "a-name",
        "verdict": Verdict.FAIL,
        "level": Level.ERROR,
        "evidence": EvidenceKind.MEASURED,
        "message": "what was measured",
    }
    return Outcome(**{**values, **changes})


def test_facts_follow_from_the_code() -> None:
    """The catalogue knows them."""
    assert (outcome("GA201").source, outcome("GA201").figure) == (Source.RULE, "growth")
    assert outcome("GA603").is_promise
    assert not outcome("GA603").is_comparison
    assert outcome("GA703").is_promise
    assert outcome("GA703").is_comparison
    assert not outcome("GA201").is_promise
    assert not outcome("GA900").is_promise


def test_facts_that_are_given_are_kept() -> None:
    """A budget of a later version is one, whatever its code."""
    later = outcome("GA999", source=Source.BUDGET, figure="later")

    assert later.is_promise
    assert msgspec.structs.replace(later, message="other").figure == "later"


def test_reading_says_nothing_of_a_figure() -> None:
    """What was only suspected must not stand in for a measured answer."""
    suspected = outcome("GA101", evidence=EvidenceKind.STATIC)

    assert (suspected.source, suspected.figure) == (Source.RULE, None)
    assert outcome("GA101", evidence=EvidenceKind.BOTH).figure == "per-item"


def test_ranks() -> None:
    """Rules first, then promises, the gravest first, a budget before its comparison."""
    promises = [outcome(code) for name in GRAVEST_FIRST for code in (FIGURES[name].budget, FIGURES[name].baseline)]
    ordered = [outcome("GA101"), *promises, outcome("GA799", source=Source.BASELINE, figure="later")]

    ranks = [one.rank for one in ordered]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
    assert outcome("GA204").rank == outcome("GA101").rank


def test_a_rule_makes_its_outcomes() -> None:
    """With its own level, unless another is given."""
    info = RuleInfo(code="GA301", name="batch-spike", title="", level=Level.WARNING, page="")

    assert info.outcome(Verdict.FAIL, "why").level is Level.WARNING
    worse = info.outcome(Verdict.FAIL, "why", level=Level.ERROR, value=5.0, unit="x batch")
    assert (worse.code, worse.name, worse.level, worse.value) == ("GA301", "batch-spike", Level.ERROR, 5.0)
    assert (worse.evidence, worse.figure) == (EvidenceKind.MEASURED, "spike")


def test_findings_are_in_order() -> None:
    """The worst first, then rules before promises, then what saves most."""
    report = made.report(
        outcomes=[
            outcome("GA301", level=Level.WARNING),
            outcome("GA601", saving_bytes=900),
            outcome("GA603"),
            outcome("GA703"),
            outcome("GA101", saving_bytes=5),
            outcome("GA201", saving_bytes=7),
            outcome("GA204", level=Level.NOTE),
            outcome("GA202", verdict=Verdict.PASS),
        ]
    )

    assert [finding.code for finding in report.findings] == [
        "GA201", "GA101", "GA603", "GA703", "GA601", "GA301", "GA204",
    ]  # fmt: skip


def test_answers_about_a_figure() -> None:
    """Of rules, unless another source is asked for."""
    report = made.report(outcomes=[outcome("GA101"), outcome("GA203"), outcome("GA606"), outcome("GA706")])

    assert [answer.code for answer in report.answers("per-item")] == ["GA101", "GA203"]
    assert report.answer("per-item", Source.BUDGET) == outcome("GA606")
    assert report.answer("per-item", Source.BASELINE) == outcome("GA706")
    assert report.answer("growth") is None


@pytest.mark.parametrize("name", ["gated", "eager", "leak", "workers", "crash", "unscaled"])
def test_a_report_of_an_earlier_version_is_the_same(name: str) -> None:
    """It has codes only; whatever is drawn of it is what is drawn of a new one."""
    report = getattr(made, name)()
    # Of the baseline's interval nothing is known then, and nothing but the summary needed it.
    bare = [msgspec.structs.replace(outcome, baseline_noise=None) for outcome in report.outcomes]
    report = msgspec.structs.replace(report, outcomes=bare)
    plain = json.loads(encode(report))
    for fields in plain["outcomes"]:
        for field in NEW:
            del fields[field]

    old = decode_report(json.dumps(plain).encode(), name="report.json")

    assert old.outcomes == report.outcomes
    # Pages and pictures have ids that are drawn by lot; they are made of the same report.
    for form in set(RENDERERS) - {"html", "png", "svg"}:
        assert render(old, form) == render(report, form), form


def test_a_comparison_of_an_earlier_version_is_the_same() -> None:
    """Its reports are read like any other."""
    text = encode(comparison())
    plain = json.loads(text)
    for variant in plain["variants"]:
        for fields in (variant.get("report") or {}).get("outcomes", []):
            for field in NEW:
                del fields[field]

    assert decode_comparison(json.dumps(plain).encode(), name="old") == decode_comparison(text, name="new")


def test_a_missing_baseline_is_about_no_figure() -> None:
    """So it is told from a comparison."""
    note = outcome(MISSING_BASELINE, verdict=Verdict.NOT_APPLICABLE)

    assert (note.source, note.figure) == (Source.BASELINE, None)
