"""One way to decide whether memory grows with the data set."""

from genaudit.evidence.law import LawFit
from genaudit.model.outcome import Interval, Verdict
from genaudit.rules.answer import compare

GOES_ON = 0.5


def grows_with_items(law: LawFit, limit: float, *, less: float = 0.0) -> tuple[Verdict, Interval, bool]:
    """Whether memory grows with the data set by more than ``limit`` bytes per item, at the largest sizes too.

    Args:
        less: Bytes per item that another rule answers for.

    Returns:
        The verdict, the slope it rests on, and whether the law bends: growth that a bound ends.
    """
    whole, tail = _less(law.per_item, less), _less(law.tail(limit), less)
    overall, at_the_end = compare(whole, limit), compare(tail, limit)
    if law.flattens or at_the_end is Verdict.PASS:
        return Verdict.PASS, (tail if overall is not Verdict.PASS else whole), overall is not Verdict.PASS
    if overall is Verdict.FAIL and at_the_end is Verdict.FAIL and not law.bends:
        return Verdict.FAIL, whole, False
    if overall is Verdict.PASS and at_the_end is Verdict.INCONCLUSIVE:
        return Verdict.PASS, whole, False
    upper = law.upper
    if overall is Verdict.FAIL and at_the_end is Verdict.FAIL and upper is not None:
        # A bound would show at the largest sizes, as a step that is much flatter than the ones before it.
        straight = _less(upper.per_item, less)
        if compare(straight, limit) is Verdict.FAIL and tail.value >= GOES_ON * straight.value:
            return Verdict.FAIL, straight, False
    return Verdict.INCONCLUSIVE, tail, law.bends


def _less(interval: Interval, less: float) -> Interval:
    return Interval(value=interval.value - less, low=interval.low - less, high=interval.high - less)
