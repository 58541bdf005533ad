"""Static figures as SVG to put into a page: themed by CSS, named for screen readers, safe to repeat in one document."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from genaudit.model import Report
from genaudit.render.figures.palette import NAMED, NAMED_COLOUR, Theme, colour_name
from genaudit.render.figures.static.fix import fix_figure
from genaudit.render.figures.static.report import growth_figure, processes_figure, saved, timeline_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Shown = TypeVar("Shown")
_DROPPED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.DOTALL)
_ID = re.compile(r"(?P<head>\bid=\"|url\(#|href=\"#)(?P<name>[^\")]+)")
_FAMILY = re.compile(r"font-family: [^;\"]+|'DejaVu Sans'(, [^;\"]+)?")


def timeline_svg(report: Report, title: str) -> str:
    """Memory over time."""
    return inline(timeline_figure, report, "timeline", title)


def growth_svg(report: Report, title: str) -> str:
    """The growth law."""
    return inline(growth_figure, report, "growth", title)


def fix_svg(report: Report, title: str) -> str:
    """What a fix changes."""
    return inline(fix_figure, report, "fix", title)


def processes_svg(report: Report, title: str) -> str:
    """The processes over time."""
    return inline(processes_figure, report, "processes", title)


def inline(draw: Callable[[Shown, Theme], "Figure"], shown: Shown, prefix: str, title: str) -> str:
    """A figure to put into a page.

    Args:
        draw: Draws it in the colours of a theme.
        shown: What it draws, a report or a comparison.
        prefix: Of the names inside, which must be other than those of other figures of the page.
        title: What it shows, for those who cannot see it.
    """
    text = saved(draw(shown, NAMED), "svg", transparent=True).decode()
    text = text[text.index("<svg") :]
    text = _DROPPED.sub("", text)
    text = NAMED_COLOUR.sub(lambda match: f"var(--{colour_name(match)})", text)
    text = _ID.sub(lambda match: f"{match['head']}{prefix}-{match['name']}", text)
    text = _FAMILY.sub("font-family: inherit", text)
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(
        r"<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>",
        lambda match: f'<svg {match[1]} role="img" aria-label="{label}">',
        text,
        count=1,
    )
