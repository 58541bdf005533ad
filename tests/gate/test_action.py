"""The action for GitHub: its file, and what its shell steps do."""

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.readme import ROOT

STUB = """\
#!/bin/bash
# A python that notes how it was called, and ends as it is told.
if [ "$1" = -c ]; then exit "${IMPORTABLE:-0}"; fi
printf '%s\\n' "$@" > "$CALLS"
exit "${CODE:-0}"
"""


@pytest.fixture(scope="module")
def action() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def step(action: Any, name: str) -> Any:
    return next(one for one in action["runs"]["steps"] if one.get("id") == name)


def ran(action: Any, name: str, folder: Path, **variables: str) -> tuple[int, list[str], dict[str, str]]:
    """A step's exit code, what it called ``python`` with, and its outputs."""
    stub = folder / "bin" / "python"
    stub.parent.mkdir(exist_ok=True)
    stub.write_text(STUB)
    stub.chmod(0o755)
    calls, outputs = folder / "calls", folder / "outputs"
    calls.write_text("")
    outputs.write_text("")
    inputs = {f"INPUT_{key.upper().replace('-', '_')}": "" for key in action["inputs"]}
    environment = {
        "PATH": f"{stub.parent}:{os.environ['PATH']}",
        "CALLS": str(calls),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_ACTION_PATH": "/the action",
        **inputs,
        **variables,
    }
    # As the runner starts a step of ``shell: bash``.
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(action, name)["run"]]
    done = subprocess.run(shell, env=environment, cwd=folder, check=False)
    pairs = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
    return done.returncode, calls.read_text().splitlines(), pairs


def test_it_is_an_action(action: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    package = pytest.importorskip("check_jsonschema")
    schema = json.loads((resources.files(package) / "builtin_schemas/vendor/github-actions.json").read_text("utf-8"))

    jsonschema.validate(action, schema)
    assert set(action["inputs"]) == {"target", "config", "baseline", "fail-on", "sarif-file"}


def test_no_input_reaches_a_shell_but_through_a_variable(action: Any) -> None:
    for one in action["runs"]["steps"]:
        assert "${{" not in one.get("run", "")
    given = {value.split("inputs.")[1].split(" ")[0] for value in step(action, "gate")["env"].values()}
    assert given == set(action["inputs"])


def test_reports_are_uploaded_whatever_the_gate_said(action: Any) -> None:
    upload = next(one for one in action["runs"]["steps"] if "upload-artifact" in one.get("uses", ""))

    assert upload["if"] == "always()"
    assert upload["with"]["path"].strip("/") in step(action, "gate")["run"]


def test_without_inputs(action: Any, tmp_path: Path) -> None:
    code, called, outputs = ran(action, "gate", tmp_path)

    assert code == 0
    assert called == ["-m", "genaudit", "gate", "--out", "genaudit-reports", "--"]
    assert outputs == {"verdict": "pass", "exit-code": "0", "report-path": "genaudit-reports"}


def test_inputs_are_passed_as_they_are(action: Any, tmp_path: Path) -> None:
    """Spaces, quotes, stars and dollars too; targets are lines."""
    _, called, _ = ran(
        action,
        "gate",
        tmp_path,
        INPUT_TARGET='data:Loader(8, "a b")\n\ndata:*$HOME\n',
        INPUT_CONFIG="my conf/genaudit.toml",
        INPUT_BASELINE="base.json",
        INPUT_FAIL_ON="warn",
        INPUT_SARIF_FILE="out/a b.sarif",
    )

    assert called[3:] == [
        *["--out", "genaudit-reports", "--config", "my conf/genaudit.toml", "--baseline", "base.json"],
        *["--fail-on", "warn", "--output", "sarif=out/a b.sarif", "--", 'data:Loader(8, "a b")', "data:*$HOME"],
    ]


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(1, "fail"), (2, "usage"), (3, "error"), (4, "inconclusive"), (5, "nothing"), (70, "error")],
)
def test_the_exit_code_is_the_gate_s(action: Any, tmp_path: Path, code: int, verdict: str) -> None:
    ended, _, outputs = ran(action, "gate", tmp_path, CODE=str(code))

    assert ended == code
    assert (outputs["verdict"], outputs["exit-code"]) == (verdict, str(code))


def test_it_installs_only_what_is_missing(action: Any, tmp_path: Path) -> None:
    assert ran(action, "install", tmp_path)[1] == []
    called = ran(action, "install", tmp_path, IMPORTABLE="1")[1]
    assert called == ["-m", "pip", "install", "--quiet", "/the action"]


@pytest.mark.process
def test_the_step_runs_the_real_gate(action: Any, tmp_path: Path) -> None:
    """Without a configuration and a target there is nothing to do; options and outputs are understood."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text(f'#!/bin/bash\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    outputs = tmp_path / "outputs"
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GENAUDIT_"))},
        "PYTHONPATH": str(ROOT),
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(outputs),
        **dict.fromkeys((f"INPUT_{key.upper().replace('-', '_')}" for key in action["inputs"]), ""),
    }
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(action, "gate")["run"]]
    done = subprocess.run(shell, env=environment, cwd=tmp_path, check=False, capture_output=True, text=True)

    assert done.returncode == 5, done.stderr
    assert "genaudit init" in done.stderr
    assert "verdict=nothing" in outputs.read_text()
