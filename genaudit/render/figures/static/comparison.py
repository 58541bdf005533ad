"""A comparison, drawn: curves laid over each other, memory against speed, and all growth laws on one plot."""

from typing import TYPE_CHECKING

from genaudit.model.comparison import Comparison
from genaudit.render.figures.axes import byte_unit, thousands
from genaudit.render.figures.palette import Theme
from genaudit.render.figures.variants import Look, highest_retained, law_steps, looks, speeds, with_laws
from genaudit.render.text.comparison import noun_of
from genaudit.report.phrases import plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEADROOM = 1.2


def draw_overlay(axes: "Axes", comparison: Comparison, theme: Theme) -> None:
    """RSS over time of every variant."""
    drawn = [(look, points) for look in looks(comparison) if (points := look.points)]
    factor, unit = byte_unit(max((point.rss_bytes for _, points in drawn for point in points), default=1))
    for look, points in drawn:
        times, heights = [point.at_s for point in points], [point.rss_bytes / factor for point in points]
        (line,) = axes.plot(times, heights, color=getattr(theme, look.colour), linestyle=look.dash, linewidth=1.8)
        line.set_label(_plain(look))
    axes.set_title("RSS of each variant", loc="left", color=theme.ink)
    axes.set_xlabel("seconds", color=theme.muted)
    axes.set_ylabel(f"RSS, {unit}", color=theme.muted)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    if drawn:
        _legend(axes, theme)


def draw_speed(axes: "Axes", comparison: Comparison, theme: Theme) -> None:
    """Peak against speed: better is lower and further to the right."""
    known = speeds(comparison)
    factor, unit = byte_unit(max((speed.peak_bytes for speed in known), default=1))
    fastest = max((speed.items_per_second for speed in known), default=1.0)
    for speed in known:
        place, colour = (speed.items_per_second, speed.peak_bytes / factor), getattr(theme, speed.look.colour)
        # Filled and bold: no other is better. Hollow: another one is.
        axes.plot(
            *([value] for value in place),
            color=colour,
            marker=speed.look.marker,
            markersize=11 if speed.stands_out else 8,
            markerfacecolor=colour if speed.stands_out else theme.paper,
        )
        axes.annotate(
            speed.look.name,
            place,
            xytext=(0, 9),
            textcoords="offset points",
            ha="right" if speed.items_per_second > fastest / 2 else "left",
            color=theme.ink if speed.stands_out else theme.muted,
            fontweight="bold" if speed.stands_out else "normal",
            parse_math=False,
        )
    axes.set_title("Memory against speed", loc="left", color=theme.ink)
    label = f"{plural(noun_of(comparison))} per second (best: right and low)"
    axes.set_xlabel(label, color=theme.muted, parse_math=False)
    axes.set_ylabel(f"peak, {unit}", color=theme.muted)
    axes.set_xlim(0, fastest * 1.2)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.2)


def draw_laws(axes: "Axes", comparison: Comparison, theme: Theme) -> None:
    """Retained memory against the size of the data set, a law for each variant."""
    drawn = with_laws(comparison)
    factor, unit = byte_unit(highest_retained(drawn))
    for look, law in drawn:
        colour, steps = getattr(theme, look.colour), law_steps(law)
        if law.retained_curve is not None:
            heights = [law.retained_curve.value.at(items) / factor for items in steps]
            axes.plot(steps, heights, color=colour, linestyle=look.dash, linewidth=1.8)
        measured = [n_bytes / factor for n_bytes in law.retained_bytes]
        (dots,) = axes.plot(law.sizes, measured, look.marker, color=colour, markersize=6)
        dots.set_label(_plain(look))
    axes.set_title("Scaling", loc="left", color=theme.ink)
    axes.set_xlabel(f"{plural(noun_of(comparison))} in the data set", color=theme.muted, parse_math=False)
    axes.set_ylabel(f"retained, {unit}", color=theme.muted)
    axes.xaxis.set_major_formatter(lambda value, _: thousands(value))
    axes.set_xlim(left=0)
    axes.set_ylim(0, highest_retained(drawn) / factor * HEADROOM)
    if drawn:
        _legend(axes, theme)
    else:
        axes.text(0.5, 0.5, "no size was varied", transform=axes.transAxes, ha="center", color=theme.muted)


def _legend(axes: "Axes", theme: Theme) -> None:
    axes.legend(frameon=True, facecolor=theme.paper, edgecolor=theme.grid, labelcolor=theme.ink)


def _plain(look: Look) -> str:
    """A legend reads formulas between dollar signs, and leaves out what begins with an underscore."""
    return look.name.replace("$", r"\$").lstrip("_") or "variant"
