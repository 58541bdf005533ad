"""Intervals over repeats, differences between two variants, and ratios of times. Pure numbers."""

import math
import statistics
from collections.abc import Sequence

from genaudit.model.outcome import Interval

# Two-sided 95 % quantiles of Student's distribution by degrees of freedom, from 1 to 30: scipy.stats.t.ppf(0.975, n).
_STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
            2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045,
            2.042)  # fmt: skip
# Times that differ by less are alike, however well a few rounds agree by luck.
LEAST_TIME_RATIO = 0.05


def student(degrees: float) -> float:
    """The factor for a 95 % interval of a mean; past 30 degrees of freedom that of the normal distribution.

    Source:
        "Student" (1908), The probable error of a mean, Biometrika 6, 1-25.

    Example:
        >>> student(2), student(1000)
        (4.303, 1.96)
    """
    whole = max(1, math.floor(degrees))
    return _STUDENT[whole - 1] if whole <= len(_STUDENT) else 1.96


def interval(values: Sequence[float], *, floor: float = 0.0) -> Interval | None:
    """The mean of repeats with its 95 % interval, by Student's distribution.

    It has no width for a single repeat, and is ``None`` for none.

    Args:
        values: A value for each repeat.
        floor: The interval is never narrower than this to either side: a few repeats may agree by luck.
    """
    if not values:
        return None
    value = statistics.fmean(values)
    if len(values) == 1:
        return Interval(value=value, low=value, high=value)
    margin = max(floor, student(len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values)))
    return Interval(value=value, low=value - margin, high=value + margin)


def log_interval(values: Sequence[float]) -> Interval | None:
    """The geometric mean of repeats with its interval, which never reaches zero: for times and rates."""
    return _exponential(interval([math.log(value) for value in values if value > 0]))


def difference(base: Sequence[float], other: Sequence[float], *, floor: float) -> Interval | None:
    """``other - base`` with its interval; ``None`` where a side has fewer than two repeats.

    Args:
        base: A value for each repeat.
        other: The same; there may be more or fewer.
        floor: The interval is never narrower than this to either side.

    Source:
        Welch, B. L. (1947), The generalization of "Student's" problem, Biometrika 34, 28-35.
    """
    if min(len(base), len(other)) < 2:
        return None
    parts = [statistics.variance(side) / len(side) for side in (base, other)]
    error = math.sqrt(sum(parts))
    below = sum(part**2 / (len(side) - 1) for part, side in zip(parts, (base, other), strict=True))
    margin = max(floor, student(sum(parts) ** 2 / below if below else math.inf) * error) if error else floor
    value = statistics.fmean(other) - statistics.fmean(base)
    return Interval(value=value, low=value - margin, high=value + margin)


def slope_difference(base: Interval, other: Interval) -> Interval:
    """``other - base`` of two slopes that each have an interval of their own."""
    value = other.value - base.value
    below = math.hypot(other.value - other.low, base.high - base.value)
    above = math.hypot(other.high - other.value, base.value - base.low)
    return Interval(value=value, low=value - below, high=value + above)


def paired_ratio(base: Sequence[float], other: Sequence[float]) -> Interval | None:
    """``other / base`` of times that took turns, with its interval; ``None`` without a pair.

    Each round is one pair: what slows the machine down for a while slows both.
    """
    logs = [math.log(b / a) for a, b in zip(base, other, strict=False) if a > 0 and b > 0]
    return _exponential(interval(logs, floor=LEAST_TIME_RATIO))


def sizes_ratio(base: Interval, other: Interval) -> Interval | None:
    """``other / base`` of two sizes; ``None`` where the base is not clearly above zero."""
    if base.low <= 0:
        return None
    value = other.value / base.value
    low, high = other.low / base.high, other.high / base.low
    return Interval(value=value, low=min(low, value), high=max(high, value))


def _exponential(logs: Interval | None) -> Interval | None:
    if logs is None:
        return None
    return Interval(value=math.exp(logs.value), low=math.exp(logs.low), high=math.exp(logs.high))
