"""The growth law of a report, and what it means for the real data set."""

from genaudit.evidence import readings
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.model.outcome import Interval, Outcome
from genaudit.model.report import GrowthLaw, Projection


def growth_law(evidence: Evidence, worst: Outcome | None) -> GrowthLaw | None:
    """The law at the moment that the worst finding is about; at the first batch where there is none."""
    at_epoch = worst is not None and worst.code == "GA203"
    law = evidence.epoch_law if at_epoch else evidence.first_law
    if law is None:
        return None
    by_size: dict[int, list[int]] = {}
    for point in law.points:
        by_size.setdefault(point.items, []).append(point.n_bytes)
    sizes = sorted(by_size)
    fixed = process_bytes(evidence)
    return GrowthLaw(
        at="end of an epoch" if at_epoch else "first batch",
        sizes=sizes,
        retained_bytes=[_middle(by_size[size]) for size in sizes],
        high_water_bytes=[_high_water(evidence, size) for size in sizes],
        law=law.law,
        bytes_per_item=law.per_item,
        fixed_bytes=round(fixed + law.fixed_bytes),
        exponent=law.exponent,
        projection=_projection(evidence, law, fixed),
    )


def process_bytes(evidence: Evidence) -> int:
    """What the process needs before the target is called: interpreter, imports, arguments, mapped files."""
    base = max((readings.base_bytes(trial) or 0 for trial in evidence.trials), default=0)
    files = max((mark.memory.file_bytes for trial in evidence.trials for mark in trial.phases), default=0)
    return base + files


def _projection(evidence: Evidence, law: LawFit, fixed: int) -> Projection | None:
    arguments = evidence.arguments
    items = evidence.recording.request.project_items or (arguments.dataset_items if arguments else None)
    if items is None:
        return None
    peak = evidence.peak_law
    grows = law.law != "constant" and law.per_item.low > 0
    # The highest moment counts for the machine; where it is not known at two sizes, what is retained is a lower bound.
    steepest = peak if peak is not None and peak.per_item.value >= 0.98 * law.per_item.value else law
    at = steepest.at(items) if grows else _level(evidence)
    limit = evidence.recording.limit.bytes
    return Projection(
        items=items,
        bytes=Interval(value=fixed + at.value, low=fixed + at.low, high=fixed + at.high),
        limit_bytes=limit,
        items_at_limit=_items_at(steepest, limit - fixed) if grows else None,
    )


def _level(evidence: Evidence) -> Interval:
    """What a target needs whose memory does not grow with items: the highest that was seen."""
    peaks = [peak for trial in evidence.trials if (peak := readings.trial_held_peak_bytes(trial)) is not None]
    highest = float(max(peaks, default=0))
    return Interval(value=highest, low=float(min(peaks, default=0)), high=highest)


def _items_at(law: LawFit, room: float) -> Interval | None:
    """The items at which the room is full."""
    if room <= law.fixed_bytes or law.per_item.low <= 0:
        return None
    if law.law == "superlinear" and law.exponent:
        largest = law.points[-1]
        share = (room - law.fixed_bytes) / max(1.0, largest.n_bytes - law.fixed_bytes)
        value = largest.items * share ** (1 / law.exponent)
        return Interval(value=value, low=value * 0.8, high=value * 1.25)
    space = room - law.fixed_bytes
    return Interval(value=space / law.per_item.value, low=space / law.per_item.high, high=space / law.per_item.low)


def _high_water(evidence: Evidence, size: int) -> int:
    values = [readings.high_water_bytes(trial) or 0 for trial in evidence.trials if trial.items == size]
    return max(values, default=0)


def _middle(values: list[int]) -> int:
    return sorted(values)[len(values) // 2]
