"""How a rule answers; ``compare`` alone decides between pass, fail and inconclusive, so that all treat noise alike."""

from typing import Any

import msgspec

from genaudit.evidence.blame.sites import Blame
from genaudit.model.limits import Limits
from genaudit.model.outcome import Basis, EvidenceKind, Interval, Level, Verdict


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule answers; its code and name are added to it."""

    verdict: Verdict
    message: str
    value: float | None = None
    unit: str | None = None
    limit: float | None = None
    noise: Interval | None = None
    level: Level | None = None
    """Where it is not the rule's own."""
    evidence: EvidenceKind = EvidenceKind.MEASURED
    blame: Blame | None = None
    saving_bytes: int | None = None
    fix: str | None = None
    headline: str | None = None
    """What the target does, where the usual words for the pattern do not fit."""
    basis: Basis | None = None
    """Of growth with the data set at the moment of the report's law."""

    def with_message(self, message: str, **changes: Any) -> "Answer":
        """The same measurement with its message, and what else is to be changed."""
        return msgspec.structs.replace(self, message=message, **changes)


def measured(verdict: Verdict, slope: Interval, unit: str, limit: float, basis: Basis | None = None) -> Answer:
    """An answer that rests on a number with its interval; ``with_message`` adds the words."""
    return Answer(verdict=verdict, message="", value=slope.value, unit=unit, limit=limit, noise=slope, basis=basis)


def compare(measured: Interval, limit: float) -> Verdict:
    """Fail where the whole interval is above the limit, pass where it is not, inconclusive between."""
    if measured.low > limit:
        return Verdict.FAIL
    return Verdict.PASS if measured.high <= limit else Verdict.INCONCLUSIVE


def not_applicable(message: str) -> Answer:
    """The question does not arise, or cannot be asked here; the message says what to add."""
    return Answer(verdict=Verdict.NOT_APPLICABLE, message=message)


def is_nothing(slope: Interval, steps: float, batch_bytes: int | None, limits: Limits) -> bool:
    """Whether a slope may be zero, and is a few batches at most over all that was measured: queues, arenas."""
    return slope.low <= 0 and slope.high * steps <= limits.scatter_batches * (batch_bytes or 0)
