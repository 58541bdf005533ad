"""What a job of CI is told to install: the genaudit that runs here, wherever that came from."""

import json
import subprocess
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from genaudit.cli.init import command
from genaudit.gate.init.origin import origin
from genaudit.gate.init.starter import github_workflow, gitlab_job, install_commands
from genaudit.version import __version__
from tests.gate.test_init import schema

DATA = "def train_batches(image_paths):\n    for path in image_paths:\n        yield [path]\n"


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has pip's note of an installation say what it is given."""

    def note(content: dict[str, Any] | None) -> None:
        text = None if content is None else json.dumps(content)
        monkeypatch.setattr(metadata, "distribution", lambda name: SimpleNamespace(read_text=lambda file: text))

    return note


def clone(folder: Path, address: str | None) -> str:
    """A repository with one commit, which is returned."""
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    folder.mkdir(parents=True)
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
    if address:
        subprocess.run([*git, "remote", "add", "origin", address], check=True)
    return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def test_from_an_index(noted: Any, tmp_path: Path) -> None:
    """In the version that is here: budgets were measured with it."""
    noted(None)

    assert origin(tmp_path) == (f"genaudit=={__version__}", "")


@pytest.mark.parametrize(
    ("note", "requirement"),
    [
        (
            {"url": "https://me:secret@host/a/genaudit.git", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}},
            "genaudit @ git+https://host/a/genaudit.git@c0ffee",
        ),
        (
            {"url": "https://host/genaudit-1-py3-none-any.whl", "archive_info": {}},
            "genaudit @ https://host/genaudit-1-py3-none-any.whl",
        ),
    ],
)
def test_from_an_address(note: dict[str, Any], requirement: str, noted: Any, tmp_path: Path) -> None:
    """As it was installed, without anybody's password."""
    noted(note)

    assert origin(tmp_path) == (requirement, "")


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("git@host:a/genaudit.git", "https://host/a/genaudit.git"),
        ("https://token@host/a/genaudit", "https://host/a/genaudit"),
    ],
)
def test_from_a_clone(address: str, page: str, noted: Any, tmp_path: Path) -> None:
    """Its repository has it, once that commit is there."""
    commit = clone(tmp_path / "clone", address)
    noted({"url": (tmp_path / "clone").as_uri(), "dir_info": {"editable": True}})

    assert origin(tmp_path / "project") == (f"genaudit @ git+{page}@{commit}", "that commit must have been pushed")


def test_from_a_place_inside_the_project(noted: Any, tmp_path: Path) -> None:
    """CI has it too."""
    noted({"url": (tmp_path / "tools" / "genaudit-1-py3-none-any.whl").as_uri(), "archive_info": {}})

    assert origin(tmp_path) == ("./tools/genaudit-1-py3-none-any.whl", "")


def test_in_its_own_repository(noted: Any, tmp_path: Path) -> None:
    """It is installed once."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'genaudit'\n")
    noted({"url": tmp_path.as_uri(), "dir_info": {}})

    assert install_commands(tmp_path, origin(tmp_path).requirement) == ["pip install ."]


@pytest.mark.parametrize("address", [None, "/srv/git/genaudit.git"])
def test_from_a_place_that_nobody_else_has(
    address: str | None, noted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable of CI says what is installed; the files say so, and tell nothing of this machine."""
    clone(tmp_path / "clone", address)
    noted({"url": (tmp_path / "clone").as_uri(), "dir_info": {}})
    project = tmp_path / "project"
    project.mkdir()
    (project / "data.py").write_text(DATA)
    monkeypatch.chdir(project)

    done = CliRunner().invoke(command, ["--no-run"])

    assert done.exit_code == 0, done.output
    assert "set the variable GENAUDIT of CI" in done.stderr
    text = (project / ".github" / "workflows" / "genaudit.yml").read_text()
    assert str(tmp_path) not in text
    job = yaml.safe_load(text)["jobs"]["genaudit"]
    assert job["env"] == {"GENAUDIT": "${{ vars.GENAUDIT }}"}
    (install,) = (step["run"] for step in job["steps"] if "pip" in step.get("run", ""))
    jsonschema.validate(yaml.safe_load(text.replace("\non:", '\n"on":')), schema("github-workflows"))
    # A step that was told nothing ends there, and what it was told is one word.
    echoed = install.replace("pip install", "printf '<%s>'")
    assert subprocess.run(["bash", "-ec", echoed], env={"PATH": "/usr/bin:/bin"}, capture_output=True).returncode != 0
    given = {"PATH": "/usr/bin:/bin", "GENAUDIT": "genaudit @ git+https://host/a"}
    assert (
        subprocess.run(["bash", "-ec", echoed], env=given, capture_output=True, text=True).stdout
        == f"<{given['GENAUDIT']}>"
    )


def test_jobs_hold_the_requirement(tmp_path: Path) -> None:
    """As one word of a command, in both files."""
    commands = install_commands(tmp_path, "genaudit @ git+https://host/a@c0ffee")

    github = yaml.safe_load(github_workflow(commands))["jobs"]["genaudit"]
    gitlab = yaml.safe_load(gitlab_job(commands, "a remark"))["genaudit"]

    assert commands == ['pip install "genaudit @ git+https://host/a@c0ffee"']
    assert github["steps"][2]["run"].splitlines() == commands
    assert "env" not in github
    assert gitlab["script"][0] == commands[0]
