"""Ctrl-C, a terminated job, a closed pipe: what was measured is kept, and no process is left behind."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.real_run import BRIEF, DRAWN, LONGEST_S, Scratch

pytestmark = [pytest.mark.process, pytest.mark.slow]

HANGS = "if i == 7:\n    open('reached', 'w').close()\n    while True: time.sleep(1)"


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """An empty folder."""
    return Scratch(tmp_path)


def started(scratch: Scratch, body: str = HANGS) -> "subprocess.Popen[str]":
    """A run whose target has come to its seventh batch and stays there."""
    process = scratch.start("run", scratch.target(body))
    wait_for(scratch.folder / "reached", process)
    return process


def wait_for(path: Path, process: "subprocess.Popen[str]") -> None:
    """Wait until a file is there, as long as the run goes on."""
    deadline = time.monotonic() + LONGEST_S
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "the target never came to its seventh batch"
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_an_interrupt_in_the_middle_of_a_trial(scratch: Scratch, number: signal.Signals) -> None:
    """Six batches, where it was, a report, and a recording that gives the same report again."""
    process = started(scratch)
    process.send_signal(number)

    done = scratch.finish(process)

    assert (done.code, done.err) == (130, "")
    assert "Was interrupted in batch 7." in done.out
    assert done.report["batches"]["count"] == 6
    assert done.failure["location"]["line"] == 7
    (recording,) = scratch.folder.glob("reports/*/recording.json")
    again = scratch.run("report", str(recording), "--out", "again", "--write", "json")
    assert again.code == 130
    assert again.out.replace("again/", "reports/") == done.out


def test_a_second_interrupt_at_once(scratch: Scratch) -> None:
    """Who presses twice means the same as who presses once."""
    process = started(scratch)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)

    done = scratch.finish(process)

    assert (done.code, done.err) == (130, "")
    assert "Was interrupted in batch 7." in done.out
    assert list(scratch.folder.glob("reports/*/recording.json"))


def test_an_interrupt_before_anything_was_measured(scratch: Scratch) -> None:
    """The first trial is still importing."""
    scratch.write("data.py", "import time\nopen('reached', 'w').close()\ntime.sleep(1000)\n")
    process = scratch.start("run", "data.py:batches")
    wait_for(scratch.folder / "reached", process)
    process.send_signal(signal.SIGINT)

    done = scratch.finish(process)

    assert done.code == 130
    assert "Was interrupted while it was imported." in done.out


def test_interrupts_at_any_moment(scratch: Scratch) -> None:
    """Wherever the signal falls, in a trial or between two: exit code 130, or the audit was done already."""
    target = scratch.target("time.sleep(0.005)")
    codes = set()
    for number in range(12):
        # Pages and pictures, whose libraries take most of a run, in some: else the signals would all fall there.
        drawn = DRAWN if number in {3, 7, 11} else {}
        process = scratch.start("run", target, "--out", f"reports-{number}", *BRIEF, env=drawn)
        time.sleep(0.15 * (number + 1))
        process.send_signal(signal.SIGINT)
        done = scratch.finish(process)
        codes.add(done.code)
        assert done.code in {0, 130, -signal.SIGINT}, (done.code, done.out, done.err)
    assert 130 in codes


def test_a_target_in_a_session_of_its_own_does_not_see_the_terminal(scratch: Scratch) -> None:
    """Ctrl-C goes to the whole foreground group: genaudit gets it, and the target is ended by genaudit."""
    body = HANGS.replace("open(", "signal.signal(2, lambda *_: open('seen', 'w').close()); open(", 1)
    process = scratch.start("run", scratch.target(body), start_new_session=True)
    wait_for(scratch.folder / "reached", process)
    os.killpg(process.pid, signal.SIGINT)

    done = scratch.finish(process)

    assert done.code == 130
    assert not (scratch.folder / "seen").exists()


def test_killing_genaudit_ends_the_target(scratch: Scratch) -> None:
    """SIGKILL leaves no time to tidy up; the kernel ends the target, and the processes that it has started."""
    # Any other run of this user's would sweep its folder, and other tests run beside this one.
    scratch.variables["XDG_CACHE_HOME"] = str(scratch.folder.parent / "cache")
    process = started(scratch, "if i == 1 and os.fork() == 0: time.sleep(1000)\n" + HANGS)
    process.kill()
    process.communicate()

    wait_until_nothing_runs(scratch)
    # Its folder goes with the next run.
    assert list(scratch.temporary.iterdir())
    scratch.run("run", scratch.target(""), *BRIEF)


def test_killing_genaudit_ends_a_target_that_has_closed_all_files(scratch: Scratch) -> None:
    """The pipe to its parent is gone too: it sees at its next batch that it is alone."""
    scratch.write(
        "data.py",
        """
        import itertools, os, time
        def batches():
            for i in itertools.count(1):
                if i == 5:
                    os.closerange(0, 65536)
                if i == 7:
                    open("reached", "w").close()
                time.sleep(0.01)
                yield bytearray(1000)
        """,
    )
    process = scratch.start("run", "data:batches", "--batches", "1000000")
    wait_for(scratch.folder / "reached", process)
    process.kill()
    process.communicate()

    wait_until_nothing_runs(scratch)


def wait_until_nothing_runs(scratch: Scratch) -> None:
    """As long as it takes, within reason."""
    deadline = time.monotonic() + LONGEST_S
    while scratch.left_running():
        assert time.monotonic() < deadline, scratch.left_running()
        time.sleep(0.05)


def test_a_reader_that_goes_away(scratch: Scratch) -> None:
    """As ``head -1`` does: no complaint, the files are written, and the exit code is the verdict's."""
    read_end, write_end = os.pipe()
    process = scratch.start("run", scratch.target(""), *BRIEF, stdout=write_end)
    os.close(write_end)
    os.close(read_end)

    done = scratch.finish(process)

    assert (done.code, done.err) == (0, "")
    assert done.report["verdict"] == "pass"


def test_a_reader_of_help_that_goes_away(scratch: Scratch) -> None:
    """Of any other command too."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    for words in (["rule"], ["--help"], ["run", "--help"]):
        done = scratch.finish(scratch.start(*words, stdout=write_end))

        assert (done.code, done.err) == (0, "")
    os.close(write_end)


def test_a_full_disk(scratch: Scratch) -> None:
    """Standard output that takes nothing is said, and not with a traceback."""
    with Path("/dev/full").open("w") as full:
        done = scratch.run("run", scratch.target(""), *BRIEF, stdout=full)

    assert done.code == 2
    assert "standard output cannot be written" in done.err


def test_no_standard_streams_at_all(scratch: Scratch) -> None:
    """As a service may start: nothing of ours lands in a file that took the number of one."""
    process = scratch.start(
        "run", scratch.target(""), *BRIEF, preexec_fn=lambda: os.closerange(0, 3), stdout=None, stderr=None
    )

    done = scratch.finish(process)

    assert done.code == 0
    assert done.report["verdict"] == "pass"
