"""What must hold before the first trial, and what can follow one."""

import importlib.util
import os
import tempfile
from pathlib import Path

import msgspec
import pytest

from genaudit.errors import ExitCode, GenauditError, InternalError, TargetError, UsageError
from genaudit.experiment import checks
from genaudit.experiment.checks import (
    CheckedTrial,
    advice,
    check_machine,
    check_scaling,
    check_trial,
    error_of,
    refused_trial,
)
from genaudit.model.job import Job
from genaudit.model.marks import STEPS, DriverMark, EpochMark
from genaudit.model.recording import Trial, TrialExit
from genaudit.recorder.machine.interpreter import Interpreter
from tests import build
from tests.experiment.made import raised

JOB = Job(target="data:batches")


def trial(kind: str = "clean", reason: str = "completed", **fields: object) -> Trial:
    """A trial that came to two batches."""
    exit_ = TrialExit(code=0, signal=None, reason=reason, stderr_tail="on the error stream")
    made = build.trial(16, lambda batch, epoch: 0.0, kind=kind, batches=2)
    return msgspec.structs.replace(made, **{"exit": exit_, **fields})


def check(made: Trial, *, any_batches: bool = True) -> CheckedTrial:
    """What is made of a trial."""
    return check_trial(made, any_batches=any_batches)


# Before the first trial.


def test_a_machine_that_can_measure() -> None:
    """Needs nothing."""
    check_machine(JOB)


def test_without_proc_nothing_can_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Linux."""
    monkeypatch.setattr(checks.sys, "platform", "linux")
    monkeypatch.setattr(os.path, "exists", lambda path: path != "/proc/self/status")

    with pytest.raises(UsageError, match="/proc is not there") as caught:
        check_machine(JOB)
    assert caught.value.slug == "no-proc"
    monkeypatch.setattr(checks.sys, "platform", "darwin")
    check_machine(JOB)


def test_a_temporary_folder_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Is an error before a trial fails in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))

    with pytest.raises(UsageError, match="temporary folder") as caught:
        check_machine(JOB)
    assert "TMPDIR" in caught.value.hint


def test_memray_is_needed_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """And looked for without an import."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    check_machine(JOB)

    with pytest.raises(UsageError, match="memray, which is not installed"):
        check_machine(Job(target="data:batches", native=True))


# After a trial.


@pytest.mark.parametrize("reason", ["completed", "raised", "crashed", "exited", "killed", "memory-limit"])
def test_a_result_can_be_followed(reason: str) -> None:
    """However it ended."""
    made = trial(reason=reason)

    assert check(made) == CheckedTrial(trial=made)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(trial(reason="timed-out"), id="it would hang again"),
        pytest.param(trial(reason="timed-out", batches=[]), id="it would hang again before its first batch"),
        pytest.param(trial(reason="raised", phases=[]), id="it could not be imported"),
        pytest.param(trial("traced", "timed-out"), id="it hangs under the tracer"),
    ],
)
def test_what_would_only_happen_again_is_the_last(made: Trial) -> None:
    """It says by itself why."""
    assert check(made) == CheckedTrial(trial=made, is_last=True)


@pytest.mark.parametrize("reason", ["timed-out", "memory-limit", "crashed", "raised"])
def test_a_forecast_trial_can_end_in_any_way(reason: str) -> None:
    """What the smaller sizes showed still holds."""
    assert not check(trial("forecast", reason)).is_last
    assert not check(trial("forecast", reason, phases=[])).is_last


@pytest.mark.parametrize(("exit_code", "kind"), [(2, UsageError), (3, TargetError)])
def test_a_refusal_is_an_error_before_any_batch(exit_code: int, kind: type[GenauditError]) -> None:
    """Of the kind that its exit code says; after a batch it is a result."""
    refused = trial(reason="refused", raised=raised(slug="x", hint="try", exit_code=exit_code))

    with pytest.raises(kind, match="it says so") as caught:
        check(refused, any_batches=False)
    assert (caught.value.slug, caught.value.hint) == ("x", "try")
    assert check(refused) == CheckedTrial(trial=refused)


@pytest.mark.parametrize("any_batches", [False, True])
def test_a_fault_of_genaudit_is_an_error_at_any_time(any_batches: bool) -> None:
    """In a trial that measures."""
    for kind in ("clean", "scaled", "forecast"):
        with pytest.raises(InternalError, match="failed in the phase create"):
            check(trial(kind, "internal", raised=raised(phase="create", internal=True)), any_batches=any_batches)


@pytest.mark.parametrize("kind", ["traced", "lines"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [({"raised": raised(internal=True)}, "it says so"), ({"raised": None}, "on the error stream")],
    ids=["with an exception", "without"],
)
def test_a_fault_while_tracing_costs_the_lines(kind: str, fields: dict[str, object], message: str) -> None:
    """It says nothing of the target."""
    made = trial(kind, "internal", **fields)
    note = f"lines could not be looked for, by a fault of genaudit's own: {message}"

    assert check(made, any_batches=False) == CheckedTrial(trial=made, is_last=True, notes=[note])


@pytest.mark.parametrize("reason", ["crashed", "timed-out", "refused", "internal", "memory-limit"])
def test_whatever_memray_ends_with_the_lines_follow(reason: str) -> None:
    """It is a result like any other, and noted where nothing else shows it."""
    checked = check(trial("native", reason, raised=raised(slug="x")), any_batches=False)

    assert not checked.is_last
    assert (checked.trial.kind, checked.trial.exit.reason) == ("native", reason)
    by_us = reason in {"refused", "internal"}
    assert checked.trial.exit.detail == ("memray could not be used: it says so" if by_us else "")


def test_what_was_said_of_a_native_trial_is_kept() -> None:
    """Where it is no error."""
    exit_ = TrialExit(code=0, signal=None, reason="completed", detail="2 of its processes were still running")
    made = trial("native", exit=exit_)

    assert check(made).trial == made


@pytest.mark.parametrize("kind", ["clean", "forecast", "native"])
def test_without_a_working_directory_there_is_no_further_trial(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of any kind; what was measured is kept."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()
    made = trial(kind)

    checked = check(made)
    monkeypatch.chdir(tmp_path)

    assert (checked.trial, checked.is_last) == (made, True)
    assert checked.notes == ["the working directory is gone, so that no further trial could be started"]


# Errors and trials.


@pytest.mark.parametrize("reason", ["completed", "raised", "crashed", "timed-out", "interrupted"])
def test_what_the_target_does_is_no_error(reason: str) -> None:
    """It is a result."""
    assert error_of(trial(reason=reason, raised=raised())) is None


def test_a_process_that_ended_before_it_began() -> None:
    """Is an error that shows what it left."""
    code = trial(exit=TrialExit(code=3, signal=None, reason="internal", stderr_tail="no memory\n"))
    signal = trial(exit=TrialExit(code=None, signal="SIGKILL", reason="internal"))
    by_code, by_signal = error_of(code), error_of(signal)

    assert isinstance(by_code, InternalError)
    assert isinstance(by_signal, InternalError)
    assert by_code.message == "the measuring process ended with exit code 3 before it began:\nno memory"
    assert by_signal.message == "the measuring process ended with signal SIGKILL before it began"


@pytest.mark.parametrize("kind", [UsageError, TargetError])
def test_an_error_becomes_a_trial_and_back(kind: type[GenauditError]) -> None:
    """No word of it is lost."""
    error = kind("it is not there", slug="no-target", hint="look")
    job = Job(target="data:batches", batches=9, epochs=2, hold=3)
    made = refused_trial(job, error)
    back = error_of(made)

    assert (made.batches_asked, made.epochs_asked, made.hold) == (9, 2, 3)
    assert type(back) is kind
    assert (back.message, back.slug, back.hint) == ("it is not there", "no-target", "look")
    assert made.raised is not None
    assert made.raised.exit_code == (ExitCode.USAGE if kind is UsageError else ExitCode.TARGET)


# Scripts that are told a size.


def sized(items: int, batches: int, **fields: object) -> Trial:
    """A trial of a script, whose epoch has so many batches."""
    made = build.of_a_script(build.trial(items, lambda batch, epoch: 0.0))
    ends = [EpochMark(at_s=0.0, epoch=1, batches=batches, natural=True)]
    return msgspec.structs.replace(made, **{"epochs": ends, **fields})


def test_a_size_that_changes_the_epoch() -> None:
    """Is that of the data set; so it may be where nothing tells how long an epoch is."""
    check_scaling([sized(16, 2), sized(32, 4)])
    check_scaling([sized(16, 2)])
    steps = DriverMark(at_s=0.0, kind="generator", epoch_batches=50, epoch_from=STEPS)
    check_scaling([sized(items, 0, epochs=[], driver=steps) for items in (16, 32)])


def test_a_size_that_changes_nothing() -> None:
    """Is an error: that memory does not grow with it would say nothing."""
    with pytest.raises(UsageError, match="does not change how much its source yields") as caught:
        check_scaling([sized(16, 40), sized(32, 40)])
    assert "{n}" in caught.value.hint


def test_a_script_that_ended_itself() -> None:
    """What it printed says why."""
    mark = raised(slug="script-exited", message="train.py ended itself", exit_code=3)

    error = error_of(trial(reason="refused", raised=mark))

    assert error is not None
    assert error.message == "train.py ended itself:\non the error stream"


# What may be written instead.


@pytest.mark.parametrize(
    ("phase", "type_", "message", "given", "said"),
    [
        (
            "import",
            "ModuleNotFoundError",
            "No module named 'torch'",
            "",
            "--python path/to/bin/python, or --env FOLDER",
        ),
        ("first-batch", "ModuleNotFoundError", "No module named 'torch'", "", None),
        ("create", "AttributeError", "'dict' object has no attribute 'root'", "dict of 1: root", "--arg cfg=ns:FIELDS"),
        ("create", "AttributeError", "'dict' object has no attribute 'root'", "Config object", None),
        ("create", "TypeError", "'Namespace' object is not subscriptable", "Namespace object", "--arg cfg=json:FILE"),
        ("create", "ValueError", "no", "dict of 1: root", None),
    ],
)
def test_what_may_be_written_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str, type_: str, message: str, given: str, said: str | None
) -> None:
    """Where the exception tells, and an argument is as it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    mark = msgspec.structs.replace(raised(), phase=phase, type=type_, message=message)
    arguments = msgspec.structs.replace(build.arguments(None), arguments={"batch": "3", "cfg": given})
    notes = advice(trial(reason="raised", raised=mark, arguments=arguments))

    assert len(notes) == (said is not None)
    assert all((said or "") in note for note in notes)


@pytest.mark.parametrize(
    ("type_", "given", "n_notes"),
    [
        ("IsADirectoryError", "directory of 8 made images in 4 class folders", 1),
        ("IsADirectoryError", "list of 8 paths of made images", 0),
        ("FileNotFoundError", "directory of 8 made images in 4 class folders", 0),
    ],
)
def test_folders_in_place_of_files(type_: str, given: str, n_notes: int) -> None:
    """A data set class that lists a folder and opens what it finds: which layout to ask for."""
    mark = msgspec.structs.replace(raised(), phase="steady", type=type_, message="[Errno 21] Is a directory: 'class_0'")
    arguments = msgspec.structs.replace(build.arguments(None), filled={"root": given})
    notes = advice(trial(reason="raised", raised=mark, arguments=arguments))

    assert len(notes) == n_notes
    assert all("add layout=flat to --synth" in note for note in notes)


def test_where_the_target_ran() -> None:
    """In the Python that it was told."""
    mark = msgspec.structs.replace(raised(), phase="import", type="ModuleNotFoundError", message="No module named 'x'")
    other = Interpreter(path="/opt/bin/python", version=(3, 12, 1))

    assert advice(trial(reason="raised", raised=mark), other)[0].startswith("the target ran in /opt/bin/python; ")
    assert advice(trial()) == []


def test_memray_of_another_environment() -> None:
    """Must be in that one."""
    job = Job(target="data:batches", native=True)
    check_machine(job, Interpreter(path="/opt/bin/python", version=(3, 12, 1), packages={"memray": "1.1"}))
    with pytest.raises(UsageError, match="not installed for /opt/bin/python") as caught:
        check_machine(job, Interpreter(path="/opt/bin/python", version=(3, 12, 1)))
    assert caught.value.hint == "/opt/bin/python -m pip install memray"
