"""Memory over time as every figure of it needs it: the phases, and how far both axes reach."""

from typing import NamedTuple

from genaudit.model import Report
from genaudit.model.series import Timeline
from genaudit.render.text.budgets import budget_of_peak

FEWEST_OF_A_CURVE = 20
"""Fewer readings are drawn as points."""
LIMIT_IN_VIEW = 2.0
"""A limit is drawn at its height where it is at most this many times the highest reading."""


class Band(NamedTuple):
    """A phase on the axis of time."""

    name: str
    start_s: float
    end_s: float


def bands(report: Report, end_s: float) -> list[Band]:
    """The phases, then the steady state up to the end."""
    rows = [Band(phase.name, phase.start_s, phase.start_s + phase.seconds) for phase in report.phases]
    before = [row for row in rows if row.name != "close"]
    last = max((row.end_s for row in before), default=0.0)
    stop = min((row.start_s for row in rows if row.name == "close"), default=end_s)
    return [*rows, Band("steady", last, stop)] if stop > last else rows


def end_of(line: Timeline) -> float:
    """Where the axis of time ends."""
    return max([line.end_s, *(point.at_s for point in line.samples), *(point.at_s for point in line.batches)])


def top_of(line: Timeline) -> float:
    """The highest reading of any series."""
    highs = [float(point.high_water_bytes) for point in line.batches] + [
        float(point.rss_bytes) for point in line.samples
    ]
    return max([*highs, *(float(point.pss_bytes or 0) for point in line.samples)])


def with_budget(report: Report, top: float) -> float:
    """What an axis must reach: the budget too, where it is not far above what was measured."""
    budget = budget_of_peak(report)
    return top if budget is None or budget > LIMIT_IN_VIEW * top else max(top, budget)
