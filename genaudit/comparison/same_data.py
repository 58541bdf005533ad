"""Whether a variant yields the same data as the first: fingerprints of both, and a second look where they differ."""

from collections.abc import Callable

import msgspec

from genaudit.comparison.differences import SeriesDifference, as_sets, in_order, with_values
from genaudit.comparison.drives import AuditedVariant, size_of
from genaudit.comparison.fingerprints import Fingerprints, FingerprintSpec, Leaf, take
from genaudit.model.comparison import BatchCheck, FirstDifference, SameData
from genaudit.report.phrases import listed

CHANGES_EACH_RUN = (
    "{name} yields other data each time it is run, though {seeds} are seeded: give its own generator of random numbers "
    "a seed"
)
TRY_UNORDERED = "; or, where only the order changes, compare with --unordered"


class Checker:
    """Compares variants with the first, whose batches are taken once.

    Args:
        base: The first variant.
        items: The size that all variants are driven at; each at its whole where ``None``.
        batches: Batches to compare; ``None`` to go by epochs.
        epochs: Epochs to compare.
        unordered: Compare the items of each epoch as a set.
        say: Called with a message for each step.
    """

    def __init__(
        self,
        base: AuditedVariant,
        *,
        items: int | None,
        batches: int | None,
        epochs: int | None,
        unordered: bool,
        say: Callable[[str], None],
    ) -> None:
        self._base = base
        self._items = items
        self._unordered = unordered
        self._spec = FingerprintSpec(size=size_of(base, items), batches=batches, epochs=epochs, items=unordered)
        self._say = say
        self._fingerprints: Fingerprints | None = None
        self.base_changes = False
        """The first variant was seen to yield other data when it was run again."""
        self.has_same_batches = False
        """The variant that was checked last makes as many batches an epoch, of the same parts."""

    def check(self, other: AuditedVariant) -> BatchCheck:
        """The batches of a variant against the first one's.

        Raises:
            Interrupted: On Ctrl-C.
        """
        if self._fingerprints is None:
            self._fingerprints = self._take(self._base)
        theirs = self._take(other)
        self.has_same_batches = _outlines(self._fingerprints) == _outlines(theirs)
        difference = self._compare(self._fingerprints, theirs, other.name)
        if difference.first is not None:
            difference = self._second_look(difference, difference.first, theirs, other)
        return BatchCheck(
            verdict=_verdict(difference),
            ordered=not self._unordered,
            batches=difference.batches,
            items=difference.items,
            epochs=difference.epochs,
            first=difference.first,
            reason=difference.unknown,
            seeds=[name for name in self._fingerprints.seeds if name in theirs.seeds],
            notes=difference.notes,
        )

    def _compare(self, base: Fingerprints, other: Fingerprints, name: str) -> SeriesDifference:
        return (as_sets if self._unordered else in_order)(base, other, name, self._base.name)

    def _take(self, variant: AuditedVariant, keep: tuple[int, str] | None = None) -> Fingerprints:
        self._say(f"fingerprints of {variant.name}")
        spec = msgspec.structs.replace(self._spec, size=size_of(variant, self._items), keep=keep)
        if keep is not None and not self._unordered:
            spec = msgspec.structs.replace(spec, batches=keep[0], epochs=None)
        return take(variant.session, spec)

    def _second_look(
        self, difference: SeriesDifference, first: FirstDifference, theirs: Fingerprints, other: AuditedVariant
    ) -> SeriesDifference:
        """Run both again: what differs from itself cannot be compared, and else the values are wanted."""
        if first.what not in {"values", "item", "shape", "count"}:
            return difference
        assert self._fingerprints is not None
        keep = (first.batch, first.place) if first.what == "values" and first.batch else None
        again = []
        for variant, before in ((self._base, self._fingerprints), (other, theirs)):
            taken = self._take(variant, keep or (first.batch or 1, "-"))
            if not self._is_itself(before, taken, first):
                self.base_changes = self.base_changes or variant is self._base
                seeds = listed(before.seeds) or "its random numbers"
                reason = CHANGES_EACH_RUN.format(name=variant.name, seeds=seeds)
                hint = "" if self._unordered else TRY_UNORDERED
                return msgspec.structs.replace(difference, first=None, unknown=reason + hint)
            again.append(taken)
        if keep is None:
            return difference
        leaf = _leaf_at(self._fingerprints, keep)
        if leaf is None:
            return difference
        return msgspec.structs.replace(difference, first=with_values(first, leaf, again[0].kept, again[1].kept))

    def _is_itself(self, before: Fingerprints, again: Fingerprints, first: FirstDifference) -> bool:
        """Whether a second run gave what the first did, as far as it matters."""
        if self._unordered:
            return as_sets(before, again, "", "").first is None
        n = min(first.batch or 1, len(before.batches))
        pairs = zip(before.batches[:n], again.batches[:n], strict=False)
        return len(again.batches) >= n and all(earlier.leaves == later.leaves for earlier, later in pairs)


def _outlines(prints: Fingerprints) -> list[object]:
    """What batches are like apart from the data in them, which may come in another order."""
    epochs = [mark.batches for mark in prints.trial.epochs]
    parts = [
        (batch.outline, [(leaf.place, leaf.kind, leaf.dtype) for leaf in batch.leaves]) for batch in prints.batches
    ]
    return [epochs, parts]


def _leaf_at(prints: Fingerprints, keep: tuple[int, str]) -> Leaf | None:
    batch = prints.batches[keep[0] - 1]
    return next((leaf for leaf in batch.leaves if leaf.place == keep[1]), None)


def _verdict(difference: SeriesDifference) -> SameData:
    if difference.first is not None:
        return SameData.DIFFERENT
    return SameData.UNKNOWN if difference.unknown else SameData.SAME
