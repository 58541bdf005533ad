"""Commands on pages: those that show an output are run, and it is what comes out; all others can be parsed."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.command_lines import FENCE, Line, lines_of, refusal
from tests.readme import README, ROOT, documentation

examples = documentation("run_examples")
DOCS = ROOT / "docs"
FRAMEWORKS = DOCS / "frameworks"
# What the changelog tells of earlier versions stays as it was.
EVERY_PAGE = [
    *(ROOT / page for page in documentation("site_links").PAGES if page != "CHANGELOG.md"),
    *sorted(DOCS.rglob("*.md")),
]
PAGES = examples.pages()
STORIES = [story for page in PAGES for story in examples.stories_on(page)]
IN_CI = [examples.stories_on(page)[0] for page in (README, *sorted(FRAMEWORKS.glob("*.md")), DOCS / "fix.md")]
"""Of those that take long, the ones that are run wherever slow tests are; the others are with the whole truth set."""
COVERED = re.compile(
    r"<!-- (?:run|sample): .*?<!-- end of (?:run|sample) -->|<!-- shown: [^>]{10,} -->\n```.*?^```$",
    re.DOTALL | re.MULTILINE,
)
"""What is run by itself, and what says why it is not."""
PRINTED = re.compile(r"^(?:\$ |[✓✗?] [A-Z]{4}|(?:PASS|WARN|FAIL|ERROR)  |error: )", re.MULTILINE)
"""How lines begin that only a shell or genaudit writes."""


def _lines(story: Any) -> tuple[str, ...]:
    return tuple(f"{block.folder}: {command.line}" for block in story for command in block.commands)


def _id(story: Any) -> str:
    return f"{story[0].folder}-{'-'.join(re.findall(r'[a-z]+', story[0].commands[0].line)[1:5])}"


def _marks(story: Any) -> list[pytest.MarkDecorator]:
    if all("quick" in block.words for block in story):
        return [pytest.mark.process]
    return [
        pytest.mark.process,
        pytest.mark.slow,
        *([] if _lines(story) in map(_lines, IN_CI) else [pytest.mark.whole]),
    ]


REAL = [
    pytest.param(story, id=_id(story), marks=_marks(story))
    for story in {_lines(story): story for story in STORIES}.values()
]
"""Each story once: what two pages show is the same."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_scripts_are_those_of_the_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert examples.with_scripts(text) == text, "run: python docs/run_examples.py"


def test_every_script_of_a_framework_is_on_a_page() -> None:
    """Of other folders not all is shown: the fixtures of a test, the modules of a shop."""
    shown = {path for page in PAGES for path in examples.scripts_on(page)}
    folders = {path.partition("/")[0] for page in FRAMEWORKS.glob("*.md") for path in examples.scripts_on(page)}
    scripts = {str(path.relative_to(examples.EXAMPLES)) for path in examples.EXAMPLES.rglob("*.py")}

    assert {script for script in scripts if script.partition("/")[0] in folders} <= shown


def test_every_folder_of_examples_is_run() -> None:
    folders = {path.name for path in examples.EXAMPLES.iterdir() if path.is_dir()}

    assert folders == {block.folder for story in STORIES for block in story}


@pytest.mark.parametrize("page", sorted(FRAMEWORKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_says_what_to_type_what_comes_out_and_what_is_not_seen(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert examples.blocks_on(page)
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings[0] == "Type this first"
    assert headings[-3:] == ["What is not measured", "The usual culprits", "More"]
    assert re.search(r"^```sh\ngenaudit run train\.py\n```$", text, re.M)
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", [*sorted(FRAMEWORKS.glob("*.md")), README], ids=lambda page: page.stem)
def test_an_output_is_whole_or_says_that_it_is_not(page: Path) -> None:
    for block in examples.blocks_on(page):
        lines = block.output.splitlines()

        assert lines
        # A line of code is as long as it is.
        assert max(len(line) for line in lines if line[:1] not in "+-") <= 100 or lines[0].startswith("error:")
        assert (lines[-1].strip() == examples.ELLIPSIS) == (block.first is not None)


def test_a_shortened_output_ends_in_an_ellipsis() -> None:
    assert examples.shortened(["a", "", "b"], 2) == ["a", "  …"]
    assert examples.shortened(["a", "b"], 2) == ["a", "b"]


def test_blocks_and_what_is_done_before_them(tmp_path: Path) -> None:
    """Two commands in a block, a third that goes on in their folder, and one in a folder of its own."""
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- do: git init -->\n<!-- run: shop -->\n```console\n$ genaudit init\nwritten\n\n"
        "$ genaudit gate \\\n> --strict\nPASS\n```\n<!-- end of run -->\n"
        "<!-- do: git add . -->\n<!-- run: shop goes-on CI=1 first=3 -->\n```console\n"
        "$ genaudit gate\n```\n<!-- end of run -->\n<!-- run: lint quick -->\n```console\n$ genaudit lint\n```\n"
        "<!-- end of run -->\n"
    )

    (first, second), (third,) = examples.stories_on(page)

    assert first.before == ("git init",)
    assert [tuple(command) for command in first.commands] == [
        ("genaudit init", "written\n"),
        ("genaudit gate --strict", "PASS\n"),
    ]
    assert (second.before, second.variables, second.first) == (("git add .",), {"CI": "1"}, 3)
    assert third.words == ("quick",)


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_no_output_escapes(page: Path) -> None:
    """Whatever a page shows as printed is run, or it says why it is not: ``<!-- shown: of a cluster -->``."""
    text = COVERED.sub("", page.read_text(encoding="utf-8"))
    printed = [
        block["text"]
        for block in FENCE.finditer(text)
        if block["language"] in {"console", "text", ""} and PRINTED.search(block["text"])
    ]

    assert printed == [], "put <!-- run: FOLDER --> and <!-- end of run --> around it (docs/run_examples.py)"


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_every_command_line_can_be_parsed(page: Path) -> None:
    """With all its options, in blocks of commands, in workflows and in running text."""
    assert [told for line in lines_of(page) if (told := refusal(line))] == []


def test_command_lines_are_found_wherever_they_stand(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\n# genaudit is fun\n.venv/bin/genaudit run a:b  # why\ngenaudit gate && echo \\\ndone\n```\n"
        "```console\n$ genaudit lint src/ | head\ngenaudit printed this\n```\n"
        "```yaml\n- run: genaudit gate --strict\n```\n"
        '```sh\neval "$(genaudit completion bash)"\n```\n`genaudit report FOLDER` is `text`.\n'
    )

    assert [line.text.split("  #")[0] for line in lines_of(page)] == [
        "genaudit run a:b",
        "genaudit gate && echo done",
        "genaudit lint src/ | head",
        "genaudit gate --strict",
        'genaudit completion bash)"',
        "genaudit report FOLDER",
    ]
    assert [told for line in lines_of(page) if (told := refusal(line))] == []


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("genaudit run a:b --batch 3", True),
        ("genaudit run a:b --batches many", True),
        ("genaudit audit a:b", True),
        ("genaudit run --epoch N", False),
        ("genaudit watch train.py --batches 3", False),
    ],
)
def test_a_wrong_command_line_is_refused(text: str, is_whole: bool) -> None:
    assert refusal(Line("page.md:1", text, is_whole)) is not None


@pytest.mark.parametrize("story", REAL)
def test_what_comes_out_is_what_the_page_shows(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures differ from run to run; verdict, blamed line and source do not. Nobody looks at the reports."""
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    lacking = examples.missing(story)
    if lacking:
        pytest.skip(f"{' and '.join(lacking)} is not installed")

    for block, outputs in zip(story, examples.fresh_outputs(story), strict=True):
        assert examples.facts(block.output) == examples.facts("".join(outputs)), block.commands[0].line
