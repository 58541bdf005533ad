"""The temporary folder of a trial is there as long as its process, and no longer; nothing else is ever removed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.recorder.trial.scratch import MARK, ScratchFolder, register, remove_abandoned


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, to ourselves, and the register too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    remove_abandoned.cache_clear()
    return tmp_path / "temporary"


def entries() -> list[Path]:
    """What is in the register."""
    folders = register()
    assert folders is not None
    return list(folders.iterdir())


def test_it_is_removed_with_all_that_is_in_it(temporary: Path) -> None:
    """Files and folders, those that nobody may look into too; nothing stays in the register."""
    folder = ScratchFolder()
    (folder.path / "below").mkdir()
    (folder.path / "below" / "marks.jsonl").write_text("{}")
    (folder.path / "below").chmod(0)

    folder.remove()

    assert list(temporary.iterdir()) == []
    assert entries() == []


def test_it_and_its_entry_are_the_users_alone(temporary: Path) -> None:
    """What a target prints and is called with lies there."""
    folder = ScratchFolder()
    (entry,) = entries()

    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert entry.stat().st_mode & 0o777 == 0o600
    assert entry.parent.stat().st_mode & 0o777 == 0o700
    folder.remove()


def test_one_that_is_in_use_is_left_alone(temporary: Path) -> None:
    """By this process or by another: the lock says so."""
    folder = ScratchFolder()
    remove_abandoned.cache_clear()

    ScratchFolder().remove()

    assert list(temporary.iterdir()) == [folder.path]
    folder.remove()


@pytest.mark.process
def test_one_that_a_killed_process_left_is_removed(temporary: Path) -> None:
    """By the next one that needs a folder."""
    script = (
        f"import os, tempfile; tempfile.tempdir = {str(temporary)!r}\n"
        "from genaudit.recorder.trial.scratch import ScratchFolder\n"
        "ScratchFolder(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    (left,) = temporary.iterdir()

    folder = ScratchFolder()

    assert list(temporary.iterdir()) == [folder.path]
    assert left != folder.path
    folder.remove()
    assert entries() == []


@pytest.mark.parametrize("name", ["genaudit-test-12345678", "genaudit-truth-0", "genaudit-abcdefgh", "other"])
def test_other_folders_are_left_alone(temporary: Path, name: str) -> None:
    """Even of our own name, and with files of the names that ours have."""
    (temporary / name).mkdir()
    for file in ("lock", MARK, "marks.jsonl"):
        (temporary / name / file).write_text("")

    ScratchFolder().remove()

    assert [path.name for path in temporary.iterdir()] == [name]
    assert len(list((temporary / name).iterdir())) == 3


def test_a_folder_of_entries_that_others_may_write_to_is_not_used(temporary: Path) -> None:
    """Then folders are made, and nothing is ever swept."""
    folders = register()
    assert folders is not None
    folders.chmod(0o777)

    folder = ScratchFolder()

    assert register() is None
    assert list(folders.iterdir()) == []
    folder.remove()
    assert list(temporary.iterdir()) == []


def test_without_a_home_there_is_no_register(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is made, and a trial has its folder all the same."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(temporary / "no" / "home"))

    folder = ScratchFolder()
    folder.remove()

    assert register() is None
    assert list(temporary.iterdir()) == []


def test_no_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to do about it."""
    monkeypatch.setattr(tempfile, "tempdir", os.devnull)

    with pytest.raises(UsageError, match="no temporary folder can be made") as caught:
        ScratchFolder()

    assert "TMPDIR" in caught.value.hint
