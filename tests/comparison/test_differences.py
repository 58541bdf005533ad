"""The first difference between two series of batches, in order and as sets."""

import pytest

from genaudit.comparison.differences import as_sets, in_order
from tests.comparison.build import leaf, prints

SAME = [[leaf("a")], [leaf("b")], [leaf("c")]]


def test_the_same_batches_are_the_same() -> None:
    difference = in_order(prints(*SAME), prints(*SAME), "new", "old")

    assert (difference.first, difference.unknown, difference.batches) == (None, None, 3)


@pytest.mark.parametrize(
    ("changed", "what", "base", "other"),
    [
        pytest.param([leaf("b", dtype="float64")], "dtype", "float32 (8, 4)", "float64 (8, 4)", id="dtype"),
        pytest.param([leaf("b", shape=(4, 8))], "shape", "float32 (8, 4)", "float32 (4, 8)", id="shape"),
        pytest.param([leaf("x")], "values", "hash b", "hash x", id="values"),
        pytest.param([leaf("b"), leaf("y")], "structure", "1 arrays and values", "2 arrays and values", id="more"),
    ],
)
def test_what_differs_first_is_named(changed: list, what: str, base: str, other: str) -> None:
    difference = in_order(prints(*SAME), prints(SAME[0], changed, SAME[2]), "new", "old")

    assert difference.first is not None
    assert (difference.first.batch, difference.first.what) == (2, what)
    assert (difference.first.base, difference.first.other) == (base, other)


def test_another_container_is_a_difference() -> None:
    """Keras takes a tuple and a list of the same arrays for different things."""
    difference = in_order(prints(*SAME, outlines={1: "(., .)"}), prints(*SAME, outlines={1: "[., .]"}), "new", "old")

    assert difference.first is not None
    assert (difference.first.what, difference.first.base, difference.first.other) == ("structure", "(., .)", "[., .]")


def test_another_type_of_array_with_the_same_data_is_a_note() -> None:
    tensors = [[leaf(leaves[0].digest, kind="torch.Tensor")] for leaves in SAME]
    difference = in_order(prints(*SAME), prints(*tensors), "new", "old")

    assert difference.first is None
    assert difference.notes == ["the batch is a numpy.ndarray in old and a torch.Tensor in new"]


def test_an_epoch_that_ends_earlier_is_a_difference_of_its_own() -> None:
    """And not a difference of the values of the next epoch's first batch."""
    old = prints([leaf("a")], [leaf("b")], [leaf("c")], [leaf("a")], epochs=(3,))
    new = prints([leaf("a")], [leaf("b")], [leaf("a")], [leaf("b")], epochs=(2, 2))
    difference = in_order(old, new, "new", "old")

    assert difference.first is not None
    assert (difference.first.what, difference.first.batch, difference.first.epoch) == ("count", 3, 1)
    assert difference.first.base == "3 batches in the epoch"


def test_values_before_the_end_of_an_epoch_come_first() -> None:
    old = prints([leaf("a")], [leaf("b")], [leaf("c")], epochs=(3,))
    new = prints([leaf("x")], [leaf("b")], epochs=(2,))
    difference = in_order(old, new, "new", "old")

    assert difference.first is not None
    assert (difference.first.what, difference.first.batch) == ("values", 1)


def test_a_variant_that_broke_off_is_not_called_different() -> None:
    difference = in_order(prints(*SAME), prints(*SAME[:2], reason="raised"), "new", "old")

    assert difference.first is None
    assert difference.unknown == "new raised; the 2 batches before are the same"


def test_fewer_batches_in_all_is_a_difference() -> None:
    difference = in_order(prints(*SAME), prints(*SAME[:2], stopped="exhausted"), "new", "old")

    assert difference.first is not None
    assert (difference.first.what, difference.first.batch) == ("count", 3)


def test_what_cannot_be_looked_into_is_not_called_the_same() -> None:
    opaque = [[leaf("", place="['reader']", kind="shop.Reader", dtype="")]]
    difference = in_order(prints(*opaque), prints(*opaque), "new", "old")

    assert difference.first is None
    assert difference.unknown is not None
    assert "['reader'] is a shop.Reader" in difference.unknown


def test_as_sets_neither_order_nor_batch_size_matter() -> None:
    old = prints([leaf("-")], [leaf("-")], epochs=(2,), items=[["a", "b"], ["c", "d"]])
    new = prints([leaf("=", shape=(4, 4))], epochs=(1,), items=[["d", "a", "c", "b"]])
    difference = as_sets(old, new, "new", "old")

    assert (difference.first, difference.unknown, difference.items, difference.epochs) == (None, None, 4, 1)


def test_as_sets_an_item_that_is_missing_is_named() -> None:
    old = prints([leaf("-")], [leaf("-")], epochs=(2,), items=[["a", "b"], ["c", "c"]])
    new = prints([leaf("-")], [leaf("-")], epochs=(2,), items=[["c", "b"], ["a", "x"]])
    difference = as_sets(old, new, "new", "old")

    assert difference.first is not None
    assert difference.first.place == "item 0 of batch 2 of old is not in new"
    assert difference.first.n_different == 1


def test_as_sets_a_dtype_is_not_said_item_by_item() -> None:
    old = prints([leaf("-", shape=(2, 4))], epochs=(1,), items=[["a", "b"]])
    new = prints([leaf("-", dtype="float64", shape=(2, 4))], epochs=(1,), items=[["x", "y"]])
    difference = as_sets(old, new, "new", "old")

    assert difference.first is not None
    assert (difference.first.what, difference.first.other) == ("dtype", "float64 (2, 4)")


def test_as_sets_need_an_epoch() -> None:
    old = prints([leaf("-")], items=[["a"]])
    difference = as_sets(old, old, "new", "old")

    assert difference.first is None
    assert difference.unknown is not None
    assert "no epoch came to its end" in difference.unknown
