"""What the page shows, worked out before any markup: cards, source views, tables."""

import re
from typing import NamedTuple

from genaudit.model import Location, Outcome, Report, Verdict
from genaudit.model.advice import Advice, read_advice
from genaudit.model.downsample import thinned
from genaudit.model.report import CELL, SiteRow
from genaudit.model.series import BatchPoint
from genaudit.render.safe import one_line, shorten
from genaudit.report.phrases import quantity, sentence

MOST_SITES = 300
CONTEXT = 2
LONGEST_SOURCE = 240
_SECTION = re.compile(r"^(?P<title>[A-Z][\w ]+):\n(?P<body>(?:[ \t]+.*\n?|\n)+)", re.M)


class SourceLine(NamedTuple):
    """A line of the user's code with the memory that it is to blame for."""

    number: int
    text: str
    marked: bool = False
    shown: int = 0
    """The number that people find it by: of a notebook, that in its cell."""
    retained_bytes: int | None = None
    peak_bytes: int | None = None
    blocks: int | None = None
    shares: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Of the largest retained size, highest size and number of blocks in this view."""


class SourceView(NamedTuple):
    """A part of a file."""

    anchor: str
    path: str
    place: str
    """The path, and of a notebook the cell."""
    function: str | None
    lines: list[SourceLine]
    traced: bool
    """Whether a line of it holds anything that was traced."""
    peaks: bool
    """Whether the highest of a line is known."""


class Card(NamedTuple):
    """A finding, or anything else that asks for attention."""

    outcome: Outcome
    tone: str
    title: str
    message: str
    figure: str | None
    excerpt: list[SourceLine]
    source_link: str | None
    advice: Advice
    why: str | None
    chart: str | None
    """The anchor of the figure that shows it."""
    batch: int | None


def cards(report: Report, views: list[SourceView]) -> list[Card]:
    """Failed, warned, broken and inconclusive outcomes, the worst first."""
    rest = [outcome for outcome in report.outcomes if outcome.verdict in (Verdict.ERROR, Verdict.INCONCLUSIVE)]
    return [_card(report, outcome, views) for outcome in [*report.findings, *rest]]


def folded(report: Report) -> list[tuple[str, list[Outcome]]]:
    """What passed and what does not apply, to be folded away."""
    groups = ((Verdict.PASS, "passed"), (Verdict.NOT_APPLICABLE, "not applicable"))
    rows = [(name, [outcome for outcome in report.outcomes if outcome.verdict is verdict]) for verdict, name in groups]
    return [(name, outcomes) for name, outcomes in rows if outcomes]


def source_views(report: Report) -> list[SourceView]:
    """The excerpts, line by line, with what each line holds."""
    marked = {(outcome.location.path, outcome.location.line) for outcome in report.findings if outcome.location}
    if report.failure and report.failure.location:
        marked.add((report.failure.location.path, report.failure.location.line))
    by_line = {(site.path, site.line): site for site in report.sites}
    views = []
    for at, excerpt in enumerate((excerpt for excerpt in report.sources if excerpt.lines), 1):
        numbers = range(excerpt.first_line, excerpt.first_line + len(excerpt.lines))
        sites = [by_line.get((excerpt.path, number)) for number in numbers]
        tops = [max(column, default=0) for column in zip(*(_sizes(site) for site in sites if site), strict=True)]
        lines = [
            _source_line(report.at(excerpt.path, number), text, (excerpt.path, number) in marked, site, tops)
            for number, text, site in zip(numbers, excerpt.lines, sites, strict=True)
        ]
        peaks = any(line.peak_bytes for line in lines)
        cell, function = report.at(excerpt.path, excerpt.first_line).cell, excerpt.function
        named = cell is None or (function or "").startswith(CELL)
        place = excerpt.path if named else f"{excerpt.path}, {CELL}{cell}"
        views.append(SourceView(f"source-{at}", excerpt.path, place, function, lines, any(sites), peaks))
    return views


def _source_line(at: Location, text: str, marked: bool, site: SiteRow | None, tops: list[int]) -> SourceLine:
    text = shorten(text.expandtabs(4), LONGEST_SOURCE)
    shown = at.line if at.cell_line is None else at.cell_line
    if site is None:
        return SourceLine(at.line, text, marked, shown)
    retained, peak, blocks = (size / top if top else 0.0 for size, top in zip(_sizes(site), tops, strict=True))
    figures = site.retained_bytes, site.peak_bytes, site.blocks
    return SourceLine(at.line, text, marked, shown, *figures, (retained, peak, blocks))


def _sizes(site: SiteRow) -> tuple[int, int, int]:
    return max(site.retained_bytes, 0), site.peak_bytes or 0, site.blocks


def anchor_of(views: list[SourceView], path: str, line: int) -> str | None:
    """The anchor of a line, where a view shows it."""
    for view in views:
        if view.path == path and any(row.number == line for row in view.lines):
            return f"{view.anchor}-{line}"
    return None


def split_at(text: str, place: str) -> tuple[str, str, str]:
    """A sentence before, at and after a place that it names; all of it before, where it does not.

    Example:
        >>> split_at("a.py:9 keeps it.", "a.py:9"), split_at("Keeps it.", "a.py:9")
        (('', 'a.py:9', ' keeps it.'), ('Keeps it.', '', ''))
    """
    before, at, after = text.partition(place)
    # Of line 9 and not of line 90.
    return (before, at, after) if at and not after[:1].isdigit() else (text, "", "")


def site_rows(report: Report) -> list[dict[str, object]]:
    """Allocation sites with what was not traced, so that the sum is the whole."""
    total = sum(max(site.retained_bytes, 0) for site in report.sites) + (report.untraced_bytes or 0)
    rows: list[dict[str, object]] = [
        {
            "place": report.at(site.path, site.line).place,
            "function": site.function or "",
            "source": shorten(one_line(site.source or ""), LONGEST_SOURCE),
            "retained": site.retained_bytes,
            "peak": site.peak_bytes,
            "blocks": site.blocks,
            "share": max(site.retained_bytes, 0) / total if total else 0.0,
            "own": site.in_project,
        }
        for site in report.sites[:MOST_SITES]
    ]
    left = report.sites[MOST_SITES:]
    if left:
        retained = sum(site.retained_bytes for site in left)
        rows.append(_sum_row(f"{len(left):,} smaller sites", retained, total, blocks=sum(site.blocks for site in left)))
    if report.untraced_bytes is not None:
        rows.append(_sum_row("native or untraced", report.untraced_bytes, total, blocks=None))
    return rows


def _sum_row(place: str, retained: int, total: int, *, blocks: int | None) -> dict[str, object]:
    share = max(retained, 0) / total if total else 0.0
    row: dict[str, object] = {"place": place, "function": "", "source": "", "retained": retained, "peak": None}
    return {**row, "blocks": blocks, "share": share, "own": False}


def _card(report: Report, outcome: Outcome, views: list[SourceView]) -> Card:
    tone = {"error": "bad", "warning": "warn", "note": "note"}[outcome.level.value]
    rule = next((rule for rule in report.rules if rule.code == outcome.code), None)
    link = anchor_of(views, outcome.location.path, outcome.location.line) if outcome.location else None
    return Card(
        outcome=outcome,
        tone=tone if outcome.verdict is Verdict.FAIL else "note",
        title=rule.title if rule else outcome.name,
        message=sentence(outcome.message),
        figure=_figure(report, outcome),
        excerpt=_around(views, outcome),
        source_link=link,
        advice=read_advice(outcome.fix),
        why=section(rule.page, "Why it matters") if rule else None,
        chart=_chart(report, outcome),
        batch=report.batches.spike_batch if report.batches and outcome.unit == "x batch" else None,
    )


def _figure(report: Report, outcome: Outcome) -> str | None:
    if outcome.value is None or outcome.is_promise:
        return None
    noun = report.target.item_noun
    text = quantity(outcome.value, outcome.unit, noun)
    if outcome.limit is not None:
        text += f", where {quantity(outcome.limit, outcome.unit, noun)} would pass"
    return text


def _chart(report: Report, outcome: Outcome) -> str | None:
    if outcome.unit == "bytes/item" and report.growth_law is not None and report.growth_law.grows:
        return "growth"
    return "timeline" if report.timeline is not None else None


def _around(views: list[SourceView], outcome: Outcome) -> list[SourceLine]:
    if outcome.location is None:
        return []
    place, end = outcome.location.line, outcome.location.end_line or outcome.location.line
    for view in views:
        if view.path == outcome.location.path and any(row.number == place for row in view.lines):
            near = [row for row in view.lines if place - CONTEXT <= row.number <= end + CONTEXT]
            return [row._replace(marked=place <= row.number <= end) for row in near]
    return []


def section(page: str, title: str) -> str | None:
    r"""A section of a rule's page as one paragraph.

    Example:
        >>> section("Short.\n\nWhy it matters:\n    It ends\n    badly.\n", "Why it matters")
        'It ends badly.'
    """
    found = next((match["body"] for match in _SECTION.finditer(page + "\n") if match["title"] == title), None)
    return " ".join(found.split()) if found else None


def batch_table(report: Report, most: int) -> list[BatchPoint]:
    """Batches for a table: all of them, or those that keep every extreme."""
    if report.timeline is None:
        return []
    return thinned(
        report.timeline.batches, most, [lambda point: point.high_water_bytes, lambda point: point.held_bytes]
    )
