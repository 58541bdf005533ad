"""One way to decide whether memory grows with the data set."""

from typing import NamedTuple

from genaudit.evidence.law import LawFit
from genaudit.model.outcome import Basis, Interval, Verdict
from genaudit.rules.answer import compare

GOES_ON = 0.5


class Growth(NamedTuple):
    """Whether memory grows with the data set."""

    verdict: Verdict
    slope: Interval
    """Bytes per item that the verdict rests on."""
    bends: bool = False
    """The growth ends at a bound."""
    basis: Basis | None = None
    """What the slope was fitted to; ``None`` for that of the last step alone."""


def grows_with_items(law: LawFit, limit: float, *, less: float = 0.0) -> Growth:
    """Whether memory grows with the data set by more than ``limit`` bytes per item, at the largest sizes too.

    Args:
        less: Bytes per item that another rule answers for.
    """
    whole, tail = _less(law.per_item, less), _less(law.tail(limit), less)
    overall, at_the_end = compare(whole, limit), compare(tail, limit)
    if law.levels_off(limit, less):
        bends = overall is not Verdict.PASS
        return Growth(Verdict.PASS, tail, bends) if bends else Growth(Verdict.PASS, whole, basis=Basis.ALL_SIZES)
    if overall is Verdict.FAIL and at_the_end is Verdict.FAIL and not law.bends:
        return Growth(Verdict.FAIL, whole, basis=Basis.ALL_SIZES)
    if overall is Verdict.PASS and at_the_end is Verdict.INCONCLUSIVE:
        return Growth(Verdict.PASS, whole, basis=Basis.ALL_SIZES)
    upper = law.upper
    if overall is Verdict.FAIL and at_the_end is Verdict.FAIL and upper is not None:
        # A bound would show at the largest sizes, as a step that is much flatter than the ones before it.
        straight = _less(upper.per_item, less)
        if compare(straight, limit) is Verdict.FAIL and tail.value >= GOES_ON * straight.value:
            return Growth(Verdict.FAIL, straight, basis=Basis.LARGER_SIZES)
    return Growth(Verdict.INCONCLUSIVE, tail, law.bends)


def _less(interval: Interval, less: float) -> Interval:
    return Interval(value=interval.value - less, low=interval.low - less, high=interval.high - less)
