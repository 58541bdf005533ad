"""Jobs that are watched whole, and told of after their end."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from genaudit.model.outcome import RunVerdict
from genaudit.model.watch import JobReport, Part
from genaudit.watching import report_of_job

pytestmark = pytest.mark.process

HEAD = """
import os, signal, time, numpy as np, genaudit
kept, used = [], []
def batches(n, keeps=False):
    for at in range(n):
        batch = np.full((256, 1024), at, np.float32)
        if keeps:
            kept.append(batch)
        yield batch
"""


def _watch(folder: Path, text: str, *options: str) -> tuple[JobReport, int]:
    (folder / "train.py").write_text(HEAD + text)
    command = [sys.executable, "-m", "genaudit", "watch", "train.py", "--out", "out", "-q", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    return report_of_job(folder / "out"), done.returncode


def test_a_leak_in_the_source(tmp_path: Path) -> None:
    """The line in the generator, and not the loop's, which is plain Python."""
    report, code = _watch(tmp_path, "for batch in batches(60, keeps=True):\n    batch.sum()\n")
    assert (report.part, report.verdict, code) == (Part.SOURCE, RunVerdict.FAIL, 0)
    assert "train.py:8 kept.append(batch), not in the training step" in report.headline


def test_a_job_that_is_killed_names_batch_and_holder(tmp_path: Path) -> None:
    """By SIGKILL at batch 40, as the kernel does it."""
    text = """
for number, batch in enumerate(genaudit.watch(batches(1000)), 1):
    used.append(batch * 2)
    if number == 40:
        os.kill(os.getpid(), signal.SIGKILL)
"""
    report, code = _watch(tmp_path, text)
    assert code == 128 + signal.SIGKILL
    assert (report.ending.kind, report.ending.batch, report.part) == ("killed", 40, Part.STEP)
    assert "used.append(batch * 2)" in report.headline


def test_a_job_that_reaches_its_memory_limit_names_the_holder(tmp_path: Path) -> None:
    """The limit that was asked for ends it."""
    text = "for batch in genaudit.watch(batches(100000)):\n    used.append(batch)\n    time.sleep(0.004)\n"
    report, _ = _watch(tmp_path, text, "--memory-limit", "200MiB")
    assert (report.ending.by_limit, report.part) == (True, Part.STEP)
    assert report.holders[0].names[1] == "used"


def test_a_clean_job_is_clean_and_unchanged(tmp_path: Path) -> None:
    """It prints what it prints, and ends with its own exit code."""
    report, code = _watch(
        tmp_path, "for batch in genaudit.watch(batches(200)):\n    batch.sum()\nraise SystemExit(3)\n"
    )
    assert (report.verdict, report.part, report.batches, code) == (RunVerdict.PASS, None, 200, 3)
