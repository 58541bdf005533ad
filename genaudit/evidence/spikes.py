"""High-water marks inside a batch, against the size of a batch."""

import itertools

import msgspec

from genaudit.evidence.readings import batch_transient_bytes
from genaudit.model.recording import Trial


class Spike(msgspec.Struct, frozen=True, kw_only=True):
    """The highest rise of memory while one batch was made."""

    batch: int
    transient_bytes: int
    batch_bytes: int
    items: int | None

    @property
    def ratio(self) -> float:
        """Rise as a multiple of a batch; 1 is the batch itself."""
        return self.transient_bytes / self.batch_bytes


def worst_spike(trial: Trial, typical_batch_bytes: int | None) -> Spike | None:
    """The batch of a trial with the highest rise, against its own size.

    The first batch of an epoch is left out: what a target sets up there is not the making of a batch, and what of it
    grows with the data set the law of the transients finds. So is a batch after a settled reading, where others can be
    judged: the heap had been trimmed, and its pages come back.
    """
    inside = [mark for before, mark in itertools.pairwise(trial.batches) if before.epoch == mark.epoch]
    judged = [mark for mark in inside if not mark.after_settling] or inside
    spikes = [
        Spike(
            batch=mark.last,
            transient_bytes=batch_transient_bytes(mark),
            batch_bytes=mark.batch_bytes or typical_batch_bytes or 0,
            items=trial.items,
        )
        for mark in judged
        if mark.batch_bytes or typical_batch_bytes
    ]
    return max(spikes, key=lambda spike: spike.ratio, default=None)
