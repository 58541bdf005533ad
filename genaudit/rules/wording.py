"""Phrases that several rules share."""

from genaudit.evidence.law import LawFit
from genaudit.model.outcome import Interval
from genaudit.units import format_bytes

HOW_TO_SCALE = (
    "no data set that can be scaled was found, so growth with its size is not measured: "
    "name it with --dataset, or give --args-from MODULE:FN where FN(n) makes the arguments for n items"
)


def per_item(interval: Interval) -> str:
    """A slope per item with its interval."""
    return f"{format_bytes(interval.value)} per item ({_range(interval)})"


def larger_sizes(law: LawFit) -> str:
    """The option that measures sizes at which the question is decided."""
    largest = law.sizes[-1]
    return f"larger sizes (--sizes {largest},{largest * 4},{largest * 16})"


def per_batch(interval: Interval) -> str:
    """A slope per batch with its interval."""
    return f"{format_bytes(interval.value)} per batch ({_range(interval)})"


def per_epoch(interval: Interval) -> str:
    """A slope per epoch with its interval."""
    return f"{format_bytes(interval.value)} per epoch ({_range(interval)})"


def _range(interval: Interval) -> str:
    return f"95 % interval {format_bytes(interval.low)} to {format_bytes(interval.high)}"
