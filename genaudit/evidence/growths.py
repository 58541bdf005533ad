"""How much the target keeps per batch and per epoch, by the trial that tells it best."""

import functools

from genaudit.evidence.growth import BatchGrowth, EpochGrowth, batch_growth, epoch_growth
from genaudit.evidence.trials import Material

# Batches are smaller at the end of an epoch, so that a leak of whole batches is a little less over many of them.
CLEARLY_LESS = 0.5
# Growth by so many batches in all is past what heaps of threads and processes take until they are filled.
SHORT_BATCHES = 4
FILLED_BATCHES = 128


class Growths(Material):
    """Growth with batches, with its noise."""

    @functools.cached_property
    def batch_growths(self) -> list[BatchGrowth]:
        """Growth per batch in each trial where it can be told."""
        return [fit for trial in self.steady if (fit := batch_growth(trial)) is not None]

    @functools.cached_property
    def leak(self) -> BatchGrowth | None:
        """Growth per batch where it can be told best: past a whole epoch if there is one, then over most batches."""
        lasting = [fit for fit in self.batch_growths if not any(_refutes(other, fit) for other in self.batch_growths)]
        # Memory that only fell was given back by something else; it says nothing for the target.
        lasting = [fit for fit in lasting if fit.per_batch.high >= 0] or lasting
        return max(lasting, key=lambda fit: (fit.whole_epochs > 0, fit.to_batch), default=None)

    @property
    def is_heap_filling(self) -> bool:
        """Whether growth of a target with threads or processes is that of their heaps: a few batches in all.

        Either over so many batches that they had the time to fill, or at most so much in an epoch of the whole data
        set, at whose end it is given back.
        """
        leak = self.leak
        if leak is None or not self.shares_memory:
            return False
        if leak.span >= FILLED_BATCHES and self._is_short(leak.highest * leak.span):
            return True
        epoch = self._batches_of_whole_epoch
        return leak.overall.low <= 0 and epoch is not None and self._is_short(leak.per_batch.high * epoch)

    @property
    def _batches_of_whole_epoch(self) -> float | None:
        items = self.recording.request.project_items or (self.arguments.dataset_items if self.arguments else None)
        return items / self.batch_items if items and self.batch_items else None

    @property
    def leak_is_short(self) -> bool:
        """Whether growth of a target with threads or processes is by a few batches in all: their heaps may yet fill."""
        leak = self.leak
        return leak is not None and self.shares_memory and self._is_short(leak.total_bytes)

    def _is_short(self, n_bytes: float) -> bool:
        return n_bytes < SHORT_BATCHES * (self.batch_bytes or 0)

    @functools.cached_property
    def rate_past_an_epoch(self) -> float:
        """Bytes per batch that a trial goes on to keep when it has seen the whole data set; 0 where it is flat then.

        A leak, or a window over more batches than an epoch has: in either case no cache of items.
        """
        fits = [fit for fit in self.batch_growths if fit.whole_epochs and fit.per_batch.low > 0]
        return max((fit.per_batch.value for fit in fits), default=0.0)

    @functools.cached_property
    def flattest(self) -> BatchGrowth | None:
        """The trial with the lowest upper end: what leaks does so in every trial, so none leaks more than this."""
        return min(self.batch_growths, key=lambda fit: fit.highest, default=None)

    @functools.cached_property
    def epoch_growth(self) -> EpochGrowth | None:
        """Growth per epoch in the trial with the most of them."""
        fits = [fit for trial in self.steady if (fit := epoch_growth(trial)) is not None]
        # A drive over more batches may show that what seemed to come with epochs ends: a window over several of them.
        lasting = [
            fit
            for fit in fits
            if not any(_ends(longer, fit) for longer in self.batch_growths)
            and not any(_keeps_less(longer, fit) for longer in fits)
        ]
        # Over many epochs what comes and goes with threads and queues is little; over three or four it may be a line.
        # Where it ends in all, the drive over most batches says what is left of it.
        longest = max(lasting, key=lambda fit: fit.span, default=max(fits, key=lambda fit: fit.to_batch, default=None))
        return None if longest is None else longest.against(fits)


def _refutes(longer: BatchGrowth, fit: BatchGrowth) -> bool:
    """Whether a drive over more batches shows that a rise was warm-up: something that fills, and then is full."""
    return longer.to_batch > fit.to_batch and longer.highest < CLEARLY_LESS * fit.per_batch.low


def _keeps_less(longer: EpochGrowth, fit: EpochGrowth) -> bool:
    """Whether a drive over more batches shows that the turn of an epoch keeps less: it does so at any size."""
    return longer.to_batch > fit.to_batch and longer.per_epoch.high < fit.per_epoch.low


def _ends(longer: BatchGrowth, fit: EpochGrowth) -> bool:
    """Whether a drive over more batches keeps less per epoch."""
    if longer.to_batch <= fit.to_batch or not longer.batches_per_epoch:
        return False
    return longer.overall.high * longer.batches_per_epoch < CLEARLY_LESS * fit.at_turns.low
