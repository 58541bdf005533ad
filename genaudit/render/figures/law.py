"""The growth law as curves: retained memory as it was measured, and the whole process as it is forecast."""

from statistics import median

from genaudit.model.outcome import Interval
from genaudit.model.report import GrowthLaw, Projection

FURTHEST = 4.0
"""A forecast is drawn to where memory is full, but at most this many times the size of the real data set."""


def grows(law: GrowthLaw | None) -> bool:
    """Whether there is a law, and it says more than that memory stays."""
    return law is not None and law.law != "constant" and bool(law.sizes)


def retained_at(law: GrowthLaw, n_items: float, which: str = "value") -> float:
    """Retained memory by the fitted law.

    Args:
        law: Its slope is drawn through the middle of what was measured, where a line is known best; where it bends,
            a power of n through the smallest and the largest size.
        n_items: Size of the data set.
        which: ``value``, or ``low`` or ``high`` for the ends of the 95 % interval.
    """
    points = list(zip(law.sizes, law.retained_bytes, strict=False))
    if law.law == "superlinear" and law.exponent is not None and len(points) > 1:
        return _power(min(points), max(points), n_items, law.exponent)
    middle = median(law.sizes)
    centre = median(held - law.bytes_per_item.value * (n - middle) for n, held in points)
    return centre + _end(law.bytes_per_item, which) * (n_items - middle)


def forecast_at(law: GrowthLaw, projection: Projection, n_items: float, which: str = "value") -> float:
    """Memory of the whole process at its highest, through the forecast and the point where memory is full."""
    needed = _end(projection.bytes, which)
    if law.law == "superlinear" and law.exponent is not None:
        grown: float = (n_items / projection.items) ** law.exponent
        return law.fixed_bytes + (needed - law.fixed_bytes) * grown
    start = _start(law, projection)
    return start + (needed - start) * n_items / projection.items


def furthest(law: GrowthLaw, projection: Projection) -> float:
    """Items at the end of a forecast's axis."""
    full = projection.items_at_limit.value if projection.items_at_limit else 0.0
    return max(float(max(law.sizes)), float(projection.items), min(full, projection.items * FURTHEST)) * 1.12


def slope_through(points: list[tuple[int, int]], slope: float, x: float) -> float:
    """A line of a known slope through the middle of points, at another place."""
    return median(y - slope * (at - x) for at, y in points)


def _start(law: GrowthLaw, projection: Projection) -> float:
    """The forecast for an empty data set; two points that were worked out give the line where they lie apart."""
    full = projection.items_at_limit
    if full is None or abs(full.value - projection.items) < 0.05 * projection.items:
        return float(law.fixed_bytes)
    slope = (projection.limit_bytes - projection.bytes.value) / (full.value - projection.items)
    return max(0.0, projection.bytes.value - slope * projection.items)


def _power(low: tuple[int, int], high: tuple[int, int], n_items: float, exponent: float) -> float:
    rise = (high[1] - low[1]) / (high[0] ** exponent - low[0] ** exponent)
    risen: float = rise * (n_items**exponent - low[0] ** exponent)
    return low[1] + risen


def _end(interval: Interval, which: str) -> float:
    return {"value": interval.value, "low": interval.low, "high": interval.high}[which]
