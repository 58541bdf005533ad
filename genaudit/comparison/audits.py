"""The audit of one variant, in a session that stays open: more trials of it are run later."""

import contextlib
from collections.abc import Callable

import msgspec

from genaudit import pipeline
from genaudit.comparison.drives import AuditedVariant
from genaudit.comparison.growth import Experiment
from genaudit.comparison.variants import VariantSpec
from genaudit.comparison.worktree import check_origin
from genaudit.errors import GenauditError
from genaudit.experiment.session import ExperimentSession
from genaudit.model.job import Job
from genaudit.model.outcome import RunVerdict
from genaudit.model.progress import Progress
from genaudit.model.recording import Recording, Revision
from genaudit.model.report import Report


def audited(
    spec: VariantSpec,
    index: int,
    job: Job,
    *,
    sessions: contextlib.ExitStack,
    progress: Callable[[Progress], None],
    quick: bool = True,
) -> AuditedVariant:
    """Audit a variant.

    Args:
        spec: What is audited.
        index: Its place among the variants.
        job: Of each audit; its target and its arguments are the variant's.
        sessions: Keeps the session open.
        progress: Called a few times a second.
        quick: Leave out the trials that a comparison has no use for: forecasts, and calls again and again.

    Raises:
        GenauditError: The target or an argument cannot be understood.
    """
    try:
        session = sessions.enter_context(ExperimentSession(_job_of(spec, job, quick=quick), progress))
        recording = pipeline.record_in(session)
    except GenauditError as error:
        # Which of the targets cannot be used as it was asked for?
        raise _named(error, spec) from error
    spec = msgspec.structs.replace(spec, name=session.covering.text(spec.name))
    report = pipeline.report_of(_as_asked_for(recording, spec, session), limits=job.limits)
    check_origin(spec, report.target.path)
    variant = AuditedVariant(index, spec, recording, report, session, Experiment(recording, report))
    if report.verdict is RunVerdict.ERROR or report.failure is not None or report.batches is None:
        variant.problem = _problem(report)
        variant.reason = report.failure.reason if report.failure else "empty"
    return variant


def _job_of(spec: VariantSpec, job: Job, *, quick: bool) -> Job:
    """The job of each audit, for one variant."""
    return msgspec.structs.replace(
        job,
        target=spec.launch,
        arguments=spec.arguments,
        values=spec.values,
        configured=spec.configured,
        import_from=[*spec.import_from, *job.import_from],
        lenient=True,
        repeats=1,
        quick=quick or job.quick,
    )


def _as_asked_for(recording: Recording, spec: VariantSpec, session: ExperimentSession) -> Recording:
    """The recording with the target as the user named it, and paths and revision as of its own tree."""
    at_commit = Revision(commit=spec.commit, branch=None, dirty=False)
    return msgspec.structs.replace(
        recording,
        request=msgspec.structs.replace(recording.request, target=session.covering.text(spec.target)),
        working_directory=spec.root or recording.working_directory,
        revision=at_commit if spec.commit is not None else recording.revision,
    )


def _problem(report: Report) -> str:
    """Why an audit could not be followed by drives."""
    headline = report.summary.headline
    passed_limit = report.failure is not None and report.failure.reason == "memory-limit"
    return f"{headline}, and passed the memory limit" if passed_limit and "memory limit" not in headline else headline


def _named(error: GenauditError, spec: VariantSpec) -> GenauditError:
    """The error with the name of the variant before it."""
    named = GenauditError(f"{spec.name}: {error.message}", slug=error.slug, hint=error.hint)
    named.exit_code = error.exit_code
    return named
