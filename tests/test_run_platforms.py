"""Other systems, tried on this one: macOS without ``/proc``, and Windows, where no target can be run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from genaudit.model.codec import encode
from tests.cli.test_output import RECORDING
from tests.readme import ROOT
from tests.real_run import Scratch
from tests.test_run_sampled import TARGETS

pytestmark = pytest.mark.process

PLATFORMS = ROOT / "tests" / "platforms"
SOURCE = """
def train_gen(paths):
    images = [open(path).read() for path in paths]
    for image in images:
        yield image
"""
COMMANDS = [
    ["lint", "data.py", "--output", "sarif=lint.sarif"],
    ["rule", "eager-load"],
    ["report", "reports/data-rows"],
    ["doctor"],
    ["run", "--help"],
    ["run", "data.py:train_gen"],
    ["gate"],
]
SCRIPT = f"""
import contextlib, io, json, sys
from genaudit.cli.main import main

ended = []
for words in {COMMANDS!r}:
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(words)
        except SystemExit as end:
            out.flush()
            ended.append([end.code, out.buffer.getvalue().decode(), err.getvalue()])
import genaudit
try:
    genaudit.audit
except genaudit.GenauditError as error:
    told = [error.slug, error.message, error.hint]
given = [1]
assert genaudit.watch(given) is given
print(json.dumps([ended, told, genaudit.load("reports/data-rows/recording.json").verdict.value]))
"""


@pytest.fixture
def mac(tmp_path: Path) -> Scratch:
    """A folder on a Mac, with targets."""
    scratch = Scratch(tmp_path)
    scratch.variables["PYTHONPATH"] = str(PLATFORMS / "macos")
    scratch.write("data.py", TARGETS)
    return scratch


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "found", "line", "uss"),
    [
        ("eager", "eager-load", 14, True),
        ("leak", "batch-growth", 30, False),
        ("lazy", None, None, False),
    ],
)
def test_an_audit_on_a_mac(name: str, found: str | None, line: int | None, uss: bool, mac: Scratch) -> None:
    """By sampling: verdict, line and holder are those of Linux, and what is less exact is said."""
    mac.variables.update({} if uss else {"GENAUDIT_TEST_NO_USS": "1"})

    done = mac.run("run", f"data.py:{name}", "--args-from", "data.py:arguments", "--items", "64")

    report = done.report
    assert done.code == (1 if found else 0), done.err
    assert [one["name"] for one in report["outcomes"] if one["verdict"] == "fail"] == ([found] if found else [])
    assert report["peak"]["exact"] is False
    assert report["peak"]["high_water_bytes"] is None or report["peak"]["high_water_bytes"] > 0
    assert any("lower bounds" in note for note in report["notes"])
    if found:
        (outcome,) = (one for one in report["outcomes"] if one["name"] == found)
        assert outcome["location"]["line"] == line
        assert "ndarray 64x64x8 float64" in done.out


def test_a_doctor_on_a_mac(mac: Scratch) -> None:
    """What it cannot measure, and what follows."""
    done = mac.run("doctor", "--format", "json")

    rows = {row["name"]: row for row in json.loads(done.out)}
    assert {name for name, row in rows.items() if not row["available"]} >= {
        *("Linux", "kinds of memory", "exact peaks", "memory of workers", "heap trimmed", "shared memory"),
    }
    assert rows["lines to blame"]["available"]
    assert "peaks are lower bounds" in rows["Linux"]["consequence"]


def test_a_job_on_a_mac(mac: Scratch) -> None:
    """It is not watched, is told so, and is no other for it."""
    mac.write("train.py", "import genaudit\nprint(sum(genaudit.watch(range(5))))\n")

    refused = mac.run("watch", "train.py")
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy; runpy.run_path('train.py', run_name='__main__')"
    )
    environment = mac.environment()
    words = [sys.executable, "-c", code, str(ROOT)]
    done = subprocess.run(words, cwd=mac.folder, env=environment, capture_output=True, text=True, check=True)

    assert (refused.code, "only Linux has" in refused.err, "genaudit run train.py" in refused.err) == (2, True, True)
    assert done.stdout == "10\n"
    assert "not watched" in done.stderr


def test_a_linter_on_a_mac(mac: Scratch) -> None:
    """Nothing of it is Linux's."""
    mac.write("found.py", SOURCE)

    assert "found.py:3" in mac.run("lint", "found.py").out


def test_windows(tmp_path: Path) -> None:
    """lint, report and rule work; what runs a target says what it needs, and does nothing."""
    (tmp_path / "data.py").write_text(SOURCE)
    folder = tmp_path / "reports" / "data-rows"
    folder.mkdir(parents=True)
    (folder / "recording.json").write_bytes(encode(RECORDING))
    environment = {
        "PYTHONPATH": f"{PLATFORMS / 'windows'}:{ROOT}",
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "COLUMNS": "100",
    }

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    ended, told, verdict = json.loads(done.stdout)
    (lint, rule, report, doctor, help_, run, gate) = ended
    assert (lint[0], "GA101" in lint[1]) == (0, True), lint
    assert json.loads((tmp_path / "lint.sarif").read_text(encoding="utf-8"))["runs"]
    assert (rule[0], "Why it matters" in rule[1]) == (0, True), rule
    assert report[0] in {0, 3}, report
    assert {path.name for path in folder.iterdir()} == {
        *("recording.json", "report.html", "report.json", "timeline.png"),
    }
    assert (doctor[0], "no target can be run here" in doctor[1]) == (0, True), doctor
    assert (help_[0], "--synth" in help_[1]) == (0, True), help_
    for code, out, err in (run, gate):
        assert (code, out) == (2, "")
        assert "needs Linux or macOS" in err
        assert "wsl --install" in err
    assert told[0] == "not-on-windows"
    assert told[1].startswith("genaudit.audit runs targets")
    assert verdict
