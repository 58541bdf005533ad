"""Where two series of fingerprints first differ: in order, or as sets of items for each epoch. Pure.

Where the arrays themselves could be had, also how many of their values differ, and by how much.
"""

from collections import Counter
from typing import Any

import msgspec

from genaudit.comparison.fingerprints import BatchFingerprint, Fingerprints, Leaf
from genaudit.model.comparison import FirstDifference
from genaudit.model.recording import Trial
from genaudit.report.failures import ending

SHOWN_DIGITS = 7


class SeriesDifference(msgspec.Struct, frozen=True, kw_only=True):
    """How two series compare, as far as they were compared."""

    first: FirstDifference | None
    batches: int
    """Of the first variant, as far as was compared."""
    items: int | None = None
    epochs: int = 0
    unknown: str | None = None
    """Why it is not known whether they differ, where no difference was found."""
    notes: list[str] = []


def in_order(base: Fingerprints, other: Fingerprints, other_name: str, base_name: str) -> SeriesDifference:
    """Batch by batch."""
    n = min(len(base.batches), len(other.batches))
    uneven = _first_uneven_end(base, other, n)
    notes = _kinds(base.batches[:n], other.batches[:n], base_name, other_name)
    for at in range(n):
        if uneven is not None and base.batches[at].batch > uneven.batch_before:
            return SeriesDifference(first=uneven.difference, batches=at, notes=notes)
        first = _batch_difference(base.batches[at], other.batches[at], base.epoch_of(at + 1))
        if first is not None:
            return SeriesDifference(first=first, batches=at + 1, notes=notes)
    epochs = min(len(base.trial.epochs), len(other.trial.epochs))
    ended = _ended_early(base, other, n, base_name, other_name)
    if isinstance(ended, FirstDifference):
        return SeriesDifference(first=ended, batches=n, epochs=epochs, notes=notes)
    unknown = ended or _nothing(n) or _opaque(base.batches[:n])
    return SeriesDifference(first=None, batches=n, epochs=epochs, unknown=unknown, notes=notes)


def as_sets(base: Fingerprints, other: Fingerprints, other_name: str, base_name: str) -> SeriesDifference:
    """The items of each epoch, in whatever order and batches."""
    epochs = min(len(base.trial.epochs), len(other.trial.epochs))
    notes = _kinds(base.batches[:1], other.batches[:1], base_name, other_name)
    n_batches = sum(mark.batches for mark in base.trial.epochs[:epochs])
    n_items = 0
    if base.batches and other.batches:
        typed = _item_types(base.batches[0], other.batches[0])
        if typed is not None:
            return SeriesDifference(first=typed, batches=1, notes=notes)
    for epoch in range(1, epochs + 1):
        ours, theirs = _items(base, epoch), _items(other, epoch)
        first = _set_difference(epoch, ours, theirs, other_name, base_name)
        if first is not None:
            return SeriesDifference(first=first, batches=n_batches, items=n_items, epochs=epoch, notes=notes)
        n_items += len(ours)
    stopped = _stop(base.trial, base_name) or _stop(other.trial, other_name)
    unknown = stopped if stopped and not epochs else None
    if not epochs:
        unknown = (
            unknown or "no epoch came to its end, so there is no set to compare: give --epochs, or compare in order"
        )
    unknown = unknown or _opaque(base.batches[:n_batches])
    return SeriesDifference(first=None, batches=n_batches, items=n_items, epochs=epochs, unknown=unknown, notes=notes)


def with_values(first: FirstDifference, leaf: Leaf, base: bytes | None, other: bytes | None) -> FirstDifference:
    """The difference with its values, where the arrays' bytes could be had and read.

    Args:
        first: Where the batches differ.
        leaf: The array there; both have its type and shape.
        base: Its bytes in the first variant, in C order.
        other: Its bytes in the other.
    """
    ours, theirs = _array(leaf, base), _array(leaf, other)
    if ours is None or theirs is None:
        return first
    import numpy as np

    differ = ours != theirs
    if ours.dtype.kind in "fc":
        differ &= ~(np.isnan(ours) & np.isnan(theirs))
    if not differ.any():
        # The same values in other bits: minus zero, or another NaN.
        differ = ours.view(f"V{ours.itemsize}") != theirs.view(f"V{ours.itemsize}")
    index = tuple(int(at) for at in np.argwhere(differ)[0])
    return msgspec.structs.replace(
        first,
        base=_number(ours[index]),
        other=_number(theirs[index]),
        index=list(index),
        n_different=int(differ.sum()),
        n_values=int(differ.size),
        largest_difference=_largest_gap(ours, theirs),
    )


def _array(leaf: Leaf, content: bytes | None) -> Any:
    import numpy as np

    if content is None:
        return None
    try:
        return np.frombuffer(content, dtype=np.dtype(leaf.dtype)).reshape(leaf.shape)
    except (TypeError, ValueError):
        # A type that numpy does not know, such as bfloat16, or a list of Python's.
        return None


def _largest_gap(base: Any, other: Any) -> float | None:
    import numpy as np

    if base.dtype.kind not in "biuf":
        return None
    gaps = np.abs(base.astype(np.float64) - other.astype(np.float64))
    finite = gaps[np.isfinite(gaps)]
    return float(finite.max()) if finite.size else None


def _number(value: Any) -> str:
    return f"{value:.{SHOWN_DIGITS}g}" if value.dtype.kind == "f" else str(value)


class _EpochEnd(msgspec.Struct, frozen=True):
    batch_before: int
    difference: FirstDifference


def _first_uneven_end(base: Fingerprints, other: Fingerprints, n: int) -> _EpochEnd | None:
    """The first epoch that ends earlier in one variant than in the other."""
    last = 0
    for ours, theirs in zip(base.trial.epochs, other.trial.epochs, strict=False):
        if ours.batches != theirs.batches and ours.natural and theirs.natural:
            before = last + min(ours.batches, theirs.batches)
            texts = [f"{mark.batches:,} batches in the epoch" for mark in (ours, theirs)]
            return _EpochEnd(
                before,
                FirstDifference(
                    batch=min(before + 1, n + 1),
                    epoch=ours.epoch,
                    what="count",
                    place="",
                    base=texts[0],
                    other=texts[1],
                ),
            )
        last += ours.batches
    return None


def _batch_difference(base: BatchFingerprint, other: BatchFingerprint, epoch: int) -> FirstDifference | None:
    if base.outline != other.outline:
        return _first(base, epoch, "structure", "", base.outline, other.outline)
    for ours, theirs in zip(base.leaves, other.leaves, strict=False):
        if ours.dtype != theirs.dtype:
            return _first(base, epoch, "dtype", ours.place, _typed(ours), _typed(theirs))
        if ours.shape != theirs.shape:
            return _first(base, epoch, "shape", ours.place, _typed(ours), _typed(theirs))
        if ours.digest != theirs.digest:
            texts = [leaf.text or f"hash {leaf.digest}" for leaf in (ours, theirs)]
            return _first(base, epoch, "values", ours.place, texts[0], texts[1])
    if len(base.leaves) != len(other.leaves):
        counts = [f"{len(batch.leaves)} arrays and values" for batch in (base, other)]
        return _first(base, epoch, "structure", "", counts[0], counts[1])
    return None


def _first(batch: BatchFingerprint, epoch: int, what: str, place: str, base: str, other: str) -> FirstDifference:
    return FirstDifference(batch=batch.batch, epoch=epoch, what=what, place=place, base=base, other=other)


def _ended_early(
    base: Fingerprints, other: Fingerprints, n: int, base_name: str, other_name: str
) -> FirstDifference | str | None:
    """What differs, or why that is not known, where one series goes on after the other's end."""
    stopped = _stop(base.trial, base_name) or _stop(other.trial, other_name)
    if len(base.batches) == len(other.batches) or n == 0:
        return stopped
    if stopped is not None:
        return f"{stopped}; the {n:,} batches before are the same"
    counts = [f"{len(series.batches):,} batches in all" for series in (base, other)]
    return FirstDifference(batch=n + 1, epoch=None, what="count", place="", base=counts[0], other=counts[1])


def _stop(trial: Trial, name: str) -> str | None:
    """Why a trial ended before it should, in words."""
    how = ending(trial)
    return None if how is None else f"{name} {how}"


def _nothing(n: int) -> str | None:
    return None if n else "there was no batch to compare"


def _opaque(batches: list[BatchFingerprint]) -> str | None:
    """Whether parts of batches could not be looked into."""
    opaque = next((leaf for batch in batches for leaf in batch.leaves if not leaf.digest), None)
    if opaque is None:
        return None
    place = opaque.place or "the batch"
    return f"{place} is a {opaque.kind}, which genaudit cannot look into; all the rest is the same"


def _kinds(base: list[BatchFingerprint], other: list[BatchFingerprint], base_name: str, other_name: str) -> list[str]:
    """Arrays that are the same data in objects of different types."""
    for ours, theirs in zip(base, other, strict=False):
        for leaf, other_leaf in zip(ours.leaves, theirs.leaves, strict=False):
            if leaf.kind != other_leaf.kind and leaf.digest and leaf.dtype == other_leaf.dtype:
                place = leaf.place or "the batch"
                return [f"{place} is a {leaf.kind} in {base_name} and a {other_leaf.kind} in {other_name}"]
    return []


def _items(prints: Fingerprints, epoch: int) -> list[tuple[str, int, int]]:
    """Hash, batch and index of every item of an epoch."""
    marks = prints.trial.epochs
    first = sum(mark.batches for mark in marks[: epoch - 1])
    batches = prints.batches[first : first + marks[epoch - 1].batches]
    return [(item, batch.batch, at) for batch in batches for at, item in enumerate(batch.items)]


def _set_difference(
    epoch: int, base: list[tuple[str, int, int]], other: list[tuple[str, int, int]], other_name: str, base_name: str
) -> FirstDifference | None:
    missing = Counter(item for item, _, _ in base) - Counter(item for item, _, _ in other)
    added = Counter(item for item, _, _ in other) - Counter(item for item, _, _ in base)
    if not missing and not added:
        return None
    rows, absent, owner, lacks = (
        (base, missing, base_name, other_name) if missing else (other, added, other_name, base_name)
    )
    _, batch, index = next(row for row in rows if row[0] in absent)
    sides = [f"{len(rows_):,} items, {sum(gone.values()):,} of them nowhere else" for rows_, gone in
             ((base, missing), (other, added))]  # fmt: skip
    return FirstDifference(
        batch=batch,
        epoch=epoch,
        what="item",
        place=f"item {index} of batch {batch} of {owner} is not in {lacks}",
        base=sides[0],
        other=sides[1],
        index=[index],
        n_different=sum(missing.values()),
        n_values=len(base),
    )


def _item_types(base: BatchFingerprint, other: BatchFingerprint) -> FirstDifference | None:
    """A dtype or a shape that differs in every item is shown as such, and not item by item."""
    for ours, theirs in zip(base.leaves, other.leaves, strict=False):
        of_items = ours.shape[:1] == [len(base.items)] and theirs.shape[:1] == [len(other.items)]
        if ours.place != theirs.place or not of_items:
            return None
        if ours.dtype != theirs.dtype:
            return _first(base, 1, "dtype", ours.place, _typed(ours), _typed(theirs))
        if ours.shape[1:] != theirs.shape[1:]:
            return _first(base, 1, "shape", ours.place, _typed(ours), _typed(theirs))
    return None


def _typed(leaf: Leaf) -> str:
    shape = ", ".join(str(size) for size in leaf.shape) + ("," if len(leaf.shape) == 1 else "")
    return f"{leaf.dtype} ({shape})" if leaf.shape else f"{leaf.dtype} {leaf.text}".strip()
