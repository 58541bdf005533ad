"""One picture that explains itself in a chat or an issue."""

from typing import TYPE_CHECKING, Any, cast

from genaudit.model import Report
from genaudit.render import words
from genaudit.render.figures import draw_growth, new_axes, new_figure, rc_context, saved
from genaudit.render.palette import LIGHT, VERDICT_COLOURS
from genaudit.render.panel_timeline import draw_timeline
from genaudit.render.phrases import sentence
from genaudit.render.safe import one_line, printable_report, shorten, shorten_left

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

WIDTH, HEIGHT, DPI = 1200, 1080, 150
HEIGHTS = [0.62, 3.2, 2.65, 0.77]


def render_png(report: Report, *, width: int = WIDTH, height: int = HEIGHT, dpi: int = DPI) -> bytes:
    """The report as a picture.

    Args:
        report: What an audit concluded.
        width: Pixels.
        height: Pixels.
        dpi: Pixels per inch; more makes letters and lines larger.
    """
    return saved(summary_figure(printable_report(report), (width / dpi, height / dpi)), "png", dpi=dpi)


def render_svg(report: Report, *, width: int = WIDTH, height: int = HEIGHT, dpi: int = DPI) -> bytes:
    """The same picture as a drawing."""
    return saved(summary_figure(printable_report(report), (width / dpi, height / dpi)), "svg")


def summary_figure(report: Report, size: tuple[float, float]) -> "Figure":
    """Verdict, memory over time, growth law, line to blame, from top to bottom."""
    with rc_context():
        figure = new_figure(LIGHT, size)
        head, timeline, growth, foot = cast("list[SubFigure]", figure.subfigures(4, 1, height_ratios=HEIGHTS))
        for part in (head, timeline, growth, foot):
            part.set_facecolor(LIGHT.paper)
        letters = int(size[0] * 11.5)
        colour = VERDICT_COLOURS[report.verdict]
        word = f"{words.ICONS[report.verdict]} {words.WORDS[report.verdict]}"
        name = shorten_left(one_line(report.target.spec), letters - len(word) - 6)
        text: dict[str, Any] = {"transform": head.transSubfigure, "parse_math": False, "va": "center"}
        head.text(0.012, 0.7, word, fontsize=15, fontweight="bold", color=colour, **text)
        head.text(0.03 + 0.0185 * len(word), 0.7, name, fontsize=11.5, color=LIGHT.muted, **text)
        said = shorten(one_line(words.headline(report)), letters)
        fitting = 12.5 * min(1.0, 0.7 * letters / max(1, len(said)))
        head.text(0.012, 0.2, said, fontsize=fitting, fontweight="bold", color=LIGHT.ink, **text)
        draw_timeline(new_axes(timeline, LIGHT), report, LIGHT)
        draw_growth(growth, report, LIGHT)
        for y, line, style in _caption(report, letters):
            foot.text(0.012, y, line, transform=foot.transSubfigure, parse_math=False, va="center", **style)
    return figure


def _caption(report: Report, letters: int) -> list[tuple[float, str, dict[str, Any]]]:
    blame = words.blame(report)
    lines: list[tuple[float, str, dict[str, Any]]] = []
    if blame is not None:
        place = shorten_left(one_line(blame.place), letters)
        lines.append((0.83, place, {"fontsize": 10, "color": LIGHT.muted}))
        code = shorten(one_line(blame.source or ""), letters + 3)
        lines.append((0.53, code, {"family": "DejaVu Sans Mono", "fontsize": 10, "color": LIGHT.ink}))
    said = report.summary.consequence or report.summary.mend or words.limit_reached(report)
    if said:
        lines.append((0.2, shorten(one_line(sentence(said)), letters + 6), {"fontsize": 10.5, "color": LIGHT.ink}))
    return lines
