"""Phrases that several rules share."""

from genaudit.evidence.law import LawFit
from genaudit.model.outcome import Interval
from genaudit.units import format_bytes, with_range

HOW_TO_SCALE = (
    "no data set that can be scaled was found, so growth with its size is not measured: "
    "name it with --dataset, or give --args-from MODULE:FN where FN(n) makes the arguments for n items"
)


def per_item(interval: Interval) -> str:
    """A slope per item with its interval."""
    return _slope(interval, "item")


def larger_sizes(law: LawFit) -> str:
    """The option that measures sizes at which the question is decided."""
    largest = law.sizes[-1]
    return f"larger sizes (--sizes {largest},{largest * 4},{largest * 16})"


def per_batch(interval: Interval) -> str:
    """A slope per batch with its interval."""
    return _slope(interval, "batch")


def per_epoch(interval: Interval) -> str:
    """A slope per epoch with its interval."""
    return _slope(interval, "epoch")


def _slope(interval: Interval, per: str) -> str:
    text = f"{format_bytes(interval.value)} per {per}"
    return with_range(text, interval.low, interval.high, label="95 % interval ")


def ran_out(law: LawFit) -> str:
    """Why growth that ends is no proof of a bound."""
    return (
        f"what is held grows, and stops at {format_bytes(law.points[-1].n_bytes)}: is that a full buffer, or did "
        f"the function of the arguments return fewer items than asked? Have it return {law.sizes[-1]:,} items, or ask "
        f"for fewer (--items)"
    )
