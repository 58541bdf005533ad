"""The sentences of a report of a job, the answer first."""

from genaudit.evidence.watch.growth import FEWEST_BATCHES, JobGrowth, Trend
from genaudit.model.outcome import Location, RunVerdict
from genaudit.model.watch import JobEnding, JobReport, Part
from genaudit.report.phrases import count, format_growth
from genaudit.units import format_bytes

WORKERS = "in the workers"
WHERE = {
    Part.SOURCE: "in the data source",
    Part.QUEUE: "in the queue or the workers",
    Part.STEP: "in the training step",
}
NOT = {
    Part.SOURCE: "not in the training step",
    Part.QUEUE: "not in the training step",
    Part.STEP: "not in the data source",
}
PHASES = {
    "next": "while a batch was being made",
    "step": "while a batch was used",
    "between": "between two epochs",
    "before": "before the first batch",
    "walk": "while references were walked",
    "ended": "after its last batch",
}
LONGEST_CODE = 80


def headline(report: JobReport, growth: JobGrowth) -> str:
    """The answer in one sentence: is it the source, the queue, or the training loop?"""
    ended = ending_text(report.ending)
    answer = _answer(report, growth)
    return f"{ended}; {answer}" if report.ending.kind in {"killed", "failed"} else answer


def _answer(report: JobReport, growth: JobGrowth) -> str:
    if report.verdict is RunVerdict.FAIL and report.growth_bytes_per_batch is not None:
        return _growth(report, growth, report.growth_bytes_per_batch.value)
    if not report.batches:
        return "no batch was seen"
    if growth.per_batch is None:
        return f"{count(report.batches, 'batch')}: too few to tell whether memory grows"
    if growth.workers_open and growth.trend is not Trend.OPEN:
        seen = "its workers were read too few times to tell of them"
        if growth.workers is not None:
            seen = "whether its workers go on growing is not to be seen yet"
        return f"the job's own process did not grow, and {seen}"
    if growth.trend is Trend.LEVELS_OFF:
        return f"memory rose and levelled off: {_at_most(growth)} over the last {count(growth.span // 2, 'batch')}"
    if growth.trend is Trend.OPEN:
        return f"memory rose over {count(report.batches, 'batch')}, and whether it goes on is not to be seen yet"
    if report.verdict is RunVerdict.INCONCLUSIVE and report.ending.kind != "killed":
        return f"no growth was seen, and {count(report.batches, 'batch')} do not rule it out: {_at_most(growth)}"
    return f"memory did not grow over {count(report.batches, 'batch')}: {_at_most(growth)}"


def _growth(report: JobReport, growth: JobGrowth, rate: float) -> str:
    grew = f"grew {format_growth(rate)} a batch".replace("grew +", "grew ")
    if report.part is None and report.other is not None and report.holders:
        return f"{grew} in what both sides fill: {_both(report, report.other)}"
    if report.part is None:
        return f"{grew}; whether in the data source or in the training step could not be told"
    line = line_text(report)
    where = WORKERS if growth.workers_grow and report.part is Part.QUEUE else WHERE[report.part]
    return f"{grew} {where}{f': {line}' if line else ''}, {NOT[report.part]}"


def _both(report: JobReport, other: Location) -> str:
    sides = [line_text(report), other.place]
    source, step = sides if report.is_filled_by_source else sides[::-1]
    return f"{source} in the data source, and {step} in the training step"


def _at_most(growth: JobGrowth) -> str:
    return f"at most {format_bytes(growth.most)} a batch" if growth.per_batch is not None else "unknown"


def line_text(report: JobReport, *, code: bool = True) -> str:
    """``train.py:41 history.append(loss)`` of the first holder; empty without a line.

    Args:
        report: Of the job.
        code: Whether to show its text.
    """
    place = report.holders[0].location if report.holders else None
    if place is None:
        return ""
    text = f" {report.code}" if code and report.code and len(report.code) <= LONGEST_CODE else ""
    return f"{place.place}{text}"


def ending_text(ending: JobEnding) -> str:
    """How the job ended, and where it was."""
    if ending.kind == "exit":
        return f"it ran to its end, {count(ending.batch, 'batch')}"
    if ending.kind == "running":
        return f"it is running, at batch {ending.batch:,}"
    where = f"at batch {ending.batch:,}" if ending.batch else "before the first batch"
    if ending.kind == "failed":
        return f"it failed with exit code {ending.code} {where}"
    by = f" by {_killer(ending)}" if _killer(ending) else ""
    return f"killed{by} {where}, {PHASES[ending.phase]}"


def _killer(ending: JobEnding) -> str:
    if ending.by_limit:
        return "the memory limit that was asked for"
    if ending.by_kernel:
        return "the kernel, for want of memory"
    return ending.signal or ""


def settling(report: JobReport, growth: JobGrowth, *, is_mixed: bool) -> str | None:
    """What would settle what is open."""
    if report.verdict is RunVerdict.INCONCLUSIVE:
        if report.ending.kind == "killed" and growth.per_batch is not None:
            return "it did not grow before its end: what was asked for at once? genaudit run measures single batches"
        return f"watch it for more batches: {FEWEST_BATCHES} at least, some hundreds are better"
    if report.verdict is RunVerdict.FAIL and report.part is None and report.other is None:
        if is_mixed:
            return "take the threads away, which make batches while others are used: workers=0, num_workers=0"
        return "audit the source alone: genaudit run with the same script tells whether it grows by itself"
    return None
