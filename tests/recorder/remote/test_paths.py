"""What a worker must see."""

from pathlib import Path
from typing import Any

import pytest

from genaudit.recorder.remote.paths import paths_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a module, a folder of data and a list of files."""
    (tmp_path / "data.py").write_text("")
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "a.jpg").write_text("")
    (tmp_path / "files.txt").write_text("")
    return tmp_path


def _paths(folder: Path, target: dict[str, Any] | None = None, **inputs: Any) -> list[str]:
    found = paths_of(target or {"module": "numpy", "steps": []}, inputs, folder)
    assert found[0] == str(folder)
    return [str(Path(path).relative_to(folder)) for path in found[1:]]


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        (["paths", "glob", "train/*.jpg"], "train"),
        (["paths", "lines", "files.txt"], "files.txt"),
        (["root", "value", "train"], "train"),
        (["root", "value", ["train/a.jpg"]], "train/a.jpg"),
        (["root", "value", "nothing/there"], None),
        (["mode", "value", "fast"], None),
        (["size", "value", 32], None),
    ],
)
def test_arguments_that_name_files(folder: Path, argument: list[Any], path: str | None) -> None:
    assert _paths(folder, arguments=[argument]) == ([path] if path else [])


def test_configured_values_with_prefixes(folder: Path) -> None:
    assert _paths(folder, config_arguments={"paths": "glob:train/*.jpg"}) == ["train"]


def test_the_module_of_the_target_and_of_the_function_that_makes_arguments(folder: Path) -> None:
    maker = {"module": None, "file": str(folder / "files.txt"), "steps": []}

    assert _paths(folder, {"module": "data", "steps": []}, args_from=maker) == ["data.py", "files.txt"]


def test_literals_in_the_target(folder: Path) -> None:
    steps = [["attr", "Loader"], ["call", [["train/a.jpg"]], {}]]

    assert _paths(folder, {"module": "numpy", "steps": steps}) == ["train/a.jpg"]
