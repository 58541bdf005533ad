"""Two arrays that differ, value by value."""

import numpy as np

from genaudit.comparison.differences import with_values
from genaudit.model.comparison import FirstDifference
from tests.comparison.build import leaf

FIRST = FirstDifference(batch=2, epoch=1, what="values", place="[0]", base="hash a", other="hash b")


def test_the_first_value_its_index_and_how_many() -> None:
    base = np.zeros((2, 3), dtype=np.float32)
    other = base.copy()
    other[1, 0], other[1, 2] = 0.5, -2.0
    difference = with_values(FIRST, leaf("", shape=(2, 3)), base.tobytes(), other.tobytes())

    assert (difference.index, difference.base, difference.other) == ([1, 0], "0", "0.5")
    assert (difference.n_different, difference.n_values, difference.largest_difference) == (2, 6, 2.0)


def test_minus_zero_and_nan_are_not_lost() -> None:
    """Bits that compare as equal, or never do, still have a place."""
    base, other = np.array([np.nan, 0.0]), np.array([np.nan, -0.0])
    difference = with_values(FIRST, leaf("", dtype="float64", shape=(2,)), base.tobytes(), other.tobytes())

    assert (difference.index, difference.base, difference.other, difference.n_different) == ([1], "0", "-0", 1)


def test_unsigned_numbers_do_not_wrap_around() -> None:
    base, other = np.array([1], dtype=np.uint8), np.array([255], dtype=np.uint8)
    difference = with_values(FIRST, leaf("", dtype="uint8", shape=(1,)), base.tobytes(), other.tobytes())

    assert difference.largest_difference == 254.0


def test_what_numpy_cannot_read_stays_a_hash() -> None:
    assert with_values(FIRST, leaf("", dtype="posit16", shape=(2,)), b"abcd", b"abce") == FIRST
    assert with_values(FIRST, leaf("", shape=(2,)), None, b"12345678") == FIRST
