"""Trials that are no result: the target was refused, or genaudit itself failed."""

from genaudit.errors import ExitCode, GenauditError, InternalError, TargetError, UsageError
from genaudit.model.marks import RaisedMark
from genaudit.model.recording import Trial

STDERR_CHARACTERS = 2000


def error_of(trial: Trial) -> GenauditError | None:
    """The error that a trial ended with; ``None`` where what happened is the target's doing, and so a result."""
    if trial.exit.reason == "refused" and trial.raised is not None:
        return _refusal(trial.raised)
    if trial.exit.reason == "internal":
        return InternalError(
            _fault(trial), slug="internal", hint="please report it, with the text above and how the target was called"
        )
    return None


def _refusal(raised: RaisedMark) -> GenauditError:
    kind = UsageError if raised.exit_code == ExitCode.USAGE else TargetError
    return kind(raised.message, slug=raised.slug or "refused", hint=raised.hint)


def _fault(trial: Trial) -> str:
    """What is known of a fault of genaudit's own."""
    if trial.raised is not None:
        return f"genaudit's own code failed in the phase {trial.raised.phase}:\n{trial.raised.traceback.rstrip()}"
    ended = f"signal {trial.exit.signal}" if trial.exit.signal else f"exit code {trial.exit.code}"
    said = trial.exit.stderr_tail[-STDERR_CHARACTERS:].strip()
    return f"the measuring process ended with {ended} before it began" + (f":\n{said}" if said else "")
