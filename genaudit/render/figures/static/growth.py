"""The growth law: what was measured against items, what follows for more items, and memory against batches."""

import textwrap
from typing import TYPE_CHECKING, Literal

from genaudit.model import Report
from genaudit.model.downsample import thinned
from genaudit.model.report import GrowthLaw, Projection
from genaudit.model.series import CurveBand
from genaudit.render.figures.axes import byte_unit, furthest, thousands
from genaudit.render.figures.palette import Dash, Theme
from genaudit.render.text.report import LEVELS_OFF, no_law_reason, short_slope
from genaudit.report.phrases import NO_GROWTH, count, format_growth, plural, rounded
from genaudit.units import format_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_POINTS = 300
LETTERS = 34
Place = Literal["lower right", "upper left"]


def draw_measured(axes: "Axes", report: Report, law: GrowthLaw, theme: Theme) -> None:
    """Retained memory against the size of the data set, with the fitted law and its interval."""
    top = max([1, *law.retained_bytes])
    factor, unit = byte_unit(top)
    sizes = [max(law.sizes) * at / 40 for at in range(41)]
    if law.retained_curve is not None:
        _draw_curve(axes, sizes, law.retained_curve, factor, theme)
    axes.plot(
        law.sizes,
        [n_bytes / factor for n_bytes in law.retained_bytes],
        linestyle="none",
        marker="o",
        markersize=6,
        color=theme.rss,
        label="measured",
    )
    slope = law.bytes_per_item.value
    noun = report.target.item_noun
    title = f"{format_growth(slope)} per {noun}" if law.law != "constant" else f"does not grow with {plural(noun)}"
    # Where nothing is drawn: above a line that rises, below one that does not.
    place: Place = "upper left" if law.law != "constant" and slope > 0 else "lower right"
    finish(axes, f"Retained: {title}", f"{plural(noun)} in the data set", f"retained, {unit}", theme, legend=place)
    axes.set_xlim(0, max(law.sizes) * 1.06)
    axes.set_ylim(0, top * 1.18 / factor)


def draw_forecast(axes: "Axes", report: Report, law: GrowthLaw, projection: Projection, theme: Theme) -> None:
    """The law carried on to the real data set, and to the size at which memory is full."""
    full = projection.items_at_limit.value if projection.items_at_limit else None
    end = furthest(law, projection)
    top = max(projection.curve.at(end).high if projection.curve else 0.0, projection.bytes.high)
    shows_limit = projection.limit_bytes <= top * 1.3
    top = max(top, projection.limit_bytes) if shows_limit else top
    factor, unit = byte_unit(top)
    steps = [end * at / 60 for at in range(61)]
    if projection.curve is not None:
        _draw_curve(axes, steps, projection.curve, factor, theme, dash=(0, (6, 2)))
    if shows_limit:
        axes.axhline(projection.limit_bytes / factor, color=theme.limit, linewidth=1.4, linestyle=(0, (8, 3)))
    noun = report.target.item_noun
    limit = f"limit {format_bytes(projection.limit_bytes)}"
    _note(axes, 0.02, limit, projection.limit_bytes / factor, shows_limit, theme)
    marks = [(float(projection.items), projection.bytes.value, f"{count(projection.items, noun)}:\n", "s")]
    if full is not None and full <= end:
        marks.append((full, float(projection.limit_bytes), f"runs out at {count(rounded(full), noun)}", "X"))
    for x, y, label, marker in marks:
        text = label if marker == "X" else label + format_bytes(y)
        axes.plot([x], [y / factor], marker=marker, markersize=8, color=theme.limit if marker == "X" else theme.rss)
        right = x > end * 0.55
        axes.annotate(
            text,
            (x, y / factor),
            xytext=(-9 if right else 9, 6 if marker == "X" else -4),
            textcoords="offset points",
            ha="right" if right else "left",
            va="bottom" if marker == "X" or right else "top",
            fontsize=9.5,
            color=theme.ink,
            bbox={"facecolor": theme.paper, "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
            parse_math=False,
        )
    finish(
        axes,
        "Forecast of the whole process",
        f"{plural(noun)} in the data set",
        f"whole process, {unit}",
        theme,
        legend=None,
    )
    axes.set_xlim(0, end)
    axes.set_ylim(0, top * 1.25 / factor)


def draw_batches(axes: "Axes", report: Report, theme: Theme) -> None:
    """Memory held after each batch, with its slope."""
    points = report.timeline.batches if report.timeline else []
    if not points:
        _words(axes, "Memory against batches", "No batch was finished.", theme)
        return

    points = thinned(points, MOST_POINTS, [lambda point: point.held_bytes])
    top = max(point.held_bytes for point in points)
    factor, unit = byte_unit(top)
    axes.plot(
        [point.last for point in points],
        [point.held_bytes / factor for point in points],
        linestyle="none",
        marker=".",
        markersize=5,
        color=theme.rss,
        label="held after a batch",
    )
    growth = report.batches.growth_bytes_per_batch if report.batches else None
    if report.batches is not None and report.batches.held_line is not None:
        _draw_slope(axes, [points[0].last, points[-1].last], report.batches.held_line, factor, theme)
    text = short_slope(report, growth, "bytes/batch") if growth else None
    title = "after each batch" if growth is None else NO_GROWTH if text is None else text
    if growth is not None and text not in {None, LEVELS_OFF}:
        title += " per batch"
    finish(axes, f"Against batches: {title}", "batches", f"held, {unit}", theme)
    axes.set_ylim(0, top * 1.25 / factor)
    axes.set_xlim(left=0)


def draw_reason(axes: "Axes", report: Report, theme: Theme) -> None:
    """Why there is no growth law."""
    _words(axes, f"Against {plural(report.target.item_noun)}", no_law_reason(report), theme)


def _draw_slope(axes: "Axes", batches: list[int], line: CurveBand, factor: float, theme: Theme) -> None:
    low, high, value = ([end.at(batch) / factor for batch in batches] for end in (line.low, line.high, line.value))
    axes.fill_between(batches, low, high, color=theme.held, alpha=0.18, linewidth=0)
    axes.plot(batches, value, color=theme.held, linewidth=1.6, label="slope, 95 % interval")


def _draw_curve(
    axes: "Axes", sizes: list[float], curve: CurveBand, factor: float, theme: Theme, dash: Dash = "solid"
) -> None:
    low, high, value = ([end.at(items) / factor for items in sizes] for end in (curve.low, curve.high, curve.value))
    axes.fill_between(sizes, low, high, color=theme.held, alpha=0.2, linewidth=0, label="95 % interval")
    axes.plot(sizes, value, color=theme.held, linewidth=1.6, linestyle=dash, label="fit")


def _note(axes: "Axes", x: float, text: str, y: float, inside: bool, theme: Theme) -> None:
    if inside:
        axes.text(x, y, text, transform=axes.get_yaxis_transform(), color=theme.limit, va="bottom", fontsize=9.5)
    else:
        text = f"▲ {text}, above this chart"
        axes.text(x, 0.97, text, transform=axes.transAxes, color=theme.limit, va="top", fontsize=9.5)


def finish(
    axes: "Axes", title: str, label: str, held: str, theme: Theme, *, legend: Place | None = "lower right"
) -> None:
    """Title, labels and legend, as all figures over the size of the data set have them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_title(title, loc="left", color=theme.ink, parse_math=False)
    axes.set_xlabel(label, color=theme.muted, parse_math=False)
    axes.set_ylabel(held, color=theme.muted)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    if legend:
        axes.legend(loc=legend, frameon=True, facecolor=theme.paper, edgecolor=theme.grid, labelcolor=theme.ink)


def _words(axes: "Axes", title: str, text: str, theme: Theme) -> None:
    axes.set_axis_off()
    axes.set_title(title, loc="left", color=theme.ink, parse_math=False)
    lines = [part for line in text.splitlines() for part in textwrap.wrap(line, LETTERS)]
    axes.text(
        0.0,
        0.6,
        "\n".join(lines),
        ha="left",
        va="center",
        transform=axes.transAxes,
        color=theme.muted,
        parse_math=False,
    )
