"""Memory of a job that was watched, batch by batch, with its limit."""

from typing import TYPE_CHECKING, Any

from genaudit.model.watch import JobReport
from genaudit.render.figures.axes import byte_unit, thousands
from genaudit.render.figures.palette import LIGHT, VERDICT_COLOURS, Theme
from genaudit.render.figures.static.report import new_axes, new_figure, rc_context, saved
from genaudit.render.safe import one_line, printable_job, shorten
from genaudit.report.phrases import sentence
from genaudit.units import format_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 1200, 630, 150
LETTERS = 96
LIMIT_IN_VIEW = 3.0
"""A limit so many times as high as the curve is drawn; one further up is told."""


def render_png(report: JobReport, *, width: int = WIDTH, height: int = HEIGHT, dpi: int = DPI) -> bytes:
    """The answer and the curve as a picture.

    Args:
        report: Of the job.
        width: Pixels.
        height: Pixels.
        dpi: Pixels per inch.
    """
    return saved(_summary(printable_job(report), (width / dpi, height / dpi)), "png", dpi=dpi)


def render_svg(report: JobReport, *, width: int = WIDTH, height: int = HEIGHT, dpi: int = DPI) -> bytes:
    """The same as lines."""
    return saved(_summary(printable_job(report), (width / dpi, height / dpi)), "svg", dpi=dpi)


def _summary(report: JobReport, size: tuple[float, float]) -> "Figure":
    import textwrap

    lines = textwrap.wrap(one_line(sentence(report.headline)), LETTERS)[:3]
    head = 0.07 * (len(lines) + 1.5)
    with rc_context():
        figure = new_figure(LIGHT, size, between=(0.0, 1 - head))
        text: dict[str, Any] = {"parse_math": False, "va": "center", "ha": "left"}
        colour = VERDICT_COLOURS[report.verdict]
        figure.text(0.012, 0.955, report.verdict.value.upper(), fontsize=11, fontweight="bold", color=colour, **text)
        name = shorten(one_line(report.job), LETTERS)
        figure.text(0.988, 0.955, name, fontsize=9, color=LIGHT.muted, **{**text, "ha": "right"})
        for at, line in enumerate(lines, 1):
            figure.text(0.012, 0.955 - 0.07 * at, line, fontsize=10, fontweight="bold", color=LIGHT.ink, **text)
        _draw(new_axes(figure, LIGHT), report, LIGHT)
    return figure


def job_figure(report: JobReport, theme: Theme = LIGHT, size: tuple[float, float] = (10, 4.0)) -> "Figure":
    """The curve alone."""
    with rc_context():
        figure = new_figure(theme, size)
        _draw(new_axes(figure, theme), report, theme)
    return figure


def _draw(axes: "Axes", report: JobReport, theme: Theme) -> None:
    top = max([report.highest_bytes, *(point.bytes for point in report.memory)], default=1) or 1
    limit = report.limit_bytes if report.limit_bytes and report.limit_bytes <= LIMIT_IN_VIEW * top else 0
    factor, unit = byte_unit(max(top, limit))
    batches = [point.batch for point in report.memory]
    held = [point.bytes / factor for point in report.memory]
    axes.plot(batches, held, color=theme.rss, linewidth=1.8, marker="o" if len(held) < 3 else None)
    axes.set_xlabel("batch", color=theme.muted)
    axes.set_ylabel(f"memory of the job's process ({unit})", color=theme.muted)
    axes.xaxis.set_major_formatter(lambda value, _: thousands(value))
    axes.set_xlim(left=0)
    axes.set_ylim(0, max(top, limit) * 1.12 / factor)
    if limit:
        axes.axhline(limit / factor, color=theme.limit, linewidth=1.4, linestyle=(0, (8, 3)))
        style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "color": theme.limit, "fontsize": 9}
        axes.text(0.005, limit / factor, f"limit {format_bytes(limit)}", va="bottom", **style)
    elif report.limit_bytes:
        place: dict[str, Any] = {"transform": axes.transAxes, "color": theme.limit, "fontsize": 9, "va": "top"}
        axes.text(0.004, 0.985, f"▲ limit {format_bytes(report.limit_bytes)}, above this chart", **place)
    if report.ending.kind == "killed" and batches:
        axes.plot([batches[-1]], [held[-1]], color=theme.limit, marker="x", markersize=9, markeredgewidth=2)
        axes.annotate("killed", (batches[-1], held[-1]), xytext=(-6, 7), textcoords="offset points", ha="right",
                      color=theme.limit, fontsize=9)  # fmt: skip
