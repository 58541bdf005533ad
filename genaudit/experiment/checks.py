"""What must hold before the first trial, and whether a trial is a result that another trial can follow."""

import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from genaudit.errors import ExitCode, GenauditError, InternalError, TargetError, UsageError
from genaudit.model.job import Job
from genaudit.model.marks import RaisedMark
from genaudit.model.recording import Trial, TrialExit
from genaudit.writing import reserve

TEMPORARY_BYTES = 2**18
"""What the facts of a trial take on a disk, and more."""
TRACING = {"walked", "traced", "lines", "native"}
"""Kinds of trials that look for lines: what goes wrong there says nothing of the target."""
NOTE_CHARACTERS = 200
STDERR_CHARACTERS = 2000


class CheckedTrial(msgspec.Struct, frozen=True, kw_only=True):
    """A trial that is a result."""

    trial: Trial
    is_last: bool = False
    """Another trial could not be run, or would only show the same once more."""
    notes: list[str] = []
    """Why, where the trial itself does not show it."""


def check_machine(job: Job) -> None:
    """Whether what measuring needs is there, and what was asked for installed; found without importing it.

    Raises:
        UsageError: It is not.
    """
    if sys.platform == "linux" and not os.path.exists("/proc/self/status"):  # noqa: PTH110 - as the child reads it
        raise UsageError(
            "nothing can be measured: /proc is not there, or hidden",
            slug="no-proc",
            hint="mount it: mount -t proc proc /proc",
        )
    try:
        reserve(Path(tempfile.gettempdir()), TEMPORARY_BYTES)
    except OSError as error:
        raise UsageError(
            f"the temporary folder cannot be used: {error.strerror or error}",
            slug="no-temporary-folder",
            hint="set TMPDIR to a folder on a disk with room, such as TMPDIR=$HOME/tmp",
        ) from error
    if job.native and importlib.util.find_spec("memray") is None:
        raise UsageError(
            "--native traces with memray, which is not installed",
            slug="native-not-installed",
            hint="pip install 'genaudit[native]'",
        )


def check_trial(trial: Trial, *, any_batches: bool) -> CheckedTrial:
    """The trial, if it is a result, and whether there can be another after it.

    Args:
        trial: How it was measured.
        any_batches: Whether an earlier trial came to a batch.

    Raises:
        GenauditError: The target was refused, or genaudit itself failed.
    """
    error = error_of(trial)
    is_stranded = not _is_there(Path.cwd)
    if trial.kind == "native" and not is_stranded:
        # Whatever it ended with may be memray's doing, and there are other engines.
        detail = f"memray could not be used: {_message(trial)}" if error is not None else trial.exit.detail
        return CheckedTrial(trial=_with_detail(trial, detail))
    if trial.kind in TRACING and error is not None:
        note = f"lines could not be looked for, by a fault of genaudit's own: {_message(trial)}"
        return CheckedTrial(trial=trial, is_last=True, notes=[note])
    if error is not None and (trial.exit.reason == "internal" or not any_batches):
        raise error
    if is_stranded:
        note = "the working directory is gone, so that no further trial could be started"
        return CheckedTrial(trial=trial, is_last=True, notes=[note])
    if trial.kind == "forecast" and error is None:
        # Whatever happened there, what the smaller sizes showed still holds.
        return CheckedTrial(trial=trial)
    # It would hang again, or be imported again for nothing.
    return CheckedTrial(trial=trial, is_last=trial.exit.reason == "timed-out" or not _was_imported(trial))


def error_of(trial: Trial) -> GenauditError | None:
    """The error that a trial ended with; ``None`` where what happened is the target's doing, and so a result."""
    if trial.exit.reason == "refused" and trial.raised is not None:
        return _refusal(trial.raised)
    if trial.exit.reason == "internal":
        return InternalError(
            _fault(trial), slug="internal", hint="please report it, with the text above and how the target was called"
        )
    return None


def refused_trial(job: Job, error: GenauditError) -> Trial:
    """The trial that an error stands for: of a target that was refused before a process of its own could do so."""
    mark = RaisedMark(
        at_s=0.0,
        phase="import",
        batch=0,
        type=type(error).__name__,
        message=error.message,
        traceback="",
        frames=[],
        slug=error.slug,
        hint=error.hint,
        exit_code=int(error.exit_code),
    )
    return Trial(
        kind="clean",
        items=None,
        batches_asked=job.batches,
        epochs_asked=job.epochs,
        hold=job.hold,
        exit=TrialExit(code=None, signal=None, reason="refused"),
        wall_s=0.0,
        raised=mark,
    )


def _refusal(raised: RaisedMark) -> GenauditError:
    kind = UsageError if raised.exit_code == ExitCode.USAGE else TargetError
    return kind(raised.message, slug=raised.slug or "refused", hint=raised.hint)


def _fault(trial: Trial) -> str:
    """What is known of a fault of genaudit's own."""
    if trial.raised is not None:
        return f"genaudit's own code failed in the phase {trial.raised.phase}:\n{trial.raised.traceback.rstrip()}"
    ended = f"signal {trial.exit.signal}" if trial.exit.signal else f"exit code {trial.exit.code}"
    stderr = trial.exit.stderr_tail[-STDERR_CHARACTERS:].strip()
    return f"the measuring process ended with {ended} before it began" + (f":\n{stderr}" if stderr else "")


def _message(trial: Trial) -> str:
    """What a trial that ended with an error left of it, in a line or two."""
    return trial.raised.message if trial.raised is not None else trial.exit.stderr_tail[-NOTE_CHARACTERS:]


def _with_detail(trial: Trial, detail: str) -> Trial:
    return msgspec.structs.replace(trial, exit=msgspec.structs.replace(trial.exit, detail=detail))


def _was_imported(trial: Trial) -> bool:
    return any(phase.name == "import" for phase in trial.phases)


def _is_there(folder: Callable[[], Path]) -> bool:
    try:
        return folder().is_dir()
    except OSError:
        return False
