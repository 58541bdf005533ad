"""A report against the baseline."""

from collections.abc import Iterator

import msgspec

from genaudit.config.budgets import Budget
from genaudit.gate.baseline import Entry, Metric
from genaudit.gate.figures import SCALED_MAD, read
from genaudit.gate.summary import figure, figure_before, kept, measured
from genaudit.model.catalogue import Pattern
from genaudit.model.outcome import Interval, Level, Verdict
from genaudit.model.report import Report
from genaudit.units import KIB, MIB, format_change

TOLERANCE = 0.05
# A change below this is none, whatever share it is: what readings of the same thing may differ by.
MIN_CHANGES = {
    "peak": 2 * MIB,
    "first-batch": 1 * MIB,
    "growth": 2 * KIB,
    "epoch-growth": 64 * KIB,
    # A heap that is used again hides a batch or shows it: less than three copies are no change.
    "spike": 3.0,
    "per-item": 256.0,
    "workers": 4 * MIB,
    "open-files": 3.0,
}
SIZES = ("peak", "first-batch", "workers")
# The same for figures of another platform, as multiples of a batch, or shares of a batch or an item.
RATIO_MIN_CHANGES = {"spike": 3.0, "growth": 0.02, "per-item": 0.02}


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One figure against the baseline's."""

    name: str
    verdict: Verdict
    message: str
    value: float
    before: Interval
    """The baseline's, in the same unit."""
    unit: str
    limit: float
    interval: Interval
    level: Level
    patterns: tuple[Pattern, ...]
    """Whose finding may explain it."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How far a figure may be off."""

    tolerance: float = TOLERANCE
    min_change: float | None = None
    """For sizes; the defaults where ``None``."""

    def allowed(self, name: str, base: Metric, mad: float | None, budget: Budget | None) -> float:
        """The change that is none: the greatest of the tolerance, the least change, and the scatter."""
        tolerance = self.tolerance if budget is None or budget.tolerance is None else budget.tolerance
        least = self.min_change if self.min_change is not None and name in SIZES else MIN_CHANGES[name]
        scatter = 3 * SCALED_MAD * max(base.mad or 0.0, mad or 0.0)
        return max(tolerance * abs(base.value), least, scatter)


def compare(report: Report, now: Entry, base: Entry, rules: Rules, budgets: dict[str, Budget]) -> Iterator[Comparison]:
    """Every figure that both have against the baseline's.

    Args:
        report: What was measured now.
        now: The entry that it makes.
        base: The baseline's entry; of another environment, only ratios are compared.
        rules: How far a figure may be off.
        budgets: Levels and tolerances by name.
    """
    same = now.key == base.key
    for name in MIN_CHANGES:
        budget = budgets.get(name)
        if name not in now.metrics or name not in base.metrics or (budget is not None and budget.level is None):
            continue
        reading = read(name, report)
        if reading.interval is None:
            # A saved recording that is concluded anew may not have all that its entry has.
            continue
        before, after, unit = base.metrics[name], reading.interval, reading.unit
        allowed = rules.allowed(name, before, reading.mad, budget)
        if not same:
            scale = _scales(name, base), _scales(name, now)
            if name not in RATIO_MIN_CHANGES or None in scale:
                continue
            before, after = _scaled(before, scale[0] or 1.0), _shrunk(after, scale[1] or 1.0)
            unit = {"growth": " batches/batch", "per-item": " items/item"}.get(name, unit)
            allowed = max(rules.tolerance * abs(before.value), RATIO_MIN_CHANGES[name])
        verdict, message = _judge(name, before, after, unit, allowed)
        yield Comparison(
            name=name,
            verdict=verdict,
            message=message,
            value=after.value,
            before=before.interval,
            unit=unit,
            limit=before.value + allowed,
            interval=after,
            level=budget.level if budget is not None and budget.level is not None else Level.ERROR,
            patterns=reading.patterns,
        )


def _judge(name: str, before: Metric, after: Interval, unit: str, allowed: float) -> tuple[Verdict, str]:
    change = after.value - before.value
    # A share of next to nothing says nothing.
    share = f" ({format_change(before.value, after.value)})" if before.low > 0 else ""
    then = f"the baseline {figure_before(before.interval, unit)}{share}"
    now = f"{name} is {measured(after, unit)}, {then}"
    if change <= allowed:
        better = "; the baseline can be updated" if change < -allowed and after.high < before.low else ""
        return Verdict.PASS, f"{kept(name, after, unit)}, {then}{better}"
    if after.low > before.high:
        return Verdict.FAIL, f"{now}: more than {figure(allowed, unit)} above"
    return Verdict.INCONCLUSIVE, f"{now}: above it, but within the noise of both; more repeats would settle it"


def _scales(name: str, entry: Entry) -> float | None:
    if name == "spike":
        return 1.0
    return (entry.batch_bytes if name == "growth" else entry.item_bytes) or None


def _scaled(metric: Metric, by: float) -> Metric:
    return Metric(value=metric.value / by, low=metric.low / by, high=metric.high / by)


def _shrunk(interval: Interval, by: float) -> Interval:
    return Interval(value=interval.value / by, low=interval.low / by, high=interval.high / by)
