"""How far two readings of the same thing may differ: what is assumed at least, and what the readings themselves show."""

import itertools
import statistics

from genaudit.evidence import readings
from genaudit.model.recording import Trial
from genaudit.units import KIB

# Two settled readings of the same thing in two processes differ by this much: pages, arenas, lazily made tables ...
ACROSS_PROCESSES_BYTES = 32 * KIB
# ... and by this share of all that the process holds: a large framework has more of them.
SHARE_OF_BASE = 1 / 2048
# Workers are measured while they work.
WITH_CHILDREN_BYTES = 512 * KIB
SCALED_MAD = 1.4826


def across_trials(trials: list[Trial]) -> float:
    """Uncertainty of a settled reading when trials are compared, in bytes."""
    base = max((readings.base_bytes(trial) or 0 for trial in trials), default=0)
    children = any(mark.children for trial in trials for mark in trial.settled)
    assumed = ACROSS_PROCESSES_BYTES + base * SHARE_OF_BASE + children * WITH_CHILDREN_BYTES
    return max(assumed, *(seen_in(trial) for trial in trials), 0.0)


def seen_in(trial: Trial) -> float:
    """How much settled readings of one trial scatter from epoch to epoch, a steady growth set off.

    A queue that another thread fills, or a pool, is caught at another level each time.
    """
    ends = [mark.retained_bytes for mark in trial.settled if mark.at == "epoch" and mark.epoch > 1]
    steps = [float(after - before) for before, after in itertools.pairwise(ends)]
    if len(steps) < 2:
        return 0.0
    middle = statistics.median(steps)
    return SCALED_MAD * statistics.median(abs(step - middle) for step in steps) / 2
