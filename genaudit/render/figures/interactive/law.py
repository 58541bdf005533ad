"""The growth law, interactive: as measured, as a forecast, and both on logarithmic axes."""

from typing import TYPE_CHECKING, Any, NamedTuple

from genaudit.model import Report
from genaudit.model.report import GrowthLaw, Projection
from genaudit.model.series import CurveBand
from genaudit.render.figures.axes import byte_unit, furthest
from genaudit.render.figures.interactive.base import hover, limit_line, new_chart, source
from genaudit.render.figures.palette import NAMED
from genaudit.report.phrases import count, plural, rounded
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
    """Retained memory at the measured sizes, with the fitted law and its interval."""
    law = report.growth_law
    if law is None or not law.sizes:
        return None
    view = _View(0.0, max(law.sizes) * 1.06, 0.0, max([1, *law.retained_bytes]) * 1.2)
    factor, unit = byte_unit(view.high)
    chart = _chart(report, view, factor, f"retained, {unit}")
    _draw_curve(chart, view.steps(), law.retained_curve, factor, "solid")
    _draw_sizes(chart, report, law, law.retained_bytes, factor)
    return chart


def forecast_chart(report: Report) -> "Figure | None":
    """The whole process for the real data set, and the size at which memory is full."""
    law = report.growth_law
    if law is None or law.projection is None or not law.grows:
        return None
    end = furthest(law, law.projection)
    return _forecast(report, law, law.projection, _View(0.0, end, 0.0, _top(law.projection, end) * 1.2))


def log_chart(report: Report) -> "Figure | None":
    """From the smallest size to the forecast, both axes logarithmic."""
    law = report.growth_law
    if law is None or law.projection is None or not law.grows:
        return None
    end = furthest(law, law.projection)
    top = max(_top(law.projection, end), law.projection.limit_bytes)
    low = max(1, min(law.high_water_bytes)) / 2
    return _forecast(report, law, law.projection, _View(min(law.sizes) / 2, end * 1.5, low, top * 2, log=True))


def _forecast(report: Report, law: GrowthLaw, projection: Projection, view: _View) -> "Figure":
    factor, unit = byte_unit(max(law.high_water_bytes) if view.log else view.high)
    chart = _chart(report, view, factor, f"whole process, {unit}")
    _draw_curve(chart, view.steps(), projection.curve, factor, "6 3")
    _draw_sizes(chart, report, law, law.high_water_bytes, factor)
    _draw_projection(chart, report, projection, factor)
    return chart


def _top(projection: Projection, end: float) -> float:
    full = projection.items_at_limit
    reached = projection.limit_bytes if full is not None and full.value <= end else 0
    return max(projection.curve.at(end).high if projection.curve else 0.0, projection.bytes.high, reached)


def _chart(report: Report, view: _View, factor: float, held: str) -> "Figure":
    kinds: dict[str, Any] = {"x_axis_type": "log", "y_axis_type": "log"} if view.log else {}
    return new_chart(
        f"{plural(report.target.item_noun)} in the data set",
        held,
        height=300,
        x_range=(view.start, view.end),
        y_range=(view.low / factor, view.high / factor),
        **kinds,
    )


def _draw_curve(chart: "Figure", steps: list[float], curve: CurveBand | None, factor: float, dash: str) -> None:
    if curve is None:
        return
    low, high, value = ([end.at(items) / factor for items in steps] for end in (curve.low, curve.high, curve.value))
    data = source(x=steps, low=low, high=high, value=value)
    chart.varea("x", "low", "high", source=data, fill_color=NAMED.held, fill_alpha=0.2)
    chart.line("x", "value", source=data, line_color=NAMED.held, line_width=1.8, line_dash=dash)


def _draw_sizes(chart: "Figure", report: Report, law: GrowthLaw, heights: list[int], factor: float) -> None:
    from bokeh.models import TapTool

    noun = report.target.item_noun
    data = source(
        n=law.sizes,
        y=[n_bytes / factor for n_bytes in heights],
        n_text=[count(n, noun) for n in law.sizes],
        high_text=[format_bytes(n_bytes) for n_bytes in law.high_water_bytes],
        retained_text=[format_bytes(n_bytes) for n_bytes in law.retained_bytes],
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
        text = f"runs out at {count(rounded(full.value), noun)}"
        points.append((full.value, float(projection.limit_bytes), text, "x"))
    data = source(
        n=[point[0] for point in points],
        y=[point[1] / factor for point in points],
        text=[point[2] for point in points],
        high_text=[format_bytes(point[1]) for point in points],
        marker=[point[3] for point in points],
    )
    dots = chart.scatter("n", "y", source=data, marker="marker", size=11, line_width=3, color=NAMED.limit)
    dots.name = "forecast"
    chart.text("n", "y", "text", source=data, y_offset=-6, text_color=NAMED.ink, **LABEL)
    chart.add_tools(hover([dots], [("", "@text"), ("needs", "@high_text")], mode="mouse"))
