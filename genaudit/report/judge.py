"""Asks every rule, and turns its answer into an outcome."""

from collections.abc import Sequence
from pathlib import PurePath

from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import EvidenceKind, Location, Outcome, Verdict
from genaudit.model.rule import AnyRule
from genaudit.report.static_evidence import fuse
from genaudit.rules import MEASURED, inconclusive
from genaudit.rules.answer import Answer


def judge(evidence: Evidence, limits: Limits) -> list[Outcome]:
    """The outcomes of all measured rules, in the order of their codes, and what reading the source adds to them."""
    outcomes = [_ask(rule, evidence, limits) for rule in MEASURED]
    return fuse([*outcomes, _outcome(inconclusive, inconclusive.check(outcomes), evidence)], evidence)


def _ask(rule: AnyRule, evidence: Evidence, limits: Limits) -> Outcome:
    """One rule's outcome. A rule that raises is our fault and costs this one answer, not the audit."""
    try:
        answer = rule.check(evidence, limits)
    except Exception as error:
        answer = Answer(
            verdict=Verdict.ERROR,
            message=f"this rule failed, which is a bug of genaudit: {type(error).__name__}: {error}",
        )
    return _outcome(rule, answer, evidence)


def _outcome(rule: AnyRule, answer: Answer, evidence: Evidence) -> Outcome:
    return Outcome(
        code=rule.info.code,
        name=rule.info.name,
        verdict=answer.verdict,
        level=answer.level or rule.info.level,
        evidence=EvidenceKind.MEASURED,
        message=answer.message,
        value=answer.value,
        unit=answer.unit,
        limit=answer.limit,
        noise=answer.noise,
        location=location(answer.blame, evidence.recording.working_directory) if answer.blame else None,
        saving_bytes=answer.saving_bytes,
        fix=answer.fix,
    )


def location(blame: Blame, working_directory: str) -> Location:
    """Where a blamed line is, as users name their files."""
    return Location(path=relative(blame.path, working_directory), line=blame.line, function=blame.function)


def relative(path: str, working_directory: str) -> str:
    """A path relative to the working directory where it lies inside it, as it is elsewhere."""
    try:
        return str(PurePath(path).relative_to(working_directory))
    except ValueError:
        return path


def worst(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The finding that matters most: errors before warnings, then what saves most."""
    order = {"error": 0, "warning": 1, "note": 2}
    found = [outcome for outcome in outcomes if outcome.is_finding and outcome.level.value != "note"]
    return min(found, key=lambda one: (order[one.level.value], -(one.saving_bytes or 0)), default=None)
