"""PSS by process over time, stacked, as a drawing."""

from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.model.series import ProcessTimeline
from genaudit.render.figures.axes import byte_unit
from genaudit.render.figures.palette import Theme
from genaudit.render.figures.processes import columns, looks
from genaudit.render.figures.timeline_data import end_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HATCHES = {"": "", "/": "//", ".": "..", "x": "xx"}
MOST_LABELS = 6


def draw_processes(axes: "Axes", report: Report, line: ProcessTimeline, theme: Theme) -> None:
    """Bands on top of each other, a band for each process."""
    series, drawn = columns(line), looks(line)
    sums = [sum(held) for held in zip(*series, strict=True)]
    top = max(1, *sums)
    factor, unit = byte_unit(top)
    times = [point.at_s for point in line.points]
    lower = [0.0] * len(times)
    for at, (look, held) in enumerate(zip(drawn, series, strict=True)):
        upper = [below + n_bytes / factor for below, n_bytes in zip(lower, held, strict=True)]
        label = look.label if at < MOST_LABELS else None
        axes.fill_between(
            times,
            lower,
            upper,
            alpha=0.75,
            label=label,
            facecolor=look.of(theme),
            edgecolor=theme.paper,
            linewidth=0.5,
            hatch=HATCHES[look.hatch],
        )
        lower = upper
    axes.plot(times, lower, color=theme.ink, linewidth=1.2, marker=".", markersize=3)
    axes.set_title("Memory by process (PSS), one on top of the other", loc="left", color=theme.ink)
    axes.set_xlabel("seconds since the process was ready", color=theme.muted)
    axes.set_ylabel(f"PSS, {unit}", color=theme.muted)
    axes.set_xlim(0, max(times[-1], end_of(report.timeline) if report.timeline else 0.0) or 1.0)
    axes.set_ylim(0, top * 1.15 / factor)
    axes.legend(loc="upper left", frameon=True, facecolor=theme.paper, edgecolor=theme.grid, labelcolor=theme.ink)
