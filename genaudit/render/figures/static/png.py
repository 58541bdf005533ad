"""One picture that explains itself in a chat or an issue."""

from typing import TYPE_CHECKING, Any

from genaudit.model import Report
from genaudit.render.figures.palette import LIGHT, VERDICT_COLOURS
from genaudit.render.figures.static.report import draw_growth, new_axes, new_figure, rc_context, saved
from genaudit.render.figures.static.timeline import draw_timeline
from genaudit.render.safe import one_line, printable_report, shorten, shorten_left
from genaudit.render.text.holders import accounting_text, amount_text, path_text, shown_holders
from genaudit.render.text.report import blamed_line, command_in, headline_text, limit_text, not_tested, verdict_text
from genaudit.report.phrases import sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 1200, 1080, 150
HEIGHTS = [3.2, 2.65]
HEAD, LINE = 0.086, 0.031
"""Parts of the height that the verdict takes, and each line of the caption."""
LEFT = 0.012
MOST_HELD = 2
LARGEST, SMALLEST = 10.5, 7.9
"""Points of the sentences below the figures."""


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
        letters = int(size[0] * 11.5)
        caption = _caption(report, letters)
        foot = LINE * (len(caption) + 0.2)
        figure = new_figure(LIGHT, size, between=(foot if caption else 0.0, 1 - HEAD))
        grid = figure.add_gridspec(2, 1, height_ratios=HEIGHTS)
        colour = VERDICT_COLOURS[report.look]
        word = verdict_text(report)
        name = shorten_left(one_line(report.target.spec), letters - len(word) - 6)
        text: dict[str, Any] = {"parse_math": False, "va": "center"}
        figure.text(LEFT, 1 - 0.3 * HEAD, word, fontsize=15, fontweight="bold", color=colour, **text)
        beside = LEFT + 0.018 + 0.0185 * len(word)
        figure.text(beside, 1 - 0.3 * HEAD, name, fontsize=11.5, color=LIGHT.muted, **text)
        headline = shorten(one_line(headline_text(report)), letters)
        fitting = 12.5 * min(1.0, 0.7 * letters / max(1, len(headline)))
        figure.text(LEFT, 1 - 0.8 * HEAD, headline, fontsize=fitting, fontweight="bold", color=LIGHT.ink, **text)
        draw_timeline(new_axes(figure, LIGHT, grid[0, 0]), report, LIGHT)
        draw_growth(figure, report, LIGHT, grid[1, 0])
        for at, (line, style) in enumerate(caption):
            figure.text(LEFT, foot - LINE * (at + 0.5), line, **text, **style)
    return figure


def _fix(report: Report, most: int) -> str | None:
    """What to do; the command that shows more goes first where there is no room for it."""
    fix = report.summary.mend
    return fix if fix is None or len(fix) <= most else command_in(fix)[0].strip() or fix


def _advice_texts(report: Report, untested: str | None, consequence: str | None, most: int) -> list[str | None]:
    """What follows, what to do, and what was not tested."""
    return [f"Not tested: {untested}" if untested else None, consequence, _fix(report, most)]


def _held(report: Report, letters: int) -> list[str]:
    """Who keeps the memory, the most of it, and what else is said there."""
    texts = []
    for label, holder in shown_holders(report)[:MOST_HELD]:
        said = f"{label} ", f": {amount_text(holder, label)}"
        texts.append(path_text(holder, letters + 4 - len("".join(said)), label=label).join(said))
    account = accounting_text(report)
    return texts + ([f"At one size it {account}"] if account is not None else [])


def _caption(report: Report, letters: int) -> list[tuple[str, dict[str, Any]]]:
    """Lines below the figures, from the top: text and style."""
    blame = blamed_line(report)
    lines: list[tuple[str, dict[str, Any]]] = []
    if blame is not None:
        lines.append((shorten_left(one_line(blame.place), letters), {"fontsize": 10, "color": LIGHT.muted}))
    if blame is not None and blame.source:
        code = shorten(one_line(blame.source), letters + 3)
        lines.append((code, {"family": "DejaVu Sans Mono", "fontsize": 10, "color": LIGHT.ink}))
    lines += [
        (shorten(one_line(text), letters + 8), {"fontsize": 10, "color": LIGHT.ink}) for text in _held(report, letters)
    ]
    untested = not_tested(report)
    consequence = report.summary.consequence or limit_text(report)
    # Smaller where they are long, cut where that is not enough.
    most = int((letters + 8) * LARGEST / SMALLEST)
    texts = [
        shorten(one_line(sentence(text)), most) for text in _advice_texts(report, untested, consequence, most) if text
    ]
    fitting = min([LARGEST, *(LARGEST * (letters + 8) / len(text) for text in texts)])
    return lines + [(text, {"fontsize": fitting, "color": LIGHT.ink}) for text in texts]
