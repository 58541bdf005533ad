"""A library is changed once it has been imported, and by nobody else."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from genaudit.recorder.child.script.after_import import AfterImport

Write = Callable[[str, str], Path]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, write: Write, tmp_path: Path) -> Iterator[list[str]]:
    """Names of modules, as they were imported; two can be."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    write("lib_one.py", "value = 1\n")
    write("lib_two/__init__.py", "raise ValueError('broken')\n")
    return []


def test_after_it_has_run(seen: list[str]) -> None:
    """With all that it defines; its loader is the one that it would have without."""

    def look(module: ModuleType) -> None:
        seen.append(f"{module.__name__} {module.value}")

    AfterImport({"lib_one": look}).install()
    module = importlib.import_module("lib_one")
    importlib.reload(module)

    assert seen == ["lib_one 1"]
    assert type(module.__loader__).__name__ == "SourceFileLoader"
    assert "exec_module" not in vars(module.__loader__)


def test_one_that_is_there_already(seen: list[str]) -> None:
    """As in a process that was forked after its import."""
    importlib.import_module("lib_one")

    AfterImport({"lib_one": lambda module: seen.append(module.__name__)}).install()

    assert seen == ["lib_one"]


def test_one_that_fails(seen: list[str]) -> None:
    """Fails as it would without."""
    AfterImport({"lib_two": lambda module: seen.append(module.__name__)}).install()

    with pytest.raises(ValueError, match="broken"):
        importlib.import_module("lib_two")
    assert seen == []


def test_one_that_is_not_there(seen: list[str]) -> None:
    """Is not there."""
    AfterImport({"lib_three": lambda module: seen.append(module.__name__)}).install()

    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("lib_three")
