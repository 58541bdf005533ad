"""What a script hands to consumers, without driving any of it."""

from typing import NamedTuple

from genaudit.errors import TargetError
from genaudit.experiment.checks import error_of
from genaudit.experiment.session import ExperimentSession
from genaudit.model.marks import HandedMark
from genaudit.model.recording import Trial


class Sources(NamedTuple):
    """What a script hands to consumers."""

    handed: list[HandedMark]
    folder: str
    """Where it was run."""
    notes: list[str]
    """How it ended, where it did not come to its end."""


def listed_sources(session: ExperimentSession) -> Sources:
    """Run a script once, and see what it hands over.

    Args:
        session: Of a job that asks for this alone.

    Raises:
        GenauditError: It cannot be run, or handed over nothing.
    """
    trial = session.run_apart(session.spec(kind="clean", size={"all": True}, batches=1))
    error = error_of(trial)
    if error is None and not trial.handed:
        error = TargetError(
            f"{session.request.target} {_ended(trial)} before it handed over a source", slug="no-source"
        )
    if error is not None and not trial.handed:
        raise error
    notes = [] if trial.exit.reason in {"completed", "exited"} else [f"then {_ended(trial)}: there may be more sources"]
    return Sources(trial.handed, session.recording.working_directory, notes)


def _ended(trial: Trial) -> str:
    raised = trial.raised
    if raised is None:
        return {"timed-out": "took too long"}.get(trial.exit.reason, trial.exit.reason)
    place = f" at {raised.frames[-1].path}:{raised.frames[-1].line}" if raised.frames else ""
    return f"it raised {raised.type}: {raised.message}{place}"
