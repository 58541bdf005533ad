"""A comparison, interactive: curves laid over each other, and memory against speed."""

from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.render.axes import byte_unit
from genaudit.render.chart_base import hover, new_chart, source
from genaudit.render.comparing import Look, looks
from genaudit.render.palette import NAMED, Dash
from genaudit.units import format_bytes, format_seconds

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812

BOKEH_MARKERS = {"o": "circle", "s": "square", "^": "triangle", "D": "diamond", "v": "inverted_triangle", "P": "plus"}


def overlay_chart(report: Report) -> "Figure | None":
    """RSS over time of every variant."""
    drawn = [look for look in looks(report) if look.points]
    if not drawn:
        return None
    top = max(point.rss_bytes for look in drawn for point in look.points)
    end = max(look.points[-1].at_s for look in drawn)
    factor, unit = byte_unit(top)
    chart = new_chart("seconds", unit, height=300, x_range=(0, end or 1), y_range=(0, top * 1.15 / factor))
    lines = [_line(chart, look, factor) for look in drawn]
    chart.add_tools(hover(lines, [("variant", "@name"), ("time", "@time_text"), ("RSS", "@rss_text")], mode="mouse"))
    return chart


def speed_chart(report: Report) -> "Figure | None":
    """Peak against speed: better is lower and further to the right."""
    drawn = [(look, look.variant.items_per_second, look.variant.peak_bytes) for look in looks(report)]
    known = [(look, speed, peak) for look, speed, peak in drawn if speed is not None and peak is not None]
    if not known:
        return None
    top, fastest = max(peak for _, _, peak in known), max(speed for _, speed, _ in known)
    factor, unit = byte_unit(top)
    label = f"{report.target.item_noun}s per second (better to the right)"
    chart = new_chart(label, f"peak, {unit}", height=300, x_range=(0, fastest * 1.2), y_range=(0, top * 1.25 / factor))
    dots = []
    for look, speed, peak in known:
        data = source(x=[speed], y=[peak / factor], name=[look.name], peak_text=[format_bytes(peak)])
        colour = getattr(NAMED, look.colour)
        dots.append(chart.scatter("x", "y", source=data, size=12, color=colour, marker=BOKEH_MARKERS[look.marker]))
        align = "right" if speed > fastest / 2 else "left"
        chart.text(
            "x", "y", "name", source=data, text_color=NAMED.ink, text_font_size="12px", text_align=align, y_offset=-10
        )
    chart.add_tools(
        hover(dots, [("variant", "@name"), ("per second", "@x{0,0}"), ("peak", "@peak_text")], mode="mouse")
    )
    return chart


def _line(chart: "Figure", look: Look, factor: float) -> object:
    data = source(
        t=[one.at_s for one in look.points],
        rss=[one.rss_bytes / factor for one in look.points],
        name=[look.name] * len(look.points),
        time_text=[format_seconds(one.at_s) if one.at_s > 0 else "0 s" for one in look.points],
        rss_text=[format_bytes(one.rss_bytes) for one in look.points],
    )
    colour = getattr(NAMED, look.colour)
    line: object = chart.line("t", "rss", source=data, line_color=colour, line_width=2, line_dash=_dash(look.dash))
    return line


def _dash(dash: Dash) -> str:
    return dash if isinstance(dash, str) else " ".join(str(length) for length in dash[1])
