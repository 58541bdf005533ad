"""Whether a drive is to go on after the batches that were asked for."""

from genaudit.evidence.growth import BatchGrowth, batch_growth
from genaudit.model.limits import Limits
from genaudit.model.recording import Trial
from genaudit.units import MIB

# A straight rise over this many batches, or by this much, is no warm-up any more.
LONG_ENOUGH_BATCHES = 400
LARGE_ENOUGH_BYTES = 768 * MIB
ENOUGH_S = 30.0


def batches_wanted(trial: Trial, *, pulled: int, most: int, limits: Limits) -> int:
    """How many batches to pull in all: more while memory still rises and it is not clear whether it will stop.

    Args:
        trial: The trial so far.
        pulled: Batches pulled so far.
        most: ``--max-batches``.
    """
    growth = batch_growth(trial)
    if pulled >= most or growth is None or not _rises(growth, limits):
        return pulled
    if growth.whole_epochs >= 2 and not growth.levels_off:
        # The data set was seen twice over before this rise: no cache is still filling.
        return pulled
    spent = trial.batches[-1].at_s - trial.batches[0].at_s
    if spent > ENOUGH_S or (not growth.levels_off and _goes_on_long(growth)):
        return pulled
    return min(most, pulled * 2)


def _rises(growth: BatchGrowth, limits: Limits) -> bool:
    return growth.per_batch.high > limits.growth_bytes_per_batch and growth.per_batch.value > 0


def _goes_on_long(growth: BatchGrowth) -> bool:
    return growth.span >= LONG_ENOUGH_BATCHES or growth.total_bytes >= LARGE_ENOUGH_BYTES
