"""The growth experiment of an audit, done again: slopes per item and per batch for each of the repeats."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.growth import BatchGrowth, batch_growth
from genaudit.evidence.law import LawFit
from genaudit.experiment import sizes
from genaudit.model.recording import Recording, Trial
from genaudit.model.report import Report
from genaudit.model.series import EPOCH_END

# What took longer in the audit is not done again: the slope then has the interval of the audit alone.
LONGEST_S = 20.0
READINGS = 64

Run = Callable[[dict[str, Any]], Trial]
"""Runs one trial; gets the fields of its ``TrialSpec`` that are not the target's."""


class Slopes(msgspec.Struct, frozen=True, kw_only=True):
    """What one repeat of the experiment gave."""

    per_item: float | None = None
    per_batch: float | None = None


class Experiment:
    """Which trials gave the growth figures of an audit, and how to get them once more.

    Per item, these are the smallest and the largest size of its growth law, at the moment that the law is about; of a
    law that levels off, the two largest. Per batch, it is the one trial whose slope the audit reports.

    Args:
        recording: Of the audit.
        report: Concluded from it.
    """

    def __init__(self, recording: Recording, report: Report) -> None:
        evidence = Evidence(recording)
        law = report.growth_law
        self._at_epoch = law is not None and law.at == EPOCH_END
        self._request = recording.request
        self._trials = evidence.steady
        self._sizes = _ends(evidence.epoch_law if self._at_epoch else evidence.first_law)
        self._source = _source(evidence, report)

    @property
    def item_span(self) -> int | None:
        """Items between the two sizes of a slope."""
        return None if self._sizes is None else self._sizes[1] - self._sizes[0]

    @property
    def batch_span(self) -> int | None:
        """Batches between the first and the last reading of a slope."""
        return None if self._source is None else self._source[1].span

    @property
    def is_long(self) -> bool:
        """Whether a part of it takes too long to be done for each repeat."""
        return any(self._seconds(size) > LONGEST_S for size in self._sizes or ()) or (
            self._source is not None and self._source[0].wall_s > LONGEST_S
        )

    def of_the_audit(self) -> Slopes:
        """What the audit itself gave: the first repeat, which costs nothing."""
        growth = self._source[1].per_batch.value if self._source else None
        return Slopes(per_item=self._per_item(self._trials), per_batch=growth)

    def again(self, drive: Trial, run: Run) -> Slopes:
        """Do it once more.

        Args:
            drive: A drive of the same round; what it shows already is not run again.
            run: Runs one trial.
        """
        trials = [drive]
        growth = None
        if self._source is not None:
            source = self._source[0]
            growth = batch_growth(drive) if _is_like(drive, source) else None
            if growth is None and source.wall_s <= LONGEST_S:
                trials.append(run(_fields(source)))
                growth = batch_growth(trials[-1])
        for size in self._sizes or ():
            if self._held(trials, size) is None and self._seconds(size) <= LONGEST_S:
                trials.append(run(self._one_moment(size)))
        return Slopes(per_item=self._per_item(trials), per_batch=growth.per_batch.value if growth else None)

    def _per_item(self, trials: Sequence[Trial]) -> float | None:
        if self._sizes is None:
            return None
        low, high = (self._held(trials, size) for size in self._sizes)
        return None if low is None or high is None else (high - low) / (self._sizes[1] - self._sizes[0])

    def _held(self, trials: Iterable[Trial], size: int) -> float | None:
        """What is held at the moment of the law."""
        reading = readings.retained_after_epoch_bytes if self._at_epoch else readings.retained_first_bytes
        held = [n_bytes for trial in trials if trial.items == size and (n_bytes := reading(trial)) is not None]
        return statistics.median(held) if held else None

    def _seconds(self, size: int) -> float:
        """How long the audit took for a size at least."""
        return min((trial.wall_s for trial in self._trials if trial.items == size), default=0.0)

    def _one_moment(self, size: int) -> dict[str, Any]:
        """The shortest trial that comes to the moment of the law."""
        reach = sizes.whole_epochs(1) if self._at_epoch else sizes.FIRST_BATCH_ONLY
        return {"size": {"items": size}, "hold": self._request.hold, **reach}


def _ends(law: LawFit | None) -> tuple[int, int] | None:
    if law is None:
        return None
    low, high = law.sizes[-2 if law.flattens else 0], law.sizes[-1]
    return (low, high) if low < high else None


def _source(evidence: Evidence, report: Report) -> tuple[Trial, BatchGrowth] | None:
    """The trial whose slope over batches the report shows."""
    shown = report.batches.growth_bytes_per_batch if report.batches else None
    fits = [(trial, fit) for trial in evidence.steady if (fit := batch_growth(trial)) is not None]
    return next(((trial, fit) for trial, fit in fits if fit.per_batch == shown), None)


def _is_like(trial: Trial, source: Trial) -> bool:
    """Whether a trial was driven as far as another one, at the same size."""
    return (
        trial.kind == source.kind
        and trial.items == source.items
        and trial.epochs_asked == source.epochs_asked
        and readings.n_batches(trial) >= readings.n_batches(source)
    )


def _fields(source: Trial) -> dict[str, Any]:
    """The plan of a trial of an audit, as far as it was driven; memory alone counts, so there may be more readings."""
    n_batches = readings.n_batches(source)
    return {
        "kind": source.kind,
        "size": {"all": True} if source.items is None else {"items": source.items},
        "batches": 0 if source.epochs_asked is not None else n_batches,
        "epochs": source.epochs_asked,
        "hold": source.hold,
        "thorough": True,
        "settle_every": max(1, n_batches // READINGS),
    }
