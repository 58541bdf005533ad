"""The six figures at the top of a page, each with what it means."""

from typing import NamedTuple

from genaudit.model import Report
from genaudit.render import words
from genaudit.render.law import grows
from genaudit.render.phrases import count, format_growth, plural, rounded, span
from genaudit.units import format_bytes

UNKNOWN = "–"
NO_SPIKE = 0.05
_TONES = {"error": "bad", "warning": "warn", "note": ""}


class Tile(NamedTuple):
    """One figure."""

    label: str
    value: str
    detail: str
    definition: str
    tone: str = ""
    share: float | None = None
    """Part of the budget that is used, from 0 to 1, where there is a budget."""


def tiles(report: Report) -> list[Tile]:
    """The six figures, always in the same order; a figure that is not known is a dash."""
    return [_peak(report), _first(report), _per_batch(report), _per_item(report), _spike(report), _limit(report)]


def _peak(report: Report) -> Tile:
    tree, own = report.peak.tree_pss_bytes, report.peak.high_water_bytes
    value = tree if tree is not None else own
    limit = report.machine.bytes
    share = value / limit if value is not None and limit else None
    used = "not measured"
    if share is not None:
        used = f"{share * 100:.1f} % of {format_bytes(limit)} ({words.memory_owner(report)})"
    return Tile(
        "Peak of all processes" if tree is not None else "Peak of the process",
        _size(value),
        used,
        "The most memory that was in use at one time, pages shared between processes counted once (PSS)."
        if tree is not None
        else "The most memory that was resident at one time (RSS).",
        _tone(report, "bytes"),
        share,
    )


def _first(report: Report) -> Tile:
    batches = report.batches
    held = batches.retained_first_bytes if batches else None
    size = batches.bytes_median if batches else None
    detail = f"a batch is {format_bytes(size)}" if size is not None else "the size of a batch is not known"
    definition = "What stays in memory once the first batch is there, without the batch, above what imports took."
    return Tile("Held after the first batch", _size(held), detail if batches else "not measured", definition)


def _per_batch(report: Report) -> Tile:
    growth = report.batches.growth_bytes_per_batch if report.batches else None
    value = format_growth(growth.value) if growth else UNKNOWN
    detail = f"95 % interval {span(growth)}" if growth else "not measured"
    definition = "What stays behind with every further batch. A clean generator stays near zero."
    return Tile("Growth per batch", value, detail, definition, _tone(report, "bytes/batch"))


def _per_item(report: Report) -> Tile:
    law, noun = report.growth_law, report.target.item_noun
    label = f"Growth per {noun}"
    definition = f"How much more memory each further {noun} of the data set takes. Loading lazily keeps it near zero."
    if law is None:
        return Tile(label, UNKNOWN, "not measured", definition, _tone(report, "bytes/item"))
    detail = f"95 % interval {span(law.bytes_per_item)}"
    tone = _tone(report, "bytes/item") if grows(law) else ""
    return Tile(label, format_growth(law.bytes_per_item.value), detail, definition, tone)


def _spike(report: Report) -> Tile:
    ratio = report.batches.spike_ratio_max if report.batches else None
    batch = report.batches.spike_batch if report.batches else None
    value = f"{ratio:.1f} ×" if ratio is not None else UNKNOWN
    if ratio is not None and ratio < NO_SPIKE:
        value, batch = "none", None
    detail = f"in batch {batch:,}" if batch else ("in sizes of a batch" if ratio is not None else "not measured")
    definition = "Memory that is needed only while a batch is made, in sizes of a batch. Up to 4 is usual."
    return Tile("Largest spike", value, detail, definition, _tone(report, "x batch"))


def _limit(report: Report) -> Tile:
    law, noun = report.growth_law, report.target.item_noun
    label = f"{plural(noun).capitalize()} until memory is full"
    definition = "Where the growth law meets the memory that there is."
    projection = law.projection if law else None
    if law is not None and (projection is None or projection.items_at_limit is None):
        return Tile(label, "no limit" if law.law == "constant" else UNKNOWN, f"the {noun}s do not fill it", definition)
    if projection is None or projection.items_at_limit is None:
        return Tile(label, UNKNOWN, "not measured", definition)
    full = projection.items_at_limit.value
    detail = f"{format_bytes(projection.limit_bytes)}; yours: {count(projection.items, noun)}"
    share = projection.items / full if full > 0 else None
    return Tile(label, f"{rounded(full):,.0f}", detail, definition, _tone(report, "bytes/item"), share)


def _tone(report: Report, unit: str) -> str:
    return next((_TONES[one.level.value] for one in words.findings(report) if one.unit == unit), "")


def _size(n_bytes: int | None) -> str:
    return UNKNOWN if n_bytes is None else format_bytes(n_bytes)
