"""Memory that is still there one epoch later, every epoch."""

from genaudit.evidence.blame.attribution import blame_epochs
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.growth import EpochGrowth
from genaudit.model.catalogue import EPOCH_GROWTH
from genaudit.model.limits import Limits
from genaudit.model.outcome import Interval, Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, compare, is_nothing, measured, not_applicable
from genaudit.rules.handles import bytes_of_handles
from genaudit.rules.messages import per_epoch


@rule(code="GA202", name="epoch-growth", title="Memory grows with every epoch", level=Level.ERROR)
def epoch_growth(evidence: Evidence, limits: Limits) -> Answer:
    """What is retained at the end of an epoch keeps rising, by what is kept at the turn of an epoch.

    Why it matters:
        A little kept per epoch ends a long training hours after it began.

    How it is measured:
        Settled readings at the ends of at least three epochs, the first left out as warm-up. Growth that comes batch
        by batch is batch-growth, and is not reported twice.

    When it is wrong:
        A cache that fills over many epochs looks the same. Run more: --epochs 10; a cache levels off.

    What to do:
        Look at what is made anew for each epoch and not let go: iterators, permutations, copies, pools of workers.
    """
    growth = evidence.growth.epoch_growth
    if growth is None:
        return not_applicable("needs three epochs: give a data set that can be scaled, or --epochs 3")
    limit = limits.kept_bytes_per_epoch(evidence.batch_bytes, evidence.data_item_bytes, growth.items)
    by_batches = _by_batches(evidence, limits, growth) + bytes_of_handles(evidence, limits) * growth.batches_per_epoch
    more = max(0.0, by_batches - growth.within * growth.batches_per_epoch)
    turns = growth.at_turns
    slope = Interval(value=turns.value - more, low=turns.low - more, high=turns.high - more)
    verdict = compare(slope, limit)
    if verdict is Verdict.INCONCLUSIVE and is_nothing(slope, growth.n_epochs, evidence.batch_bytes, limits):
        verdict = Verdict.PASS
    answer = measured(verdict, slope, "bytes/epoch", limit)
    if verdict is not Verdict.FAIL and (by_batches > 0 or growth.within > 0):
        return answer.with_message("what grows does so with batches, not at the turn of an epoch", verdict=Verdict.PASS)
    if verdict is Verdict.PASS:
        return answer.with_message(f"flat over {growth.n_epochs} epochs")
    if verdict is Verdict.INCONCLUSIVE or growth.levels_off or evidence.growth.epoch_growth_is_short:
        return answer.with_message(
            f"grows by {per_epoch(slope)}: more epochs would tell (--epochs {growth.n_epochs * 3})",
            verdict=Verdict.INCONCLUSIVE,
        )
    return answer.with_message(
        f"keeps {per_epoch(slope)}, epoch after epoch",
        blame=blame_epochs(evidence),
        saving_bytes=round(slope.value * (growth.n_epochs - 1)),
        fix=EPOCH_GROWTH.fix,
    )


def _by_batches(evidence: Evidence, limits: Limits, growth: EpochGrowth) -> float:
    """How much of the growth per epoch batch-growth answers for: none where a drive shows that batches keep nothing."""
    leak, flattest = evidence.growth.leak, evidence.growth.flattest
    if leak is None or leak.whole_epochs == 0 or leak.per_batch.low <= 0:
        return 0.0
    if flattest is not None and flattest.highest <= limits.kept_bytes_per_batch(evidence.item_bytes):
        return 0.0
    return leak.per_batch.value * growth.batches_per_epoch
