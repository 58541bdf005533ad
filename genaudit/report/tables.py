"""The tables of a report, from the marks."""

import statistics

from genaudit.evidence import readings
from genaudit.evidence.blame.sites import by_own_line, snapshot
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.growth import BatchGrowth
from genaudit.evidence.project import Project
from genaudit.evidence.spikes import worst_spike
from genaudit.evidence.trials import MEMORY_KINDS
from genaudit.files import shown_path
from genaudit.model.marks import Memory, SettledMark
from genaudit.model.outcome import Interval
from genaudit.model.recording import Recording, Trial
from genaudit.model.report import Batches, Peak, Phase, Resource, Resources, SiteRow, TrialRow
from genaudit.model.series import SurfacePoint, TracedPoint
from genaudit.report.holders import held_before
from genaudit.report.phrases import listed
from genaudit.units import format_seconds

MOST_SITES = 60
LONG_IMPORTS_S = 60


def phases(trial: Trial) -> list[Phase]:
    """The phases of a trial in their order."""
    rows = []
    for mark in trial.phases:
        memory = mark.memory
        steady = [batch.memory.high_water_bytes for batch in trial.batches] if mark.name == "steady" else []
        rows.append(
            Phase(
                name=mark.name,
                start_s=max(0.0, mark.at_s - mark.seconds),
                seconds=mark.seconds,
                rss_bytes=memory.rss_bytes,
                anon_bytes=memory.anon_bytes,
                high_water_bytes=max((memory.high_water_bytes, *steady)),
            )
        )
    return rows


def batches(evidence: Evidence, trial: Trial) -> Batches | None:
    """The batches of a trial, and how memory grows over them."""
    marks = trial.batches
    if not marks:
        return None
    steady = [mark for mark in marks if mark.last > 1] or marks
    seconds = statistics.median(mark.seconds / mark.count for mark in steady)
    items = readings.batch_items([trial])
    spike = worst_spike([trial], evidence.batch_bytes)
    growth, by_epoch = evidence.growth.leak, evidence.growth.epoch_growth
    if growth is None or growth.per_batch.low <= 0:
        # Nothing leaks: the drive over the most batches says so best.
        growth = max(evidence.growth.batch_growths, key=lambda fit: fit.span, default=None)
    return Batches(
        count=marks[-1].last,
        epochs=trial.epochs[-1].epoch if trial.epochs else 0,
        bytes_median=readings.batch_bytes([trial]),
        items_median=items,
        seconds_median=seconds,
        items_per_second=items / seconds if items and seconds > 0 else None,
        first_batch_seconds=marks[0].seconds,
        retained_first_bytes=readings.retained_first_bytes(trial),
        growth_bytes_per_batch=_per_batch(evidence, growth),
        growth_bytes_per_epoch=by_epoch.per_epoch if by_epoch else None,
        spike_ratio_max=spike.ratio if spike else None,
        spike_batch=spike.batch if spike else None,
        held_before_bytes=held_before(evidence),
    )


def _per_batch(evidence: Evidence, growth: BatchGrowth | None) -> Interval | None:
    """By readings of memory; by what is held, where that takes no memory yet."""
    if evidence.unwritten is not None:
        kept = evidence.unwritten.bytes_per_batch
        return Interval(value=kept, low=kept, high=kept)
    return growth.per_batch if growth else None


def peak(trial: Trial | None) -> Peak:
    """The highest memory of a trial: the kernel's own figure where its mark could be reset."""
    if trial is None:
        return Peak(high_water_bytes=None, tree_pss_bytes=None, exact=False)
    moments: list[tuple[Memory, str, int | None]] = [(mark.memory, mark.name, None) for mark in trial.phases]
    moments += [(mark.memory, "steady" if mark.last > 1 else "first-batch", mark.last) for mark in trial.batches]
    highest = max(moments, key=lambda moment: moment[0].high_water_bytes, default=None)
    return Peak(
        high_water_bytes=readings.high_water_bytes(trial),
        tree_pss_bytes=trial.pss_peak_bytes,
        exact=bool(trial.ready and trial.ready.exact_peaks),
        batch=highest[2] if highest else None,
        phase=highest[1] if highest else None,
    )


def resources(trial: Trial) -> Resources | None:
    """Handles at the first and the last settled reading."""
    if not trial.settled:
        return None
    first, last = trial.settled[0], trial.settled[-1]
    return Resources(
        open_files=_resource(first, last, "open_files"),
        threads=_resource(first, last, "threads"),
        children=_resource(first, last, "children"),
    )


def _resource(first: SettledMark, last: SettledMark, name: str) -> Resource:
    before, after = getattr(first, name), getattr(last, name)
    span = last.batch - first.batch
    return Resource(first=before, last=after, growth_per_batch=(after - before) / span if span else None)


def sites(evidence: Evidence) -> tuple[list[SiteRow], int | None]:
    """Memory by line at the end of the trial whose tracer saw most, and what it could not see."""
    project, directory = evidence.project, evidence.recording.working_directory
    tracing = [t for t in evidence.recording.trials if t.kind in {"traced", "native"} and snapshot(t, "first")]
    trial = next((t for t in tracing if t.kind == "native"), tracing[0] if tracing else None)
    lines = next((t for t in evidence.recording.trials if t.kind == "lines" and t.sites), None)
    mark = (snapshot(trial, "end") or snapshot(trial, "first")) if trial else None
    peaks = _line_peaks(project, lines)
    rows = []
    held = by_own_line(project, mark) if mark else {}
    for (path, line), (n_bytes, blocks) in sorted(held.items(), key=lambda item: -item[1][0])[:MOST_SITES]:
        rows.append(_site(project, directory, path, line, n_bytes, blocks, peaks.pop((path, line), None)))
    for (path, line), top in sorted(peaks.items(), key=lambda item: -item[1])[: MOST_SITES // 2]:
        rows.append(_site(project, directory, path, line, 0, 0, top))
    return rows, _untraced(evidence, trial) if trial else None


def traced(evidence: Evidence) -> list[TracedPoint]:
    """What the tracer counted, moment by moment."""
    return [
        TracedPoint(batch=mark.batch, traced_bytes=mark.traced_bytes, peak_bytes=mark.peak_bytes, items=trial.items)
        for trial in evidence.recording.trials
        for mark in trial.sites
        if mark.engine == "tracemalloc"
    ]


def _site(project: Project, directory: str, path: str, line: int, held: int, blocks: int, top: int | None) -> SiteRow:
    return SiteRow(
        path=shown_path(path, directory),
        line=line,
        function=project.function_at(path, line),
        retained_bytes=held,
        peak_bytes=top,
        blocks=blocks,
        source=(project.line_text(path, line) or "").strip() or None,
    )


def _line_peaks(project: Project, lines: Trial | None) -> dict[tuple[str, int], int]:
    mark = (snapshot(lines, "end") or snapshot(lines, "first")) if lines else None
    if mark is None:
        return {}
    return {
        (site.frames[0].path, site.frames[0].line): site.peak_bytes
        for site in mark.sites
        if site.peak_bytes and project.is_own(site.frames[0].path)
    }


def _untraced(evidence: Evidence, traced: Trial) -> int | None:
    """Retained in an undisturbed trial of the same size, less what the tracer saw at the same batch."""
    mark = snapshot(traced, "first")
    twin = next((trial for trial in evidence.trials if trial.items == traced.items), None)
    retained = readings.retained_first_bytes(twin) if twin else None
    return None if mark is None or retained is None else max(0, retained - mark.traced_bytes)


def trial_rows(evidence: Evidence) -> list[TrialRow]:
    """Every trial and how it ended."""
    rows = []
    for trial in evidence.recording.trials:
        overhead: dict[str, float] = {}
        tracer = max((mark.tracer_bytes for mark in trial.sites), default=0)
        if tracer:
            overhead["tracer_bytes"] = tracer
        spike = worst_spike([trial], evidence.batch_bytes) if trial.kind in MEMORY_KINDS else None
        rows.append(
            TrialRow(
                kind=trial.kind,
                items=trial.items,
                batches=readings.n_batches(trial),
                epochs=trial.epochs[-1].epoch if trial.epochs else 0,
                exit=trial.exit,
                wall_s=trial.wall_s,
                high_water_bytes=readings.high_water_bytes(trial),
                pss_peak_bytes=trial.pss_peak_bytes,
                forked=trial.forked,
                host=trial.host,
                compared=trial in evidence.steady,
                workers_pss_bytes=_workers_pss(trial),
                spike_ratio_max=spike.ratio if spike else None,
                first_batch_seconds=seconds_to_first_batch(trial),
                overhead=overhead,
            )
        )
    return rows


def started(recording: Recording) -> str:
    """How the processes of the trials came to be, and where; empty where there was none."""
    hosts = list(dict.fromkeys(trial.host for trial in recording.trials if trial.host))
    return f"{_processes(recording)}, on {listed(hosts)}" if hosts else _processes(recording)


def _processes(recording: Recording) -> str:
    server, n_forked = recording.fork_server, sum(trial.forked for trial in recording.trials)
    if not recording.trials:
        return ""
    if server is not None and n_forked:
        took = "" if server.seconds is None else f" (which takes {format_seconds(server.seconds)})"
        text = (
            f"{n_forked} of {len(recording.trials)} trials are forks of a process that had imported "
            f"{listed(server.libraries)} once{took}"
        )
        return f"{text}; then no more, as {server.unfit}" if server.unfit else text
    if server is not None and server.unfit:
        return f"each trial imported {listed(server.libraries)} itself, which takes longer: {server.unfit}"
    return "each trial was a process of its own"


def imports_were_long(recording: Recording) -> bool:
    """Whether somebody has waited for imports that a fork would have saved: a minute, and most of the time."""
    if recording.fork_server is None or not recording.fork_server.unfit:
        return False
    own = [trial for trial in recording.trials if not trial.forked]
    imports = sum(phase.seconds for trial in own for phase in trial.phases if phase.name == "import")
    return imports >= LONG_IMPORTS_S and imports * 2 >= sum(trial.wall_s for trial in recording.trials)


def seconds_to_first_batch(trial: Trial) -> float | None:
    """From the call to the first batch; what opens the data may be in either phase."""
    seconds = {phase.name: phase.seconds for phase in trial.phases}
    if "first-batch" not in seconds:
        return None
    return seconds.get("create", 0.0) + seconds["first-batch"]


def _workers_pss(trial: Trial) -> int | None:
    return sum(process.pss_bytes for process in trial.peak_processes[1:]) if trial.peak_processes else None


def surface(evidence: Evidence) -> list[SurfacePoint]:
    """Every settled reading: M(n, b) as measured."""
    points = []
    for number, trial in enumerate(evidence.recording.trials):
        base = readings.base_bytes(trial)
        if trial.kind not in {"scaled", "clean"} or base is None:
            continue
        usual = readings.strength_of(trial.settled)
        points += [
            SurfacePoint(
                trial=number,
                items=trial.items,
                batches=mark.batch,
                epoch=mark.epoch,
                at=mark.at,
                retained_bytes=mark.retained_bytes - base,
                high_water_bytes=max(
                    (batch.memory.high_water_bytes for batch in trial.batches if batch.last <= mark.batch), default=0
                ),
                compares=len(readings.alive(mark)) == usual,
            )
            for mark in trial.settled
        ]
    return points
