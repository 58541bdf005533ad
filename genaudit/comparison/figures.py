"""From drives and audits to the figures of each variant, and to differences between them. Pure."""

import math
from collections.abc import Sequence

import msgspec

from genaudit.comparison.statistics import (
    difference,
    interval,
    log_interval,
    paired_ratio,
    sizes_ratio,
    slope_difference,
)
from genaudit.evidence import readings
from genaudit.evidence.growth import RESOLUTION_BYTES
from genaudit.evidence.resolution import across_trials
from genaudit.model.comparison import Difference, Drive, Figures
from genaudit.model.outcome import Interval
from genaudit.model.recording import Trial
from genaudit.model.report import Report
from genaudit.report.tables import seconds_to_first_batch

# Of the highest memory, less than this is never a difference: which pages are resident is chance.
SHARE_OF_PEAK = 0.005
SIZES = ("retained_first_bytes", "high_water_bytes", "tree_pss_bytes")
SLOPES = ("growth_bytes_per_item", "growth_bytes_per_batch")
TIMES = ("first_batch_seconds", "items_per_second")
MORE_IS_BETTER = {"items_per_second"}


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A variant's drives and its audit: what figures are made of."""

    drives: Sequence[Drive]
    report: Report
    resolution: float
    """How much two readings of the same thing may differ between processes, in bytes."""
    item_span: int | None = None
    """Items between the two sizes of each slope per item."""
    batch_span: int | None = None
    """Batches between the ends of each slope per batch."""

    @property
    def done(self) -> list[Drive]:
        """Drives that came to their end."""
        return [drive for drive in self.drives if drive.reason == "completed"]

    def values(self, name: str) -> list[float]:
        """A figure in each drive that has it."""
        return [value for drive in self.done if (value := getattr(drive, name)) is not None]

    def slope(self, name: str) -> Interval | None:
        """The slope of the audit, with its own interval."""
        batches, law = self.report.batches, self.report.growth_law
        if name == "growth_bytes_per_item":
            return law.bytes_per_item if law else None
        return batches.growth_bytes_per_batch if batches else None

    def floor(self, name: str) -> float:
        """An interval is never narrower than this to either side: a few repeats may agree by luck."""
        if name == "growth_bytes_per_item":
            return math.sqrt(2) * self.resolution / self.item_span if self.item_span else 0.0
        if name == "growth_bytes_per_batch":
            return math.sqrt(2) * RESOLUTION_BYTES / self.batch_span if self.batch_span else 0.0
        if name == "retained_first_bytes":
            return self.resolution
        return max(self.resolution, SHARE_OF_PEAK * max(self.values(name), default=0.0))


def drive_of(trial: Trial, *, round_: int, variant: int) -> Drive:
    """The figures of one drive."""
    return Drive(
        round=round_,
        variant=variant,
        items=trial.items,
        batches=readings.n_batches(trial),
        reason=trial.exit.reason,
        retained_first_bytes=readings.retained_first_bytes(trial),
        high_water_bytes=readings.high_water_bytes(trial),
        tree_pss_bytes=_tree_pss_bytes(trial),
        first_batch_seconds=seconds_to_first_batch(trial),
        items_per_second=_items_per_second(trial),
    )


def figures(measured: Measured) -> Figures:
    """What a variant needs, each figure over its repeats."""
    by_name: dict[str, Interval | None] = {
        name: interval(measured.values(name), floor=measured.floor(name)) for name in SIZES
    }
    by_name |= {name: _slope_figure(measured, name) for name in SLOPES}
    by_name |= {name: log_interval(measured.values(name)) for name in TIMES}
    return Figures(**by_name)


def _slope_figure(measured: Measured, name: str) -> Interval | None:
    """A slope over the repeats; with one, and where it took too long to be measured again, the audit's."""
    values = measured.values(name)
    return interval(values, floor=measured.floor(name)) if len(values) > 1 else measured.slope(name)


def resolution(trials: Sequence[Trial]) -> float:
    """How much two readings of the same thing may differ between processes."""
    return across_trials([trial for trial in trials if trial.batches])


def differences(base: Measured, other: Measured) -> list[Difference]:
    """A variant against the first, figure by figure; those that one of the two lacks are left out."""
    ours, theirs = figures(base), figures(other)
    rows = []
    for name in Figures.__struct_fields__:
        our, their = getattr(ours, name), getattr(theirs, name)
        if our is not None and their is not None:
            compare = _time if name in TIMES else _size
            rows.append(compare(name, our, their, base, other))
    return rows


def _size(name: str, our: Interval, their: Interval, base: Measured, other: Measured) -> Difference:
    floor = max(base.floor(name), other.floor(name))
    gap = difference(base.values(name), other.values(name), floor=floor)
    if gap is None and name in SLOPES:
        # A slope has an interval also where it was measured once.
        gap = slope_difference(our, their)
    beyond = None if gap is None else not gap.low <= 0 <= gap.high
    return _difference(name, our, their, gap, sizes_ratio(our, their), beyond)


def _time(name: str, our: Interval, their: Interval, base: Measured, other: Measured) -> Difference:
    rounds = _pairs(base.done, other.done, name)
    ratio = paired_ratio([pair[0] for pair in rounds], [pair[1] for pair in rounds])
    beyond = None if ratio is None or len(rounds) < 2 else not ratio.low <= 1 <= ratio.high
    return _difference(name, our, their, None, ratio, beyond)


def _difference(
    name: str, base: Interval, other: Interval, gap: Interval | None, ratio: Interval | None, beyond: bool | None
) -> Difference:
    more = other.value > base.value
    return Difference(
        figure=name,
        base=base.value,
        other=other.value,
        difference=gap,
        ratio=ratio,
        beyond_noise=beyond,
        better=(more is (name in MORE_IS_BETTER)) if beyond else None,
    )


def _pairs(base: Sequence[Drive], other: Sequence[Drive], name: str) -> list[tuple[float, float]]:
    """Values of the rounds that both completed."""
    ours = {drive.round: getattr(drive, name) for drive in base}
    theirs = {drive.round: getattr(drive, name) for drive in other}
    return [
        (a, b) for round_ in sorted(ours) if (a := ours[round_]) is not None and (b := theirs.get(round_)) is not None
    ]


def _tree_pss_bytes(trial: Trial) -> int | None:
    """The highest PSS of all processes.

    It is read a few times a second only. Of a process alone the kernel keeps the highest RSS, and what of that it
    shares with others hardly changes once everything is loaded.
    """
    read = [sample for sample in trial.samples if sample.pss_bytes is not None]
    highest = readings.high_water_bytes(trial)
    several = any(sample.children for sample in trial.samples) or any(mark.children for mark in trial.settled)
    if not read or highest is None or several:
        return trial.pss_peak_bytes
    shared = max(0, read[-1].rss_bytes - (read[-1].pss_bytes or 0))
    return max(trial.pss_peak_bytes or 0, highest - shared)


def _items_per_second(trial: Trial) -> float | None:
    """Over all batches but the first, by the time spent inside the generator; a batch of unknown size is one item."""
    steady = [mark for mark in trial.batches if mark.last > 1]
    seconds = sum(mark.seconds for mark in steady)
    n_batches = sum(mark.count for mark in steady)
    return n_batches * (readings.batch_items([trial]) or 1) / seconds if seconds > 0 else None
