"""How memory grows with the size of the data set: M(n, b) at a fixed moment, as a function of n."""

import itertools
import math

import msgspec
import numpy as np

from genaudit.evidence.slopes import theil_sen
from genaudit.model.outcome import Interval
from genaudit.units import KIB

# Two settled readings of the same thing in two processes differ by this much: pages, arenas, lazily made tables.
RESOLUTION_BYTES = 96 * KIB
# An exponent is told only where the growth is this many times the resolution.
CLEAR = 8
SUPERLINEAR = 1.3
EXPONENTS = np.arange(0.1, 3.05, 0.05)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One measured size."""

    items: int
    n_bytes: int


class LawFit(msgspec.Struct, frozen=True, kw_only=True):
    """A law through the measured sizes.

    ``tail`` is the slope between the two largest sizes only: a bounded buffer that is larger than the small sizes
    looks like a line until there.
    """

    points: list[Point]
    law: str
    """constant, linear, superlinear."""
    per_item: Interval
    tail: Interval
    fixed_bytes: float
    exponent: float | None

    def at(self, items: float) -> Interval:
        """The law at another size."""
        largest = self.points[-1]
        if self.law == "superlinear" and self.exponent is not None:
            scale = (items / largest.items) ** self.exponent
            value = self.fixed_bytes + (largest.n_bytes - self.fixed_bytes) * scale
            return Interval(value=value, low=value * 0.8, high=value * 1.25)
        # Through the centre of what was measured, where a line is known best.
        middle = sum(point.items for point in self.points) / len(self.points)
        centre = self.fixed_bytes + self.per_item.value * middle
        return Interval(
            value=centre + self.per_item.value * (items - middle),
            low=centre + min(self.per_item.low * (items - middle), self.per_item.high * (items - middle)),
            high=centre + max(self.per_item.low * (items - middle), self.per_item.high * (items - middle)),
        )

    @property
    def bends(self) -> bool:
        """Whether the two largest sizes grow much less than the law says: a buffer that is full."""
        rest = fit_law(self.points[:-1])
        if rest is None or rest.per_item.low <= 0:
            return False
        return self.tail.high < 0.75 * rest.per_item.value


def fit_law(points: list[Point], *, resolution: float = RESOLUTION_BYTES) -> LawFit | None:
    """A law through points; ``None`` with fewer than two sizes.

    Args:
        points: Repeated sizes are allowed.
        resolution: Uncertainty of one point, in bytes.
    """
    ordered = sorted(points, key=lambda point: point.items)
    sizes = [float(point.items) for point in ordered]
    values = [float(point.n_bytes) for point in ordered]
    line = theil_sen(sizes, values, resolution=resolution)
    if line is None:
        return None
    tail = _tail(ordered, resolution)
    exponent = _exponent(ordered, resolution)
    law = "linear"
    if line.slope.low <= 0 <= line.slope.high:
        law = "constant"
    elif exponent is not None and exponent > SUPERLINEAR and line.slope.value > 0:
        law = "superlinear"
    fixed = line.intercept if law != "superlinear" else _power_intercept(ordered, exponent or 1.0)
    return LawFit(points=ordered, law=law, per_item=line.slope, tail=tail, fixed_bytes=fixed, exponent=exponent)


def _tail(points: list[Point], resolution: float) -> Interval:
    """The slope between the two largest sizes, with what the resolution leaves open."""
    by_size = {
        items: float(np.median([point.n_bytes for point in group]))
        for items, group in itertools.groupby(points, key=lambda point: point.items)
    }
    (n_low, low), (n_high, high) = list(by_size.items())[-2:]
    slope = (high - low) / (n_high - n_low)
    margin = 2 * resolution / (n_high - n_low)
    return Interval(value=slope, low=slope - margin, high=slope + margin)


def _exponent(points: list[Point], resolution: float) -> float | None:
    """The power p for which ``a + b n^p`` fits best; ``None`` where the growth is too small to tell."""
    values = np.array([point.n_bytes for point in points], dtype=float)
    sizes = np.array([point.items for point in points], dtype=float)
    if len(set(sizes)) < 3 or float(np.ptp(values)) < CLEAR * resolution:
        return None
    errors = [_residual(sizes**power, values) for power in EXPONENTS]
    return round(float(EXPONENTS[int(np.argmin(errors))]), 2)


def _residual(x: np.ndarray, y: np.ndarray) -> float:
    matrix = np.column_stack([np.ones_like(x), x / x.max()])
    solution, *_ = np.linalg.lstsq(matrix, y, rcond=None)
    return float(np.sum((matrix @ solution - y) ** 2))


def _power_intercept(points: list[Point], power: float) -> float:
    sizes = np.array([point.items for point in points], dtype=float) ** power
    matrix = np.column_stack([np.ones_like(sizes), sizes / sizes.max()])
    solution, *_ = np.linalg.lstsq(matrix, np.array([point.n_bytes for point in points], dtype=float), rcond=None)
    return float(solution[0]) if math.isfinite(solution[0]) else 0.0
