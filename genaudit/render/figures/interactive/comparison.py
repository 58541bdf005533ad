"""A comparison, interactive: curves laid over each other, memory against speed, and all growth laws on one plot."""

from typing import TYPE_CHECKING, Any

from genaudit.model.comparison import Comparison
from genaudit.render.figures.axes import byte_unit
from genaudit.render.figures.interactive.base import hover, new_chart, source
from genaudit.render.figures.palette import NAMED, Dash
from genaudit.render.figures.variants import Look, Speed, highest_retained, law_steps, looks, speeds, with_laws
from genaudit.render.text.comparison import noun_of
from genaudit.report.phrases import count, plural
from genaudit.units import format_bytes, format_seconds

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812

HEADROOM = 1.2
BOKEH_MARKERS = {"o": "circle", "s": "square", "^": "triangle", "D": "diamond", "v": "inverted_triangle", "P": "plus"}


def overlay_chart(comparison: Comparison) -> "Figure | None":
    """RSS over time of every variant."""
    drawn = [(look, points) for look in looks(comparison) if (points := look.points)]
    if not drawn:
        return None
    top = max(point.rss_bytes for _, points in drawn for point in points)
    end = max(points[-1].at_s for _, points in drawn)
    factor, unit = byte_unit(top)
    chart = new_chart("seconds", f"RSS, {unit}", height=300, x_range=(0, end or 1), y_range=(0, top * 1.15 / factor))
    lines = []
    for look, points in drawn:
        data = source(
            t=[point.at_s for point in points],
            rss=[point.rss_bytes / factor for point in points],
            name=[look.name] * len(points),
            time_text=[format_seconds(point.at_s) if point.at_s > 0 else "0 s" for point in points],
            rss_text=[format_bytes(point.rss_bytes) for point in points],
        )
        lines.append(
            chart.line("t", "rss", source=data, line_color=_colour(look), line_width=2, line_dash=_dash(look.dash))
        )
    chart.add_tools(hover(lines, [("variant", "@name"), ("time", "@time_text"), ("RSS", "@rss_text")], mode="mouse"))
    return chart


def speed_chart(comparison: Comparison) -> "Figure | None":
    """Peak against speed: better is lower and further to the right."""
    known = speeds(comparison)
    if not known:
        return None
    top, fastest = max(speed.peak_bytes for speed in known), max(speed.items_per_second for speed in known)
    factor, unit = byte_unit(top)
    label = f"{plural(noun_of(comparison))} per second (better to the right)"
    chart = new_chart(label, f"peak, {unit}", height=300, x_range=(0, fastest * 1.2), y_range=(0, top * 1.25 / factor))
    dots = []
    for speed in known:
        data = source(
            x=[speed.items_per_second],
            y=[speed.peak_bytes / factor],
            name=[speed.look.name],
            peak_text=[format_bytes(speed.peak_bytes)],
        )
        dots.append(_dot(chart, speed, data))
        align = "right" if speed.items_per_second > fastest / 2 else "left"
        colour, style = (NAMED.ink, "bold") if speed.stands_out else (NAMED.muted, "normal")
        text = {"text_color": colour, "text_font_style": style, "text_font_size": "12px", "text_align": align}
        chart.text("x", "y", "name", source=data, y_offset=-10, **text)
    chart.add_tools(
        hover(dots, [("variant", "@name"), ("per second", "@x{0,0}"), ("peak", "@peak_text")], mode="mouse")
    )
    return chart


def laws_chart(comparison: Comparison) -> "Figure | None":
    """Retained memory against the size of the data set, a law for each variant."""
    drawn = with_laws(comparison)
    if not drawn:
        return None
    factor, unit = byte_unit(highest_retained(drawn))
    noun = noun_of(comparison)
    end = max(law_steps(law)[-1] for _, law in drawn)
    top = highest_retained(drawn) / factor * HEADROOM
    chart = new_chart(
        f"{plural(noun)} in the data set", f"retained, {unit}", height=300, x_range=(0, end), y_range=(0, top)
    )
    dots = []
    for look, law in drawn:
        steps = law_steps(law)
        if law.retained_curve is not None:
            line = source(x=steps, y=[law.retained_curve.value.at(items) / factor for items in steps])
            chart.line("x", "y", source=line, line_color=_colour(look), line_width=2, line_dash=_dash(look.dash))
        data = source(
            x=law.sizes,
            y=[n_bytes / factor for n_bytes in law.retained_bytes],
            name=[look.name] * len(law.sizes),
            n_text=[count(n, noun) for n in law.sizes],
            retained_text=[format_bytes(n_bytes) for n_bytes in law.retained_bytes],
        )
        dots.append(chart.scatter("x", "y", source=data, size=9, color=_colour(look), marker=_marker(look)))
    rows = [("variant", "@name"), ("data set", "@n_text"), ("retained", "@retained_text")]
    chart.add_tools(hover(dots, rows, mode="mouse"))
    return chart


def _dot(chart: "Figure", speed: Speed, data: Any) -> object:
    """Filled where no other variant is better, hollow where one is."""
    colour = _colour(speed.look)
    dot: object = chart.scatter(
        "x",
        "y",
        source=data,
        size=14 if speed.stands_out else 10,
        line_color=colour,
        line_width=2,
        fill_color=colour if speed.stands_out else None,
        marker=_marker(speed.look),
    )
    return dot


def _colour(look: Look) -> str:
    colour: str = getattr(NAMED, look.colour)
    return colour


def _marker(look: Look) -> str:
    return BOKEH_MARKERS[look.marker]


def _dash(dash: Dash) -> str:
    return dash if isinstance(dash, str) else " ".join(str(length) for length in dash[1])
