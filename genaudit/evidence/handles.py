"""Open files, threads and child processes from one epoch to the next: what each of them leaves behind."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from genaudit.model.recording import Trial

FIELDS = ("open_files", "threads", "children")
"""Counts of a settled reading."""
FEWEST_TURNS = 6
"""A pool of a library may start another thread now and then; not at every turn of so many."""
WORTH_ASKING = 2
COUNTING = "handles"
"""The kind of a trial over many epochs that is run for their counts alone."""
_COUNTED = frozenset(["clean", "scaled", COUNTING])


class Left(NamedTuple):
    """Handles that became more at every turn of an epoch."""

    trial: Trial
    counts: dict[int, int]
    """The fewest in each epoch that was read."""

    @property
    def turns(self) -> int:
        """How many turns of an epoch lie between the first reading and the last."""
        return max(self.counts) - min(self.counts) if self.counts else 0

    @property
    def is_certain(self) -> bool:
        """Whether there were enough of them."""
        return self.turns >= FEWEST_TURNS

    @property
    def first(self) -> int:
        """How many there were in the first epoch."""
        return self.counts[min(self.counts)]

    @property
    def last(self) -> int:
        """How many there were in the last."""
        return self.counts[max(self.counts)]

    @property
    def per_epoch(self) -> float:
        """How many each epoch leaves."""
        return (self.last - self.first) / self.turns


def left_by_epochs(trials: Sequence[Trial], field: str) -> Left | None:
    """Of the trial that was driven over most epochs, where each left some.

    The fewest of an epoch count, as workers live within it and end with it.

    Args:
        trials: Those that trace have handles of their own, and are left out.
        field: One of ``FIELDS``.
    """
    found = [Left(trial, _fewest(trial, field)) for trial in trials if trial.kind in _COUNTED]
    rising = [left for left in found if left.turns >= WORTH_ASKING and _rises(left.counts)]
    longest = max(rising, key=lambda left: left.turns, default=None)
    if longest is None:
        return None
    # The same size for longer, and no longer at every turn: they had a bound.
    beyond = [left for left in found if left.trial.items == longest.trial.items and left.turns > longest.turns]
    return None if beyond else longest


def _fewest(trial: Trial, field: str) -> dict[int, int]:
    fewest: dict[int, int] = {}
    for mark in trial.settled:
        count = getattr(mark, field)
        fewest[mark.epoch] = min(count, fewest.get(mark.epoch, count))
    return fewest


def _rises(counts: dict[int, int]) -> bool:
    """Whether each epoch left one at least, also those between two that were read."""
    pairs = itertools.pairwise(sorted(counts))
    return all(counts[after] - counts[before] >= after - before for before, after in pairs)
