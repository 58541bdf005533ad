"""The examples of the pages in ``docs/frameworks`` and of the README: scripts as they are, and what really came out.

    python docs/run_examples.py            # run all, and write what comes out into the pages; takes some minutes
    python docs/run_examples.py keras.md   # those of one page

A page holds a script between ``<!-- script: keras/train.py -->`` and ``<!-- end of script -->``, or a part of it with
``lines=9-13`` after the name. It holds a command with its
output between ``<!-- run: keras -->`` and ``<!-- end of run -->``. The word after *run* is the folder of
``docs/examples`` that the command runs in, with ``photos`` and what else the scripts need beside it. ``first=9`` there
means that the page shows nine lines of the output, and a line with an ellipsis for the rest; ``picture=train``, that
the picture of the run is ``docs/pictures/train.png``.

A run whose libraries are not installed is left as it was, which is said.
"""

import ast
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs" / "frameworks").glob("*.md")), ROOT / "docs" / "fix.md")
PICTURES = ROOT / "docs" / "pictures"
ELLIPSIS = "…"
_SCRIPT = re.compile(
    r"(?P<before><!-- script: (?P<path>\S+)(?: lines=(?P<first>\d+)-(?P<last>\d+))? -->\n```python\n)"
    r"(?P<text>.*?)(?P<after>```\n<!-- end of script -->)",
    re.DOTALL,
)
_RUN = re.compile(
    r"(?P<before><!-- run: (?P<folder>\w+)(?: first=(?P<first>\d+))?(?: picture=(?P<picture>\w+))? -->\n"
    r"```console\n\$ (?P<command>genaudit [^\n]*)\n)"
    r"(?P<output>.*?)(?P<after>```\n<!-- end of run -->)",
    re.DOTALL,
)


class Run(NamedTuple):
    """A command on a page, and what the page says comes out."""

    page: Path
    folder: str
    command: str
    first: int | None
    picture: str | None
    output: str

    @property
    def missing(self) -> list[str]:
        """What the command's script imports that is not installed."""
        return [name for name in imported(EXAMPLES / self.folder / self.script) if not importlib.util.find_spec(name)]

    @property
    def script(self) -> str:
        """The file that the command runs."""
        return next(word for word in shlex.split(self.command) if word.partition(":")[0].endswith(".py")).partition(
            ":"
        )[0]


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


def runs_on(page: Path) -> list[Run]:
    """The commands that a page shows with their output."""
    return [_run(page, match) for match in _RUN.finditer(page.read_text(encoding="utf-8"))]


def _run(page: Path, match: re.Match[str]) -> Run:
    first = int(match["first"]) if match["first"] else None
    return Run(page, match["folder"], match["command"], first, match["picture"], match["output"])


def imported(script: Path) -> list[str]:
    """The packages that a script imports at its top."""
    names = []
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return sorted({name.partition(".")[0] for name in names})


def fresh_output(run: Run, pictures: Path | None = None) -> str:
    """What the command prints now, in a fresh folder, as it comes out of a pipe.

    Args:
        pictures: Where its picture goes, if the page asks for one.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / run.folder
        shutil.copytree(EXAMPLES / run.folder, folder)
        for maker in (EXAMPLES / "make_photos.py", *folder.glob("make_*.py")):
            subprocess.run([sys.executable, maker], cwd=folder, check=True)
        words = shlex.split(run.command)[1:]
        if pictures is not None:
            words[1:1] = ["--output", f"png={pictures / f'{run.picture}.png'}"]
        done = subprocess.run(
            [sys.executable, "-m", "genaudit", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
    # Exit codes are verdicts here; what is refused is told on the other stream.
    assert done.stdout.strip() or done.stderr.startswith("error: "), done.stderr
    text = done.stdout.strip("\n") or done.stderr.strip("\n")
    lines = [line.rstrip() for line in text.splitlines() if str(pictures) not in line]
    return "".join(f"{line}\n" for line in shortened(lines, run.first))


def shortened(lines: list[str], first: int | None) -> list[str]:
    """The first lines, and a mark that there were more."""
    if first is None or len(lines) <= first:
        return lines
    shown = lines[:first]
    while shown and not shown[-1]:
        shown.pop()
    return [*shown, f"  {ELLIPSIS}"]


def facts(output: str) -> list[str]:
    """What is the same in every run: verdicts, refusals, and lines of the scripts."""
    return re.findall(r"\b(?:PASS|WARN|FAIL|ERROR|INCONCLUSIVE)\b|^error: \S+|\b[\w/]+\.py:\d+", output, re.M)


def refresh(page: Path) -> Iterator[str]:
    """Write scripts and outputs of today into a page; gives what was not run, and why."""
    text = page.read_text(encoding="utf-8")
    text = with_scripts(text)
    left: list[str] = []

    def written(match: re.Match[str]) -> str:
        run = _run(page, match)
        if run.missing:
            left.append(f"{page.name}: $ {run.command}: not run, as {' and '.join(run.missing)} is not installed")
            return match[0]
        print(f"{page.name}: $ {run.command}", file=sys.stderr)
        return match["before"] + fresh_output(run, PICTURES if run.picture else None) + match["after"]

    page.write_text(_RUN.sub(written, text), encoding="utf-8")
    yield from left


if __name__ == "__main__":
    chosen = [page for page in PAGES if page.name in sys.argv[1:] or len(sys.argv) == 1]
    for chosen_page in chosen:
        for words in refresh(chosen_page):
            print(words, file=sys.stderr)
