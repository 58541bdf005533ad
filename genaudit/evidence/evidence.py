"""The numbers that rules look at, from one recording."""

import functools
import math
from collections.abc import Callable

from genaudit.evidence import readings
from genaudit.evidence.accounting import Account, account, length_of_epoch, waiting_bytes
from genaudit.evidence.available import MAKERS, gives_all, goes_on, has_all, went_through
from genaudit.evidence.calls import CallGrowth, call_growth_of
from genaudit.evidence.growth import CLEARLY_LESS, GrowthEstimates
from genaudit.evidence.law import FULL, LawFit, Point, fit_law
from genaudit.evidence.project import Project
from genaudit.evidence.resolution import ACROSS_PROCESSES_BYTES, inside_epochs, scatter_about
from genaudit.evidence.retention.anew import MadeAnew, made_anew
from genaudit.evidence.retention.rows import row_bytes
from genaudit.evidence.spikes import Spike, worst_spike
from genaudit.evidence.trials import FEWEST_SIZES, TrialSet
from genaudit.evidence.unwritten import Unwritten, unwritten
from genaudit.model.marks import ArgumentsMark, SettledMark
from genaudit.model.outcome import Interval
from genaudit.model.recording import Recording, Trial
from genaudit.units import KIB, MIB

# Making what is kept takes more memory for a moment: only a rise that is so much larger is one of its own.
EXPLAINS = 0.25
# Small objects take blocks that were free before, and do so more at small sizes than at large ones. A slope that is
# measured without this effect is never much less.
AGREES = 0.9

FEWEST_PAIR = 2
"""Sizes at which batches were made alone: one shows no growth."""
LATER_EPOCHS = (2, 3, 4)
"""Of items drawn at random these have seen 86, 95 and 98 of 100."""
BEYOND = 1.5
"""Items that were there, as a multiple of those at which memory stopped to grow, that show a bound."""
WALK_RESOLUTION_BYTES = 4 * KIB
"""Two walks over the same: a batch of another size, tables of the interpreter."""
MOST_BY_HEAP = 2
"""Growth by the readings beyond so many times the limit is no matter of the heap."""
HEAP_ALONE_BYTES = MIB
"""Free blocks that heaps of different sizes may differ by."""
MANY_BATCHES = 8
"""Of so many between two sizes one is no data set."""
FAR_LESS = 0.25
"""Found by references as a share of what the readings say: these say something else then."""


class Evidence:
    """The numbers that rules look at, with their noise. Each is computed once, when it is first asked for.

    ``trial_set`` has the trials by what they are good for. ``growth`` has how memory grows with batches and epochs. The
    laws are how it grows with n, the number of items in the data set. Each is ``None`` with fewer than two sizes:

    ================= ========================================================= =================================
    law               of what, in bytes over n                                  what it is for
    ================= ========================================================= =================================
    first_law         retained after the first batch                            eager-load, the report's growth law
    epoch_law         retained at the end of the first epoch                    unbounded-cache, the report's growth law
    filled_law        the most retained at any moment of the first epoch        clears unbounded-cache, batch-growth
    peak_law          the highest held at any moment                            forecast of the memory of a next trial
    first_peak_law    the highest held up to the first batch                    the report's growth law
    epoch_peak_law    the highest held in the first epoch                       the report's growth law
    transient_law     the highest rise of which nothing is retained             lost_law
    lost_law          the same, unless making what is retained explains it      batch-spike
    arguments_law     held by the arguments before the call                     dataset-as-argument
    given_law         the same, where free blocks were filled                   the report's growth law
    file_pages_law    resident pages of mapped files                            the report's growth law, its fixed part
    workers_first_law added by child processes after the first batch            worker-duplication
    workers_law       the most added by child processes in the first epoch      worker-duplication
    ================= ========================================================= =================================
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.project = Project(recording)
        self.trial_set = TrialSet(recording)
        self.growth = GrowthEstimates(self.trial_set)

    @property
    def trials(self) -> list[Trial]:
        """Trials that measured memory undisturbed and came to their first batch."""
        return self.trial_set.measured

    @property
    def steady(self) -> list[Trial]:
        """Those of them whose settled readings can be compared."""
        return self.trial_set.steady

    @property
    def settled(self) -> list[SettledMark]:
        """Settled readings of the trial that was driven longest."""
        return self.trial_set.settled

    @property
    def arguments(self) -> ArgumentsMark | None:
        """How the target was called, in the largest trial that came so far."""
        return self.trial_set.arguments

    @property
    def is_of_parts(self) -> bool:
        """Whether the sizes are those of parts that an object gave of itself, which may hold all of the data."""
        return self.arguments is not None and self.arguments.dataset_kind == "part"

    @property
    def batch_bytes(self) -> int | None:
        """Median size of a batch."""
        return self.trial_set.batch_bytes

    @property
    def batch_items(self) -> int | None:
        """Median number of items in a batch."""
        return self.trial_set.batch_items

    @property
    def item_bytes(self) -> float | None:
        """Size of one item as it is yielded."""
        return self.trial_set.item_bytes

    @property
    def data_item_bytes(self) -> float | None:
        """Size of what is yielded of one item of the data set, which may be a file of many rows."""
        return self.trial_set.data_item_bytes

    @functools.cached_property
    def held_item_bytes(self) -> float | None:
        """Size of what is held of each item where the data is held: of a row, where items are cut from a table."""
        whole, row = self.data_item_bytes, row_bytes(self.recording.trials)
        return whole if row is None or whole is None else min(whole, row)

    @property
    def file_bytes_per_item(self) -> float | None:
        """Mean size on disk of an item, where items are files."""
        return self.trial_set.file_bytes_per_item

    @property
    def items_there(self) -> int | None:
        """Items of the data set, where they are all that there are: what is asked for by a number may be more."""
        mark = self.arguments
        return None if mark is None or mark.dataset_kind in MAKERS else mark.dataset_items

    @functools.cached_property
    def first_law(self) -> LawFit | None:
        """M(n, 1) over n."""
        trials = readings.of_one_strength(self.steady)
        return self._sharper(self._law(readings.retained_first_bytes, trials=trials), readings.retained_first_bytes)

    @functools.cached_property
    def epoch_law(self) -> LawFit | None:
        """M(n, one epoch) over n.

        Growth that goes on past the epoch is subtracted, batch by batch: a cache is flat from there on.
        """
        # The last batch of an epoch may be a small one, and the target's own variables hold less then.
        uneven = [trial for trial in self.steady if readings.ends_on_a_small_batch(trial)]
        few = len({trial.items for trial in self.steady if trial.epochs and trial not in uneven}) < FEWEST_SIZES

        first = self._epoch_that_all_were_read_in

        def plateau(trial: Trial) -> int | None:
            after = readings.retained_after_epoch(trial, first)
            if after is None or (trial in uneven and not few) or self._lacks_workers(trial):
                return None
            return self._without_growth(after)

        sharp = self._law(plateau)
        scatter = inside_epochs(self.steady)
        if sharp is not None and (measured := scatter_about(sharp)) is not None:
            # What threads have in their hands comes and goes by whole batches: a few may lie on a line by chance.
            least = (self.batch_bytes or 0) if self.trial_set.shares_memory else 0
            scatter = min(scatter, max(measured, least))
        return self._sharper(self._law(plateau, resolution=max(self.trial_set.resolution_bytes, scatter)), plateau)

    @property
    def _epoch_that_all_were_read_in(self) -> int:
        """Of one trial the end of the first epoch may not have been read: what each epoch leaves is no cache of items.

        The first, where only one size was read in a later one.
        """
        read = [(trial, epoch) for trial in self.steady if (epoch := readings.epoch_read(trial)) is not None]
        latest = max((epoch for _, epoch in read), default=1)
        sizes = {trial.items for trial, _ in read if readings.retained_after_epoch(trial, latest) is not None}
        return latest if len(sizes) > 1 else 1

    @functools.cached_property
    def drawn_law(self) -> LawFit | None:
        """M(n, a few epochs) over n, where an epoch is counted by its items and not ended by the source.

        One that draws its items at random has seen two thirds of them in its first epoch, and a cache is not full. The
        epoch is that which most sizes were read at the end of, the later of two; ``None`` without three such sizes.
        """
        drawn = [trial for trial in self.steady if not any(mark.natural for mark in trial.epochs)]

        def left(trial: Trial, epochs: int) -> int | None:
            after = readings.retained_after_epochs(trial, epochs)
            return None if after is None else self._without_growth(after)

        sizes = {
            epochs: len({trial.items for trial in drawn if left(trial, epochs) is not None}) for epochs in LATER_EPOCHS
        }
        most, latest = max((n, epochs) for epochs, n in sizes.items())
        if most < FEWEST_SIZES:
            return None
        return self._law(functools.partial(left, epochs=latest), trials=drawn)

    @functools.cached_property
    def held_before_epoch(self) -> float:
        """Bytes per item that the first batch had retained already, in the trials behind ``epoch_law``."""
        trials = readings.of_one_strength(self.trials_behind(self.epoch_law))
        first = self._law(readings.retained_first_bytes, trials=trials)
        return first.per_item.value if first is not None and first.per_item.low > 0 and not first.bends else 0.0

    @functools.cached_property
    def filled_law(self) -> LawFit | None:
        """The most that is held at any time of the first epoch, over n: what drains in between is seen when it is full.

        It rises at least as steeply as a cache does, and scatters less than the end of an epoch where threads or
        workers fill queues: so it can acquit, and cannot accuse.
        """

        def filled(trial: Trial) -> int | None:
            highest = readings.highest_in_epoch(trial)
            if highest is None or self._lacks_workers(trial):
                return None
            return self._without_growth(highest)

        law = self._law(filled)
        # Several sizes that lie on one line show that readings differ by less than is assumed of any target.
        measured = None if law is None else scatter_about(law)
        if law is None or measured is None or measured >= law.resolution:
            return law
        return self._law(filled, resolution=max(measured, ACROSS_PROCESSES_BYTES))

    def _without_growth(self, retained: tuple[int, int]) -> int:
        """Batches, and bytes that were retained by then: without what goes on growing with every batch."""
        batches, n_bytes = retained
        return round(n_bytes - self.growth.rate_past_an_epoch * (batches - 1))

    def _lacks_workers(self, trial: Trial) -> bool:
        """Whether its workers had made all of a small data set and ended before any reading, as others' had not."""
        of_workers = trial.driver is not None and bool(trial.driver.workers) and bool(self.trial_set.workers)
        return of_workers and not any(mark.children for mark in readings.inside_epoch(trial, 1))

    @functools.cached_property
    def peak_law(self) -> LawFit | None:
        """The highest memory held at any time over n, above what was held before the call."""
        return self._peaks(readings.trial_held_peak_bytes)

    @functools.cached_property
    def first_peak_law(self) -> LawFit | None:
        """The same up to the first batch: later epochs may keep more, and some sizes were driven over fewer of them."""
        return self._peaks(lambda trial: readings.trial_held_peak_bytes(trial, 1), self.trials_behind(self.first_law))

    @functools.cached_property
    def epoch_peak_law(self) -> LawFit | None:
        """The same over the first epoch, of the trials that came to its end."""
        return self._peaks(
            lambda trial: readings.trial_held_peak_bytes(trial, trial.epochs[0].batches) if trial.epochs else None,
            self.trials_behind(self.epoch_law),
        )

    def _peaks(self, value: Callable[[Trial], int | None], trials: list[Trial] | None = None) -> LawFit | None:
        # A batch more or less is alive at the highest moment by chance.
        resolution = self.trial_set.resolution_bytes + (self.batch_bytes or 0)
        return self._law(value, resolution=resolution, trials=readings.of_one_strength(trials or self.steady))

    def is_sharp(self, law: LawFit | None) -> bool:
        """Whether a law is that of the forecasts' trials."""
        return law is not None and law.sizes == sorted({trial.items or 0 for trial in self.trial_set.forecasts})

    def trials_behind(self, law: LawFit | None) -> list[Trial]:
        """The trials that a law is of."""
        if self.is_sharp(law):
            return self.trial_set.forecasts
        return self.steady if law is None else [trial for trial in self.steady if trial.items in law.sizes]

    @functools.cached_property
    def transient_law(self) -> LawFit | None:
        """The highest rise of which nothing stayed, over n."""
        return self._peaks(readings.trial_transient_bytes)

    @functools.cached_property
    def lost_law(self) -> LawFit | None:
        """The law of the transients, where it is not explained by making what is kept."""
        law = self.transient_law
        kept = max((fit.per_item.high for fit in (self.first_law, self.epoch_law) if fit is not None), default=0.0)
        if law is None or kept > EXPLAINS * law.per_item.value or self._rises_beside_a_batch:
            return None
        return law

    @property
    def _rises_beside_a_batch(self) -> bool:
        """Whether memory rises only where the batch before is still alive, by whatever that one keeps alive.

        Small trials let go of each batch, and the drive that was asked for does not: a batch that is a view keeps a
        whole shard. Larger sizes are then no cause of what rises there alone.
        """
        small = {trial.items for trial in self.steady if readings.mostly_made_alone(trial)}
        law = self._peaks(functools.partial(readings.trial_transient_bytes, alone=True))
        if len(small) < FEWEST_PAIR or law is None:
            return False
        highest = max(point.n_bytes for point in law.points)
        return highest <= (self.batch_bytes or 0) + 2 * self.trial_set.resolution_bytes

    @functools.cached_property
    def arguments_law(self) -> LawFit | None:
        """What the arguments alone hold over n."""
        return self._law(readings.passed_bytes)

    @functools.cached_property
    def passed_in_buffers(self) -> float:
        """Bytes per item of arrays and tables that references find and the target has not added: they were passed."""
        added = [law.per_item.value for law in (self.first_law, self.epoch_law) if law is not None]
        found = [
            (trial.items, sum(node.data_bytes for node in mark.nodes if node.parent < 0))
            for trial in self.recording.trials
            if trial.items
            for mark in trial.retention
            if mark.pid == 0
        ]
        if not found or not added:
            return 0.0
        per_item = min(n_bytes / items for items, n_bytes in found)
        (low, least), (high, most) = min(found), max(found)
        if high > low:
            # What a batch is made from is in the target's variables, as much of it at any size.
            per_item = min(per_item, (most - least) / (high - low))
        elif self.file_bytes_per_item is not None:
            # The same; at one size it is not told from what was passed, and that is files.
            return 0.0
        return per_item - max(0.0, *added)

    @functools.cached_property
    def given_law(self) -> LawFit | None:
        """What the arguments alone hold over n, where that was measured without anything that could hide."""
        return self._law(readings.given_bytes, trials=self.trial_set.forecasts)

    @functools.cached_property
    def file_pages_law(self) -> LawFit | None:
        """Pages of mapped files over n, libraries' included: those of the data set are the kernel's to drop."""
        return self._law(readings.file_bytes, trials=self.trials_behind(self.first_law))

    @functools.cached_property
    def buffer_items(self) -> int | None:
        """Items that the source's own shuffle buffers hold when full, where that is the same at every size.

        A buffer that is made as large as the data set is none with a bound.
        """
        trials = [trial for trial in self.trials if trial.driver is not None]
        said = {trial.driver.buffer_items for trial in trials if trial.driver is not None}
        return said.pop() if len(said) == 1 and len({trial.items for trial in trials}) > 1 else None

    @functools.cached_property
    def buffer_size(self) -> int | None:
        """The size of the data set from which on these buffers are full: a file of records gives many items."""
        whole, n_items = self.trial_set.whole_epoch, self.batch_items
        if self.buffer_items is None or whole is None or n_items is None or not self.trial_set.has_rows:
            return self.buffer_items
        items, batches = whole
        # The last batch may be of one item alone.
        return math.ceil(self.buffer_items / max(1.0, n_items * (batches - 1) / items))

    @functools.cached_property
    def items_ahead(self) -> int | None:
        """Items that workers have made when the first batch is given: a queue of batches, and one in the hands of each.

        ``None`` where the source does not say how many its queue holds.
        """
        said = [trial.driver.queue_batches for trial in self.trials if trial.driver and trial.driver.queue_batches]
        return (max(said) + self.trial_set.workers + 1) * (self.batch_items or 1) if said else None

    def is_below_buffer(self, law: LawFit) -> bool:
        """Whether a law is of growth into a shuffle buffer that no two of its sizes fill."""
        return self.buffer_size is not None and law.beyond(self.buffer_size) is None

    @functools.cached_property
    def held_first_law(self) -> LawFit | None:
        """What references lead to after the first batch, over n: exact, but blind to native memory."""
        return self._held_law("first")

    @functools.cached_property
    def held_epoch_law(self) -> LawFit | None:
        """The same at the end of a drive through an epoch."""
        return self._held_law("end")

    @functools.cached_property
    def held_in_workers_first_law(self) -> LawFit | None:
        """What references lead to in all child processes after the first batch, over n."""
        return self._held_in_workers_law("first")

    @functools.cached_property
    def held_in_workers_law(self) -> LawFit | None:
        """The same at the end of a drive through an epoch."""
        return self._held_in_workers_law("end")

    def _held_law(self, at: str) -> LawFit | None:
        points = [
            Point(items=trial.items, n_bytes=mark.bytes - waiting_bytes(self.trial_set, trial, mark))
            for trial in self._walked
            for mark in trial.retention
            if trial.items and mark.at == at and mark.pid == 0 and mark.is_complete
        ]
        return fit_law(points, resolution=WALK_RESOLUTION_BYTES) if points else None

    def _held_in_workers_law(self, at: str) -> LawFit | None:
        """Of the trials in which all workers were walked to the end."""
        points = []
        for trial in self._walked:
            marks = [mark for mark in trial.retention if mark.at == at and mark.pid]
            is_whole = bool(marks) and len(marks) == self.trial_set.workers and all(mark.is_complete for mark in marks)
            if trial.items and is_whole:
                points.append(Point(items=trial.items, n_bytes=sum(mark.bytes for mark in marks)))
        return fit_law(points, resolution=WALK_RESOLUTION_BYTES) if points else None

    @property
    def _walked(self) -> list[Trial]:
        return [trial for trial in self.recording.trials if trial.kind == "walked"]

    def is_heap_alone(self, slope: Interval, law: LawFit, held: LawFit | None, limit: float) -> bool:
        """Whether growth that the readings cannot rule out is none that anything holds: the heap's free blocks.

        Args:
            slope: Bytes per item by the readings.
            law: That they are of.
            held: The law of what references lead to.
            limit: Bytes per item that are held at most where the target is clean.
        """
        if held is None or _at_most(held) > limit:
            return False
        # Readings that agree with no growth at all are no sign of native memory that references do not lead to.
        if slope.low > 0 and slope.value > MOST_BY_HEAP * limit:
            return False
        span = law.sizes[-1] - law.sizes[0]
        most = HEAP_ALONE_BYTES
        if self.trial_set.shares_memory and span >= MANY_BATCHES * (self.batch_items or 1):
            # At one size a thread had a batch in its hands at all readings, and at another it had not.
            most += self.batch_bytes or 0
        return slope.value * span <= most

    def is_out_of_reach(self, slope: Interval, law: LawFit, limit: float) -> bool:
        """Whether growth of what the arguments hold is none that any reference leads to: of the heap, or of measuring.

        Args:
            slope: Bytes per item by the readings.
            law: That they are of.
            limit: Bytes per item that arguments may hold.
        """
        span = law.sizes[-1] - law.sizes[0]
        # What is found in all at the largest size is as much as can have come with its items.
        reached = [
            mark.bytes / span
            for trial in self.recording.trials
            if trial.items == law.sizes[-1]
            for mark in trial.retention
            if mark.pid == 0 and mark.is_complete
        ]
        if self.held_first_law is not None:
            reached.append(_at_most(self.held_first_law))
        # Native memory that references do not lead to is data as well, where there is more of it.
        if not reached or slope.value * span > HEAP_ALONE_BYTES:
            return False
        return min(reached) <= max(limit, FAR_LESS * slope.value)

    @functools.cached_property
    def epoch_length(self) -> tuple[int, str] | None:
        """Batches of an epoch, and what told so; never guessed."""
        return length_of_epoch(self.trial_set)

    @functools.cached_property
    def account(self) -> Account | None:
        """What the source holds beside what an epoch yields; ``None`` where references were not walked."""
        return account(self.trial_set)

    @functools.cached_property
    def unwritten(self) -> Unwritten | None:
        """Arrays that batches leave behind, and that take no memory as nobody has written to them."""
        clean = self.trial_set.clean
        alike = [trial for trial in self.recording.trials if clean is not None and trial.items == clean.items]
        return unwritten(alike, self.batch_bytes or 0)

    @functools.cached_property
    def call_growth(self) -> CallGrowth | None:
        """What stays with each call of the function that makes the source."""
        return call_growth_of(self.recording)

    @functools.cached_property
    def spike(self) -> Spike | None:
        """The highest rise while a batch is made."""
        return worst_spike(self.trials, self.batch_bytes)

    @functools.cached_property
    def made_anew(self) -> MadeAnew | None:
        """What a generator makes for each batch, and has until it makes the next."""
        return made_anew(self.recording, self.project)

    def is_refilling(self, limit: float) -> bool:
        """Whether growth in an epoch is a cache that is rebuilt: let go at its end, and no larger in a larger epoch.

        Args:
            limit: Bytes per batch that may be kept over epochs.
        """
        leak, filled, n_items = self.growth.leak, self.filled_law, self.batch_items
        if leak is None or not leak.whole_epochs or leak.overall.high > limit:
            return False
        if filled is None or len(filled.sizes) < FEWEST_SIZES or not n_items:
            return False
        # What is kept for each batch of an epoch would be so much more, the larger the epoch.
        return filled.tail(limit / n_items).high * n_items < CLEARLY_LESS * leak.per_batch.value

    @functools.cached_property
    def workers_law(self) -> LawFit | None:
        """The most that child processes hold beyond the target's own in an epoch: by PSS, without mapped files."""
        rate = self.growth.rate_past_an_epoch

        def added(trial: Trial) -> int | None:
            most = readings.most_in_workers(trial)
            return None if most is None else round(most[1] - rate * (most[0] - 1))

        return self._law(added)

    @functools.cached_property
    def workers_first_law(self) -> LawFit | None:
        """The same after the first batch: what workers load when they start, and not what they come to hold."""

        def added(trial: Trial) -> int | None:
            first = readings.settled_at_first(trial)
            return None if first is None or not first.children else first.retained_bytes - first.own_bytes

        return self._law(added)

    def may_have_run_out(self, law: LawFit) -> bool:
        """Whether memory may only have stopped to grow because there were fewer items than were asked for.

        It may not where there certainly were many more items than those at which it had stopped.
        """
        full_from = self._full_from(law)
        if goes_on(self.recording.trials, full_from):
            return False
        return self._most_there < BEYOND * full_from

    @property
    def _most_there(self) -> int:
        """The largest size at which there certainly were as many items as were asked for; 0 without one."""
        there = [trial.items for trial in self.recording.trials if trial.items and trial.batches and has_all(trial)]
        return max(there, default=0)

    def ran_out(self, law: LawFit) -> bool:
        """Whether it grows, stops, and that may only be so: at its largest size there may have been fewer items."""
        return law.bends and self._most_there < law.sizes[-1] and self.may_have_run_out(law)

    def of_items_there(self, law: LawFit) -> LawFit | None:
        """The law of the sizes that memory still grew up to: there were as many items as were asked for.

        ``None`` with fewer than two of them.
        """
        full_from = self._full_from(law)
        points = [point for point in law.points if point.items < full_from]
        return fit_law(points, resolution=law.resolution) if points else None

    def is_buffer_of_files(self, law: LawFit, held: LawFit | None, limit: float) -> bool:
        """Whether memory stopped to grow as a buffer of files did that a library has, and not as the data ran out.

        Files are read as before long after it is full, and no reference leads to anything that came with the items: a
        cache that a target fills itself has them all once they were seen.

        Args:
            law: Of memory, which stops to grow.
            held: The law of what references lead to.
            limit: Bytes per item that may be held.
        """
        if held is None or held.per_item.high > limit:
            return False
        largest = [trial for trial in self.trials_behind(law) if trial.items == law.sizes[-1]]
        return any(readings.reads_on(trial) for trial in largest)

    def _full_from(self, law: LawFit) -> int:
        """The smallest size at which memory was as high as it gets: with the first batch, or over an epoch.

        More sizes have a first batch than a whole epoch.
        """
        highest = max(point.n_bytes for point in law.points)
        first = self.first_law.points if self.first_law is not None else []
        as_high = [point.items for point in first if point.n_bytes >= FULL * highest > 0]
        return min([law.full_from, *as_high])

    def _law(
        self,
        value: Callable[[Trial], int | None],
        resolution: float | None = None,
        trials: list[Trial] | None = None,
    ) -> LawFit | None:
        points = [
            Point(items=trial.items, n_bytes=n_bytes)
            for trial in (self.steady if trials is None else trials)
            if trial.items is not None and (n_bytes := value(trial)) is not None
        ]
        return fit_law(points, resolution=resolution or self.trial_set.resolution_bytes) if points else None

    def _sharper(self, law: LawFit | None, value: Callable[[Trial], int | None]) -> LawFit | None:
        """The law of the forecasts' trials, where it agrees with the law of the others: it is the more precise.

        Where they differ, memory has a bound that the smaller sizes did not reach, and the law of all sizes shows it.
        That holds only where there were as many items as were asked for: data that ends is no bound of the target's.
        """
        sharp = self._law(value, trials=self.trial_set.forecasts)
        if law is None or sharp is None or len(sharp.sizes) < FEWEST_SIZES:
            return law
        # Small sizes that do not lie on a line may seem to curve upwards; larger ones that do show that they do not.
        alike = sharp.law == law.law or (law.law == "superlinear" and sharp.is_straight)
        if alike and not sharp.bends and sharp.per_item.value >= AGREES * law.per_item.value:
            return sharp
        ends = any(mark.natural for trial in self.steady for mark in trial.epochs)
        if not all(gives_all(trial) or (ends and went_through(trial)) for trial in self.trial_set.forecasts):
            return law
        return self._law(value, trials=[*self.steady, *self.trial_set.forecasts])


def _at_most(held: LawFit) -> float:
    """Bytes per item that references lead to, at most: no more can have come with items than is there in all."""
    return min(held.per_item.high, held.points[-1].n_bytes / (held.sizes[-1] - held.sizes[0]))
