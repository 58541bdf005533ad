"""Phrases that several rules share."""

from genaudit.evidence.law import LawFit
from genaudit.model.marks import SCRIPT, ArgumentsMark
from genaudit.model.outcome import Interval
from genaudit.units import format_bytes, with_range

_NOT_SCALED = "no data set that can be scaled was found, so growth with its size is not measured: "
_OF_A_TARGET = "name it with --dataset, or give --args-from MODULE:FN where FN(n) makes the arguments for n items"
_OF_A_SCRIPT = (
    "give the script a folder or files of data, or its own option for how many items it uses, as in -- --limit {n}"
)


def how_to_scale(mark: ArgumentsMark | None) -> str:
    """What to add, so that growth with the data set is measured; a script has options of its own."""
    return _NOT_SCALED + (_OF_A_SCRIPT if mark is not None and mark.kind == SCRIPT else _OF_A_TARGET)


def per_item(interval: Interval) -> str:
    """A slope per item with its interval."""
    return _slope(interval, "item")


def larger_sizes(law: LawFit, there: int | None = None) -> str:
    """The option that measures sizes at which the question is decided.

    Args:
        there: Items that there are, where no more can be made.
    """
    largest = law.sizes[-1]
    if there is None or there >= largest * 16:
        return f"larger sizes (--sizes {largest},{largest * 4},{largest * 16})"
    if there >= largest * 2:
        return f"larger sizes (--sizes {law.sizes[0]},{largest},{there})"
    return f"a data set of more than the {there:,} items that are there"


def per_batch(interval: Interval) -> str:
    """A slope per batch with its interval."""
    return _slope(interval, "batch")


def per_epoch(interval: Interval) -> str:
    """A slope per epoch with its interval."""
    return _slope(interval, "epoch")


def _slope(interval: Interval, per: str) -> str:
    if interval.value <= 0:
        # Nobody holds less than nothing of an item.
        return f"at most {format_bytes(max(0.0, interval.high))} per {per}"
    text = f"{format_bytes(interval.value)} per {per}"
    return with_range(text, interval.low, interval.high, label="95 % interval ")


def ran_out(law: LawFit, mark: ArgumentsMark | None = None) -> str:
    """Why growth that ends is no proof of a bound.

    Args:
        mark: What the target was called with; where a number is the data set, it is asked for fewer by that.
    """
    stops = f"what is held stops growing at {format_bytes(law.points[-1].n_bytes)}: is that a full buffer, or"
    if mark is not None and mark.dataset_kind == "number":
        asked = f"(--arg {mark.dataset_parameter}=…)"
        return f"{stops} are there fewer than {law.sizes[-1]:,} items? Then ask for no more than there are {asked}"
    return (
        f"{stops} did the function of the arguments return fewer items than asked? Ask for no more than there are "
        f"(--items N), or have it return {law.sizes[-1]:,} items"
    )
