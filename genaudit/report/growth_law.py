"""The growth law of a report, and what it means for the real data set."""

import statistics

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.model.catalogue import DATASET_AS_ARGUMENT, pattern_of
from genaudit.model.fix import Curve
from genaudit.model.outcome import Basis, Interval, Outcome
from genaudit.model.recording import Recording
from genaudit.model.report import GrowthLaw, Projection
from genaudit.model.series import EPOCH_END, FIRST_BATCH, CurveBand
from genaudit.report.curves import fitted_curve, line_through, shifted

# The highest moment may rise faster with n than what is retained: a list that is stacked needs both for a moment.
STEEPER = 1.05
SHARES_OF_POWER = 0.8, 1.25
"""The interval of a law that bends, and of the size at which it fills the memory, as shares of its value."""


def growth_law(evidence: Evidence, worst: Outcome | None) -> GrowthLaw | None:
    """The law at the moment that the worst finding is about; at the first batch where there is none."""
    at_epoch = _is_about_epochs(worst)
    whole = evidence.epoch_law if at_epoch else evidence.first_law
    ran_out = whole is not None and evidence.ran_out(whole)
    law = evidence.of_items_there(whole) if whole is not None and ran_out else whole
    if law is None:
        return None
    peak = evidence.epoch_peak_law if at_epoch else evidence.first_peak_law
    upper = law.upper
    if upper is not None and _basis(worst) is Basis.LARGER_SIZES:
        # The finding rests on the larger sizes, for queues are longer than the smaller ones: on the line through them.
        law, peak = upper.straight, (peak.upper or peak) if peak is not None else None
    called = _peak_slope(law, peak, between=at_epoch) if evidence.is_sharp(law) else _forecast_slope(law, peak)
    given = _given_slope(evidence.given_law or (evidence.arguments_law if _is_about_arguments(worst) else None))
    fixed = _fixed(evidence, law, peak, called.value, given.value)
    slope = Interval(value=called.value + given.value, low=called.low + given.low, high=called.high + given.high)
    clean = evidence.trial_set.clean
    if clean is not None and clean.items is not None and clean not in evidence.steady:
        # Left out of the law, for its allocator is another; yet it is the process that the user will run.
        fixed = max(fixed, (readings.called_high_water_bytes(clean) or 0) - slope.value * clean.items)
    fixed -= evidence.trial_set.harness_bytes or 0
    told = _as_told(evidence, worst, law)
    return GrowthLaw(
        at=EPOCH_END if at_epoch else FIRST_BATCH,
        sizes=law.sizes,
        retained_bytes=[_retained(law, size) for size in law.sizes],
        high_water_bytes=[_high_water(evidence, size) for size in law.sizes],
        law=told.law,
        bytes_per_item=told.per_item,
        fixed_bytes=round(fixed),
        exponent=told.exponent,
        # A buffer that is not full at any size says nothing of larger ones, and neither does data that ended.
        projection=None
        if ran_out or evidence.is_below_buffer(law)
        else _as_it_ran(_projection(evidence, law, slope, fixed), evidence, at_epoch=at_epoch),
        retained_curve=fitted_curve(law),
    )


def retained_curves(recording: Recording) -> list[Curve]:
    """What was retained over the size of the data set, at each moment that was reached at two sizes or more.

    The law of a report is about one moment, that of its worst finding; without a finding it may be another one.
    """
    evidence = Evidence(recording)
    laws = {FIRST_BATCH: evidence.first_law, EPOCH_END: evidence.epoch_law}
    return [
        Curve(at=at, sizes=law.sizes, retained_bytes=[_retained(law, size) for size in law.sizes])
        for at, law in laws.items()
        if law is not None and len(law.sizes) > 1
    ]


def _is_about_epochs(worst: Outcome | None) -> bool:
    """Whether the worst finding is one that shows at the end of an epoch, as a cache that fills does."""
    pattern = pattern_of(worst.code) if worst is not None else None
    return pattern is not None and pattern.at_epoch_end


def _is_about_arguments(worst: Outcome | None) -> bool:
    """Whether the worst finding is that the arguments are the data: they grow, whatever the target adds."""
    return worst is not None and worst.code == DATASET_AS_ARGUMENT.code


def _as_told(evidence: Evidence, worst: Outcome | None, law: LawFit) -> LawFit:
    """The law that the finding rests on: that of references, where noise hid the growth from readings of memory."""
    held = evidence.held_first_law
    return held if held is not None and _basis(worst) is Basis.REFERENCES else law


def _basis(worst: Outcome | None) -> Basis | None:
    return worst.basis if worst is not None else None


def _fixed(evidence: Evidence, law: LawFit, peak: LawFit | None, called: float, given: float) -> float:
    """What the process needs whatever the size of the data set: before the call, for the target, and of mapped files.

    Args:
        called: Bytes per item that the target needs.
        given: Bytes per item that the arguments hold.
    """
    trials = [trial for trial in evidence.trials_behind(law) if trial.items is not None]
    before = [
        base - readings.filled_bytes(trial) - given * (trial.items or 0)
        for trial in trials
        if (base := readings.passed_bytes(trial)) is not None
    ]
    # A curve is followed from its last point on, a line lies among all of them.
    from_size = law.sizes[-1] if law.law == "superlinear" else 0
    needed = [
        statistics.median(point.n_bytes - called * point.items for point in fit.points if point.items >= from_size)
        for fit in (law, peak)
        if fit is not None and fit.sizes[-1] >= from_size
    ]
    files = evidence.file_pages_law
    mapped = files.at(0).value if files is not None else 0.0
    return statistics.median(before) + max(needed) + max(0.0, mapped) if before else max(0.0, mapped)


def _forecast_slope(law: LawFit, peak: LawFit | None) -> Interval:
    """Bytes per item at the highest moment: what is retained, or the peak where that is clearly steeper."""
    if law.law == "constant" or law.per_item.low <= 0:
        flat = Interval(value=0.0, low=0.0, high=max(0.0, law.per_item.high))
        return peak.per_item if peak is not None and peak.per_item.low > 0 and peak.law == "linear" else flat
    if peak is not None and peak.per_item.low > STEEPER * law.per_item.high:
        return peak.per_item
    return law.per_item


def _peak_slope(law: LawFit, peak: LawFit | None, *, between: bool) -> Interval:
    """The same where both are known well: what a job needs is its highest moment.

    Args:
        between: Items are kept one by one while batches come and go. What is kept later may fit into the holes that
            batches leave, or not: what a large data set needs lies between the two laws, most often at the upper.
    """
    if peak is None:
        return law.per_item
    if not peak.is_straight:
        # Buffers that double, for example. It may go on like this, and it needs at least what is retained.
        ratios = [point.n_bytes / point.items for point in peak.points]
        high = max(law.per_item.high, peak.per_item.high, *ratios)
        return Interval(value=max(law.per_item.value, ratios[-1]), low=law.per_item.low, high=high)
    if peak.per_item.low <= law.per_item.value:
        # The batch that is alive blurs the peaks: where they cannot be distinguished, what is retained is known better.
        # Where they are lower, other processes hold the rest.
        return law.per_item
    return msgspec.structs.replace(peak.per_item, low=law.per_item.low) if between else peak.per_item


def _given_slope(given: LawFit | None) -> Interval:
    """The arguments grow with the data set as well: names of files, labels."""
    # A function that reads or makes data may leave more behind at one size than at another: then nothing is known.
    if given is None or given.per_item.low <= 0 or not given.is_straight:
        return Interval(value=0.0, low=0.0, high=0.0)
    return given.per_item


def _projection(evidence: Evidence, law: LawFit, slope: Interval, fixed: float) -> Projection | None:
    arguments = evidence.arguments
    items = evidence.recording.request.project_items or (arguments.dataset_items if arguments else None)
    if items is None:
        return None
    limit = evidence.recording.limit.bytes
    curve = _forecast_curve(law, slope, fixed)
    return Projection(
        items=items,
        bytes=curve.at(items),
        limit_bytes=limit,
        items_at_limit=_power_items_at(law, limit - _beside(law, slope, fixed))
        if law.law == "superlinear"
        else _items_at(slope, limit - fixed),
        curve=curve,
    )


def _as_it_ran(projection: Projection | None, evidence: Evidence, *, at_epoch: bool) -> Projection | None:
    """What was needed, where the drive that was asked for was of that size: nothing is left to forecast."""
    clean = evidence.trial_set.clean
    if projection is None or clean is None or clean.items != projection.items or clean.exit.reason != "completed":
        return projection
    most = max(readings.high_water_bytes(clean) or 0, clean.pss_peak_bytes or 0)
    if not most or (at_epoch and not clean.epochs):
        return projection
    return msgspec.structs.replace(projection, bytes=Interval(value=most, low=most, high=most))


def _forecast_curve(law: LawFit, slope: Interval, fixed: float) -> CurveBand:
    """Memory of the whole process by items: carried on from what was needed at the largest size."""
    if law.law == "superlinear":
        retained, beside = fitted_curve(law).value, _beside(law, slope, fixed)
        return CurveBand(
            value=shifted(retained, beside),
            low=shifted(retained, beside, SHARES_OF_POWER[0]),
            high=shifted(retained, beside, SHARES_OF_POWER[1]),
        )
    largest = law.sizes[-1]
    return line_through(largest, fixed + slope.value * largest, slope)


def _beside(law: LawFit, slope: Interval, fixed: float) -> float:
    """What the process needs at the largest size beside what is retained."""
    return fixed + slope.value * law.sizes[-1] - law.points[-1].n_bytes


def _items_at(slope: Interval, room: float) -> Interval | None:
    """The items at which the room is full; ``None`` where memory does not grow."""
    if slope.low <= 0 or room <= 0:
        return None
    return Interval(value=room / slope.value, low=room / slope.high, high=room / slope.low)


def _power_items_at(law: LawFit, room: float) -> Interval | None:
    largest = law.points[-1]
    if law.exponent is None or room <= law.fixed_bytes:
        return None
    share = (room - law.fixed_bytes) / max(1.0, largest.n_bytes - law.fixed_bytes)
    value = largest.items * share ** (1 / law.exponent)
    return Interval(value=value, low=value * SHARES_OF_POWER[0], high=value * SHARES_OF_POWER[1])


def _retained(law: LawFit, size: int) -> int:
    return round(statistics.median(point.n_bytes for point in law.points if point.items == size))


def _high_water(evidence: Evidence, size: int) -> int:
    """The highest VmRSS of all trials of a size, from the call of the target on."""
    trials = [trial for trial in (*evidence.trials, *evidence.trial_set.forecasts) if trial.items == size]
    return max((readings.called_high_water_bytes(trial) or 0 for trial in trials), default=0)
