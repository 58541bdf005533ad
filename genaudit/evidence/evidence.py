"""All numbers that rules look at, from one recording."""

import functools
from collections.abc import Callable

from genaudit.evidence import readings
from genaudit.evidence.blame import Project
from genaudit.evidence.growth import BatchGrowth, EpochGrowth, batch_growth, epoch_growth
from genaudit.evidence.law import LawFit, Point, fit_law
from genaudit.evidence.resolution import across_trials, inside_epochs, scatter_about
from genaudit.evidence.spikes import Spike, worst_spike
from genaudit.model.marks import ArgumentsMark, SettledMark
from genaudit.model.recording import Recording, Trial

FEWEST_SIZES = 3
# Batches are smaller at the end of an epoch, so that a leak of whole batches is a little less over many of them.
CLEARLY_LESS = 0.5
MEMORY_KINDS = ("scaled", "clean")
# Making what is kept takes more memory for a moment: only a rise that is so much larger is one of its own.
EXPLAINS = 0.25
# Small objects take blocks that were free before, at small sizes more of them than at large ones: a slope measured
# without that is never much less.
AGREES = 0.9
# Growth by so many batches in all is past what heaps of threads and processes take until they are filled.
SHORT_BATCHES = 4
FILLED_BATCHES = 128


class Evidence:
    """Numbers with their noise. Everything is computed once, when it is first asked for."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.project = Project(recording)

    @functools.cached_property
    def trials(self) -> list[Trial]:
        """Trials that measured memory undisturbed and came to their first batch."""
        return [trial for trial in self.recording.trials if trial.kind in MEMORY_KINDS and trial.batches]

    @functools.cached_property
    def steady(self) -> list[Trial]:
        """Trials whose settled readings can be compared: which of many arenas a thread takes from is chance."""
        return [trial for trial in self.trials if not trial.own_allocator] or self.trials

    @functools.cached_property
    def shares_memory(self) -> bool:
        """Whether the target has threads or processes: until their heaps are full, that looks like a leak."""
        return any(readings.shares_memory(trial) for trial in self.trials)

    @functools.cached_property
    def clean(self) -> Trial | None:
        """The trial that was driven as the user asked; of repeats, the first."""
        return next((trial for trial in self.recording.trials if trial.kind == "clean"), None)

    @functools.cached_property
    def arguments(self) -> ArgumentsMark | None:
        """How the target was called, in the largest trial that came so far."""
        marks = [trial.arguments for trial in self.recording.trials if trial.arguments is not None]
        return max(marks, key=lambda mark: mark.items or 0, default=None)

    @property
    def is_scaled(self) -> bool:
        """Whether the target was measured at two sizes or more."""
        return len({trial.items for trial in self.trials if trial.items is not None}) > 1

    @functools.cached_property
    def batch_bytes(self) -> int | None:
        """Median size of a batch."""
        return readings.batch_bytes(self.trials)

    @functools.cached_property
    def batch_items(self) -> int | None:
        """Median number of items in a batch."""
        return readings.batch_items(self.trials)

    @functools.cached_property
    def item_bytes(self) -> float | None:
        """Size of one item as it is yielded."""
        return self.batch_bytes / self.batch_items if self.batch_bytes and self.batch_items else None

    @functools.cached_property
    def file_bytes_per_item(self) -> float | None:
        """Mean size on disk of an item, where items are files."""
        return self.arguments.file_bytes_per_item if self.arguments else None

    @functools.cached_property
    def forecasts(self) -> list[Trial]:
        """Trials at larger sizes in which nothing could hide, where there are enough of them for a law."""
        found = [trial for trial in self.recording.trials if trial.kind == "forecast" and trial.batches]
        return found if len({trial.items for trial in found}) >= FEWEST_SIZES else []

    @functools.cached_property
    def first_law(self) -> LawFit | None:
        """M(n, 1) over n."""
        return self._sharper(self._law(readings.retained_first_bytes), readings.retained_first_bytes)

    @functools.cached_property
    def epoch_law(self) -> LawFit | None:
        """M(n, one epoch) over n, what grows batch by batch past an epoch set off: a cache is flat from there on."""
        rate = self.rate_past_an_epoch
        # The last batch of an epoch may be a small one, and the target's own variables hold less then.
        uneven = [trial for trial in self.steady if readings.ends_on_a_small_batch(trial)]
        few = len({trial.items for trial in self.steady if trial.epochs and trial not in uneven}) < FEWEST_SIZES

        def plateau(trial: Trial) -> int | None:
            retained = readings.retained_after_epoch_bytes(trial)
            if retained is None or (trial in uneven and not few):
                return None
            return round(retained - rate * (trial.epochs[0].batches - 1))

        sharp = self._law(plateau)
        scatter = inside_epochs(self.steady)
        if sharp is not None and (measured := scatter_about(sharp)) is not None:
            scatter = min(scatter, measured)
        return self._sharper(self._law(plateau, resolution=max(self.resolution_bytes, scatter)), plateau)

    @functools.cached_property
    def filled_law(self) -> LawFit | None:
        """The most that is held at any time of the first epoch, over n: what drains in between is seen when it is full.

        It rises at least as steeply as a cache does, and scatters less than the end of an epoch where threads or
        workers fill queues: so it can acquit, and cannot accuse.
        """
        rate = self.rate_past_an_epoch

        def filled(trial: Trial) -> int | None:
            highest = readings.highest_in_epoch(trial)
            return None if highest is None else round(highest[1] - rate * (highest[0] - 1))

        return self._law(filled)

    @functools.cached_property
    def peak_law(self) -> LawFit | None:
        """The highest memory held at any time over n, above what was held before the call."""
        return self._peaks(readings.trial_held_peak_bytes)

    @functools.cached_property
    def first_peak_law(self) -> LawFit | None:
        """The same up to the first batch: later epochs may keep more, and not all sizes were driven over as many."""
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
        return self._law(value, resolution=self.resolution_bytes + (self.batch_bytes or 0), trials=trials)

    def is_sharp(self, law: LawFit | None) -> bool:
        """Whether a law is that of the forecasts' trials."""
        return law is not None and law.sizes == sorted({trial.items or 0 for trial in self.forecasts})

    def trials_behind(self, law: LawFit | None) -> list[Trial]:
        """The trials that a law is of."""
        return self.forecasts if self.is_sharp(law) else self.steady

    @functools.cached_property
    def transient_law(self) -> LawFit | None:
        """The highest rise of which nothing stayed, over n."""
        return self._peaks(readings.trial_transient_bytes)

    @functools.cached_property
    def lost_law(self) -> LawFit | None:
        """The law of the transients, where it is not explained by making what is kept."""
        law = self.transient_law
        kept = max((fit.per_item.high for fit in (self.first_law, self.epoch_law) if fit is not None), default=0.0)
        return None if law is None or kept > EXPLAINS * law.per_item.value else law

    @functools.cached_property
    def arguments_law(self) -> LawFit | None:
        """What the arguments alone hold over n."""
        return self._law(readings.base_bytes)

    @functools.cached_property
    def harness_bytes(self) -> int | None:
        """What measuring takes in each child: RSS when it was ready, above what the interpreter had taken by itself."""
        ready = [trial.ready for trial in self.recording.trials if trial.ready is not None]
        ours = [mark.memory.rss_bytes - mark.bare_bytes for mark in ready if mark.bare_bytes is not None]
        return max(0, *ours) if ours else None

    @functools.cached_property
    def given_law(self) -> LawFit | None:
        """What the arguments alone hold over n, where that was measured without anything that could hide."""
        return self._law(readings.given_bytes, trials=self.forecasts) if self.forecasts else None

    @functools.cached_property
    def file_pages_law(self) -> LawFit | None:
        """Pages of mapped files over n, libraries' included: those of the data set are the kernel's to drop."""
        return self._law(readings.file_bytes, trials=self.trials_behind(self.first_law))

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

    @functools.cached_property
    def spike(self) -> Spike | None:
        """The highest rise while a batch is made."""
        return worst_spike(self.trials, self.batch_bytes)

    @functools.cached_property
    def garbage_bytes(self) -> int:
        """The most that a collection gave back: cycles that wait for the collector."""
        settled = [mark for trial in self.trials for mark in trial.settled]
        return max((mark.before_bytes - mark.collected_bytes for mark in settled), default=0)

    @functools.cached_property
    def settled(self) -> list[SettledMark]:
        """Settled readings of the trial that was driven longest."""
        longest = max(self.trials, key=readings.n_batches, default=None)
        return longest.settled if longest is not None else []

    @functools.cached_property
    def workers(self) -> int:
        """The most child processes that were alive at a settled reading."""
        return max((mark.children for trial in self.trials for mark in trial.settled), default=0)

    @functools.cached_property
    def workers_law(self) -> LawFit | None:
        """The most that child processes hold beyond the target's own in an epoch: by PSS, without mapped files."""
        rate = self.rate_past_an_epoch

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
        return fit_law(points, resolution=resolution or self.resolution_bytes) if points else None

    def _sharper(self, law: LawFit | None, value: Callable[[Trial], int | None]) -> LawFit | None:
        """The law of the forecasts' trials, where it says the same as the others and only says it better.

        A function that makes data sets may have no more data than it was asked for before: that is no bound.
        """
        sharp = self._law(value, trials=self.forecasts)
        if law is None or sharp is None or sharp.law != law.law or len(sharp.sizes) < FEWEST_SIZES or sharp.bends:
            return law
        return sharp if sharp.per_item.value >= AGREES * law.per_item.value else law

    @functools.cached_property
    def resolution_bytes(self) -> float:
        """How much two settled readings of the same thing may differ."""
        return across_trials(self.steady)


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
