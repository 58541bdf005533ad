"""How retained memory grows with batches: within an epoch, from epoch to epoch, or not at all.

The functions read one trial. ``GrowthEstimates`` chooses among the trials of an audit.
"""

import functools
import statistics
from collections.abc import Sequence

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.slopes import theil_sen, theil_sen_within
from genaudit.evidence.trials import TrialSet
from genaudit.model.marks import SettledMark
from genaudit.model.outcome import Interval
from genaudit.model.recording import Trial
from genaudit.units import KIB

# Two settled readings in one process: pages that come and go with the interpreter's own tables.
RESOLUTION_BYTES = 12 * KIB
# Growth that falls below this share of what it was levels off: something fills up, and will be full.
LEVELS_OFF = 0.5
APART = 0.5
FEWEST_OF_STEP = 8
"""Readings that tell a step from a slope."""
MOST_OF_STEP = 0.75
"""Of all epochs, those before and after a step by which it is known."""
FEWEST_POINTS = 3
FEWEST_BOTTOMS = 3
"""So often memory falls, before its falls are taken for a habit."""
FEWEST_SAMPLED_BATCHES = 8
"""Of memory that is sampled, over fewer a flat trial says nothing against one that grows."""
# Two epochs differ in length where one is so many times as long as the other.
UNLIKE = 1.5
# Batches are smaller at the end of an epoch, so that a leak of whole batches is a little less over many of them.
CLEARLY_LESS = 0.5
# Growth by so many batches in all is past what heaps of threads and processes take until they are filled.
SHORT_BATCHES = 4
# What a heap of a worker takes until it is filled, and its copies of the pages that it writes reference counts to,
# however small a batch is.
HEAP_OF_WORKER_BYTES = 512 * KIB
# Growth by so much of every batch is none of the heaps of workers.
OF_A_BATCH = 0.5
FILLED_BATCHES = 128
LASTING_EPOCHS = 8
LONG_BATCHES = 128
"""Over so many what is lost with each is more than what comes and goes ..."""
REFUTED = 4
"""... if it would be so many times as much by then."""

Series = list[tuple[float, float]]


class BatchGrowth(msgspec.Struct, frozen=True, kw_only=True):
    """Growth over the batches of a trial, past what warm-up and a first epoch explain."""

    per_batch: Interval
    """Between batches of one epoch."""
    overall: Interval
    """From the first reading to the last, whatever happens at the turn of an epoch."""
    from_batch: int
    to_batch: int
    batches_per_epoch: float | None
    whole_epochs: int
    """Epochs that lie wholly behind the first reading: with one or more, the data set has been seen before."""
    levels_off: bool
    """The second half grew much less than the first; ``per_batch`` is the second half's then."""
    starts_anew: bool = False
    """Workers end with each epoch, and with them what they hold: a later epoch begins where an earlier one did."""
    is_let_go: bool = False
    """What comes in an epoch goes with its end: from one end to the next there is clearly less more."""

    drift_bytes: float = 0.0
    """By how much the middle of the last third of all readings is above that of the first."""
    falls_back: bool = False
    """Memory falls again and again inside of epochs: the growth is that of its lowest readings."""

    @property
    def highest(self) -> float:
        """The most that may be kept per batch, by either way of counting."""
        return max(self.per_batch.high, self.overall.high)

    @property
    def span(self) -> int:
        """Batches between the first and the last reading."""
        return self.to_batch - self.from_batch

    def comes_and_goes(self, limit: float, jitter: float) -> bool:
        """Whether what batches of one epoch seem to leave is let go again, as over many epochs no more is there.

        Args:
            limit: Bytes per batch that are no growth.
            jitter: Bytes that come and go at any reading: batches that threads make ahead.
        """
        if not self.whole_epochs or self.span < LONG_BATCHES:
            return False
        if self.overall.high <= limit:
            return True
        return self.drift_bytes <= jitter and REFUTED * jitter < self.per_batch.value * self.span

    @property
    def total_bytes(self) -> float:
        """What the growth amounts to over the span."""
        return self.per_batch.value * self.span


class EpochGrowth(msgspec.Struct, frozen=True, kw_only=True):
    """Growth from the end of one epoch to the end of the next, past the first."""

    per_epoch: Interval
    items: int | None
    """The size of the data set: what is kept per epoch may grow with it."""
    batches_per_epoch: float
    to_batch: int
    span: int
    """Epochs between the first reading and the last."""
    n_epochs: int
    levels_off: bool
    within: float
    """Bytes per batch of the growth that come with batches, and not at the turn of an epoch."""

    @property
    def at_turns(self) -> Interval:
        """What the turn of an epoch adds to that."""
        by_batches = self.within * self.batches_per_epoch
        low, high = self.per_epoch.low - by_batches, self.per_epoch.high - by_batches
        return Interval(value=self.per_epoch.value - by_batches, low=low, high=high)

    def against(self, fits: "list[EpochGrowth]") -> "EpochGrowth":
        """The same, with only as much put down to batches as epochs of another length confirm.

        Growth by batches is more in a longer epoch. What fills a few places at the start of each is not.
        """
        others = [fit for fit in fits if not 1 / UNLIKE < fit.batches_per_epoch / self.batches_per_epoch < UNLIKE]
        other = max(others, key=lambda fit: fit.span, default=None)
        if other is None:
            return msgspec.structs.replace(self, within=0.0)
        more = (other.per_epoch.value - self.per_epoch.value) / (other.batches_per_epoch - self.batches_per_epoch)
        return msgspec.structs.replace(self, within=max(0.0, min(self.within, more)))


def batch_growth(trial: Trial) -> BatchGrowth | None:
    """Growth per batch; ``None`` where too few settled readings were taken.

    Where epochs are known, only readings of the second and later ones count, and only pairs within one epoch: a
    cache fills in the first, and what is lost or let go at the turn of an epoch is another rule's.
    """
    trial = readings.first_life(trial)
    segments, whole_epochs = _segments(trial)
    n_points = sum(len(segment) for segment in segments)
    if n_points < FEWEST_POINTS:
        return None
    times = {float(mark.batch): mark.at_s for mark in trial.settled}
    taken = [point for segment in segments for point in segment]
    # What another thread fills rises with time, however many batches are pulled meanwhile.
    levels_off = _levels_off(taken) and _levels_off([(times[batch], held) for batch, held in taken])
    if levels_off:
        middle = (segments[0][0][0] + segments[-1][-1][0]) / 2
        late = [part for segment in segments if len(part := [point for point in segment if point[0] >= middle]) > 1]
        segments = late or segments
    slope = _within(segments)
    starts_anew = _starts_anew(trial)
    # Where workers begin anew, those of the first epoch are like any, and so is a single reading of a later one.
    counted = _by_epoch(trial, first=1) if starts_anew else segments
    points = [point for segment in counted for point in segment]
    overall = theil_sen([x for x, _ in points], [y for _, y in points], resolution=RESOLUTION_BYTES)
    if slope is None or overall is None:
        return None
    floor = _floor(trial, points[0][0], overall.slope.value)
    if floor is not None:
        levels_off = False
    return BatchGrowth(
        per_batch=floor or (overall.slope if starts_anew else slope),
        overall=floor or overall.slope,
        from_batch=int(points[0][0]),
        to_batch=int(points[-1][0]),
        batches_per_epoch=sum(mark.batches for mark in trial.epochs) / len(trial.epochs) if trial.epochs else None,
        whole_epochs=whole_epochs,
        levels_off=levels_off,
        starts_anew=starts_anew,
        is_let_go=_is_let_go(trial, slope.value),
        drift_bytes=_drift(trial, points[0][0]),
        falls_back=floor is not None,
    )


def _floor(trial: Trial, from_batch: float, trend: float) -> Interval | None:
    """Growth per batch from one bottom of a sawtooth to the next; ``None`` where memory is none.

    What is gathered and let go every so many batches rises steeply between two readings, and a slope through all of
    them depends on where they happen to lie. What leaks is left at the bottoms too.

    Args:
        from_batch: Where the readings begin that count.
        trend: Bytes per batch of all of them: falls are told against it.
    """
    small = _at_small_batches(trial)
    usual = readings.at_one_strength(trial.settled)
    marks = [mark for mark in usual if mark.batch >= from_batch and mark.batch not in small]
    above = [mark.retained_bytes - trend * mark.batch for mark in marks]
    fall = APART * (max(above) - min(above)) if above else 0
    if fall <= RESOLUTION_BYTES or marks[-1].batch - from_batch < LONG_BATCHES:
        return None
    bottoms: list[int] = []
    top, highest, is_low, inside = above[0], marks[0].retained_bytes, False, 0
    for place in range(1, len(marks)):
        now = above[place]
        # A rise that pauses falls behind the trend, and nothing of it is let go.
        is_let_go = highest - marks[place].retained_bytes >= fall / 2
        if not is_low and now <= top - fall and is_let_go:
            # At the turn of an epoch what the epoch has gathered goes: that is another matter.
            is_low, inside = True, inside + (marks[place - 1].epoch == marks[place].epoch)
            bottoms.append(place)
        elif is_low and now <= above[bottoms[-1]]:
            bottoms[-1] = place
        elif is_low:
            is_low, top, highest = False, now, marks[place].retained_bytes
        top, highest = max(top, now), max(highest, marks[place].retained_bytes)
    if inside < FEWEST_BOTTOMS:
        return None
    at = [marks[place] for place in bottoms]
    x, y = [float(mark.batch) for mark in at], [float(mark.retained_bytes) for mark in at]
    fit = theil_sen(x, y, resolution=RESOLUTION_BYTES)
    return None if fit is None else fit.slope


def _drift(trial: Trial, from_batch: float) -> float:
    held = [mark.retained_bytes for mark in readings.at_one_strength(trial.settled) if mark.batch >= from_batch]
    third = max(1, len(held) // 3)
    return statistics.median(held[-third:]) - statistics.median(held[:third]) if held else 0.0


def _is_let_go(trial: Trial, per_batch: float) -> bool:
    """Whether the ends of epochs show clearly less growth than the batches between them."""
    ends = _epoch_ends(trial)
    if len(ends) == 1:
        # Only the first has come to its end: it may be let go there, or when the next begins.
        first, last = trial.settled[0], trial.settled[-1]
        return _adds_less(first, ends[0], per_batch) or _adds_less(ends[0], last, per_batch)
    return len(ends) > 1 and _adds_less(ends[0], ends[-1], per_batch)


def _adds_less(first: SettledMark, last: SettledMark, per_batch: float) -> bool:
    """Whether clearly less came between two readings than their batches would have added."""
    added = last.retained_bytes - first.retained_bytes
    return added + RESOLUTION_BYTES < CLEARLY_LESS * per_batch * (last.batch - first.batch)


def _starts_anew(trial: Trial) -> bool:
    """Whether there were several epochs, and at the end of each no worker was left that had been there before."""
    ends = [mark for mark in trial.settled if readings.has_ended(trial, mark)]
    begun = {mark.epoch for mark in trial.settled if readings.alive(mark)}
    several = len(begun) > 1 and bool(begun & {mark.epoch for mark in ends})
    return several and not any(readings.alive(mark) for mark in ends)


def epoch_growth(trial: Trial) -> EpochGrowth | None:
    """Growth from epoch to epoch; ``None`` with fewer than three epochs."""
    ends = _epoch_ends(trial)
    if len(ends) < 3:
        return None
    series = [(float(mark.epoch), float(mark.retained_bytes)) for mark in ends]
    levels_off = _levels_off(series)
    if levels_off:
        series = series[len(series) // 2 :]
    # Of many short epochs only a few are settled at, and those near each other; what fills, does so over those.
    per_epoch = theil_sen_within([series], resolution=RESOLUTION_BYTES, apart=APART)
    if per_epoch is None or _is_one_step(trial, ends[1].epoch, per_epoch):
        return None
    later, last = _later_than(trial, ends, per_epoch), ends[-1]
    if later is not None:
        per_epoch, last = later
    return EpochGrowth(
        per_epoch=per_epoch,
        items=trial.items,
        batches_per_epoch=(ends[-1].batch - ends[0].batch) / (ends[-1].epoch - ends[0].epoch),
        to_batch=last.batch,
        span=last.epoch - ends[0].epoch,
        n_epochs=len(ends) if later is None else last.epoch,
        levels_off=levels_off,
        within=_inside_epochs(trial),
    )


def _is_one_step(trial: Trial, first: int, per_epoch: Interval) -> bool:
    """Whether a rise came at once, with nothing before it and nothing after: something was made late, and only once.

    Args:
        first: The epoch to begin with: by its end what is made once is there.
        per_epoch: What the rise is over all epochs.
    """
    usual = [mark for mark in readings.at_one_strength(trial.settled) if mark.epoch >= first]
    if per_epoch.low <= 0 or len(usual) < FEWEST_OF_STEP or not _holds_nothing_inside(usual):
        return False
    at = max(range(1, len(usual)), key=lambda place: usual[place].retained_bytes - usual[place - 1].retained_bytes)
    covered = 0
    for part in (usual[:at], usual[at:]):
        span = part[-1].epoch - part[0].epoch
        rise = part[-1].retained_bytes - part[0].retained_bytes
        if span and rise + RESOLUTION_BYTES >= CLEARLY_LESS * per_epoch.low * span:
            return False
        covered += span
    return covered >= MOST_OF_STEP * (usual[-1].epoch - first)


def _holds_nothing_inside(marks: Sequence[SettledMark]) -> bool:
    """Whether readings within an epoch are those at its end, so that both tell what is kept from epoch to epoch."""
    by_epoch: dict[int, list[int]] = {}
    for mark in marks:
        by_epoch.setdefault(mark.epoch, []).append(mark.retained_bytes)
    several = [held for held in by_epoch.values() if len(held) > 1]
    calm = [held for held in several if max(held) - min(held) <= RESOLUTION_BYTES]
    # The step itself may lie within one of them.
    return bool(calm) and len(several) - len(calm) <= 1


def _later_than(trial: Trial, ends: Sequence[SettledMark], per_epoch: Interval) -> tuple[Interval, SettledMark] | None:
    """Growth between readings within later epochs, and the last of them, where these show that the rise had ended.

    Of many epochs only the first are settled at their ends. Within an epoch there is more than after it, so what is
    there many epochs later bounds from above what they have added.
    """
    usual = readings.at_one_strength(trial.settled)
    late = [mark for mark in trial.settled if mark.at == "block" and mark.epoch >= ends[-1].epoch and mark in usual]
    if len(late) < 2 or late[-1].epoch - ends[-1].epoch < ends[-1].epoch - ends[0].epoch:
        return None
    added = late[-1].retained_bytes - ends[-1].retained_bytes + RESOLUTION_BYTES
    if added >= CLEARLY_LESS * per_epoch.low * (late[-1].epoch - ends[-1].epoch):
        return None
    series = [(float(mark.epoch), float(mark.retained_bytes)) for mark in late]
    growth = theil_sen_within([series], resolution=RESOLUTION_BYTES, apart=0.0)
    return None if growth is None else (growth, late[-1])


def _inside_epochs(trial: Trial) -> float:
    segments, whole_epochs = _segments(trial)
    slope = _within(segments) if whole_epochs else None
    return slope.value if slope is not None and slope.low > 0 else 0.0


def _at_small_batches(trial: Trial) -> set[int]:
    """Batches with fewer items than most that were settled at, where enough others were."""
    whole = {mark.batch for mark in readings.at_whole_batches(trial, trial.settled)}
    small = {mark.batch for mark in trial.settled} - whole
    return small if len(whole) >= FEWEST_POINTS else set()


def _segments(trial: Trial) -> tuple[list[Series], int]:
    """Settled readings by epoch past the first; all of them past warm-up where too few are known of these."""
    if trial.epochs:
        segments = [series for series in _by_epoch(trial) if len(series) > 1]
        if sum(len(segment) for segment in segments) >= FEWEST_POINTS:
            return segments, 1
    small = _at_small_batches(trial)
    usual = readings.at_one_strength(trial.settled)
    start = max(1, readings.n_batches(trial) // 5)
    late = [mark for mark in usual if mark.batch >= start and mark.batch not in small]
    # What an iterator holds is gone where it has ended, and there again in the next epoch.
    alive = [mark for mark in late if not readings.has_ended(trial, mark)]
    late = alive if len(alive) >= FEWEST_POINTS else late
    points = {float(mark.batch): float(mark.retained_bytes) for mark in late}
    return [sorted(points.items())], 0


def _by_epoch(trial: Trial, first: int = 2) -> list[Series]:
    """Settled readings inside each epoch, of whole batches and with all workers alive.

    Args:
        first: The epoch to begin with; of the very first one, what comes before warm-up is left out.
    """
    small = _at_small_batches(trial)
    usual = readings.at_one_strength(trial.settled)
    warm = max(2, readings.n_batches(trial) // 5) if first == 1 else 0
    epochs = sorted({mark.epoch for mark in trial.settled if mark.epoch >= first})
    by_epoch = [
        {
            float(mark.batch): float(mark.retained_bytes)
            for mark in readings.inside_epoch(trial, epoch)
            if mark.batch not in small and mark in usual and mark.batch >= warm
        }
        for epoch in epochs
    ]
    return [sorted(points.items()) for points in by_epoch if points]


def _within(segments: list[Series]) -> Interval | None:
    """Growth per batch between readings of the same epoch.

    The last batch of an epoch may be a small one. Pairs of readings that are near each other show that, and not what is
    kept.
    """
    return theil_sen_within(segments, resolution=RESOLUTION_BYTES, apart=APART)


def _epoch_ends(trial: Trial) -> list[SettledMark]:
    """The last settled reading of each epoch that was driven to its end."""
    ended = {mark.epoch for mark in trial.epochs}
    last = {mark.epoch: mark for mark in trial.settled if mark.at in {"epoch", "end"} and mark.epoch in ended}
    return [last[epoch] for epoch in sorted(last)]


def _levels_off(series: Series) -> bool:
    """Whether the second half of a rise is much smaller than the first."""
    middle = (series[0][0] + series[-1][0]) / 2
    split = min(range(len(series)), key=lambda index: abs(series[index][0] - middle))
    if split in {0, len(series) - 1}:
        return False
    (x0, y0), (x1, y1), (x2, y2) = series[0], series[split], series[-1]
    rise = y1 - y0
    return rise > 2 * RESOLUTION_BYTES and (y2 - y1) / (x2 - x1) < LEVELS_OFF * rise / (x1 - x0)


class GrowthEstimates:
    """Growth per batch and per epoch, by the trial that shows it best."""

    def __init__(self, trial_set: TrialSet) -> None:
        self._trial_set = trial_set

    @functools.cached_property
    def batch_growths(self) -> list[BatchGrowth]:
        """Growth per batch in each trial that shows it.

        Where memory goes on to rise by a good part of each batch while workers live, trials whose workers had ended
        say nothing of that.
        """
        steady = self._trial_set.steady
        fits = [(trial, fit) for trial in steady if (fit := batch_growth(trial)) is not None]
        with_workers = [fit for trial, fit in fits if readings.strength_of(trial.settled)]
        least = OF_A_BATCH * (self._trial_set.batch_bytes or 0)
        if any(not fit.levels_off and fit.per_batch.low > least > 0 for fit in with_workers):
            return with_workers
        return [fit for _, fit in fits]

    @functools.cached_property
    def leak(self) -> BatchGrowth | None:
        """Growth per batch where it shows best: past a whole epoch if there is one, then over most batches."""
        lasting = [fit for fit in self.batch_growths if not any(_refutes(other, fit) for other in self.batch_growths)]
        # Memory that only fell was given back by something else, which is no sign that the target keeps nothing.
        lasting = [fit for fit in lasting if fit.per_batch.high >= 0] or lasting
        return max(lasting, key=lambda fit: (fit.whole_epochs > 0, fit.to_batch), default=None)

    @property
    def is_heap_filling(self) -> bool:
        """Whether growth of a target with threads or processes is that of their heaps: a few batches in all.

        Either over so many batches that they had the time to fill, or at most so much in an epoch of the whole data
        set, at whose end it is given back, as it is with workers that end with each epoch.
        """
        leak = self.leak
        if leak is None or not self._trial_set.shares_memory:
            return False
        if leak.span >= FILLED_BATCHES and self._is_short(leak.highest * leak.span):
            return True
        if leak.starts_anew and leak.batches_per_epoch and self._is_short(leak.per_batch.high * leak.batches_per_epoch):
            return True
        epoch = self._batches_of_whole_epoch
        return leak.overall.low <= 0 and epoch is not None and self._is_short(leak.per_batch.high * epoch)

    @property
    def _batches_of_whole_epoch(self) -> float | None:
        arguments, batch_items = self._trial_set.arguments, self._trial_set.batch_items
        items = self._trial_set.recording.request.project_items or (arguments.dataset_items if arguments else None)
        return items / batch_items if items and batch_items else None

    @property
    def leak_is_short(self) -> bool:
        """Whether growth of a target with threads or processes is by a few batches in all: their heaps may yet fill."""
        leak = self.leak
        return leak is not None and self._trial_set.shares_memory and self._may_be_short(leak.total_bytes)

    @property
    def epoch_growth_is_short(self) -> bool:
        """The same of growth from epoch to epoch, over a few epochs."""
        growth = self.epoch_growth
        if growth is None or growth.span >= LASTING_EPOCHS or not self._trial_set.shares_memory:
            return False
        return self._may_be_short(growth.per_epoch.value * growth.span)

    def _is_short(self, n_bytes: float) -> bool:
        return n_bytes < SHORT_BATCHES * (self._trial_set.batch_bytes or 0)

    def _may_be_short(self, n_bytes: float) -> bool:
        """The same, where it is only left open."""
        return self._is_short(n_bytes) or n_bytes < HEAP_OF_WORKER_BYTES * self._trial_set.workers

    @functools.cached_property
    def rate_past_an_epoch(self) -> float:
        """Bytes per batch that a trial goes on to keep when it has seen the whole data set; 0 where it is flat then.

        A leak, or a window over more batches than an epoch has: in either case no cache of items. What each epoch
        gathers and lets go is the data of an epoch.
        """
        fits = [fit for fit in self.batch_growths if fit.whole_epochs and fit.per_batch.low > 0 and not fit.is_let_go]
        return max((fit.per_batch.value for fit in fits), default=0.0)

    @functools.cached_property
    def flattest(self) -> BatchGrowth | None:
        """The trial with the lowest upper end: what leaks does so in every trial, so none leaks more than this.

        Of memory that is sampled a reading is off by what happens to be resident, and over two or three batches that
        is more than a leak: as long as there is a longer trial, so short a one settles nothing.
        """
        is_sampled = any(trial.sampler == "memory-profiler" for trial in self._trial_set.steady)
        fits = [fit for fit in self.batch_growths if not is_sampled or fit.span >= FEWEST_SAMPLED_BATCHES]
        return min(fits or self.batch_growths, key=lambda fit: fit.highest, default=None)

    @functools.cached_property
    def epoch_growth(self) -> EpochGrowth | None:
        """Growth per epoch in the trial with the most of them."""
        alone = [fit for trial in self._trial_set.steady if (fit := epoch_growth(trial)) is not None]
        fits = [fit.against(alone) for fit in alone]
        # A drive over more batches may show that what seemed to come with epochs ends: a window over several of them.
        lasting = [
            fit
            for fit in fits
            if not any(_ends(longer, fit) for longer in self.batch_growths)
            and not any(_keeps_less(longer, fit) for longer in fits)
        ]
        # Over many epochs what comes and goes with threads and queues is little; over three or four it may be a line.
        # Where it ends in all of them, the drive over most batches shows how much is left.
        return max(lasting, key=lambda fit: fit.span, default=max(fits, key=lambda fit: fit.to_batch, default=None))


def _refutes(longer: BatchGrowth, fit: BatchGrowth) -> bool:
    """Whether a drive over more batches shows that a rise was warm-up: something that fills, and then is full."""
    return longer.to_batch > fit.to_batch and longer.highest < CLEARLY_LESS * fit.per_batch.low


def _keeps_less(longer: EpochGrowth, fit: EpochGrowth) -> bool:
    """Whether a drive over more batches shows that the turn of an epoch keeps less: it does so at any size."""
    return longer.to_batch > fit.to_batch and longer.per_epoch.high < fit.per_epoch.low


def _ends(longer: BatchGrowth, fit: EpochGrowth) -> bool:
    """Whether a drive over more batches shows that less is kept per epoch."""
    if longer.to_batch <= fit.to_batch or not longer.batches_per_epoch:
        return False
    return longer.overall.high * longer.batches_per_epoch < CLEARLY_LESS * fit.at_turns.low
