"""The state of the repository that is audited, as git itself tells it."""

import subprocess
from pathlib import Path

import pytest

from genaudit.model.recording import Revision
from genaudit.recorder.machine import git
from genaudit.recorder.machine.git import parse_status, revision_of


def run(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One with a commit on ``main``; what CI says of another repository is not asked for."""
    for name in git.CI_BRANCHES:
        monkeypatch.delenv(name, raising=False)
    run(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "data.py").write_text("x = 1\n", encoding="utf-8")
    run(tmp_path, "add", ".")
    run(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


@pytest.mark.process
def test_commit_branch_and_changes(repository: Path) -> None:
    """A file that git does not know is no change, as reports are written beside the code; from a folder inside too."""
    commit = run(repository, "rev-parse", "HEAD")
    inside = repository / "reports"
    inside.mkdir()
    (inside / "report.html").write_text("x", encoding="utf-8")

    assert revision_of(repository) == revision_of(inside) == Revision(commit=commit, branch="main", dirty=False)

    (repository / "data.py").write_text("x = 2\n", encoding="utf-8")

    assert revision_of(repository) == Revision(commit=commit, branch="main", dirty=True)


@pytest.mark.process
def test_the_index_is_not_written(repository: Path) -> None:
    """It may be another git's at this moment."""
    (repository / "data.py").touch()
    before = (repository / ".git" / "index").stat().st_mtime_ns
    revision_of(repository)

    assert (repository / ".git" / "index").stat().st_mtime_ns == before


@pytest.mark.process
def test_a_commit_that_is_checked_out(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no branch, but where CI says which it is."""
    commit = run(repository, "rev-parse", "HEAD")
    run(repository, "checkout", "-q", "--detach")

    assert revision_of(repository) == Revision(commit=commit, branch=None, dirty=False)

    monkeypatch.setenv("CI_COMMIT_REF_NAME", "feature/lazy")

    assert revision_of(repository) == Revision(commit=commit, branch="feature/lazy", dirty=False)


@pytest.mark.process
def test_before_the_first_commit(tmp_path: Path) -> None:
    """There is a branch, and nothing on it."""
    run(tmp_path, "init", "-q", "-b", "main")

    assert revision_of(tmp_path) == Revision(commit=None, branch="main", dirty=False)


@pytest.mark.process
def test_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository, no such folder, no git: none of them is an error of an audit."""
    assert revision_of(tmp_path) is None
    assert revision_of(tmp_path / "gone") is None

    monkeypatch.setenv("PATH", str(tmp_path))

    assert revision_of(tmp_path) is None


@pytest.mark.process
def test_a_slow_repository_is_not_waited_for(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run begins without its revision."""
    monkeypatch.setattr(git, "LONGEST_S", 0)

    assert revision_of(repository) is None


@pytest.mark.process
def test_a_hook_does_not_lead_elsewhere(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git sets ``GIT_DIR`` for its hooks, and a hook may run an audit of another repository."""
    other = tmp_path / "other"
    other.mkdir()
    run(other, "init", "-q", "-b", "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    found = revision_of(repository)

    assert found is not None
    assert found.branch == "main"


def test_a_branch_name_with_a_blank_before_the_sign() -> None:
    """Only what git itself writes is read: a changed file is a line of its own, whatever it is called."""
    text = (
        "# branch.oid abc\n# branch.head main\n# branch.ab +1 -0\n1 .M N... 100644 100644 100644 a b # branch.head x\n"
    )

    assert parse_status(text, {}) == Revision(commit="abc", branch="main", dirty=True)
