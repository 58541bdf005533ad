"""A function of the size that makes its data set: what the making takes is not in the measurements."""

import textwrap
from pathlib import Path

import pytest

import genaudit
from genaudit.model import RunVerdict

MODULE = """
import pathlib

FOLDER = pathlib.Path(__file__).parent


def data(n):
    path = FOLDER / f"{n}.bin"
    if ALWAYS or not path.exists():
        # Loaded here, or by the first batch: whoever comes first.
        from table import TABLE
        path.write_bytes(bytes(4096) * n)
    return {"path": str(path)}


def generate(path, batch_size=8):
    from table import TABLE

    with open(path, "rb") as file:
        while True:
            while batch := file.read(4096 * batch_size):
                yield bytearray(batch), TABLE[0]
            file.seek(0)
"""


@pytest.mark.parametrize("always", [False, True])
def test_a_table_that_making_and_reading_load_is_no_growth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, always: bool
) -> None:
    """Some sizes are there already, others are made in their trial: all are measured alike."""
    (tmp_path / "table.py").write_text("TABLE = bytearray(range(250)) * 40_000\n")
    (tmp_path / "made.py").write_text(textwrap.dedent(MODULE).replace("ALWAYS", str(always)))
    (tmp_path / "16.bin").write_bytes(bytes(4096 * 16))
    monkeypatch.chdir(tmp_path)

    report = genaudit.audit("made:generate", args_from="made:data")

    assert report.verdict is RunVerdict.PASS
    assert all(trial.batches for trial in report.trials)
    assert report.growth_law is not None
    assert max(report.growth_law.retained_bytes) - min(report.growth_law.retained_bytes) < 1_000_000
