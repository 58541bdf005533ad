"""PSS by process over time, stacked, interactive."""

from itertools import accumulate
from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.render.figures.axes import byte_unit
from genaudit.render.figures.interactive.base import hover, new_chart, source
from genaudit.render.figures.palette import NAMED
from genaudit.render.figures.processes import columns, looks
from genaudit.render.figures.timeline_data import end_of
from genaudit.units import format_bytes, format_seconds

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812

MOST_IN_TOOLTIP = 9


def processes_chart(report: Report) -> "Figure | None":
    """Bands on top of each other, a band for each process; the upper edge is what the machine pays."""
    line = report.process_timeline
    if line is None or not line.points:
        return None
    series, drawn = columns(line), looks(line)
    tops = [list(accumulate(held)) for held in zip(*series, strict=True)]
    top = max(held[-1] for held in tops)
    factor, unit = byte_unit(top)
    end_s = max(line.points[-1].at_s, end_of(report.timeline) if report.timeline else 0.0)
    label = "seconds since the process was ready"
    chart = new_chart(label, f"PSS, {unit}", height=300, x_range=(0, end_s or 1.0), y_range=(0, top * 1.15 / factor))
    edges = {f"top{at}": [held[at] / factor for held in tops] for at in range(len(series))}
    texts = {f"text{at}": [format_bytes(held) for held in column] for at, column in enumerate(series[:MOST_IN_TOOLTIP])}
    data = source(
        t=[point.at_s for point in line.points],
        zero=[0.0] * len(line.points),
        time_text=[format_seconds(point.at_s) if point.at_s > 0 else "0 s" for point in line.points],
        sum_text=[format_bytes(held[-1]) for held in tops],
        **edges,
        **texts,
    )
    for at, look in enumerate(drawn):
        lower = f"top{at - 1}" if at else "zero"
        chart.varea(
            "t",
            lower,
            f"top{at}",
            source=data,
            fill_color=look.of(),
            fill_alpha=0.75,
            hatch_pattern=look.hatch or None,
            hatch_color=NAMED.paper,
            name=f"process-{at}",
        )
        chart.line("t", f"top{at}", source=data, line_color=NAMED.paper, line_width=1)
    highest = chart.line("t", f"top{len(series) - 1}", source=data, line_color=NAMED.ink, line_width=1.5, name="sum")
    chart.scatter("t", f"top{len(series) - 1}", source=data, size=3, color=NAMED.ink)
    rows = [(look.label, f"@text{at}") for at, look in enumerate(drawn[:MOST_IN_TOOLTIP])]
    chart.add_tools(hover([highest], [("time", "@time_text"), ("all processes", "@sum_text"), *rows]))
    return chart
