"""A folder of reports as one page: what each run found, and how each target came to be what it is."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from genaudit.model import Interval, Level, Report, RunVerdict
from genaudit.model.codec import LONG_FIELDS
from genaudit.model.comparison import Comparison
from genaudit.render.figures.palette import DARK, LIGHT
from genaudit.render.html.comparison import badge
from genaudit.render.html.report import asset, colours, environment
from genaudit.render.safe import one_line, printable_comparison, printable_report, quoted_path, shorten
from genaudit.render.text.comparison import sentence_with_fault, sentences_alone
from genaudit.render.text.holders import amount_text, path_text, place_of, shown_holders
from genaudit.render.text.report import VERDICT_ICONS, headline_text, highest_bytes, short_slope
from genaudit.units import format_bytes

MOST_RUNS = 2000
MOST_POINTS = 60
WIDTH, HEIGHT, EDGE = 260, 80, 8
LONGEST_PATH = 72
UNKNOWN = "–"


class Run(NamedTuple):
    """One run of the folder."""

    link: str
    spec: str
    word: str
    icon: str
    verdict: str
    headline: str
    held: str
    """Who holds the memory, in a line; empty where nobody answers for the verdict."""
    created_at: str
    peak_bytes: int | None
    peak: str
    per_batch: str
    per_item: str


class Compared(NamedTuple):
    """One comparison of the folder."""

    link: str
    names: str
    word: str
    icon: str
    tone: str
    text: str
    created_at: str


class Point(NamedTuple):
    """A run in the history of its target."""

    x: float
    y: float
    verdict: str
    text: str


class History(NamedTuple):
    """The runs of one target, the oldest first."""

    spec: str
    runs: int
    points: list[Point]
    line: str
    low: str
    high: str
    text: str


def render_index(entries: Iterable[tuple[str, Report]], comparisons: Iterable[tuple[str, Comparison]] = ()) -> bytes:
    """The page of a folder.

    Args:
        entries: For each run the path of its page, relative to this one, with ``/`` between folders; and its report,
            which is needed no longer than until the next one is asked for.
        comparisons: The same of each comparison.
    """
    beside = [compared(path, comparison) for path, comparison in comparisons]
    beside.sort(key=lambda run: (run.created_at, run.link), reverse=True)
    runs = [run_of(path, report) for path, report in entries]
    runs.sort(key=lambda run: (run.created_at, run.link), reverse=True)
    made: dict[str, Any] = {
        "runs": runs[:MOST_RUNS],
        "left_out": max(0, len(runs) - MOST_RUNS),
        "comparisons": beside[:MOST_RUNS],
        "histories": histories(runs),
        "width": WIDTH,
        "height": HEIGHT,
        "light": colours(LIGHT),
        "dark": colours(DARK),
        "style": asset("report.css"),
    }
    return environment().get_template("index.html").render(made).encode("utf-8", "backslashreplace")


def run_of(path: str, report: Report) -> Run:
    """A run as the page shows it."""
    law, batches = report.growth_law, report.batches
    per_batch = _slope(report, batches.growth_bytes_per_batch if batches else None, "bytes/batch")
    per_item = _slope(report, law.bytes_per_item if law else None, "bytes/item")
    label, look = report.label, report.look
    report = printable_report(_slim(report))
    highest = highest_bytes(report)
    return Run(
        link=quoted_path(path),
        spec=shorten(one_line(report.target.spec), 120),
        word=label,
        icon=VERDICT_ICONS[report.verdict],
        verdict=look.value,
        headline=shorten(one_line(headline_text(report)), 160),
        held=_held(report),
        created_at=report.created_at,
        peak_bytes=highest,
        peak=UNKNOWN if highest is None else format_bytes(highest),
        per_batch=per_batch,
        per_item=per_item,
    )


def compared(path: str, comparison: Comparison) -> Compared:
    """A comparison as the page shows it."""
    variants = [msgspec.structs.replace(variant, report=_slim(variant.report)) for variant in comparison.variants]
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


def _held(report: Report) -> str:
    """The path that answers for the verdict, short, with its line."""
    for label, holder in shown_holders(report)[:1]:
        place = place_of(holder)
        path = path_text(holder, LONGEST_PATH, label=label)
        return one_line(f"{label} {path}: {amount_text(holder, label)}" + (f" ({place})" if place else ""))
    return ""


def _slope(report: Report, slope: Interval | None, unit: str) -> str:
    return UNKNOWN if slope is None else short_slope(report, slope, unit) or "none"


def _slim(report: Report) -> Report:
    """The report without what no row shows: going through the strings of the rest takes a hundred times as long."""
    return msgspec.structs.replace(
        report,
        **LONG_FIELDS,
        outcomes=[
            outcome for outcome in report.outcomes if outcome.figure == "per-item" or outcome.level is Level.ERROR
        ],
    )


def histories(runs: Sequence[Run]) -> list[History]:
    """A small picture for each target, the latest target first."""
    by_spec: dict[str, list[Run]] = {}
    for run in runs:
        by_spec.setdefault(run.spec, []).append(run)
    return [_history(spec, ordered[::-1]) for spec, ordered in by_spec.items()]


def _history(spec: str, runs: list[Run]) -> History:
    known = [run for run in runs if run.peak_bytes is not None][-MOST_POINTS:]
    top = max((run.peak_bytes or 0 for run in known), default=0)
    points = [_point(at, len(known), run, top) for at, run in enumerate(known)]
    peaks = [run.peak_bytes or 0 for run in known]
    failed = sum(run.verdict in (RunVerdict.FAIL.value, RunVerdict.ERROR.value) for run in runs)
    return History(
        spec=spec,
        runs=len(runs),
        points=points,
        line=" ".join(f"{point.x:.1f},{point.y:.1f}" for point in points),
        low=format_bytes(min(peaks)) if peaks else UNKNOWN,
        high=format_bytes(top) if peaks else UNKNOWN,
        text=f"Peak of {len(known)} runs, {failed} failed; the last: {runs[-1].word}, {runs[-1].peak}",
    )


def _point(at: int, count: int, run: Run, top: int) -> Point:
    x = EDGE + (WIDTH - 2 * EDGE) * (at / (count - 1) if count > 1 else 0.5)
    y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * ((run.peak_bytes or 0) / top if top else 0.0)
    return Point(x, y, run.verdict, f"{run.created_at}: {run.word}, {run.peak}")
