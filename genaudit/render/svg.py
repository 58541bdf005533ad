"""Static figures as SVG to put into a page: themed by CSS, named for screen readers, safe to repeat in one document."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.render.figures import compare_figure, growth_figure, saved, timeline_figure
from genaudit.render.palette import NAMED, NAMED_COLOUR, Theme, colour_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DROPPED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.DOTALL)
_ID = re.compile(r"(?P<head>\bid=\"|url\(#|href=\"#)(?P<name>[^\")]+)")
_FAMILY = re.compile(r"font-family: [^;\"]+|'DejaVu Sans'(, [^;\"]+)?")


def timeline_svg(report: Report, title: str) -> str:
    """Memory over time."""
    return _inline(timeline_figure, report, "timeline", title)


def growth_svg(report: Report, title: str) -> str:
    """The growth law."""
    return _inline(growth_figure, report, "growth", title)


def compare_svg(report: Report, title: str) -> str:
    """The variants of a comparison."""
    return _inline(compare_figure, report, "compare", title)


def _inline(draw: Callable[[Report, Theme], "Figure"], report: Report, prefix: str, title: str) -> str:
    text = saved(draw(report, NAMED), "svg", transparent=True).decode()
    text = text[text.index("<svg") :]
    text = _DROPPED.sub("", text)
    text = NAMED_COLOUR.sub(lambda match: f"var(--{colour_name(match)})", text)
    text = _ID.sub(lambda match: f"{match['head']}{prefix}-{match['name']}", text)
    text = _FAMILY.sub("font-family: inherit", text)
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r"<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>", rf'<svg \1 role="img" aria-label="{label}">', text, count=1)
