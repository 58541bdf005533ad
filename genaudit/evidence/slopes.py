"""Slopes that one odd reading cannot tilt, with their confidence interval."""

import itertools
import math
import statistics
from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from genaudit.model.outcome import Interval

# Pairwise slopes grow with the square of the points: longer series are first reduced to medians of blocks.
MOST_POINTS = 300
Z_95 = 1.959964

Points: TypeAlias = Sequence[tuple[float, float]]
"""Pairs of ``x`` and ``y``."""


class Slope(msgspec.Struct, frozen=True, kw_only=True):
    """A straight line through points: value and 95 % interval of its slope, and its value at zero."""

    slope: Interval
    intercept: float


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
        Sen, P. K. (1968), Estimates of the regression coefficient based on Kendall's tau, JASA 63, 1379-1389.
    """
    points = block_medians(list(zip(x, y, strict=True)))
    slope = theil_sen_within([points], resolution=resolution, apart=apart)
    if slope is None:
        return None
    return Slope(slope=slope, intercept=statistics.median([at_y - slope.value * at_x for at_x, at_y in points]))


def theil_sen_within(segments: Sequence[Points], *, resolution: float, apart: float) -> Interval | None:
    """The slope that several segments have in common: the median over all pairs of points of the same segment.

    What happens from one segment to the next has no part in it.

    Args:
        segments: Points by ``x`` and ``y``, each segment by itself.
        resolution: As for ``theil_sen``; of several segments the range counts more often.
        apart: Pairs nearer to each other than this share of the longest segment are left out.

    Returns:
        ``None`` with no pair that is far enough apart.

    Source:
        Hirsch, R. M., Slack, J. R. & Smith, R. A. (1982), Techniques of trend analysis for monthly water quality data,
        Water Resources Research 18, 107-121: slopes within seasons are pooled, and the variances of their rank
        statistics add up.
    """
    longest = max((_extent(segment) for segment in segments), default=0.0)
    slopes = sorted(slope for segment in segments for slope in _pairwise(segment, apart * longest))
    if not slopes:
        return None
    floor = 2 * resolution / longest / math.sqrt(len(segments))
    return _kendall_interval(slopes, sum(_kendall_variance(len(segment)) for segment in segments), floor)


def _extent(segment: Points) -> float:
    """From the least to the greatest ``x``."""
    x = [at for at, _ in segment]
    return max(x) - min(x) if x else 0.0


def _pairwise(segment: Points, least_run: float) -> list[float]:
    """The slopes between all pairs of points with different ``x``, which are at least so far apart."""
    return [
        (y - earlier_y) / run
        for (earlier_x, earlier_y), (x, y) in itertools.combinations(segment, 2)
        if (run := x - earlier_x) and abs(run) >= least_run
    ]


def _kendall_variance(n: int) -> float:
    """The variance of Kendall's rank statistic of ``n`` points without ties.

    Source:
        Kendall, M. G. (1938), A new measure of rank correlation, Biometrika 30, 81-93.
    """
    return n * (n - 1) * (2 * n + 5) / 18


def _kendall_interval(slopes: list[float], variance: float, floor: float) -> Interval:
    """The median of sorted slopes, with those at the ranks that Kendall's test would not reject at 5 %.

    Args:
        floor: The interval reaches at least this far to both sides.
    """
    value = statistics.median(slopes)
    width_ranks = Z_95 * math.sqrt(variance)
    low_rank = max(0, round((len(slopes) - width_ranks) / 2) - 1)
    high_rank = min(len(slopes) - 1, round((len(slopes) + width_ranks) / 2))
    return Interval(value=value, low=min(slopes[low_rank], value - floor), high=max(slopes[high_rank], value + floor))


def block_medians(points: Points) -> Points:
    """At most ``MOST_POINTS`` points: neighbours are replaced by the median of their block, in each coordinate."""
    if len(points) <= MOST_POINTS:
        return points
    edges = [block * len(points) // MOST_POINTS for block in range(MOST_POINTS + 1)]
    blocks = [points[start:end] for start, end in itertools.pairwise(edges)]
    return [(statistics.median(x for x, _ in block), statistics.median(y for _, y in block)) for block in blocks]
