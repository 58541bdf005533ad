"""The questions that the sizes leave open, and the trials that answer them."""

from typing import Any

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.growth import OF_A_BATCH, batch_growth
from genaudit.evidence.handles import COUNTING, FEWEST_TURNS
from genaudit.experiment import sizes
from genaudit.experiment.session import ExperimentSession
from genaudit.model.outcome import Verdict

# The noise of a slope is twice that of a reading over the distance of the sizes; with a little room.
SURE = 2.2
WITH_WORKERS: dict[str, Any] = {
    "kind": "scaled",
    "batches": 64,
    "thorough": True,
    "settle_every": 4,
    "soft_s": 20.0,
    "extends": False,
}
"""A drive that is no longer than an epoch of the whole data set, as fields of ``TrialSpec``."""
# Of the only size at which workers lived.
SHARES_WITH_WORKERS = (0.5, 0.75)
LONG_EPOCH_BATCHES = 16
# Batches, batches between settled readings (of an epoch of 16, the second time at places that change), and seconds.
LONG_DRIVES = ((64, 4, 20.0), (512, 7, 40.0))
# Where memory falls again and again, its bottoms are what counts, and they lie anywhere.
AT_EACH_BATCH = (256, 1, 40.0)
LONG_SETTLE_S = 10.0
LONG_DRIVE_S = 20.0
MANY_EPOCHS = 32
WALK_S = 20.0


class FollowUps:
    """Adds trials to a session, each only where what is known leaves a question that it can answer.

    Args:
        session: Runs them.
        whole: Size of the whole data set.
        may_add_sizes: The user has not named the sizes.
    """

    def __init__(self, session: ExperimentSession, whole: int, *, may_add_sizes: bool) -> None:
        self._session = session
        self._whole = whole
        self._may_add_sizes = may_add_sizes

    def run(self) -> None:
        """Run what answers an open question: a size where the law bends, more batches where a rise is small."""
        if self._may_add_sizes:
            self._whole_again()
            self._with_workers()
            self._growth_in_workers()
            self._bend()
            self._apart()
            self._whole_epoch()
        suspicion = self._session.suspicion
        if suspicion.growth_open or suspicion.epoch_growth_open:
            self._long_drive()
        if suspicion.growth_by_epoch or suspicion.epoch_rise or self._session.suspicion.epoch_growth_open:
            self._many_epochs()
        self._handles_of_epochs()
        if self._is_undecided("eager-load", "unbounded-cache", "worker-duplication"):
            self._walk_at_two_sizes()

    def _is_undecided(self, *rules: str) -> bool:
        """Whether one of some rules cannot tell growth from what the heap does."""
        # Late: the first trial does not wait for the rules.
        from genaudit.rules import RULES

        evidence, limits = self._session.evidence, self._session.limits
        asked = [rule.check(evidence, limits).verdict for rule in RULES if rule.info.name in rules]
        return Verdict.INCONCLUSIVE in asked

    def _walk_at_two_sizes(self) -> None:
        """What is held is exact where references lead to it: two sizes tell whether it grows."""
        # Also at a size whose readings cannot be compared with the others: a walk is a trial of its own.
        driven = {trial.items: trial.epochs[0].batches for trial in self._session.evidence.trials if trial.epochs}
        sizes_driven = sorted(size for size in driven if size)
        for size in sorted({*sizes_driven[:1], *sizes_driven[-1:]}):
            # Up to the last batch of the epoch: what a generator holds is gone when it has ended.
            batches = max(1, driven[size] - 1)
            self._session.run(
                self._session.spec(
                    "walked", {"items": size}, batches=batches, walks=["first", "end"], extends=False, soft_s=WALK_S
                )
            )

    def _whole_again(self) -> None:
        """Where the drive that was asked for cannot be compared with the small sizes, one at its size that can."""
        size = self._session.full_batches(self._whole)
        if not self._session.shares_memory or size <= self._session.largest(epochs=True):
            return
        if self._session.can_afford(size, epochs=True):
            self._session.run(self._session.whole_epochs({"items": size}, epochs=1))
        elif size > self._session.largest() and self._session.can_afford(size, epochs=False):
            self._session.run(self._session.first_batch_only(size))

    def _with_workers(self) -> None:
        """Where workers of the small sizes had ended before they were read, another size at which they live."""
        for share in SHARES_WITH_WORKERS:
            steady = self._session.evidence.steady
            alive = {trial.items or 0 for trial in steady if any(mark.children for mark in trial.settled)}
            size = self._session.full_batches(round(max(alive, default=0) * share))
            if len(alive) != 1 or size in {trial.items for trial in steady}:
                return
            if self._session.can_afford(size, epochs=True):
                self._session.run(self._session.whole_epochs({"items": size}, epochs=1))
            elif self._session.can_afford(size, epochs=False):
                self._session.run(self._session.first_batch_only(size))

    def _growth_in_workers(self) -> None:
        """Where memory rises while workers live, and they had ended in all drives that can be compared, one more."""
        session, trials = self._session, self._session.evidence.trial_set
        clean = trials.clean
        if clean is None or not readings.strength_of(clean.settled):
            return
        rises = batch_growth(clean)
        if rises is None or rises.levels_off or rises.per_batch.low <= OF_A_BATCH * (trials.batch_bytes or 0):
            return
        if any(readings.strength_of(trial.settled) and batch_growth(trial) is not None for trial in trials.steady):
            return
        session.run(session.spec(size={"items": self._whole}, **WITH_WORKERS))

    def _bend(self) -> None:
        """A law that bends between the two largest sizes is a full buffer only if it is flat from there on."""
        law = self._session.evidence.first_law
        if law is None or not law.bends or law.flattens:
            return
        low, high = law.sizes[-2:]
        size = sizes.between(low, high)
        if size is not None and self._session.can_afford(size, epochs=False):
            self._session.run(self._session.first_batch_only(size))

    def _apart(self) -> None:
        """Sizes further apart, where as much as an index takes lies within the noise of those that were measured."""
        session = self._session
        law, whole = session.evidence.first_law, self._whole
        if law is None or not self._is_undecided("eager-load"):
            return
        evidence = session.evidence
        limit = session.limits.held_bytes_per_item(evidence.held_item_bytes, evidence.file_bytes_per_item)
        most = whole * sizes.BEYOND if session.can_make_more else whole
        # Workers of a few batches may have ended when the first is read.
        least = law.sizes[0] if session.shares_memory else session.least_size
        span = SURE * law.resolution / max(1.0, abs(limit - law.per_item.value))
        for size in sizes.apart(law.sizes, span=span, least=least, most=session.full_batches(most)):
            if session.can_afford(size, epochs=False):
                session.run(session.first_batch_only(session.full_batches(size)))

    def _whole_epoch(self) -> None:
        """What seems a cache or a full buffer is one only if it is one at the whole size, as far as that is driven."""
        if not self._asks_for_epochs():
            return
        largest = self._session.largest(epochs=True)
        steps = [self._session.full_batches(step) for step in (self._whole, largest * 4, largest * 2)]
        size = next((step for step in steps if self._session.can_afford(step, epochs=True)), largest)
        if largest < size <= self._whole:
            self._session.run(self._session.whole_epochs({"items": size}, epochs=1))
        # A line or a step? One size more, half-way, tells.
        half = self._session.full_batches(self._session.largest(epochs=True) // 2)
        measured = {trial.items for trial in self._session.evidence.steady if trial.epochs}
        if self._asks_for_epochs() and half not in measured and self._session.can_afford(half, epochs=True):
            self._session.run(self._session.whole_epochs({"items": half}, epochs=1))
        if self._session.suspicion.cache_open and self._session.can_make_more:
            beyond = sizes.BEYOND * self._whole
            if self._session.can_afford(beyond, epochs=True):
                self._session.run(self._session.whole_epochs({"items": beyond}, epochs=1))

    def _asks_for_epochs(self) -> bool:
        """Whether a larger epoch would tell: a cache, or items that may have run out where memory stops growing."""
        evidence, suspicion = self._session.evidence, self._session.suspicion
        law = evidence.first_law
        ran_out = law is not None and evidence.ran_out(law)
        return suspicion.cache or suspicion.cache_open or ran_out

    def _long_drive(self) -> None:
        """A small data set with long epochs, over and over: growth that is left then is none of a cache."""
        n_items = self._session.batch_items
        for batches, settle_every, most_s in (*LONG_DRIVES, AT_EACH_BATCH):
            size = self._session.full_batches(min(self._whole, self._batches_of_epoch(batches) * n_items))
            if settle_every == 1 and not any(fit.falls_back for fit in self._session.evidence.growth.batch_growths):
                return
            epochs = max(sizes.SMALL_EPOCHS, -(-batches * n_items // size))
            if sizes.seconds_per_item(self._session.trials, epochs=True) * size * epochs > most_s:
                return
            spec = self._session.whole_epochs({"items": size}, epochs=epochs)
            self._session.run(
                msgspec.structs.replace(spec, settle_every=settle_every, settle_free_s=LONG_SETTLE_S, soft_s=most_s)
            )
            suspicion = self._session.suspicion
            if not suspicion.growth_open or suspicion.handles:
                # Threads or processes that become more take memory by themselves; their own rules tell.
                return

    def _batches_of_epoch(self, batches: int) -> int:
        """How long epochs are to be for a drive of so many batches.

        An iterator that ends after a few epochs begins anew then: it lives for so long in a larger data set only.
        """
        lives = [life for trial in self._session.evidence.steady if (life := readings.life_of(trial)) is not None]
        return max(LONG_EPOCH_BATCHES, -(-batches // min(lives))) if lives else LONG_EPOCH_BATCHES

    def _handles_of_epochs(self) -> None:
        """Threads, processes or files that each epoch seems to leave: more epochs tell them from a pool that fills."""
        suspicion = self._session.suspicion
        size, epochs = suspicion.handles_open, FEWEST_TURNS + 2
        if size is None or suspicion.handles:
            return
        if sizes.seconds_per_item(self._session.trials, epochs=True) * size * epochs <= LONG_DRIVE_S:
            spec = self._session.whole_epochs({"items": size}, epochs=epochs)
            self._session.run(msgspec.structs.replace(spec, kind=COUNTING))

    def _many_epochs(self) -> None:
        """What seems to come with every epoch may be a window over several: it ends when there are more of them."""
        first = min((trial.items for trial in self._session.trials if trial.items and trial.epochs), default=None)
        if (
            first is not None
            and sizes.seconds_per_item(self._session.trials, epochs=True) * first * MANY_EPOCHS <= LONG_DRIVE_S
        ):
            self._session.run(self._session.whole_epochs({"items": first}, epochs=MANY_EPOCHS))
