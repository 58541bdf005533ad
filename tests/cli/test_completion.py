"""The completion scripts are for the command that people type."""

import shutil
import subprocess

import click
import pytest
from click.testing import CliRunner

from genaudit.cli import completion


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
