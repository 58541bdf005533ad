"""The one way from a job to its recording, and from there to its report.

Reports are imported late: rules and lint are not needed before there is something to judge.
"""

from collections.abc import Callable
from typing import NamedTuple

from genaudit import auditing
from genaudit.experiment.staging import Inputs
from genaudit.interrupts import held_off
from genaudit.model.job import Job
from genaudit.model.limits import Limits
from genaudit.model.recording import Recording
from genaudit.model.report import Report
from genaudit.recorder.trial.monitor import Progress


class Audit(NamedTuple):
    """What was measured, and what is made of it."""

    recording: Recording
    report: Report


def audit(
    job: Job,
    progress: Callable[[Progress], None] | None = None,
    *,
    fail_on: str = "error",
    exit_zero: bool = False,
    strict: bool = False,
) -> Audit:
    """Run all trials of a job, and judge them.

    Args:
        job: What is asked for.
        progress: Called a few times a second with where a trial is.
        fail_on: The lowest level that makes the exit code 1: error, warn, never.
        exit_zero: Findings do not change the exit code.
        strict: An inconclusive outcome does, and a verdict on batches only.

    Raises:
        GenauditError: As ``record``.
    """
    recording = record(job, progress)
    return Audit(
        recording, report_of(recording, limits=job.limits, fail_on=fail_on, exit_zero=exit_zero, strict=strict)
    )


def record(job: Job, progress: Callable[[Progress], None] | None = None) -> Recording:
    """Run all trials of a job.

    Args:
        job: What is asked for.
        progress: Called a few times a second with where a trial is.

    Raises:
        GenauditError: The target or an argument cannot be understood. What the target itself does wrong is no error.
    """
    return auditing.record(
        job.request, inputs_of(job), memory_limit=job.memory_limit, progress=progress, limits=job.limits
    )


def inputs_of(job: Job) -> Inputs:
    """What the target of a job is called with."""
    return Inputs(**{name: getattr(job, name) for name in Inputs.__struct_fields__})


def report_of(
    recording: Recording,
    *,
    limits: Limits | None = None,
    fail_on: str = "error",
    exit_zero: bool = False,
    strict: bool = False,
) -> Report:
    """The report of a recording, made without an interruption."""
    with held_off():
        from genaudit.report.build import conclude

        return conclude(recording, limits=limits, fail_on=fail_on, exit_zero=exit_zero, strict=strict)
