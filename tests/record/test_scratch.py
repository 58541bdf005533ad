"""The temporary folder of a trial is there as long as its process, and no longer."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.record.scratch import ScratchFolder, remove_abandoned


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, to ourselves."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    remove_abandoned.cache_clear()
    return tmp_path


def test_it_is_removed_with_all_that_is_in_it(temporary: Path) -> None:
    """Files and folders."""
    folder = ScratchFolder()
    (folder.path / "below").mkdir()
    (folder.path / "below" / "marks.jsonl").write_text("{}")

    folder.remove()

    assert list(temporary.iterdir()) == []


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
        "from genaudit.record.scratch import ScratchFolder\n"
        "ScratchFolder(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    (left,) = temporary.iterdir()

    folder = ScratchFolder()

    assert list(temporary.iterdir()) == [folder.path]
    assert left != folder.path
    folder.remove()


@pytest.mark.parametrize("name", ["genaudit-test-12345678", "genaudit-truth-0", "genaudit-abcdefgh", "other"])
def test_other_folders_are_left_alone(temporary: Path, name: str) -> None:
    """Even of our own name, without a lock."""
    (temporary / name).mkdir()

    ScratchFolder().remove()

    assert [path.name for path in temporary.iterdir()] == [name]


def test_a_link_is_not_followed(temporary: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Somebody may have put one where everybody may write."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "lock").write_text("")
    (temporary / "genaudit-abcdefgh").symlink_to(elsewhere)

    ScratchFolder().remove()

    assert (elsewhere / "lock").exists()


def test_no_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to do about it."""
    monkeypatch.setattr(tempfile, "tempdir", os.devnull)

    with pytest.raises(UsageError, match="no temporary folder can be made") as caught:
        ScratchFolder()

    assert "TMPDIR" in caught.value.hint
