"""The verdict in words: what happens, what it means for the user's data, what to do."""

import math

from genaudit.evidence.evidence import Evidence
from genaudit.evidence.readings import high_water_bytes
from genaudit.model.advice import read_advice
from genaudit.model.catalogue import Source, pattern_of
from genaudit.model.outcome import Level, Outcome, RunVerdict, Verdict
from genaudit.model.report import BATCHES_ONLY, PROCESS_SHARE, Failure, GrowthLaw, Summary
from genaudit.report.failures import headline
from genaudit.report.phrases import count, needs, plural, rounded, sentence, with_process
from genaudit.report.scope import tested
from genaudit.report.verdict import failed_trial, worst
from genaudit.units import format_bytes

_FILLED_BY = {"bytes/batch": "batch", "bytes/epoch": "epoch", "bytes/call": "call"}
"""What fills the memory, by the unit of a finding."""


def summary(
    evidence: Evidence,
    verdict: RunVerdict,
    outcomes: list[Outcome],
    law: GrowthLaw | None,
    failed: Failure | None,
    noun: str,
    subject: str = "",
) -> Summary:
    """Headline, cause, consequence and fix; only what the figures support.

    Args:
        evidence: What was measured.
        verdict: That of the run.
        outcomes: All of them.
        law: How memory grows with the data set.
        failed: What went wrong, if something did.
        noun: What one item is called.
        subject: Who does what the headline says, where that is not the target.
    """
    finding = worst(outcomes)
    if failed is not None and (finding is None or verdict is RunVerdict.ERROR):
        return _broken(failed, evidence)
    if finding is None:
        if verdict is RunVerdict.INCONCLUSIVE:
            undecided = [outcome for outcome in outcomes if outcome.verdict is Verdict.INCONCLUSIVE]
            return Summary(
                headline="cannot be judged by what was measured",
                cause="; ".join(f"{outcome.name}: {outcome.message}" for outcome in undecided),
            )
        return Summary(headline=_clean_headline(evidence, law, outcomes, noun))
    return Summary(
        headline=subject + _found_headline(finding, outcomes),
        cause=_cause(finding),
        consequence=_consequence(finding, law, evidence, noun),
        mend=_fix(finding),
        items_at_limit=_items_by_account(outcomes, evidence) if law is None else None,
    )


def _broken(failed: Failure, evidence: Evidence) -> Summary:
    """The words for a target that did not run to its end."""
    trial = failed_trial(evidence.recording)
    how = headline(
        failed,
        timeout_s=evidence.recording.request.timeout_s,
        limit_bytes=evidence.recording.limit.trial_bytes,
        grouped=trial is not None and bool(trial.batches) and trial.batches[-1].count > 1,
    )
    return Summary(headline=how, cause=_failure_cause(failed))


def _found_headline(worst_outcome: Outcome, outcomes: list[Outcome]) -> str:
    """What the target does, and what else of the same weight."""
    others = [
        does
        for outcome in outcomes
        if outcome.is_finding
        and outcome.level is worst_outcome.level
        and outcome.code != worst_outcome.code
        and (does := _does(outcome)) is not None
    ]
    return ", and ".join([_does(worst_outcome) or worst_outcome.message, *others[:2]])


def _does(outcome: Outcome) -> str | None:
    """What the target does, in the words of the pattern."""
    if outcome.headline is not None:
        return outcome.headline
    pattern = pattern_of(outcome.code)
    return pattern.headline if pattern is not None else None


def _failure_cause(failed: Failure) -> str | None:
    place = f"{failed.location.place}: " if failed.location else ""
    text = failed.message or ""
    return f"{place}{text}" if place or text else None


def _clean_headline(evidence: Evidence, law: GrowthLaw | None, outcomes: list[Outcome], noun: str) -> str:
    if tested(evidence, RunVerdict.PASS) == BATCHES_ONLY:
        return "memory does not grow with batches; growth with the data set was not measured"
    if law is not None and law.grows and _is_index(law, outcomes):
        size = format_bytes(law.bytes_per_item.value)
        return f"keeps an index of {size} per {noun}, not the {plural(noun)}; memory does not grow with batches"
    return "memory grows neither with the data set nor with batches"


def _is_index(law: GrowthLaw, outcomes: list[Outcome]) -> bool:
    """Whether what grows with the data set, and is no fault, is what the rules call an index."""
    answers = [each for each in outcomes if each.figure == "per-item" and each.source is Source.RULE]
    return any(
        (answer.is_finding and answer.level is Level.NOTE)
        or (answer.verdict is Verdict.PASS and answer.limit is not None and law.bytes_per_item.high <= answer.limit)
        for answer in answers
    )


def _cause(finding: Outcome) -> str:
    if finding.location is None:
        return f"{finding.message}."
    function = f" in {finding.location.function}" if finding.location.function else ""
    return f"{finding.location.place}{function}: {finding.message}."


def _consequence(finding: Outcome, law: GrowthLaw | None, evidence: Evidence, noun: str) -> str | None:
    limit = format_bytes(evidence.recording.limit.bytes)
    if finding.unit == "bytes/item" and law is not None and law.projection is not None:
        return _forecast(law, noun, limit)
    if finding.unit == "bytes/item" and finding.value and law is None:
        return _by_account(finding, evidence, noun, limit)
    if finding.unit in _FILLED_BY and finding.value:
        unit = _FILLED_BY[finding.unit]
        times = max(1.0, (evidence.recording.limit.bytes - _fixed(evidence, law)) / finding.value)
        epoch = _epoch_of(times, evidence, noun) if unit == "batch" else ""
        return f"{limit} runs out after about {count(rounded(times), unit)}{epoch}."
    if finding.saving_bytes:
        return f"The machine must have room for {format_bytes(finding.saving_bytes)} more than needed."
    return None


def _epoch_of(batches: float, evidence: Evidence, noun: str) -> str:
    """In which epoch of the real data set so many batches are made; empty where its size was not given."""
    items, batch_items = evidence.recording.request.project_items, evidence.batch_items
    if not items or not batch_items:
        return ""
    epochs = batches / math.ceil(items / batch_items)
    # The first one begins at 0 epochs; of many the digits are rounded as those of the batches are.
    number = rounded(math.floor(epochs) + 1)
    return f": epoch {number:,.0f} of your {count(items, noun)}"


def _fixed(evidence: Evidence, law: GrowthLaw | None, held_bytes: int = 0) -> int:
    """The process without what grows: as the law counts it, or else what the drive needed at its most.

    Args:
        evidence: What was measured.
        law: How memory grows with the data set; ``None`` where it was measured at one size only.
        held_bytes: What grows, and was held at that size.
    """
    if law is not None:
        return max(0, round(law.fixed_bytes))
    clean = evidence.trial_set.clean
    most = (high_water_bytes(clean) if clean is not None else None) or 0
    return max(0, most - held_bytes)


def _by_account(finding: Outcome, evidence: Evidence, noun: str, limit: str) -> str:
    """What the real data set needs by what each item of this one takes."""
    each, fixed = finding.value or 0.0, _fixed(evidence, None, finding.saving_bytes or 0)
    items = evidence.recording.request.project_items
    full = f"{limit} runs out at {count(rounded(_items_until_full(finding, evidence)), noun)}"
    if items is None:
        return f"Each {noun} takes {format_bytes(each)}: {full}."
    need = fixed + each * items
    text = f"{count(items, noun)} need {format_bytes(need)}"
    return f"{full}; {with_process(text, fixed if fixed >= PROCESS_SHARE * need else None, need)}."


def _items_by_account(outcomes: list[Outcome], evidence: Evidence) -> float | None:
    """Items until memory is full, by what each of them takes at one size; ``None`` where that is no finding."""
    finding = next((outcome for outcome in outcomes if outcome.accounted_per_item is not None), None)
    return None if finding is None else _items_until_full(finding, evidence)


def _items_until_full(finding: Outcome, evidence: Evidence) -> float:
    room = evidence.recording.limit.bytes - _fixed(evidence, None, finding.saving_bytes or 0)
    return max(1.0, room / (finding.value or 1.0))


def _forecast(law: GrowthLaw, noun: str, limit: str) -> str:
    projection = law.projection
    assert projection is not None
    need = needs(law, projection, noun)
    if projection.items_at_limit is None:
        return f"{need}."
    return f"{limit} runs out at {count(rounded(projection.items_at_limit.value), noun)}; {need}."


def _fix(finding: Outcome) -> str | None:
    """What to do, in words; a sketch of it is the outcome's own."""
    pattern = pattern_of(finding.code)
    fix = sentence(read_advice(finding.fix).words) or (pattern.fix if pattern is not None else "")
    if fix and finding.saving_bytes and finding.saving_bytes > 0:
        fix += f" This saves {format_bytes(finding.saving_bytes)} of what was measured."
    return fix or None
