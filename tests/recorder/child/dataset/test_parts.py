"""Objects that give a part of themselves are scaled by that: those of libraries by themselves, others where named."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from genaudit.recorder.child.dataset import find, parts
from genaudit.recorder.child.guard.refusal import Refusal


class Rows:
    """As the data sets of a well-known library are."""

    def __init__(self, values: Sequence[int]) -> None:
        self.values = list(values)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[int]:
        return iter(self.values)

    def select(self, indices: Sequence[int]) -> "Rows":
        return Rows([self.values[index] for index in indices])


class Taken(Rows):
    select = None  # type: ignore[assignment]

    def take(self, n: int) -> "Taken":
        return Taken(self.values[:n])


class Endless(Rows):
    def __len__(self) -> int:
        raise TypeError("endless")


class Picker:
    """Has a select, and no data."""

    def select(self, _: object) -> None: ...


@pytest.mark.parametrize(("kind", "chosen"), [(Rows, [0, 10, 20, 30]), (Taken, [0, 1, 2, 3])])
def test_object_is_scaled_by_what_it_gives(kind: Any, chosen: list[int]) -> None:
    """Where it is named: its length is the user's own code."""
    values = {"ds": kind(range(40)), "batch_size": 8}
    assert find.find(values) is None
    assert find.could_be(values) == ["ds"]
    dataset = find.find(values, "ds")
    assert dataset is not None

    assert (dataset.kind, dataset.items, dataset.file_bytes_per_item()) == ("part", 40, None)
    cut, n = dataset.cut(values, 4, "")
    assert (type(cut["ds"]), cut["ds"].values, n) == (kind, chosen, 4)
    assert dataset.cut(values, 40, "") == ({}, 40)


def test_of_two_none_is_taken() -> None:
    """Training and validation: both could be named."""
    values = {"train": Rows(range(40)), "val": Rows(range(4))}

    assert find.find(values) is None
    assert find.could_be(values) == ["train", "val"]
    named = find.find(values, "val")
    assert named is not None
    assert (named.name, named.items) == ("val", 4)


@pytest.mark.parametrize("value", [Picker(), Rows, [1, 2], np.zeros(9), "text", None])
def test_what_gives_no_part(value: Any) -> None:
    """No data set, or none with a length."""
    assert find.could_be({"x": value}) == []
    assert find.find({"x": value}) is None


@pytest.mark.parametrize("value", [Endless([]), Rows([])])
def test_what_has_no_items_is_refused(value: Any) -> None:
    """Where it is named; before that it is not asked."""
    assert find.find({"x": value}) is None
    with pytest.raises(Refusal, match="cannot be made smaller"):
        find.find({"x": value}, "x")


def test_fields_that_could_be_named(files: list[str]) -> None:
    """Of a configuration that has several."""
    assert find.could_be({"cfg": {"train": files, "val": files[:9], "log": files}}) == ["cfg.train", "cfg.val"]


@pytest.mark.torch
def test_torch() -> None:
    """Its Subset is of another type, so it must be named; an iterable data set has no part."""
    torch = pytest.importorskip("torch.utils.data")
    data = torch.TensorDataset(__import__("torch").arange(40))
    assert find.find({"ds": data}) is None
    assert find.could_be({"ds": data}) == ["ds"]
    dataset = find.find({"ds": data}, "ds")
    assert dataset is not None

    cut, n = dataset.cut({"ds": data}, 8, "")
    assert (type(cut["ds"]).__name__, len(cut["ds"]), n) == ("Subset", 8, 8)
    assert parts.gives_parts(torch.ChainDataset([])) is None


@pytest.mark.tensorflow
def test_tensorflow() -> None:
    """By elements, which may be batches; without a length there is no part."""
    tf = pytest.importorskip("tensorflow")
    whole = tf.data.Dataset.range(40).batch(8)
    dataset = find.find({"ds": whole})
    assert dataset is not None

    assert (dataset.kind, dataset.items) == ("part", 40)
    cut, n = dataset.cut({"ds": whole}, 12, "")
    assert (int(cut["ds"].cardinality()), n) == (2, 12)
    assert find.find({"ds": whole.repeat()}) is None
