"""The growth law, interactive: as measured, as a forecast, and both on logarithmic axes."""

from typing import TYPE_CHECKING, Any, NamedTuple

from genaudit.model import Report
from genaudit.model.report import GrowthLaw, Projection
from genaudit.render.axes import byte_unit
from genaudit.render.chart_base import hover, limit_line, new_chart, source
from genaudit.render.law import furthest, grows, law_at
from genaudit.render.palette import NAMED
from genaudit.render.phrases import count, plural, rounded
from genaudit.units import format_bytes

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812

STEPS = 80
LABEL: dict[str, Any] = {"text_font_size": "12px", "text_align": "right", "x_offset": -10}


class _View(NamedTuple):
    """What the axes show, in items and bytes."""

    start: float
    end: float
    low: float
    high: float
    log: bool = False

    def steps(self) -> list[float]:
        if self.log:
            return [self.start * (self.end / self.start) ** (at / STEPS) for at in range(STEPS + 1)]
        return [self.start + (self.end - self.start) * at / STEPS for at in range(STEPS + 1)]


def measured_chart(report: Report) -> "Figure | None":
    """The measured sizes with the fitted law and its interval."""
    law = report.growth_law
    if law is None or not law.sizes:
        return None
    return _chart(report, law, _View(0.0, max(law.sizes) * 1.06, 0.0, max(law.high_water_bytes) * 1.2))


def forecast_chart(report: Report) -> "Figure | None":
    """The law carried on to the real data set, and to the size at which memory is full."""
    law = report.growth_law
    if law is None or law.projection is None or not grows(law):
        return None
    end = furthest(law, law.projection)
    return _chart(report, law, _View(0.0, end, 0.0, _top(law, law.projection, end) * 1.2))


def log_chart(report: Report) -> "Figure | None":
    """Everything from the smallest size to the forecast, both axes logarithmic."""
    law = report.growth_law
    if law is None or law.projection is None or not grows(law):
        return None
    end = furthest(law, law.projection)
    top = max(_top(law, law.projection, end), law.projection.limit_bytes)
    return _chart(report, law, _View(min(law.sizes) / 2, end * 1.5, min(law.high_water_bytes) / 2, top * 2, log=True))


def _top(law: GrowthLaw, projection: Projection, end: float) -> float:
    full = projection.items_at_limit
    reached = projection.limit_bytes if full is not None and full.value <= end else 0
    return max(law_at(law, end, "high"), projection.bytes.high, reached)


def _chart(report: Report, law: GrowthLaw, view: _View) -> "Figure":
    factor, unit = byte_unit(max(law.high_water_bytes) if view.log else view.high)
    kinds: dict[str, Any] = {"x_axis_type": "log", "y_axis_type": "log"} if view.log else {}
    chart = new_chart(
        f"{plural(report.target.item_noun)} in the data set",
        unit,
        height=300,
        x_range=(view.start, view.end),
        y_range=(view.low / factor, view.high / factor),
        **kinds,
    )
    _draw_law(chart, law, view, factor)
    _draw_sizes(chart, report, law, factor)
    if law.projection is not None:
        _draw_projection(chart, report, law.projection, factor)
    return chart


def _draw_law(chart: "Figure", law: GrowthLaw, view: _View, factor: float) -> None:
    steps = view.steps()
    measured = max(law.sizes) * 1.06
    curves = {which: [law_at(law, n, which) / factor for n in steps] for which in ("low", "high", "value")}
    band = source(x=steps, low=curves["low"], high=curves["high"])
    chart.varea("x", "low", "high", source=band, fill_color=NAMED.held, fill_alpha=0.2)
    edge = measured if view.start < measured < view.end else view.end
    beyond = sorted({edge, *(n for n in steps if n >= edge)})
    inside = sorted({edge, *(n for n in steps if n <= edge)})
    for sizes, dash in ((inside, "solid"), (beyond, [6, 3])):
        data = source(x=sizes, y=[law_at(law, n) / factor for n in sizes])
        chart.line("x", "y", source=data, line_color=NAMED.held, line_width=1.8, line_dash=dash)


def _draw_sizes(chart: "Figure", report: Report, law: GrowthLaw, factor: float) -> None:
    from bokeh.models import TapTool

    noun = report.target.item_noun
    data = source(
        n=law.sizes,
        y=[one / factor for one in law.high_water_bytes],
        n_text=[count(n, noun) for n in law.sizes],
        high_text=[format_bytes(one) for one in law.high_water_bytes],
        retained_text=[format_bytes(one) for one in law.retained_bytes],
    )
    dots = chart.scatter("n", "y", source=data, size=9, color=NAMED.rss, name="sizes", nonselection_alpha=0.35)
    rows = [("data set", "@n_text"), ("retained", "@retained_text"), ("highest", "@high_text")]
    chart.add_tools(hover([dots], rows, mode="mouse"), TapTool())


def _draw_projection(chart: "Figure", report: Report, projection: Projection, factor: float) -> None:
    noun = report.target.item_noun
    limit_line(chart, projection.limit_bytes / factor, f"limit {format_bytes(projection.limit_bytes)}")
    needs = format_bytes(projection.bytes.value)
    points = [(float(projection.items), projection.bytes.value, f"{count(projection.items, noun)}: {needs}", "square")]
    full = projection.items_at_limit
    if full is not None:
        text = f"full at {count(rounded(full.value), noun)}"
        points.append((full.value, float(projection.limit_bytes), text, "x"))
    data = source(
        n=[one[0] for one in points],
        y=[one[1] / factor for one in points],
        text=[one[2] for one in points],
        high_text=[format_bytes(one[1]) for one in points],
        marker=[one[3] for one in points],
    )
    dots = chart.scatter("n", "y", source=data, marker="marker", size=11, line_width=3, color=NAMED.limit)
    dots.name = "forecast"
    chart.text("n", "y", "text", source=data, y_offset=-6, text_color=NAMED.ink, **LABEL)
    chart.add_tools(hover([dots], [("", "@text"), ("needs", "@high_text")], mode="mouse"))
