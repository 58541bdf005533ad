"""A verified fix in words."""

from genaudit.model.fix import Verified
from genaudit.model.report import Report
from genaudit.report.phrases import count
from genaudit.units import format_bytes, format_seconds

SLOWER = 1.1
"""From this ratio on, the time is a price that is named."""
_PER = {"bytes/batch": "batch", "bytes/epoch": "epoch", "bytes/call": "call"}


def proof_text(verified: Verified, noun: str) -> str:
    """What is proven, in a line.

    Example:
        >>> proof_text(Verified(batches=26, same=True, epochs=2, bytes_before=196608.0, bytes_after=0.0,
        ...     unit="bytes/item"), "image")
        'the same 26 batches over 2 epochs, byte for byte; 192 KiB an image → 0'
    """
    epochs = f" over {count(verified.epochs, 'epoch')}" if verified.epochs else ""
    what = f"the same {count(verified.batches, 'batch')}{epochs}, byte for byte"
    if not verified.ordered:
        n_items = f"{verified.items:,} " if verified.items else ""
        what = (
            f"the same {n_items}items in {count(verified.batches, 'batch')}{epochs}, in an order that is never the same"
        )
    at = f"at {count(verified.at_items, noun)}" if verified.at_items else None
    return "; ".join(part for part in (what, at, saved_text(verified, noun)) if part)


def saved_text(verified: Verified, noun: str) -> str | None:
    """What was taken before, and what is taken now."""
    if verified.bytes_before is None:
        return None
    per = _PER.get(verified.unit or "", noun if verified.unit == "bytes/item" else "")
    each = f" {'an' if per[:1] in 'aeiou' else 'a'} {per}" if per else ""
    after = verified.bytes_after
    left = "" if after is None else " → 0" if after == 0 else f" → {format_bytes(after)}"
    return f"{format_bytes(verified.bytes_before)}{each or ' held'}{left}"


def time_text(verified: Verified) -> str | None:
    """What it costs in time; ``None`` where that was not measured.

    Example:
        >>> time_text(Verified(batches=26, same=True, epochs=2, seconds_ratio=6.0, first_epoch_ratio=0.98,
        ...     epoch_seconds_before=0.1, epoch_seconds_after=0.6))
        '0.98 times in the first epoch; a later one takes 600 ms, it took 100 ms: 6.00 times, which is the price'
    """
    ratio, first = verified.seconds_ratio, verified.first_epoch_ratio
    before, after = verified.epoch_seconds_before, verified.epoch_seconds_after
    if ratio is None or before is None or after is None:
        return None
    price = ", which is the price" if ratio > SLOWER else ""
    if verified.epochs < 2 or first is None:
        return f"{format_seconds(after)}, it was {format_seconds(before)}: {_times(ratio)}{price}"
    times = f"{_times(first)} in the first epoch" + (", which is the price" if first > SLOWER >= ratio else "")
    return (
        f"{times}; a later one takes {format_seconds(after)}, it took {format_seconds(before)}: {_times(ratio)}{price}"
    )


def _times(ratio: float) -> str:
    return f"{ratio:.2f} times" if ratio < 10 else f"{ratio:.0f} times"


def noun_of(report: Report) -> str:
    """What one item is called."""
    return report.target.item_noun
