"""A comparison as one page that opens offline, made of the same parts as the page of a report."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.model.comparison import Against, Comparison, SameData, Variant
from genaudit.render.figures.downsample import thin_timeline
from genaudit.render.figures.palette import DARK, LIGHT
from genaudit.render.figures.variants import looks
from genaudit.render.html.report import asset, colours, embeddable, environment, script_hash
from genaudit.render.safe import one_line, printable_comparison, shorten
from genaudit.render.text.comparison import FIGURE_WORDS, difference_sentence, news, noun_of, sentences, sentences_alone
from genaudit.render.text.comparison_holders import variant_holders
from genaudit.render.text.report import blamed_line
from genaudit.render.text.tables import method_rows

MOST_POINTS = 300
LONGEST_COMMAND = 200
SLOPES = ("growth_bytes_per_item", "growth_bytes_per_batch")


def render_html(comparison: Comparison, *, interactive: bool = True) -> bytes:
    """The comparison as a page.

    Args:
        comparison: What ``genaudit.compare`` gave.
        interactive: Whether figures can be zoomed and hovered; the page is 1.3 MB smaller without.
    """
    comparison = printable_comparison(comparison)
    context = {**_context(comparison), **_figures(comparison, interactive=interactive)}
    return environment().get_template("comparison.html").render(context).encode("utf-8", "backslashreplace")


def badge(comparison: Comparison) -> tuple[str, str, str]:
    """Tone, icon and word at the head of the page."""
    first = news(comparison)[0]
    return first.tone, first.icon, first.word


def _unbroken(text: str) -> str:
    """A number and its sign on one line."""
    return text.replace(" ×", "\N{NO-BREAK SPACE}×")


def _gravity(comparison: Comparison) -> Callable[[Against], int]:
    """What the badge is about comes first; then the order in which variants were named."""

    def rank(against: Against) -> int:
        if comparison.variants[against.variant].problem:
            return 0
        grave = [SameData.DIFFERENT, SameData.UNKNOWN]
        found = against.batches.verdict if against.batches else None
        return 1 + grave.index(found) if found in grave else len(grave) + 1

    return rank


def _context(comparison: Comparison) -> dict[str, Any]:
    tone, icon, word = badge(comparison)
    noun = noun_of(comparison)
    return {
        "comparison": comparison,
        "tone": tone,
        "icon": icon,
        "word": word,
        "noun": noun,
        "further": news(comparison)[1:],
        "headlines": [
            *sentences(comparison),
            *sentences_alone(comparison),
            *(
                _unbroken(difference_sentence(comparison, against))
                for against in sorted(comparison.against, key=_gravity(comparison))
            ),
        ],
        "shown": [
            name for name in FIGURE_WORDS if any(getattr(variant.figures, name) for variant in comparison.variants)
        ],
        "slopes": SLOPES,
        "held": variant_holders(comparison),
        "looks": looks(comparison),
        "audits": [(variant, blamed_line(variant.report)) for variant in comparison.variants],
        "method": [row for row in method_rows(comparison.variants[0].report) if row[0] != "Command"],
        "command": shorten(one_line(" ".join(comparison.command)), LONGEST_COMMAND),
        "data": embeddable(_data(comparison)),
        "light": colours(LIGHT),
        "dark": colours(DARK),
        "style": asset("report.css"),
    }


def _figures(comparison: Comparison, *, interactive: bool) -> dict[str, Any]:
    from genaudit.render.figures.interactive.comparison import laws_chart, overlay_chart, speed_chart
    from genaudit.render.figures.interactive.report import embedded
    from genaudit.render.figures.static.comparison_png import curves_figure, laws_figure
    from genaudit.render.figures.static.svg import inline

    made = {"overlay": overlay_chart, "speed": speed_chart, "laws": laws_chart} if interactive else {}
    charts = embedded({name: make(comparison) for name, make in made.items()})
    script = asset("report.js")
    scripts = [script] if charts is None else [script, charts.library]
    curves = "RSS of each variant over time, and memory against speed"
    return {
        "charts": charts,
        "script": script,
        "policy": " ".join(script_hash(text) for text in scripts),
        "documents": embeddable(charts.documents) if charts else "",
        "items": embeddable(charts.items) if charts else "",
        "curves_svg": inline(curves_figure, comparison, "curves", curves),
        "laws_svg": inline(laws_figure, comparison, "laws", "Scaling of the variants"),
    }


def _data(comparison: Comparison) -> str:
    """The comparison with curves thinned."""
    variants = [_thin(variant) for variant in comparison.variants]
    return msgspec.json.encode(msgspec.structs.replace(comparison, variants=variants)).decode()


def _thin(variant: Variant) -> Variant:
    report = variant.report
    timeline = thin_timeline(report.timeline, MOST_POINTS) if report.timeline else None
    return msgspec.structs.replace(variant, report=msgspec.structs.replace(report, timeline=timeline))
