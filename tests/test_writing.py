"""Files that are written whole, also where no folder can be held by its number, as on Windows."""

from pathlib import Path

import pytest

from genaudit import writing
from genaudit.errors import UsageError


@pytest.fixture(params=[True, False], ids=["by number", "by path"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, and both ways to write into it."""
    monkeypatch.setattr(writing, "_HOLDS_FOLDERS", request.param)
    return tmp_path


def test_a_file_is_written_and_replaced(folder: Path) -> None:
    """Its folders are made, bytes are as they are given, and nothing else is left there."""
    path = folder / "deep" / "report.json"

    writing.write_whole(path, b"one\r\n\x1a")
    writing.write_whole(path, b"two\n")

    assert path.read_bytes() == b"two\n"
    assert [each.name for each in path.parent.iterdir()] == ["report.json"]


def test_what_cannot_be_replaced_stays(folder: Path) -> None:
    """The new file is gone again."""
    (folder / "report.json").mkdir()

    with pytest.raises(UsageError, match="cannot be written"):
        writing.write_whole(folder / "report.json", b"one")

    assert [each.name for each in folder.iterdir()] == ["report.json"]


def test_room_is_looked_for_without_a_trace(folder: Path) -> None:
    """Before anything is measured."""
    writing.check_room(folder / "reports", "report.json")

    assert list(folder.iterdir()) == []
