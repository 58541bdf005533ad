"""Elements are taken evenly, in order, and types are kept."""

import array
import collections
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.recorder.child.dataset import subset

Point = collections.namedtuple("Point", "x y")


class Listlike(list[Any]):
    pass


class Picky(list[Any]):
    def __init__(self, a: int, b: int) -> None: ...


@given(st.integers(1, 500), st.data())
def test_spread(n_all: int, data: st.DataObject) -> None:
    """As many as wanted, in order, no two alike, gaps that differ by one at most; with a step, all gaps the same."""
    n = data.draw(st.integers(1, n_all))

    even = subset.spread(n_all, n)
    stepped = subset.spread(n_all, n, stepped=True)

    gaps = {after - before for before, after in itertools.pairwise(even)}
    assert len(even) == len(stepped) == n
    assert even[0] == stepped[0] == 0
    assert even[-1] < n_all
    assert stepped[-1] < n_all
    assert not gaps or (min(gaps) >= 1 and max(gaps) - min(gaps) <= 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2, 3, 4], [1, 3]),
        ((1, 2, 3, 4), (1, 3)),
        (Listlike([1, 2, 3, 4]), Listlike([1, 3])),
        (array.array("d", [1, 2, 3, 4]), array.array("d", [1, 3])),
        (collections.deque([1, 2, 3, 4]), collections.deque([1, 3])),
        (range(10, 14), [10, 12]),
    ],
)
def test_sequences(value: Any, expected: Any) -> None:
    """The same type with fewer elements."""
    assert subset.is_cuttable(value)
    found = subset.take(value, [0, 2])

    assert found == expected
    assert type(found) is type(expected)


def test_list_with_another_constructor() -> None:
    """Becomes a plain list."""
    value = Picky(1, 2)
    value.extend([1, 2, 3])

    assert type(subset.take(value, [0, 2])) is list


@pytest.mark.parametrize("dtype", [np.uint8, "U5", object, [("a", "i4")]])
def test_arrays_are_copied(dtype: Any) -> None:
    """The rows that were left out are not held by a view."""
    value = np.zeros((4, 3), dtype)

    found = subset.take(value, [0, 2])

    assert found.shape == (2, 3)
    assert found.dtype == value.dtype
    assert not np.shares_memory(found, value)


def test_mapped_array_stays_mapped(tmp_path: Path) -> None:
    """Cutting does not read the file."""
    np.save(tmp_path / "x.npy", np.arange(20))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")

    assert subset.is_mapped(mapped)
    assert subset.is_mapped(mapped[3:])
    assert not subset.is_mapped(np.zeros(3))
    assert not subset.is_mapped([1])
    found = subset.take(mapped, subset.spread(20, 6, stepped=True))
    assert subset.is_mapped(found)
    assert found.tolist() == [0, 3, 6, 9, 12, 15]


def test_frames() -> None:
    """A plain index stays plain, another one keeps its labels; the rest is not held."""
    plain = pd.DataFrame({"a": range(4)})
    named = plain.set_index(pd.Index(list("wxyz")))

    assert subset.take(plain, [0, 2]).equals(pd.DataFrame({"a": [0, 2]}))
    assert list(subset.take(named, [0, 2]).index) == ["w", "y"]
    assert subset.take(plain["a"], [1, 3]).tolist() == [1, 3]
    assert subset.take(plain["a"], [1, 3]).index.tolist() == [0, 1]


@pytest.mark.torch
def test_torch_tensors() -> None:
    """Copied too."""
    torch = pytest.importorskip("torch")
    value = torch.arange(8).reshape(4, 2)

    found = subset.take(value, [0, 2])

    assert found.tolist() == [[0, 1], [4, 5]]
    assert found.untyped_storage().data_ptr() != value.untyped_storage().data_ptr()


@pytest.mark.tensorflow
def test_tensorflow_tensors() -> None:
    """Gathered: they take no lists of positions."""
    tf = pytest.importorskip("tensorflow")

    assert subset.take(tf.range(4), [0, 2]).numpy().tolist() == [0, 2]


@pytest.mark.parametrize(
    "value", ["abc", b"abc", {"a": 1}, {1}, 5, None, Point(1, 2), np.array(5), np.zeros, list, iter([1]), object()]
)
def test_what_cannot_be_cut(value: Any) -> None:
    """Texts, dicts, single values, named fields, code."""
    assert not subset.is_cuttable(value)


@pytest.mark.parametrize("name", ["indices", "train_idx", "order"])
@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_positions_become_positions_in_the_smaller_set(name: str, kind: Any) -> None:
    """A shuffled order of all items stays an order of the fewer ones."""
    order = kind([3, 0, 5, 1, 4, 2])

    found = subset.take_along(name, order, [0, 2, 4])

    assert list(found) == [0, 2, 1]
    assert type(found) is type(order)
    assert list(order) == [3, 0, 5, 1, 4, 2]


def test_range_of_positions() -> None:
    """Stays a range from 0."""
    assert subset.take_along("indices", range(6), [0, 2, 4]) == range(3)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("labels", [3, 0, 5, 1, 4, 2], [3, 5, 4]),
        ("indices", [0, 0, 1, 1, 2, 2], [0, 1, 2]),
        ("indices", [7, 0, 5, 1, 4, 2], [7, 5, 4]),
        ("indices", [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 2.0, 4.0]),
    ],
)
def test_other_values_stay_as_they_are(name: str, value: Any, expected: Any) -> None:
    """Only a whole order under a name that says so is renumbered."""
    assert subset.take_along(name, value, [0, 2, 4]) == expected


def test_sizes() -> None:
    """Rows, and bytes without a look at the elements."""
    assert subset.length([1, 2]) == 2
    assert subset.length(np.zeros((3, 2))) == 3
    assert subset.n_bytes(np.zeros((3, 2), np.uint8)) == 6
    assert subset.n_bytes(pd.DataFrame(np.zeros((3, 2)))) == 48
