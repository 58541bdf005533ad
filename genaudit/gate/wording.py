"""Figures of budgets in words."""

import math

from genaudit.gate.readings import Reading
from genaudit.model.outcome import Interval
from genaudit.units import format_bytes, format_seconds

# Beyond this, more measuring is no advice.
MOST_TIMES = 30


def figure(value: float, unit: str) -> str:
    """A value with its unit.

    Example:
        >>> figure(65536, "bytes/batch"), figure(2.5, "x batch"), figure(0, "exponent")
        ('64.0 KiB/batch', '2.50x batch', 'constant')
    """
    if unit.startswith("bytes"):
        return format_bytes(value) + unit.removeprefix("bytes")
    if unit == "seconds":
        return format_seconds(value)
    if unit == "files":
        return f"{value:.0f} open file{'' if round(value) == 1 else 's'}"
    if unit == "exponent":
        return "constant" if value == 0 else f"n^{value:.2f}"
    return f"{value:.2f}{unit}"


def measured(interval: Interval, unit: str) -> str:
    """A measured value with its interval, where it has one."""
    if interval.low == interval.high:
        return figure(interval.value, unit)
    ends = (unit.partition("/")[0] if unit.startswith("bytes") else unit, interval.low, interval.high)
    if unit == "exponent":
        return f"{figure(interval.value, unit)} ({interval.low:.2f} to {interval.high:.2f})"
    return f"{figure(interval.value, unit)} ({figure(ends[1], ends[0])} to {figure(ends[2], ends[0])})"


def what_settles(reading: Reading, limit: float) -> str:
    """What to measure more of, so that the interval lies on one side of a limit."""
    interval = reading.interval
    if interval is None:
        return ""
    if not reading.settle_by:
        return "more repeats would settle it, here and in the baseline"
    width = max(interval.high - interval.value, interval.value - interval.low)
    distance = abs(interval.value - limit)
    if distance * MOST_TIMES <= width:
        return "it lies at the budget, where no measurement decides: move the budget"
    times = 1.1 * width / distance
    if reading.settle_by == "repeats":
        return f"repeats = {max(3, math.ceil(reading.amount * times**2))} would settle it"
    return f"{reading.settle_by} = {math.ceil(reading.amount * times)} would settle it"
