"""The live line: on a terminal only, cut to its width, and gone at the end."""

import fcntl
import os
import struct
import subprocess
import sys
import termios
from pathlib import Path

import msgspec
import pytest

from genaudit.cli.support import progress
from genaudit.model.progress import Progress, concluding
from tests.real_run import LONGEST_S, Scratch

AT_BATCH_12 = Progress(
    kind="clean",
    items=400,
    phase="steady",
    batch=12,
    batches_wanted=50,
    held_bytes=50 * 2**20,
    growth_bytes=3 * 2**20,
)


def test_it_tells_trial_batch_memory_and_trend() -> None:
    """All that somebody who waits wants to know."""
    text = progress.text(AT_BATCH_12, 3.2)

    assert text == "driving 400 items  batch 12/50  3 s  50.0 MiB  +3.00 MiB since the first batch"


def test_it_tells_which_step_of_how_many() -> None:
    """The report is the last; before the first trial has told, nobody knows how many there are."""
    now = msgspec.structs.replace(AT_BATCH_12, kind="traced", items=64, step=3, steps=7)

    assert progress.text(now, 3.2).startswith("[3/7] tracing 64 items  batch 12/50  3 s")
    assert progress.text(msgspec.structs.replace(now, step=1, steps=None), 3.2).startswith("[1] tracing 64 items")
    assert progress.text(concluding(6), 9.0) == "[7/7] making the report  9 s"


@pytest.mark.parametrize(
    ("batch", "seconds", "left"),
    [
        pytest.param(12, 4.0, 19.0, id="the pace so far"),
        pytest.param(50, 21.0, 0.0, id="the last batch"),
        pytest.param(6, 1.0, None, id="too few to tell"),
        pytest.param(60, 1.0, None, id="more than were wanted"),
    ],
)
def test_time_left(batch: int, seconds: float, left: float | None) -> None:
    """Of the batches that were wanted, at the pace since they were first seen."""
    pace = progress.Pace("clean", 400, 4, 100.0)
    now = msgspec.structs.replace(AT_BATCH_12, batch=batch)

    assert pace.seconds_left(now, 100.0 + seconds) == left


def test_each_trial_has_its_own_pace() -> None:
    """A slow trial of before says nothing of the next."""
    line = progress.ProgressLine(wanted=False)

    assert line._left(msgspec.structs.replace(AT_BATCH_12, kind="scaled"), 0.0) is None
    assert line._left(msgspec.structs.replace(AT_BATCH_12, kind="scaled", batch=22), 100.0) == 280.0
    assert line._left(AT_BATCH_12, 101.0) is None
    assert line._left(msgspec.structs.replace(AT_BATCH_12, batch=22), 102.0) == pytest.approx(2.8)
    assert "3 s left" in progress.text(AT_BATCH_12, 3.0, 2.8)
    assert "5 min left" in progress.text(AT_BATCH_12, 3.0, 290.0)


def test_what_is_planned_after_the_trial_is_counted_in() -> None:
    """With its own pace where that is known, else with what the trials before let expect."""
    line = progress.ProgressLine(wanted=False)
    planned = msgspec.structs.replace(
        AT_BATCH_12, batch=0, elapsed_s=4.0, trial_s=10.0, after_s=30.0, ahead=("forecast", "walked")
    )

    assert line._left(planned, 100.0) == 36.0
    assert line._left(msgspec.structs.replace(planned, elapsed_s=14.0), 110.0) == 30.0
    assert line._left(msgspec.structs.replace(planned, batch=10), 120.0) == 36.0
    assert line._left(msgspec.structs.replace(planned, batch=30), 130.0) == 40.0
    assert "36 s left with forecasting, walking references" in progress.text(planned, 4.0, 36.0)


def test_before_the_first_batch_it_tells_the_phase() -> None:
    """An import may take long."""
    before = Progress(
        kind="scaled", items=None, phase="import", batch=0, batches_wanted=0, held_bytes=None, growth_bytes=None
    )

    assert progress.text(before, 0.4) == "measuring  importing  0 s"


@pytest.mark.parametrize("wanted", [True, False])
def test_a_log_gets_a_line_every_few_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    """Whole lines without a carriage return, none for what ends in a moment, and fewer from the first minute on."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    shown = []
    with progress.ProgressLine(wanted=wanted, name="data:gen") as line:
        for second in range(100):
            now[0] = 100.0 + second
            line(msgspec.structs.replace(AT_BATCH_12, step=3, steps=7))
            if said := capsys.readouterr().err:
                shown.append((second, said))

    assert [second for second, _ in shown] == [*range(5, 60, 5), 70, 85] * wanted
    assert all(text.startswith("  data:gen  [3/7] driving 400 items  batch 12/50  ") for _, text in shown)
    assert all(text.count("\n") == 1 and "\r" not in text and "\x1b" not in text for _, text in shown)
    assert capsys.readouterr() == ("", "")


def test_drawing_is_counted_in_where_something_is_drawn() -> None:
    """What is left is the time until the report is there."""
    planned = msgspec.structs.replace(AT_BATCH_12, batch=0, elapsed_s=4.0, trial_s=10.0)

    assert progress.ProgressLine(wanted=False)._left(planned, 100.0) == 6.0
    assert progress.ProgressLine(wanted=False, draws=True)._left(planned, 100.0) == 6.0 + progress.DRAWING_S


class Closed:
    """A terminal that was closed."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return -1

    def write(self, text: str) -> int:
        raise OSError("Input/output error")


def test_a_closed_terminal_does_not_stop_the_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is for somebody who has gone."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Closed())

    with progress.ProgressLine(wanted=True) as line:
        line(AT_BATCH_12)


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.parametrize("columns", [100, 40])
def test_on_a_real_terminal(tmp_path: Path, columns: int) -> None:
    """It is rewritten in place, never longer than a row, and erased before the report; that goes to standard output."""
    scratch = Scratch(tmp_path)
    terminal, process = on_terminal(scratch, scratch.target("time.sleep(0.05)"), columns)

    drawn = read_to_end(terminal)
    out, _ = process.communicate(timeout=LONGEST_S)

    lines = [line.removesuffix("\x1b[K") for line in drawn.split("\r")]
    assert any(line.startswith("[") and "driving  batch" in line and "/50" in line for line in lines)
    assert any("making the report" in line for line in lines)
    assert max(len(line) for line in lines) == columns - 1 if columns == 40 else max(map(len, lines)) < columns
    assert lines[-1] == ""
    assert "\n" not in drawn
    assert "\r" not in out
    assert out.startswith("✓ PASS")


def on_terminal(scratch: Scratch, target: str, columns: int) -> "tuple[int, subprocess.Popen[str]]":
    """A run whose standard error is a terminal of so many columns."""
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = scratch.start("run", target, "--quick", stderr=end, env={"TERM": "xterm"})
    os.close(end)
    return terminal, process


def read_to_end(terminal: int) -> str:
    """All that was drawn."""
    drawn = b""
    try:
        while part := os.read(terminal, 65536):
            drawn += part
    except OSError:
        # What Linux says when the other end has been closed.
        pass
    os.close(terminal)
    return drawn.decode()
