"""Which sizes to measure, and how far a drive goes at each: pure decisions on numbers."""

import math
from typing import Any

import msgspec

from genaudit.errors import UsageError
from genaudit.evidence import readings
from genaudit.evidence.growth import OF_A_BATCH, BatchGrowth, batch_growth
from genaudit.evidence.law import LawFit
from genaudit.model.limits import Limits
from genaudit.model.recording import Request, Trial
from genaudit.units import MIB

# The first size: two batches at least, so that an epoch has more than one.
FIRST_SIZE = {"share": 1_000_000, "at_least": 16, "batches": 2}
# How much larger than the default a data set may be made where a function makes it.
BEYOND = 8
FIRST_EPOCHS = 4
# Of a part of the data set: so few items may leave a loop that never ends.
PATIENCE_S = 20.0
SMALL_EPOCHS = 3
# Seconds that one more size may take, by what the smaller ones took for each item.
LADDER_S = 8.0
# A step more costs a trial, and tells a line from a buffer that fills no better.
LADDER_STEPS = 4
MOST_OF_WHOLE = 0.75
"""A size of more than this is as good as the whole."""
# The whole size is the second where it holds little even if it holds all.
CHEAP_BYTES = 2048 * MIB
# Sizes further apart by less than this tell little more.
WORTH_A_SIZE = 1.25
# A whole-size drive whose first batch would take longer is not run once the law is clear.
FULL_SIZE_S = 25.0
# The largest size that a forecast rests on is loaded in so many seconds; the others are parts of it.
FORECAST_S = 3.0
FORECAST_SHARES = (0.5, 0.75, 1.0)
# A drive stops by itself before its trial would be ended for taking too long.
SHARE_OF_TIMEOUT = 0.8
SMALL_SOFT_S = 15.0
FIRST_BATCH_ONLY: dict[str, Any] = {"kind": "scaled", "batches": 1, "thorough": True}
"""The shortest trial, as fields of ``TrialSpec``: up to the first batch."""
# A straight rise by this much, or for this long, is no warm-up any more.
LARGE_ENOUGH_BYTES = 512 * MIB
ENOUGH_S = 6.0
UNCERTAIN_S = 20.0
"""The same while nobody could tell yet whether memory grows."""
MOST_SIZES = 100
"""Each takes a trial."""
MOST_ITEMS = 10**9


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--sizes`` asks for: ``auto``, ``off``, or a list."""

    mode: str
    sizes: list[int] = []


def parse_sizes(text: str) -> Sizes:
    """Read ``--sizes``.

    Raises:
        UsageError: Neither ``auto`` nor ``off`` nor at least two different positive numbers.

    Example:
        >>> parse_sizes("200,50,100").sizes
        [50, 100, 200]
    """
    if text in {"auto", "off"}:
        return Sizes(mode=text)
    try:
        sizes = sorted({int(part) for part in text.split(",")})
    except ValueError:
        sizes = []
    if len(sizes) < 2 or sizes[0] < 1 or sizes[-1] > MOST_ITEMS or len(sizes) > MOST_SIZES:
        raise UsageError(
            f"--sizes {text[:60]!r} is neither auto, off, nor two to {MOST_SIZES} different sizes",
            slug="bad-sizes",
            hint="for example: --sizes 50,100,200",
        )
    return Sizes(mode="list", sizes=sizes)


def whole_epochs(epochs: int) -> dict[str, Any]:
    """A trial in which memory is all that counts, as fields of ``TrialSpec``."""
    return {
        "kind": "scaled",
        "batches": 0,
        "epochs": epochs,
        "thorough": True,
        "settle_every": 1,
        "soft_s": SMALL_SOFT_S,
    }


def settle_every(request: Request) -> int:
    """Batches between the settled readings of the drive that was asked for."""
    return max(1, request.batches // 4)


def second_size(first: int, whole: int, *, above: int = 0) -> int | None:
    """The size after the first; smaller than it where the first is nearly the whole data set.

    Args:
        above: A size that was too small to give a batch.
    """
    if first * 2 <= whole * MOST_OF_WHOLE:
        return first * 2
    if first // 2 > above:
        return first // 2
    return whole if above and whole > first else None


def resolving_size(first: int, resolution_bytes: float, limit_bytes_per_item: float) -> int:
    """A size so far from the first that growth by the limit would stand out of the resolution."""
    return first + math.ceil(2.5 * resolution_bytes / max(1.0, limit_bytes_per_item))


def apart(measured: list[int], *, span: float, least: int, most: int) -> list[int]:
    """Sizes to add so that the smallest and the largest are so far apart: a larger one first, then a smaller one.

    Args:
        measured: Sizes that were measured.
        span: Items between the smallest and the largest that are wanted.
        least: The smallest size that there can be.
        most: The largest.
    """
    low, high = min(measured), max(measured)
    least_span = WORTH_A_SIZE * (high - low)
    span = max(span, least_span)
    top = max(high, min(most, math.ceil(low + span)))
    bottom = low if top - low >= span else min(low, max(least, math.floor(top - span)))
    if top - bottom < least_span:
        return []
    return [size for size in (top, bottom) if size not in (low, high)]


def ladder(largest: int, whole: int) -> list[int]:
    """Sizes from the largest measured one up to below the whole: each twice the one before, or more where it is far.

    All are multiples of the first, and so of a batch where that is one.
    """
    steps: list[int] = []
    factor = max(2.0, (whole / largest) ** (1 / LADDER_STEPS))
    size = largest * factor
    while size < whole * MOST_OF_WHOLE:
        steps.append(round(size / largest) * largest)
        size *= factor
    return steps


def beyond_buffer(buffer: int, most: int) -> list[int]:
    """Two sizes at which a buffer is full, as far apart as there are items; none where there are too few.

    Args:
        buffer: Items that it holds.
        most: Items that there are, or can be made.
    """
    low, high = math.ceil(buffer * 1.25), min(most, math.ceil(buffer * 2.5))
    return [low, high] if high >= low * 1.25 else []


def seconds_per_item(trials: list[Trial], *, epochs: bool) -> float:
    """The time that an item takes: until the first batch, or over whole epochs.

    By the largest size, of which what takes as long at any size (a graph that is traced, workers that start) is the
    smallest part; the most, where several trials had it.
    """
    timed = [trial for trial in trials if trial.items]
    if epochs:
        timed = [trial for trial in timed if trial.epochs] or timed
    largest = max((trial.items or 0 for trial in timed), default=0)
    longest = 0.0
    for trial in timed:
        if trial.items != largest:
            continue
        if epochs:
            seconds = sum(mark.seconds for mark in trial.batches) / max(1, len(trial.epochs))
        else:
            seconds = _seconds_of(trial, "create", "first-batch")
        longest = max(longest, seconds / largest)
    return longest


def seconds_of_arguments(trials: list[Trial]) -> float:
    """The most time that an item took while the arguments were made."""
    return max((_seconds_of(trial, "arguments") / trial.items for trial in trials if trial.items), default=0.0)


def _seconds_of(trial: Trial, *names: str) -> float:
    return sum(phase.seconds for phase in trial.phases if phase.name in names)


def forecast_peak_bytes(trials: list[Trial], law: LawFit | None, items: int) -> float:
    """The highest memory of a trial of another size, by the law of the peaks and what the process needs anyway."""
    base = max((readings.base_bytes(trial) or 0 for trial in trials), default=0)
    files = max((phase.memory.file_bytes for trial in trials for phase in trial.phases), default=0)
    return base + files + (max(0.0, law.at(items).value) if law is not None else 0.0)


def most_bytes(trials: list[Trial], items: int) -> float:
    """What a size holds at most above what is there before the call, if all that others held grows with the items."""
    held = [(readings.trial_held_peak_bytes(trial) or 0) / trial.items for trial in trials if trial.items]
    return max(held, default=0.0) * items


def between(low: int, high: int) -> int | None:
    """A size between two, for when the law bends there."""
    middle = round(math.sqrt(low * high))
    return middle if low < middle < high else None


def batches_wanted(trial: Trial, *, pulled: int, most: int, limits: Limits) -> int:
    """How many batches to pull in all: more while memory still rises and it is not clear whether it will stop.

    Args:
        trial: The trial so far.
        pulled: Batches pulled so far.
        most: ``--max-batches``.
    """
    growth = batch_growth(trial)
    if pulled >= most or growth is None or not _rises(growth, trial, limits):
        return pulled
    if growth.total_bytes >= LARGE_ENOUGH_BYTES and not growth.levels_off:
        return pulled
    least = _kept(trial, limits)
    if readings.strength_of(trial.settled):
        # Heaps of workers take some time until they are filled.
        least = max(least, OF_A_BATCH * (readings.batch_bytes([trial]) or 0))
    if trial.batches[-1].at_s - trial.batches[0].at_s > (ENOUGH_S if growth.per_batch.low > least else UNCERTAIN_S):
        return pulled
    return min(most, pulled * 2)


class Wanted(msgspec.Struct, frozen=True):
    """How many batches a trial is to pull in all, asked while it runs; it can be sent to another machine."""

    most: int
    """``--max-batches``; 0 where no more are pulled than planned."""
    limits: Limits

    def __call__(self, trial: Trial) -> int:
        """So many.

        Args:
            trial: The trial so far.
        """
        return batches_wanted(trial, pulled=trial.batches[-1].last, most=self.most, limits=self.limits)


def _rises(growth: BatchGrowth, trial: Trial, limits: Limits) -> bool:
    return growth.highest > _kept(trial, limits)


def _kept(trial: Trial, limits: Limits) -> float:
    """Bytes a batch that no rule accuses."""
    n_bytes, n_items = readings.batch_bytes([trial]), readings.batch_items([trial])
    return limits.kept_bytes_per_batch(n_bytes / n_items if n_bytes and n_items else None)
