"""What ``--help`` says, and that it starts in a moment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from genaudit.cli.main import COMMANDS, SUMMARIES
from genaudit.errors import ExitCode
from tests.golden import check_golden

GOLDEN = Path(__file__).parent / "golden"


def help_of(*words: str) -> str:
    """The help at 80 columns; in a process of its own, as click remembers how a command was called first."""
    script = "from genaudit.__main__ import main; main()"
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-c", script, *words, "--help"], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


@pytest.mark.process
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help(name: str) -> None:
    """As it was when somebody last read it; examples stay in their lines, and no line is wider than the terminal."""
    text = help_of(*[name] if name else [])

    assert max(len(line) for line in text.splitlines()) <= 80
    assert "\b" not in text
    check_golden(GOLDEN / f"{name or 'genaudit'}.txt", text)


@pytest.mark.process
@pytest.mark.parametrize("name", ["", "run", "report", "gate", "lint", "compare"])
def test_help_has_examples_to_copy(name: str) -> None:
    """A line each."""
    lines = help_of(*[name] if name else []).splitlines()

    assert [line for line in lines if line.startswith(f"    genaudit {name}".rstrip() + " ")]


@pytest.mark.process
def test_help_lists_every_exit_code() -> None:
    """They are a promise."""
    text = help_of()

    assert [code.value for code in ExitCode if f"\n    {code.value:<4} " not in text] == []


def test_every_command_has_its_line() -> None:
    """The list is written out, so that no command is imported for it."""
    assert list(SUMMARIES) == list(COMMANDS)


@pytest.mark.process
@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"]])
def test_nothing_heavy_is_imported_for_help(words: list[str]) -> None:
    """Neither what measures, nor what computes, nor what draws."""
    script = (
        "import sys\n"
        "from genaudit.__main__ import main\n"
        "try:\n    main()\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)

    loaded = set(done.stderr.split())
    heavy = {"msgspec", "psutil", "numpy", "rich", "matplotlib", "bokeh", "jinja2", "PIL", "asyncio", "ctypes"}
    assert heavy & loaded == set()
    assert not [name for name in loaded if name.startswith(("genaudit.recorder", "genaudit.render", "genaudit.report"))]
