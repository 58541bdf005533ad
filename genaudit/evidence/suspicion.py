"""What a closer look is worth: the plan's view of the numbers, wider than any verdict."""

import msgspec

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.units import KIB

TELLING_BYTES = 16 * KIB


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """What may be wrong; each is set as soon as the interval does not rule it out and the value speaks for it."""

    eager: bool
    cache: bool
    cache_open: bool
    """The epochs measured so far cannot rule a cache out."""
    growth: bool
    growth_by_epoch: bool
    epoch_growth_open: bool
    """The epochs do not tell whether their turn leaves something."""
    epoch_rise: bool
    """Epochs leave something, little as it is: a baseline that has none must not be told so without cause."""
    growth_open: bool
    """Growth that is neither proven nor ruled out past a whole epoch."""
    spike: bool
    handles: bool
    """Open files, threads or child processes become more."""

    @property
    def any(self) -> bool:
        """Whether there is something to attribute."""
        return self.eager or self.cache or self.growth or self.growth_by_epoch or self.spike or self.handles


def suspicion(evidence: Evidence, limits: Limits) -> Suspicion:
    """Read the numbers so far."""
    held = limits.held_bytes_per_item(evidence.item_bytes, evidence.file_bytes_per_item)
    kept = limits.kept_bytes_per_batch(evidence.item_bytes)
    first, epoch, leak, by_epoch = evidence.first_law, evidence.epoch_law, evidence.leak, evidence.epoch_growth
    eager = first is not None and first.per_item.value > held
    cached = limits.cached_bytes_per_item(evidence.item_bytes, evidence.file_bytes_per_item)
    cache = epoch is not None and epoch.per_item.value > cached + evidence.held_before_epoch
    growth = leak is not None and leak.per_batch.value > kept
    # What leaks in one trial leaks in all.
    proven = leak is not None and leak.whole_epochs > 0 and leak.per_batch.low > kept and not evidence.leak_is_short
    flattest = evidence.flattest
    flat = flattest is not None and flattest.highest < kept
    ruled_out = flat or evidence.is_heap_filling or evidence.is_refilling(kept)
    lost, filled = evidence.lost_law, evidence.filled_law
    epoch_limit = limits.kept_bytes_per_epoch(
        evidence.batch_bytes, evidence.item_bytes, by_epoch.items if by_epoch else None
    )
    return Suspicion(
        eager=eager,
        cache=cache,
        cache_open=epoch is not None
        and epoch.tail(cached).low <= cached < epoch.tail(cached).high
        and (filled is None or filled.tail(cached).high > cached),
        growth=growth and not ruled_out,
        growth_by_epoch=by_epoch is not None and by_epoch.at_turns.value > epoch_limit,
        epoch_growth_open=by_epoch is not None and by_epoch.at_turns.low <= epoch_limit < by_epoch.at_turns.high,
        epoch_rise=by_epoch is not None and by_epoch.at_turns.low > TELLING_BYTES,
        growth_open=not proven and not ruled_out,
        handles=_gains_handles(evidence, limits),
        spike=_spikes(evidence, limits) or (lost is not None and lost.per_item.low > held),
    )


def _gains_handles(evidence: Evidence, limits: Limits) -> bool:
    marks = evidence.settled
    if len(marks) < 2:
        return False
    return any(
        getattr(marks[-1], field) - getattr(marks[0], field) >= limits.fewest_handles
        for field in ("open_files", "threads", "children")
    )


def _spikes(evidence: Evidence, limits: Limits) -> bool:
    spike = evidence.spike
    return spike is not None and spike.ratio > limits.spike_ratio and spike.transient_bytes > limits.spike_floor_bytes
