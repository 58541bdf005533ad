"""``--native``: memray names the line where Python's tracer is blind, and what it cannot do costs only its part."""

import importlib.util
import sys
from pathlib import Path

import pytest

import genaudit
from genaudit.errors import ExitCode, UsageError
from genaudit.experiment.checks import TRACING
from genaudit.experiment.session import ExperimentSession
from genaudit.model.job import Job
from genaudit.pipeline import record
from tests.truth import harness

memray = pytest.mark.skipif(importlib.util.find_spec("memray") is None, reason="needs memray: genaudit[native]")


@memray
@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        pytest.param("growth_pillow", ["walked", "traced", "native"], id="Pillow's images"),
        pytest.param(
            "growth_eager_and_leaking", ["walked", "traced", "native"], id="loaded at first, and kept with each batch"
        ),
        pytest.param("eager_comprehension", ["traced", "native"], id="a list of arrays"),
        # memray does not see what ctypes calls by its address; the kernel's figures do.
        pytest.param("growth_ctypes", ["walked", "traced", "native", "lines"], id="malloc through ctypes"),
    ],
)
def test_the_line_is_right(name: str, kinds: list[str]) -> None:
    """Line by line is run only where memray leaves memory unexplained."""
    (path,) = harness.paths(name)
    if harness.missing(path):
        pytest.skip(f"needs {', '.join(harness.missing(path))}")
    case = harness.load(path)

    report = harness.audit(case, native=True)

    verdict = harness.check(case, report)
    assert verdict.wrong + verdict.wrong_lines == []
    assert [trial.kind for trial in report.trials if trial.kind in TRACING] == kinds
    assert [note for note in report.notes if "native" in note] == []


@memray
@pytest.mark.process
def test_the_two_stretches_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there after the first batch, what came after it, and what is only replaced."""
    monkeypatch.chdir(tmp_path)
    Path("data.py").write_text(
        "kept = []\n"
        "def batches():\n"
        "    loaded = [bytearray(1_000_000) for _ in range(3)]\n"
        "    for _ in range(20):\n"
        "        last = bytearray(500_000)\n"
        "        kept.append(bytes(200_000))\n"
        "        yield last\n"
        "    del loaded\n"
    )

    recording = record(Job(target="data.py:batches", batches=12, max_batches=12, native=True))

    (trial,) = [trial for trial in recording.trials if trial.kind == "native"]
    first, end = trial.sites
    assert (first.engine, first.at, first.batch) == ("memray", "first", 1)
    assert (end.engine, end.at, end.batch) == ("memray", "end", 16)
    held = [
        {line: sum(site.bytes for site in mark.sites if site.frames[0].line == line) for line in (3, 5, 6)}
        for mark in (first, end)
    ]
    assert held[0] == pytest.approx({3: 3_000_000, 5: 500_000, 6: 200_000}, rel=0.01)
    assert held[1] == pytest.approx({3: 3_000_000, 5: 500_000, 6: 16 * 200_000}, rel=0.01)


@memray
@pytest.mark.process
def test_a_target_that_runs_memray_itself_is_audited_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There can be only one tracker in a process."""
    monkeypatch.chdir(tmp_path)
    Path("data.py").write_text(
        "import memray, tempfile\n"
        "tracker = memray.Tracker(tempfile.mkdtemp(dir='.') + '/own.bin')\n"
        "tracker.__enter__()\n"
        "kept = []\n"
        "def batches():\n"
        "    for _ in range(100):\n"
        "        kept.append(bytes(200_000))\n"
        "        yield bytearray(1000)\n"
    )
    report = genaudit.audit("data.py:batches", batches=12, max_batches=48, native=True)

    growth = next(outcome for outcome in report.outcomes if outcome.name == "batch-growth")
    assert growth.is_finding
    assert growth.location is not None
    assert growth.location.line == 7
    (note,) = [note for note in report.notes if "native" in note]
    assert "memray cannot start: No more than one Tracker" in note


def test_without_memray_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong use, with what to install."""
    monkeypatch.setitem(sys.modules, "memray", None)
    monkeypatch.setattr(ExperimentSession, "run", lambda *_, **__: pytest.fail("a trial was run"))

    with pytest.raises(UsageError, match="memray, which is not installed") as caught:
        genaudit.audit("nosuch:batches", native=True)

    assert caught.value.exit_code == ExitCode.USAGE
    assert caught.value.hint == "pip install 'genaudit[native]'"
