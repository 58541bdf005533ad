"""The verdict of a run, why it failed to run if it did, and the exit code."""

from collections.abc import Sequence

from genaudit.errors import ExitCode
from genaudit.evidence.evidence import Evidence
from genaudit.files import shown_path
from genaudit.model.marks import PHASE_AFTER, Frame
from genaudit.model.outcome import Level, Location, Outcome, RunVerdict, Verdict
from genaudit.model.recording import Recording, Trial
from genaudit.model.report import BATCHES_ONLY, Failure

BROKEN = {"raised", "refused", "exited", "crashed", "killed", "timed-out", "memory-limit", "interrupted"}


def failed_trial(recording: Recording) -> Trial | None:
    """The trial that shows that the target does not run as asked; ``None`` where it does.

    A small trial may fail for being small. That counts only if the drive that was asked for failed too, or was not run.
    """
    clean = [trial for trial in recording.trials if trial.kind == "clean"]
    judged = clean or [trial for trial in recording.trials if trial.kind == "scaled"][-1:]
    return next((trial for trial in judged if _is_broken(trial)), None)


def _is_broken(trial: Trial) -> bool:
    return trial.exit.reason in BROKEN or (trial.end is not None and trial.end.stopped == "empty")


def failure(evidence: Evidence) -> Failure | None:
    """What went wrong, where, and in which batch."""
    trial = failed_trial(evidence.recording)
    if evidence.recording.interrupted:
        trial = evidence.recording.trials[-1]
    if trial is None:
        return None
    directory = evidence.recording.working_directory
    raised = trial.raised
    frames = list(reversed(raised.frames)) if raised else trial.exit.hang
    own = evidence.project.deepest(frames)
    reason = _reason(evidence.recording, trial)
    by_us = reason in {"timed-out", "memory-limit", "interrupted"}
    return Failure(
        reason=reason,
        phase=raised.phase if raised else _phase(trial),
        batch=(raised.batch or None) if raised else _batch_in_progress(trial),
        type=raised.type if raised and not raised.slug else None,
        message=raised.message if raised else trial.exit.detail or None,
        location=_location(own, evidence, directory) if own else None,
        traceback=raised.traceback if raised else "",
        # The signal by which genaudit ends a trial says nothing of the target.
        signal=None if by_us else trial.exit.signal,
        exit_code=trial.exit.code,
        stderr_tail=trial.exit.stderr_tail,
    )


def _reason(recording: Recording, trial: Trial) -> str:
    if recording.interrupted:
        return "interrupted"
    return "empty" if trial.exit.reason == "completed" else trial.exit.reason


def _location(frame: Frame, evidence: Evidence, directory: str) -> Location:
    function = frame.function or evidence.project.function_at(frame.path, frame.line)
    return Location(path=shown_path(frame.path, directory), line=max(1, frame.line), function=function)


def _phase(trial: Trial) -> str | None:
    """The phase that was going on: the one after the last that ended; ``None`` after all of them."""
    if trial.exit.reason == "completed" or (trial.phases and trial.phases[-1].name == "close"):
        return None
    if trial.end is not None or (trial.settled and trial.settled[-1].at == "end"):
        # All batches were made.
        return "close"
    return PHASE_AFTER.get(trial.phases[-1].name if trial.phases else None, "steady")


def _batch_in_progress(trial: Trial) -> int | None:
    if _phase(trial) not in {"first-batch", "steady"}:
        return None
    return (trial.batches[-1].last if trial.batches else 0) + 1


def worst(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The finding that matters most: errors before warnings, then what saves most. Notes are advice, and none."""
    weights = {Level.ERROR: 0, Level.WARNING: 1}
    findings = [outcome for outcome in outcomes if outcome.is_finding and outcome.level in weights]
    return min(findings, key=lambda outcome: (weights[outcome.level], -(outcome.saving_bytes or 0)), default=None)


def run_verdict(outcomes: Sequence[Outcome], failed: Failure | None) -> RunVerdict:
    """The verdict of the whole run. A proven fault counts also where the target broke afterwards."""
    levels = {outcome.level for outcome in outcomes if outcome.is_finding}
    if Level.ERROR in levels or (failed is not None and failed.reason == "memory-limit"):
        return RunVerdict.FAIL
    if failed is not None or any(outcome.verdict is Verdict.ERROR for outcome in outcomes):
        return RunVerdict.ERROR
    if Level.WARNING in levels:
        return RunVerdict.WARN
    if any(outcome.verdict is Verdict.INCONCLUSIVE for outcome in outcomes):
        return RunVerdict.INCONCLUSIVE
    return RunVerdict.PASS


def exit_code(
    outcomes: Sequence[Outcome],
    failed: Failure | None,
    *,
    fail_on: str,
    exit_zero: bool,
    strict: bool,
    tested: str | None = None,
) -> ExitCode:
    """The exit code; with several causes 2 > 3 > 1 > 4 > 5, and an interruption before all.

    Args:
        fail_on: The lowest level that fails: error, warn or never.
        exit_zero: Findings do not fail.
        strict: Inconclusive is not good enough, and neither is a verdict on batches only.
        tested: What was, as the report has it.
    """
    if failed is not None and failed.reason == "interrupted":
        return ExitCode.INTERRUPTED
    if failed is not None and failed.reason != "memory-limit":
        return ExitCode.TARGET
    if exit_zero:
        return ExitCode.CLEAN
    levels = {"error": {Level.ERROR}, "warn": {Level.ERROR, Level.WARNING}, "never": set()}[fail_on]
    if failed is not None or any(outcome.is_finding and outcome.level in levels for outcome in outcomes):
        return ExitCode.FINDINGS if fail_on != "never" else ExitCode.CLEAN
    undecided = tested == BATCHES_ONLY or any(outcome.verdict is Verdict.INCONCLUSIVE for outcome in outcomes)
    if strict and undecided:
        return ExitCode.INCONCLUSIVE
    return ExitCode.CLEAN
