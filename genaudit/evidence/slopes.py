"""Slopes that one odd reading cannot tilt, with their confidence interval."""

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from genaudit.model.outcome import Interval

if TYPE_CHECKING:
    import numpy as np

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
    import numpy as np

    xs, ys = block_medians(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    slope = _pooled([(xs, ys)], resolution=resolution, apart=apart)
    return None if slope is None else Slope(slope=slope, intercept=float(np.median(ys - slope.value * xs)))


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
    import numpy as np

    columns = [zip(*segment, strict=True) for segment in segments]
    return _pooled(
        [(np.asarray(list(x), dtype=float), np.asarray(list(y), dtype=float)) for x, y in columns],
        resolution=resolution,
        apart=apart,
    )


def _pooled(segments: "list[tuple[np.ndarray, np.ndarray]]", *, resolution: float, apart: float) -> Interval | None:
    import numpy as np

    longest = max((float(np.ptp(x)) for x, _ in segments), default=0.0)
    pairs = [_pairwise(x, y, apart * longest) for x, y in segments]
    slopes = np.sort(np.concatenate(pairs)) if pairs else np.empty(0)
    if slopes.size == 0:
        return None
    floor = 2 * resolution / longest / math.sqrt(len(segments))
    return _kendall_interval(slopes, sum(_kendall_variance(len(x)) for x, _ in segments), floor)


def _pairwise(x: "np.ndarray", y: "np.ndarray", least_run: float) -> "np.ndarray":
    """The slopes between all pairs of points with different ``x``, which are at least so far apart."""
    import numpy as np

    first, second = np.triu_indices(len(x), k=1)
    run = x[second] - x[first]
    far = (run != 0) & (np.abs(run) >= least_run)
    slopes: np.ndarray = (y[second] - y[first])[far] / run[far]
    return slopes


def _kendall_variance(n: int) -> float:
    """The variance of Kendall's rank statistic of ``n`` points without ties.

    Source:
        Kendall, M. G. (1938), A new measure of rank correlation, Biometrika 30, 81-93.
    """
    return n * (n - 1) * (2 * n + 5) / 18


def _kendall_interval(slopes: "np.ndarray", variance: float, floor: float) -> Interval:
    """The median of sorted slopes, with those at the ranks that Kendall's test would not reject at 5 %.

    Args:
        floor: The interval reaches at least this far to both sides.
    """
    import numpy as np

    value = float(np.median(slopes))
    width_ranks = Z_95 * math.sqrt(variance)
    low_rank = max(0, round((slopes.size - width_ranks) / 2) - 1)
    high_rank = min(slopes.size - 1, round((slopes.size + width_ranks) / 2))
    low = min(float(slopes[low_rank]), value - floor)
    high = max(float(slopes[high_rank]), value + floor)
    return Interval(value=value, low=low, high=high)


def block_medians(x: "np.ndarray", y: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """At most ``MOST_POINTS`` points: neighbours are replaced by the median of their block."""
    import numpy as np

    if len(x) <= MOST_POINTS:
        return x, y
    edges = np.linspace(0, len(x), MOST_POINTS + 1).astype(int)
    blocks = [slice(start, end) for start, end in itertools.pairwise(edges) if end > start]
    return (
        np.array([np.median(x[block]) for block in blocks]),
        np.array([np.median(y[block]) for block in blocks]),
    )
