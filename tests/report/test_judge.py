"""Every rule is asked; its answer becomes an outcome."""

import pytest

from genaudit.model.limits import Limits
from genaudit.model.outcome import EvidenceKind, Interval, Level, Location, Verdict
from genaudit.model.rule import AnyRule, Rule, RuleInfo
from genaudit.report import judge as judging
from genaudit.report.judge import judge
from genaudit.rules import RULES
from genaudit.rules.answer import Answer
from genaudit.units import MIB
from tests.build import ITEM, at_sizes, evidence, trial

EAGER = evidence(*at_sizes(lambda size, batch, epoch: float(size * ITEM)))
CLEAN = evidence(*at_sizes(lambda size, batch, epoch: 0.0))


def rule_that(answer: Answer | Exception) -> AnyRule:
    """A rule that gives one answer, or raises."""

    def check(_evidence: object, _limits: Limits) -> Answer:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Rule(RuleInfo(code="GA301", name="batch-spike", title="", level=Level.WARNING, page=""), check)


def test_every_rule_has_one_outcome() -> None:
    """In the order of the list, passed ones included."""
    outcomes = judge(CLEAN, Limits())

    assert [outcome.code for outcome in outcomes] == [rule.info.code for rule in RULES]
    assert {outcome.verdict for outcome in outcomes} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}


def test_the_rule_that_is_meant_fails_and_no_other() -> None:
    """What it measured is in the outcome."""
    found = [outcome for outcome in judge(EAGER, Limits()) if outcome.is_finding]

    assert [outcome.name for outcome in found] == ["eager-load"]
    assert found[0].value == pytest.approx(ITEM, rel=0.02)
    assert found[0].evidence is EvidenceKind.MEASURED


def test_limits_are_handed_on() -> None:
    """A project may allow more."""
    allowed = Limits(index_bytes_per_item=10 * ITEM, whole_item_share=10.0)

    assert not any(outcome.is_finding for outcome in judge(EAGER, allowed))


def test_all_of_an_answer_is_in_its_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the place as users name their files."""
    from genaudit.evidence.blame.sites import Blame

    blame = Blame(path="/project/sub/data.py", line=7, function="f", n_bytes=1, share=1.0)
    interval = Interval(value=5.0, low=4.5, high=5.5)
    answer = Answer(
        verdict=Verdict.FAIL,
        message="why",
        value=5.0,
        unit="x batch",
        limit=4.0,
        noise=interval,
        level=Level.ERROR,
        blame=blame,
        saving_bytes=9,
        fix="do less",
    )
    monkeypatch.setattr(judging, "MEASURED", (rule_that(answer),))

    (outcome, _) = judge(CLEAN, Limits())

    assert outcome.location == Location(path="sub/data.py", line=7, function="f")
    assert (outcome.level, outcome.message, outcome.value, outcome.unit) == (Level.ERROR, "why", 5.0, "x batch")
    assert (outcome.limit, outcome.noise, outcome.saving_bytes, outcome.fix) == (4.0, interval, 9, "do less")
    assert outcome.figure == "spike"


@pytest.mark.parametrize(
    ("unit", "level", "saving"),
    [
        ("bytes/item", Level.ERROR, 5 * 512),
        ("bytes/item", Level.WARNING, 9),
        ("bytes/batch", Level.ERROR, 64 * MIB),
        ("x batch", Level.ERROR, 9),
    ],
)
def test_what_is_saved_is_saved_of_the_drive_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, unit: str, level: Level, saving: int
) -> None:
    """Not of a trial that was larger or shorter; of an index it is what its forecast says."""
    answer = Answer(verdict=Verdict.FAIL, message="", value=5.0, unit=unit, level=level, saving_bytes=9)
    monkeypatch.setattr(judging, "MEASURED", (rule_that(answer),))
    grows = evidence(trial(512, lambda batch, epoch: float((batch - 1) * MIB), kind="clean", batches=65))

    (outcome, _) = judge(grows, Limits())

    assert outcome.saving_bytes == saving


def test_a_rule_that_raises_costs_its_own_answer_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a bug of ours, and the outcome says so."""
    passed = rule_that(Answer(verdict=Verdict.PASS, message="fine"))
    monkeypatch.setattr(judging, "MEASURED", (rule_that(ZeroDivisionError("by nothing")), passed))

    broken, fine, inconclusive = judge(CLEAN, Limits())

    assert broken.verdict is Verdict.ERROR
    assert "bug of genaudit" in broken.message
    assert "ZeroDivisionError: by nothing" in broken.message
    assert (fine.verdict, inconclusive.verdict) == (Verdict.PASS, Verdict.PASS)


def test_what_is_undecided_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a note of its own."""
    monkeypatch.setattr(judging, "MEASURED", (rule_that(Answer(verdict=Verdict.INCONCLUSIVE, message="more")),))

    _, note = judge(CLEAN, Limits())

    assert (note.verdict, note.level, note.message) == (Verdict.FAIL, Level.NOTE, "not decided: batch-spike")
