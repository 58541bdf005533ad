"""Memory against batches, interactive: of the clean trial, and of every trial by size of the data set."""

import math
from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.model.downsample import thinned
from genaudit.model.series import SurfacePoint
from genaudit.render.figures.axes import byte_unit
from genaudit.render.figures.interactive.base import hover, new_chart, source
from genaudit.render.figures.palette import NAMED
from genaudit.report.phrases import count
from genaudit.units import format_bytes

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812

MOST_POINTS = 1200
MOST_TRIALS = 40
MOST_SURFACE_POINTS = 60
MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle", "star")


def batches_chart(report: Report) -> "Figure | None":
    """High-water mark and held memory by batch, with the slope and its interval."""
    if report.timeline is None or not report.timeline.batches:
        return None
    points = thinned(
        report.timeline.batches, MOST_POINTS, [lambda point: point.high_water_bytes, lambda point: point.held_bytes]
    )
    top = max(point.high_water_bytes for point in points)
    factor, unit = byte_unit(top)
    first, last = points[0].last, points[-1].last
    chart = new_chart("batch", f"memory, {unit}", x_range=(0, last + 1), y_range=(0, top * 1.15 / factor), height=260)
    data = source(
        batch=[point.last for point in points],
        high=[point.high_water_bytes / factor for point in points],
        held=[point.held_bytes / factor for point in points],
        batch_text=[f"{point.last:,}" for point in points],
        epoch_text=[f"{point.epoch:,}" for point in points],
        high_text=[format_bytes(point.high_water_bytes) for point in points],
        held_text=[format_bytes(point.held_bytes) for point in points],
    )
    line = report.batches.held_line if report.batches else None
    if line is not None:
        ends = (first, last)
        curves = {"low": line.low, "high": line.high, "value": line.value}
        heights = {name: [curve.at(batch) / factor for batch in ends] for name, curve in curves.items()}
        slope = source(x=ends, **heights)
        chart.varea("x", "low", "high", source=slope, fill_color=NAMED.held, fill_alpha=0.2)
        chart.line("x", "value", source=slope, line_color=NAMED.held, line_width=1.5)
    high = chart.line("batch", "high", source=data, line_color=NAMED.high, line_width=1.2, line_dash="7 2 1 2")
    high.name = "high"
    chart.scatter("batch", "held", source=data, size=4, color=NAMED.rss, name="held")
    _draw_traced(chart, report, factor)
    rows = [("batch", "@batch_text"), ("epoch", "@epoch_text"), ("held after it", "@held_text")]
    chart.add_tools(hover([high], [*rows, ("highest in it", "@high_text")]))
    return chart


def _draw_traced(chart: "Figure", report: Report, factor: float) -> None:
    points = thinned(report.traced, MOST_POINTS, [lambda point: point.traced_bytes])
    if not points:
        return
    data = source(
        batch=[point.batch for point in points],
        traced=[point.traced_bytes / factor for point in points],
        batch_text=[f"{point.batch:,}" for point in points],
        size_text=["all" if point.items is None else count(point.items, report.target.item_noun) for point in points],
        traced_text=[format_bytes(point.traced_bytes) for point in points],
    )
    chart.line("batch", "traced", source=data, line_color=NAMED.pss, line_width=1.3, line_dash="2 2")
    dots = chart.scatter("batch", "traced", source=data, marker="diamond", size=8, color=NAMED.pss, name="traced")
    rows = [("traced trial with", "@size_text"), ("batch", "@batch_text"), ("tracemalloc", "@traced_text")]
    chart.add_tools(hover([dots], rows, mode="mouse"))


def surface_chart(report: Report) -> "Figure | None":
    """Retained memory against batches, one curve for each trial, so that sizes can be compared.

    Where its workers had ended a curve has a gap: what they held had gone with them.
    """
    curves = _curves(report)
    if not curves:
        return None
    top = max(1, *(point.retained_bytes for points in curves.values() for point in points if point.compares))
    factor, unit = byte_unit(top)
    last = max(point.batches for points in curves.values() for point in points)
    chart = new_chart(
        "batches", f"retained, {unit}", x_range=(0, last * 1.2), y_range=(0, top * 1.2 / factor), height=300
    )
    noun = report.target.item_noun
    renderers = []
    for at, points in enumerate(curves.values()):
        size = points[0].items
        name = "all" if size is None else count(size, noun)
        data = source(
            x=[point.batches for point in points],
            y=[point.retained_bytes / factor if point.compares else math.nan for point in points],
            size_text=[name] * len(points),
            batch_text=[f"{point.batches:,}" for point in points],
            held_text=[format_bytes(point.retained_bytes) for point in points],
        )
        tags = [size if size is not None else -1]
        curve = chart.line("x", "y", source=data, line_color=NAMED.rss, line_width=1.3, name=f"line-{at}")
        marker = MARKERS[at % len(MARKERS)]
        dot = chart.scatter("x", "y", source=data, marker=marker, size=7, color=NAMED.rss, name=f"dot-{at}")
        curve.tags = dot.tags = tags
        renderers.append(dot)
        end = [point for point in points if point.compares][-1]
        label = source(x=[end.batches], y=[end.retained_bytes / factor], text=[f"n = {size:,}" if size else name])
        chart.text(
            "x",
            "y",
            "text",
            source=label,
            text_color=NAMED.muted,
            text_font_size="12px",
            x_offset=5,
            y_offset=-5,
        )
    rows = [("data set", "@size_text"), ("batches", "@batch_text"), ("retained", "@held_text")]
    chart.add_tools(hover(renderers, rows, mode="mouse"))
    return chart


def _curves(report: Report) -> dict[int, list[SurfacePoint]]:
    curves: dict[int, list[SurfacePoint]] = {}
    for point in report.surface:
        curves.setdefault(point.trial, []).append(point)
    kept = dict(list(curves.items())[:MOST_TRIALS])
    return {trial: _thinned(sorted(points, key=lambda point: point.batches)) for trial, points in kept.items()}


def _thinned(points: list[SurfacePoint]) -> list[SurfacePoint]:
    """So many points as a curve has room for, and what is a gap in it."""
    parts = ([point for point in points if point.compares is compares] for compares in (True, False))
    drawn = [thinned(part, MOST_SURFACE_POINTS, [lambda point: point.retained_bytes]) for part in parts]
    return sorted([*drawn[0], *drawn[1]], key=lambda point: point.batches)
