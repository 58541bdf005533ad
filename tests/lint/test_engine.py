"""From paths to outcomes, over several files."""

from __future__ import annotations

from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.lint import RULES, LintResult, lint_paths, lint_source
from genaudit.lint.engine import source_lines
from genaudit.model import EvidenceKind, Verdict

HELPER = """
import cv2

def load_all(paths):
    return [cv2.imread(p) for p in paths]
"""


def codes(result: LintResult) -> list[str]:
    return [outcome.code for outcome in result.outcomes]


def test_calls_are_followed_across_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place is the line that gathers, wherever it is; paths are relative to the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("from .tools import load_all\n")
    (tmp_path / "pkg" / "tools.py").write_text(HELPER)
    (tmp_path / "use.py").write_text(
        "from pkg import load_all as get\n\ndef g(paths):\n    x = get(paths)\n    yield x[0]\n"
    )
    result = lint_paths(["."])

    (outcome,) = result.outcomes
    assert outcome.location is not None
    assert (outcome.location.path, outcome.location.line, outcome.location.function) == ("pkg/tools.py", 5, "load_all")
    assert outcome.message.startswith("g keeps")
    assert (outcome.evidence, outcome.verdict) == (EvidenceKind.STATIC, Verdict.FAIL)


def test_helper_alone_is_clean(tmp_path: Path) -> None:
    """A function that loads what it is told is no generator."""
    (tmp_path / "tools.py").write_text(HELPER)

    assert codes(lint_paths([str(tmp_path)])) == []


def test_suppression_in_the_other_file(tmp_path: Path) -> None:
    """It stands where the finding is, and counts as used."""
    (tmp_path / "tools.py").write_text(HELPER.replace("paths]", "paths]  # genaudit: ignore[GA101] -- few"))
    (tmp_path / "use.py").write_text("import tools\n\ndef g(paths):\n    x = tools.load_all(paths)\n    yield x[0]\n")
    result = lint_paths([str(tmp_path)])

    assert codes(result) == []
    assert result.n_suppressed == 1


def test_base_class_and_globals_of_another_file(tmp_path: Path) -> None:
    """A data set by its base elsewhere; data that another module loads when it is imported."""
    (tmp_path / "base.py").write_text("from torch.utils.data import Dataset as D\nclass Base(D):\n    pass\n")
    (tmp_path / "data.py").write_text("import numpy as np\nX = np.load('x.npy')\n")
    (tmp_path / "use.py").write_text(
        "from base import Base\nfrom data import X\n\nclass Mine(Base):\n"
        "    def __getitem__(self, i):\n        return X[i]\n"
    )
    (outcome,) = lint_paths([str(tmp_path)]).outcomes

    assert outcome.code == "GA103"
    assert outcome.location is not None
    assert outcome.location.path.endswith("data.py")


def test_circular_imports_end(tmp_path: Path) -> None:
    """Names that lead in a circle mean nothing."""
    (tmp_path / "a.py").write_text("from b import f\n\ndef g(p):\n    yield f(p)\n")
    (tmp_path / "b.py").write_text("from a import f\n")

    assert codes(lint_paths([str(tmp_path)])) == []


def test_select_ignore_and_per_path(tmp_path: Path) -> None:
    """Codes, blocks of codes and names; ignoring wins."""
    text = "import cv2\n\ndef g(paths):\n    x = [cv2.imread(p) for p in paths]\n    yield x[0]\n"
    (tmp_path / "a.py").write_text(text)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "b.py").write_text(text)
    where = [str(tmp_path)]

    assert codes(lint_paths(where, select=["GA1"])) == ["GA101", "GA101"]
    assert codes(lint_paths(where, select=["GA2"])) == []
    assert codes(lint_paths(where, ignore=["eager-load"])) == []
    assert codes(lint_paths(where, per_path={"tests/": ["GA101"]})) == ["GA101"]
    with pytest.raises(UsageError, match="'eager-lod' is no rule"):
        lint_paths(where, select=["eager-lod"])


def test_broken_file_does_not_stop_the_run(tmp_path: Path) -> None:
    """It is named, and the others are audited."""
    (tmp_path / "a.py").write_text("print 'old'\n")
    (tmp_path / "b.py").write_text(
        "import cv2\ndef g(paths):\n    x = [cv2.imread(p) for p in paths]\n    yield x[0]\n"
    )
    result = lint_paths([str(tmp_path)])

    assert [diagnostic.slug for diagnostic in result.diagnostics] == ["syntax-error"]
    assert codes(result) == ["GA101"]


@pytest.mark.parametrize("depth", [50, 90])
def test_deep_nesting(depth: int) -> None:
    """Blocks as deep as Python allows, and expressions far deeper than anybody writes."""
    blocks = "".join("    " * n + "if x:\n" for n in range(1, depth)) + "    " * depth + "yield 1\n"
    lint_source(f"def g(x):\n{blocks}", "deep.py")
    lint_source("def g(x):\n    yield " + " + ".join(["load(x)"] * 200 * depth) + "\n", "deep.py")


def test_200_deep_nesting() -> None:
    """Two hundred calls and lists inside each other are read without a traceback."""
    for opened, closed in (("f(", ")"), ("[", "]"), ("not (", ")")):
        assert lint_source(f"def g(x):\n    yield {opened * 200}x{closed * 200}\n", "deep.py") == []


def test_two_subjects_one_place(tmp_path: Path) -> None:
    """The same line accused through two generators is told once."""
    (tmp_path / "a.py").write_text(
        HELPER
        + "\ndef g(paths):\n    x = load_all(paths)\n    yield x[0]\n\ndef h(paths):\n    yield load_all(paths)[1:]\n"
    )

    assert codes(lint_paths([str(tmp_path)])) == ["GA101"]


def test_notebook_lines_are_those_of_its_code(tmp_path: Path) -> None:
    """The excerpt is taken from the cells, not from the JSON."""
    path = tmp_path / "book.ipynb"
    path.write_text('{"cells": [{"cell_type": "code", "source": "import os\\nx = 1"}]}')

    assert source_lines(str(path)) == ["import os", "x = 1"]


def test_every_rule_has_a_page() -> None:
    """Why, when not, what to do, what is missed; codes and names are unique."""
    for rule in RULES:
        for part in ("Why it matters:", "When it is wrong:", "What to do:", "Known misses:"):
            assert part in rule.info.page, (rule.info.code, part)
    assert len({rule.info.code for rule in RULES}) == len({rule.info.name for rule in RULES}) == len(RULES)


def test_what_is_given_up_is_counted(tmp_path: Path) -> None:
    """A generator too long to follow is no error, and no silent pass."""
    (tmp_path / "long.py").write_text(
        "def g(paths):\n    load = len\n" + "    x = [1, 2, 3]\n" * 5000 + "    yield x\n"
    )
    result = lint_paths([str(tmp_path)])

    assert (result.n_subjects, result.n_unfinished) == (1, 1)


def test_a_long_part_hides_nothing_that_comes_after(tmp_path: Path) -> None:
    """What is read is found, though a helper that was called before is too long to follow."""
    (tmp_path / "long.py").write_text(
        "import json\n"
        "class Long:\n"
        "    def __init__(self, path):\n"
        "        self.set_up()\n"
        "        with open(path) as source:\n"
        "            self.records = json.load(source)\n"
        "    def set_up(self):\n" + "        x = [1, 2, 3]\n" * 5000 + "    def __len__(self):\n"
        "        return len(self.records)\n"
        "    def __getitem__(self, i):\n"
        '        return self.records[i]["question"]\n'
    )
    result = lint_paths([str(tmp_path)])

    assert [outcome.code for outcome in result.outcomes] == ["GA103"]
    assert result.n_unfinished == 1
