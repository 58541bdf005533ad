"""A table that items are cut from: each has many of its rows, and so a row is small beside an item and still data."""

import math
import re
from collections.abc import Callable, Iterator, Sequence

from genaudit.evidence.retention.tree import Holding, held_by
from genaudit.model.recording import Trial

MOST_OF_A_BATCH = 0.5
"""From this share of the numbers in a batch on, what is cut from a table is the batch."""
NEAR = 0.02
"""A table with as many rows as the data set has items, but for a header, or for the first window."""
WIDEST_PIXEL = 4
"""Numbers: three or four of an item may be anything, and so may be the last dimension of what is yielded."""
_SHAPE = re.compile(r"^(\d+(?:x\d+)*)(?:\s|$)")


def row_bytes(trials: Sequence[Trial]) -> float | None:
    """Bytes of a row of the table that items are made of many rows of; ``None`` where none is held.

    A table with one row for each item, beside items that are something else, tells of them: labels, boxes, features.
    """
    shapes = shapes_in(trials)
    if not shapes:
        return None
    found = (
        held.bytes / rows
        for trial in trials
        if trial.items
        for held in held_by(mark for mark in trial.retention if mark.pid == 0)
        for rows, row in _tables(held)
        if abs(rows - trial.items) <= NEAR * trial.items and _are_made_of(shapes, row)
    )
    return min(found, default=None)


def shapes_in(trials: Sequence[Trial]) -> list[list[int]]:
    """Of the arrays in a batch."""
    return next((trial.batches[0].shapes for trial in trials if trial.batches and trial.batches[0].shapes), [])


def is_cut_from(held: Holding, shapes: Sequence[Sequence[int]]) -> bool:
    """Whether items are made of many rows of what is held: of the whole data set, or of a vocabulary."""
    return bool(shapes) and any(_are_made_of(shapes, row) for _, row in _tables(held))


def items_in(held: Holding, shapes: Sequence[Sequence[int]]) -> int | None:
    """Rows of an array that is held, where each is an item as it is yielded; ``None`` where they are not."""
    largest = max(shapes, key=math.prod, default=[])
    matched = _SHAPE.match(held.payload.detail)
    if matched is None or held.payload.count > 1 or math.prod(largest) <= WIDEST_PIXEL:
        return None
    rows, *row = (int(length) for length in matched[1].split("x"))
    return rows if row and row in (list(largest), list(largest[1:])) else None


def items_kept(trials: Sequence[Trial], expected: Callable[[int], float]) -> Holding | None:
    """The array whose rows are the items as they are yielded, where it is what grows with the data set.

    What the data set is counted by may be less than an item, as characters are of a text that is cut into windows.

    Args:
        trials: Walked or not.
        expected: Bytes to be explained at a size of the data set.
    """
    shapes = shapes_in(trials)
    largest = max(shapes, key=math.prod, default=[])
    if not largest or math.prod(largest) < MOST_OF_A_BATCH * sum(map(math.prod, shapes)):
        return None
    for trial in reversed(trials):
        for held in held_by(mark for mark in trial.retention if mark.pid == 0) if trial.items else ():
            rows = items_in(held, shapes) if held.bytes >= MOST_OF_A_BATCH * expected(trial.items or 0) else None
            # With no more rows than a batch it is one: the last, or one that a thread has in its hands.
            if rows is not None and rows > largest[0]:
                return held
    return None


def _tables(held: Holding) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Rows and the shape of one, where something is held that has rows of more than one number: an array, or a list."""
    matched = _SHAPE.match(held.payload.detail)
    if matched is None:
        return
    shape = tuple(int(length) for length in matched[1].split("x"))
    if len(shape) > 1:
        yield shape[0], shape[1:]
    for step in held.steps[:-1]:
        if step.entries:
            yield step.entries // max(1, step.count), shape


def _are_made_of(shapes: Sequence[Sequence[int]], row: tuple[int, ...]) -> bool:
    """Whether most of a batch is rows of that shape, several for each item: by batch, by row, by what is in a row."""
    if math.prod(row) < WIDEST_PIXEL + 1:
        return False
    several = [shape for shape in shapes if len(shape) == len(row) + 2 and tuple(shape[2:]) == row]
    return sum(map(math.prod, several)) >= MOST_OF_A_BATCH * sum(map(math.prod, shapes))
