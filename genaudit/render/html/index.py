"""A folder of reports as one page: what each run found, how each target came to be what it is, and any two compared."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from genaudit.model import Interval, Report, RunVerdict
from genaudit.model.comparison import Comparison
from genaudit.render.figures.palette import DARK, LIGHT
from genaudit.render.html.comparison import badge
from genaudit.render.html.report import asset, colours, embeddable, environment, script_hash
from genaudit.render.html.trends import EDGE, FIGURES, HEIGHT, WIDTH, trends
from genaudit.render.safe import one_line, place_text, printable_comparison, quoted_path, shorten
from genaudit.render.text.comparison import sentence_with_fault, sentences_alone
from genaudit.render.text.history import Row, by_target, row_of, runs_text, short_revision, slim
from genaudit.render.text.report import VERDICT_ICONS
from genaudit.report.phrases import count
from genaudit.units import format_bytes

MOST_RUNS = 2000
OPEN_TRENDS = 12
"""Targets whose pictures are shown at once; those of more are unfolded."""
MOST_PASSED_OVER = 20
LONGEST_REASON = 300
GRAVITY = (RunVerdict.PASS, RunVerdict.WARN, RunVerdict.INCONCLUSIVE, RunVerdict.FAIL, RunVerdict.ERROR)
"""The best verdict first."""


class Entry(NamedTuple):
    """Something in a reports folder."""

    path: str
    """Of its page, relative to the folder's, with ``/`` between folders."""
    result: Report | Comparison | str
    """What was concluded; or why it was passed over."""


class Run(NamedTuple):
    """One run of the folder."""

    link: str
    icon: str
    revision: str
    row: Row


class Compared(NamedTuple):
    """One comparison of the folder."""

    link: str
    names: str
    word: str
    icon: str
    tone: str
    text: str
    created_at: str


def render_index(entries: Iterable[Entry | tuple[str, Report | Comparison | str]]) -> bytes:
    """The page of a folder.

    Args:
        entries: What is in it, in any order; what was concluded is needed no longer than until the next is asked for.
    """
    runs, beside, passed = [], [], []
    for path, result in entries:
        if isinstance(result, Report):
            runs.append(run_of(path, result))
        elif isinstance(result, Comparison):
            beside.append(compared(path, result))
        else:
            passed.append(shorten(one_line(place_text(result)), LONGEST_REASON))
    runs.sort(key=lambda run: (run.row.created_at, run.link), reverse=True)
    beside.sort(key=lambda run: (run.created_at, run.link), reverse=True)
    shown = runs[:MOST_RUNS]
    drawn = trends([run.row for run in shown])
    script = asset("tables.js") + asset("index.js")
    made: dict[str, Any] = {
        "runs": shown,
        "summary": _summary([run.row for run in shown]),
        "left_out": len(runs) - len(shown),
        "comparisons": beside[:MOST_RUNS],
        "passed": passed[:MOST_PASSED_OVER],
        "more_passed": len(passed) - len(passed[:MOST_PASSED_OVER]),
        "trends": drawn[:OPEN_TRENDS],
        "more_trends": drawn[OPEN_TRENDS:],
        "figures": FIGURES,
        "width": WIDTH,
        "height": HEIGHT,
        "edge": EDGE,
        "charts": None,
        "script": script,
        "policy": script_hash(script),
        "data": embeddable(msgspec.json.encode([_data(run) for run in shown]).decode()),
        "light": colours(LIGHT),
        "dark": colours(DARK),
        "style": asset("report.css"),
    }
    return environment().get_template("index.html").render(made).encode("utf-8", "backslashreplace")


def run_of(path: str, report: Report) -> Run:
    """A run as the page shows it."""
    row = row_of(report)
    return Run(quoted_path(path), VERDICT_ICONS[row.verdict], one_line(short_revision(row.revision)), row)


def compared(path: str, comparison: Comparison) -> Compared:
    """A comparison as the page shows it."""
    variants = [msgspec.structs.replace(variant, report=slim(variant.report)) for variant in comparison.variants]
    comparison = printable_comparison(msgspec.structs.replace(comparison, variants=variants, drives=[]))
    tone, icon, word = badge(comparison)
    text = " ".join(
        [*sentences_alone(comparison), *(sentence_with_fault(comparison, against) for against in comparison.against)]
    )
    return Compared(
        link=quoted_path(path),
        names=shorten(one_line(", ".join(variant.name for variant in comparison.variants)), 120),
        word=word,
        icon=icon,
        tone=tone,
        text=shorten(one_line(text), 320),
        created_at=comparison.created_at,
    )


def _summary(rows: list[Row]) -> str:
    """How much there is on the page."""
    branches = {row.revision.branch for row in rows if row.revision is not None and row.revision.branch}
    on = f" on {count(len(branches), 'branch')}" if branches else ""
    return f"{runs_text(rows)}, of {count(len(by_target(rows)), 'target')}{on}"


def _data(run: Run) -> dict[str, Any]:
    """What the page's script compares of a run: each figure as a number, an interval where it has one, and as text."""
    row = run.row
    figures: list[tuple[str, float | None, Interval | None, str | None]] = [
        ("Peak memory", row.peak_bytes, None, row.peak),
        ("Held after batch 1", row.held_bytes, None, _size(row.held_bytes)),
        ("Growth per batch", row.grown_bytes, row.growth_bytes_per_batch, row.per_batch),
        ("Growth per item", row.item_bytes, row.bytes_per_item, row.per_item),
    ]
    return {
        "target": row.target,
        "name": f"{row.when}, {run.revision}, {row.branch}: {row.label}",
        "link": run.link,
        "label": row.label,
        "look": row.look.value,
        "gravity": GRAVITY.index(row.verdict),
        "failed": row.verdict is RunVerdict.ERROR,
        "headline": row.headline,
        "findings": row.findings,
        "figures": [
            [name, value, [interval.low, interval.high] if interval is not None else None, text]
            for name, value, interval, text in figures
        ],
        "facts": {
            "Revision": f"{run.revision}, {row.branch}",
            "Items in the data set": f"{row.items:,}" if row.items is not None else None,
            "Python": row.python or None,
        },
    }


def _size(n_bytes: int | None) -> str | None:
    return None if n_bytes is None else format_bytes(n_bytes)
