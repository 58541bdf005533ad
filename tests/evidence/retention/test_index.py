"""Names and numbers that tell where the data is, and numbers that are the data."""

import msgspec
import pytest

from genaudit.evidence.accounting import yielded_per_item
from genaudit.evidence.retention.index import is_index
from genaudit.evidence.retention.tree import Holding, Tree, together
from genaudit.evidence.trials import TrialSet
from tests import build
from tests.evidence.retention.made import Step, generator, walk

ITEMS = 256
LIMIT = 1024.0


def of_tuples(numbers: int, text_bytes: int = 0, *, pid: int = 0) -> Holding:
    """A list with an entry for each item: numbers, and the characters of a path."""
    texts = ITEMS * (49 + text_bytes)
    below = [
        Step("entry", "", "int", ITEMS * numbers * 28, count=ITEMS * numbers),
        Step("entry", "", "str", texts, count=ITEMS),
    ]
    n_bytes = ITEMS * (numbers * 36 + 56) + texts
    entry = Step("entry", "", "tuple", n_bytes, *below, count=ITEMS, entries=ITEMS * (numbers + 1))
    rows = Step("variable", "rows", "list", n_bytes + 8 * ITEMS, entry, entries=ITEMS)
    return Tree(walk(generator(rows, n_bytes=n_bytes + 8 * ITEMS), pid=pid)).holdings()[0]


@pytest.mark.parametrize(
    ("holding", "item_bytes", "expected"),
    [
        pytest.param(of_tuples(80), 150_000.0, True, id="crops of a picture"),
        pytest.param(of_tuples(2, 60), 150_000.0, True, id="paths"),
        pytest.param(of_tuples(1000), 8_000.0, False, id="the numbers that are yielded"),
        pytest.param(of_tuples(2, 60), 100.0, False, id="the texts that are yielded"),
        pytest.param(of_tuples(80), None, False, id="nothing known of an item"),
    ],
)
def test_by_how_much_of_an_item_it_is(holding: Holding, item_bytes: float | None, expected: bool) -> None:
    """However many bytes it takes as Python objects."""
    assert is_index(holding, items=ITEMS, item_bytes=item_bytes, limit=LIMIT) is expected


def test_an_index_in_every_worker_is_one() -> None:
    """What three processes have of an item is not three times as much of it."""
    item_bytes = 80 * 4 / 0.3
    (held,) = together([of_tuples(80, pid=pid) for pid in (0, 7, 8)])

    assert held.processes == 3
    assert is_index(held, items=ITEMS, item_bytes=item_bytes, limit=LIMIT)


def test_numbers_that_rows_share_are_counted_in_each_of_them() -> None:
    """Token ids come out of a vocabulary: 200 in a row, 5,000 objects in all."""
    ids = Step("entry", "", "int", 5_000 * 28, count=5_000)
    n_bytes = ITEMS * 1_656 + 5_000 * 28
    row = Step("entry", "", "list", n_bytes, ids, count=ITEMS, entries=ITEMS * 200)
    rows = Step("attribute", "rows", "list", n_bytes, row, entries=ITEMS)
    holding = Tree(walk(generator(rows, n_bytes=n_bytes))).holdings()[0]

    assert holding.numbers == ITEMS * 200
    assert not is_index(holding, items=ITEMS, item_bytes=200 * 8.0, limit=LIMIT)
    assert is_index(holding, items=ITEMS, item_bytes=150_000.0, limit=LIMIT)


@pytest.mark.parametrize("natural", [True, False])
def test_an_item_by_a_whole_epoch(natural: bool) -> None:
    """Where a batch does not tell its items, the epoch does, if it ended by itself."""
    made = build.trial(64, lambda batch, epoch: 0.0, natural=natural)
    one = [msgspec.structs.replace(mark, batch_items=1) for mark in made.batches]
    trial_set = TrialSet(build.recording(msgspec.structs.replace(made, batches=one)))

    assert yielded_per_item(trial_set) == (build.ITEM if natural else build.BATCH)
