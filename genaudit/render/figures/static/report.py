"""The static figures: memory over time, and the growth law. Drawn on matplotlib's ``Figure``, never with pyplot."""

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from genaudit.errors import UsageError
from genaudit.model import Report
from genaudit.render.figures.palette import LIGHT, Theme
from genaudit.render.figures.static.growth import draw_batches, draw_forecast, draw_measured, draw_reason
from genaudit.render.figures.static.processes import draw_processes
from genaudit.render.figures.static.timeline import draw_timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec

PLACES = 4
FONT: dict[str, Any] = {
    "font.size": 10.5,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "legend.fontsize": 9.5,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "font.family": ["DejaVu Sans"],
    "svg.fonttype": "none",
    "svg.hashsalt": "genaudit",
    "path.simplify": False,
}


def timeline_figure(report: Report, theme: Theme = LIGHT, size: tuple[float, float] = (10, 4.2)) -> "Figure":
    """Memory over time, alone."""
    figure = new_figure(theme, size)
    draw_timeline(new_axes(figure, theme), report, theme)
    return figure


def growth_figure(report: Report, theme: Theme = LIGHT, size: tuple[float, float] = (10, 3.6)) -> "Figure":
    """The growth law, alone: against items, and as a forecast or against batches."""
    figure = new_figure(theme, size)
    draw_growth(figure, report, theme)
    return figure


def processes_figure(report: Report, theme: Theme = LIGHT, size: tuple[float, float] = (10, 3.4)) -> "Figure":
    """The processes over time, alone."""
    figure = new_figure(theme, size)
    if report.process_timeline is not None:
        draw_processes(new_axes(figure, theme), report, report.process_timeline, theme)
    return figure


def draw_growth(figure: "Figure", report: Report, theme: Theme, place: "SubplotSpec | None" = None) -> None:
    """Two panels: what was measured, and what follows, or why there is nothing to show.

    Args:
        figure: Where they are drawn.
        report: What they show.
        theme: Their colours.
        place: The part of the figure that they take; all of it where ``None``.
    """
    law = report.growth_law if report.growth_law and report.growth_law.sizes else None
    ratios = [1, 1] if law else [0.55, 1]
    grid = place.subgridspec(1, 2, width_ratios=ratios) if place else figure.add_gridspec(1, 2, width_ratios=ratios)
    left, right = new_axes(figure, theme, grid[0, 0]), new_axes(figure, theme, grid[0, 1])
    if law is None:
        draw_reason(left, report, theme)
    else:
        draw_measured(left, report, law, theme)
    if law is not None and law.law != "constant" and law.projection is not None:
        draw_forecast(right, report, law, law.projection, theme)
    else:
        draw_batches(right, report, theme)


def new_figure(theme: Theme, size: tuple[float, float], between: tuple[float, float] = (0.0, 1.0)) -> "Figure":
    """An empty figure that lays itself out.

    Args:
        theme: Its colours.
        size: Inches.
        between: The part of its height that axes may take; the rest is for words.
    """
    load_matplotlib()
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    low, high = between
    with rc_context():
        layout = ConstrainedLayoutEngine(rect=(0.0, low, 1.0, high - low), h_pad=0.06, w_pad=0.08)
        return Figure(figsize=size, layout=layout, facecolor=theme.paper)


def new_axes(figure: "Figure", theme: Theme, cell: "SubplotSpec | None" = None) -> "Axes":
    """Axes with the look of all figures."""
    axes = figure.add_subplot(cell, facecolor=theme.paper) if cell else figure.add_subplot(facecolor=theme.paper)
    axes.grid(visible=True, color=theme.grid, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=theme.muted, length=3)
    for name, spine in axes.spines.items():
        spine.set_color(theme.grid)
        spine.set_visible(name in {"left", "bottom"})
    return axes


def saved(figure: "Figure", kind: str, **options: Any) -> bytes:
    """The figure as a file's content; the same figure gives the same bytes."""
    out = io.BytesIO()
    metadata = {"Date": None, "Creator": "genaudit"} if kind == "svg" else {"Software": "genaudit"}
    # matplotlib would read a date from the variable, and be ended by one that it cannot read.
    with rc_context(), warnings.catch_warnings(), _without("SOURCE_DATE_EPOCH"):
        # A character that the font lacks is drawn as a box; that is no reason to write on the user's stderr.
        warnings.filterwarnings("ignore", message="Glyph")
        _settle(figure)
        figure.savefig(out, format=kind, metadata=metadata, **options)
    return out.getvalue()


@contextlib.contextmanager
def _without(variable: str) -> Iterator[None]:
    value = os.environ.pop(variable, None)
    try:
        yield
    finally:
        if value is not None:
            os.environ[variable] = value


def _settle(figure: "Figure") -> None:
    """Lay the figure out once, to a ten-thousandth of its size: the solver's last digits differ from time to time."""
    layout = figure.get_layout_engine()
    if layout is None:
        return
    layout.execute(figure)
    # Were there an engine, though one that does nothing, all would be drawn twice when it is saved.
    figure.set_layout_engine(None)
    for axes in figure.axes:
        left, bottom, width, height = axes.get_position(original=True).bounds
        axes.set_position((round(left, PLACES), round(bottom, PLACES), round(width, PLACES), round(height, PLACES)))


def rc_context() -> Any:
    """The settings of every figure, whatever the user's matplotlibrc says."""
    load_matplotlib()
    import matplotlib as mpl

    return mpl.rc_context(cast("Any", {**mpl.rcParamsDefault, **FONT, "backend": "agg"}))


def load_matplotlib() -> None:
    """Import matplotlib, whatever backend the user has chosen for his own windows: no window is opened here.

    Raises:
        UsageError: It cannot be imported, as where its settings cannot be read.
    """
    if "matplotlib" in sys.modules:
        return
    chosen = os.environ.get("MPLBACKEND")
    try:
        os.environ["MPLBACKEND"] = "agg"
        import matplotlib as mpl  # noqa: F401 - for those who need it next
    except Exception as error:
        raise UsageError(
            f"pictures cannot be drawn: matplotlib cannot be imported: {type(error).__name__}: {error}",
            slug="no-matplotlib",
            hint="python -c 'import matplotlib' shows why; it reads matplotlibrc here and in its own folder",
        ) from error
    finally:
        if chosen is None:
            del os.environ["MPLBACKEND"]
        else:
            os.environ["MPLBACKEND"] = chosen
