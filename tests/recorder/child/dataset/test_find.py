"""The data set is found by what the values are, and cut with what goes along."""

import os
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from genaudit.recorder.child.dataset import find
from genaudit.recorder.child.guard.refusal import Refusal

Size = namedtuple("Size", "height width")
X = np.zeros((40, 8, 8, 3), np.uint8)
Y = np.arange(40)


def found_in(values: dict[str, Any], wanted: str | None = None) -> tuple[str, str, int] | None:
    found = find.find(values, wanted)
    return None if found is None else (found.name, found.kind, found.items)


@pytest.mark.parametrize("kind", [list, tuple, lambda f: [Path(p) for p in f], np.array, pd.Series])
def test_files(kind: Any, files: list[str]) -> None:
    """A sequence of existing files, whatever holds them."""
    assert found_in({"a": 5, "paths": kind(files), "size": (8, 8)}) == ("paths", "files", 40)


def test_pairs_of_file_and_label(files: list[str]) -> None:
    """As image folders list them."""
    assert found_in({"samples": [(file, 1) for file in files]}) == ("samples", "files", 40)


@pytest.mark.parametrize(("n_missing", "expected"), [(20, ("paths", "files", 40)), (21, None)])
def test_some_files_may_be_missing(n_missing: int, expected: object, files: list[str]) -> None:
    """Half of a spread sample must be there."""
    paths = [f"{file}.gone" if i % 40 < n_missing else file for i, file in enumerate(files)]
    few = [paths[i * 40 // 16] for i in range(16)]
    assert sum(os.path.exists(path) for path in few) == (8 if expected else 7)

    assert found_in({"paths": paths}) == expected


def test_only_a_sample_is_looked_at(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty thousand paths are not fifty thousand system calls."""
    looks = []
    monkeypatch.setattr(os.path, "isfile", lambda path: looks.append(path) or True)

    assert found_in({"paths": files * 1000}) == ("paths", "files", 40000)
    assert len(looks) <= 64


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"paths": ["a", "b"], "size": (8, 8)}, id="no such files"),
        pytest.param({"labels": list(range(40))}, id="numbers"),
        pytest.param({"mean": np.zeros(3)}, id="short array"),
        pytest.param({"mean": np.zeros((15, 4))}, id="just too short"),
        pytest.param({"path": __file__}, id="one file"),
        pytest.param({"path": Path(__file__)}, id="one path"),
        pytest.param({"path": ""}, id="empty text"),
        pytest.param({"path": "a\0b"}, id="text that no path can be"),
        pytest.param({"paths": []}, id="empty list"),
        pytest.param({"size": Size(*[__file__] * 2)}, id="named fields"),
        pytest.param({"files": {__file__}}, id="a set"),
        pytest.param({"options": {1: [__file__]}}, id="a dict that is no configuration"),
        pytest.param({"scalar": np.array(5.0)}, id="array without dimensions"),
        pytest.param({"kind": np.ndarray}, id="a class"),
        pytest.param({}, id="nothing"),
    ],
)
def test_no_data_set(values: dict[str, Any]) -> None:
    """Growth with its size cannot be asked for then."""
    assert find.find(values) is None


@pytest.mark.parametrize("rows", [16, 40])
def test_array(rows: int) -> None:
    """From 16 rows on."""
    assert found_in({"x": np.zeros((rows, 4))}) == ("x", "array", rows)


def test_mapped_array(tmp_path: Path) -> None:
    """Stays in its file when it is cut."""
    np.save(tmp_path / "x.npy", X)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    found = find.find({"x": mapped, "y": Y})
    assert found is not None

    cut, items = found.cut({"x": mapped, "y": Y}, 6, "")

    assert (items, cut["x"].shape, cut["y"].tolist()) == (6, (6, 8, 8, 3), [0, 6, 12, 18, 24, 30])
    assert type(cut["x"]) is np.memmap


def test_array_in_a_file_is_no_candidate(tmp_path: Path) -> None:
    """What is read on demand cannot be cut without reading it."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["x"] = X
        assert find.find({"x": file["x"]}) is None


def test_frame(files: list[str]) -> None:
    """With files in a column, their size is known."""
    frame = pd.DataFrame({"label": Y, "path": files})
    found = find.find({"frame": frame})
    assert found is not None

    assert (found.name, found.kind, found.items) == ("frame", "frame", 40)
    assert found.file_bytes_per_item() == pytest.approx(119.5)
    cut, _ = found.cut({"frame": frame}, 2, "")
    assert cut["frame"].to_dict("list") == {"label": [0, 20], "path": [files[0], files[20]]}


def test_frame_without_files() -> None:
    """Nothing is on disk."""
    found = find.find({"frame": pd.DataFrame({"a": Y})})

    assert found is not None
    assert found.file_bytes_per_item() is None


@pytest.mark.parametrize("as_path", [False, True])
def test_directory(as_path: bool, files: list[str], tmp_path: Path) -> None:
    """Scaled through a tree of links that has the directory's name."""
    root: Any = tmp_path / "files" if as_path else str(tmp_path / "files")
    found = find.find({"root": root, "batch_size": 4})
    assert found is not None
    assert (found.kind, found.items, found.file_bytes_per_item()) == ("directory", 40, pytest.approx(119.5))

    cut, items = found.cut({"root": root, "batch_size": 4}, 10, str(tmp_path / "scratch"))

    assert items == 10
    assert list(cut) == ["root"]
    assert type(cut["root"]) is type(root)
    assert Path(cut["root"]).name == "files"
    assert str(cut["root"]).startswith(str(tmp_path / "scratch"))
    names = sorted(path.name for path in Path(cut["root"]).rglob("*.jpg"))
    assert names == [f"{i:03d}.jpg" for i in range(0, 40, 4)]


def test_slash_at_the_end_stays(files: list[str], tmp_path: Path) -> None:
    """Some write data_dir + name."""
    root = str(tmp_path / "files") + "/"
    found = find.find({"root": root})
    assert found is not None

    cut, _ = found.cut({"root": root}, 2, str(tmp_path / "scratch"))
    assert os.path.isfile(cut["root"] + "class_0/000.jpg")


def test_labels_of_a_directory_go_along(files: list[str], tmp_path: Path) -> None:
    """In the order of the sorted files."""
    values = {"root": str(tmp_path / "files"), "labels": list(range(100, 140)), "weights": Y / 2}
    found = find.find(values)
    assert found is not None

    cut, _ = found.cut(values, 4, str(tmp_path / "scratch"))
    assert found.along(values) == ["labels", "weights"]
    assert cut["labels"] == [100, 110, 120, 130]
    assert cut["weights"].tolist() == [0, 5, 10, 15]


def test_empty_directory_is_none(tmp_path: Path) -> None:
    """A folder to write to is no data set."""
    (tmp_path / "out").mkdir()
    assert find.find({"out": str(tmp_path / "out")}) is None


def test_names_relative_to_the_directory(files: list[str], tmp_path: Path) -> None:
    """The list is the data set then, and the directory stays whole."""
    names = [os.path.relpath(file, tmp_path / "files") for file in files]
    for value in (names, np.array(names)):
        values = {"root": str(tmp_path / "files"), "names": value}
        found = find.find(values)
        assert found is not None
        cut, _ = found.cut(values, 2, "")
        assert (found.name, list(cut), list(cut["names"])) == ("names", ["names"], [names[0], names[20]])
        assert found.file_bytes_per_item() == pytest.approx(119.5)
    frame = pd.DataFrame({"name": names})
    found = find.find({"frame": frame, "root": tmp_path / "files"})
    assert found is not None
    assert (found.name, found.kind, found.file_bytes_per_item()) == ("frame", "frame", pytest.approx(119.5))


def test_labels_are_cut_along(files: list[str]) -> None:
    """Whatever has one value an item, in its own type; what has not stays."""
    values = {
        "paths": files,
        "labels": list(range(40)),
        "onehot": np.eye(40),
        "names": tuple(f"n{i}" for i in range(40)),
        "frame": pd.DataFrame({"a": Y}),
        "mean": np.zeros(3),
        "text": "x" * 40,
        "table": dict.fromkeys(range(40)),
        "size": (8, 8),
    }
    found = find.find(values)
    assert found is not None

    cut, items = found.cut(values, 4, "")

    assert items == 4
    assert found.along(values) == ["labels", "onehot", "names", "frame"]
    assert set(cut) == {"paths", "labels", "onehot", "names", "frame"}
    assert cut["paths"] == files[::10]
    assert cut["labels"] == [0, 10, 20, 30]
    assert cut["names"] == ("n0", "n10", "n20", "n30")
    assert cut["onehot"].argmax(axis=1).tolist() == [0, 10, 20, 30]
    assert len(cut["frame"]) == 4


@pytest.mark.parametrize("n", [40, 41])
def test_whole_set_is_not_touched(n: int, files: list[str]) -> None:
    """The user's own objects come through."""
    found = find.find({"paths": files})

    assert found is not None
    assert found.cut({"paths": files}, n, "") == ({}, 40)


NAMES = [f"trial_{number}" for number in range(40)]


@pytest.mark.parametrize(
    ("values", "lists", "expected"),
    [
        pytest.param({"names": NAMES, "path": "trials.h5"}, ["names"], ("names", "lines", 40), id="names of items"),
        pytest.param({"names": NAMES, "path": "trials.h5"}, [], None, id="a list from anywhere else"),
        pytest.param({"names": NAMES[:15]}, ["names"], None, id="a few"),
        pytest.param({"class_names": NAMES}, ["class_names"], None, id="names of classes"),
        pytest.param({"a": NAMES, "b": NAMES}, ["a", "b"], ("a", "lines", 40), id="two that go together"),
        pytest.param({"a": NAMES, "b": NAMES[:20]}, ["a", "b"], None, id="two that do not"),
        pytest.param({"x": X, "names": NAMES[:30]}, ["names"], ("x", "array", 40), id="something else can be it"),
    ],
)
def test_the_lines_of_a_file_are_the_data_set_where_nothing_else_can_be(
    values: dict[str, Any], lists: list[str], expected: object
) -> None:
    """Somebody wrote the names of the items down; names of classes are as many for any data set."""
    found = find.find(values, lists=lists)

    assert (None if found is None else (found.name, found.kind, found.items)) == expected


def test_shape_is_no_column(tmp_path: Path) -> None:
    """A size of two numbers does not go along with two files."""
    paths = [str(tmp_path / name) for name in "ab"]
    for path in paths:
        Path(path).write_text("x")
    values = {"paths": paths, "size": (8, 8), "labels": [0, 1]}
    found = find.find(values)

    assert found is not None
    assert found.along(values) == ["labels"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"x": X, "y": Y}, "x", id="fewer dimensions"),
        pytest.param({"y": np.zeros((40, 1)), "x": np.zeros((40, 9))}, "x", id="fewer bytes"),
        pytest.param({"x": X, "y": Y, "weights": np.ones(40)}, "x", id="two columns"),
        pytest.param({"x": pd.DataFrame(np.zeros((40, 3))), "y": pd.Series(Y)}, "x", id="frame"),
        pytest.param({"x": X, "mean": np.zeros((8, 8))}, "x", id="constant"),
    ],
)
def test_labels_of_an_array(values: dict[str, Any], expected: str) -> None:
    """The larger is the data, if the other is clearly its labels."""
    found = find.find(values)

    assert found is not None
    assert found.name == expected


@pytest.mark.parametrize(
    ("values", "named"),
    [
        pytest.param({"x": np.zeros((40, 8)), "y": np.zeros((40, 1))}, "x", id="an eighth of the bytes"),
        pytest.param({"x": X, "z": X + 1}, "x", id="equal arrays"),
        pytest.param({"x": X, "z": np.zeros(50)}, "z", id="other length"),
    ],
)
def test_two_arrays(values: dict[str, Any], named: str) -> None:
    """What is not clearly labels must be told."""
    with pytest.raises(Refusal) as caught:
        find.find(values)

    assert (caught.value.slug, caught.value.exit_code) == ("two-datasets", 2)
    assert f"--dataset {named}" in caught.value.hint
    assert found_in(values, named) == (named, "array", len(values[named]))


def test_two_lists_of_files(files: list[str]) -> None:
    """Both are listed with what they are; the one not chosen goes along."""
    values = {"images": files, "masks": files[::-1], "labels": Y}
    with pytest.raises(Refusal) as caught:
        find.find(values)

    assert caught.value.message == (
        "several arguments could be the data set: images (list of 40 paths), masks (list of 40 paths)"
    )
    assert caught.value.hint.endswith("--dataset images or --dataset masks")
    found = find.find(values, "masks")
    assert found is not None
    assert found.along(values) == ["images", "labels"]


def test_what_was_given_comes_before_defaults(files: list[str], tmp_path: Path) -> None:
    """A folder for results, or a list of noises, that the target has by itself is no second data set."""
    values = {"waves": files, "out": str(tmp_path / "files"), "noises": files[:3]}
    found = find.find(values, defaults=["out", "noises"])
    assert found is not None
    assert found.name == "waves"
    alone = find.find({"out": str(tmp_path / "files")}, defaults=["out"])
    assert alone is not None
    with pytest.raises(Refusal, match="several arguments"):
        find.find(values, defaults=["out"])


def test_two_directories(files: list[str], tmp_path: Path) -> None:
    """They are always two candidates."""
    with pytest.raises(Refusal, match="several arguments"):
        find.find({"a": str(tmp_path / "files"), "b": tmp_path / "files" / "class_0"})


def test_directory_and_files(files: list[str], tmp_path: Path) -> None:
    """Absolute names do not need the directory."""
    with pytest.raises(Refusal, match="several arguments"):
        find.find({"root": str(tmp_path / "files"), "paths": files})


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([{"a": 1}, {"a": 2}], "sequence"),
        (list(range(3)), "sequence"),
        (np.zeros((3, 2)), "array"),
        (range(9), "sequence"),
    ],
)
def test_named_data_set(value: Any, kind: str) -> None:
    """What the user names need not look like a data set, only be cuttable."""
    assert found_in({"x": value, "y": X}, "x") == ("x", kind, len(value))


def test_named_number() -> None:
    """How many items the target makes; nobody guesses that of a number."""
    assert find.find({"n": 50, "labels": list("ab")}) is None
    dataset = find.find({"n": 50, "labels": list("ab")}, "n")
    assert dataset is not None

    assert (dataset.kind, dataset.items, dataset.file_bytes_per_item()) == ("number", 50, None)
    assert dataset.cut({"n": 50}, 8, "") == ({"n": 8}, 8)
    assert dataset.cut({"n": 50}, 60, "") == ({}, 50)


@pytest.mark.parametrize(
    ("name", "slug", "said"),
    [
        ("z", "unknown-dataset", "no such argument"),
        ("n", "dataset-not-scalable", "0 cannot be made smaller"),
        ("is_on", "dataset-not-scalable", "True cannot be made smaller"),
        ("path", "dataset-not-scalable", "cannot be made smaller"),
        ("table", "dataset-not-scalable", "dict of 1: a cannot"),
    ],
)
def test_wrong_names(name: str, slug: str, said: str) -> None:
    """Each says what can be named, or what can be cut."""
    with pytest.raises(Refusal) as caught:
        find.find({"n": 0, "is_on": True, "path": __file__, "table": {"a": 1}}, name)

    assert (caught.value.slug, caught.value.exit_code) == (slug, 2)
    assert said in caught.value.message
    assert "n, is_on, path, table" in caught.value.hint or "--args-from" in caught.value.hint


def test_lists_of_the_users_own_run_no_code() -> None:
    """A data set object passed as an argument is not read for a sample of files."""

    class Lazy:
        def __len__(self) -> int:
            return 40

        def __getitem__(self, index: int) -> Any:
            raise AssertionError("read")

    assert find.find({"data": Lazy()}) is None


def test_mean_file_size_of_many(tmp_path: Path) -> None:
    """A spread sample of 64 stands for all; files that went away are left out."""
    paths = []
    for i in range(200):
        path = tmp_path / f"{i:03d}.bin"
        path.write_bytes(b"x" * (10 * i))
        paths.append(str(path))
    found = find.find({"paths": paths})
    assert found is not None
    assert found.file_bytes_per_item() == pytest.approx(995, rel=0.02)
    os.unlink(paths[0])
    assert found.file_bytes_per_item() == pytest.approx(995, rel=0.03)


@pytest.mark.parametrize(
    ("endings", "expected"),
    [([".jpg"], True), ([".PNG", ".JPEG", ".txt"], True), ([".jpg", ".npy"], False), ([".npy"], False), ([""], False)],
)
def test_whether_files_are_images(endings: list[str], expected: bool, tmp_path: Path) -> None:
    """Most of them have the ending of a picture."""
    paths = [str(tmp_path / f"{i}{endings[i % len(endings)]}") for i in range(12)]
    for path in paths:
        Path(path).write_text("x")

    for values in ({"paths": paths}, {"root": str(tmp_path)}, {"frame": pd.DataFrame({"a": paths})}):
        found = find.find(values)
        assert found is not None
        assert found.looks_like_images() is expected
    arrays = find.find({"x": X})
    assert arrays is not None
    assert not arrays.looks_like_images()


@pytest.mark.parametrize("name", ["data.mdb", "zarr.json", ".zgroup", "dataset_info.json", "CURRENT"])
def test_a_store_is_no_folder_of_items(name: str, tmp_path: Path) -> None:
    """With a part of its files it is another data set, or none."""
    for each in (name, "1.bin", "2.bin", "3.bin"):
        (tmp_path / each).write_text("x")
    assert found_in({"path": str(tmp_path)}) is None
