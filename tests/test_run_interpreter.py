"""A target runs in a Python of its own, which has nothing of what genaudit needs."""

import subprocess
import sys
from pathlib import Path

import pytest

import genaudit

pytestmark = pytest.mark.process

TARGET = """
import importlib.util
import sys

kept = []

def batches(paths):
    missing = [name for name in ("msgspec", "psutil", "click", "rich") if importlib.util.find_spec(name)]
    assert missing == [], missing
    assert sys.prefix.endswith("other"), sys.prefix
    for path in paths:
        kept.append(b"x" * 200_000)
        yield kept[-1]
"""


def test_target_in_another_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is judged as in genaudit's own, and the report says which Python it was."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "other"], check=True)
    (tmp_path / "data.py").write_text(TARGET)
    monkeypatch.chdir(tmp_path)
    report = genaudit.audit(
        "data:batches", arguments={"paths": list(range(40))}, env="other", batches=8, max_batches=12, quick=True
    )

    assert report.failure is None, report.failure
    assert [(finding.code, finding.location.line) for finding in report.findings if finding.location] == [("GA201", 12)]
    assert report.environment.packages == {}
