"""A target that cannot be audited at all, as a report: CI must show it like any other that fails."""

from pathlib import Path

import msgspec

from genaudit.errors import GenauditError
from genaudit.files import MOST_SETTING_BYTES, read_text
from genaudit.model.job import Job
from genaudit.model.outcome import Location
from genaudit.pipeline import Audit, refuse


def refusal(job: Job, error: GenauditError, configuration: Path | None) -> Audit:
    """The recording and the report of a target that was refused: misspelt, moved, or called with what it does not take.

    Args:
        job: What was asked for.
        error: Why it was refused.
        configuration: The file that names the target, where one does: that is the line to fix.
    """
    recording, report = refuse(job, error)
    failure = report.failure and msgspec.structs.replace(report.failure, location=_named_in(configuration, job.target))
    # No rule could look at anything.
    return Audit(
        recording, msgspec.structs.replace(report, failure=failure, outcomes=[], exit_code=int(error.exit_code))
    )


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
