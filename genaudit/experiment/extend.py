"""Whether a drive is to go on after the batches that were asked for."""

from genaudit.evidence import readings
from genaudit.evidence.growth import BatchGrowth, batch_growth
from genaudit.model.limits import Limits
from genaudit.model.recording import Trial
from genaudit.units import MIB

# A straight rise by this much, or for this long, is no warm-up any more.
LARGE_ENOUGH_BYTES = 512 * MIB
ENOUGH_S = 6.0


def batches_wanted(trial: Trial, *, pulled: int, most: int, limits: Limits) -> int:
    """How many batches to pull in all: more while memory still rises and it is not clear whether it will stop.

    Args:
        trial: The trial so far.
        pulled: Batches pulled so far.
        most: ``--max-batches``.
    """
    growth = batch_growth(trial)
    if pulled >= most or growth is None or not _rises(growth, trial, limits):
        return pulled
    if growth.total_bytes >= LARGE_ENOUGH_BYTES and not growth.levels_off:
        return pulled
    if trial.batches[-1].at_s - trial.batches[0].at_s > ENOUGH_S:
        return pulled
    return min(most, pulled * 2)


def _rises(growth: BatchGrowth, trial: Trial, limits: Limits) -> bool:
    n_bytes, n_items = readings.batch_bytes([trial]), readings.batch_items([trial])
    kept = limits.kept_bytes_per_batch(n_bytes / n_items if n_bytes and n_items else None)
    return growth.highest > kept
