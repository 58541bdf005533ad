"""The commands that pages show with their output: scripts as they are, and what really came out.

    python docs/run_examples.py            # run all, and write what comes out into the pages; takes some minutes
    python docs/run_examples.py keras.md   # those of one page

A page holds a script between ``<!-- script: keras/train.py -->`` and ``<!-- end of script -->``, or a part of it with
``lines=9-13`` after the name. It holds commands with their output between ``<!-- run: keras -->`` and
``<!-- end of run -->``. The word after *run* is the folder of ``docs/examples`` that they run in, each time in a fresh
copy, with ``photos`` beside the scripts if these read them. More words may follow:

``goes-on``
    In the folder as the block before it has left it.
``quick``
    It takes a second or so, and is run with the fast tests.
``both``
    What goes to standard error is shown too, behind the rest.
``first=9``
    The page shows nine lines of the last output, and a line with an ellipsis for the rest.
``picture=train``
    The picture of the run is ``docs/pictures/train.png``.
``GITHUB_ACTIONS=true``
    A variable of the environment.

``<!-- do: git commit -qam red -->`` is done before the block that follows, and not shown. Where the libraries of a
folder are not installed, its blocks are left as they were, which is said.
"""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"
PICTURES = DOCS / "pictures"
ELLIPSIS = "…"
_SCRIPT = re.compile(
    r"(?P<before><!-- script: (?P<path>\S+)(?: lines=(?P<first>\d+)-(?P<last>\d+))? -->\n```\w+\n)"
    r"(?P<text>.*?)(?P<after>```\n<!-- end of script -->)",
    re.DOTALL,
)
_RUN = re.compile(
    r"(?P<before><!-- run: (?P<folder>\w+)(?P<words>(?: [\w=-]+)*) -->\n```console\n)"
    r"(?P<shown>\$ .*?)(?P<after>```\n<!-- end of run -->)",
    re.DOTALL,
)
_DO = re.compile(r"<!-- do: (?P<do>.*?) -->", re.DOTALL)
_VARIABLES = {
    # As a script has them that nobody watches, and no CI system; commits have an author.
    **{f"GIT_{who}_{what}": "you" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "PYTHONPATH": str(ROOT),
}
_NOT_PASSED_ON = ("CI", "COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI")


class Command(NamedTuple):
    """A command, and what the page says comes out."""

    line: str
    output: str


class Block(NamedTuple):
    """Commands that a page shows one after the other."""

    page: Path
    folder: str
    words: tuple[str, ...]
    before: tuple[str, ...]
    """What is done before, and not shown."""
    commands: tuple[Command, ...]

    @property
    def goes_on(self) -> bool:
        """Whether it runs in the folder that the block before it has left."""
        return "goes-on" in self.words

    @property
    def first(self) -> int | None:
        """How many lines of the last output are shown, if not all."""
        return int(self._value("first")) if self._value("first") else None

    @property
    def picture(self) -> str:
        """The name of the picture that is taken of the run; empty for none."""
        return self._value("picture")

    @property
    def variables(self) -> dict[str, str]:
        """Variables of the environment."""
        pairs = (word.partition("=") for word in self.words)
        return {name: value for name, _, value in pairs if name.isupper()}

    @property
    def output(self) -> str:
        """All that the page says comes out."""
        return "".join(command.output for command in self.commands)

    def _value(self, name: str) -> str:
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")), "")


Story = tuple[Block, ...]
"""Blocks that share a folder, in their order."""


def pages() -> list[Path]:
    """Every page that has a script or a run."""
    known = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return [page for page in known if re.search("<!-- (run|script): ", page.read_text(encoding="utf-8"))]


def with_scripts(text: str) -> str:
    """A page with its scripts as they are."""
    return _SCRIPT.sub(lambda match: match["before"] + _script(match) + match["after"], text)


def _script(match: re.Match[str]) -> str:
    lines = (EXAMPLES / match["path"]).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(lines if match["first"] is None else lines[int(match["first"]) - 1 : int(match["last"])])


def scripts_on(page: Path) -> list[str]:
    """The scripts that a page shows or links to, by their paths in ``docs/examples``."""
    text = page.read_text(encoding="utf-8")
    return [match["path"] for match in _SCRIPT.finditer(text)] + re.findall(r"\]\([./\w]*examples/([\w/]+\.py)\)", text)


def blocks_on(page: Path) -> list[Block]:
    """The commands that a page shows with their output."""
    text = page.read_text(encoding="utf-8")
    blocks: list[Block] = []
    done: list[str] = []
    for match in sorted([*_DO.finditer(text), *_RUN.finditer(text)], key=re.Match.start):
        if match.re is _DO:
            done.append(match["do"])
            continue
        commands = tuple(_commands(match["shown"]))
        blocks.append(Block(page, match["folder"], tuple(match["words"].split()), tuple(done), commands))
        done = []
    return blocks


def _commands(shown: str) -> Iterator[Command]:
    """The commands of a block: each begins with a dollar, and goes on behind a backslash."""
    for part in re.split(r"^\$ ", shown, flags=re.MULTILINE)[1:]:
        line, _, output = re.sub(r"\\\n> ", "", part).partition("\n")
        yield Command(line, output.strip("\n") + "\n" if output.strip("\n") else "")


def stories_on(page: Path) -> list[Story]:
    """The blocks of a page, those together that share a folder."""
    stories: list[list[Block]] = []
    for block in blocks_on(page):
        if block.goes_on:
            stories[-1].append(block)
        else:
            stories.append([block])
    return [tuple(story) for story in stories]


def missing(story: Story) -> list[str]:
    """What its scripts import that is not installed; where it names none, what any of its folder does."""
    folder = EXAMPLES / story[0].folder
    scripts = [*folder.rglob("*.py")]
    own = {script.stem for script in scripts} | {script.parent.name for script in scripts if script.parent != folder}
    words = {word.partition(":")[0] for block in story for command in block.commands for word in command.line.split()}
    named = [script for script in scripts if str(script.relative_to(folder)) in words]
    names = {name for script in named or scripts for name in imported(script)} - own
    return sorted(name for name in names if not importlib.util.find_spec(name))


def imported(script: Path) -> list[str]:
    """The packages that a script imports at its top."""
    names = []
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return sorted({name.partition(".")[0] for name in names})


def fresh_outputs(story: Story, pictures: Path | None = None) -> list[list[str]]:
    """What each command of each block prints now, as it comes out of a pipe.

    Args:
        pictures: Where pictures go, if the page asks for one.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / story[0].folder
        shutil.copytree(EXAMPLES / story[0].folder, folder)
        texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
        texts += [command.line for block in story for command in block.commands]
        makers = [EXAMPLES / "make_photos.py"] if any("photos" in text for text in texts) else []
        for maker in (*makers, *folder.glob("make_*.py")):
            subprocess.run([sys.executable, maker], cwd=folder, check=True)
        programs = _programs(Path(name) / "bin")
        return [_outputs(block, folder, programs, pictures) for block in story]


def _programs(folder: Path) -> Path:
    """A folder with the commands that the environment of a user has."""
    folder.mkdir()
    for name, words in (("genaudit", "-m genaudit "), ("pytest", "-m pytest "), ("python", "")):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def _outputs(block: Block, folder: Path, programs: Path, pictures: Path | None) -> list[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
    variables = {**inherited, **_VARIABLES, "PATH": f"{programs}:{os.environ['PATH']}", **block.variables}
    for line in block.before:
        subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=folder, env=variables, check=True)
    outputs = []
    for number, command in enumerate(block.commands, 1):
        line = command.line
        if block.picture and pictures is not None:
            line = line.replace("genaudit run ", f"genaudit run --output png={pictures / block.picture}.png ", 1)
        done = subprocess.run(["bash", "-c", line], cwd=folder, env=variables, capture_output=True, text=True)
        # Exit codes are verdicts here; what is refused is told on the other stream.
        streams = [stream.strip("\n") for stream in (done.stdout, done.stderr)]
        text = "\n\n".join(streams).strip("\n") if "both" in block.words else streams[0] or streams[1]
        assert "Traceback" not in done.stderr, done.stderr
        lines = [line.rstrip() for line in text.splitlines() if f"{pictures}/" not in line]
        first = block.first if number == len(block.commands) else None
        outputs.append("".join(f"{line}\n" for line in shortened(lines, first)))
    return outputs


def shortened(lines: list[str], first: int | None) -> list[str]:
    """The first lines, and a mark that there were more."""
    if first is None or len(lines) <= first:
        return lines
    shown = lines[:first]
    while shown and not shown[-1]:
        shown.pop()
    return [*shown, f"  {ELLIPSIS}"]


def facts(output: str) -> list[str]:
    """What is the same in every run: verdicts, refusals, rules, and lines of the scripts, each once.

    How often a line is named is not: a budget that is nearly reached is broken in one run, and kept in another.
    """
    found = re.findall(
        r"\b(?:PASS|WARN|FAIL|ERROR|INCONCLUSIVE|WORSE|(?:SAME|OTHER) DATA)\b|^error: \S+|\bGA[1-5]\d{2}\b"
        r"|\b[\w/]+\.py:\d+",
        output,
        re.M,
    )
    return list(dict.fromkeys(found))


def shown(block: Block, outputs: Sequence[str]) -> str:
    """The block as a page has it, with these outputs; a blank line stands between commands that print several lines."""
    parts = [f"$ {command.line}\n{output}" for command, output in zip(block.commands, outputs, strict=True)]
    return ("\n" if any(output.count("\n") > 1 for output in outputs[:-1]) else "").join(parts)


def refresh(page: Path) -> Iterator[str]:
    """Write scripts and outputs of today into a page; gives what was not run, and why."""
    page.write_text(with_scripts(page.read_text(encoding="utf-8")), encoding="utf-8")
    texts: list[str | None] = []
    for story in stories_on(page):
        lacking = missing(story)
        lines = [command.line for block in story for command in block.commands]
        if lacking:
            yield f"{page.name}: not run, as {' and '.join(lacking)} is not installed: {'; '.join(lines)}"
            texts += [None] * len(story)
            continue
        print(f"{page.name}: $ {'; '.join(lines)}", file=sys.stderr)
        outputs = fresh_outputs(story, PICTURES if any(block.picture for block in story) else None)
        texts += [shown(block, output) for block, output in zip(story, outputs, strict=True)]

    fresh = iter(texts)
    text = page.read_text(encoding="utf-8")
    text = _RUN.sub(lambda match: match["before"] + (next(fresh) or match["shown"]) + match["after"], text)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for chosen in pages():
        if chosen.name in sys.argv[1:] or len(sys.argv) == 1:
            for left in refresh(chosen):
                print(left, file=sys.stderr)
