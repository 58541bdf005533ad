"""A directory as a data set: items, a spread choice of them, and a tree of links."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.recorder.child.dataset import folder
from genaudit.recorder.child.dataset.folder import Folder, has_files, is_store


def make(root: Path, *names: str) -> Folder:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return Folder(str(root))


def linked(found: Folder, chosen: list[int], target: Path) -> list[str]:
    found.link(chosen, str(target))
    return sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())


def test_class_folders(tmp_path: Path) -> None:
    """Files of all levels, in the order of their names; hidden ones left out."""
    found = make(tmp_path, "b/2.jpg", "b/1.jpg", "a/x/3.jpg", "top.jpg", ".hidden.jpg", ".git/x.jpg", "a/.ds")

    assert found.items == [["top.jpg"], ["a/x/3.jpg"], ["b/1.jpg"], ["b/2.jpg"]]


def test_links(tmp_path: Path) -> None:
    """The same folders, empty ones too, with links to the chosen files."""
    found = make(tmp_path / "all", *(f"{label}/{i}.jpg" for label in "ab" for i in (f"{label}{k}" for k in range(4))))
    (tmp_path / "all" / "empty").mkdir()
    found = Folder(str(tmp_path / "all"))

    names = linked(found, found.choose(4), tmp_path / "few")

    assert names == ["a/a0.jpg", "a/a2.jpg", "b/b0.jpg", "b/b2.jpg"]
    assert (tmp_path / "few" / "empty").is_dir()
    assert (tmp_path / "few" / "a" / "a2.jpg").is_symlink()
    assert (tmp_path / "few" / "a" / "a2.jpg").read_text() == "a/a2.jpg"


def test_links_work_from_a_relative_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link leads to the file wherever it stands."""
    make(tmp_path / "all", "a.jpg", "b.jpg")
    monkeypatch.chdir(tmp_path)
    found = Folder("all")

    found.link([1], "few")
    assert Path("few/b.jpg").read_text() == "b.jpg"


def test_linking_twice_is_harmless(tmp_path: Path) -> None:
    """A second epoch may ask for the same tree."""
    found = make(tmp_path / "all", "a.jpg", "b.jpg")

    assert linked(found, [0], tmp_path / "few") == linked(found, [0], tmp_path / "few") == ["a.jpg"]


@pytest.mark.parametrize("missing", [["symlink"], ["symlink", "link"]])
def test_without_links_files_are_copied(missing: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hard links first, then copies."""
    found = make(tmp_path / "all", "a.jpg")

    def refuse(*_: str) -> None:
        raise OSError("not here")

    for name in missing:
        monkeypatch.setattr(os, name, refuse)
    found.link([0], str(tmp_path / "few"))

    path = tmp_path / "few" / "a.jpg"
    assert not path.is_symlink()
    assert path.read_text() == "a.jpg"
    assert (path.stat().st_nlink == 2) == (missing == ["symlink"])


def test_no_way_to_link_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk must not lead to a smaller data set than was said."""
    found = make(tmp_path / "all", "a.jpg")
    (tmp_path / "all" / "a.jpg").unlink()

    def refuse(*_: str) -> None:
        raise OSError("not here")

    monkeypatch.setattr(os, "symlink", refuse)
    with pytest.raises(OSError, match="neither linked nor copied"):
        found.link([0], str(tmp_path / "few"))


def test_index_files_are_always_there(tmp_path: Path) -> None:
    """A table at the top is no item."""
    found = make(tmp_path / "all", "labels.csv", "classes.txt", "a/1.jpg", "a/2.jpg", "b/3.jpg", "b/notes.txt")

    assert found.items == [["a/1.jpg"], ["a/2.jpg"], ["b/3.jpg"], ["b/notes.txt"]]
    assert linked(found, [0], tmp_path / "few") == ["a/1.jpg", "classes.txt", "labels.csv"]


def test_data_of_a_type_that_indexes_have(tmp_path: Path) -> None:
    """In a directory of text files, the text files are the items."""
    found = make(tmp_path / "all", "1.txt", "2.txt", "3.txt", "index.csv")

    assert found.items == [["1.txt"], ["2.txt"], ["3.txt"]]


def test_files_that_go_together(tmp_path: Path) -> None:
    """A picture and what is noted beside it under its name are one item."""
    found = make(tmp_path / "all", "1.jpg", "1.xml", "2.jpg", "2.xml", "classes.xml")

    assert found.items == [["1.jpg", "1.xml"], ["2.jpg", "2.xml"]]
    assert linked(found, [1], tmp_path / "few") == ["2.jpg", "2.xml", "classes.xml"]


def test_folders_that_go_together(tmp_path: Path) -> None:
    """Pictures and masks of one name in two folders are chosen together."""
    found = make(tmp_path / "all", *(f"{kind}/{i}.png" for kind in ("images", "masks") for i in range(6)))

    assert len(found) == 12
    assert linked(found, found.choose(4), tmp_path / "few") == [
        "images/0.png",
        "images/3.png",
        "masks/0.png",
        "masks/3.png",
    ]
    assert len(found.choose(1)) == 2


def test_linked_class_folders_are_followed_once(tmp_path: Path) -> None:
    """A link that leads back up does not make the walk endless."""
    make(tmp_path / "elsewhere", "1.jpg")
    make(tmp_path / "all", "a/2.jpg")
    (tmp_path / "all" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "all" / "a" / "up").symlink_to(tmp_path / "all")

    assert Folder(str(tmp_path / "all")).items == [["a/2.jpg"], ["linked/1.jpg"]]


def test_stores_are_one_item_each(tmp_path: Path) -> None:
    """A part of the chunks of an array in Zarr reads as zeros, a part of a database not at all."""
    found = make(
        tmp_path / "all", "a.zarr/zarr.json", "a.zarr/c/0/0", "a.zarr/c/.x", "b.zarr/.zarray", "b.zarr/0.0", "c/1.npy"
    )

    assert not is_store(str(tmp_path / "all"))
    assert is_store(str(tmp_path / "all/a.zarr"))
    assert [sorted(item) for item in found.items] == [
        ["a.zarr/c/.x", "a.zarr/c/0/0", "a.zarr/zarr.json"],
        ["b.zarr/.zarray", "b.zarr/0.0"],
        ["c/1.npy"],
    ]
    assert linked(found, [1], tmp_path / "few") == ["b.zarr/.zarray", "b.zarr/0.0"]
    # A loop over the folders would open the others, and find nothing in them.
    assert sorted(path.name for path in (tmp_path / "few").iterdir()) == ["b.zarr", "c"]


def test_whether_there_are_files(tmp_path: Path) -> None:
    """Hidden ones do not count."""
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").write_text("")
    assert not has_files(str(tmp_path))
    (tmp_path / "sub" / "x").write_text("")
    assert has_files(str(tmp_path))


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.data())
def test_choice(sizes: list[int], data: st.DataObject) -> None:
    """As many as asked for, in order, no two alike; no folder is passed over if there is room for all."""
    found = Folder.__new__(Folder)
    found.items = [[f"{label}/{label}-{i}.jpg"] for label, size in enumerate(sizes) for i in range(size)]
    n = data.draw(st.integers(1, len(found.items)))

    chosen = found.choose(n)

    assert len(chosen) == n
    assert chosen == sorted(set(chosen))
    assert chosen[-1] < len(found.items)
    if n >= len(sizes):
        assert {found.items[position][0][0] for position in chosen} == {str(label) for label in range(len(sizes))}


def test_index_types_are_endings() -> None:
    """As splitext gives them: a dot, small letters."""
    assert all(kind.startswith(".") and kind == kind.lower() for kind in folder._INDEX_TYPES)
