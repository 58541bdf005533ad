"""What is still in doubt when the sizes have been measured, and the trials that would settle it."""

import msgspec

from genaudit.experiment import sizes
from genaudit.experiment.session import Bench

LONG_EPOCH_BATCHES = 16
# Batches, batches between settled readings (of an epoch of 16, the second time at ever other places), and seconds.
LONG_DRIVES = ((64, 4, 20.0), (512, 7, 40.0))
LONG_SETTLE_S = 10.0
LONG_DRIVE_S = 20.0
MANY_EPOCHS = 32


class Doubts:
    """Adds trials to a bench, each only where what is known leaves a question that it can answer.

    Args:
        whole: Size of the whole data set.
        may_add_sizes: The user has not named the sizes.
    """

    def __init__(self, bench: Bench, whole: int, *, may_add_sizes: bool) -> None:
        self._bench = bench
        self._whole = whole
        self._may_add_sizes = may_add_sizes

    def settle(self) -> None:
        """Add what would settle an open question: a size where the law bends, more batches where a rise is small."""
        if self._may_add_sizes:
            self._whole_again()
            self._bend()
            self._whole_epoch()
        suspicion = self._bench.suspicion
        if suspicion.growth_open or suspicion.epoch_growth_open:
            self._long_drive()
        if suspicion.growth_by_epoch or suspicion.epoch_rise or self._bench.suspicion.epoch_growth_open:
            self._many_epochs()

    def _whole_again(self) -> None:
        """Where the drive that was asked for cannot be compared with the small sizes, one at its size that can."""
        size = self._bench.even(self._whole)
        if not self._bench.shares_memory or size <= self._bench.largest(epochs=True):
            return
        if self._bench.affords(size, epochs=True):
            self._bench.run(self._bench.small({"items": size}, epochs=1))
        elif size > self._bench.largest() and self._bench.affords(size, epochs=False):
            self._bench.run(self._bench.first_batch_only(size))

    def _bend(self) -> None:
        """A law that bends between the two largest sizes is a full buffer only if it is flat from there on."""
        law = self._bench.evidence.first_law
        if law is None or not law.bends or law.flattens:
            return
        low, high = law.sizes[-2:]
        size = sizes.between(low, high)
        if size is not None and self._bench.affords(size, epochs=False):
            self._bench.run(self._bench.first_batch_only(size))

    def _whole_epoch(self) -> None:
        """What seems a cache is one only if it is one at the whole size too, as far as an epoch of it can be driven."""
        suspicion = self._bench.suspicion
        if not (suspicion.cache or suspicion.cache_open):
            return
        largest = self._bench.largest(epochs=True)
        steps = [self._bench.even(step) for step in (self._whole, largest * 4, largest * 2)]
        size = next((step for step in steps if self._bench.affords(step, epochs=True)), largest)
        if largest < size <= self._whole:
            self._bench.run(self._bench.small({"items": size}, epochs=1))
        suspicion = self._bench.suspicion
        # A line or a step? One size more, half-way, tells.
        half = self._bench.even(self._bench.largest(epochs=True) // 2)
        measured = {trial.items for trial in self._bench.evidence.steady if trial.epochs}
        if (
            (suspicion.cache or suspicion.cache_open)
            and half not in measured
            and self._bench.affords(half, epochs=True)
        ):
            self._bench.run(self._bench.small({"items": half}, epochs=1))
        if self._bench.suspicion.cache_open and self._bench.may_go_beyond:
            beyond = sizes.BEYOND * self._whole
            if self._bench.affords(beyond, epochs=True):
                self._bench.run(self._bench.small({"items": beyond}, epochs=1))

    def _long_drive(self) -> None:
        """A small data set with long epochs, over and over: growth that is left then is none of a cache."""
        n_items = self._bench.batch_items
        size = self._bench.even(min(self._whole, LONG_EPOCH_BATCHES * n_items))
        for batches, settle_every, most_s in LONG_DRIVES:
            epochs = max(sizes.SMALL_EPOCHS, -(-batches * n_items // size))
            if sizes.seconds_per_item(self._bench.trials, epochs=True) * size * epochs > most_s:
                return
            spec = self._bench.small({"items": size}, epochs=epochs)
            self._bench.run(
                msgspec.structs.replace(spec, settle_every=settle_every, settle_free_s=LONG_SETTLE_S, soft_s=most_s)
            )
            suspicion = self._bench.suspicion
            if not suspicion.growth_open or suspicion.handles:
                # Threads or processes that become more take memory by themselves; their own rules tell.
                return

    def _many_epochs(self) -> None:
        """What seems to come with every epoch may be a window over several: it ends when there are more of them."""
        first = min((trial.items for trial in self._bench.trials if trial.items and trial.epochs), default=None)
        if (
            first is not None
            and sizes.seconds_per_item(self._bench.trials, epochs=True) * first * MANY_EPOCHS <= LONG_DRIVE_S
        ):
            self._bench.run(self._bench.small({"items": first}, epochs=MANY_EPOCHS))
