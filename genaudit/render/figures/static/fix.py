"""A proven fix: what the data set takes before the change and after it."""

from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.model.fix import Curve
from genaudit.render.figures.axes import byte_unit
from genaudit.render.figures.palette import LIGHT, Dash, Theme
from genaudit.render.figures.static.growth import finish
from genaudit.render.figures.static.report import new_axes, new_figure
from genaudit.report.phrases import plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def fix_figure(report: Report, theme: Theme = LIGHT, size: tuple[float, float] = (10, 3.0)) -> "Figure":
    """Retained memory against the size of the data set, of the code as it was and as it is changed.

    Args:
        report: With a fix that has both curves.
        theme: Its colours.
        size: Inches.
    """
    figure = new_figure(theme, size)
    fix = report.fix
    if fix is None or fix.before is None or fix.after is None:
        return figure
    axes = new_axes(figure, theme)
    top = max([1, *fix.before.retained_bytes, *fix.after.retained_bytes])
    factor, unit = byte_unit(top)
    _draw(axes, fix.before, factor, theme.limit, "before", "solid")
    _draw(axes, fix.after, factor, theme.rss, "after", (0, (5, 2)))
    at, label = fix.before.at, f"{plural(report.target.item_noun)} in the data set"
    finish(axes, f"Retained at the {at}", label, f"{unit}, {at}", theme, legend="upper left")
    axes.set_xlim(0, max(*fix.before.sizes, *fix.after.sizes) * 1.06)
    axes.set_ylim(0, top * 1.18 / factor)
    return figure


def _draw(axes: "Axes", curve: Curve, factor: float, colour: str, label: str, dash: Dash) -> None:
    held = [n_bytes / factor for n_bytes in curve.retained_bytes]
    axes.plot(curve.sizes, held, marker="o", markersize=5, linewidth=1.6, linestyle=dash, color=colour, label=label)
