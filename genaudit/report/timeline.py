"""The clean trial over time, as a whole and by process, thinned so that no highest and no lowest reading is lost."""

from collections.abc import Callable

from genaudit.model.downsample import thinned
from genaudit.model.recording import Sample, Trial
from genaudit.model.series import BatchPoint, ProcessPoint, ProcessSpan, ProcessTimeline, Timeline, TimePoint

MOST_POINTS = 1500
MOST_PROCESSES = 12
"""Those that have a row of their own; with eight workers and their helpers all do."""
MOST_PROCESS_POINTS = 600
UNNAMED = "process"


def timeline(trial: Trial) -> Timeline | None:
    """The samples from outside and the readings at every batch boundary."""
    if trial.ready is None:
        return None
    points = [
        BatchPoint(
            at_s=mark.at_s,
            last=mark.last,
            epoch=mark.epoch,
            phase="first-batch" if mark.last == 1 else "steady",
            held_bytes=mark.memory.held_bytes,
            rss_bytes=mark.memory.rss_bytes,
            high_water_bytes=mark.memory.high_water_bytes,
            seconds=mark.seconds / mark.count,
            batch_bytes=mark.batch_bytes,
        )
        for mark in trial.batches
    ]
    samples = _samples(trial)
    ends = [samples[-1].at_s] if samples else []
    ends += [mark.at_s for mark in (*trial.phases, *trial.batches)]
    return Timeline(
        samples=thinned(samples, MOST_POINTS, [lambda point: point.rss_bytes, lambda point: point.pss_bytes]),
        batches=thinned(points, MOST_POINTS, [lambda point: point.high_water_bytes, lambda point: point.held_bytes]),
        epoch_ends_s=[mark.at_s for mark in trial.epochs][:MOST_POINTS],
        end_s=max(ends, default=0.0),
    )


def _samples(trial: Trial) -> list[TimePoint]:
    """Samples from outside, with the phase boundaries, which short phases would be invisible without."""
    points = [_sampled(sample) for sample in trial.samples]
    points += [
        TimePoint(at_s=mark.at_s, rss_bytes=mark.memory.rss_bytes, held_bytes=mark.memory.held_bytes, pss_bytes=None)
        for mark in trial.phases
    ]
    return sorted(points, key=lambda point: point.at_s)


def _sampled(sample: Sample) -> TimePoint:
    return TimePoint(
        at_s=sample.at_s, rss_bytes=sample.rss_bytes, held_bytes=sample.held_bytes, pss_bytes=sample.pss_bytes
    )


def process_timeline(trial: Trial) -> ProcessTimeline | None:
    """PSS by process over time; ``None`` where there was one process only."""
    own = trial.ready.pid if trial.ready else None
    if own is None or not any(sample.processes for sample in trial.samples):
        return None
    readings = [(sample.at_s, _by_process(sample, own)) for sample in trial.samples if sample.pss_bytes is not None]
    spans = sorted(_spans(readings, trial.process_names), key=lambda span: (span.pid != own, -span.peak_pss_bytes))
    shown, others = spans[:MOST_PROCESSES], spans[MOST_PROCESSES:]
    points = [
        ProcessPoint(
            at_s=at_s,
            pss_bytes=[held.get(span.pid, 0) for span in shown],
            other_bytes=sum(held.get(span.pid, 0) for span in others),
        )
        for at_s, held in readings
    ]
    keys = [_total, *(_column(number) for number in range(len(shown)))]
    return ProcessTimeline(processes=shown, n_others=len(others), points=thinned(points, MOST_PROCESS_POINTS, keys))


def _by_process(sample: Sample, own: int) -> dict[int, int]:
    return sample.processes or {own: sample.pss_bytes or 0}


def _spans(readings: list[tuple[float, dict[int, int]]], names: dict[int, str]) -> list[ProcessSpan]:
    seen: dict[int, list[tuple[float, int]]] = {}
    for at_s, held in readings:
        for pid, n_bytes in held.items():
            seen.setdefault(pid, []).append((at_s, n_bytes))
    return [
        ProcessSpan(
            pid=pid,
            name=names.get(pid, UNNAMED),
            first_s=rows[0][0],
            last_s=rows[-1][0],
            peak_pss_bytes=max(n_bytes for _, n_bytes in rows),
        )
        for pid, rows in seen.items()
    ]


def _total(point: ProcessPoint) -> float:
    return sum(point.pss_bytes) + point.other_bytes


def _column(number: int) -> Callable[[ProcessPoint], float]:
    return lambda point: point.pss_bytes[number]
