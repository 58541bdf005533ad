"""From drives and audits to the figures of each variant, and to differences between them. Pure."""

from collections.abc import Callable, Sequence

from genaudit.comparing.noise import difference, interval, log_interval, paired_ratio, sizes_ratio, slope_difference
from genaudit.evidence import readings
from genaudit.evidence.resolution import across_trials
from genaudit.model.comparison import Difference, Drive, Figures
from genaudit.model.outcome import Interval
from genaudit.model.recording import Trial
from genaudit.model.report import Report

# Of the highest memory, less than this is never a difference: which pages are resident is a matter of luck.
SHARE_OF_PEAK = 0.005
SIZES = ("retained_first_bytes", "high_water_bytes", "tree_pss_bytes")
SLOPES = ("growth_bytes_per_item", "growth_bytes_per_batch")
TIMES = ("first_batch_seconds", "items_per_second")
MORE_IS_BETTER = {"items_per_second"}


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
        tree_pss_bytes=trial.pss_peak_bytes,
        first_batch_seconds=_first_batch_seconds(trial),
        items_per_second=_items_per_second(trial),
    )


def figures(drives: Sequence[Drive], report: Report, floor: float) -> Figures:
    """What a variant needs: sizes and times over its drives, slopes from its audit."""
    done = [drive for drive in drives if drive.reason == "completed"]
    found: dict[str, Interval | None] = {
        name: interval(_values(done, name), floor=_floor(name, done, floor)) for name in SIZES
    }
    found |= {name: log_interval(_values(done, name)) for name in TIMES}
    return Figures(
        growth_bytes_per_item=report.growth_law.bytes_per_item if report.growth_law else None,
        growth_bytes_per_batch=report.batches.growth_bytes_per_batch if report.batches else None,
        **found,
    )


def resolution(trials: Sequence[Trial]) -> float:
    """How much two readings of the same thing may differ between processes."""
    return across_trials([trial for trial in trials if trial.batches])


def differences(
    base: tuple[Figures, Sequence[Drive]], other: tuple[Figures, Sequence[Drive]], floor: float
) -> list[Difference]:
    """A variant against the first, figure by figure; those that one of the two lacks are left out."""
    found = [_size(name, base, other, floor) for name in SIZES]
    found += [_slope(name, base[0], other[0]) for name in SLOPES]
    found += [_time(name, base, other) for name in TIMES]
    order = Figures.__struct_fields__
    return sorted((one for one in found if one is not None), key=lambda one: order.index(one.figure))


def _size(
    name: str, base: tuple[Figures, Sequence[Drive]], other: tuple[Figures, Sequence[Drive]], floor: float
) -> Difference | None:
    one, two = getattr(base[0], name), getattr(other[0], name)
    if one is None or two is None:
        return None
    drives = [_completed(side[1]) for side in (base, other)]
    least = max(_floor(name, side, floor) for side in drives)
    gap = difference(_values(drives[0], name), _values(drives[1], name), floor=least)
    beyond = None if gap is None else not gap.low <= 0 <= gap.high
    return _difference(name, one, two, gap, sizes_ratio(one, two), beyond)


def _slope(name: str, base: Figures, other: Figures) -> Difference | None:
    one, two = getattr(base, name), getattr(other, name)
    if one is None or two is None:
        return None
    gap = slope_difference(one, two)
    return _difference(name, one, two, gap, sizes_ratio(one, two), not gap.low <= 0 <= gap.high)


def _time(
    name: str, base: tuple[Figures, Sequence[Drive]], other: tuple[Figures, Sequence[Drive]]
) -> Difference | None:
    one, two = getattr(base[0], name), getattr(other[0], name)
    if one is None or two is None:
        return None
    rounds = _pairs(base[1], other[1], lambda drive: getattr(drive, name))
    ratio = paired_ratio([pair[0] for pair in rounds], [pair[1] for pair in rounds])
    beyond = None if ratio is None or len(rounds) < 2 else not ratio.low <= 1 <= ratio.high
    return _difference(name, one, two, None, ratio, beyond)


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


def _pairs(
    base: Sequence[Drive], other: Sequence[Drive], value: Callable[[Drive], float | None]
) -> list[tuple[float, float]]:
    """Values of the rounds that both completed."""
    ours = {drive.round: value(drive) for drive in _completed(base)}
    theirs = {drive.round: value(drive) for drive in _completed(other)}
    return [
        (a, b) for round_ in sorted(ours) if (a := ours[round_]) is not None and (b := theirs.get(round_)) is not None
    ]


def _completed(drives: Sequence[Drive]) -> list[Drive]:
    return [drive for drive in drives if drive.reason == "completed"]


def _values(drives: Sequence[Drive], name: str) -> list[float]:
    return [value for drive in drives if (value := getattr(drive, name)) is not None]


def _floor(name: str, drives: Sequence[Drive], floor: float) -> float:
    if name == "retained_first_bytes":
        return floor
    return max(floor, SHARE_OF_PEAK * max(_values(drives, name), default=0.0))


def _first_batch_seconds(trial: Trial) -> float | None:
    """From the call to the first batch; what opens the data may be in either phase."""
    seconds = {phase.name: phase.seconds for phase in trial.phases}
    if "first-batch" not in seconds:
        return None
    return seconds.get("create", 0.0) + seconds["first-batch"]


def _items_per_second(trial: Trial) -> float | None:
    """Over all batches but the first, by the time spent inside the generator; a batch of unknown size is one item."""
    steady = [mark for mark in trial.batches if mark.last > 1]
    seconds = sum(mark.seconds for mark in steady)
    n_batches = sum(mark.count for mark in steady)
    return n_batches * (readings.batch_items([trial]) or 1) / seconds if seconds > 0 else None
