"""What a target leads to: names, and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from genaudit.lint import reach


def read(path: str) -> str | None:
    file = Path(path)
    return file.read_text(encoding="utf-8") if file.is_file() else None


def test_files_that_a_file_imports(tmp_path: Path) -> None:
    """Relative and absolute imports, one after the other; what is not there is left out."""
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "main.py").write_text("import numpy, json\nfrom . import store\nfrom shop.deep import read\n")
    (package / "store.py").write_text("from .main import nothing\nimport missing\n")
    (package / "deep.py").write_text("def f():\n    from shop import late\n")
    (package / "late.py").write_text("def (\n")

    texts = reach.files_imported(str(package / "main.py"), read)

    assert {Path(path).name for path in texts} == {"store.py", "deep.py", "late.py"}


def test_few_files_are_followed(tmp_path: Path) -> None:
    """A large project must not slow a run."""
    for number in range(40):
        (tmp_path / f"m{number}.py").write_text(f"import m{number + 1}\n")

    assert len(reach.files_imported(str(tmp_path / "m0.py"), read)) < reach.MOST_FILES


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("generate", {"generate"}),
        ("Loader(8).flow(batch_size=4)", {"Loader", "flow"}),
        ("Loader(", {"Loader"}),
    ],
)
def test_names_of_a_target(expression: str, names: set[str]) -> None:
    """Of calls, the names without their arguments' values; of what cannot be parsed, what stands before the call."""
    assert reach.words_of(expression) == names
