"""A report of a job that was watched."""

import signal

import msgspec

from genaudit.evidence.retention.lines import Place
from genaudit.evidence.watch.growth import FEWEST_BATCHES, JobGrowth, Trend, growth_of, ruled_out
from genaudit.evidence.watch.parts import Attribution, Grown, JobProject, attribute, folder_of_job
from genaudit.files import shown_path
from genaudit.masking import mask
from genaudit.model.outcome import Interval, Location, RunVerdict
from genaudit.model.report import Holder
from genaudit.model.watch import (
    JobEnding,
    JobPhase,
    JobRecording,
    JobReport,
    MemoryPoint,
    Part,
    PartGrowth,
)
from genaudit.report.holders import names_of
from genaudit.report.phrases import count
from genaudit.report.watch.unseen import SEEN, what_to_write
from genaudit.report.watch.words import headline, settling
from genaudit.units import format_bytes
from genaudit.version import __version__

MOST_HOLDERS = 5
MOST_POINTS = 400
LEAST_SHARE = 0.05


def job_report(job: JobRecording) -> JobReport:
    """What a job that was watched has shown."""
    growth = growth_of(job)
    project = JobProject(folder_of_job(job), job.texts)
    found = Attribution(part=None, by_walks=False)
    if growth.grows or growth.workers_grow or growth.trend is Trend.OPEN:
        found = attribute(job, growth, project)
    # That something is kept with each batch settles whether memory goes on rising.
    grows = growth.grows or growth.workers_grow or (found.is_counted and growth.per_batch is not None)
    found = found if grows else Attribution(part=None, by_walks=False)
    ending = _ending(job)
    first = found.grown[0] if found.grown else None
    holders = [_holder(job, project, each, found) for each in found.grown if _is_large(each, found)][:MOST_HOLDERS]
    report = JobReport(
        genaudit_version=__version__,
        job=_typed(job),
        verdict=_verdict(job, growth, grows=grows),
        headline="",
        part=found.part,
        growth_bytes_per_batch=growth.workers if growth.workers_grow and not growth.grows else growth.per_batch,
        parts=_parts(growth, found) if grows else [],
        holders=holders,
        code=_code(project, found.grown),
        other=_location(job, project, first.other) if first is not None else None,
        is_filled_by_source=first is not None and first.other is not None and first.part is Part.SOURCE,
        ending=ending,
        batches=ending.batch,
        epochs=len(job.epochs),
        sources=[_source(source.name or source.type, source.consumer) for source in job.sources],
        batch_bytes=growth.batch_bytes,
        first_bytes=job.pulled[0].anon_bytes if job.pulled else job.head.anon_bytes,
        last_bytes=_last_bytes(job),
        highest_bytes=_highest_bytes(job),
        limit_bytes=job.head.limit_bytes,
        limit_kind=job.head.limit_kind,
        seconds_in=sum(mark.in_s for mark in job.pulled),
        seconds_out=sum(mark.out_s for mark in job.pulled),
        inside_next=growth.inside,
        outside=growth.outside,
        memory=_memory(job),
        notes=[*([] if ending.batch else [SEEN]), *_queues(job, growth), *job.notes],
    )
    report = _with_time_left(job, report, grows=grows)
    settle = settling(report, growth, is_mixed=any(source.mixed for source in job.sources))
    if not report.batches:
        settle = what_to_write(job)
    return msgspec.structs.replace(report, headline=headline(report, growth), settle=settle)


def _queues(job: JobRecording, growth: JobGrowth) -> list[str]:
    """What waits in queues by itself."""
    each = f" of {format_bytes(growth.batch_bytes)}" if growth.batch_bytes else ""
    return [
        f"the queue of {source.name or source.type} holds up to {count(source.queue, 'batch')}{each} by itself"
        for source in job.sources
        if source.queue
    ]


def _source(name: str, consumer: str) -> str:
    return f"{name} ({consumer})"


def _typed(job: JobRecording) -> str:
    script = shown_path(job.head.script, job.head.directory) if job.head.script else "session"
    return mask(" ".join([script, *job.head.arguments]))


def _verdict(job: JobRecording, growth: JobGrowth, *, grows: bool) -> RunVerdict:
    if grows:
        return RunVerdict.FAIL
    if (
        growth.workers_open
        or growth.trend is Trend.OPEN
        or _ending(job).batch < FEWEST_BATCHES
        or growth.most > ruled_out(growth)
    ):
        return RunVerdict.INCONCLUSIVE
    # Whatever a job that was killed for its memory did, it did not show that it is clean.
    return RunVerdict.INCONCLUSIVE if _ending(job).kind == "killed" else RunVerdict.PASS


# How it ended.


def _ending(job: JobRecording) -> JobEnding:
    now, gone, end = job.now, job.gone, job.end
    batch = max([now.batch if now else 0, *(mark.last for mark in job.pulled[-1:])])
    epoch = now.epoch if now else (job.pulled[-1].epoch if job.pulled else 1)
    phase = (now.phase if now else JobPhase.BEFORE).name.lower()
    about = {"batch": batch, "epoch": epoch, "phase": phase}
    if gone is not None and gone.code < 0:
        return JobEnding(
            kind="killed",
            code=gone.code,
            signal=_signal(-gone.code),
            by_kernel=gone.by_kernel,
            by_limit=gone.by_limit,
            **about,  # type: ignore[arg-type]
        )
    if end is not None:
        return JobEnding(kind=end.ending, code=end.code, **about)  # type: ignore[arg-type]
    if gone is not None:
        return JobEnding(kind="exit" if gone.code == 0 else "failed", code=gone.code, **about)  # type: ignore[arg-type]
    return JobEnding(kind="running" if job.is_running else "killed", **about)  # type: ignore[arg-type]


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


# Memory.


def _last_bytes(job: JobRecording) -> int:
    if job.end is not None and job.end.anon_bytes:
        # What is seen from outside after that is an interpreter that takes itself down.
        return job.end.anon_bytes
    if job.gone is not None and job.gone.last_bytes:
        return job.gone.last_bytes
    return job.now.anon_bytes if job.now is not None else (job.pulled[-1].anon_bytes if job.pulled else 0)


def _highest_bytes(job: JobRecording) -> int:
    seen = job.gone.highest_bytes if job.gone is not None else 0
    return max([seen, _last_bytes(job), *(mark.anon_bytes for mark in job.pulled)])


def _memory(job: JobRecording) -> list[MemoryPoint]:
    points = [MemoryPoint(batch=mark.last, bytes=mark.anon_bytes) for mark in job.pulled]
    step = max(1, -(-len(points) // MOST_POINTS))
    return points[::step]


def _with_time_left(job: JobRecording, report: JobReport, *, grows: bool) -> JobReport:
    rate = report.growth_bytes_per_batch
    if (
        report.ending.kind == "killed"
        or not grows
        or rate is None
        or rate.value <= 0
        or not report.limit_bytes
        or not job.pulled
    ):
        return report
    used = max(job.now.used_bytes if job.now is not None else 0, report.last_bytes)
    batches = max(0.0, (report.limit_bytes - used) / rate.value)
    seconds = (job.pulled[-1].at_s - job.pulled[0].at_s) / max(1, job.pulled[-1].last - job.pulled[0].last)
    return msgspec.structs.replace(report, left_batches=batches, left_seconds=batches * seconds)


# Who holds it.


def _parts(growth: JobGrowth, found: Attribution) -> list[PartGrowth]:
    shown = []
    for part in Part:
        rate: Interval | None = None
        if part is Part.QUEUE and growth.workers_grow:
            rate = growth.workers
        elif growth.per_batch is not None and found.shares:
            is_own = growth.trend is not Trend.FLAT
            rate = _scaled(growth.per_batch, found.shares.get(part, 0.0) if is_own else 0.0)
        shown.append(PartGrowth(part=part, bytes_per_batch=rate))
    return shown


def _scaled(interval: Interval, share: float) -> Interval:
    return Interval(value=interval.value * share, low=interval.low * share, high=interval.high * share)


def _is_large(grown: Grown, found: Attribution) -> bool:
    most = max(each.holding.bytes for each in found.grown)
    return grown.holding.bytes >= LEAST_SHARE * most


def _holder(job: JobRecording, project: JobProject, grown: Grown, found: Attribution) -> Holder:
    holding = grown.holding
    all_bytes = sum(each.holding.bytes for each in found.grown)
    rate = holding.bytes / max(1, grown.batches)
    return Holder(
        names=names_of(holding),
        type=holding.payload.type,
        entries=holding.container.entries if holding.container is not None else None,
        bytes=holding.bytes,
        share=min(1.0, holding.bytes / max(1, all_bytes)),
        growth_bytes_per_batch=Interval(value=rate, low=rate, high=rate),
        gained_per_batch=holding.entries / max(1, grown.batches) if holding.container is not None else None,
        location=_location(job, project, grown.place),
        is_sampled=holding.payload.is_sampled,
    )


def _location(job: JobRecording, project: JobProject, place: Place | None) -> Location | None:
    if place is None:
        return None
    path = shown_path(place.path, job.head.directory)
    return Location(path=path, line=max(1, place.line), function=project.function_at(place.path, place.line))


def _code(project: JobProject, grown: list[Grown]) -> str | None:
    first = grown[0].place if grown else None
    text = project.line_text(first.path, first.line) if first is not None else None
    return mask(text.strip()) if text else None
