"""A table that items are cut from, and tables that tell of items."""

import pytest
from msgspec.structs import replace

from genaudit.evidence.retention.rows import items_kept, row_bytes
from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.eager_load import eager_load
from tests import build
from tests.evidence.retention.made import Step, generator, walk

ROWS, ROW = 512, 80


def walked(shapes: list[list[int]], held: Step, *, items: int = ROWS, retained: float = 0.0) -> Trial:
    """A trial that yields arrays of such shapes and holds this."""
    trial = build.trial(items, lambda batch, epoch: retained, kind="clean")
    first = replace(trial.batches[0], shapes=shapes)
    mark = walk(generator(held, n_bytes=held.node.bytes), at="end", batch=50)
    return replace(trial, batches=[first, *trial.batches[1:]], retention=[mark])


def table(rows: int = ROWS, row: str = "20") -> Step:
    """An array with a row for each item."""
    return Step("variable", "table", "ndarray", rows * ROW, detail=f"{rows}x{row} float32")


def rows_of(row: str = "20") -> Step:
    """A list of arrays."""
    entry = Step("entry", "", "ndarray", ROWS * ROW, detail=f"{row} float32", count=ROWS)
    return Step("variable", "rows", "list", ROWS * ROW, entry, entries=ROWS)


@pytest.mark.parametrize(
    ("shapes", "held", "expected"),
    [
        pytest.param([[32, 96, 20]], table(), ROW, id="windows"),
        pytest.param([[32, 96, 20], [32, 24, 20]], table(ROWS + 1), ROW, id="windows and what follows, a row more"),
        pytest.param([[32, 96, 20]], rows_of(), ROW, id="of a list"),
        pytest.param([[8, 16, 4, 4, 5]], table(row="4x4x5"), ROW, id="clips of frames"),
        pytest.param([[32, 96, 200], [32, 20]], table(), None, id="a row beside a picture"),
        pytest.param([[32, 96, 200], [32, 2, 20]], table(), None, id="boxes beside a picture"),
        pytest.param([[32, 20]], table(), None, id="the item is a row"),
        pytest.param([[32, 96, 20]], table(row="4"), None, id="offsets"),
        pytest.param([[32, 96, 3]], table(row="3"), None, id="poses beside clouds of points"),
        pytest.param([[32, 64, 64, 20]], table(), None, id="features beside pictures of as many channels"),
        pytest.param([[32, 96, 20]], table(100), None, id="a vocabulary"),
        pytest.param([], table(), None, id="nothing known of batches"),
    ],
)
def test_a_row_of_many_in_an_item(shapes: list[list[int]], held: Step, expected: float | None) -> None:
    """By the shapes of what is held and of what is yielded."""
    assert row_bytes([walked(shapes, held)]) == (expected and pytest.approx(expected, rel=0.01))


@pytest.mark.parametrize(("shapes", "verdict"), [([[8, 64, 20]], Verdict.FAIL), ([[8, 64, 64], [8, 20]], Verdict.PASS)])
def test_a_table_is_the_data_where_items_are_cut_from_it(shapes: list[list[int]], verdict: Verdict) -> None:
    """80 bytes of an item of 64 KiB are an index of it, or the data."""
    sizes = (4096, 16384, 65536)
    trials = [walked(shapes, table(size), items=size, retained=size * ROW) for size in sizes]

    assert eager_load.check(build.evidence(*trials), Limits()).verdict is verdict


@pytest.mark.parametrize(
    ("shapes", "held", "verdict"),
    [
        pytest.param([[32, 20]], table(), Verdict.FAIL, id="windows of a text, cut before"),
        pytest.param([[32, 64, 64], [32, 20]], table(), Verdict.PASS, id="labels beside pictures"),
        pytest.param([[32, 96]], table(), Verdict.PASS, id="something else"),
        pytest.param([[32, 64, 64], [32, 4]], table(row="4"), Verdict.PASS, id="boxes beside pictures"),
    ],
)
def test_items_that_are_held_as_they_are_yielded_are_no_index(
    shapes: list[list[int]], held: Step, verdict: Verdict
) -> None:
    """However little that is of each of what the data set is counted by: a third of a window for each character."""
    sizes = (4096, 16384, 65536)
    row = held.node.detail.partition("x")[2].partition(" ")[0]
    trials = [walked(shapes, table(size, row), items=size, retained=size * ROW) for size in sizes]

    assert eager_load.check(build.evidence(*trials), Limits()).verdict is verdict


@pytest.mark.parametrize(("rows", "is_found"), [(32, False), (33, True), (64, True)])
def test_a_batch_that_is_still_held_is_not_the_data(rows: int, is_found: bool) -> None:
    """One batch more at the larger size, in the hands of a thread that reads ahead, is as much as all that grows."""
    trials = [walked([[32, 20]], table(rows), items=size, retained=rows * ROW) for size in (16, 512)]

    assert (items_kept(trials, lambda _: rows * ROW) is not None) is is_found
