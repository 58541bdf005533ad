"""Asks every rule, and turns its answer into an outcome."""

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import EvidenceKind, Level, Outcome, Verdict
from genaudit.model.rule import AnyRule
from genaudit.report.static_evidence import are_made_by_pipeline, fuse
from genaudit.rules import MEASURED, inconclusive
from genaudit.rules.answer import Answer
from genaudit.rules.one_cause import one_cause


def judge(evidence: Evidence, limits: Limits) -> list[Outcome]:
    """The outcomes of all measured rules, in the order of their codes, and what reading the source adds to them."""
    answers = _answers(evidence, limits)
    outcomes = _measured(answers, evidence)
    keeping = {rule.info.code for rule, answer in answers if answer.blame is not None and answer.blame.keeps}
    return fuse([*outcomes, _outcome(inconclusive, inconclusive.check(outcomes), evidence)], evidence, keeping)


def is_told_by_pipeline(evidence: Evidence, limits: Limits) -> bool:
    """Whether each fault that was measured is made by one call of a pipeline's own that the source shows.

    What such a call keeps, ``cache()`` for one, is in the library's own memory, where no tracer sees it.
    """
    faults = [outcome for outcome in _measured(_answers(evidence, limits), evidence) if outcome.is_finding]
    return bool(faults) and are_made_by_pipeline(faults, evidence)


def _answers(evidence: Evidence, limits: Limits) -> list[tuple[AnyRule, Answer]]:
    return [(rule, _ask(rule, evidence, limits)) for rule in MEASURED]


def _measured(answers: list[tuple[AnyRule, Answer]], evidence: Evidence) -> list[Outcome]:
    return one_cause([_outcome(rule, answer, evidence) for rule, answer in answers], evidence)


def _ask(rule: AnyRule, evidence: Evidence, limits: Limits) -> Answer:
    """One rule's answer. A rule that raises is our fault and costs this one answer, not the audit."""
    try:
        answer: Answer = rule.check(evidence, limits)
    except Exception as error:
        return Answer(
            verdict=Verdict.ERROR,
            message=f"this rule failed, which is a bug of genaudit: {type(error).__name__}: {error}",
        )
    return answer


def _outcome(rule: AnyRule, answer: Answer, evidence: Evidence) -> Outcome:
    return rule.info.outcome(
        answer.verdict,
        answer.message,
        level=answer.level,
        evidence=answer.evidence,
        value=answer.value,
        unit=answer.unit,
        limit=answer.limit,
        noise=answer.noise,
        location=answer.blame.location_in(evidence.recording.working_directory) if answer.blame else None,
        saving_bytes=_saving(answer, evidence),
        fix=answer.fix,
        headline=answer.headline,
        basis=answer.basis,
    )


def _saving(answer: Answer, evidence: Evidence) -> int | None:
    """What the fix saves of the drive that was asked for; rules compare trials that may be larger, or shorter."""
    clean = evidence.trial_set.clean
    is_fault = answer.saving_bytes and answer.value and answer.level is not Level.WARNING
    if not is_fault or clean is None or answer.evidence is EvidenceKind.ACCOUNTED:
        return answer.saving_bytes
    if answer.unit == "bytes/item" and clean.items:
        return round((answer.value or 0.0) * clean.items)
    if answer.unit == "bytes/batch" and len(clean.settled) > 1:
        gained = clean.settled[-1].retained_bytes - clean.settled[0].retained_bytes
        return max(answer.saving_bytes or 0, gained)
    return answer.saving_bytes
