"""High-water marks inside a batch, against the size of a batch."""

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

    The first batch is left out: what a target imports and sets up on its first call happens once. What grows with the
    data set there is found by the law of the peaks.
    """
    spikes = [
        Spike(
            batch=mark.last,
            transient_bytes=batch_transient_bytes(mark),
            batch_bytes=mark.batch_bytes or typical_batch_bytes or 0,
            items=trial.items,
        )
        for mark in trial.batches
        if mark.last > 1 and (mark.batch_bytes or typical_batch_bytes)
    ]
    return max(spikes, key=lambda spike: spike.ratio, default=None)
