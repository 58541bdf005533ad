"""The one way from a job to its recording, and from there to its report.

Reports are imported late: rules and lint are not needed before there is something to judge, and a command that only
measures starts faster without them.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from genaudit.errors import GenauditError, TargetError, UsageError
from genaudit.experiment.checks import refused_trial
from genaudit.experiment.investigation import investigate
from genaudit.experiment.listing import Sources, listed_sources
from genaudit.experiment.session import ExperimentSession, TrialRunner
from genaudit.interrupts import defer_interrupts
from genaudit.model.codec import with_valid_text
from genaudit.model.job import Job
from genaudit.model.limits import Limits
from genaudit.model.progress import Progress, concluding
from genaudit.model.recording import Recording
from genaudit.model.report import Report
from genaudit.recorder.child.watch.names import MARKS, OWN_MEMORY, PAGE
from genaudit.recorder.job import WatchedJob
from genaudit.recorder.trial.monitor import LostMachineError
from genaudit.writing import check_room, make_folders

MOST_MACHINES = 3
"""So often an audit begins anew where its machine has gone, and no other is of its kind."""


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
    if progress is not None:
        progress(concluding(len(recording.trials)))
    return Audit(
        recording, report_of(recording, limits=job.limits, fail_on=fail_on, exit_zero=exit_zero, strict=strict)
    )


def record(
    job: Job, progress: Callable[[Progress], None] | None = None, *, run_trial: TrialRunner | None = None
) -> Recording:
    """Run all trials of a job.

    Args:
        job: What is asked for.
        progress: Called a few times a second with where a trial is.
        run_trial: Runs one trial; as the session does by itself where ``None``.

    Returns:
        The recording, also where the target failed or the user interrupted: then it holds what was measured.

    Raises:
        GenauditError: The target or an argument cannot be understood. What the target itself does wrong is no error.
    """
    for _ in range(MOST_MACHINES):
        with ExperimentSession(job, progress, run_trial=run_trial) as session, contextlib.suppress(LostMachineError):
            return record_in(session)
    raise TargetError(
        f"the machines that it ran on have gone, one after the other: {MOST_MACHINES}",
        slug="machines-gone",
        hint="look at the logs of the workers",
    )


def record_in(session: ExperimentSession) -> Recording:
    """Run all trials of a session that more trials are run in later.

    Raises:
        GenauditError: The target was refused, or genaudit itself failed.
    """
    recording = investigate(session)
    with defer_interrupts():
        from genaudit.report.recorded_sources import with_sources

        return with_valid_text(with_sources(recording, session.covering.source))


def sources_of(target: str, words: list[str]) -> Sources:
    """Run a script once, and see what it hands to consumers; nothing is driven or trained.

    Args:
        target: The script.
        words: Its own arguments.

    Raises:
        GenauditError: The script cannot be run, or came to its end and handed over nothing.
    """
    return listed_sources(ExperimentSession(Job(target=target, script=words, lists_sources=True)))


def start_job(target: str, words: list[str], folder: Path, limit: int | None) -> WatchedJob:
    """Start a script that runs to its own end, and is watched.

    Args:
        target: The script.
        words: Its own arguments.
        folder: Where its marks go; what an earlier job has left of itself there is put aside.
        limit: Bytes that it may have.

    Raises:
        GenauditError: There is no such script, the folder cannot be written, or this is no Linux.
    """
    from genaudit.lint.files.source import cells_of
    from genaudit.recorder.script import parse_script

    if not Path(OWN_MEMORY).exists():
        raise UsageError(
            f"genaudit watch reads the memory of a job from {OWN_MEMORY}, which only Linux has",
            slug="watch-needs-linux",
            hint=f"genaudit run {target} audits its data source here; or watch it in a container",
        )
    script = parse_script(target, words)
    check_room(folder, MARKS)
    make_folders(folder)
    # Until the job has its own, nobody is to take the page of an earlier one for it.
    (folder / PAGE).unlink(missing_ok=True)
    return WatchedJob(script, cells_of(script.file) if script.kind == "notebook" else [], folder.absolute(), limit)


def report_of(
    recording: Recording,
    *,
    limits: Limits | None = None,
    fail_on: str = "error",
    exit_zero: bool = False,
    strict: bool = False,
) -> Report:
    """The report of a recording, made without an interruption.

    Args:
        recording: Of trials.
        limits: The numbers that rules compare with; the defaults where ``None``.
        fail_on: The lowest level that makes the exit code 1: error, warn, never.
        exit_zero: Findings do not change the exit code.
        strict: An inconclusive outcome does, and a verdict on batches only.
    """
    with defer_interrupts():
        from genaudit.report.build import conclude

        return conclude(recording, limits=limits, fail_on=fail_on, exit_zero=exit_zero, strict=strict)


def refuse(job: Job, error: GenauditError) -> Audit:
    """A target that cannot be audited at all, as an audit: to be shown like any other that fails.

    Args:
        job: What was asked for.
        error: Why it was refused.

    Raises:
        GenauditError: Nothing can be measured on this machine.
    """
    # Of the job only what is sure to be understood.
    bare = ExperimentSession(Job(target=job.target, command=job.command)).recording
    notes = [error.hint] if error.hint else []
    recording = msgspec.structs.replace(bare, trials=[refused_trial(job, error)], notes=notes)
    return Audit(recording, report_of(recording))
