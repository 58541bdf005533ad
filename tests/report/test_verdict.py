"""The verdict of a run, why it failed to run if it did, and the exit code."""

from typing import Any

import msgspec
import pytest

from genaudit.errors import ExitCode
from genaudit.evidence.evidence import Evidence
from genaudit.model.marks import EndMark, Frame, RaisedMark
from genaudit.model.outcome import EvidenceKind, Level, Outcome, RunVerdict, Verdict
from genaudit.model.recording import Trial, TrialExit
from genaudit.model.report import BATCHES_ONLY, EVERYTHING, Failure
from genaudit.report.verdict import exit_code, failed_trial, failure, run_verdict, worst
from tests.build import evidence, recording, trial


def outcome(verdict: Verdict, level: Level = Level.ERROR, **changes: Any) -> Outcome:
    """An answer."""
    values: dict[str, Any] = {"code": "GA101", "name": "eager-load", "message": ""}
    return Outcome(verdict=verdict, level=level, evidence=EvidenceKind.MEASURED, **{**values, **changes})


PASSED = outcome(Verdict.PASS)
ERROR, WARNING, NOTE = (outcome(Verdict.FAIL, level) for level in (Level.ERROR, Level.WARNING, Level.NOTE))
OPEN, OURS = outcome(Verdict.INCONCLUSIVE), outcome(Verdict.ERROR)


def ended(reason: str, *, kind: str = "clean", batches: int = 3, **fields: Any) -> Trial:
    """A trial that ended for a reason after so many batches."""
    values: dict[str, Any] = {"exit": TrialExit(code=None, signal=None, reason=reason), "end": None}
    return trial(None, lambda batch, epoch: 0.0, kind=kind, batches=batches, **{**values, **fields})


def raised(**changes: Any) -> RaisedMark:
    """What a target raised in its third batch."""
    values: dict[str, Any] = {
        "phase": "steady",
        "batch": 3,
        "type": "ValueError",
        "message": "a bad row",
        "traceback": "Traceback: …",
        "frames": [Frame("/project/data.py", 5, "rows"), Frame("/usr/lib/python3/csv.py", 9, "next")],
    }
    return RaisedMark(at_s=0.0, **{**values, **changes})


@pytest.mark.parametrize(
    ("outcomes", "reason", "verdict"),
    [
        pytest.param([PASSED], None, RunVerdict.PASS, id="all passed"),
        pytest.param([PASSED, NOTE], None, RunVerdict.PASS, id="advice"),
        pytest.param([PASSED, OPEN, NOTE], None, RunVerdict.INCONCLUSIVE, id="something open"),
        pytest.param([WARNING, OPEN], None, RunVerdict.WARN, id="a warning"),
        pytest.param([OURS, WARNING], None, RunVerdict.ERROR, id="a rule of ours failed"),
        pytest.param([OURS, ERROR], None, RunVerdict.FAIL, id="a proven fault all the same"),
        pytest.param([PASSED], "raised", RunVerdict.ERROR, id="the target broke"),
        pytest.param([ERROR], "raised", RunVerdict.FAIL, id="it broke after a fault was proven"),
        pytest.param([PASSED], "memory-limit", RunVerdict.FAIL, id="too much memory is a fault"),
    ],
)
def test_the_verdict_of_a_run(outcomes: list[Outcome], reason: str | None, verdict: RunVerdict) -> None:
    """The worst counts."""
    assert run_verdict(outcomes, None if reason is None else Failure(reason=reason)) is verdict


@pytest.mark.parametrize(
    ("outcomes", "reason", "options", "code"),
    [
        pytest.param([PASSED], None, {}, ExitCode.CLEAN, id="clean"),
        pytest.param([ERROR], None, {}, ExitCode.FINDINGS, id="an error"),
        pytest.param([WARNING], None, {}, ExitCode.CLEAN, id="a warning"),
        pytest.param([WARNING], None, {"fail_on": "warn"}, ExitCode.FINDINGS, id="a warning that counts"),
        pytest.param([NOTE], None, {"fail_on": "warn"}, ExitCode.CLEAN, id="a note never counts"),
        pytest.param([ERROR], None, {"fail_on": "never"}, ExitCode.CLEAN, id="nothing counts"),
        pytest.param([ERROR], None, {"exit_zero": True}, ExitCode.CLEAN, id="findings do not change it"),
        pytest.param([OPEN], None, {}, ExitCode.CLEAN, id="open"),
        pytest.param([OPEN], None, {"strict": True}, ExitCode.INCONCLUSIVE, id="open is not good enough"),
        pytest.param([OPEN, ERROR], None, {"strict": True}, ExitCode.FINDINGS, id="a finding before open"),
        pytest.param(
            [PASSED], None, {"strict": True, "tested": BATCHES_ONLY}, ExitCode.INCONCLUSIVE, id="half was tested"
        ),
        pytest.param([PASSED], None, {"strict": True, "tested": EVERYTHING}, ExitCode.CLEAN, id="all was tested"),
        pytest.param([ERROR], "raised", {"exit_zero": True}, ExitCode.TARGET, id="a target that broke"),
        pytest.param([PASSED], "memory-limit", {}, ExitCode.FINDINGS, id="too much memory"),
        pytest.param([PASSED], "memory-limit", {"fail_on": "never"}, ExitCode.CLEAN, id="even that does not count"),
        pytest.param([ERROR], "interrupted", {"exit_zero": True}, ExitCode.INTERRUPTED, id="interrupted before all"),
    ],
)
def test_the_exit_code(outcomes: list[Outcome], reason: str | None, options: dict[str, Any], code: ExitCode) -> None:
    """With several causes one is chosen."""
    given: dict[str, Any] = {"fail_on": "error", "exit_zero": False, "strict": False, **options}

    assert exit_code(outcomes, None if reason is None else Failure(reason=reason), **given) is code


def test_the_worst_finding() -> None:
    """Errors before warnings, then what saves most; advice is none."""
    small, large = (outcome(Verdict.FAIL, saving_bytes=n_bytes) for n_bytes in (5, 9))
    huge_warning = outcome(Verdict.FAIL, Level.WARNING, saving_bytes=900)

    assert worst([huge_warning, small, large, PASSED]) is large
    assert worst([NOTE, huge_warning]) is huge_warning
    assert worst([NOTE, PASSED, OPEN]) is None


def test_a_small_trial_may_fail_for_being_small() -> None:
    """The drive that was asked for counts, and without one the largest of the others."""
    small, clean = ended("raised", kind="scaled"), ended("completed")

    assert failed_trial(recording(small, clean)) is None
    assert failed_trial(recording(small)) is small
    assert failed_trial(recording(clean, ended("raised", kind="traced"))) is None


def test_a_drive_without_a_batch_is_a_failure() -> None:
    """It came to its end, and there was nothing."""
    end = EndMark(at_s=0.0, batch=0, epochs=0, exhausted=True, stopped="empty")
    empty = ended("completed", batches=0, end=end)

    found = failure(evidence(empty))

    assert found is not None
    assert (found.reason, found.batch) == ("empty", None)


def test_what_was_raised_and_where() -> None:
    """The deepest frame of the user's own, and not of a library."""
    broken = ended("raised", batches=2, raised=raised(), exit=TrialExit(code=3, signal=None, reason="raised"))

    found = failure(evidence(broken))

    assert found is not None
    assert (found.reason, found.type, found.message) == ("raised", "ValueError", "a bad row")
    assert (found.phase, found.batch, found.exit_code) == ("steady", 3, 3)
    assert found.location is not None
    assert (found.location.path, found.location.line, found.location.function) == ("data.py", 5, "rows")


@pytest.mark.parametrize(
    ("reason", "signal", "shown"),
    [("crashed", "SIGSEGV", "SIGSEGV"), ("timed-out", "SIGKILL", None), ("memory-limit", "SIGKILL", None)],
)
def test_a_signal_of_ours_says_nothing_of_the_target(reason: str, signal: str, shown: str | None) -> None:
    """Only one that it died of by itself is told, with the batch that was being made."""
    broken = ended(reason, batches=4, exit=TrialExit(code=None, signal=signal, reason=reason))

    found = failure(evidence(broken))

    assert found is not None
    assert (found.reason, found.signal, found.batch) == (reason, shown, 5)


def test_an_interruption_is_that_of_the_last_trial() -> None:
    """Whatever it was doing."""
    stopped = msgspec.structs.replace(recording(ended("completed"), ended("interrupted", batches=2)), interrupted=True)
    found = failure(Evidence(stopped))

    assert found is not None
    assert (found.reason, found.batch) == ("interrupted", 3)


def test_a_run_that_came_to_its_end_has_no_failure() -> None:
    """There is nothing to tell."""
    assert failure(evidence(ended("completed"))) is None
