"""Which files a run is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.lint.files.discover import files
from genaudit.lint.files.gitignore import ignored, parse


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")


def found(root: Path, **options: object) -> list[str]:
    return [str(Path(name).relative_to(root)) for name in files([str(root)], **options)]  # type: ignore[arg-type]


def test_python_files_and_notebooks(tmp_path: Path) -> None:
    """Source and notebooks, without the usual folders of tools."""
    tree(tmp_path, "a.py", "b/c.ipynb", "b/d.txt", ".venv/e.py", "b/__pycache__/f.py", "g.pyw")

    assert found(tmp_path) == ["a.py", "g.pyw", "b/c.ipynb"]


def test_gitignore_is_respected(tmp_path: Path) -> None:
    """Files of the folder and of those above it, the nearest last; switched off on demand."""
    tree(tmp_path, "src/a.py", "src/made/b.py", "src/keep_b.py", "src/old_a.py", "src/old_keep.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("made/\nold_*\n")
    (tmp_path / "src" / ".gitignore").write_text("!old_keep.py\n")

    assert found(tmp_path / "src") == ["a.py", "keep_b.py", "old_keep.py"]
    assert len(found(tmp_path / "src", respect_gitignore=False)) == 5


def test_exclude(tmp_path: Path) -> None:
    """Patterns on top; a named file is taken whatever it is called, unless excluded."""
    tree(tmp_path, "a.py", "tests/b.py", "tests/deep/c.py", "script")

    assert found(tmp_path, exclude=["tests"]) == ["a.py"]
    assert files([str(tmp_path / "script")]) == [str(tmp_path / "script")]
    assert files([str(tmp_path / "tests" / "b.py")], exclude=["b.py"]) == []


def test_symlink_loops_end(tmp_path: Path) -> None:
    """A folder that links to its parent is searched once."""
    tree(tmp_path, "a/b.py")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "gone.py").symlink_to(tmp_path / "nowhere.py")

    assert sorted(found(tmp_path)) == ["a/b.py", "a/gone.py"]


def test_missing_path_is_an_error() -> None:
    """With the name, and what to do."""
    with pytest.raises(UsageError, match="nowhere does not exist"):
        files(["nowhere"])


@pytest.mark.parametrize(
    ("pattern", "path", "is_folder", "answer"),
    [
        ("*.log", "a/b.log", False, True),
        ("/b.log", "a/b.log", False, None),
        ("a/**/c", "a/x/y/c", False, True),
        ("a/*/c", "a/x/y/c", False, None),
        ("build/", "build", False, None),
        ("build/", "x/build", True, True),
        ("!keep", "keep", False, False),
        ("[ab].py", "a.py", False, True),
        ("[!ab].py", "a.py", False, None),
        (r"\#x", "#x", False, True),
        ("a?c", "abc", False, True),
        ("[", "[", False, True),
    ],
)
def test_patterns(pattern: str, path: str, is_folder: bool, answer: bool | None) -> None:
    """As git reads them."""
    assert ignored(parse([pattern]), path, is_folder=is_folder) is answer
