"""The list of rewrites, and the page that shows each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("libcst")

from genaudit.fix.rewrites.base import Fault, Proposal, Rewrite
from genaudit.fix.rewrites.catalogue import REWRITES
from genaudit.model.catalogue import pattern_of

PAGE = Path(__file__).parents[3] / "docs" / "rewrites.md"
FOLDER = Path(__file__).parents[3] / "genaudit" / "fix" / "rewrites"


def section(name: str) -> str:
    """What the page says of a rewrite."""
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"docs/rewrites.md has no section {name}"
    return found[1]


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.name)
def test_the_page_shows_what_it_does(rewrite: Rewrite) -> None:
    blocks = re.findall(r"```python\n(.*?)```", section(rewrite.name), re.DOTALL)
    before, after = blocks
    line = next(at for at, line in enumerate(before.split("\n"), 1) if "# found here" in line)

    answers = [rewrite.propose(before, Fault(code=code, line=line, bound=512)) for code in sorted(rewrite.codes)]

    assert after in [answer.text for answer in answers if isinstance(answer, Proposal)]


def test_the_page_names_no_other() -> None:
    named = re.findall(r"^## (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert named == [rewrite.name for rewrite in REWRITES]


def test_every_file_is_in_the_list() -> None:
    paths = [path for path in FOLDER.rglob("[!_]*.py") if "    def propose(" in path.read_text(encoding="utf-8")]

    assert {path.stem.replace("_", "-") for path in paths} - {"base"} == {rewrite.name for rewrite in REWRITES}


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.name)
def test_its_codes_are_known(rewrite: Rewrite) -> None:
    assert rewrite.codes
    assert all(pattern_of(code) for code in rewrite.codes)


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.name)
@pytest.mark.parametrize("text", ["", "\n", "x = 1\n", "# nothing\n", "def f(:\n".replace("(:", "():\n    pass")])
def test_a_line_that_has_nothing_of_it(rewrite: Rewrite, text: str) -> None:
    for line in (1, 9):
        assert not isinstance(rewrite.propose(text, Fault(code=min(rewrite.codes), line=line)), Proposal)
