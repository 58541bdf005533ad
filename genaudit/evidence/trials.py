"""What an audit has measured, before any law: trials, and figures that hold for all of them."""

import functools

from genaudit.evidence import readings
from genaudit.evidence.resolution import across_trials
from genaudit.model.marks import ArgumentsMark, DriverMark, HandedMark, SettledMark
from genaudit.model.recording import Recording, Trial

FEWEST_SIZES = 3
MEMORY_KINDS = ("scaled", "clean")


class TrialSet:
    """Trials by what they are good for, and the size of what the target yields."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording

    @functools.cached_property
    def measured(self) -> list[Trial]:
        """Trials that measured memory undisturbed and came to their first batch."""
        return [trial for trial in self.recording.trials if trial.kind in MEMORY_KINDS and trial.batches]

    @functools.cached_property
    def steady(self) -> list[Trial]:
        """Trials whose settled readings can be compared: which of many arenas a thread takes from is chance.

        A worker of a fork shares more with the process that has the libraries than a worker of another process does:
        beside forks of several sizes, those count alone.
        """
        forks = self.forks_of_workers
        return forks if len({trial.items for trial in forks if trial.items}) > 1 else self._of_one_allocator

    @functools.cached_property
    def forks_of_workers(self) -> list[Trial]:
        """Those that alone are comparable, once there are two sizes of them; none where there are no workers."""
        has_workers = any(mark.children for trial in self._of_one_allocator for mark in trial.settled)
        return [trial for trial in self._of_one_allocator if trial.forked] if has_workers else []

    @property
    def _of_one_allocator(self) -> list[Trial]:
        return [trial for trial in self.measured if not trial.own_allocator] or self.measured

    @functools.cached_property
    def forecasts(self) -> list[Trial]:
        """Trials at larger sizes in which nothing could hide, where there are enough of them for a law."""
        large = [trial for trial in self.recording.trials if trial.kind == "forecast" and trial.batches]
        return large if len({trial.items for trial in large}) >= FEWEST_SIZES else []

    @functools.cached_property
    def shares_memory(self) -> bool:
        """Whether the target has threads or processes: until their heaps are full, that looks like a leak."""
        return any(trial.shares_memory for trial in self.measured)

    @functools.cached_property
    def clean(self) -> Trial | None:
        """The trial that was driven as the user asked; of repeats, the first."""
        return next((trial for trial in self.recording.trials if trial.kind == "clean"), None)

    @functools.cached_property
    def arguments(self) -> ArgumentsMark | None:
        """How the target was called, in the largest trial that came so far."""
        marks = [trial.arguments for trial in self.recording.trials if trial.arguments is not None]
        return max(marks, key=lambda mark: mark.items or 0, default=None)

    @functools.cached_property
    def driver(self) -> DriverMark | None:
        """How the source was driven."""
        return next((trial.driver for trial in self.recording.trials if trial.driver is not None), None)

    @functools.cached_property
    def handed(self) -> HandedMark | None:
        """What a script handed over and was driven."""
        # The drive that was asked for first: at another size an epoch may have other steps.
        trials = sorted(self.recording.trials, key=lambda trial: trial.kind != "clean")
        driven = ((trial, trial.driver.handed) for trial in trials if trial.driver is not None)
        return next((mark for trial, number in driven for mark in trial.handed if mark.number == number), None)

    @functools.cached_property
    def batch_bytes(self) -> int | None:
        """Median size of a batch."""
        return readings.batch_bytes(self.measured)

    @functools.cached_property
    def batch_items(self) -> int | None:
        """Items of the data set in a batch: the median; where batches do not tell, by a whole epoch, or by the code."""
        by_batch, whole = readings.batch_items(self.measured), self.whole_epoch
        if by_batch != 1:
            return by_batch
        if whole is not None:
            items, batches = whole
            return max(1, round(items / batches))
        return max((trial.batches[0].may_be_items or 1 for trial in self.measured), default=1)

    @functools.cached_property
    def whole_epoch(self) -> tuple[int, int] | None:
        """Items of the data set and batches of an epoch that ended by itself, at the largest size that has one."""
        whole = [
            (trial.items, trial.epochs[0].batches)
            for trial in self.measured
            if trial.items and trial.epochs and trial.epochs[0].natural and trial.epochs[0].batches
        ]
        return max(whole, default=None)

    @functools.cached_property
    def item_bytes(self) -> float | None:
        """Size of one item as it is yielded."""
        return self.batch_bytes / self.batch_items if self.batch_bytes and self.batch_items else None

    @functools.cached_property
    def has_rows(self) -> bool:
        """Whether batches have rows, of which each item of the data set has many.

        There are more of them in a batch than there are files, or in an epoch that ended by itself, or that has as
        many steps as the user's code says.
        """
        mark, n_rows = self.arguments, readings.batch_items(self.measured)
        if mark is None or not mark.may_have_rows or n_rows is None or mark.dataset_items is None:
            return False
        return n_rows > mark.dataset_items > 0 or bool(self.rows_by_epoch) or self._has_rows_by_steps

    @functools.cached_property
    def rows_by_epoch(self) -> bool | None:
        """Whether an epoch that ended by itself had many batches of each item; ``None`` where none ended."""
        ended = [
            readings.has_rows(trial, trial.epochs[0].batches)
            for trial in self.measured
            if trial.items and trial.epochs and trial.epochs[0].natural
        ]
        return any(ended) if ended else None

    @property
    def _has_rows_by_steps(self) -> bool:
        steps = self.handed.steps if self.handed is not None else None
        sized = [trial for trial in self.measured if trial.items]
        if not steps or not sized:
            return False
        return readings.has_rows(max(sized, key=lambda trial: trial.items or 0), steps)

    @functools.cached_property
    def data_item_bytes(self) -> float | None:
        """Size of what is yielded of one item of the data set: of all rows of a file, where batches have rows."""
        if not self.has_rows or self.batch_bytes is None:
            return self.item_bytes
        if self.whole_epoch is None:
            # Nobody knows where an epoch ends: about as much as the file has.
            return self.file_bytes_per_item or self.item_bytes
        items, batches = self.whole_epoch
        return self.batch_bytes * batches / items

    @functools.cached_property
    def yields_objects(self) -> bool:
        """Whether batches have nothing but Python objects, so that names and numbers may be the data."""
        return any(trial.batches[0].of_objects for trial in self.measured)

    @functools.cached_property
    def file_bytes_per_item(self) -> float | None:
        """Mean size on disk of an item, where items are files."""
        return self.arguments.file_bytes_per_item if self.arguments else None

    @functools.cached_property
    def harness_bytes(self) -> int | None:
        """What measuring takes in each child: RSS when it was ready, above what the interpreter had taken by itself."""
        ready = [trial.ready for trial in self.recording.trials if trial.ready is not None]
        ours = [mark.memory.rss_bytes - mark.bare_bytes for mark in ready if mark.bare_bytes is not None]
        return max(0, *ours) if ours else None

    @functools.cached_property
    def garbage_bytes(self) -> int:
        """The most that a collection gave back: cycles that wait for the collector."""
        settled = [mark for trial in self.measured for mark in trial.settled]
        return max((mark.before_bytes - mark.collected_bytes for mark in settled), default=0)

    @functools.cached_property
    def settled(self) -> list[SettledMark]:
        """Settled readings of the trial that was driven longest."""
        longest = max(self.measured, key=readings.n_batches, default=None)
        return longest.settled if longest is not None else []

    @functools.cached_property
    def workers(self) -> int:
        """The most child processes that were alive at a settled reading."""
        return max((mark.children for trial in self.measured for mark in trial.settled), default=0)

    @functools.cached_property
    def resolution_bytes(self) -> float:
        """How much two settled readings of the same thing may differ."""
        return across_trials(self.steady)
