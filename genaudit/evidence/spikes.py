"""High-water marks inside a batch, against the size of a batch."""

import itertools

import msgspec

from genaudit.evidence import readings
from genaudit.model.marks import BatchMark
from genaudit.model.recording import Trial

FEWEST_TRIMMED = 3


class Spike(msgspec.Struct, frozen=True, kw_only=True):
    """The highest rise of memory while one batch was made."""

    batch: int
    transient_bytes: int
    batch_bytes: int
    items: int | None
    process_bytes: int
    """The highest VmRSS of the process at any time but while a batch was made, the import of libraries included."""

    @property
    def lift(self) -> float:
        """Rise as a share of what the process needs anyway."""
        return self.transient_bytes / max(1, self.process_bytes)

    @property
    def ratio(self) -> float:
        """Rise as a multiple of a batch; 1 is the batch itself."""
        return self.transient_bytes / self.batch_bytes


def worst_spike(trials: list[Trial], typical_batch_bytes: int | None) -> Spike | None:
    """The highest rise while a batch is made, against its size.

    Two ways of looking, for an allocator keeps what was freed for the next batch. A rise that comes with every batch
    shows only after the heap was trimmed, at the batches that follow a settled reading: their median counts. A rise
    that comes now and then is measured from the RSS that was there before.

    The first batch of an epoch is left out: what a target sets up there is not the making of a batch. Where it
    grows with the data set, the law of the transients shows that.
    """
    highest = {id(trial): readings.high_water_outside_batches(trial) for trial in trials}
    rises = [
        Spike(
            batch=mark.last,
            transient_bytes=max(0, readings.batch_transient_bytes(mark)),
            batch_bytes=n_bytes,
            items=trial.items,
            process_bytes=highest[id(trial)],
        )
        for trial in trials
        for before, mark in itertools.pairwise(trial.batches)
        if before.epoch == mark.epoch
        and not mark.after_settling
        and (n_bytes := mark.batch_bytes or typical_batch_bytes)
    ]
    usual = _usual_rise(trials, typical_batch_bytes, highest)
    return max([*rises, *([usual] if usual else [])], key=lambda spike: spike.ratio, default=None)


def _usual_rise(trials: list[Trial], typical_batch_bytes: int | None, highest: dict[int, int]) -> Spike | None:
    """The median rise of batches that were made on a trimmed heap; ``None`` with too few of them."""
    rises = sorted(
        (
            Spike(
                batch=mark.last,
                transient_bytes=max(0, _rise_from_trimmed(trial, mark)),
                batch_bytes=n_bytes,
                items=trial.items,
                process_bytes=highest[id(trial)],
            )
            for trial in trials
            for before, mark in itertools.pairwise(trial.batches)
            if before.epoch == mark.epoch
            and mark.after_settling
            and (n_bytes := mark.batch_bytes or typical_batch_bytes)
        ),
        key=lambda spike: spike.ratio,
    )
    return rises[len(rises) // 2] if len(rises) >= FEWEST_TRIMMED else None


def _rise_from_trimmed(trial: Trial, mark: BatchMark) -> int:
    """Above the trimmed heap before the batch; what is retained of it afterwards is growth, and no spike."""
    before = mark.before_bytes - mark.before_file_bytes
    after = next((settled.own_bytes for settled in trial.settled if settled.batch >= mark.last), before)
    return readings.held_peak_bytes(mark.before_bytes, mark.before_file_bytes, mark.memory) - max(before, after)
