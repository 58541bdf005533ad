"""The curves of a report's figures: the fitted law, its forecast, and the slope over batches.

They are worked out here once, so that whoever draws them only has to follow them.
"""

from statistics import median

import msgspec

from genaudit.evidence.law import LawFit
from genaudit.model.comparison import Comparison
from genaudit.model.outcome import Interval
from genaudit.model.report import Batches, GrowthLaw, Projection, Report
from genaudit.model.series import BatchPoint, Curve, CurveBand, Timeline

STEEPEST = 10.0
"""The largest exponent that a curve may have; the fit tries none above 3."""
APART = 0.05
"""Two points of a forecast give its line where they are further apart than this share of the data set."""


def fitted_curve(law: LawFit) -> CurveBand:
    """Retained memory by items, as it was fitted; a law that bends has no interval of its own."""
    if law.law == "superlinear" and law.exponent is not None:
        largest = law.points[-1]
        return _certain(_power(law.fixed_bytes, largest.n_bytes, largest.items, law.exponent))
    # Through the centre of what was measured, where a line is known best.
    middle = sum(point.items for point in law.points) / len(law.points)
    return line_through(middle, law.fixed_bytes + law.per_item.value * middle, law.per_item)


def line_through(count: float, n_bytes: float, slope: Interval) -> CurveBand:
    """A line through one point; its interval is that of the slope, so it is narrowest there."""

    def line(end: float) -> Curve:
        return Curve(base_bytes=n_bytes - end * count, growth_bytes=end)

    return CurveBand(value=line(slope.value), low=line(slope.low), high=line(slope.high))


def shifted(curve: Curve, n_bytes: float, factor: float = 1.0) -> Curve:
    """The curve times a factor, then so many bytes higher."""
    return msgspec.structs.replace(
        curve, base_bytes=n_bytes + factor * curve.base_bytes, growth_bytes=factor * curve.growth_bytes
    )


def with_held_line(batches: Batches | None, timeline: Timeline | None) -> Batches | None:
    """The batches with the line of their slope through the middle of what was held after each."""
    if batches is None or timeline is None:
        return batches
    return msgspec.structs.replace(batches, held_line=_held_line(timeline.batches, batches.growth_bytes_per_batch))


def with_curves(report: Report) -> Report:
    """The report of an earlier version with the curves that it lacks, from the figures that it has."""
    law, batches = report.growth_law, report.batches
    if law is not None and law.retained_curve is None:
        law = _with_law_curves(law)
    if batches is not None and batches.held_line is None:
        batches = with_held_line(batches, report.timeline)
    return msgspec.structs.replace(report, growth_law=law, batches=batches)


def comparison_with_curves(comparison: Comparison) -> Comparison:
    """The comparison with the curves that the reports of its variants lack."""
    variants = [msgspec.structs.replace(variant, report=with_curves(variant.report)) for variant in comparison.variants]
    return msgspec.structs.replace(comparison, variants=variants)


def _held_line(points: list[BatchPoint], growth: Interval | None) -> CurveBand | None:
    if growth is None or len(points) < 2:
        return None
    middle = (points[0].last + points[-1].last) / 2
    held = median(point.held_bytes - growth.value * (point.last - middle) for point in points)
    return line_through(middle, held, growth)


def _with_law_curves(law: GrowthLaw) -> GrowthLaw:
    projection = law.projection
    if projection is not None and projection.curve is None:
        projection = msgspec.structs.replace(projection, curve=_forecast_from_figures(law, projection))
    return msgspec.structs.replace(law, retained_curve=_retained_from_figures(law), projection=projection)


def _retained_from_figures(law: GrowthLaw) -> CurveBand | None:
    """A line of the law's slope through the middle of what was measured; where it bends, through both of its ends."""
    points = list(zip(law.sizes, law.retained_bytes, strict=False))
    if not points:
        return None
    exponent = _bend(law)
    if exponent is not None and min(points)[0] < max(points)[0]:
        low, high = min(points), max(points)
        share = (low[0] / high[0]) ** exponent
        base = (low[1] - high[1] * share) / (1 - share) if share < 1 else low[1]
        return _certain(_power(base, high[1], high[0], exponent))
    middle = median(law.sizes)
    held = median(n_bytes - law.bytes_per_item.value * (items - middle) for items, n_bytes in points)
    return line_through(middle, held, law.bytes_per_item)


def _forecast_from_figures(law: GrowthLaw, projection: Projection) -> CurveBand | None:
    """Through the forecast, and through the point at which memory is full where that is another one."""
    if projection.items <= 0:
        return None
    exponent = _bend(law)
    base = float(law.fixed_bytes) if exponent is not None else _base_of(law, projection)
    ends = (projection.bytes.value, projection.bytes.low, projection.bytes.high)
    value, low, high = (_power(base, end, projection.items, exponent or 1.0) for end in ends)
    return CurveBand(value=value, low=low, high=high)


def _base_of(law: GrowthLaw, projection: Projection) -> float:
    full = projection.items_at_limit
    if full is None or abs(full.value - projection.items) < APART * projection.items:
        return float(law.fixed_bytes)
    slope = (projection.limit_bytes - projection.bytes.value) / (full.value - projection.items)
    return max(0.0, projection.bytes.value - slope * projection.items)


def _bend(law: GrowthLaw) -> float | None:
    """The exponent of a law that bends; ``None`` of a line."""
    is_bent = law.law == "superlinear" and law.exponent is not None and 0 <= law.exponent <= STEEPEST
    return law.exponent if is_bent else None


def _power(base: float, n_bytes: float, items: int, exponent: float) -> Curve:
    """A power of the items through one point."""
    return Curve(base_bytes=base, growth_bytes=n_bytes - base, scale=max(1, items), exponent=exponent)


def _certain(curve: Curve) -> CurveBand:
    return CurveBand(value=curve, low=curve, high=curve)
