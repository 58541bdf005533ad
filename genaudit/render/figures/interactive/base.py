"""The look of every interactive figure, and what it needs for a keyboard and a tooltip."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from genaudit.render.figures.palette import NAMED

if TYPE_CHECKING:
    from bokeh.models import ColumnDataSource
    from bokeh.plotting import figure as Figure  # noqa: N812

HEIGHT = 340
TOOLTIP = "display: grid; grid-template-columns: auto auto; gap: 0 0.8em; color: #1b1f24; font-size: 12px"


def new_chart(label: str, unit: str, *, height: int = HEIGHT, **options: Any) -> "Figure":
    """An empty figure; the page brings its own buttons, so that they work by keyboard."""
    from bokeh.models import BoxZoomTool, CrosshairTool, NumeralTickFormatter, PanTool, ResetTool, WheelZoomTool
    from bokeh.plotting import figure

    zoom, pan = BoxZoomTool(dimensions="width", name="zoom"), PanTool(dimensions="width", name="pan")
    # The wheel alone scrolls the page. Bokeh before 3.5 knows no such condition, and goes without.
    wheel = WheelZoomTool(dimensions="width", modifiers="ctrl") if "modifiers" in WheelZoomTool.properties() else None
    chart = figure(
        height=height,
        sizing_mode="stretch_width",
        tools=[
            zoom,
            pan,
            *([wheel] if wheel else []),
            ResetTool(),
            CrosshairTool(dimensions="height", line_color=NAMED.muted),
        ],
        active_drag=zoom,
        active_scroll=wheel,
        toolbar_location=None,
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
        x_axis_label=label,
        y_axis_label=unit,
        **options,
    )
    chart.axis.axis_line_color = NAMED.grid
    chart.axis.major_tick_line_color = NAMED.grid
    chart.axis.minor_tick_line_color = None
    chart.axis.major_label_text_color = NAMED.muted
    chart.axis.axis_label_text_color = NAMED.muted
    chart.axis.axis_label_text_font_style = "normal"
    chart.axis.major_label_text_font_size = "12px"
    chart.axis.axis_label_text_font_size = "12px"
    chart.xaxis.formatter = NumeralTickFormatter(format="0,0[.]00")
    chart.yaxis.formatter = NumeralTickFormatter(format="0,0[.]00")
    chart.grid.grid_line_color = NAMED.grid
    chart.grid.grid_line_alpha = 0.7
    return chart


def source(**columns: Sequence[Any]) -> "ColumnDataSource":
    """Columns of a figure; numbers are packed."""
    import numpy as np
    from bokeh.models import ColumnDataSource

    packed = {
        name: np.asarray(values, dtype=np.float64) if values and not isinstance(values[0], str) else list(values)
        for name, values in columns.items()
    }
    return ColumnDataSource(packed)


def hover(renderers: list[Any], rows: list[tuple[str, str]], *, mode: Literal["mouse", "vline"] = "vline") -> Any:
    """A tooltip with a row for everything.

    Args:
        renderers: What reacts.
        rows: Labels of our own, and columns such as ``@rss_text``, whose values are escaped when they are filled in.
        mode: Whether the pointer must be on a point, or only above or below it.
    """
    from bokeh.models import HoverTool

    cells = "".join(f"<span>{label}</span><b>{column}</b>" for label, column in rows)
    return HoverTool(
        renderers=renderers,
        tooltips=f'<div style="{TOOLTIP}">{cells}</div>',
        mode=mode,
        line_policy="nearest",
        point_policy="follow_mouse",
    )


def limit_line(chart: "Figure", limit: float, text: str, *, name: str = "limit", dash: str = "8 3") -> None:
    """A horizontal line that the axes need not reach."""
    from bokeh.models.annotations import Label, Span

    chart.add_layout(
        Span(location=limit, dimension="width", line_color=NAMED.limit, line_dash=dash, line_width=1.5, name=name)
    )
    chart.add_layout(
        Label(x=6, y=limit, x_units="screen", text=text, text_color=NAMED.limit, text_font_size="12px", y_offset=2)
    )
