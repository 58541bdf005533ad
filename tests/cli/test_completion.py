"""Completion as a shell does it: the scripts are for the command that people type, and bash is asked by its own TAB."""

import os
import pty
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from genaudit.cli import completion
from genaudit.cli.main import cli

DATA = '''\
"""Importing this would end the test."""
raise SystemExit("imported")


def helper(): ...
def train(paths):
    yield from paths
def trial(): ...
def _private(): ...


class Loader:
    def __init__(self, n): ...
    def __iter__(self): ...
    def flow(self): ...


if helper:
    async def later():
        yield 1
'''


@pytest.fixture
def root() -> click.Group:
    """A command line with completion in it."""
    group = click.Group("genaudit")
    group.add_command(completion.command, "completion")
    return group


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(root: click.Group, shell: str) -> None:
    """The script asks genaudit itself for words."""
    result = CliRunner().invoke(root, ["completion", shell])

    assert result.exit_code == 0
    assert f"_GENAUDIT_COMPLETE={shell}_complete" in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_accepts_its_script(root: click.Group, shell: str) -> None:
    """Checked by the shell itself, where it is installed, without running it."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = CliRunner().invoke(root, ["completion", shell]).stdout

    checked = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_another_shell_is_refused(root: click.Group) -> None:
    """With the names of those that there are."""
    result = CliRunner().invoke(root, ["completion", "tcsh"])

    assert result.exit_code == 2
    assert "bash" in result.stderr
    assert "fish" in result.stderr


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to type in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text(DATA)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("def batches():\n    yield 1\n")
    (tmp_path / "package" / "more.py").write_text("def rows():\n    yield 1\n")
    (tmp_path / "broken.py").write_text("def (\n")
    cell = {"cell_type": "code", "source": ["%matplotlib inline\n", "def g():\n", "    yield 1\n"]}
    (tmp_path / "book.ipynb").write_text(f'{{"cells": [{cell}]}}'.replace("'", '"'))
    return tmp_path


def offered(*words: str) -> list[tuple[str, str]]:
    """The kind and the text of what is offered for the last word."""
    items = ShellComplete(cli, {}, "genaudit", "_GENAUDIT_COMPLETE").get_completions(list(words[:-1]), words[-1])
    return [(item.type, item.value) for item in items]


NAMES = ["train", "Loader", "later", "helper", "trial"]


@pytest.mark.parametrize(
    ("begun", "values"),
    [
        pytest.param("data.py:", [f"data.py:{name}" for name in NAMES], id="all, those that make batches first"),
        pytest.param("data.py", [f"data.py:{name}" for name in NAMES], id="a whole file"),
        pytest.param("data.py::t", ["data.py::train", "data.py::trial"], id="two colons"),
        pytest.param("data:tra", ["data:train"], id="a module"),
        pytest.param("package:", ["package:batches"], id="a package"),
        pytest.param("package.more:", ["package.more:rows"], id="a module in it"),
        pytest.param("./data.py:L", ["./data.py:Loader"], id="a path"),
        pytest.param("data.py:Loader.", ["data.py:Loader.flow"], id="methods"),
        pytest.param("data.py:_", ["data.py:_private"], id="private ones on demand"),
        pytest.param("data.py:Loader(8).", [], id="a call is not followed"),
        pytest.param("book.ipynb:", ["book.ipynb:g"], id="a notebook"),
        pytest.param("broken.py:", [], id="no Python"),
        pytest.param("nowhere.py:", [], id="no file"),
        pytest.param("package/:", [], id="a folder"),
        pytest.param("a\0b:", [], id="what can be no file"),
        pytest.param("~nobody-of-this-name/x.py:", [], id="nobody's home"),
    ],
)
def test_names_behind_the_colon(project: Path, begun: str, values: list[str]) -> None:
    """Found by parsing."""
    assert offered("run", begun) == [("plain", value) for value in values]


@pytest.mark.parametrize(
    "words", [["run"], ["fix"], ["gate"], ["compare"], ["compare", "data.py:train"], ["run", "--batches", "3"]]
)
def test_commands_that_take_targets(project: Path, words: list[str]) -> None:
    """Each of them, and each of its targets."""
    assert offered(*words, "data.py:tri") == [("plain", "data.py:trial")]


@pytest.mark.parametrize(
    ("words", "begun"),
    [
        (["run"], "da"),
        (["run"], ""),
        (["run"], "package"),
        (["run"], "broken.py"),
        (["run", "data.py", "--"], "da"),
        (["watch"], "data.py"),
        (["lint"], "da"),
    ],
)
def test_files_before_the_colon(project: Path, words: list[str], begun: str) -> None:
    """By the shell, which knows better."""
    assert offered(*words, begun) == [("file", begun)]


@pytest.mark.process
@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_a_target(project: Path) -> None:
    """Fish itself says what it would offer."""
    programs(project)
    (project / "made.fish").write_text(CliRunner().invoke(cli, ["completion", "fish"], prog_name="genaudit").stdout)
    asked = ["fish", "--no-config", "-c", "source made.fish; complete -C 'genaudit run data.py:tra'"]

    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=project, env=environment(project))

    assert done.stdout.split() == ["data.py:train"]


def programs(project: Path) -> None:
    """A genaudit that answers a shell, and for the rest writes down how it was called."""
    folder = project / "programs"
    folder.mkdir(exist_ok=True)
    stub = folder / "genaudit"
    complete = f"exec {shlex.quote(sys.executable)} -m genaudit"
    stub.write_text(f'#!/bin/sh\n[ -n "$_GENAUDIT_COMPLETE" ] && {complete}\nprintf "<%s>" "$@" > called\n')
    stub.chmod(0o755)


def environment(project: Path) -> dict[str, str]:
    """The variables of a shell that finds it."""
    return {
        **os.environ,
        "PATH": f"{project / 'programs'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "TERM": "dumb",
        "INPUTRC": "/dev/null",
    }


def in_bash(project: Path, typed: str, setup: str = "") -> str:
    """What bash hands to genaudit when a line was typed, TAB and all, at a terminal."""
    programs(project)
    script = CliRunner().invoke(cli, ["completion", "bash"], prog_name="genaudit").stdout
    start = project / "bashrc"
    # A line that never becomes whole would wait for ever: the shell leaves after a minute without one.
    start.write_text(f"PS1='$ '\nTMOUT=60\nset +o history\n{script}\n{setup}\n")
    terminal, end = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "--noprofile", "--rcfile", str(start), "-i"],
        stdin=end,
        stdout=end,
        stderr=end,
        cwd=project,
        env=environment(project),
        start_new_session=True,
    )
    os.close(end)
    os.write(terminal, f"{typed}\nexit\n".encode())
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:  # the shell has left its terminal
        pass
    shell.wait()
    os.close(terminal)
    called = project / "called"
    assert called.exists(), shown.decode(errors="replace")
    return called.read_text()


@pytest.mark.process
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("typed", "called"),
    [
        pytest.param("genaudit run data.py:tra\t", "<run><data.py:train>", id="a name"),
        pytest.param("genaudit run data.py:L\t.f\t", "<run><data.py:Loader><.f>", id="a whole name ends its word"),
        pytest.param("genaudit run data.py:Loader.f\t", "<run><data.py:Loader.flow>", id="a method"),
        pytest.param("genaudit run data.py::tra\t", "<run><data.py::train>", id="two colons"),
        pytest.param("genaudit run package:\t", "<run><package:batches>", id="the only one"),
        pytest.param("genaudit run data.py:t\ti\t", "<run><data.py:trial>", id="what they share, then the rest"),
        pytest.param("genaudit run da\t", "<run><data.py>", id="a file"),
        pytest.param("genaudit run 'data.py:tra\t", "<run><data.py:train>", id="in quotes"),
        pytest.param(
            "genaudit compare data.py:tra\t data.py:tri\t", "<compare><data.py:train><data.py:trial>", id="two"
        ),
        pytest.param("genaudit run data.py:tra\t--synth ar\t", "<run><data.py:train><--synth><ar>", id="behind it"),
        pytest.param("genaudit comp\t", None, id="commands"),
    ],
)
def test_bash_completes_a_target(project: Path, typed: str, called: str | None) -> None:
    """At a terminal, by its TAB; the colon ends a word of bash, and not one of ours."""
    assert in_bash(project, typed) == (called or "<comp>")


@pytest.mark.process
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_without_the_colon_among_its_breaks(project: Path) -> None:
    """As some set it up: the whole word is replaced then."""
    breaks = "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}"

    assert in_bash(project, "genaudit run data.py:tra\t", breaks) == "<run><data.py:train>"
