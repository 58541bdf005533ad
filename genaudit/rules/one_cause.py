"""One cause, one finding: what is only the effect of another fault goes beneath it."""

from collections.abc import Sequence

from msgspec.structs import replace

from genaudit.evidence.accounting import copied_by_workers
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.evidence.retention.tree import held_by
from genaudit.model.catalogue import (
    BATCH_GROWTH,
    EAGER_INIT,
    EAGER_LOAD,
    EPOCH_GROWTH,
    FILE_LEAK,
    PROCESS_LEAK,
    THREAD_LEAK,
    UNBOUNDED_CACHE,
    WORKER_DUPLICATION,
)
from genaudit.model.marks import RetentionMark, SettledMark
from genaudit.model.outcome import EvidenceKind, Outcome, Verdict
from genaudit.units import format_bytes

EFFECTS = frozenset(pattern.code for pattern in (BATCH_GROWTH, EPOCH_GROWTH, UNBOUNDED_CACHE))
"""What a data set looks like that workers copy page by page while they read it."""
OF_PROCESSES = frozenset({FILE_LEAK.code, THREAD_LEAK.code})
"""A pool has pipes to its workers, and threads that serve these."""
KEPT = (UNBOUNDED_CACHE.code, BATCH_GROWTH.code)
"""What workers hold where there is nothing to copy: of each item that they have seen, or of each batch."""
LOADED = frozenset({EAGER_LOAD.code, EAGER_INIT.code})
"""Where the data set is held whole, so that workers share it."""
OPEN = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE})
KNOWN = 0.5
"""From this share of what workers come to hold on, walks of them tell what it is."""
OF_THE_TARGET = 0.25
"""From this share of the growth on the target's own process has a fault of its own."""
NO_MORE = 1.25
"""Growth by more than this times what there is to copy is no copying, which ends when all is copied."""


def one_cause(outcomes: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    """The outcomes; where workers copy the data set, the growth that is this copying is no finding beside it.

    Nor is it copying where workers keep what they have read themselves. And what an epoch gathers with its items, and
    lets go at its end, is no growth with every batch beside that. Where each worker has loaded a part of its own, none
    was copied. Processes that are not ended have memory, pipes and threads that serve them.
    """
    outcomes = _of_processes(_gathered(outcomes, evidence), evidence)
    by_code = {outcome.code: outcome for outcome in outcomes}
    copied = by_code.get(WORKER_DUPLICATION.code)
    if copied is not None and copied.verdict is Verdict.NOT_APPLICABLE:
        return _copied_at_one_size(outcomes, copied, evidence)
    if copied is None or copied.verdict not in OPEN:
        return list(outcomes)
    kept = next((by_code[code] for code in KEPT if code in by_code and by_code[code].is_finding), None)
    if kept is not None and not _is_there_to_copy(evidence, copied.value or 0.0):
        message = f"what workers hold is what they have kept: {kept.name} reports it"
        return [_beneath(outcome, message) if outcome is copied else outcome for outcome in outcomes]
    loads = next((by_code[code] for code in LOADED if code in by_code and by_code[code].is_finding), None)
    if loads is not None and _hold_parts(evidence, copied.value or 0.0):
        message = f"each worker holds a part of the data set, and none a copy: {loads.name} reports it"
        return [_beneath(outcome, message) if outcome is copied else outcome for outcome in outcomes]
    if not copied.is_finding or not _is_copying(evidence, copied.value or 0.0):
        return list(outcomes)
    message = f"what grows is what the workers copy: {copied.name} reports it"
    return [
        _beneath(outcome, message) if outcome.code in EFFECTS and outcome.verdict in OPEN else outcome
        for outcome in outcomes
    ]


def _gathered(outcomes: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    leak = evidence.growth.leak
    cached = any(outcome.code == UNBOUNDED_CACHE.code and outcome.is_finding for outcome in outcomes)
    if leak is None or not leak.is_let_go or not cached:
        return list(outcomes)
    message = f"what grows within an epoch goes with its end: {UNBOUNDED_CACHE.name} reports it"
    return [
        _beneath(outcome, message) if outcome.code == BATCH_GROWTH.code and outcome.verdict in OPEN else outcome
        for outcome in outcomes
    ]


def _of_processes(outcomes: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    """Where processes become more, what they hold, and what was opened and started for them."""
    left = next((outcome for outcome in outcomes if outcome.code == PROCESS_LEAK.code and outcome.is_finding), None)
    if left is None:
        return list(outcomes)
    message = f"it comes with processes that are not ended: {PROCESS_LEAK.name} reports them"
    in_processes = _is_in_children(evidence)
    return [
        _beneath(outcome, message)
        if (outcome.code in EFFECTS and outcome.verdict in OPEN and in_processes)
        or (outcome.code in OF_PROCESSES and outcome.is_finding and outcome.location in (None, left.location))
        else outcome
        for outcome in outcomes
    ]


def _is_in_children(evidence: Evidence) -> bool:
    """Whether what is gained over the longest drive is gained by other processes than the target's own."""
    marks = evidence.trial_set.settled
    return len(marks) > 1 and _gained(marks) > 0 and not _gains_itself(marks, evidence)


def _gained(marks: Sequence[SettledMark]) -> int:
    return marks[-1].retained_bytes - marks[0].retained_bytes


def _gains_itself(marks: Sequence[SettledMark], evidence: Evidence) -> bool:
    """Whether a good part of what is gained over a drive is gained by the target's own process."""
    own = marks[-1].own_bytes - marks[0].own_bytes
    return own > max(evidence.trial_set.resolution_bytes, OF_THE_TARGET * _gained(marks))


def _copied_at_one_size(outcomes: Sequence[Outcome], copied: Outcome, evidence: Evidence) -> list[Outcome]:
    """Where the data set is held and workers grow though none of them holds more: that is the copying."""
    loads = next((outcome for outcome in outcomes if outcome.code in LOADED and outcome.is_finding), None)
    grows = [outcome for outcome in outcomes if outcome.code in EFFECTS and outcome.verdict in OPEN]
    if loads is None or not grows or any(outcome.location for outcome in grows) or not evidence.trial_set.workers:
        return list(outcomes)
    n_bytes = copied_by_workers(evidence.trial_set)
    if n_bytes is None:
        return list(outcomes)
    message = (
        f"workers have copied {format_bytes(n_bytes)} of the data set that they share: reading a Python object writes "
        "its reference count"
    )
    told = replace(
        copied,
        verdict=Verdict.FAIL,
        message=message,
        location=loads.location,
        fix=WORKER_DUPLICATION.fix,
        saving_bytes=n_bytes,
        evidence=EvidenceKind.ACCOUNTED,
    )
    beneath = f"what grows is what the workers copy: {copied.name} reports it"
    return [
        told if outcome is copied else _beneath(outcome, beneath) if outcome in grows else outcome
        for outcome in outcomes
    ]


def _is_there_to_copy(evidence: Evidence, bytes_per_item: float) -> bool:
    """Whether the target's own process, or workers that have just started, hold a good part of what workers come to."""
    there = max(_slope(evidence, evidence.workers_first_law), evidence.trial_set.workers * _held_per_item(evidence))
    return there >= OF_THE_TARGET * bytes_per_item


def _hold_parts(evidence: Evidence, bytes_per_item: float) -> bool:
    """Whether workers hold all items together, each some of them, by the walks of every worker at one size."""
    workers = evidence.trial_set.workers
    for trial in sorted(evidence.trials, key=lambda trial: -(trial.items or 0)):
        items = trial.items or 0
        by_pid: dict[int, list[RetentionMark]] = {}
        for mark in trial.retention:
            if mark.pid:
                by_pid.setdefault(mark.pid, []).append(mark)
        held = [holdings[0] for marks in by_pid.values() if (holdings := held_by(marks))]
        if len(held) < max(2, workers) or sum(each.bytes for each in held) < KNOWN * bytes_per_item * items:
            continue
        counts = [each.payload.count for each in held]
        # One array with all rows counts once: nothing is known of its rows then.
        return min(counts) * 2 * workers >= items and sum(counts) <= NO_MORE * items
    return False


def _slope(evidence: Evidence, law: LawFit | None) -> float:
    """Bytes of an item that are there at the first batch: what workers have made ahead by then is theirs."""
    if law is not None and evidence.items_ahead is not None:
        law = law.beyond(evidence.items_ahead)
    return law.per_item.value if law is not None else 0.0


def _is_copying(evidence: Evidence, bytes_per_item: float) -> bool:
    """Whether what grows over batches is in the workers, and no more than they can copy of the data set."""
    seen = False
    whole = max(bytes_per_item, evidence.trial_set.workers * _held_per_item(evidence))
    for trial in evidence.trials:
        marks = trial.settled
        if len(marks) < 2 or not marks[-1].children:
            continue
        slack = evidence.trial_set.resolution_bytes
        if _gains_itself(marks, evidence):
            return False
        if trial.items is None or _gained(marks) > NO_MORE * whole * trial.items + slack:
            return False
        seen = True
    return seen


def _held_per_item(evidence: Evidence) -> float:
    """What the target's own process holds of an item: a worker comes to copy so much in the end."""
    return max(_slope(evidence, law) for law in (evidence.first_law, evidence.arguments_law))


def _beneath(outcome: Outcome, message: str) -> Outcome:
    return replace(
        outcome,
        verdict=Verdict.NOT_APPLICABLE,
        message=message,
        location=None,
        saving_bytes=None,
        fix=None,
        headline=None,
    )
