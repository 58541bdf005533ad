"""One picture of a comparison for a chat or a pull request: sentences, curves, laws, memory against speed."""

from typing import TYPE_CHECKING, Any

from genaudit.model.comparison import Comparison
from genaudit.render.figures.palette import LIGHT, Theme
from genaudit.render.figures.static.comparison import draw_laws, draw_overlay, draw_speed
from genaudit.render.figures.static.report import new_axes, new_figure, rc_context, saved
from genaudit.render.safe import one_line, printable_comparison, shorten
from genaudit.render.text.comparison import difference_sentence, news, sentences_alone, setting_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 1200, 1080, 150
LETTERS = 120
MOST_SENTENCES = 4
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
    """What differs in words, then the three figures."""
    with rc_context():
        bad = [f"{item.text}." for item in news(comparison) if item.detail]
        lines = [
            *bad,
            *sentences_alone(comparison),
            *(difference_sentence(comparison, against) for against in comparison.against),
        ]
        lines = lines[:MOST_SENTENCES]
        head = LINE * (len(lines) + 1.2)
        figure = new_figure(LIGHT, size, between=(0.0, 1 - head))
        _draw_head(figure, comparison, lines, head)
        grid = figure.add_gridspec(2, 2, height_ratios=HEIGHTS)
        draw_overlay(new_axes(figure, LIGHT, grid[0, :]), comparison, LIGHT)
        draw_laws(new_axes(figure, LIGHT, grid[1, 0]), comparison, LIGHT)
        draw_speed(new_axes(figure, LIGHT, grid[1, 1]), comparison, LIGHT)
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


def _draw_head(figure: "Figure", comparison: Comparison, lines: list[str], head: float) -> None:
    """The variants, and a sentence for each but the first, in the part of the height that is left free for them."""
    text: dict[str, Any] = {"parse_math": False, "va": "center"}
    step = head / (len(lines) + 1.2)
    names = " · ".join(variant.name for variant in comparison.variants)
    line = shorten(one_line(f"{names}   ({setting_text(comparison)})"), LETTERS)
    figure.text(0.012, 1 - step * 0.6, line, fontsize=10, color=LIGHT.muted, **text)
    texts = [shorten(one_line(line), LETTERS) for line in lines]
    fitting = 11.5 * min(1.0, 82 / max((len(text) for text in texts), default=1))
    for at, shown in enumerate(texts, 1):
        figure.text(0.012, 1 - step * (at + 0.6), shown, fontsize=fitting, fontweight="bold", color=LIGHT.ink, **text)
