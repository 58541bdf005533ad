"""Static figures as SVG to put into a page: themed by CSS, named for screen readers, safe to repeat in one document."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.model import Report
from genaudit.render.figures import growth_figure, saved, timeline_figure
from genaudit.render.palette import Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Colours that stand for names: the page's style sheet says what they are in light, in dark and in print.
_NAMES = Theme._fields
_SENTINELS = Theme(*(f"#fe{at:02x}ef" for at in range(1, len(_NAMES) + 1)))
_COLOUR = re.compile(r"#fe(?P<number>[0-9a-f]{2})ef")
_DROPPED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.DOTALL)
_ID = re.compile(r"(?P<head>\bid=\"|url\(#|href=\"#)(?P<name>[^\")]+)")
_FAMILY = re.compile(r"font-family: [^;\"]+|'DejaVu Sans'(, [^;\"]+)?")


def timeline_svg(report: Report, title: str) -> str:
    """Memory over time."""
    return _inline(timeline_figure, report, "timeline", title)


def growth_svg(report: Report, title: str) -> str:
    """The growth law."""
    return _inline(growth_figure, report, "growth", title)


def _inline(draw: Callable[[Report, Theme], "Figure"], report: Report, prefix: str, title: str) -> str:
    text = saved(draw(report, _SENTINELS), "svg", transparent=True).decode()
    text = text[text.index("<svg") :]
    text = _DROPPED.sub("", text)
    text = _COLOUR.sub(lambda match: f"var(--{_NAMES[int(match['number'], 16) - 1]})", text)
    text = _ID.sub(lambda match: f"{match['head']}{prefix}-{match['name']}", text)
    text = _FAMILY.sub("font-family: inherit", text)
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r"<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>", rf'<svg \1 role="img" aria-label="{label}">', text, count=1)
