"""Which allocator each trial has: one arena where readings are compared, the user's own for the peak of threads."""

from pathlib import Path

import pytest

import genaudit

THREAD = "    threading.Thread(target=ended.wait, daemon=True).start()\n"
TARGET = """
import os, threading
import numpy as np

def data(n):
    return {"keys": list(range(n))}

def generate(keys, batch_size=8):
    ended = threading.Event()
    threading.Thread(target=ended.wait, daemon=True).start()
    for start in range(0, len(keys), batch_size):
        yield np.ones((batch_size, 1000))
    ended.set()
"""


def test_threads_keep_their_arenas_in_the_drive_that_was_asked_for(tmp_path: Path) -> None:
    """And it is the only one that is not compared."""
    (tmp_path / "data.py").write_text(TARGET)
    report = genaudit.audit(f"{tmp_path}/data.py:generate", args_from=f"{tmp_path}/data.py:data", items=64, batches=8)

    compared = {row.kind: row.compared for row in report.trials if row.kind != "walked"}
    assert compared == {"scaled": True, "clean": False}


def test_without_threads_all_trials_are_compared(tmp_path: Path) -> None:
    """A drive with one arena is then the same as one with many."""
    (tmp_path / "data.py").write_text(TARGET.replace(THREAD, ""))
    report = genaudit.audit(f"{tmp_path}/data.py:generate", args_from=f"{tmp_path}/data.py:data", items=64, batches=8)

    assert all(row.compared for row in report.trials if row.kind != "walked")


def test_what_the_user_has_set_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """He may be after the effect of just that."""
    monkeypatch.setenv("MALLOC_ARENA_MAX", "7")
    (tmp_path / "data.py").write_text(TARGET + '    assert os.environ["MALLOC_ARENA_MAX"] == "7"\n')
    report = genaudit.audit(f"{tmp_path}/data.py:generate", args_from=f"{tmp_path}/data.py:data", items=64, batches=8)

    assert all(row.exit.reason == "completed" for row in report.trials)
