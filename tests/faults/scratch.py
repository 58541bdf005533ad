"""No file of the user's is lost beside the temporary folders, and audits that run at once do each other no harm."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from genaudit.recorder.trial.scratch import MARK, Entry, ScratchFolder, register, remove_abandoned
from tests.faults.matrix import Place, faults

LOOK_ALIKES = 50


@contextlib.contextmanager
def settings(place: Place) -> Iterator[Path]:
    """A register and a folder of temporary files of the place's own."""
    before, temporary = os.environ.get("XDG_CACHE_HOME"), tempfile.tempdir
    os.environ["XDG_CACHE_HOME"] = str(place.folder)
    tempfile.tempdir = str(place.temporary)
    remove_abandoned.cache_clear()
    try:
        yield place.temporary
    finally:
        tempfile.tempdir = temporary
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before


def abandoned() -> tuple[Path, Path]:
    """A folder, and its entry, as a process that was killed leaves them."""
    folder = ScratchFolder()
    (folder.path / "marks.jsonl").write_text("{}")
    assert folder._entry is not None
    folder._entry.close()
    return folder.path, folder._entry.path


def swept() -> None:
    """Sweep, as the next process does."""
    folders = register()
    assert folders is not None
    remove_abandoned.cache_clear()
    remove_abandoned(folders)


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def of_the_users(folder: Path) -> None:
    """Something of the user's in a folder, with files that have the names of ours."""
    folder.mkdir()
    (folder / "lock").write_text("")
    (folder / "thesis.tex").write_text("four years")


@faults(["50 look-alikes beside 50 sweeps"], processes=False)
def nothing_is_lost(place: Place, _case: str) -> None:
    """What a killed process left goes each time, and nothing else."""
    with settings(place) as temporary:
        for number in range(LOOK_ALIKES):
            of_the_users(temporary / f"genaudit-{number:08d}")
        before = content(temporary)
        for _ in range(LOOK_ALIKES):
            path, _ = abandoned()
            swept()
            assert not path.exists()
        assert content(temporary) == before


def _copied(path: Path, _entry: Path) -> None:
    shutil.copytree(path, path.with_name("copy"))
    shutil.rmtree(path)
    path.with_name("copy").rename(path)


def _linked(path: Path, _entry: Path) -> None:
    path.rename(path.with_name("mine"))
    path.symlink_to("mine")


def _moved(path: Path, _entry: Path) -> None:
    path.rename(path.with_name("mine"))


def _replaced(path: Path, _entry: Path) -> None:
    shutil.rmtree(path)
    of_the_users(path)


def _without_its_mark(path: Path, _entry: Path) -> None:
    (path / MARK).unlink()


def _with_another_mark(path: Path, _entry: Path) -> None:
    (path / MARK).write_text("0" * 64)


def _with_a_longer_mark(path: Path, _entry: Path) -> None:
    (path / MARK).write_text((path / MARK).read_text() + "0")


def _with_a_link_for_a_mark(path: Path, _entry: Path) -> None:
    (path / MARK).rename(path.with_name("mark"))
    (path / MARK).symlink_to("../mark")


def _with_a_pipe_for_a_mark(path: Path, _entry: Path) -> None:
    (path / MARK).unlink()
    os.mkfifo(path / MARK)


def _open_to_others(path: Path, _entry: Path) -> None:
    path.chmod(0o777)


def _entry_of_another(path: Path, entry: Path) -> None:
    entry.chmod(0o666)


def _entry_of_another_machine(path: Path, entry: Path) -> None:
    entry.write_text(json.dumps({**json.loads(entry.read_text()), "host": "elsewhere"}))


def _entry_without_content(path: Path, entry: Path) -> None:
    entry.write_text("")


def _entry_that_is_a_link(path: Path, entry: Path) -> None:
    entry.rename(entry.with_name("real"))
    entry.symlink_to(path.parent / "nowhere")
    entry.with_name("real").unlink()


CHANGES: dict[str, Callable[[Path, Path], None]] = {
    function.__name__.strip("_").replace("_", " "): function
    for function in (
        *(_copied, _linked, _moved, _replaced, _without_its_mark, _with_another_mark, _with_a_longer_mark),
        *(_with_a_link_for_a_mark, _with_a_pipe_for_a_mark, _open_to_others),
        *(_entry_of_another, _entry_of_another_machine, _entry_without_content, _entry_that_is_a_link),
    )
}


@faults(CHANGES, processes=False)
def what_is_not_the_very_folder_stays(place: Place, change: Callable[[Path, Path], None]) -> None:
    """One that was copied, moved, replaced, or that others had a hand in is the user's."""
    with settings(place) as temporary:
        path, entry = abandoned()
        change(path, entry)
        before = set(temporary.rglob("*"))

        swept()

        assert set(temporary.rglob("*")) == before


ENTRIES = {
    "nonsense": "no json",
    "a list": "[1, 2]",
    "nesting": "[" * 20_000,
    "a path that is none": '{"host": HOST, "path": 5, "id": [1, 2], "token": "x"}',
    "a number that is none": '{"host": HOST, "path": "TARGET", "id": 5, "token": "x"}',
    "a forged one": '{"host": HOST, "path": "TARGET", "id": ID, "token": ""}',
}


@faults(ENTRIES, processes=False)
def an_entry_that_we_did_not_write(place: Place, text: str) -> None:
    """It removes nothing and stops nothing."""
    with settings(place) as temporary:
        of_the_users(temporary / "genaudit-abcdefgh")
        state = (temporary / "genaudit-abcdefgh").stat()
        folders = register()
        assert folders is not None
        text = text.replace("HOST", json.dumps(os.uname().nodename)).replace("ID", f"[{state.st_dev}, {state.st_ino}]")
        (folders / "abc").write_text(text.replace("TARGET", str(temporary / "genaudit-abcdefgh")))
        (folders / "abc").chmod(0o600)
        path, _ = abandoned()

        swept()

        assert [at.name for at in temporary.iterdir()] == ["genaudit-abcdefgh"]
        assert not path.exists()


@faults(["a file", "a folder", "a loop"], processes=False)
def a_link_in_it(place: Place, to: str) -> None:
    """It is removed, and nothing that it leads to."""
    with settings(place):
        of_the_users(place.folder / "elsewhere")
        path, _ = abandoned()
        targets = {
            "a file": place.folder / "elsewhere" / "thesis.tex",
            "a folder": place.folder / "elsewhere",
            "a loop": path,
        }
        (path / "link").symlink_to(targets[to])

        swept()

        assert not path.exists()
        assert len(content(place.folder / "elsewhere")) == 2


@faults(["a running process"], processes=False)
def one_in_use(place: Place, _case: str) -> None:
    """It stays, in a sweep of this process or of another."""
    with settings(place) as temporary:
        folder = ScratchFolder()
        swept()
        assert list(temporary.iterdir()) == [folder.path]
        assert Entry.of_the_dead(folder._entry.path) is None  # type: ignore[union-attr]
        folder.remove()


@faults({"by a link": True, "by a folder": False}, processes=False)
def replaced_while_in_use(place: Place, is_link: bool) -> None:
    """What stands in its place at the end is the user's."""
    with settings(place) as temporary:
        folder = ScratchFolder()
        folder.path.rename(temporary / "moved")
        of_the_users(temporary / "mine")
        (folder.path.symlink_to if is_link else (temporary / "mine").rename)(
            temporary / "mine" if is_link else folder.path
        )

        folder.remove()

        assert (folder.path / "thesis.tex").read_text() == "four years"


@faults(["6 audits of one synthetic data set"])
def many_at_once(place: Place, _case: str) -> None:
    """Each has its verdict, the pictures are made once and whole, and nothing is left in the temporary folder."""
    place.write(
        "data.py",
        """
        from pathlib import Path
        def batches(directory):
            while True:
                for path in sorted(Path(directory).rglob("*.jpg")):
                    yield bytearray(path.read_bytes())
        """,
    )
    words = ("--synth", "images:n=16,size=32x32", "--quick", "--batches", "8", "--max-batches", "8", "--sizes", "off")
    env = {"XDG_CACHE_HOME": str(place.folder / "cache")}
    started = [place.start("run", "data.py:batches", "--out", f"out-{n}", *words, env=env) for n in range(6)]
    codes = [(process.communicate(timeout=300), process.returncode)[1] for process in started]

    assert codes == [0] * 6
    assert place.left_running() == []
    assert list(place.temporary.iterdir()) == []
    (made,) = (place.folder / "cache" / "genaudit" / "synth").iterdir()
    assert sorted(path.name for path in made.iterdir()) == ["images", "manifest.json"]
    assert len(list(made.rglob("*.jpg"))) == 16
    assert list((place.folder / "cache" / "genaudit" / "folders").iterdir()) == []
