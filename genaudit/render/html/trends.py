"""Small pictures of how a target's figures came to be what they are: one for each figure, a line for each branch."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from genaudit.render.text.history import UNKNOWN, Row, by_branch, by_target, peaks_text, runs_text
from genaudit.units import format_bytes

MOST_POINTS = 60
WIDTH, HEIGHT, EDGE, HEAD = 320, 104, 8, 20
LOOKS = 6
"""Colours and dashes of lines that there are; more branches than these share them."""


class Figure(NamedTuple):
    """What is followed from run to run."""

    name: str
    title: str
    value: Callable[[Row], float | None]
    text: Callable[[Row], str]


FIGURES = (
    Figure("peak", "Peak memory", lambda row: row.peak_bytes, lambda row: row.peak),
    Figure("batch", "Growth per batch", lambda row: row.grown_bytes, lambda row: row.per_batch),
    Figure("item", "Growth per item", lambda row: row.item_bytes, lambda row: row.per_item),
)


class Point(NamedTuple):
    """A run in a picture."""

    x: float
    y: float
    look: str
    text: str
    branch: str


class Line(NamedTuple):
    """The runs of one branch in a picture."""

    look: int
    branch: str
    points: str


class Picture(NamedTuple):
    """One figure of one target, over its runs."""

    figure: str
    text: str
    top: str
    lines: list[Line]
    points: list[Point]


class Branch(NamedTuple):
    """A branch, as the legend names it."""

    name: str
    look: int
    runs: int


class Trend(NamedTuple):
    """The runs of one target, the oldest first."""

    target: str
    text: str
    branches: list[Branch]
    pictures: list[Picture]
    first: str
    last: str


def looks_of(rows: Iterable[Row]) -> dict[str, int]:
    """The look of each branch, the same for every target; what has most runs has the plainest."""
    counted = sorted(by_branch(rows).items(), key=lambda item: -len(item[1]))
    return {branch: at % LOOKS for at, (branch, _) in enumerate(counted)}


def trends(rows: Sequence[Row]) -> list[Trend]:
    """The trend of each target, the latest target first.

    Args:
        rows: The latest first.
    """
    looks = looks_of(rows)
    return [_trend(target, runs[::-1], looks) for target, runs in by_target(rows).items()]


def _trend(target: str, rows: list[Row], looks: dict[str, int]) -> Trend:
    rows = rows[-MOST_POINTS:]
    return Trend(
        target=target,
        text=f"{runs_text(rows)}, {peaks_text(rows)}",
        branches=[Branch(name, looks[name], len(runs)) for name, runs in by_branch(rows).items()],
        pictures=[_picture(figure, rows, looks) for figure in FIGURES],
        first=rows[0].when,
        last=rows[-1].when,
    )


def _picture(figure: Figure, rows: list[Row], looks: dict[str, int]) -> Picture:
    values = [figure.value(row) for row in rows]
    known = [value for value in values if value is not None]
    top = max(known, default=0.0)
    points = [
        Point(
            x=_across(at, len(rows)),
            y=_height(value, top),
            look=row.look.value,
            text=f"{row.when}, {row.branch}: {row.label}, {figure.text(row)}",
            branch=row.branch,
        )
        for at, (row, value) in enumerate(zip(rows, values, strict=True))
        if value is not None
    ]
    last = rows[-1]
    return Picture(
        figure=figure.name,
        text=f"{figure.title} of {last.target} over {runs_text(rows)}; the last: {last.label}, {figure.text(last)}",
        top=format_bytes(top) if top > 0 else figure.text(last) if known else UNKNOWN,
        lines=[Line(looks[branch], branch, _joined(points, branch)) for branch in by_branch(rows)],
        points=points,
    )


def _joined(points: list[Point], branch: str) -> str:
    return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in points if point.branch == branch)


def _across(at: int, count: int) -> float:
    return EDGE + (WIDTH - 2 * EDGE) * (at / (count - 1) if count > 1 else 0.5)


def _height(value: float, top: float) -> float:
    """Nothing, and what is less than that, lies on the axis."""
    return HEIGHT - EDGE - (HEIGHT - EDGE - HEAD) * (max(0.0, value) / top if top > 0 else 0.0)
