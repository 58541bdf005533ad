"""What a target was at earlier times: one row for each run, the same figures and words for every format."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genaudit.model import Interval, Level, Report, RunVerdict
from genaudit.model.codec import LONG_FIELDS
from genaudit.model.recording import Revision
from genaudit.render.safe import one_line, printable_report, shorten
from genaudit.render.text.holders import amount_text, path_text, place_of, shown_holders
from genaudit.render.text.report import LEVELS_OFF, headline_text, highest_bytes, short_slope
from genaudit.report.phrases import count
from genaudit.units import format_bytes

SHORT_COMMIT = 8
LONGEST_PATH = 72
LONGEST_TARGET = 120
LONGEST_HEADLINE = 160
UNKNOWN = "–"
NONE = "none"
NO_BRANCH = "no branch"
"""What runs outside of a repository are listed under, and those at a commit that no branch was checked out for."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One run in a history."""

    target: str
    created_at: str
    revision: Revision | None
    verdict: RunVerdict
    label: str
    """The verdict in a word, with what it does not cover."""
    look: RunVerdict
    headline: str
    findings: list[str]
    """Code and name of each, the worst first; advice is left out."""
    held: str
    """Who holds the memory, in a line; empty where nobody answers for the verdict."""
    items: int | None
    peak_bytes: int | None
    held_bytes: int | None
    """After the first batch."""
    growth_bytes_per_batch: Interval | None
    bytes_per_item: Interval | None
    items_per_second: float | None
    per_batch: str
    per_item: str
    python: str

    @property
    def branch(self) -> str:
        """The branch that it was made on."""
        return (self.revision.branch if self.revision is not None else None) or NO_BRANCH

    @property
    def has_failed(self) -> bool:
        """Whether its verdict is a fault."""
        return self.verdict in {RunVerdict.FAIL, RunVerdict.ERROR}

    @property
    def peak(self) -> str:
        """The highest memory, as text."""
        return UNKNOWN if self.peak_bytes is None else format_bytes(self.peak_bytes)

    @property
    def when(self) -> str:
        """Date and time to the minute."""
        return self.created_at[:16].replace("T", " ")

    @property
    def grown_bytes(self) -> float | None:
        """Growth per batch: nothing where that is what noise makes, ``None`` where it is not known."""
        return settled(self.growth_bytes_per_batch, self.per_batch)

    @property
    def item_bytes(self) -> float | None:
        """The same for each item of the data set."""
        return settled(self.bytes_per_item, self.per_item)


def settled(slope: Interval | None, text: str) -> float | None:
    """A slope as it is told: what is no growth is 0."""
    return None if slope is None else 0.0 if text in {NONE, LEVELS_OFF} else slope.value


def row_of(report: Report) -> Row:
    """A run as a row; every string can be shown as it is."""
    law, batches = report.growth_law, report.batches
    # Asked of all outcomes, before those go that no row shows.
    per_batch = _slope(report, batches.growth_bytes_per_batch if batches else None, "bytes/batch")
    per_item = _slope(report, law.bytes_per_item if law else None, "bytes/item")
    label, look = report.label, report.look
    findings = [f"{each.code} {each.name}" for each in report.findings if each.level is not Level.NOTE]
    report = printable_report(slim(report))
    return Row(
        target=shorten(one_line(report.target.spec), LONGEST_TARGET),
        created_at=report.created_at,
        revision=report.revision,
        verdict=report.verdict,
        label=label,
        look=look,
        headline=shorten(one_line(headline_text(report)), LONGEST_HEADLINE),
        findings=[one_line(finding) for finding in dict.fromkeys(findings)],
        held=_held(report),
        items=report.target.items,
        peak_bytes=highest_bytes(report),
        held_bytes=batches.retained_first_bytes if batches else None,
        growth_bytes_per_batch=batches.growth_bytes_per_batch if batches else None,
        bytes_per_item=law.bytes_per_item if law else None,
        items_per_second=batches.items_per_second if batches else None,
        per_batch=per_batch,
        per_item=per_item,
        python=report.environment.python,
    )


def slim(report: Report) -> Report:
    """The report without what no row shows: going through the strings of the rest takes a hundred times as long."""
    return msgspec.structs.replace(
        report,
        **LONG_FIELDS,
        outcomes=[
            outcome for outcome in report.outcomes if outcome.figure == "per-item" or outcome.level is Level.ERROR
        ],
    )


def by_target(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The runs of each target, in the order in which they come."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.target, []).append(row)
    return found


def by_branch(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The runs of each branch, in the order in which they come."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.branch, []).append(row)
    return found


def runs_text(rows: list[Row]) -> str:
    """How many runs, and how many of them failed.

    Example:
        >>> runs_text([])
        '0 runs'
    """
    failed = sum(row.has_failed for row in rows)
    return count(len(rows), "run") + (f", {failed:,} failed" if failed else "")


def peaks_text(rows: list[Row]) -> str:
    """The lowest and the highest peak."""
    peaks = [row.peak_bytes for row in rows if row.peak_bytes is not None]
    if not peaks:
        return "peak not measured"
    low, high = format_bytes(min(peaks)), format_bytes(max(peaks))
    return f"peak {low}" if low == high else f"peak {low} to {high}"


def short_revision(revision: Revision | None) -> str:
    """The commit, with a plus where files differed from it.

    Example:
        >>> short_revision(Revision(commit="320cd37a9f5b", branch="main", dirty=True)), short_revision(None)
        ('320cd37a+', '–')
    """
    if revision is None:
        return UNKNOWN
    return (revision.commit[:SHORT_COMMIT] if revision.commit else NONE) + ("+" if revision.dirty else "")


def revision_text(revision: Revision | None) -> str:
    """The revision of the code in a few words; empty where it is not known.

    Example:
        >>> revision_text(Revision(commit="320cd37a9f5b", branch="main", dirty=True))
        '320cd37a with changes, on main'
    """
    if revision is None:
        return ""
    commit = revision.commit[:SHORT_COMMIT] if revision.commit else "before the first commit"
    changed = " with changes" if revision.dirty else ""
    return f"{commit}{changed}" + (f", on {revision.branch}" if revision.branch else "")


def row_fields(row: Row, place: Mapping[str, str | None]) -> dict[str, Any]:
    """A row as JSON has it: the figures, and the names that the report object has for them.

    Args:
        row: Of a run.
        place: Where it lies, by name.
    """
    shown = ("target", "created_at", "revision", "verdict", "label", "headline", "findings", "items")
    figures = ("peak_bytes", "held_bytes", "growth_bytes_per_batch", "bytes_per_item", "items_per_second")
    return {**{name: getattr(row, name) for name in (*shown, *figures)}, **place}


def _held(report: Report) -> str:
    """The path that answers for the verdict, short, with its line."""
    for label, holder in shown_holders(report)[:1]:
        place = place_of(holder)
        path = path_text(holder, LONGEST_PATH, label=label)
        return one_line(f"{label} {path}: {amount_text(holder, label)}" + (f" ({place})" if place else ""))
    return ""


def _slope(report: Report, slope: Interval | None, unit: str) -> str:
    return UNKNOWN if slope is None else short_slope(report, slope, unit) or NONE
