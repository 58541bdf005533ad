"""Targets that are measured side by side, as the terminal shows them."""

import msgspec
import pytest

from genaudit.cli.support.targets import TargetTable, state_of
from genaudit.model.outcome import RunVerdict
from genaudit.model.progress import Progress

PROGRESS = Progress(
    kind="scaled", items=1200, phase="steady", batch=3, batches_wanted=50, held_bytes=None, growth_bytes=None
)


def test_a_line_for_each_that_ends(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no terminal; nothing where nothing is wanted."""
    for wanted in (True, False):
        with TargetTable(["data:a", "data:b\x1b[2J"], wanted=wanted) as table:
            table.ended(1, RunVerdict.PASS, taken_up=False)
            table.ended(0, RunVerdict.FAIL, taken_up=True)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("  1 of 2  data:b")
    assert "\x1b" not in lines[0]
    assert lines[1] == "  2 of 2  data:a: fail (measured by an earlier run)"


def test_what_is_left_is_counted() -> None:
    table = TargetTable(["a", "b", "c", "d"], wanted=False)
    table.ended(0, RunVerdict.PASS, taken_up=False)

    assert table.summary(2).rpartition(",")[0] == "1 pass, 2 running, 1 waiting"


def test_where_a_target_is() -> None:
    assert state_of(PROGRESS) == "measuring n=1,200  batch 3/50"
    assert state_of(msgspec.structs.replace(PROGRESS, batches_wanted=0)) == "measuring n=1,200  batch 3"
    assert state_of(None) == "waiting for a worker"
