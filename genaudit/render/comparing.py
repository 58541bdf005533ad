"""A comparison, worked out for whoever draws it: curves of one look, figures as text."""

from typing import NamedTuple

from genaudit.model import Interval, Report
from genaudit.model.report import Difference, TimePoint, Variant
from genaudit.render.palette import Dash
from genaudit.render.phrases import quantity, span
from genaudit.render.safe import one_line, shorten
from genaudit.render.thin import thin
from genaudit.units import format_bytes

MOST_POINTS = 500
MOST_VARIANTS = 12
COLOURS = ("rss", "held", "pss", "high", "ink", "limit")
DASHES: tuple[Dash, ...] = ("solid", (0, (6, 2)), (0, (2, 2)), (0, (7, 2, 1, 2)), (0, (4, 1)), (0, (1, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P")
SAID = {"better": "better", "worse": "worse", "same": "no difference beyond noise", "unknown": "not known"}
UNKNOWN = "–"


class Look(NamedTuple):
    """How a variant is drawn, the same in every figure: colour by name, and dash and marker besides."""

    variant: Variant
    name: str
    colour: str
    dash: Dash
    marker: str
    points: list[TimePoint]


def looks(report: Report) -> list[Look]:
    """The variants of a comparison; none in another report."""
    variants = report.comparison.variants if report.comparison else []
    return [
        Look(
            one,
            shorten(one_line(one.name), 60),
            COLOURS[at % len(COLOURS)],
            DASHES[at % len(DASHES)],
            MARKERS[at % len(MARKERS)],
            thin(one.timeline.samples, MOST_POINTS, [lambda point: point.rss_bytes]) if one.timeline else [],
        )
        for at, one in enumerate(variants[:MOST_VARIANTS])
    ]


def figure_text(value: Interval | None, unit: str, noun: str) -> str:
    """A figure as text."""
    return UNKNOWN if value is None else quantity(value.value, unit, noun)


def delta_text(difference: Difference, noun: str) -> str:
    """The difference with its sign and its interval."""
    delta = difference.delta
    if delta is None:
        return UNKNOWN
    sign = "+" if delta.value > 0 else ""
    ends = span(delta) if difference.unit.startswith("bytes") else f"{delta.low:,.4g} to {delta.high:,.4g}"
    return f"{sign}{quantity(delta.value, difference.unit, noun)} ({ends})"


def batches_text(variant: Variant) -> str:
    """Whether it yields what the base yields."""
    if variant.same_batches is None:
        return "not compared"
    if variant.same_batches:
        return "the same"
    return f"differ: {variant.batch_difference}" if variant.batch_difference else "differ"


def peak_text(variant: Variant) -> str:
    """The highest memory of a variant."""
    return UNKNOWN if variant.peak_bytes is None else format_bytes(variant.peak_bytes)
