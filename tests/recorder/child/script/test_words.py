"""The arguments of a script at the size of a trial."""

from pathlib import Path

import pytest

from genaudit.recorder.child.script.words import Words

HALF = {"items": 20}


def words(*arguments: str, **spec: object) -> Words:
    """Those of one trial."""
    return Words(list(arguments), {"size": HALF, "scales": True, **spec})


def test_the_size_is_written_where_it_is_asked_for() -> None:
    """As often as it is, and as a part of a word too."""
    made = words("--limit", "{n}", "--name=run-{n}")

    assert made.arguments == ["--limit", "20", "--name=run-20"]
    assert made.facts == {"dataset_parameter": "{n}", "dataset_kind": "words", "dataset_items": 512, "items": 20}


def test_the_whole_size_is_that_of_items() -> None:
    """Which the user may give."""
    made = words("--limit", "{n}", size={"all": True}, items=3000)

    assert made.arguments == ["--limit", "3000"]
    assert made.facts["items"] == made.facts["dataset_items"] == 3000


def test_a_first_size_has_batches_enough() -> None:
    """By the size of a batch among the arguments."""
    auto = {"auto": {"share": 1_000_000, "at_least": 16, "batches": 2}}

    assert words("--batch-size", "50", "--limit", "{n}", size=auto).facts["items"] == 100
    assert words("--batch-size=70", "--limit={n}", size=auto).facts["items"] == 140


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--data", "files"], id="a word of its own"),
        pytest.param(["--data=files"], id="behind an equals sign"),
        pytest.param(["--epochs", "3", "files"], id="without an option"),
    ],
)
def test_a_folder_becomes_smaller(
    arguments: list[str], files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one of links; all else stays."""
    monkeypatch.chdir(tmp_path)

    made = words(*arguments, scratch=str(tmp_path / "scratch"))

    folder = Path(made.arguments[-1].rpartition("=")[2])
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 20
    assert made.arguments[:-1] == arguments[:-1]
    assert made.facts["dataset_items"] == len(files)
    assert made.facts["looks_like_images"]


def test_a_list_of_files_becomes_shorter(files: list[str]) -> None:
    """What a shell makes of ``*.jpg``."""
    made = words("--epochs", "2", *files)

    assert made.arguments[:2] == ["--epochs", "2"]
    assert len(made.arguments) == 22
    assert set(made.arguments[2:]) <= set(files)
    assert made.facts["dataset_kind"] == "files"


def test_nothing_is_cut_where_it_is_not_clear_what(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two folders, a folder with a file or two, or where the user wants no sizes; one of two can be named."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "one.txt").write_text("")

    assert words("files", "files/class_0").facts == {"could_be": ["files", "files/class_0"]}
    assert words("few").facts == {}
    assert words("files", scales=False).facts == {}
    assert words("--train", "files", "--test", "files/class_0", dataset="--train", scratch=str(tmp_path / "s")).facts[
        "dataset_items"
    ] == len(files)


def test_of_several_folders_the_user_says_which(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All stay as they are, and their names are kept for the report; the one that is named becomes smaller."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "others").symlink_to(tmp_path / "files")
    given = ["--train", "files", "--val=others"]

    both = words(*given, scratch=str(tmp_path / "scratch"))
    one = words(*given, scratch=str(tmp_path / "scratch"), dataset="--val")

    assert (both.arguments, both.facts) == (given, {"could_be": ["--train", "--val"]})
    assert one.arguments[:2] == given[:2]
    assert one.facts["dataset_parameter"] == "--val"
