"""Sources that come together in a tuple, a list or a dict are told from data and from batches."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from genaudit.recorder.child.drivers import open_source
from genaudit.recorder.child.several import sources_in


def batches(first: int = 0) -> Iterator[int]:
    yield from range(first, first + 3)


class Yields:
    def __iter__(self) -> Iterator[int]:
        yield 1


class Indexed:
    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> int:
        return index


class Encoding(Indexed):
    """As tokenizers give a batch: columns by name."""

    def keys(self) -> list[str]:
        return ["ids"]


@pytest.mark.parametrize(
    ("make", "part", "others", "steps"),
    [
        pytest.param(lambda: (batches(), 50), "its first", [], 50, id="with its steps"),
        pytest.param(lambda: (batches(), batches()), "its first", ["its second"], None, id="for two purposes"),
        pytest.param(lambda: (batches(), batches(), 9, 4), "its first", ["its second"], 9, id="with steps of each"),
        pytest.param(lambda: {"train": batches(), "test": Yields()}, "'train'", ["'test'"], None, id="by name"),
        pytest.param(lambda: ({"classes": 3}, Indexed(), None), "its second", [], None, id="behind settings"),
        pytest.param(lambda: [batches(), Yields()], "its first", ["its second"], None, id="a list of them"),
        pytest.param(lambda: (batches(), True), "its first", [], None, id="a flag is no number of steps"),
    ],
)
def test_sources_together(make: Any, part: str, others: list[str], steps: int | None) -> None:
    """The first is driven, the others have words, and a number is the length of an epoch."""
    several = sources_in(make())

    assert several is not None
    assert (several.part, several.others, several.steps) == (part, others, steps)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: (np.zeros((4, 2)), np.zeros(4)), id="a batch with labels"),
        pytest.param(lambda: [np.zeros(2)] * 3, id="a list of batches"),
        pytest.param(lambda: {"x": np.zeros(3)}, id="columns"),
        pytest.param(lambda: (Encoding(), Encoding()), id="columns of a class of its own"),
        pytest.param(lambda: ([1, 2], [3, 4]), id="lists"),
        pytest.param(lambda: [batches(), 1, 2], id="a list in which a generator lies"),
        pytest.param(lambda: [batches() for _ in range(9)], id="many"),
        pytest.param(lambda: (), id="nothing"),
        pytest.param(batches, id="a generator"),
    ],
)
def test_what_is_one_source_or_data(make: Any) -> None:
    """Stays what it is."""
    assert sources_in(make()) is None


def test_the_same_part_is_made_again() -> None:
    """The next epoch is that of the same source; what came with the first stays alive, as it does for its user."""
    calls = []

    def make() -> tuple[str, Iterator[int], int]:
        calls.append(1)
        return "name", batches(10 * len(calls)), 3

    source = open_source(make(), make)

    assert list(source.epoch() or ()) == [10, 11, 12]
    assert list(source.epoch() or ()) == [20, 21, 22]
    assert (source.steps, source.kind) == (3, "generator-function")
    assert source.several is not None
    source.close()
    assert source.several is None
