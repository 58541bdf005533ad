"""One cause, one finding: what is only the effect of another fault goes beneath it."""

from collections.abc import Sequence

from msgspec.structs import replace

from genaudit.evidence.evidence import Evidence
from genaudit.model.catalogue import BATCH_GROWTH, EPOCH_GROWTH, UNBOUNDED_CACHE, WORKER_DUPLICATION
from genaudit.model.outcome import Outcome, Verdict

EFFECTS = frozenset(pattern.code for pattern in (BATCH_GROWTH, EPOCH_GROWTH, UNBOUNDED_CACHE))
"""What a data set looks like that workers copy page by page while they read it."""
OPEN = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE})
OF_THE_TARGET = 0.25
"""From this share of the growth on the target's own process has a fault of its own."""
NO_MORE = 1.25
"""Growth by more than this times what there is to copy is no copying, which ends when all is copied."""


def one_cause(outcomes: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    """The outcomes; where workers copy the data set, the growth that is this copying is no finding beside it."""
    copied = next((outcome for outcome in outcomes if outcome.code == WORKER_DUPLICATION.code), None)
    if copied is None or not copied.is_finding or not _is_copying(evidence, copied.value or 0.0):
        return list(outcomes)
    return [
        _beneath(outcome, copied) if outcome.code in EFFECTS and outcome.verdict in OPEN else outcome
        for outcome in outcomes
    ]


def _is_copying(evidence: Evidence, bytes_per_item: float) -> bool:
    """Whether what grows over batches is in the workers, and no more than they can copy of the data set."""
    seen = False
    whole = max(bytes_per_item, evidence.trial_set.workers * _held_per_item(evidence))
    for trial in evidence.trials:
        marks = trial.settled
        if len(marks) < 2 or not marks[-1].children:
            continue
        gained = marks[-1].retained_bytes - marks[0].retained_bytes
        own = marks[-1].own_bytes - marks[0].own_bytes
        slack = evidence.trial_set.resolution_bytes
        if own > max(slack, OF_THE_TARGET * gained):
            return False
        if trial.items is None or gained > NO_MORE * whole * trial.items + slack:
            return False
        seen = True
    return seen


def _held_per_item(evidence: Evidence) -> float:
    """What the target's own process holds of an item: a worker comes to copy so much in the end."""
    laws = (evidence.first_law, evidence.arguments_law)
    return max((law.per_item.value for law in laws if law is not None), default=0.0)


def _beneath(outcome: Outcome, cause: Outcome) -> Outcome:
    return replace(
        outcome,
        verdict=Verdict.NOT_APPLICABLE,
        message=f"what grows is what the workers copy: {cause.name} reports it",
        location=None,
        saving_bytes=None,
        fix=None,
        headline=None,
    )
