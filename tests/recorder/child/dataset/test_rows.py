"""Files with a row for each item: counted, and cut to their first rows."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from genaudit.recorder.child.dataset.find import Dataset, could_be, find
from genaudit.recorder.child.dataset.rows import RowsFile, is_rows_file
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.synth.records import record


def cut(path: Path, n: int, folder: Path) -> Path:
    """A copy of its first rows."""
    RowsFile(str(path)).write_first(n, str(folder / "cut" / path.name))
    return folder / "cut" / path.name


@pytest.mark.parametrize("last", ["\n", ""], ids=["a last newline", "none"])
def test_a_table_keeps_its_names(tmp_path: Path, last: str) -> None:
    """A line break inside a quotation is none of a row."""
    rows = [["id", "text"], ["1", "a"], ["2", 'two\nlines, "quoted"'], ["3", "c"]]
    path = tmp_path / "table.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    path.write_text(path.read_text().removesuffix("\n") + last)

    assert len(RowsFile(str(path))) == 3
    with cut(path, 2, tmp_path).open(newline="") as file:
        assert list(csv.reader(file)) == rows[:3]


@pytest.mark.parametrize("name", ["docs.jsonl", "docs.jsonl.gz", "words.txt", "DOCS.NDJSON"])
def test_a_line_is_a_row(tmp_path: Path, name: str) -> None:
    """Packed or not."""
    opened = gzip.open if name.endswith(".gz") else open
    path = tmp_path / name
    with opened(path, "wt") as file:
        file.writelines(json.dumps({"id": number, "text": 'one " more'}) + "\n" for number in range(100))

    assert len(RowsFile(str(path))) == 100
    with opened(cut(path, 7, tmp_path), "rt") as file:
        assert [json.loads(line)["id"] for line in file] == list(range(7))
    assert (RowsFile(str(path)).bytes_per_row(100) is None) == name.endswith(".gz")


@pytest.mark.parametrize(
    "array",
    [
        np.arange(60, dtype=np.float32).reshape(20, 3),
        np.zeros((20, 4, 4, 3), np.uint8),
        np.array([(1, 2.5)] * 20, dtype=[("label", "i4"), ("score", "f8")]),
        np.arange(20),
    ],
    ids=["floats", "pictures", "records", "labels"],
)
def test_an_array_has_fewer_rows_of_the_same_kind(tmp_path: Path, array: np.ndarray) -> None:
    """NumPy itself reads it again."""
    path = tmp_path / "x.npy"
    np.save(path, array)

    assert len(RowsFile(str(path))) == 20
    again = np.load(cut(path, 5, tmp_path))
    assert again.dtype == array.dtype
    assert np.array_equal(again, array[:5])
    assert np.array_equal(np.load(tmp_path / "cut" / "x.npy", mmap_mode="r"), array[:5])


@pytest.mark.parametrize(
    "array",
    [np.asfortranarray(np.ones((4, 3))), np.array([{}, []], dtype=object), np.array(7), np.zeros((0, 3))],
    ids=["columns first", "objects", "no rows", "empty"],
)
def test_arrays_whose_rows_cannot_be_cut_are_refused(tmp_path: Path, array: np.ndarray) -> None:
    """With the reason, and another way."""
    path = tmp_path / "x.npy"
    np.save(path, array, allow_pickle=True)

    with pytest.raises(Refusal, match=r"cannot be made smaller: it(s rows| holds objects| is)"):
        find({"path": str(path)}, "path")


def test_only_a_file_that_is_named_is_the_data_set(tmp_path: Path) -> None:
    """Any other may be a vocabulary; it is offered."""
    path = tmp_path / "rows.csv"
    path.write_text("a\n1\n2\n3\n")

    assert find({"path": str(path)}) is None
    assert could_be({"path": str(path)}) == ["path"]
    found = find({"path": path}, "path")
    assert found is not None
    assert (found.kind, found.items) == ("rows", 3)
    assert not is_rows_file(str(tmp_path / "none.csv"))
    assert not is_rows_file(str(tmp_path))


def test_files_of_as_many_rows_are_cut_along(tmp_path: Path) -> None:
    """Labels beside the data; a file of another length stays as it is. A path stays a path."""
    for name, rows in (("x", 30), ("y", 30), ("vocabulary", 12)):
        np.save(tmp_path / f"{name}.npy", np.arange(rows))
    values = {name: tmp_path / f"{name}.npy" for name in ("x", "y", "vocabulary")}

    found = find(values, "x")
    assert isinstance(found, Dataset)
    changed, items = found.cut(values, 8, str(tmp_path / "scratch"))
    assert items == 8
    assert {name: len(np.load(path)) for name, path in changed.items()} == {"x": 8, "y": 8}
    assert all(isinstance(path, Path) and path.name == f"{name}.npy" for name, path in changed.items())
    assert found.cut(values, 30, str(tmp_path / "scratch")) == ({}, 30)


def test_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    """Data and labels in folders of their own."""
    values = {"images": tmp_path / "images" / "train.npy", "masks": tmp_path / "masks" / "train.npy"}
    for number, path in enumerate(values.values()):
        path.parent.mkdir()
        np.save(path, np.full(20, number))

    found = find(values, "images")
    assert isinstance(found, Dataset)
    changed, _ = found.cut(values, 4, str(tmp_path / "scratch"))
    assert {name: np.load(path).tolist() for name, path in changed.items()} == {"images": [0] * 4, "masks": [1] * 4}


def records_file(folder: Path, name: str = "data.tfrecord") -> Path:
    """Twenty records of different lengths."""
    path = folder / name
    path.write_bytes(b"".join(record(bytes([number]) * (number + 1)) for number in range(20)))
    return path


def test_a_file_of_records_has_fewer_records(tmp_path: Path) -> None:
    """Each whole, with its checksums."""
    path = records_file(tmp_path)

    assert is_rows_file(str(path))
    assert len(RowsFile(str(path))) == 20
    part = cut(path, 7, tmp_path)
    assert path.read_bytes().startswith(part.read_bytes())
    assert len(RowsFile(str(part))) == 7
    assert Dataset("path", "rows", str(path)).file_bytes_per_item() == path.stat().st_size / 20


@pytest.mark.parametrize("damage", ["cut short", "text", "packed"])
def test_a_broken_file_of_records_is_refused(tmp_path: Path, damage: str) -> None:
    """With what to do instead; no length that is read there is believed."""
    path = records_file(tmp_path)
    content = {
        "cut short": path.read_bytes()[:-3],
        "text": b"no record at all, but a text",
        "packed": gzip.compress(b"x" * 99),
    }
    path.write_bytes(content[damage])

    with pytest.raises(Refusal, match="no file of records") as caught:
        find({"path": str(path)}, "path")
    assert "--args-from" in caught.value.hint
