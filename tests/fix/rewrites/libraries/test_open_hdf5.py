"""Slices of a data set that stays in its file are slices of the array."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.libraries.open_hdf5 import OpenHdf5
from tests.fix.rewrites.rewriting import check, refused, rewritten

REWRITE = OpenHdf5()
BEFORE = """
import h5py

def batches(path, size):
    with h5py.File(path, "r") as file:
        images = file["images"][:].astype("float32")  # here
        labels = file["labels"][()]
    count = len(images)
    for start in range(0, count, size):
        yield images[start : start + size] / 2, labels[start : start + size]
"""


def test_the_rest_of_the_function_moves_into_the_block() -> None:
    check(
        REWRITE,
        BEFORE,
        """
        import h5py

        def batches(path, size):
            with h5py.File(path, "r") as file:
                images = file["images"]  # here
                labels = file["labels"]
                count = len(images)
                for start in range(0, count, size):
                    yield images[start : start + size].astype("float32") / 2, labels[start : start + size]
        """,
    )


def test_the_batches_are_the_same(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["images"] = np.arange(40, dtype=np.uint8).reshape(10, 4)
        file["labels"] = np.arange(10)

    def run(text: str) -> list[Any]:
        space: dict[str, Any] = {}
        exec(text, space)
        return [part for batch in space["batches"](tmp_path / "x.h5", 4) for part in batch]

    for old, new in zip(run(BEFORE), run(rewritten(REWRITE, BEFORE)), strict=True):
        assert type(new) is type(old)
        assert new.dtype == old.dtype
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("made", "use", "reason"),
    [
        ('x = file["x"][:]', "x[order]", "by slices alone"),
        ('x = file["x"][:]', "x", "as a whole"),
        ('x = sorted(file["x"][:])', "x[0:2]", "not converted number by number"),
        ('x = file["x"][0:9]', "x[0:2]", "no data set"),
    ],
)
def test_what_cannot_stay_in_the_file(made: str, use: str, reason: str) -> None:
    block = f"    with h5py.File(path) as file:\n        {made}  # here\n"
    before = f"import h5py\n\ndef f(self, path, order):\n{block}    yield {use}\n"

    assert reason in refused(REWRITE, before)


KEPT = """
import h5py
import numpy as np

class Images:
    def __init__(self, path):
        with h5py.File(path, "r") as file:
            self.images = file["images"][:]  # here
            self.labels = file["labels"][:]

    def __getitem__(self, index):
        return self.images[index], self.labels[index]
"""


@pytest.mark.parametrize(
    "opened",
    [
        KEPT,
        KEPT.replace('file["images"][:]', 'np.array(file["images"])'),
        KEPT.replace('with h5py.File(path, "r") as file:', "file = h5py.File(path)\n        if True:"),
    ],
)
def test_an_object_reads_rows_when_they_are_asked_for(tmp_path: Path, opened: str) -> None:
    """By number, from the end, by slices, and in any order, once or twice; as often as one likes."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["images"] = np.arange(40, dtype=np.uint8).reshape(10, 4)
        file["labels"] = np.arange(10)
    text = rewritten(REWRITE, opened)
    old, new = {}, {}
    exec(opened, old)
    exec(text, new)
    before, after = (space["Images"](tmp_path / "x.h5") for space in (old, new))

    assert "labels = file" in text
    assert (len(after.images), after.images.shape, after.images.dtype) == (10, (10, 4), np.uint8)
    for index in (3, -1, slice(2, 5), slice(None), [4, 1, 4], np.array([9, 0]), np.arange(10) > 6):
        np.testing.assert_array_equal(before[index][0], after[index][0])
        assert type(after[index][0]) is type(before[index][0])


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ('self.x = file["x"][:]; self.x = self.x / 2', "set elsewhere"),
        ('self.x = other["x"][:]', "no data set"),
        ('self.x = file["x"][:] / 2', "no data set"),
        ('self.x = file["x"][0:9]', "no data set"),
    ],
)
def test_what_an_object_cannot_leave_in_the_file(made: str, reason: str) -> None:
    before = f"import h5py\n\ndef f(self, path, other):\n    file = h5py.File(path)\n    {made}  # here\n"

    assert reason in refused(REWRITE, before)
