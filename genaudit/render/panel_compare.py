"""A comparison, drawn: curves laid over each other, and memory against speed."""

from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.render.axes import byte_unit
from genaudit.render.comparing import looks
from genaudit.render.palette import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_overlay(axes: "Axes", report: Report, theme: Theme) -> None:
    """RSS over time of every variant."""
    drawn = [look for look in looks(report) if look.points]
    factor, unit = byte_unit(max((point.rss_bytes for look in drawn for point in look.points), default=1))
    for look in drawn:
        times, heights = [one.at_s for one in look.points], [one.rss_bytes / factor for one in look.points]
        colour = getattr(theme, look.colour)
        (line,) = axes.plot(times, heights, color=colour, linestyle=look.dash, linewidth=1.8)
        line.set_label(_plain(look.name))
    axes.set_title("RSS of each variant", loc="left", color=theme.ink)
    axes.set_xlabel("seconds", color=theme.muted)
    axes.set_ylabel(unit, color=theme.muted)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    if drawn:
        axes.legend(frameon=True, facecolor=theme.paper, edgecolor=theme.grid, labelcolor=theme.ink)


def draw_speed(axes: "Axes", report: Report, theme: Theme) -> None:
    """Peak against speed: better is lower and further to the right."""
    drawn = [(look, look.variant.items_per_second, look.variant.peak_bytes) for look in looks(report)]
    known = [(look, speed, peak) for look, speed, peak in drawn if speed is not None and peak is not None]
    factor, unit = byte_unit(max((peak for _, _, peak in known), default=1))
    fastest = max((speed for _, speed, _ in known), default=1.0)
    for look, speed, peak in known:
        axes.plot([speed], [peak / factor], color=getattr(theme, look.colour), marker=look.marker, markersize=9)
        axes.annotate(
            look.name,
            (speed, peak / factor),
            xytext=(0, 8),
            textcoords="offset points",
            ha="right" if speed > fastest / 2 else "left",
            color=theme.ink,
            parse_math=False,
        )
    axes.set_title("Memory against speed", loc="left", color=theme.ink)
    axes.set_xlabel(
        f"{report.target.item_noun}s per second: better is to the right, and lower", color=theme.muted, parse_math=False
    )
    axes.set_ylabel(f"peak, {unit}", color=theme.muted)
    axes.set_xlim(0, fastest * 1.2)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.2)


def _plain(text: str) -> str:
    """A legend reads formulas between dollar signs, and leaves out what begins with an underscore."""
    return text.replace("$", r"\$").lstrip("_") or "variant"
