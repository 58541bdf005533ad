"""Who holds the memory, for the page: the paths, and the rows of both trees, of which the tables are made.

Scripts make the trees from the rows of the tables, so that both say the same.
"""

from collections.abc import Callable
from typing import NamedTuple

from genaudit.model import Location, Report
from genaudit.model.report import Holder, RetentionStep
from genaudit.render.html.context import SourceView, anchor_of
from genaudit.render.text.holders import amount_text, growth_text, held_text, path_names, place_of, shown_holders
from genaudit.report.phrases import format_growth

MOST_STEPS = 600
"""Of a tree: where there are more, the smallest are left to the JSON."""
UNACCOUNTED = "unaccounted"


class HeldRow(NamedTuple):
    """A path of the summary, or of the list of all."""

    label: str
    names: list[str]
    amount: str
    share: float
    growth: str | None
    place: str | None
    link: str | None
    """The anchor of the line, where the page shows it."""


class StepRow(NamedTuple):
    """A row of a tree, below that of its parent."""

    at: int
    parent: int
    """``at`` of the row above; -1 for a root."""
    level: int
    """1 for a root."""
    label: str
    bytes: int
    share: float
    """Of all roots together."""
    objects: int
    grown_bytes: int | None
    gained: int | None
    place: str | None
    link: str | None
    is_sampled: bool
    leads: bool
    """Whether it has most of what is above it: the tree opens there."""


class TreeRows(NamedTuple):
    """The rows of a tree from the top, and how many were left out."""

    rows: list[StepRow]
    n_left_out: int


def held_rows(report: Report, views: list[SourceView]) -> list[HeldRow]:
    """The paths that answer for the verdict."""
    return [_held_row(label, holder, views, amount_text(holder, label)) for label, holder in shown_holders(report)]


def holder_rows(report: Report, views: list[SourceView]) -> list[HeldRow]:
    """All paths."""
    return [_held_row("Held by", holder, views, held_text(holder)) for holder in report.holders]


def _held_row(label: str, holder: Holder, views: list[SourceView], amount: str) -> HeldRow:
    names = path_names(holder, label)
    link = _link(holder.location, views)
    return HeldRow(label, names, amount, holder.share, growth_text(holder), place_of(holder), link)


def held_tree(report: Report, views: list[SourceView]) -> TreeRows:
    """All that is held, the largest first; *unaccounted* is last, and makes the sum whole."""
    return _tree(report.retention, views, lambda step: step.bytes)


def grown_tree(report: Report, views: list[SourceView]) -> TreeRows:
    """Only what grew since the first batch, and what leads to it."""
    return _tree(report.retention, views, lambda step: step.grown_bytes or 0)


def _tree(steps: list[RetentionStep], views: list[SourceView], weigh: Callable[[RetentionStep], int]) -> TreeRows:
    children: dict[int, list[int]] = {}
    # Weights of parents include those of their children, but for what a child gained while the rest of it shrank.
    weights = [max(0, weigh(step)) for step in steps]
    for at in reversed(range(len(steps))):
        parent = steps[at].parent
        if 0 <= parent < at:
            weights[parent] = max(weights[parent], weights[at])
    kept = {at for at in sorted(range(len(steps)), key=lambda at: (-weights[at], at))[:MOST_STEPS] if weights[at]}
    for at in sorted(kept):
        # Steps of a report that somebody else wrote may point anywhere: such a step is a root.
        parent = steps[at].parent if 0 <= steps[at].parent < at else -1
        children.setdefault(parent, []).append(at)
    total = sum(weights[at] for at in children.get(-1, []))
    rows: list[StepRow] = []
    # A stack of its own: a chain may be longer than Python's.
    pending = [(at, -1, 1, total) for at in reversed(_ordered(steps, children.get(-1, []), weights))]
    while pending:
        at, parent, level, above = pending.pop()
        rows.append(_row(steps[at], (at, parent, level), weights[at], total, above, views))
        below = _ordered(steps, children.get(at, []), weights)
        pending += [(child, at, level + 1, weights[at]) for child in reversed(below)]
    return TreeRows(rows, sum(weight > 0 for weight in weights) - len(rows))


def _ordered(steps: list[RetentionStep], places: list[int], weights: list[int]) -> list[int]:
    return sorted(places, key=lambda at: (steps[at].label == UNACCOUNTED, -weights[at], at))


def _row(
    step: RetentionStep,
    place: tuple[int, int, int],
    weight: int,
    total: int,
    above: int,
    views: list[SourceView],
) -> StepRow:
    at, parent, level = place
    return StepRow(
        at=at,
        parent=parent,
        level=level,
        label=step.label,
        bytes=step.bytes,
        share=weight / total if total else 0.0,
        objects=step.count,
        grown_bytes=step.grown_bytes,
        gained=step.gained,
        place=f"{step.location.path}:{step.location.line}" if step.location is not None else None,
        link=_link(step.location, views),
        is_sampled=step.is_sampled,
        leads=weight * 2 >= above and step.label != UNACCOUNTED,
    )


def grown_words(row: StepRow) -> str:
    """What a row gained since the first batch: bytes, then entries.

    An empty text where that was not walked.
    """
    if row.grown_bytes is None:
        return ""
    return format_growth(row.grown_bytes) if row.grown_bytes else "0"


def _link(location: Location | None, views: list[SourceView]) -> str | None:
    return anchor_of(views, location.path, location.line) if location is not None else None
