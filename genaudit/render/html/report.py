"""The report as one page that opens offline, for ever: every script, style and figure is inside, and none can be added.

The page's own security policy names each script by its hash and forbids every request, so a string of the user's that
slipped through the escaping still could not run, and nothing can be sent anywhere.
"""

import base64
import functools
import hashlib
from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING, Any

import msgspec

from genaudit.model import Report
from genaudit.render.figures.downsample import thin_timeline
from genaudit.render.figures.palette import DARK, LIGHT, VERDICT_COLOURS, Theme
from genaudit.render.figures.processes import looks
from genaudit.render.html.context import anchor_of, batch_table, cards, folded, site_rows, source_views, split_at
from genaudit.render.html.retention import (
    GROWN,
    HELD,
    card_path,
    grown_tree,
    grown_words,
    held_rows,
    held_tree,
    holder_rows,
)
from genaudit.render.html.shapes import SHAPES, shape_of
from genaudit.render.html.summary_cards import summary_cards
from genaudit.render.redact import without_source
from genaudit.render.safe import one_line, printable_report, shorten
from genaudit.render.text.comparison import (
    better_class,
    better_text,
    data_text,
    difference_text,
    figure_text,
    figure_title,
    interval_text,
    ratio_text,
    setting_text,
    value_text,
)
from genaudit.render.text.fix import proof_text, saved_text, time_text
from genaudit.render.text.holders import accounting_text
from genaudit.render.text.processes import duplication, table
from genaudit.render.text.report import (
    LAW_WORDS,
    VERDICT_ICONS,
    blamed_line,
    command_in,
    evidence_text,
    forecast_text,
    headline_says_failure,
    headline_text,
    law_sentence,
    limit_text,
    no_law_reason,
    not_tested,
    peak_of_all_text,
    peak_text,
    sizes_text,
)
from genaudit.render.text.tables import batch_rows, method_rows
from genaudit.report.failures import exit_in_short, happened
from genaudit.report.phrases import duration, plural, quantity, sentence, size

if TYPE_CHECKING:
    from jinja2 import Environment

    Aside = Callable[[Callable[[], bytes]], Callable[[], bytes]]

MOST_POINTS = 1200
LONGEST_COMMAND = 200
MOST_BATCH_ROWS = 60
TEMPLATE_FUNCTIONS: tuple[Callable[..., object], ...] = (
    quantity,
    exit_in_short,
    happened,
    evidence_text,
    accounting_text,
    grown_words,
    forecast_text,
    headline_says_failure,
    headline_text,
    law_sentence,
    limit_text,
    no_law_reason,
    not_tested,
    peak_of_all_text,
    peak_text,
    sizes_text,
    better_class,
    better_text,
    data_text,
    difference_text,
    figure_text,
    figure_title,
    interval_text,
    ratio_text,
    setting_text,
    value_text,
)
"""What templates may call: a page has its words from the same functions as a terminal."""


def render_html(
    report: Report, *, source: bool = True, interactive: bool = True, aside: "Aside | None" = None
) -> bytes:
    """The report as a page.

    Args:
        report: What an audit concluded.
        source: Whether the user's source code may be shown.
        interactive: Whether figures can be zoomed and hovered; the page is 1.3 MB smaller without.
        aside: Begins to make a part while others are made, and returns what gives the part.
    """
    report = printable_report(report if source else without_source(report))
    make = functools.partial(_static_figures, report)
    static = make if aside is None else aside(make)
    context = {**_context(report), **_figures(report, interactive=interactive), **msgspec.json.decode(static())}
    return environment().get_template("report.html").render(context).encode("utf-8", "backslashreplace")


@functools.cache
def environment() -> "Environment":
    """The templates, with escaping on, and the words that they use."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        size=size, duration=duration, sentence=sentence, one_line=one_line, shorten=shorten, plural=plural
    )
    made.globals.update({function.__name__: function for function in TEMPLATE_FUNCTIONS})
    made.globals.update(VERDICT_ICONS=VERDICT_ICONS, LAW_WORDS=LAW_WORDS)
    return made


def asset(name: str) -> str:
    """The text of a file that belongs to the page."""
    return (resources.files("genaudit.render.html") / "templates" / name).read_text(encoding="utf-8")


def script_hash(text: str) -> str:
    """A script's name in a content security policy."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def embeddable(text: str) -> str:
    """JSON that can be inside a script element: nothing in it can end the element."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def colours(theme: Theme) -> dict[str, str]:
    """Names and values for a style sheet."""
    return dict(zip(Theme._fields, theme, strict=True))


def _context(report: Report) -> dict[str, Any]:
    views = source_views(report)
    blame = blamed_line(report)
    line = report.process_timeline
    trees = {HELD: held_tree(report, views), GROWN: grown_tree(report, views)}
    return {
        "report": report,
        "verdict": report.verdict.value,
        "look": report.look.value,
        "word": report.label,
        "icon": VERDICT_ICONS[report.verdict],
        "verdict_colour": VERDICT_COLOURS[report.look],
        "not_tested": command_in(untested) if (untested := not_tested(report)) is not None else None,
        "headline": headline_text(report),
        "blame": blame,
        "cause": split_at(sentence(report.summary.cause or ""), blame.place if blame else "\0"),
        "fix": command_in(sentence(report.summary.mend or "")),
        "blame_link": anchor_of(views, blame.path, blame.line) if blame else None,
        "command": shorten(one_line(" ".join(report.command)), LONGEST_COMMAND),
        "summary_cards": summary_cards(report),
        "measured": report.peak.high_water_bytes is not None or report.timeline is not None,
        "cards": [(card, card_path(report, card.outcome, trees)) for card in cards(report, views)],
        "folded": folded(report),
        "proofs": proofs(report),
        "views": views,
        "held": held_rows(report, views),
        "holders": holder_rows(report, views),
        "held_tree": trees[HELD],
        "grown_tree": trees[GROWN],
        "sites": site_rows(report),
        "batches": batch_table(report, MOST_BATCH_ROWS),
        "batch_rows": batch_rows(report),
        "method": method_rows(report),
        "process_looks": looks(line) if line else [],
        "process_rows": table(report),
        "duplication": duplication(report),
        "shapes": SHAPES,
        "shape": shape_of(report),
        "data": embeddable(_data(report)),
        "light": colours(LIGHT),
        "dark": colours(DARK),
        "style": asset("report.css"),
    }


def proofs(report: Report) -> list[tuple[str, str, str, str | None]]:
    """Of each proven change: its code, what it changes, its proof, and what it costs in time."""
    return [
        (
            change.code,
            change.summary,
            proof_text(change.verified, report.target.item_noun),
            time_text(change.verified),
        )
        for change in (report.fix.changes if report.fix is not None else [])
    ]


def _figures(report: Report, *, interactive: bool) -> dict[str, Any]:
    from genaudit.render.figures.interactive.report import charts

    drawn = charts(report) if interactive else None
    script = asset("tables.js") + asset("report.js")
    scripts = [script] if drawn is None else [script, drawn.library]
    return {
        "charts": drawn,
        "script": script,
        "policy": " ".join(script_hash(text) for text in scripts),
        "documents": embeddable(drawn.documents) if drawn else "",
        "items": embeddable(drawn.items) if drawn else "",
    }


def _static_figures(report: Report) -> bytes:
    """JSON of the drawings for where scripts do not run, and on paper; empty where there is nothing to draw."""
    from genaudit.render.figures.static.svg import fix_svg, growth_svg, processes_svg, timeline_svg

    law = law_sentence(report) or one_line(no_law_reason(report))
    highest = peak_text(report) or "not measured"
    proven = report.fix.verified if report.fix is not None and report.fix.before is not None else None
    changed = saved_text(proven, report.target.item_noun) if proven is not None else None
    return msgspec.json.encode(
        {
            "timeline_svg": timeline_svg(report, f"Memory over time. Peak {highest}.") if has_curve(report) else "",
            "processes_svg": processes_svg(report, "Memory by process (PSS).") if report.process_timeline else "",
            "fix_svg": fix_svg(report, f"Before and after the fix: {changed}.") if proven is not None else "",
            "growth_svg": growth_svg(report, f"Scaling. Memory {law}.") if has_growth(report) else "",
        }
    )


def has_curve(report: Report) -> bool:
    """Whether there is anything to draw over time."""
    return report.timeline is not None and bool(report.timeline.samples or report.timeline.batches)


def has_growth(report: Report) -> bool:
    """Whether there is anything to draw by items or batches."""
    return report.growth_law is not None or (report.timeline is not None and bool(report.timeline.batches))


def _data(report: Report) -> str:
    changes: dict[str, Any] = {}
    if report.timeline is not None:
        changes["timeline"] = thin_timeline(report.timeline, MOST_POINTS)
    return msgspec.json.encode(msgspec.structs.replace(report, **changes)).decode()
