"""Files, links and locks that another user left where genaudit goes."""

import contextlib
import fcntl
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from genaudit.config.file import find
from genaudit.errors import UsageError
from genaudit.pytest_support import lock
from genaudit.writing import make_folders, private_folder, write_whole
from tests.faults.matrix import Place, faults
from tests.real_run import DRAWN

SOMEBODY = 65534
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@b.c")


def mode_of(path: Path) -> int:
    """The bits that say who may do what."""
    return stat.S_IMODE(path.lstat().st_mode)


def _link(path: Path) -> None:
    path.symlink_to(path.parent / "outside")


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "not there")


def _old_name(path: Path) -> None:
    path.with_name(f".{path.name}.{os.getpid()}").symlink_to(path.parent / "outside")


def _to_folder(path: Path) -> None:
    (path.parent / "folder").mkdir()
    path.symlink_to(path.parent / "folder")


def _second_name(path: Path) -> None:
    os.link(path.parent / "outside", path)


@faults(
    {
        "a link in the file's place": _link,
        "a link that leads nowhere": _dangling,
        "a link under the name that half a file once had": _old_name,
        "a link to a folder": _to_folder,
        "a second name of a file": _second_name,
    },
    processes=False,
)
def written_where_there_is(place: Place, plant: Callable[[Path], None]) -> None:
    """What it leads to is left as it is, and the file is whole."""
    path, outside = place.folder / "report.html", place.folder / "outside"
    outside.write_text("precious")
    plant(path)

    write_whole(path, b"report")

    assert outside.read_text() == "precious"
    assert not (place.folder / "not there").exists()
    assert path.read_text() == "report"
    assert not path.is_symlink()
    assert [one.name for one in place.folder.iterdir() if one.name.startswith(".genaudit")] == []


@faults(
    {
        "a new file": (None, False, 0o600),
        "a new file for others too": (None, True, 0o644),
        "a file that all may read": (0o644, False, 0o644),
        "a file that runs": (0o755, True, 0o755),
        "a file of one's own": (0o600, True, 0o600),
    },
    processes=False,
)
def who_may_read(place: Place, case: tuple[int | None, bool, int]) -> None:
    """A new file is its owner's; one that is there stays as it was."""
    before, shared, after = case
    path = place.folder / "new" / "report.html"
    if before is not None:
        path.parent.mkdir(mode=0o755)
        path.write_text("")
        path.chmod(before)
    mask = os.umask(0o022)
    try:
        write_whole(path, b"report", shared=shared)
    finally:
        os.umask(mask)

    assert mode_of(path) == after
    assert mode_of(path.parent) == (0o755 if shared or before is not None else 0o700)


@faults(["stdout", "null", "pipe"], processes=False)
def written_into_what_is_no_file(place: Place, name: str) -> None:
    """A device or a pipe stays one, whoever runs this."""
    read, write = os.pipe()
    path = Path("/dev/null") if name == "null" else Path(f"/dev/fd/{write}")
    if name == "stdout":
        (place.folder / "out").symlink_to(path)
        path = place.folder / "out"
    write_whole(path, b"report")
    os.close(write)

    with open(read, "rb") as file:
        assert file.read() == (b"" if name == "null" else b"report")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@faults(["a pipe that nobody reads", "a full device"], processes=False)
def written_where_nothing_is_taken(place: Place, name: str) -> None:
    """Told, not waited for."""
    path = Path("/dev/full")
    if name.startswith("a pipe"):
        path = place.folder / "pipe"
        os.mkfifo(path)

    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(path, b"report")


@faults(["a/b"], processes=False)
def folders_that_are_made(place: Place, name: str) -> None:
    """Are their owner's, all of them, not the last alone."""
    make_folders(place.folder / name)

    assert (mode_of(place.folder / "a"), mode_of(place.folder / "a" / "b")) == (0o700, 0o700)


def _give_away(path: Path) -> None:
    if os.geteuid():
        pytest.skip("only the superuser can give files away")
    os.chown(path, SOMEBODY, SOMEBODY, follow_symlinks=False)


@faults(
    {
        "owned by another user": _give_away,
        "that everybody may write": lambda path: path.chmod(0o666),
        "in a folder that everybody may write": lambda path: path.parent.chmod(0o777),
        "that is another user's link": lambda path: (
            path.rename(path.with_name("real.toml")),
            path.symlink_to("real.toml"),
            _give_away(path),
        ),
    },
    processes=False,
)
def a_configuration_two_folders_above(place: Place, change: Callable[[Path], object]) -> None:
    """Outside of a repository it is left alone, and that is said; in the project it is an error."""
    path = place.write("genaudit.toml", 'targets = ["evil:run"]\n')
    below = place.folder / "a" / "b"
    below.mkdir(parents=True)
    change(path)
    told: list[str] = []

    assert find(below, told.append) is None
    assert len(told) == 1
    assert f"--config {path}" in told[0]
    with pytest.raises(UsageError, match="runs code"):
        find(place.folder)
    (place.folder / ".git").mkdir()
    with pytest.raises(UsageError, match="runs code"):
        find(below)


@faults({"0600": 0o600, "0644": 0o644, "0664 of one's own group": 0o664}, processes=False)
def a_configuration_of_ones_own(place: Place, mode: int) -> None:
    """Followed from below."""
    path = place.write("genaudit.toml", "")
    path.chmod(mode)
    below = place.folder / "a" / "b"
    below.mkdir(parents=True)

    assert find(below) == path


@faults({"the root of a repository": ".git", "the home folder": ""}, processes=False)
def the_search_ends_at(place: Place, mark: str) -> None:
    """What is above is not even looked at."""
    place.write("genaudit.toml", "")
    home = place.folder / "home"
    (home / "project").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        if mark:
            (home / mark).mkdir()
        else:
            patch.setenv("HOME", str(home))
        assert find(home / "project") is None


@faults(["a link", "a file", "somebody's folder", "a folder that others may write"], processes=False)
def in_the_place_of_a_folder_of_ours(place: Place, what: str) -> None:
    """It is not used."""
    path = place.folder / "genaudit"
    if what == "a link":
        (place.folder / "other").mkdir()
        path.symlink_to("other")
    elif what == "a file":
        path.write_text("")
    else:
        path.mkdir()
        path.chmod(0o777 if "others" in what else 0o700)
        if "somebody" in what:
            _give_away(path)

    with pytest.raises(OSError, match="not ours alone"):
        private_folder(path)


@faults(["held by another process", "taken by another user", "a link in its place", "no place for it"], processes=False)
def the_lock_of_the_tests(place: Place, what: str) -> None:
    """Nobody waits for ever, and who waits is told for whom."""
    told: list[str] = []
    home = place.folder / "home"
    folder = home / ".cache" / "genaudit"
    folder.mkdir(parents=True, mode=0o700)
    path = folder / lock.NAME
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME"):
            patch.delenv(name, raising=False)
        patch.setenv("HOME", str(home))
        patch.setattr(lock, "QUIET_S", 0.0)
        patch.setattr("tempfile.tempdir", str(place.temporary))
        if what == "held by another process":
            file = stack.enter_context(path.open("w+"))
            file.write("12345")
            file.flush()
            fcntl.flock(file, fcntl.LOCK_EX)
        elif what == "a link in its place":
            (place.folder / "precious").write_text("precious")
            path.symlink_to(place.folder / "precious")
        elif what == "no place for it":
            patch.setenv("HOME", "/dev/null")
            patch.setattr("tempfile.tempdir", "/dev/null")
        else:
            theirs = place.temporary / f"genaudit-{os.getuid()}.lock"
            fcntl.flock(stack.enter_context(theirs.open("w")), fcntl.LOCK_EX)
        with lock.one_at_a_time(told.append, longest_s=0.2):
            pass
        if what == "held by another process":
            assert ["process 12345" in one for one in told] == [True, True]
        else:
            assert told == []
        if what == "a link in its place":
            assert (place.folder / "precious").read_text() == "precious"


@faults(["is killed", "ends"], processes=True)
def a_comparison_with_another_revision(place: Place, what: str) -> None:
    """The user's repository learns nothing of it, and old worktrees of ours that are gone are taken off its list."""
    target = place.target("if i == 2: open('started', 'w').close()")
    for words in (["init", "-q"], ["add", "data.py"], ["commit", "-qm", "one"]):
        subprocess.run([*GIT, *words], cwd=place.folder, check=True)
    old = place.folder.parent / "genaudit-revision-abcdefgh" / "here"
    subprocess.run([*GIT, "worktree", "add", "-q", "--detach", str(old)], cwd=place.folder, check=True)
    subprocess.run(["rm", "-r", str(old.parent)], check=True)
    words = ["compare", target, "--against", "HEAD", "--batches", "3", "--max-batches", "3", "--repeats", "1"]
    words += ["--sizes", "off"]
    if what == "ends":
        assert place.run(*words).code == 0
    else:
        process = place.start(*words)
        while not (place.folder / "started").exists():
            assert process.poll() is None
        process.kill()
        process.communicate()
        for folder in place.temporary.iterdir():
            subprocess.run(["rm", "-r", str(folder)], check=True)

    listed = subprocess.run([*GIT, "worktree", "list"], cwd=place.folder, check=True, capture_output=True, text=True)
    assert listed.stdout.count("\n") == 1


@faults({"in its group": "", "in a session of its own": ", start_new_session=True"})
def a_process_that_a_variant_of_a_comparison_leaves(place: Place, how: str) -> None:
    """Is ended with it, whichever trial started it."""
    target = place.target(f"if i == 2: __import__('subprocess').Popen(['sleep', '100']{how})")

    done = place.run(
        *("compare", target, f"{target}()", "--check-batches", "--sizes", "off"),
        *("--batches", "3", "--max-batches", "3", "--repeats", "1"),
    )

    assert done.code in {0, 1}, done.err


@faults(["genaudit.toml"], processes=True)
def the_configuration_that_is_used(place: Place, name: str) -> None:
    """Is told where it is not in the current folder."""
    path = place.write(name, "batches = 3\n")
    place.write("below/data.py", "def batches():\n    yield b'1'\n")

    done = place.run(
        "run",
        "data.py:batches",
        "--quick",
        "--sizes",
        "off",
        "--max-batches",
        "3",
        cwd=place.folder / "below",
        env=DRAWN,
    )

    assert f"configured by {path}" in done.err
    assert mode_of(place.folder / "below" / "reports") == 0o700
    files = [one for one in (place.folder / "below" / "reports").rglob("*") if one.is_file()]
    assert {mode_of(one) for one in files} == {0o600}
