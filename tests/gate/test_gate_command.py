"""The command itself: configuration to exit code; audits are made here, but for one that is real."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from genaudit.cli.main import cli
from genaudit.errors import ExitCode, GenauditError, TargetError
from genaudit.gate import plans
from genaudit.gate.plans import Plan, worst_code
from genaudit.model import Level, Report, Verdict
from genaudit.model.recording import Environment, MemoryLimit, Recording, Request
from genaudit.render.terminal.brief import render_brief
from tests import build_report as made

DATA = """\
import numpy as np


def rows(n=400):
    return {"n": n}


def plain(n, batch_size=16):
    while True:
        for start in range(0, n, batch_size):
            yield np.full((min(batch_size, n - start), 24576), start % 251, dtype=np.uint8)


def leaking(n, batch_size=16):
    kept = []
    for batch in plain(n, batch_size):
        kept.append(batch[0].copy())
        yield batch
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, and no CI service around it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "data.py").write_text(DATA)
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GITLAB_", "CI_", "GENAUDIT_")):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> "dict[str, Callable[[], Report] | GenauditError]":
    """What an audit of a target gives; the plans that were made are under ``plans``."""
    answers: dict[str, Any] = {"plans": []}

    def measure(plan: Plan, progress: object = None) -> tuple[Recording, Report]:
        answers["plans"].append(plan)
        answer = answers.get(plan.target, made.clean)
        if isinstance(answer, GenauditError):
            raise answer
        report = answer()
        return _recording(plan.job.request), msgspec.structs.replace(
            report, target=msgspec.structs.replace(report.target, spec=plan.target)
        )

    monkeypatch.setattr(plans, "measure", measure)
    # Pictures and pages are others' tests.
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    return answers


def test_no_source(project: Path, asked: dict) -> None:
    """Lines of code are in the report only where they may be."""
    asked["data:plain"] = made.eager
    found = []
    for words in ([], ["--no-source"]):
        CliRunner().invoke(cli, ["gate", "data:plain", "--isolated", "--out", "out", *words], catch_exceptions=False)
        found.append("for path in image_paths]" in Path("out/data-plain/report.json").read_text())

    assert found == [True, False]


def _recording(request: Request) -> Recording:
    return Recording(
        genaudit_version="0",
        created_at="2026-01-02T03:04:05Z",
        request=request,
        environment=Environment(python="3", implementation="CPython", platform="x", kernel="", allocator="", cpus=1),
        limit=MemoryLimit(bytes=1, source="machine", trial_bytes=1),
        working_directory="/",
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["gate", *arguments])


def code_of(done: Result) -> int:
    """The exit code, also where ``main`` would have made it of an error."""
    return int(getattr(done.exception, "exit_code", done.exit_code))


def configured(project: Path, text: str) -> None:
    (project / "genaudit.toml").write_text(text)


TWO = 'targets = ["data:one", "data:two"]\n[budgets]\ngrowth = "64KiB/batch"\n'


def test_green(project: Path, asked: dict[str, Any]) -> None:
    configured(project, TWO)
    done = run()

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == "gate: 2 of 2 targets pass (exit 0)"
    assert "ok      no growth" in done.stdout or "growth was not measured" in done.stdout
    assert (project / "reports" / "data-one" / "report.json").is_file()


def test_red(project: Path, asked: dict[str, Any]) -> None:
    """Every target is told, the broken one with its line."""
    configured(project, TWO)
    asked["data:two"] = made.leak
    done = run()

    assert done.exit_code == 1
    assert "fails   GA603 sample_generators/leaking.py:8: growth is" in done.stdout
    assert done.stdout.splitlines()[-1] == "gate: 1 of 2 targets pass (exit 1)"


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ([0, 0], 0),
        ([0, 4], 4),
        ([4, 1], 1),
        ([1, 3], 3),
        ([3, 2], 2),
        ([5, 4], 4),
        ([0, 5], 5),
        ([1, 130], 130),
        ([], 0),
    ],
)
def test_the_worst_of_several_causes(codes: list[int], worst: int) -> None:
    assert worst_code(codes) == worst


def test_a_target_that_cannot_be_audited_does_not_stop_the_others(
    project: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a failure like any other where CI looks, at the line of the configuration that names it."""
    configured(project, TWO)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    asked["data:one"] = TargetError("it is not there", slug="x", hint="look")
    asked["data:two"] = made.leak
    done = run("--output", "junit=gate.xml")

    assert done.exit_code == ExitCode.TARGET
    assert "ERROR data:one: it is not there\n  fails   GA900 genaudit.toml:1: it is not there" in done.stdout
    assert "note    look" in done.stdout
    assert "::error file=genaudit.toml,line=1," in done.stdout
    assert 'name="GA900 target-failure"' in (project / "gate.xml").read_text()
    assert "GA603" in done.stdout


def test_calls_of_one_function_have_folders_of_their_own(project: Path, asked: dict[str, Any]) -> None:
    """Else each report would take the place of the one before."""
    targets = ["data:one", "data:one(size=4)", "data:one(size=8)", "data:two(size=4)"]
    configured(project, f"targets = {targets}\n".replace("'", '"'))

    assert run().exit_code == 0
    specs = {}
    for path in project.glob("reports/*/report.json"):
        specs[path.parent.name] = json.loads(path.read_text())["target"]["spec"]
    assert specs == dict(zip(["data-one", "data-one-size-4", "data-one-size-8", "data-two"], targets, strict=True))


def test_a_refused_target_has_the_exit_code_of_its_error(project: Path, asked: dict[str, Any]) -> None:
    """An argument that cannot be read is wrong use, and outweighs what broke."""
    asked["data:one"] = GenauditError("no such argument", slug="x")

    assert run("data:one", "--isolated").exit_code == GenauditError("", slug="x").exit_code


def test_nothing_to_do(project: Path) -> None:
    done = run()

    assert code_of(done) == ExitCode.NOTHING


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--budget", "growth=2G"], "2G/batch"),
        (["--budget", "grwth=1B/batch"], "growth"),
        (["--output", "html=x.html"], "json"),
        (["--output", "pdf=x.pdf"], "formats"),
        (["--update-baseline"], "--reason"),
        (["--memory-limit", "2gb"], "2GiB"),
        (["--config", "missing.toml"], "genaudit init"),
        (["--require-baseline"], "--update-baseline"),
        (["data:"], "names no generator"),
        (["missing.py -- --n 3"], "there is no file missing.py"),
    ],
)
def test_wrong_use(project: Path, asked: dict[str, Any], arguments: list[str], told: str) -> None:
    """Told before anything is measured."""
    configured(project, TWO)
    done = run(*arguments)

    assert code_of(done) == ExitCode.USAGE
    assert told in done.output + getattr(done.exception, "hint", "") + str(done.exception)
    assert asked["plans"] == []


def test_precedence(project: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line over a variable over the file."""
    configured(project, 'batches = 7\nepochs = 2\nhold = 3\nmemory-limit = "1GiB"\ntargets = ["data:one"]\n')
    monkeypatch.setenv("GENAUDIT_EPOCHS", "5")
    monkeypatch.setenv("GENAUDIT_BATCHES", "8")
    run("--batches", "9", "--budget", "peak=3MiB")
    plan = asked["plans"][0]

    assert (plan.job.batches, plan.job.epochs, plan.job.hold) == (9, 5, 3)
    assert plan.job.memory_limit == 2**30
    assert plan.budgets["peak"].text == "3MiB"


def test_from_a_folder_inside(project: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Targets and files are those of the configuration's folder; what was typed is meant from here."""
    configured(project, 'targets = ["data:one"]\n[arguments]\npaths = "glob:data/*.jpg"\n')
    inner = project / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    done = run("--output", "junit=gate.xml")

    assert done.exit_code == 0
    assert (inner / "gate.xml").is_file()
    assert (project / "reports").is_dir()
    assert Path.cwd() == project
    assert asked["plans"][0].job.configured == {"paths": "glob:data/*.jpg"}


def test_the_baseline_from_first_to_regression(project: Path, asked: dict[str, Any]) -> None:
    """A note, then written, then kept, then broken, then accepted."""
    configured(project, 'targets = ["data:one"]\n')
    assert "no baseline for this target" in run().stdout
    assert run("--update-baseline", "--reason", "first").exit_code == 0
    path = project / "genaudit-baseline.json"
    before = path.read_text()
    assert json.loads(before)["entries"][0]["reason"] == "first"
    done = run("--require-baseline")
    assert done.exit_code == 0
    assert "as in the baseline: " in done.stdout

    asked["data:one"] = lambda: msgspec.structs.replace(made.leak(), outcomes=_growing())
    done = run()
    assert done.exit_code == 1
    assert "GA703" in done.stdout
    assert path.read_text() == before
    assert run("--update-baseline", "--reason", "it has to").exit_code == 0
    assert run().exit_code == 0


def _growing() -> list[Any]:
    """Growth that no rule minds."""
    noise = made.interval(3 * 2**20)
    return made.outcomes(made.outcome("GA201", value=noise.value, unit="bytes/batch", noise=noise, limit=2.0**30))


def test_a_baseline_without_the_target_is_missing_too(project: Path, asked: dict[str, Any]) -> None:
    configured(project, 'targets = ["data:one"]\n')
    run("--update-baseline", "--reason", "first")

    assert run("data:two", "--require-baseline").exit_code == ExitCode.USAGE
    assert run("data:two").exit_code == 0


def test_json(project: Path, asked: dict[str, Any]) -> None:
    configured(project, TWO)
    asked["data:two"] = made.leak
    done = run("--format", "json")
    reports = json.loads(done.stdout)["reports"]

    assert [one["target"]["spec"] for one in reports] == ["data:one", "data:two"]
    assert [one["exit_code"] for one in reports] == [0, 1]


def test_on_github(project: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Annotations with paths from the root of the repository, and a summary behind what is there."""
    inner = project / "inner"
    inner.mkdir()
    configured(inner, TWO)
    summary = project / "summary.md"
    summary.write_text("before\n")
    monkeypatch.chdir(inner)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    asked["data:two"] = made.leak
    done = run()

    lines = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert len(lines) == 2
    assert all(line.startswith("::error file=inner/sample_generators/leaking.py,line=8,") for line in lines)
    assert summary.read_text().startswith("before\n## genaudit\n")
    assert json.loads(run("--format", "json").stdout)["reports"]


def test_the_summary_has_a_limit(project: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    configured(project, TWO)
    summary = project / "summary.md"
    summary.write_text("x" * 899_000)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    asked["data:one"] = asked["data:two"] = made.leak
    run()

    assert summary.stat().st_size < 1024 * 1024


def test_a_summary_that_cannot_be_written(
    project: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verdict is told all the same."""
    configured(project, TWO)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "no" / "folder.md"))
    done = run()

    assert done.exit_code == 0
    assert "cannot be written" in done.stderr
    assert "folder.md" in done.stderr


def test_on_gitlab(project: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    configured(project, TWO)
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_PROJECT_DIR", str(project))
    asked["data:two"] = made.leak
    run()

    rows = json.loads((project / "gl-code-quality-report.json").read_text())
    assert {row["check_name"] for row in rows} == {"GA201", "GA603"}


@pytest.mark.process
def test_for_real(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clean target keeps its promises; the one that keeps an item a batch breaks them, at its line."""
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    # It keeps 24 KiB, which readings within one epoch of 13 batches tell to 17 KiB at worst.
    configured(
        project,
        'args-from = "data:rows"\nitems = 200\ntargets = ["data:plain", "data:leaking"]\n'
        '[budgets]\ngrowth = "4KiB/batch"\nscaling = "constant"\nper-item = "1KiB/item"\n',
    )
    done = run("--output", "json=all.json")
    reports = {one["target"]["spec"]: one for one in json.loads((project / "all.json").read_text())["reports"]}
    broken = [one for one in reports["data:leaking"]["outcomes"] if one["verdict"] == "fail"]

    assert done.exit_code == 1, done.output
    assert reports["data:plain"]["exit_code"] == 0
    assert {"GA603", "GA201"} <= {one["code"] for one in broken}
    assert {one["location"]["line"] for one in broken if one["code"] == "GA603"} == {17}


@pytest.mark.process
def test_run_takes_the_configuration(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments and batches; --isolated leaves it unread; what is wrong in it is told."""
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    configured(project, 'batches = 6\nmax-batches = 6\nsizes = "off"\n[arguments]\nn = 64\nbatch_size = 8\n')

    def report(*options: str) -> Any:
        done = CliRunner().invoke(cli, ["run", "data:plain", "--format", "json", "--out", "out", *options])
        return json.loads(done.stdout)

    assert report()["target"]["arguments"]["n"] == "64"
    assert report()["batches"]["count"] == 6
    assert report("--batches", "9", "--max-batches", "9", "--arg", "n=32")["batches"]["count"] == 9
    assert report("--isolated", "--arg", "n=32", "--sizes", "off", "--max-batches", "50")["batches"]["count"] == 50
    configured(project, "batchs = 6\n")
    done = CliRunner().invoke(cli, ["run", "data:plain"])
    assert getattr(done.exception, "hint", "") == "did you mean batches?"


@pytest.mark.process
def test_files_are_named_from_the_configuration(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A glob in it matches the same files wherever the command is typed."""
    (project / "parts").mkdir()
    for at in range(40):
        (project / "parts" / f"{at:02d}.bin").write_bytes(bytes(8192))
    code = "def gen(paths):\n    for path in paths:\n        yield open(path, 'rb').read()\n"
    inner = project / "inner"
    inner.mkdir()
    (inner / "read.py").write_text(code)
    configured(project, '[target."read:gen"]\nsizes = "off"\narguments = {paths = "glob:parts/*.bin"}\n')
    monkeypatch.chdir(inner)
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    done = CliRunner().invoke(cli, ["run", "read:gen", "--format", "json", "--out", "out"])

    assert json.loads(done.stdout)["target"]["items"] == 40


def test_nothing_is_imported_that_no_target_needs() -> None:
    """Neither a framework nor the drawing of reports, before there is something to draw."""
    import subprocess

    code = (
        "import sys, genaudit.cli.gate, genaudit.gate.plans, genaudit.gate.judge, genaudit.config.file\n"
        "print([m for m in ('tensorflow', 'torch', 'pandas', 'dask', 'matplotlib', 'bokeh', 'jinja2', 'rich', 'PIL')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_broken_promise_says_what_it_leads_to_and_what_to_do() -> None:
    """In the log of CI too, where there is no picture; a promise that is kept needs neither."""
    told = [line.strip().partition(" ")[::2] for line in render_brief(made.gated()).decode().splitlines()]
    said = {label: text.strip() for label, text in told}

    assert said["so"].startswith("16.0 GiB runs out after about 418,000 batches; the budget allows")
    assert said["fix"].endswith("--against HEAD~1 shows what changed.")
    assert render_brief(made.clean()).decode().count("\n") == 1


def test_a_note_is_not_called_broken(project: Path, asked: dict[str, Any]) -> None:
    """What a rule only remarks on is no promise that was broken."""
    remark = msgspec.structs.replace(made.outcome("GA901"), verdict=Verdict.FAIL, level=Level.NOTE)
    asked["data:one"] = lambda: msgspec.structs.replace(made.clean(), outcomes=[remark])
    said = run("data:one", "--isolated").stdout

    assert "  note    GA901 " in said
    assert "broken" not in said
