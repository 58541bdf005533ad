"""The figure of a report that each budget is about, with its interval."""

import math
import statistics
from collections.abc import Callable, Sequence

import msgspec

from genaudit.model.catalogue import (
    BATCH_GROWTH,
    BATCH_SPIKE,
    DATASET_AS_ARGUMENT,
    DTYPE_UPCAST,
    EAGER_INIT,
    EAGER_LOAD,
    EPOCH_GROWTH,
    FILE_LEAK,
    PROCESS_LEAK,
    UNBOUNDED_CACHE,
    WORKER_DUPLICATION,
    Pattern,
)
from genaudit.model.outcome import Interval, Outcome, Verdict
from genaudit.model.report import Report
from genaudit.units import KIB, MIB

# A median absolute deviation as the standard deviation of normal noise.
SCALED_MAD = 1.4826
# Two runs of the same thing: pages of the heap, arenas, tables of libraries that are made when first needed.
PEAK_RESOLUTION = (256 * KIB, 1 / 256)
RETAINED_RESOLUTION = (64 * KIB, 1 / 2048)
WORKERS_RESOLUTION = (1 * MIB, 1 / 50)
TIME_RESOLUTION = (0.02, 0.25)
EXPONENT_RESOLUTION = 0.1
# Which copies are alive at once when memory is highest depends on the heap's holes.
SPIKE_SHARE = 0.15
SPIKE_FLOOR = 64 * KIB
_PER_ITEM = (EAGER_LOAD, UNBOUNDED_CACHE)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a report."""

    unit: str
    interval: Interval | None = None
    missing: str = ""
    """Why there is none, and what to add."""
    undecided: str = ""
    """Why it must not count as more than it may be."""
    mad: float | None = None
    """Median absolute deviation over repeats."""
    patterns: tuple[Pattern, ...] = ()
    """Whose finding, and so whose line, explains it; the likeliest first."""
    settle_by: str = "repeats"
    """The key of the configuration that narrows the interval; empty where the baseline's is as wide."""
    amount: int = 1
    """How many of these there were."""


def read(name: str, report: Report, *, unit: str = "", items: int | None = None) -> Reading:
    """The reading of a budget's name.

    Args:
        name: A key of ``budgets.KINDS``.
        report: What an audit concluded.
        unit: The unit of the budget, where there are two.
        items: Size of the data set, for a forecast.
    """
    if name == "forecast":
        return _forecast(report, items or 0)
    if name == "spike":
        return _spike(report, unit)
    return _READERS[name](report)


def _peak(report: Report) -> Reading:
    rows = [row for row in report.trials if row.kind == "clean"]
    samples = [max(row.high_water_bytes or 0, row.pss_peak_bytes or 0) for row in rows]
    patterns = (*_PER_ITEM, BATCH_SPIKE, BATCH_GROWTH)
    reading = _sampled([float(sample) for sample in samples if sample], "bytes", PEAK_RESOLUTION, patterns)
    if any(skipped.kind == "clean" for skipped in report.skipped):
        reason = "the whole data set was not run, so the peak is that of a smaller one"
        return msgspec.structs.replace(reading, undecided=reason)
    return reading


def _first_batch(report: Report) -> Reading:
    clean = {number for number, row in enumerate(report.trials) if row.kind == "clean"}
    samples = [float(point.retained_bytes) for point in report.surface if point.at == "first" and point.trial in clean]
    if not samples and report.batches is not None and report.batches.retained_first_bytes is not None:
        samples = [float(report.batches.retained_first_bytes)]
    floor, share = RETAINED_RESOLUTION
    above = share * (report.peak.high_water_bytes or 0)
    return _sampled(samples, "bytes", (floor + above, 0.0), (EAGER_LOAD, DATASET_AS_ARGUMENT))


def _growth(report: Report) -> Reading:
    outcome = report.answer("growth")
    measured = outcome.noise if outcome is not None and outcome.unit == "bytes/batch" else None
    driven = report.batches.growth_bytes_per_batch if report.batches is not None else None
    # Memory that only fell in one trial was given back by something else; it says nothing for the target.
    if driven is not None and (measured is None or (measured.high < 0 and driven.value > measured.value)):
        measured = driven
    return Reading(
        unit="bytes/batch",
        interval=measured,
        missing="" if measured else "too few batches for a slope: raise batches",
        undecided=_levelling(outcome),
        patterns=(BATCH_GROWTH,),
        settle_by="batches",
        amount=report.batches.count if report.batches else 1,
    )


def _levelling(outcome: Outcome | None) -> str:
    """A rule that is inconclusive although its interval is wholly above its limit saw growth that levels off."""
    if outcome is None or outcome.verdict is not Verdict.INCONCLUSIVE or outcome.noise is None:
        return ""
    return "it is levelling off" if outcome.noise.low > (outcome.limit or 0.0) else ""


def _epoch_growth(report: Report) -> Reading:
    outcome = report.answer("epoch-growth")
    measured = outcome.noise if outcome is not None and outcome.unit == "bytes/epoch" else None
    if measured is None and report.batches is not None:
        measured = report.batches.growth_bytes_per_epoch
    return Reading(
        unit="bytes/epoch",
        interval=measured,
        missing="" if measured else "needs three epochs: set epochs, or a data set that can be made smaller",
        undecided=_levelling(outcome),
        patterns=(EPOCH_GROWTH, BATCH_GROWTH),
        settle_by="epochs",
        amount=max(3, report.batches.epochs if report.batches else 3),
    )


def _spike(report: Report, unit: str) -> Reading:
    batches = report.batches
    unit = unit or "x batch"
    if batches is None or batches.spike_ratio_max is None or not batches.bytes_median:
        return Reading(unit=unit, missing="the size of a batch is not known, so a rise cannot be held against it")
    samples = _of_clean_trials(report, "spike_ratio_max") or [batches.spike_ratio_max]
    size = batches.bytes_median if unit == "bytes" else 1
    noise = max(SPIKE_SHARE * batches.spike_ratio_max, SPIKE_FLOOR / batches.bytes_median)
    return _sampled([sample * size for sample in samples], unit, (noise * size, 0.0), (BATCH_SPIKE, DTYPE_UPCAST))


def _of_clean_trials(report: Report, field: str) -> list[float]:
    """A figure of each repeat of the drive, as far as it is known."""
    rows = [row for row in report.trials if row.kind == "clean"]
    return [float(value) for row in rows if (value := getattr(row, field)) is not None]


def _per_item(report: Report) -> Reading:
    outcomes = report.answers("per-item")
    measured = [outcome for outcome in outcomes if outcome.unit == "bytes/item" and outcome.noise is not None]
    if not measured:
        return Reading(unit="bytes/item", missing=_unscaled(outcomes))
    # Not the highest value: after an epoch the noise is wider, and would hide what the first batch shows clearly.
    surest = max(measured, key=lambda outcome: outcome.noise.low if outcome.noise else 0.0)
    return Reading(
        unit="bytes/item",
        interval=surest.noise,
        patterns=(*(pattern for pattern in _PER_ITEM if pattern.code == surest.code), DATASET_AS_ARGUMENT),
        settle_by="items",
        amount=max(report.growth_law.sizes) if report.growth_law else report.target.items or 1,
    )


def _unscaled(outcomes: Sequence[Outcome]) -> str:
    return next(
        (outcome.message for outcome in outcomes if outcome.message), "growth with the data set was not measured"
    )


def _scaling(report: Report) -> Reading:
    outcomes = report.answers("per-item")
    patterns = (*_PER_ITEM, DATASET_AS_ARGUMENT)
    failed = [outcome for outcome in outcomes if outcome.is_finding]
    if failed:
        law = report.growth_law
        exponent = law.exponent if law is not None and law.exponent is not None else 1.0
        return Reading(unit="exponent", interval=_around(exponent, EXPONENT_RESOLUTION), patterns=patterns)
    doubtful = [outcome for outcome in outcomes if outcome.verdict is Verdict.INCONCLUSIVE]
    if doubtful or not any(outcome.verdict is Verdict.PASS for outcome in outcomes):
        return Reading(unit="exponent", missing=_unscaled(doubtful or outcomes), patterns=patterns)
    return Reading(unit="exponent", interval=Interval(value=0.0, low=0.0, high=0.0), patterns=patterns)


def _workers(report: Report) -> Reading:
    if not report.processes:
        return Reading(unit="bytes", missing="no reading of the process tree was taken: the drive was too short")
    total = float(sum(process.pss_bytes for process in report.processes[1:]))
    samples = _of_clean_trials(report, "workers_pss_bytes") or [total]
    if not any(samples):
        return Reading(unit="bytes", interval=Interval(value=0.0, low=0.0, high=0.0), patterns=(WORKER_DUPLICATION,))
    return _sampled(samples, "bytes", WORKERS_RESOLUTION, (WORKER_DUPLICATION, PROCESS_LEAK))


def _open_files(report: Report) -> Reading:
    if report.resources is None:
        return Reading(unit="files", missing="open files were not counted here")
    count = float(max(report.resources.open_files.first, report.resources.open_files.last))
    return Reading(unit="files", interval=Interval(value=count, low=count, high=count), patterns=(FILE_LEAK,))


def seconds_to_first_batch(report: Report) -> Reading:
    """Time of creating the target and making its first batch."""
    seconds = [phase.seconds for phase in report.phases if phase.name in {"create", "first-batch"}]
    if report.batches is None or not seconds:
        return Reading(unit="seconds", missing="there was no first batch")
    samples = _of_clean_trials(report, "first_batch_seconds") or [sum(seconds)]
    return _sampled(samples, "seconds", TIME_RESOLUTION, (EAGER_LOAD, EAGER_INIT))


def _forecast(report: Report, items: int) -> Reading:
    projection = report.growth_law.projection if report.growth_law is not None else None
    if projection is None or projection.items != items:
        outcome = report.answer("per-item")
        return Reading(unit="bytes", missing=_unscaled([outcome] if outcome else []))
    amount = max(report.growth_law.sizes) if report.growth_law else 1
    return Reading(
        unit="bytes",
        interval=projection.bytes,
        patterns=(EAGER_LOAD, UNBOUNDED_CACHE, DATASET_AS_ARGUMENT),
        settle_by="items",
        amount=amount,
    )


def _sampled(
    samples: Sequence[float], unit: str, resolution: tuple[float, float], patterns: tuple[Pattern, ...]
) -> Reading:
    """The median of repeated readings, with the wider of what is assumed and what they scatter."""
    if not samples:
        return Reading(unit=unit, missing="there is no undisturbed drive to read it from", patterns=patterns)
    value = statistics.median(samples)
    mad = statistics.median(abs(sample - value) for sample in samples) if len(samples) > 1 else None
    assumed = (resolution[0] + resolution[1] * abs(value)) / math.sqrt(len(samples))
    width = max(assumed, 3 * SCALED_MAD * (mad or 0.0) / math.sqrt(len(samples)))
    return Reading(unit=unit, interval=_around(value, width), mad=mad, patterns=patterns, amount=len(samples))


def _around(value: float, width: float) -> Interval:
    return Interval(value=value, low=value - width, high=value + width)


_READERS: dict[str, Callable[[Report], Reading]] = {
    "peak": _peak,
    "first-batch": _first_batch,
    "growth": _growth,
    "epoch-growth": _epoch_growth,
    "per-item": _per_item,
    "scaling": _scaling,
    "workers": _workers,
    "open-files": _open_files,
    "time-to-first-batch": seconds_to_first_batch,
}
