"""Memory over time, interactive."""

import bisect
from typing import TYPE_CHECKING, Any, NamedTuple

from genaudit.model import Report, RunVerdict
from genaudit.model.report import Failure
from genaudit.model.series import BatchPoint, Timeline, TimePoint
from genaudit.render.figures.axes import byte_unit
from genaudit.render.figures.downsample import thin_timeline
from genaudit.render.figures.interactive.base import hover, limit_line, new_chart, source
from genaudit.render.figures.palette import NAMED
from genaudit.render.figures.timeline_data import FEWEST_OF_A_CURVE, Band, bands, end_of, top_of, with_budget
from genaudit.render.text.budgets import budget_of_peak
from genaudit.units import format_bytes, format_seconds

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812

MOST_POINTS = 1200
MOST_TICKS = 400
UNKNOWN = "–"


class Reading(NamedTuple):
    """Everything that is known at one time."""

    at_s: float
    rss_bytes: int
    held_bytes: int
    pss_bytes: int | None
    high_bytes: int | None
    batch: int | None
    phase: str


def timeline_chart(report: Report) -> "Figure | None":
    """Curves, phases, batches, epochs and limit over time."""
    if report.timeline is None or not (report.timeline.samples or report.timeline.batches):
        return None
    line = thin_timeline(report.timeline, MOST_POINTS)
    end_s, top = end_of(line), with_budget(report, top_of(line))
    factor, unit = byte_unit(top)
    phases = bands(report, end_s)
    chart = new_chart(
        "seconds since the process was ready",
        f"memory, {unit}",
        x_range=(0, end_s or 1.0),
        y_range=(0, top * 1.24 / factor),
    )
    _draw_bands(chart, phases, top * 1.15 / factor)
    rows = readings(line, phases)
    _draw_curves(chart, line, rows, factor)
    _draw_marks(chart, line)
    _draw_peak(chart, line, factor)
    if report.failure is not None and report.verdict is RunVerdict.ERROR:
        _draw_failure(chart, report.failure, end_s, top / factor)
    if report.machine.bytes:
        limit_line(chart, report.machine.bytes / factor, f"limit {format_bytes(report.machine.bytes)}")
    budget = budget_of_peak(report)
    if budget is not None:
        limit_line(chart, budget / factor, f"budget {format_bytes(budget)}", name="budget", dash="3 3")
    return chart


def readings(line: Timeline, phases: list[Band]) -> list[Reading]:
    """Samples and batches in one order of time, each with the last reading of the other."""
    points: list[TimePoint | BatchPoint] = [*line.samples, *line.batches]
    points.sort(key=lambda point: point.at_s)
    starts = [band.start_s for band in phases]
    rows, pss, high, batch = [], None, None, None
    for point in points:
        if isinstance(point, BatchPoint):
            high, batch = point.high_water_bytes, point.last
        elif point.pss_bytes is not None:
            pss = point.pss_bytes
        at = bisect.bisect_right(starts, point.at_s) - 1
        phase = phases[at].name if at >= 0 else UNKNOWN
        rows.append(Reading(point.at_s, point.rss_bytes, point.held_bytes, pss, high, batch, phase))
    return rows


def _draw_curves(chart: "Figure", line: Timeline, rows: list[Reading], factor: float) -> None:
    data = source(
        t=[reading.at_s for reading in rows],
        rss=[reading.rss_bytes / factor for reading in rows],
        held=[reading.held_bytes / factor for reading in rows],
        high=[_scaled(reading.high_bytes, factor) for reading in rows],
        batch=[f"{reading.batch:,}" if reading.batch else UNKNOWN for reading in rows],
        phase=[reading.phase for reading in rows],
        time_text=[format_seconds(reading.at_s) if reading.at_s > 0 else "0 s" for reading in rows],
        rss_text=[format_bytes(reading.rss_bytes) for reading in rows],
        held_text=[format_bytes(reading.held_bytes) for reading in rows],
        pss_text=[_text(reading.pss_bytes) for reading in rows],
        high_text=[_text(reading.high_bytes) for reading in rows],
    )
    styles: dict[str, dict[str, Any]] = {
        "high": {"line_width": 1.2, "line_dash": "7 2 1 2"},
        "held": {"line_width": 1.8, "line_dash": "6 3"},
        "rss": {"line_width": 2.2, "line_dash": "solid"},
    }
    lines = {
        name: chart.line("t", name, source=data, line_color=getattr(NAMED, name), name=name, **style)
        for name, style in styles.items()
    }
    sums = [(point.at_s, point.pss_bytes / factor) for point in line.samples if point.pss_bytes is not None]
    pss = source(t=[at for at, _ in sums], pss=[value for _, value in sums])
    if len(sums) < FEWEST_OF_A_CURVE:
        # A few readings are no curve: a line between them would show times that nobody looked at.
        chart.scatter("t", "pss", source=pss, size=6, color=NAMED.pss, name="pss")
    else:
        chart.line("t", "pss", source=pss, line_color=NAMED.pss, line_width=1.8, line_dash="2 2", name="pss")
    chart.add_tools(
        hover(
            [lines["rss"]],
            [
                ("time", "@time_text"),
                ("phase", "@phase"),
                ("batch", "@batch"),
                ("RSS", "@rss_text"),
                ("held", "@held_text"),
                ("PSS, all processes", "@pss_text"),
                ("highest in the batch", "@high_text"),
            ],
        )
    )


def _draw_peak(chart: "Figure", line: Timeline, factor: float) -> None:
    highs = [(point.high_water_bytes, point.at_s) for point in line.batches] or [
        (point.rss_bytes, point.at_s) for point in line.samples
    ]
    height, at_s = max(highs, key=lambda high: high[0])
    data = source(x=[at_s], y=[height / factor], text=[f"peak {format_bytes(height)}"])
    chart.scatter("x", "y", source=data, marker="inverted_triangle", size=9, color=NAMED.ink, name="peak")
    align = "right" if at_s > end_of(line) / 2 else "left"
    chart.text(
        "x", "y", "text", source=data, text_color=NAMED.ink, text_font_size="12px", y_offset=-7, text_align=align
    )


def _draw_failure(chart: "Figure", failure: Failure, end_s: float, top: float) -> None:
    from bokeh.models.annotations import Span

    chart.add_layout(Span(location=end_s, dimension="height", line_color=NAMED.limit, line_width=4))
    text = failure.reason + (f" in batch {failure.batch:,}" if failure.batch else "")
    data = source(x=[end_s], y=[top / 2], text=[text])
    style: dict[str, Any] = {"text_color": NAMED.limit, "text_font_size": "13px", "text_align": "right", "x_offset": -7}
    chart.text("x", "y", "text", source=data, name="failure", **style)


def _draw_bands(chart: "Figure", phases: list[Band], label_at: float) -> None:
    shown = [band for at, band in enumerate(phases) if at % 2 == 0]
    data = source(x0=[band.start_s for band in shown], x1=[band.end_s for band in shown])
    chart.vstrip("x0", "x1", source=data, fill_color=NAMED.band, line_color=None, level="underlay", name="phases")
    end = max((band.end_s for band in phases), default=0.0)
    wide = [band for band in phases if end and (band.end_s - band.start_s) / end > 0.1]
    labels = source(
        x=[(band.start_s + band.end_s) / 2 for band in wide],
        y=[label_at] * len(wide),
        text=[band.name for band in wide],
    )
    chart.text("x", "y", "text", source=labels, text_color=NAMED.muted, text_align="center", text_font_size="12px")


def _draw_marks(chart: "Figure", line: Timeline) -> None:
    ticks = [point.at_s for point in line.batches]
    ticks = ticks[:: max(1, len(ticks) // MOST_TICKS)]
    marks = source(x=ticks, y=[0.0] * len(ticks))
    chart.scatter("x", "y", source=marks, marker="dash", angle=1.5708, size=12, line_color=NAMED.ink, name="ticks")
    ends = source(x=line.epoch_ends_s)
    chart.vspan("x", source=ends, line_color=NAMED.muted, line_dash="4 3", name="epochs")


def _scaled(n_bytes: int | None, factor: float) -> float:
    return float("nan") if n_bytes is None else n_bytes / factor


def _text(n_bytes: int | None) -> str:
    return UNKNOWN if n_bytes is None else format_bytes(n_bytes)
