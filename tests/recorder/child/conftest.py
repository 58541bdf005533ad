"""A place to write targets to, and an interpreter that forgets them afterwards."""

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a file below the current directory, which is empty; what is imported from it is forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    # Another test's folder, of the same names, must not be remembered as the place of a module.
    monkeypatch.setattr(sys, "path_importer_cache", {})
    before = set(sys.modules)

    def write_file(name: str, text: str = "") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    yield write_file
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Forty existing files of 100 bytes and more, in two folders."""
    made = []
    for index in range(40):
        path = tmp_path / "files" / f"class_{index // 20}" / f"{index:03d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * (100 + index))
        made.append(str(path))
    return made
