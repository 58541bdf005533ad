"""What is worth further trials: what the experiment suspects, which is more than any verdict."""

from typing import NamedTuple

import msgspec

from genaudit.evidence.evidence import Evidence
from genaudit.evidence.handles import FIELDS, Left, left_by_epochs
from genaudit.evidence.law import LawFit
from genaudit.model.limits import Limits
from genaudit.units import KIB

LEAST_EPOCH_RISE_BYTES = 16 * KIB
"""A rise per epoch above this is none of the interpreter's."""


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """What may be wrong; each is set as soon as the interval does not rule it out and the value speaks for it.

    What is *open* is not known yet: the interval has the limit within it, so that a further trial may settle it.
    """

    eager: bool
    """The data set is held after the first batch."""
    cache: bool
    """An epoch leaves data that is held for good."""
    cache_open: bool
    """The epochs measured so far cannot rule a cache out."""
    growth: bool
    """Every batch leaves something."""
    growth_open: bool
    """Growth that is neither proven nor ruled out past a whole epoch."""
    growth_by_epoch: bool
    """The turn of every epoch leaves something."""
    epoch_growth_open: bool
    """It is not known whether the turn of an epoch leaves something."""
    epoch_rise: bool
    """Epochs leave something, however little: a baseline that has none is not to be broken without cause."""
    spike: bool
    """Making a batch takes much more memory than the batch."""
    transients: bool
    """What is let go before the first batch grows with the data set."""
    handles: bool
    """Open files, threads or child processes become more."""
    handles_open: int | None
    """Size of the data set at which they seem to become more with every epoch, and too few epochs were seen."""
    levels_off: bool
    """What grows with the data set ends at a bound: a buffer, or a cache that is full, for which nobody is to blame."""

    @property
    def any(self) -> bool:
        """Whether there is something to attribute."""
        return self.holds or self.moves or self.handles

    @property
    def moves(self) -> bool:
        """Whether memory is taken and let go, which no walk of references shows."""
        return self.spike or self.transients

    @property
    def holds(self) -> bool:
        """Whether memory is kept alive, without a bound, that somebody must hold."""
        return ((self.eager or self.cache) and not self.levels_off) or self.growth or self.growth_by_epoch

    @property
    def is_cache_alone(self) -> bool:
        """Whether the data set is held only once it has been seen."""
        return self.cache and not self.eager


def growing_law(evidence: Evidence, found: Suspicion) -> LawFit | None:
    """How memory grows with the data set, be it the data or an index of it: forecasts count both.

    Returns:
        The law over whole epochs where a cache is all that grows, else that of the first batch; ``None`` where neither
        grows, or growth ends.
    """
    law = evidence.epoch_law if found.is_cache_alone else evidence.first_law
    grows = law is not None and law.law != "constant" and law.per_item.low > 0 and not law.flattens
    return law if grows else None


def suspicion(evidence: Evidence, limits: Limits) -> Suspicion:
    """Read the numbers so far."""
    thresholds = _Thresholds.of(evidence, limits)
    ruled_out = _growth_is_ruled_out(evidence, thresholds)
    left = _left_by_epochs(evidence)
    eager, cache = _holds_data(evidence, thresholds), _caches(evidence, thresholds)
    return Suspicion(
        eager=eager,
        cache=cache,
        cache_open=_cache_is_open(evidence, thresholds),
        growth=_grows(evidence, thresholds) and not ruled_out,
        growth_open=not ruled_out and not _growth_is_proven(evidence, thresholds),
        growth_by_epoch=_grows_by_epoch(evidence, thresholds),
        epoch_growth_open=_epoch_growth_is_open(evidence, thresholds),
        epoch_rise=_rises_by_epoch(evidence),
        spike=_spikes(evidence, limits),
        transients=_loses_transients(evidence, thresholds),
        handles=_gains_handles(evidence, limits, left),
        handles_open=_handles_open(left),
        levels_off=_levels_off(evidence, thresholds, eager=eager, cache=cache),
    )


class _Thresholds(NamedTuple):
    """The limits for a target that yields items of the size that was measured."""

    held: float
    """Bytes per item above which the data itself is held after the first batch."""
    cached: float
    """Bytes per item above which an epoch leaves data."""
    kept: float
    """Bytes per batch above which data is kept."""
    kept_per_epoch: float
    """Bytes per epoch above which data is kept."""

    @classmethod
    def of(cls, evidence: Evidence, limits: Limits) -> "_Thresholds":
        item, file, growth = evidence.data_item_bytes, evidence.file_bytes_per_item, evidence.growth.epoch_growth
        return cls(
            held=limits.held_bytes_per_item(evidence.held_item_bytes, file),
            cached=limits.cached_bytes_per_item(item, file),
            kept=limits.kept_bytes_per_batch(evidence.item_bytes),
            kept_per_epoch=limits.kept_bytes_per_epoch(evidence.batch_bytes, item, growth.items if growth else None),
        )


def _holds_data(evidence: Evidence, thresholds: _Thresholds) -> bool:
    law = evidence.first_law
    return law is not None and law.per_item.value > thresholds.held


def _caches(evidence: Evidence, thresholds: _Thresholds) -> bool:
    """Whether an epoch leaves data that the first batch had not retained already."""
    law = evidence.epoch_law
    return law is not None and law.per_item.value > thresholds.cached + evidence.held_before_epoch


def _levels_off(evidence: Evidence, thresholds: _Thresholds, *, eager: bool, cache: bool) -> bool:
    """Whether all that is retained of the data set, and is suspected, ends at a bound."""
    first, epoch = evidence.first_law, evidence.epoch_law
    ends = []
    if eager and first is not None:
        ends.append(first.levels_off(thresholds.held))
    if cache and epoch is not None:
        ends.append(epoch.levels_off(thresholds.cached, evidence.held_before_epoch))
    return bool(ends) and all(ends)


def _cache_is_open(evidence: Evidence, thresholds: _Thresholds) -> bool:
    law, filled = evidence.epoch_law, evidence.filled_law
    if law is None:
        return False
    tail, limit = law.tail(thresholds.cached), thresholds.cached + evidence.held_before_epoch
    # The law of the most that was held can clear a target, so that no further trial is needed.
    cleared = filled is not None and filled.tail(thresholds.cached).high <= limit
    return tail.low <= limit < tail.high and not cleared


def _grows(evidence: Evidence, thresholds: _Thresholds) -> bool:
    leak = evidence.growth.leak
    return leak is not None and leak.per_batch.value > thresholds.kept


def _growth_is_proven(evidence: Evidence, thresholds: _Thresholds) -> bool:
    """Whether memory grows past a whole epoch, beyond noise, and by more than heaps take until they are filled."""
    leak = evidence.growth.leak
    if leak is None or leak.whole_epochs == 0 or evidence.growth.leak_is_short:
        return False
    return leak.per_batch.low > thresholds.kept


def _growth_is_ruled_out(evidence: Evidence, thresholds: _Thresholds) -> bool:
    """Whether one trial is flat, for what leaks in one trial leaks in all; or what grows has another cause."""
    flattest = evidence.growth.flattest
    is_flat = flattest is not None and flattest.highest < thresholds.kept
    return is_flat or evidence.growth.is_heap_filling or evidence.is_refilling(thresholds.kept)


def _grows_by_epoch(evidence: Evidence, thresholds: _Thresholds) -> bool:
    growth = evidence.growth.epoch_growth
    return growth is not None and growth.at_turns.value > thresholds.kept_per_epoch


def _epoch_growth_is_open(evidence: Evidence, thresholds: _Thresholds) -> bool:
    growth = evidence.growth.epoch_growth
    return growth is not None and growth.at_turns.low <= thresholds.kept_per_epoch < growth.at_turns.high


def _rises_by_epoch(evidence: Evidence) -> bool:
    growth = evidence.growth.epoch_growth
    return growth is not None and growth.at_turns.low > LEAST_EPOCH_RISE_BYTES


def _spikes(evidence: Evidence, limits: Limits) -> bool:
    spike = evidence.spike
    if spike is None or spike.ratio <= limits.spike_ratio or spike.transient_bytes <= limits.spike_floor_bytes:
        return False
    # Of one that is worth a note nobody asks the line.
    return spike.lift >= limits.spike_lift


def _loses_transients(evidence: Evidence, thresholds: _Thresholds) -> bool:
    """Whether memory that is let go at once grows with the data set."""
    law = evidence.lost_law
    return law is not None and law.per_item.low > thresholds.held


def _left_by_epochs(evidence: Evidence) -> list[Left]:
    """Kinds of handles that seem to become more with every epoch."""
    found = (left_by_epochs(evidence.recording.trials, field) for field in FIELDS)
    return [left for left in found if left is not None]


def _handles_open(left: list[Left]) -> int | None:
    return min((each.trial.items for each in left if not each.is_certain and each.trial.items), default=None)


def _gains_handles(evidence: Evidence, limits: Limits, left: list[Left]) -> bool:
    if any(each.is_certain for each in left):
        return True
    marks = evidence.settled
    if len(marks) < 2:
        return False
    return any(getattr(marks[-1], field) - getattr(marks[0], field) >= limits.fewest_handles for field in FIELDS)
