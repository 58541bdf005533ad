"""How retained memory grows with batches: within an epoch, from epoch to epoch, or not at all."""

import msgspec

from genaudit.evidence.readings import n_batches
from genaudit.evidence.slopes import theil_sen
from genaudit.model.outcome import Interval
from genaudit.model.recording import SettledMark, Trial
from genaudit.units import KIB

# Two settled readings in one process: pages that come and go with the interpreter's own tables.
RESOLUTION_BYTES = 24 * KIB
# A growth that falls below this share of what it was is levelling off: a cache that fills, not a leak.
LEVELS_OFF = 0.5
FEWEST_POINTS = 3


class BatchGrowth(msgspec.Struct, frozen=True, kw_only=True):
    """Growth over batches in one trial, past what warm-up and a first epoch explain."""

    per_batch: Interval
    from_batch: int
    to_batch: int
    n_points: int
    whole_epochs: int
    """Epochs that lie wholly behind the first reading: with one or more, the data set has been seen before."""
    levels_off: bool
    """The second half grew much less than the first."""

    @property
    def span(self) -> int:
        """Batches between the first and the last reading."""
        return self.to_batch - self.from_batch

    @property
    def total_bytes(self) -> float:
        """What the growth amounts to over the span."""
        return self.per_batch.value * self.span


class EpochGrowth(msgspec.Struct, frozen=True, kw_only=True):
    """Growth from the end of one epoch to the end of the next, past the first."""

    per_epoch: Interval
    inside_share: float
    """How much of it is gained between the batches of an epoch, and not at its turn."""
    n_epochs: int
    levels_off: bool


def batch_growth(trial: Trial, *, after_first_epoch: bool = True) -> BatchGrowth | None:
    """Growth per batch in a trial.

    Args:
        trial: Any trial with settled readings.
        after_first_epoch: Leave out all before the end of the first epoch, if one ended: until then a cache fills.
    """
    start = _after_warm_up(trial, after_first_epoch)
    marks = [mark for mark in trial.settled if mark.batch >= start]
    points = {mark.batch: mark for mark in marks}
    if len(points) < FEWEST_POINTS:
        return None
    batches, retained = [float(batch) for batch in points], [float(m.retained_bytes) for m in points.values()]
    line = theil_sen(batches, retained, resolution=RESOLUTION_BYTES)
    if line is None:
        return None
    return BatchGrowth(
        per_batch=line.slope,
        from_batch=int(batches[0]),
        to_batch=int(batches[-1]),
        n_points=len(points),
        whole_epochs=sum(1 for mark in trial.epochs if _end_of(trial, mark.epoch) <= start) if after_first_epoch else 0,
        levels_off=_levels_off(batches, retained),
    )


def epoch_growth(trial: Trial) -> EpochGrowth | None:
    """Growth from epoch to epoch; ``None`` with fewer than three epochs."""
    ends = _epoch_ends(trial)
    if len(ends) < 3:
        return None
    numbers = [float(mark.epoch) for mark in ends]
    retained = [float(mark.retained_bytes) for mark in ends]
    line = theil_sen(numbers, retained, resolution=RESOLUTION_BYTES)
    if line is None:
        return None
    total = retained[-1] - retained[0]
    inside = sum(_gained_inside(trial, int(number)) for number in numbers[1:])
    return EpochGrowth(
        per_epoch=line.slope,
        inside_share=inside / total if total > 0 else 0.0,
        n_epochs=len(ends),
        levels_off=_levels_off(numbers, retained),
    )


def first_epoch_growth_bytes(trial: Trial) -> int | None:
    """What the first epoch added between its first batch and its end."""
    first = [mark for mark in trial.settled if mark.at == "first"]
    ends = [mark for mark in _epoch_ends(trial) if mark.epoch == 1]
    return ends[-1].retained_bytes - first[0].retained_bytes if first and ends else None


def _epoch_ends(trial: Trial) -> list[SettledMark]:
    """The last settled reading of each epoch that was driven to its end."""
    ended = {mark.epoch for mark in trial.epochs}
    last = {mark.epoch: mark for mark in trial.settled if mark.at in {"epoch", "end"} and mark.epoch in ended}
    return [last[epoch] for epoch in sorted(last)]


def _gained_inside(trial: Trial, epoch: int) -> float:
    """Growth between the first and the last settled reading taken among the batches of an epoch."""
    inside = [mark for mark in trial.settled if mark.epoch == epoch and mark.at in {"first", "block"}]
    return float(inside[-1].retained_bytes - inside[0].retained_bytes) if len(inside) > 1 else 0.0


def _end_of(trial: Trial, epoch: int) -> int:
    return sum(mark.batches for mark in trial.epochs if mark.epoch <= epoch)


def _after_warm_up(trial: Trial, after_first_epoch: bool) -> int:
    """The batch from which growth counts."""
    if after_first_epoch and len(trial.epochs) >= 2:
        return _end_of(trial, 1)
    # Without epochs the first fifth is warm-up: lazily imported modules, pools, the first prefetch.
    return max(1, n_batches(trial) // 5)


def _levels_off(x: list[float], y: list[float]) -> bool:
    """Whether the second half of a rise is much smaller than the first."""
    middle = (x[0] + x[-1]) / 2
    split = min(range(len(x)), key=lambda index: abs(x[index] - middle))
    if split in {0, len(x) - 1}:
        return False
    first = (y[split] - y[0]) / (x[split] - x[0])
    second = (y[-1] - y[split]) / (x[-1] - x[split])
    rise = y[split] - y[0]
    return rise > 2 * RESOLUTION_BYTES and second < LEVELS_OFF * first
