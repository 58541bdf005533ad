"""What ``genaudit init`` finds and writes."""

import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from genaudit.cli.init import command
from genaudit.config.file import read
from genaudit.gate.init import starter
from genaudit.gate.init.discovery import candidates
from genaudit.gate.init.origin import origin
from genaudit.gate.init.starter import Start, configuration_text
from genaudit.gate.init.suggestion import nice_size, suggested
from genaudit.report.failures import WHY_EMPTY
from tests import build_report as made

CODE = """
import numpy as np

raise SystemExit("nothing may import this")


def train_batches(image_paths, batch_size=8):
    for start in range(0, len(image_paths), batch_size):
        yield np.stack([np.zeros(4) for _ in image_paths[start:start + batch_size]])


def from_table(table, labels, *, batch_size, shuffle=True):
    for start in range(0, len(table), batch_size):
        yield table[start:start + batch_size], labels


class Loader:
    def __init__(self, files, batch_size=4):
        self.files, self.batch_size = files, batch_size

    def __len__(self):
        return len(self.files) // self.batch_size

    def __getitem__(self, index):
        return np.zeros((self.batch_size, 4))


def augmented(image_paths, batch_size=8):
    for batch in train_batches(image_paths, batch_size):
        yield batch[:, ::-1]


def primes():
    n = 2
    while True:
        yield n
        n += 1


def _hidden(image_paths, batch_size=8):
    for start in range(0, len(image_paths), batch_size):
        yield np.zeros(4)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one package, one file that no name leads to, and tests."""
    monkeypatch.chdir(tmp_path)
    for folder in (".git", "shop", "tests", "my-scripts"):
        (tmp_path / folder).mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "data.py").write_text(CODE)
    (tmp_path / "tests" / "fake.py").write_text(CODE)
    (tmp_path / "my-scripts" / "load.py").write_text(CODE)
    return tmp_path


def schema(name: str) -> Any:
    """A schema as SchemaStore has it, which a package ships."""
    package = pytest.importorskip("check_jsonschema")
    return json.loads((resources.files(package) / "builtin_schemas" / "vendor" / f"{name}.json").read_text("utf-8"))


def test_data_generators_are_found_and_others_are_not(project: Path) -> None:
    """By what they are given; primes, helpers and tests are not, and nothing is imported."""
    result = {candidate.target: candidate for candidate in candidates(project)}

    names = {"train_batches", "from_table", "Loader", "augmented"}
    assert {f"shop.data:{name}" for name in names} <= set(result)
    assert "my-scripts/load.py:train_batches" in result
    assert not [name for name in result if "primes" in name or "_hidden" in name or "fake" in name]
    assert result["shop.data:from_table"].required == ["table", "labels", "batch_size"]
    assert result["shop.data:Loader"].required == ["files"]
    assert result["shop.data:train_batches"].takes_files
    assert not result["shop.data:from_table"].takes_files


def test_what_is_written_is_read_again(project: Path) -> None:
    """With budgets, without, and for a file that no name leads to."""
    result = candidates(project)
    starts = [
        Start(candidate=result[0], budgets=suggested(made.clean()), synth=starter.SYNTH),
        *(Start(candidate=candidate, remark="it needs table") for candidate in result[1:]),
    ]
    for name, table in (("genaudit.toml", ""), ("pyproject.toml", "tool.genaudit")):
        path = project / name
        path.write_text(configuration_text(starts, table=table))
        configuration = read(path)
        assert configuration.targets == [result[0].target]
        assert set(configuration.settings(result[0].target).budgets) >= {"scaling", "spike"}


def test_budgets_are_a_quarter_above_and_bless_no_fault() -> None:
    assert suggested(made.clean())["scaling"] == "constant"
    eager = suggested(made.eager())
    assert eager["scaling"] == "constant"
    assert "peak" not in eager
    assert eager["per-item"] == "1KiB/item"
    assert suggested(made.leak())["growth"] == "8KiB/batch"


@pytest.mark.parametrize("n_bytes", [1, 1023, 1024, 1025, 99 * 1024, 101 * 1024, 10**6, 2**30, 3 * 2**40 + 1])
def test_nice_sizes_are_no_less(n_bytes: int) -> None:
    from genaudit.config.quantities import parse_quantity

    assert n_bytes <= parse_quantity(nice_size(n_bytes), ("bytes",)).value <= max(2, 1.12 * n_bytes)


def test_without_running(project: Path) -> None:
    """Nothing is measured, nothing is imported, and the files say what to do."""
    (project / "requirements.txt").write_text("numpy\n")
    done = CliRunner().invoke(command, ["--no-run"])

    assert done.exit_code == 0, done.output
    assert "shop/data.py:7  shop.data:train_batches  not measured" in done.output
    assert read(project / "genaudit.toml").targets == []
    workflow = yaml.safe_load((project / ".github" / "workflows" / "genaudit.yml").read_text())
    steps = [step.get("run", "") for step in workflow["jobs"]["genaudit"]["steps"]]
    assert steps[2].splitlines() == ["pip install -r requirements.txt", f'pip install "{origin(project).requirement}"']
    assert "genaudit gate" in steps[3]


def test_nothing_is_overwritten(project: Path) -> None:
    workflow = project / ".github" / "workflows" / "genaudit.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("mine")
    (project / "pyproject.toml").write_text("[project]\nname = 'shop'\n")

    done = CliRunner().invoke(command, ["--no-run", "--pyproject"])
    assert done.exit_code == 0, done.output
    assert workflow.read_text() == "mine"
    assert (project / "pyproject.toml").read_text().startswith("[project]\nname = 'shop'\n\n[tool.genaudit]\n")
    again = CliRunner().invoke(command, ["--no-run"])
    assert getattr(again.exception, "slug", "") == "configured-already"


def test_the_workflow_is_one(project: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    text = starter.github_workflow(["pip install ."])

    jsonschema.validate(yaml.safe_load(text.replace("\non:", '\n"on":')), schema("github-workflows"))


def test_the_workflow_has_this_python() -> None:
    """Not the latest, which what the targets need may not know yet."""
    (setup,) = [
        step
        for step in yaml.safe_load(starter.github_workflow([]))["jobs"]["genaudit"]["steps"]
        if "setup-python" in step.get("uses", "")
    ]

    assert setup["with"]["python-version"] == "{}.{}".format(*sys.version_info)


@pytest.mark.process
def test_of_no_batch_it_asks_what_a_run_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the target, and in the configuration."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty_data.py").write_text("def val_batches(paths=()):\n    for path in paths:\n        yield path\n")
    done = CliRunner().invoke(command, [])

    assert f"not measured: yielded no batch: {WHY_EMPTY}" in done.output
    assert WHY_EMPTY in (tmp_path / "genaudit.toml").read_text()


def test_the_gitlab_job_is_one(project: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    (project / ".gitlab-ci.yml").write_text("include: {local: genaudit.gitlab-ci.yml}\n")
    done = CliRunner().invoke(command, ["--no-run"])

    job = yaml.safe_load((project / "genaudit.gitlab-ci.yml").read_text())
    jsonschema.validate(job, schema("gitlab-ci"))
    assert "include: {local: genaudit.gitlab-ci.yml}" in done.output
    assert not (project / ".github").exists()


def test_nothing_to_find(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    done = CliRunner().invoke(command, [str(tmp_path)])

    assert getattr(done.exception, "exit_code", None) == 5
