"""Slopes that one odd reading cannot tilt, with their confidence interval."""

import itertools
import math

import msgspec
import numpy as np

from genaudit.model.outcome import Interval

# Pairwise slopes grow with the square of the points: longer series are first reduced to medians of blocks.
MOST_POINTS = 300
Z_95 = 1.959964


class Slope(msgspec.Struct, frozen=True, kw_only=True):
    """A straight line through points: value and 95 % interval of its slope, and its value at zero."""

    slope: Interval
    intercept: float
    n_points: int


def theil_sen(x: list[float], y: list[float], *, resolution: float = 0.0, apart: float = 0.0) -> Slope | None:
    """The median of all pairwise slopes, with the interval of Kendall's test.

    Args:
        x: Where the points are. Equal values make no pair.
        y: One value a point.
        resolution: Half the uncertainty of a single ``y``. Few points may lie on a line by luck; the interval is never
            narrower than this over the range of ``x``.
        apart: Pairs nearer to each other than this share of the range of ``x`` are left out: of a few points at sizes
            that double, the small ones are near each other and their slopes are mostly noise.

    Returns:
        ``None`` with fewer than two different ``x``.

    Source:
        Sen, P. K. (1968), Estimates of the regression coefficient based on Kendall's tau, JASA 63, 1379-1389; the
        variance without ties, which for the rank statistic is ``n (n - 1) (2 n + 5) / 18``.
    """
    xs, ys = block_medians(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    first, second = np.triu_indices(len(xs), k=1)
    run = xs[second] - xs[first]
    far = (run != 0) & (np.abs(run) >= apart * np.ptp(xs))
    slopes = np.sort((ys[second] - ys[first])[far] / run[far])
    if slopes.size == 0:
        return None
    value = float(np.median(slopes))
    n = len(xs)
    half_width_ranks = Z_95 * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    low_rank = max(0, round((slopes.size - half_width_ranks) / 2) - 1)
    high_rank = min(slopes.size - 1, round((slopes.size + half_width_ranks) / 2))
    floor = 2 * resolution / float(np.ptp(xs))
    low = min(float(slopes[low_rank]), value - floor)
    high = max(float(slopes[high_rank]), value + floor)
    intercept = float(np.median(ys - value * xs))
    return Slope(slope=Interval(value=value, low=low, high=high), intercept=intercept, n_points=n)


def block_medians(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most ``MOST_POINTS`` points: neighbours are replaced by the median of their block."""
    if len(x) <= MOST_POINTS:
        return x, y
    edges = np.linspace(0, len(x), MOST_POINTS + 1).astype(int)
    blocks = [slice(start, end) for start, end in itertools.pairwise(edges) if end > start]
    return (
        np.array([np.median(x[block]) for block in blocks]),
        np.array([np.median(y[block]) for block in blocks]),
    )
