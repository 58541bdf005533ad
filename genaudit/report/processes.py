"""Who held how much, and when: the processes of the clean trial over time."""

from collections.abc import Callable

from genaudit.model.downsample import thinned
from genaudit.model.recording import Sample, Trial
from genaudit.model.series import ProcessPoint, ProcessSpan, ProcessTimeline

MOST_PROCESSES = 12
"""Those that have a row of their own; with eight workers and their helpers all do."""
MOST_POINTS = 600
UNNAMED = "process"


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
    return ProcessTimeline(processes=shown, n_others=len(others), points=thinned(points, MOST_POINTS, keys))


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
