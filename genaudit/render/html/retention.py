"""Who holds the memory, for the page: the paths, and the rows of both trees, of which the tables are made.

Scripts make the trees from the rows of the tables, so that both say the same.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from genaudit.model import Location, Outcome, Report
from genaudit.model.report import Holder, RetentionStep
from genaudit.render.html.context import SourceView, anchor_of
from genaudit.render.text.holders import (
    ARROW,
    amount_text,
    growth_text,
    held_text,
    holder_of,
    path_names,
    place_of,
    short_path,
    shown_holders,
)
from genaudit.report.phrases import format_growth

MOST_STEPS = 600
"""Of a tree: where there are more, the smallest are left to the JSON."""
UNACCOUNTED = "unaccounted"
SHORT_PATH = 72
"""Columns of a path on a card."""
WORKER = "worker "
HELD, GROWN = "held", "grown"
"""Names of the trees, with which the names of their rows begin."""
_DIGITS = re.compile(r"\d[\d,.]*")


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


class CardPath(NamedTuple):
    """Who holds what a finding is about, in short, with the row of the tree that says more."""

    label: str
    names: list[str]
    amount: str
    place: str | None
    """Where the path has another line than the card."""
    link: str | None


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


def card_path(report: Report, outcome: Outcome, trees: Mapping[str, "TreeRows"]) -> CardPath | None:
    """The path that answers for a finding; ``None`` where memory is not kept, or nobody is known to keep it.

    Args:
        outcome: The finding.
        trees: The rows of both trees, by name.
    """
    found = holder_of(report, outcome)
    if found is None:
        return None
    label, holder = found
    short = short_path(holder, SHORT_PATH, label=label)
    own = outcome.location and outcome.location.place
    return CardPath(
        label=label,
        names=short.split(ARROW) if short is not None else path_names(holder, label),
        amount=amount_text(holder, label),
        place=place_of(holder) if place_of(holder) != own else None,
        link=_row_of(report, holder, label, trees),
    )


def _row_of(report: Report, holder: Holder, label: str, trees: Mapping[str, "TreeRows"]) -> str | None:
    """The row of a tree in which a path ends: of what grows in the tree of growth, where that has it."""
    for name in (GROWN, HELD) if label == "Grows" else (HELD,):
        at = _step_of(holder.names, steps_of(report, name))
        if any(row.at == at for row in trees[name].rows):
            return f"{name}-{at}"
    return None


def steps_of(report: Report, name: str) -> list[RetentionStep]:
    """The steps of a tree: those of a trial of its own, where what grew was walked there."""
    return report.grown if name == GROWN and report.grown else report.retention


def _step_of(names: list[str], steps: list[RetentionStep]) -> int | None:
    """The step in which a path ends, or the last one of it that the tree has."""
    below: dict[int, list[int]] = {}
    for at, step in enumerate(steps):
        below.setdefault(step.parent, []).append(at)
    roots = below.get(-1, [])
    # The path of a worker begins below the worker.
    roots = roots + [child for at in roots if steps[at].label.startswith(WORKER) for child in below.get(at, [])]
    pending = [(at, 0) for at in reversed(roots)]
    last, furthest = None, 0
    while pending and furthest < len(names):
        at, used = pending.pop()
        words = _words_in(steps[at], names[used : used + 2])
        if not words:
            continue
        used += words
        if used > furthest:
            last, furthest = at, used
        pending += [(child, used) for child in reversed(below.get(at, []))]
    return last


def _words_in(step: RetentionStep, words: list[str]) -> int:
    """How many of the next words of a path are this step; 0 where it is another one.

    Numbers may differ: path and tree may be of trials of different sizes.
    """
    label = _DIGITS.sub("", step.label)
    for n in range(len(words), 0, -1):
        if _DIGITS.sub("", " ".join(words[:n])) == label:
            return n
    return int(words[:1] == [step.name])


def held_tree(report: Report, views: list[SourceView]) -> TreeRows:
    """All that is held, the largest first; *unaccounted* is last, and makes the sum whole."""
    return _tree(steps_of(report, HELD), views, lambda step: step.bytes)


def grown_tree(report: Report, views: list[SourceView]) -> TreeRows:
    """Only what grew since the first batch, and what leads to it."""
    return _tree(steps_of(report, GROWN), views, lambda step: step.grown_bytes or 0)


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
    if rows and rows[0].label != UNACCOUNTED:
        # A tree that is closed altogether says nothing.
        rows[0] = rows[0]._replace(leads=True)
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
        place=step.location.place if step.location is not None else None,
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
