"""How far two readings of the same thing may differ: what is assumed at least, and what the readings themselves show."""

import numpy as np

from genaudit.evidence import readings
from genaudit.model.recording import Trial
from genaudit.units import KIB

# Two settled readings of the same thing in two processes differ by this much: pages, arenas, lazily made tables ...
ACROSS_PROCESSES_BYTES = 32 * KIB
# ... and by this share of all that the process holds: a large framework has more of them.
SHARE_OF_BASE = 1 / 2048
# Workers are measured while they work.
WITH_CHILDREN_BYTES = 512 * KIB
FEWEST_FOR_SCATTER = 5


def across_trials(trials: list[Trial]) -> float:
    """Uncertainty of a settled reading when trials are compared, in bytes."""
    base = max((readings.base_bytes(trial) or 0 for trial in trials), default=0)
    children = any(mark.children for trial in trials for mark in trial.settled)
    return ACROSS_PROCESSES_BYTES + base * SHARE_OF_BASE + children * WITH_CHILDREN_BYTES


def inside_epochs(trials: list[Trial]) -> float:
    """How much settled readings scatter within an epoch around a straight line.

    A generator that holds a shard, or a queue that a thread fills, is caught at another level at each batch. A cache
    that fills is a straight line, and scatters little.
    """
    scatter = [0.0]
    for trial in trials:
        for epoch in {mark.epoch for mark in trial.settled}:
            marks = readings.inside_epoch(trial, epoch)
            if len(marks) < FEWEST_FOR_SCATTER:
                continue
            x = np.array([mark.batch for mark in marks], dtype=float)
            y = np.array([mark.retained_bytes for mark in marks], dtype=float)
            if np.ptp(x) > 0:
                scatter.append(float(np.std(y - np.polyval(np.polyfit(x, y, 1), x))))
    return max(scatter)
