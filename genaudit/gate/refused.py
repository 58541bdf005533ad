"""A target that cannot be audited at all, as a report: CI must show it like any other that fails."""

from pathlib import Path

import msgspec

from genaudit.errors import GenauditError
from genaudit.experiment.staging import Inputs, stage
from genaudit.files import MOST_SETTING_BYTES, read_text
from genaudit.model.job import Job
from genaudit.model.marks import RaisedMark
from genaudit.model.outcome import Location
from genaudit.model.recording import Recording, Request, Trial, TrialExit
from genaudit.model.report import Report
from genaudit.report.build import conclude


def refusal(job: Job, error: GenauditError, configuration: Path | None) -> tuple[Recording, Report]:
    """The recording and the report of a target that was refused: misspelt, moved, or called with what it does not take.

    Args:
        job: What was asked for.
        error: Why it was refused.
        configuration: The file that names the target, where one does: that is the line to mend.
    """
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
    trial = Trial(
        kind="clean",
        items=None,
        batches_asked=job.batches,
        epochs_asked=job.epochs,
        hold=job.hold,
        exit=TrialExit(code=None, signal=None, reason="refused"),
        wall_s=0.0,
        raised=mark,
    )
    bare = stage(Request(target=job.target, command=job.command), Inputs()).recording
    notes = [error.hint] if error.hint else []
    recording = msgspec.structs.replace(bare, trials=[trial], notes=notes)
    report = conclude(recording)
    failure = report.failure and msgspec.structs.replace(report.failure, location=_named_in(configuration, job.target))
    # No rule could look at anything.
    return recording, msgspec.structs.replace(report, failure=failure, outcomes=[], exit_code=int(error.exit_code))


def _named_in(configuration: Path | None, target: str) -> Location | None:
    """The line of a configuration that names a target."""
    if configuration is None:
        return None
    shown = configuration.relative_to(Path.cwd()) if configuration.is_relative_to(Path.cwd()) else configuration
    try:
        lines = read_text(configuration, MOST_SETTING_BYTES, errors="replace").splitlines()
    except OSError:
        return None
    number = next((number for number, line in enumerate(lines, 1) if target in line), None)
    return None if number is None else Location(path=str(shown), line=number)
