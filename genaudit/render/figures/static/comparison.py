"""A comparison, drawn: curves laid over each other, memory against speed, and all growth laws on one plot."""

from typing import TYPE_CHECKING

from genaudit.model.comparison import Comparison
from genaudit.render.figures.axes import byte_unit, thousands
from genaudit.render.figures.palette import Theme
from genaudit.render.figures.variants import highest_retained, law_steps, looks, speeds, with_growth, with_laws
from genaudit.render.safe import shorten_apart
from genaudit.render.text.comparison import noun_of
from genaudit.report.phrases import plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEADROOM = 1.2
NAME_POINTS, BELOW_POINTS = 9, -19
"""From a mark up to its name, or down to it."""
LETTER_POINTS, LINE_POINTS = 6.4, 13
"""Width of a bold letter and height of a line, rather too large."""
LEGEND_POINTS, LEGEND_LETTER_POINTS = 36, 5.6
"""What a legend takes beside its names, and the width of a letter of these."""
FITTING = 0.92
"""Of the width before the figure is laid out, what is left after it at the least."""
LETTERS_OF_BAR = 16


def draw_overlay(axes: "Axes", comparison: Comparison, theme: Theme) -> None:
    """RSS over time of every variant."""
    drawn = [(look, points) for look in looks(comparison) if (points := look.points)]
    factor, unit = byte_unit(max((point.rss_bytes for _, points in drawn for point in points), default=1))
    for look, points in drawn:
        times, heights = [point.at_s for point in points], [point.rss_bytes / factor for point in points]
        (line,) = axes.plot(times, heights, color=getattr(theme, look.colour), linestyle=look.dash, linewidth=1.8)
        line.set_label(_plain(look.name))
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
    axes.set_xlim(0, fastest * 1.2)
    axes.set_ylim(0, max((speed.peak_bytes / factor for speed in known), default=1.0) * 1.25 or 1.0)
    room = _room(axes)
    names = shorten_apart([speed.look.name for speed in known], int(FITTING * room / LETTER_POINTS))
    marks = [(speed.items_per_second, speed.peak_bytes / factor) for speed in known]
    for speed, name, offset in zip(known, names, _apart(axes, marks, names), strict=True):
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
            name,
            place,
            xytext=offset,
            textcoords="offset points",
            ha="right" if speed.items_per_second > fastest / 2 else "left",
            color=theme.ink if speed.stands_out else theme.muted,
            fontweight="bold" if speed.stands_out else "normal",
            parse_math=False,
        )
    axes.set_title("Memory against speed", loc="left", color=theme.ink)
    label, best = f"{plural(noun_of(comparison))} per second", "(best: right and low)"
    is_narrow = (len(label) + len(best)) * LETTER_POINTS > room
    axes.set_xlabel(f"{label}\n{best}" if is_narrow else f"{label} {best}", color=theme.muted, parse_math=False)
    axes.set_ylabel(f"peak, {unit}", color=theme.muted)


def _room(axes: "Axes") -> float:
    """Points from one side to the other."""
    return axes.bbox.width * 72 / axes.figure.dpi


def _apart(axes: "Axes", marks: list[tuple[float, float]], names: list[str]) -> list[tuple[float, int]]:
    """Points to the right of its mark, and above it, for each name: inside the axes, over no other name and no mark."""
    width, height = (pixels * 72 / axes.figure.dpi for pixels in (axes.bbox.width, axes.bbox.height))
    across, up = width / axes.get_xlim()[1], height / axes.get_ylim()[1]
    middle, half = width / HEADROOM / 2, NAME_POINTS / 2
    places = [(x * across, y * up) for x, y in marks]
    taken: list[tuple[float, ...]] = [(x - half, y - half, x + half, y + half) for x, y in places]
    steps = range(len(marks) + 1)
    ways = [way for step in steps for way in (NAME_POINTS + step * LINE_POINTS, BELOW_POINTS - step * LINE_POINTS)]
    offsets = []
    for (x, y), name in zip(places, names, strict=True):
        long = len(name) * LETTER_POINTS
        is_right = x > middle
        aside = max(0.0, long - x) if is_right else min(0.0, width - long - x)
        left = x + aside - (long if is_right else 0.0)
        boxes = {way: (left, y + way, left + long, y + way + LINE_POINTS - 2) for way in ways}
        free = [way for way in ways if not any(_overlap(boxes[way], other) for other in taken)]
        # Where all of it is full, none is better than another; below the axis are its numbers.
        best = next((way for way in free if boxes[way][1] >= 0), free[0] if free else NAME_POINTS)
        taken.append(boxes[best])
        offsets.append((aside, best))
    return offsets


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def draw_growth(axes: "Axes", comparison: Comparison, theme: Theme) -> None:
    """Growth per batch: a bar for each variant, with its 95 % interval."""
    drawn = with_growth(comparison)
    factor, unit = byte_unit(max((max(growth.value, growth.high) for _, growth in drawn), default=1))
    names = shorten_apart([look.name for look, _ in drawn], LETTERS_OF_BAR)
    for at, (look, growth) in enumerate(drawn):
        value, low, high = growth.value / factor, growth.low / factor, growth.high / factor
        axes.barh([at], [value], height=0.5, color=getattr(theme, look.colour), alpha=0.75)
        axes.plot([low, high], [at, at], color=theme.ink, linewidth=1.4, marker="|", markersize=8)
    axes.axvline(0, color=theme.muted, linewidth=0.8)
    axes.set_yticks(range(len(drawn)), [_plain_text(name) for name in names])
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    axes.set_title("Growth per batch", loc="left", color=theme.ink)
    axes.set_xlabel(f"{unit} a batch, with the 95 % interval", color=theme.muted)


def draw_laws(axes: "Axes", comparison: Comparison, theme: Theme) -> None:
    """Retained memory against the size of the data set, a law for each variant."""
    drawn = with_laws(comparison)
    factor, unit = byte_unit(highest_retained(drawn))
    letters = int((_room(axes) - LEGEND_POINTS) / LEGEND_LETTER_POINTS)
    names = shorten_apart([look.name for look, _ in drawn], letters)
    for name, (look, law) in zip(names, drawn, strict=True):
        colour, steps = getattr(theme, look.colour), law_steps(law)
        if law.retained_curve is not None:
            heights = [law.retained_curve.value.at(items) / factor for items in steps]
            axes.plot(steps, heights, color=colour, linestyle=look.dash, linewidth=1.8)
        measured = [n_bytes / factor for n_bytes in law.retained_bytes]
        (dots,) = axes.plot(law.sizes, measured, look.marker, color=colour, markersize=6)
        dots.set_label(_plain(name))
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


def _plain(name: str) -> str:
    """A legend reads formulas between dollar signs, and leaves out what begins with an underscore."""
    return _plain_text(name).lstrip("_") or "variant"


def _plain_text(name: str) -> str:
    return name.replace("$", r"\$")
