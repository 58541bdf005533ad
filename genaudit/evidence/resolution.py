"""How far two readings of the same thing may differ: what is assumed at least, and what the readings show."""

import itertools
import math

from genaudit.evidence import readings
from genaudit.evidence.law import LawFit
from genaudit.model.recording import Trial
from genaudit.units import KIB

# Two settled readings of the same thing in two processes differ by this much: pages, arenas, lazily made tables ...
ACROSS_PROCESSES_BYTES = 32 * KIB
# ... and by this share of all that the process holds: a large framework has more of them.
SHARE_OF_BASE = 1 / 2048
# Workers are measured while they work.
WITH_CHILDREN_BYTES = 128 * KIB
# So many points at so many sizes agree by chance only if the noise is as small as they say, times a margin.
FEWEST_POINTS, FEWEST_SIZES, MARGIN = 4, 3, 3.0


def across_trials(trials: list[Trial]) -> float:
    """Uncertainty of a settled reading when trials are compared, in bytes."""
    base = max((readings.base_bytes(trial) or 0 for trial in trials), default=0)
    children = any(mark.children for trial in trials for mark in trial.settled)
    return ACROSS_PROCESSES_BYTES + base * SHARE_OF_BASE + children * WITH_CHILDREN_BYTES


def inside_epochs(trials: list[Trial]) -> float:
    """How far memory drops between readings of one epoch: the root of the mean square, of the trial with the largest.

    A generator that holds a shard, or a queue that a thread fills, is caught at another level at each batch. A cache
    only fills. What workers take with them when they end is no scatter.
    """
    return max((_drop(trial) for trial in trials), default=0.0)


def scatter_about(law: LawFit) -> float | None:
    """How far the points of a law lie from their line, with a margin; ``None`` with too few points.

    What happens in every trial is no scatter, such as workers that let their data go before an epoch ends.
    """
    if len(law.points) < FEWEST_POINTS or len(law.sizes) < FEWEST_SIZES:
        return None
    slope = law.per_item.value
    heights = [point.n_bytes - slope * point.items for point in law.points]
    return MARGIN * (max(heights) - min(heights)) / 2


def _drop(trial: Trial) -> float:
    drops: list[float] = []
    for epoch in {mark.epoch for mark in trial.settled}:
        marks = readings.at_whole_batches(trial, readings.inside_epoch(trial, epoch))
        steps = [(a, b) for a, b in itertools.pairwise(marks) if readings.alive(a) == readings.alive(b)]
        drops += [max(0.0, float(a.retained_bytes - b.retained_bytes)) for a, b in steps]
    return math.sqrt(sum(drop * drop for drop in drops) / len(drops)) if drops else 0.0
