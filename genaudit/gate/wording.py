"""Figures of budgets in words."""

import math

from genaudit.config.budgets import LAWS, Budget
from genaudit.gate.figures import Reading
from genaudit.model.outcome import Interval
from genaudit.units import format_bytes, format_seconds, with_range

# Beyond this, more measuring is no advice.
MOST_TIMES = 30
NONE = "none"


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
    return with_range(figure(interval.value, unit), interval.low, interval.high, lambda end: _end(end, unit))


def settled(interval: Interval, unit: str) -> str:
    """The same of a promise that is kept: growth that noise explains, or that falls, is none."""
    return NONE if is_rate(unit) and interval.low <= 0 else measured(interval, unit)


def is_rate(unit: str | None) -> bool:
    """Whether a unit is that of growth, which is none at and below zero."""
    return (unit or "").startswith("bytes/")


def promised(budget: Budget) -> str:
    """A budget as it was written, and what it is for."""
    assert budget.limit is not None
    if budget.name == "forecast":
        return f"{budget.text} for {budget.items:,} items"
    if budget.name == "scaling" and budget.text not in LAWS:
        return f"an exponent of {budget.text}"
    return figure(budget.limit.value, "files") if budget.name == "open-files" else budget.text


def _end(value: float, unit: str) -> str:
    """An end of an interval, which need not say again what it is per."""
    if unit == "exponent":
        return f"{value:.2f}"
    # No batch gives memory back while it is made: below zero, a spike is only the width of its interval.
    value = max(0.0, value) if unit == "x batch" else value
    return figure(value, unit.partition("/")[0] if unit.startswith("bytes") else unit)


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
