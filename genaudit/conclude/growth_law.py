"""The growth law of a report, and what it means for the real data set."""

import statistics

from genaudit.evidence import readings
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.model.outcome import Interval, Outcome
from genaudit.model.report import GrowthLaw, Projection

# The highest moment may rise faster with n than what is retained: a list that is stacked needs both for a moment.
STEEPER = 1.05


def growth_law(evidence: Evidence, worst: Outcome | None) -> GrowthLaw | None:
    """The law at the moment that the worst finding is about; at the first batch where there is none."""
    at_epoch = worst is not None and worst.code == "GA203"
    law = evidence.epoch_law if at_epoch else evidence.first_law
    if law is None:
        return None
    highest = [_high_water(evidence, size) for size in law.sizes]
    slope = _forecast_slope(law, evidence.epoch_peak_law if at_epoch else evidence.first_peak_law)
    fixed = statistics.median(top - slope.value * size for top, size in zip(highest, law.sizes, strict=True))
    clean = evidence.clean
    if clean is not None and clean.items is not None and clean not in evidence.steady:
        # Left out of the law, for its allocator is another; yet it is the process that the user will run.
        fixed = max(fixed, (readings.high_water_bytes(clean) or 0) - slope.value * clean.items)
    return GrowthLaw(
        at="end of an epoch" if at_epoch else "first batch",
        sizes=law.sizes,
        retained_bytes=[_retained(law, size) for size in law.sizes],
        high_water_bytes=highest,
        law=law.law,
        bytes_per_item=law.per_item,
        fixed_bytes=round(fixed),
        exponent=law.exponent,
        projection=_projection(
            evidence, law, slope, fixed, max(highest[-1], round(fixed + slope.value * law.sizes[-1]))
        ),
    )


def _forecast_slope(law: LawFit, peak: LawFit | None) -> Interval:
    """Bytes per item at the highest moment: what is retained, or the peak where that is clearly steeper."""
    if law.law == "constant" or law.per_item.low <= 0:
        flat = Interval(value=0.0, low=0.0, high=max(0.0, law.per_item.high))
        return peak.per_item if peak is not None and peak.per_item.low > 0 and peak.law == "linear" else flat
    if peak is not None and peak.per_item.low > STEEPER * law.per_item.high:
        return peak.per_item
    return law.per_item


def _projection(evidence: Evidence, law: LawFit, slope: Interval, fixed: float, highest: int) -> Projection | None:
    arguments = evidence.arguments
    items = evidence.recording.request.project_items or (arguments.dataset_items if arguments else None)
    if items is None:
        return None
    limit = evidence.recording.limit.bytes
    if law.law == "superlinear":
        process = highest - law.points[-1].n_bytes
        at = law.at(items)
        needed = Interval(value=process + at.value, low=process + at.low, high=process + at.high)
        return Projection(
            items=items, bytes=needed, limit_bytes=limit, items_at_limit=_power_items_at(law, limit - process)
        )
    further = items - law.sizes[-1]
    ends = [highest + slope.low * further, highest + slope.high * further, fixed + slope.value * items]
    return Projection(
        items=items,
        bytes=Interval(value=fixed + slope.value * items, low=min(ends), high=max(ends)),
        limit_bytes=limit,
        items_at_limit=_items_at(slope, limit - fixed),
    )


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
    return Interval(value=value, low=value * 0.8, high=value * 1.25)


def _retained(law: LawFit, size: int) -> int:
    return round(statistics.median(point.n_bytes for point in law.points if point.items == size))


def _high_water(evidence: Evidence, size: int) -> int:
    """The highest VmRSS of all trials of a size."""
    return max((readings.high_water_bytes(trial) or 0 for trial in evidence.trials if trial.items == size), default=0)
