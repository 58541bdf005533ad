"""The six figures at the top of a page, each with what it means."""

from collections.abc import Callable
from typing import NamedTuple

from genaudit.model import Interval, Report
from genaudit.render.text.budgets import Bar, Change, bar, budget_bar
from genaudit.render.text.budgets import change as change_of
from genaudit.render.text.report import (
    LEVELS_OFF,
    before_text,
    highest_bytes,
    index_text,
    limit_above,
    memory_owner,
    short_slope,
)
from genaudit.render.text.tables import NO_SPIKE
from genaudit.report.phrases import INTERVAL, below_limit, count, format_growth, is_growth, plural, rounded
from genaudit.units import format_bytes, format_range

UNKNOWN = "–"
ACCOUNTED = "by what is held at one size"
_TONES = {"error": "bad", "warning": "warn", "note": ""}


class SummaryCard(NamedTuple):
    """One figure."""

    label: str
    value: str
    detail: str
    definition: str
    tone: str = ""
    bar: Bar | None = None
    """How much of the budget is used, or of the memory that there is."""
    change: Change | None = None
    """The difference to the baseline, where there is one."""


def summary_cards(report: Report) -> list[SummaryCard]:
    """The six figures, always in the same order; a figure that is not known is a dash."""
    return [_promised(report, make(report), figure) for figure, make in _MAKERS]


def _promised(report: Report, card: SummaryCard, figure: str) -> SummaryCard:
    """The card with its budget and its baseline; a broken promise colours it, unless a rule did."""
    budget, change = budget_bar(report, figure), change_of(report, figure)
    tone = card.tone or (budget.tone if budget else "") or (change.tone if change else "")
    return card._replace(bar=budget or card.bar, change=change, tone=tone)


def _peak(report: Report) -> SummaryCard:
    tree, own = report.peak.tree_pss_bytes, report.peak.high_water_bytes
    shared = tree is not None and tree > (own or 0)
    value = highest_bytes(report)
    limit = report.machine.bytes
    filled = bar(value, limit) if value is not None else None
    used = "not measured"
    if filled is not None and value is not None:
        used = f"{value / limit * 100:.1f} % of {format_bytes(limit)} ({memory_owner(report)})"
    return SummaryCard(
        "Peak of all processes" if shared else "Peak memory",
        _size(value),
        used,
        "The most that all processes took together at one time; what they share is counted once (PSS)."
        if shared
        else f"The most that the process took at one time, what it shares included (RSS){_by_share(report)}.",
        _tone(report, "bytes"),
        filled,
    )


def _by_share(report: Report) -> str:
    """The sum over all processes, where the process alone was higher: its marks are exact, sums are samples."""
    tree = report.peak.tree_pss_bytes
    return "" if tree is None else f"; {format_bytes(tree)} with shared pages counted by share (PSS)"


def _first(report: Report) -> SummaryCard:
    batches = report.batches
    held = batches.retained_first_bytes if batches else None
    size = batches.bytes_median if batches else None
    detail = f"a batch is {format_bytes(size)}" if size is not None else "the size of a batch is not known"
    detail = before_text(report).removeprefix(", ") or detail
    definition = "What stays in memory once the first batch is there, without the batch, above what imports took."
    return SummaryCard("Held after the first batch", _size(held), detail if batches else "not measured", definition)


def _per_batch(report: Report) -> SummaryCard:
    growth = report.batches.growth_bytes_per_batch if report.batches else None
    value, detail = _slope(report, growth, "bytes/batch")
    definition = "What stays behind with every further batch. A clean generator stays near zero."
    return SummaryCard("Growth per batch", value, detail, definition, _tone(report, "bytes/batch"))


def _per_item(report: Report) -> SummaryCard:
    law, noun = report.growth_law, report.target.item_noun
    label = f"Growth per {noun}"
    definition = f"How much more memory each further {noun} of the data set takes. Loading lazily keeps it near zero."
    if law is None:
        tone = _tone(report, "bytes/item") or ("warn" if report.is_partial else "")
        counted = _accounted_per_item(report)
        value = UNKNOWN if counted is None else format_bytes(counted)
        return SummaryCard(label, value, "not measured" if counted is None else ACCOUNTED, definition, tone)
    value, detail = _slope(report, law.bytes_per_item, "bytes/item")
    if value.startswith("+"):
        detail = index_text(report) or detail
    tone = _tone(report, "bytes/item") if law.grows else ""
    return SummaryCard(label, value, detail, definition, tone)


def _accounted_per_item(report: Report) -> float | None:
    """What an item takes by what is held at one size, where that is a finding."""
    counted = (outcome.accounted_per_item for outcome in report.findings)
    return next((n_bytes for n_bytes in counted if n_bytes is not None), None)


def _slope(report: Report, slope: Interval | None, unit: str) -> tuple[str, str]:
    """A growth and how sure it is; one that noise explains is none."""
    if slope is None:
        return UNKNOWN, "not measured"
    text = short_slope(report, slope, unit)
    if text is None:
        limit = limit_above(report, slope, unit)
        if limit is not None and is_growth(slope):
            return "none", below_limit(limit)
        return "none", "nothing beyond the noise of measuring" if slope.high >= 0 else "memory was given back"
    if text == LEVELS_OFF:
        return text, f"{format_growth(slope.value)} in this drive, none in another"
    ends = format_range(slope.low, slope.high)
    return text, f"{INTERVAL}{ends}" if ends else "exact to the digits shown"


def _spike(report: Report) -> SummaryCard:
    ratio = report.batches.spike_ratio_max if report.batches else None
    batch = report.batches.spike_batch if report.batches else None
    value = f"{ratio:.1f} ×" if ratio is not None else UNKNOWN
    detail = f"in batch {batch:,}" if batch else ("in sizes of a batch" if ratio is not None else "not measured")
    if ratio is not None and ratio < NO_SPIKE:
        value, detail = "none", f"less than {NO_SPIKE:g} × a batch"
    definition = "Memory that is needed only while a batch is made, in sizes of a batch. Up to 4 is usual."
    return SummaryCard("Largest spike", value, detail, definition, _tone(report, "x batch"))


def _limit(report: Report) -> SummaryCard:
    law, noun = report.growth_law, report.target.item_noun
    label = f"{plural(noun).capitalize()} until memory is full"
    definition = "Where growth with the data set meets the memory that there is."
    projection = law.projection if law else None
    grows = law is not None and law.grows
    if any(outcome.unit in {"bytes/batch", "bytes/epoch"} for outcome in report.findings) and not grows:
        return SummaryCard(label, UNKNOWN, f"it fills with batches, not with {plural(noun)}", definition)
    if law is not None and not grows:
        return SummaryCard(label, "no limit", f"memory does not grow with {plural(noun)}", definition)
    counted = report.summary.items_at_limit
    if counted is not None:
        detail = f"{format_bytes(report.machine.bytes)}; {ACCOUNTED}"
        return SummaryCard(label, f"{rounded(counted):,.0f}", detail, definition, _tone(report, "bytes/item"))
    if projection is None or projection.items_at_limit is None:
        return SummaryCard(label, UNKNOWN, "not measured", definition)
    full = projection.items_at_limit.value
    detail = f"{format_bytes(projection.limit_bytes)}; yours: {count(projection.items, noun)}"
    filled = bar(projection.items, full)
    return SummaryCard(label, f"{rounded(full):,.0f}", detail, definition, _tone(report, "bytes/item"), filled)


def _tone(report: Report, unit: str) -> str:
    found = [outcome for outcome in report.findings if outcome.unit == unit and not outcome.is_promise]
    return _TONES[found[0].level.value] if found else ""


def _size(n_bytes: int | None) -> str:
    return UNKNOWN if n_bytes is None else format_bytes(n_bytes)


_MAKERS: tuple[tuple[str, Callable[[Report], SummaryCard]], ...] = (
    ("peak", _peak),
    ("first-batch", _first),
    ("growth", _per_batch),
    ("per-item", _per_item),
    ("spike", _spike),
    ("forecast", _limit),
)
"""Figures as budgets name them, and what makes the card of each."""
