"""What the README prints is what is run, and what it shows is what comes out."""

import re
import subprocess
from pathlib import Path

from tests.readme import README, ROOT, documentation, marked_command


def test_ci_runs_the_commands_as_printed() -> None:
    """.ci/run takes its commands out of the README: both, unchanged, in their order."""
    printed = subprocess.run(["bash", ".ci/run", "--commands"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert printed.stdout.splitlines() == [marked_command("demo"), marked_command("tests")]


def test_ci_stops_without_the_commands(tmp_path: Path) -> None:
    """A README that lost a mark is an error, not a run that tests nothing."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text((ROOT / ".ci" / "run").read_text())
    (tmp_path / "README.md").write_text(README.read_text().replace("<!-- command: tests -->", ""))

    done = subprocess.run(["bash", ".ci/run", "--commands"], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 2
    assert "<!-- command: tests -->" in done.stderr


def test_each_command_stands_alone() -> None:
    """Either may be copied first: both make the environment, and the second brings what the tests need."""
    demo, tests = marked_command("demo"), marked_command("tests")

    assert demo.startswith("python3 -m venv .venv && ")
    assert demo.endswith(".venv/bin/genaudit demo")
    assert tests.startswith("python3 -m venv .venv && ")
    assert "'.[test,tensorflow]'" in tests
    assert tests.endswith('.venv/bin/python -m pytest -n auto --dist loadgroup -m "not slow"')


def test_links_lead_somewhere() -> None:
    """Every relative link of the pages that users read names a file of the repository."""
    for page in (README, ROOT / "docs" / "index.md", ROOT / "reports" / "README.md", ROOT / "CHANGELOG.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (page.parent / target).exists(), f"{page}: {target}"


def test_exit_codes_are_those_of_the_code() -> None:
    """The table of exit codes has every code there is, and no other."""
    from genaudit.errors import ExitCode

    in_ci = README.read_text(encoding="utf-8").split("## In CI")[1].split("\n## ")[0]

    assert [int(code) for code in re.findall(r"^\| (\d+) \|", in_ci, re.M)] == [int(code) for code in ExitCode]


def test_options_exist() -> None:
    """Every option that the README names is one of some command."""
    from click import Context

    from genaudit.cli.main import cli

    context = Context(cli)
    commands = [cli.get_command(context, name) for name in cli.list_commands(context)]
    known = {word for command in commands if command for option in command.params for word in option.opts}

    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README.read_text(encoding="utf-8")))

    # The second is pytest's, in the command that runs the tests.
    assert named - known == {"--help", "--dist"}


def test_the_first_example_is_a_script_that_trains() -> None:
    """What people have: they type one command, and see what comes out."""
    examples = documentation("run_examples")
    block, *_ = examples.blocks_on(README)
    (command,) = block.commands
    first_words = README.read_text(encoding="utf-8").split("genaudit run ")[1]

    assert first_words.startswith("train.py\n")
    assert command.line == "genaudit run train.py"
    assert "FAIL" in command.output.splitlines()[0]
    assert max(map(len, command.output.splitlines())) <= 100
