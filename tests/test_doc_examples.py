"""Pages of frameworks: their scripts are those in docs/examples, and what they show is what comes out."""

import re
from pathlib import Path

import pytest

from tests.readme import ROOT, documentation

examples = documentation("run_examples")
FRAMEWORKS = ROOT / "docs" / "frameworks"
RUNS = [run for page in examples.PAGES for run in examples.runs_on(page)]
FIRST = [examples.runs_on(page)[0].command for page in examples.PAGES]
REAL = [
    pytest.param(run, id=f"{run.folder}-{run.command}", marks=() if run.command in FIRST else pytest.mark.whole)
    for run in {(run.folder, run.command): run for run in RUNS}.values()
]
"""Each command once; the first of each page is run wherever slow tests are, the others with the whole truth set."""


def _id(run: object) -> str:
    return f"{run.page.stem}-{'-'.join(re.findall(r'[a-z]+', run.command)[2:])}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", examples.PAGES, ids=lambda page: page.stem)
def test_scripts_are_those_of_the_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert examples.with_scripts(text) == text, "run: python docs/run_examples.py"


def test_every_script_is_on_a_page() -> None:
    shown = {path for page in examples.PAGES for path in examples.scripts_on(page)}

    assert shown == {str(path.relative_to(examples.EXAMPLES)) for path in examples.EXAMPLES.rglob("*.py")}


@pytest.mark.parametrize("page", sorted(FRAMEWORKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_says_what_to_type_what_comes_out_and_what_is_not_seen(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert examples.runs_on(page)
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings[0] == "Type this first"
    assert headings[-3:] == ["What is not measured", "The usual culprits", "More"]
    assert re.search(r"^```sh\ngenaudit run train\.py\n```$", text, re.M)
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("run", RUNS, ids=_id)
def test_an_output_is_whole_or_says_that_it_is_not(run: object) -> None:
    lines = run.output.splitlines()  # type: ignore[attr-defined]

    assert lines
    # A line of code is as long as it is.
    assert max(len(line) for line in lines if line[:1] not in "+-") <= 100 or lines[0].startswith("error:")
    assert (lines[-1].strip() == examples.ELLIPSIS) == (run.first is not None)  # type: ignore[attr-defined]


def test_a_shortened_output_ends_in_an_ellipsis() -> None:
    assert examples.shortened(["a", "", "b"], 2) == ["a", "  …"]
    assert examples.shortened(["a", "b"], 2) == ["a", "b"]


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("run", REAL)
def test_what_comes_out_is_what_the_page_shows(run: object) -> None:
    """Figures differ from run to run; verdict, blamed line and source do not."""
    if run.missing:  # type: ignore[attr-defined]
        pytest.skip(f"{' and '.join(run.missing)} is not installed")  # type: ignore[attr-defined]

    assert examples.facts(run.output) == examples.facts(examples.fresh_output(run))  # type: ignore[attr-defined]
