"""Arrays that a script gives to ``fit``, in batches."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from genaudit.recorder.child.script.arrays import ArraysSource, can_be_cut, parts_of


def test_an_epoch_is_the_rows_once_through() -> None:
    """In batches of 32, as in Keras, or of as many as it was told; a batch is no view that holds the whole."""
    x, y = np.arange(70).reshape(35, 2), np.arange(35)
    source = ArraysSource({"x": x, "y": y})
    batches = list(source.epoch())

    assert [len(batch["x"]) for batch in batches] == [32, 3]
    assert batches[1]["y"].tolist() == [32, 33, 34]
    assert batches[0]["x"].base is None
    assert source.epoch_length() == (2, "its length")
    assert ArraysSource({"x": x}, 10).epoch_length() == (4, "its length")


def test_several_inputs_and_tables() -> None:
    """In lists, tuples and dictionaries; rows of a table are cut by place."""
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=[7, 8, 9])
    data = {"x": [np.zeros((3, 2)), {"words": np.ones(3)}], "y": table, "sample_weight": None}
    (first, second) = ArraysSource(data, 2).epoch()

    assert len(parts_of(data)) == 3
    assert first["y"].index.tolist() == [7, 8]
    assert second["x"][1]["words"].tolist() == [1.0]
    assert second["sample_weight"] is None


def test_a_memory_map_is_read_a_batch_at_a_time(tmp_path: Any) -> None:
    """And a batch of it is in memory."""
    np.save(tmp_path / "x.npy", np.arange(8))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    (batch,) = ArraysSource({"x": mapped}, 8).epoch()

    assert batch["x"].tolist() == list(range(8))
    assert not np.shares_memory(batch["x"], mapped)


@pytest.mark.parametrize(
    ("data", "can"),
    [({"x": np.zeros(3)}, True), ({"x": [1, 2]}, False), ({"x": "text"}, False), ({}, False)],
    ids=["array", "numbers", "text", "nothing"],
)
def test_what_can_be_cut(data: dict[str, Any], can: bool) -> None:
    """Only what has rows."""
    assert can_be_cut(data) is can
