"""One picture of a comparison for a chat or a pull request: sentences, curves, laws, memory against speed."""

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from genaudit.model.comparison import Comparison
from genaudit.render.figures.palette import LIGHT, Theme
from genaudit.render.figures.static.comparison import draw_growth, draw_laws, draw_overlay, draw_speed
from genaudit.render.figures.static.report import new_axes, new_figure, rc_context, saved
from genaudit.render.figures.variants import with_growth, with_laws
from genaudit.render.safe import one_line, printable_comparison, shorten
from genaudit.render.text.comparison import difference_sentence, news, sentences_alone, setting_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 1200, 1080, 150
LETTERS = 120
LETTERS_OF_TWO = 92
"""Of each line of a sentence that takes two."""
MOST_SENTENCES, MOST_LINES = 4, 6
LINE = 0.042
"""Of the height, for each line of words."""
HEIGHTS = [3.0, 2.8]


def render_png(comparison: Comparison, *, width: int = WIDTH, height: int = HEIGHT, dpi: int = DPI) -> bytes:
    """The comparison as a picture.

    Args:
        comparison: What ``genaudit.compare`` gave.
        width: Pixels.
        height: Pixels.
        dpi: Pixels per inch; more makes letters and lines larger.
    """
    return saved(summary_figure(printable_comparison(comparison), (width / dpi, height / dpi)), "png", dpi=dpi)


def summary_figure(comparison: Comparison, size: tuple[float, float]) -> "Figure":
    """What differs in words, then the three figures; growth per batch where that is what was found."""
    with rc_context():
        bad = [f"{item.text}." for item in news(comparison) if item.detail]
        lines = [
            *bad,
            *sentences_alone(comparison),
            *(difference_sentence(comparison, against) for against in comparison.against),
        ]
        lines = _in_lines(lines[:MOST_SENTENCES])
        head = LINE * (len(lines) + 1.2)
        figure = new_figure(LIGHT, size, between=(0.0, 1 - head))
        _draw_head(figure, comparison, lines, head)
        grows = bool(with_growth(comparison))
        below: list[Callable[[Axes, Comparison, Theme], None]] = [draw_growth] if grows else []
        if not grows or with_laws(comparison):
            below.append(draw_laws)
        below.append(draw_speed)
        grid = figure.add_gridspec(2, len(below), height_ratios=HEIGHTS)
        draw_overlay(new_axes(figure, LIGHT, grid[0, :]), comparison, LIGHT)
        for at, draw in enumerate(below):
            draw(new_axes(figure, LIGHT, grid[1, at]), comparison, LIGHT)
    return figure


def curves_figure(comparison: Comparison, theme: Theme = LIGHT, size: tuple[float, float] = (10, 3.8)) -> "Figure":
    """Curves over each other, and memory against speed."""
    figure = new_figure(theme, size)
    grid = figure.add_gridspec(1, 2)
    draw_overlay(new_axes(figure, theme, grid[0, 0]), comparison, theme)
    draw_speed(new_axes(figure, theme, grid[0, 1]), comparison, theme)
    return figure


def laws_figure(comparison: Comparison, theme: Theme = LIGHT, size: tuple[float, float] = (10, 3.6)) -> "Figure":
    """The growth laws, alone."""
    figure = new_figure(theme, size)
    draw_laws(new_axes(figure, theme), comparison, theme)
    return figure


def _in_lines(sentences: list[str]) -> list[str]:
    """Sentences in one line each, or two where they are long and there is room; the worst comes first."""
    lines: list[str] = []
    for at, sentence in enumerate(map(one_line, sentences)):
        room = 2 if MOST_LINES - len(lines) > len(sentences) - at else 1
        if len(sentence) <= LETTERS_OF_TWO or room == 1:
            lines.append(shorten(sentence, LETTERS))
        else:
            lines += textwrap.wrap(sentence, LETTERS_OF_TWO, max_lines=room, placeholder="…", break_on_hyphens=False)
    return lines


def _draw_head(figure: "Figure", comparison: Comparison, lines: list[str], head: float) -> None:
    """The variants, and lines of sentences below, in the part of the height that is left free for them."""
    text: dict[str, Any] = {"parse_math": False, "va": "center"}
    step = head / (len(lines) + 1.2)
    names = " · ".join(variant.name for variant in comparison.variants)
    line = shorten(one_line(f"{names}   ({setting_text(comparison)})"), LETTERS)
    fitting = 10 * min(1.0, 100 / len(line))
    figure.text(0.012, 1 - step * 0.6, line, fontsize=fitting, color=LIGHT.muted, **text)
    fitting = 11.5 * min(1.0, 82 / max((len(line) for line in lines), default=1))
    for at, shown in enumerate(lines, 1):
        figure.text(0.012, 1 - step * (at + 0.6), shown, fontsize=fitting, fontweight="bold", color=LIGHT.ink, **text)
