"""High-water marks inside a batch, against the size of a batch."""

import itertools

import msgspec

from genaudit.evidence.readings import held_peak_bytes
from genaudit.model.recording import BatchMark, Trial


class Spike(msgspec.Struct, frozen=True, kw_only=True):
    """The highest rise of memory while one batch was made."""

    batch: int
    transient_bytes: int
    """Above what is retained and the batches that are held, the new batch included."""
    batch_bytes: int
    items: int | None

    @property
    def ratio(self) -> float:
        """Rise as a multiple of a batch; 1 is the batch itself."""
        return self.transient_bytes / self.batch_bytes


def worst_spike(trial: Trial, typical_batch_bytes: int | None) -> Spike | None:
    """The batch of a trial with the highest rise, against its own size.

    The rise counts from what is retained, as settled readings tell, and not from the RSS before: an allocator that
    keeps freed memory for the next batch would hide all spikes but the first.

    The first batch of an epoch is left out: what a target sets up there is not the making of a batch, and what of it
    grows with the data set the law of the transients finds.
    """
    judged = [mark for before, mark in itertools.pairwise(trial.batches) if before.epoch == mark.epoch]
    spikes = [
        Spike(
            batch=mark.last,
            transient_bytes=max(0, _rise(trial, mark, n_bytes)),
            batch_bytes=n_bytes,
            items=trial.items,
        )
        for mark in judged
        if (n_bytes := mark.batch_bytes or typical_batch_bytes)
    ]
    return max(spikes, key=lambda spike: spike.ratio, default=None)


def _rise(trial: Trial, mark: BatchMark, batch_bytes: int) -> int:
    peak = held_peak_bytes(mark.before_bytes, mark.before_file_bytes, mark.memory)
    held = 0 if mark.after_settling else batch_bytes * min(trial.hold, mark.last - 1)
    return peak - _retained(trial, mark) - held


def _retained(trial: Trial, mark: BatchMark) -> int:
    """What the process itself retains around a batch: what stays of it is growth, and no spike."""
    before = [settled.own_bytes for settled in trial.settled if settled.batch < mark.last]
    after = [settled.own_bytes for settled in trial.settled if settled.batch >= mark.last]
    around = before[-1:] + after[:1]
    return max(around) if around else mark.before_bytes - mark.before_file_bytes
