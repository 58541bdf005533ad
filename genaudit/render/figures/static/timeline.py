"""Memory over time: curves, phases, batches, epochs, and the limit."""

from typing import TYPE_CHECKING, Any

from genaudit.model import Report, RunVerdict
from genaudit.model.series import BatchPoint, Timeline, TimePoint
from genaudit.render.figures.axes import byte_unit
from genaudit.render.figures.downsample import thin_timeline
from genaudit.render.figures.palette import DASHES, Theme
from genaudit.render.figures.timeline_data import (
    FEWEST_OF_A_CURVE,
    LIMIT_IN_VIEW,
    Band,
    bands,
    end_of,
    top_of,
    with_budget,
)
from genaudit.render.text.budgets import budget_of_peak
from genaudit.render.text.report import peak_of_all_text, peak_text
from genaudit.units import format_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_POINTS = 1500
MOST_TICKS = 120
MOST_EPOCH_LINES = 30
LABEL_SHARE = 0.09
LEGEND_BELOW = 0.5
"""Inches under the axis, where its label ends."""
LEGEND: dict[str, Any] = {"columnspacing": 1.1, "handlelength": 1.7, "handletextpad": 0.5, "borderpad": 0.0}
NAMES = {
    "rss": "RSS",
    "held": "held (no mapped files)",
    "pss": "PSS, all processes",
    "high": "highest in each batch",
}


def draw_timeline(axes: "Axes", report: Report, theme: Theme) -> None:
    """Everything that is known of the clean trial over time."""
    if report.timeline is None or not (report.timeline.samples or report.timeline.batches):
        _empty(axes, theme)
        return
    line = thin_timeline(report.timeline, MOST_POINTS)
    top = with_budget(report, top_of(line))
    factor, unit = byte_unit(top)
    end_s = end_of(line)
    _draw_bands(axes, bands(report, end_s), end_s, theme)
    _draw_curves(axes, line, factor, theme)
    _draw_marks(axes, line, theme)
    _draw_failure(axes, report, end_s, theme)
    _draw_limit(axes, report.machine.bytes, top, factor, theme)
    _draw_budget(axes, report, factor, theme)
    axes.set_xlim(0, end_s or 1.0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("seconds since the process was ready", color=theme.muted)
    axes.set_ylabel(f"memory, {unit}", color=theme.muted)
    peaks = "; ".join(text for text in (peak_text(report), peak_of_all_text(report)) if text)
    axes.set_title(
        f"Memory over time: peak {peaks}" if peaks else "Memory over time", loc="left", color=theme.ink, pad=20
    )
    _draw_legend(axes, theme)


def _draw_legend(axes: "Axes", theme: Theme) -> None:
    from matplotlib.transforms import ScaledTranslation

    below = axes.transAxes + ScaledTranslation(0, -LEGEND_BELOW, axes.figure.dpi_scale_trans)
    place: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.47, 0.0), "bbox_transform": below}
    axes.legend(**place, ncols=5, frameon=False, labelcolor=theme.ink, **LEGEND)


def _draw_curves(axes: "Axes", line: Timeline, factor: float, theme: Theme) -> None:
    highs = [(point.at_s, point.high_water_bytes / factor) for point in line.batches]
    if highs:
        axes.plot(
            *zip(*highs, strict=True),
            color=theme.high,
            linewidth=0.9,
            marker="^" if len(highs) <= MOST_TICKS else None,
            markersize=4,
            label=NAMES["high"],
        )
    # Two sources of one curve: the parent's samples, and the child's own readings at each batch.
    readings: list[TimePoint | BatchPoint] = [*line.samples, *line.batches]
    readings.sort(key=lambda point: point.at_s)
    times = [reading.at_s for reading in readings]
    rss = [reading.rss_bytes / factor for reading in readings]
    held = [reading.held_bytes / factor for reading in readings]
    pss = [(point.at_s, point.pss_bytes / factor) for point in line.samples if point.pss_bytes is not None]
    axes.plot(times, rss, color=theme.rss, linewidth=1.8, linestyle=DASHES["rss"], label=NAMES["rss"])
    axes.plot(times, held, color=theme.held, linewidth=1.6, linestyle=DASHES["held"], label=NAMES["held"])
    if pss:
        # A few readings are no curve: a line between them would show times that nobody looked at.
        few: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 4}
        style = few if len(pss) < FEWEST_OF_A_CURVE else {"linewidth": 1.6, "linestyle": DASHES["pss"]}
        axes.plot(*zip(*pss, strict=True), color=theme.pss, label=NAMES["pss"], **style)


def _draw_bands(axes: "Axes", rows: list[Band], end_s: float, theme: Theme) -> None:
    for at, band in enumerate(rows):
        if at % 2 == 0:
            axes.axvspan(band.start_s, band.end_s, color=theme.band, linewidth=0, zorder=0)
        if band.end_s - band.start_s >= LABEL_SHARE * end_s:
            axes.text(
                (band.start_s + band.end_s) / 2,
                1.02,
                band.name,
                transform=axes.get_xaxis_transform(),
                ha="center",
                va="bottom",
                fontsize=9,
                color=theme.muted,
                parse_math=False,
            )


def _draw_marks(axes: "Axes", line: Timeline, theme: Theme) -> None:
    ticks = [point.at_s for point in line.batches]
    ticks = ticks[:: max(1, len(ticks) // MOST_TICKS)]
    axes.vlines(ticks, 0, 0.025, transform=axes.get_xaxis_transform(), color=theme.ink, linewidth=0.7)
    epochs = line.epoch_ends_s[:: max(1, len(line.epoch_ends_s) // MOST_EPOCH_LINES)]
    for number, at in enumerate(epochs):
        label = "epoch" if number == 0 else None
        axes.axvline(at, color=theme.muted, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1, label=label)


def _draw_failure(axes: "Axes", report: Report, end_s: float, theme: Theme) -> None:
    if report.failure is None or report.verdict is not RunVerdict.ERROR:
        return
    axes.axvline(end_s, color=theme.limit, linewidth=3)
    label = f"{report.failure.reason}" + (f" in batch {report.failure.batch:,}" if report.failure.batch else "")
    axes.annotate(
        label,
        (end_s, 0.5),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
        color=theme.limit,
        parse_math=False,
        bbox={"facecolor": theme.paper, "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
    )


def _draw_limit(axes: "Axes", limit: int, top: float, factor: float, theme: Theme) -> None:
    if not limit:
        axes.set_ylim(top=top * 1.12 / factor)
        return
    if limit <= top * LIMIT_IN_VIEW:
        axes.axhline(limit / factor, color=theme.limit, linewidth=1.4, linestyle=(0, (8, 3)))
        axes.set_ylim(top=max(limit, top) * 1.08 / factor)
        style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "color": theme.limit, "fontsize": 9}
        axes.text(0.005, limit / factor, f"limit {format_bytes(limit)}", va="bottom", **style)
        return
    axes.set_ylim(top=top * 1.12 / factor)
    axes.text(
        0.004,
        0.985,
        f"▲ limit {format_bytes(limit)}, above this chart",
        transform=axes.transAxes,
        ha="left",
        va="top",
        fontsize=9,
        color=theme.limit,
    )


def _draw_budget(axes: "Axes", report: Report, factor: float, theme: Theme) -> None:
    budget = budget_of_peak(report)
    if budget is not None and budget / factor <= axes.get_ylim()[1]:
        axes.axhline(budget / factor, color=theme.limit, linewidth=1.4, linestyle=(0, (2, 2)))
        style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "color": theme.limit, "fontsize": 9}
        axes.text(0.995, budget / factor, f"budget {format_bytes(budget)}", ha="right", va="bottom", **style)


def _empty(axes: "Axes", theme: Theme) -> None:
    axes.set_axis_off()
    text = "Nothing was measured: the target did not start."
    axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes, color=theme.muted)
