"""The memory surface, interactive: against items with its law, and against batches."""

from typing import TYPE_CHECKING, Any

from genaudit.model import Report
from genaudit.model.report import GrowthLaw, SurfacePoint
from genaudit.render.axes import byte_unit
from genaudit.render.chart_base import hover, limit_line, new_chart, source
from genaudit.render.palette import NAMED
from genaudit.render.phrases import count, plural, rounded
from genaudit.render.thin import thin
from genaudit.units import format_bytes

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812

MOST_POINTS = 1200
MOST_TRIALS = 40
MOST_SURFACE_POINTS = 60
STEPS = 80
MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle", "star")


def growth_chart(report: Report, *, log: bool = False) -> "Figure | None":
    """Measured sizes, the fitted law with its interval, the forecast, and the limit."""
    law = report.growth_law
    if law is None or not law.sizes:
        return None
    factor, unit = byte_unit(max(law.high_water_bytes))
    measured = max(law.sizes)
    end = _end(law)
    options: dict[str, Any] = {"x_axis_type": "log", "y_axis_type": "log"} if log else {}
    noun = report.target.item_noun
    low = min(law.sizes) / 2
    top = law.fixed_bytes + law.bytes_per_item.high * end if log else max(law.high_water_bytes)
    if log and law.projection:
        top = max(top, law.projection.limit_bytes)
    floor = min(law.high_water_bytes) / 2 if log else 0.0
    chart = new_chart(
        f"{plural(noun)} in the data set",
        unit,
        x_range=(low, end * 1.2) if log else (0, measured * 1.08),
        y_range=(floor / factor, top * 1.2 / factor),
        **options,
    )
    steps = _steps(low if log else 0.0, end * 1.2, measured * 1.08, log=log)
    _draw_law(chart, law, steps, factor)
    _draw_sizes(chart, report, law, factor)
    _draw_projection(chart, report, law, factor)
    return chart


def batches_chart(report: Report) -> "Figure | None":
    """High-water mark and held memory by batch, with the slope and its interval."""
    if report.timeline is None or not report.timeline.batches:
        return None
    points = thin(report.timeline.batches, MOST_POINTS, [lambda one: one.high_water_bytes, lambda one: one.held_bytes])
    top = max(one.high_water_bytes for one in points)
    factor, unit = byte_unit(top)
    first, last = points[0].last, points[-1].last
    chart = new_chart(
        "batch", unit, x_range=(min(0, first - 1), last + 1), y_range=(0, top * 1.15 / factor), height=260
    )
    data = source(
        batch=[one.last for one in points],
        high=[one.high_water_bytes / factor for one in points],
        held=[one.held_bytes / factor for one in points],
        batch_text=[f"{one.last:,}" for one in points],
        epoch_text=[f"{one.epoch:,}" for one in points],
        high_text=[format_bytes(one.high_water_bytes) for one in points],
        held_text=[format_bytes(one.held_bytes) for one in points],
    )
    growth = report.batches.growth_bytes_per_batch if report.batches else None
    if growth is not None and len(points) > 1:
        middle = points[len(points) // 2]

        def line(slope: float) -> list[float]:
            return [(middle.held_bytes + slope * (x - middle.last)) / factor for x in (first, last)]

        slope = source(x=[first, last], low=line(growth.low), high=line(growth.high), value=line(growth.value))
        chart.varea("x", "low", "high", source=slope, fill_color=NAMED.held, fill_alpha=0.2)
        chart.line("x", "value", source=slope, line_color=NAMED.held, line_width=1.5)
    high = chart.line("batch", "high", source=data, line_color=NAMED.high, line_width=1.2, line_dash=[7, 2, 1, 2])
    high.name = "high"
    chart.scatter("batch", "held", source=data, size=4, color=NAMED.rss, name="held")
    rows = [("batch", "@batch_text"), ("epoch", "@epoch_text"), ("held after it", "@held_text")]
    chart.add_tools(hover([high], [*rows, ("highest in it", "@high_text")]))
    return chart


def surface_chart(report: Report) -> "Figure | None":
    """Retained memory against batches, one curve for each trial, so that sizes can be compared."""
    curves = _curves(report)
    if not curves:
        return None
    top = max(1, *(point.retained_bytes for points in curves.values() for point in points))
    factor, unit = byte_unit(top)
    last = max(point.batches for points in curves.values() for point in points)
    chart = new_chart("batches", unit, x_range=(0, last * 1.05), y_range=(0, top * 1.2 / factor), height=300)
    noun = report.target.item_noun
    renderers = []
    for at, points in enumerate(curves.values()):
        size = points[0].items
        name = "all" if size is None else count(size, noun)
        data = source(
            x=[one.batches for one in points],
            y=[one.retained_bytes / factor for one in points],
            size_text=[name] * len(points),
            batch_text=[f"{one.batches:,}" for one in points],
            held_text=[format_bytes(one.retained_bytes) for one in points],
        )
        tags = [size if size is not None else -1]
        chart.line("x", "y", source=data, line_color=NAMED.rss, line_width=1.3, tags=tags, name=f"line-{at}")
        marker = MARKERS[at % len(MARKERS)]
        dot = chart.scatter("x", "y", source=data, marker=marker, size=7, color=NAMED.rss, name=f"dot-{at}")
        dot.tags = tags
        renderers.append(dot)
        label = source(
            x=[points[-1].batches], y=[points[-1].retained_bytes / factor], text=[f"n = {size:,}" if size else name]
        )
        chart.text(
            "x",
            "y",
            "text",
            source=label,
            text_color=NAMED.muted,
            text_font_size="12px",
            text_align="right",
            y_offset=-6,
        )
    rows = [("data set", "@size_text"), ("batches", "@batch_text"), ("retained", "@held_text")]
    chart.add_tools(hover(renderers, rows, mode="mouse"))
    return chart


def _curves(report: Report) -> dict[int, list[SurfacePoint]]:
    curves: dict[int, list[SurfacePoint]] = {}
    for point in report.surface:
        curves.setdefault(point.trial, []).append(point)
    kept = dict(list(curves.items())[:MOST_TRIALS])
    return {
        trial: thin(sorted(points, key=lambda one: one.batches), MOST_SURFACE_POINTS, [lambda one: one.retained_bytes])
        for trial, points in kept.items()
    }


def _draw_law(chart: "Figure", law: GrowthLaw, steps: list[float], factor: float) -> None:
    slope = law.bytes_per_item
    measured = max(law.sizes)

    def curve(per_item: float, sizes: list[float]) -> list[float]:
        return [(law.fixed_bytes + per_item * n) / factor for n in sizes]

    band = source(x=steps, low=curve(slope.low, steps), high=curve(slope.high, steps))
    chart.varea("x", "low", "high", source=band, fill_color=NAMED.held, fill_alpha=0.2)
    inside = [n for n in steps if n <= measured * 1.08]
    beyond = [n for n in steps if n >= measured * 1.08]
    for sizes, dash in ((inside, "solid"), (beyond, [6, 3])):
        data = source(x=sizes, y=curve(slope.value, sizes))
        chart.line("x", "y", source=data, line_color=NAMED.held, line_width=1.8, line_dash=dash)


def _draw_sizes(chart: "Figure", report: Report, law: GrowthLaw, factor: float) -> None:
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
    chart.add_tools(hover([dots], rows, mode="mouse"), _tap())


def _tap() -> Any:
    from bokeh.models import TapTool

    return TapTool(name="tap")


def _draw_projection(chart: "Figure", report: Report, law: GrowthLaw, factor: float) -> None:
    projection = law.projection
    if projection is None:
        return
    noun = report.target.item_noun
    limit_line(chart, projection.limit_bytes / factor, f"limit {format_bytes(projection.limit_bytes)}")
    points = [(float(projection.items), projection.bytes.value, count(projection.items, noun), "square")]
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
    chart.text(
        "n", "y", "text", source=data, text_color=NAMED.ink, text_font_size="12px", x_offset=-10, text_align="right"
    )
    chart.add_tools(hover([dots], [("", "@text"), ("needs", "@high_text")], mode="mouse"))


def _end(law: GrowthLaw) -> float:
    projection = law.projection
    if projection is None:
        return max(law.sizes)
    full = projection.items_at_limit.value if projection.items_at_limit else 0.0
    return max(max(law.sizes), projection.items, min(full, projection.items * 4.0))


def _steps(low: float, end: float, measured: float, *, log: bool) -> list[float]:
    if log:
        ratio = end / low
        steps = [low * ratio ** (at / STEPS) for at in range(STEPS + 1)]
    else:
        steps = [low + (end - low) * at / STEPS for at in range(STEPS + 1)]
    return sorted({*steps, measured})
