"""What a source holds beside what an epoch of it yields: proof at one size, where the data set cannot be scaled."""

import re
from collections.abc import Iterator

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.retention.tree import Holding, Tree
from genaudit.evidence.trials import TrialSet
from genaudit.model.marks import RetentionMark
from genaudit.model.recording import Trial
from genaudit.units import KIB

AS_MUCH = (0.8, 1.3)
"""Held bytes as a share of an epoch's: within this it is the data, whatever it is divided into."""
OF_AN_ITEM = 0.06
"""Bytes for each item below this share of what is yielded of it are an index."""
LEAST_BYTES = 256 * KIB
"""Less is no data set that anybody would miss, and as much as what any object takes."""
WIDTHS = (1 / 8, 1 / 4, 1 / 2, 2, 4, 8)
FEWEST_BATCHES = 8
"""With fewer, the size of a last batch that is not full leaves too much open."""
_LEADING = re.compile(r"^(\d+)(?:x|\s|$)")


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """One epoch of a source."""

    batches: int
    items: int
    bytes: int
    known_from: str
    """What told how long it is."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What is held, and what an epoch yields."""

    held_bytes: int
    """By the source, the user's modules and threads, the newest batch left out."""
    retained_bytes: int
    """What the process retained then; more than ``held_bytes`` where not all was found."""
    is_complete: bool
    epoch: Epoch | None
    holding: Holding | None
    """What holds the data set after the first batch, if something does."""
    cached: Holding | None = None
    """What holds it after an epoch, and did not after the first batch."""

    @property
    def share(self) -> float | None:
        """Held as a share of what an epoch yields."""
        return self.held_bytes / self.epoch.bytes if self.epoch is not None and self.epoch.bytes else None

    @property
    def holds_little(self) -> bool:
        """Whether neither what was found nor what was not can be the data."""
        if self.epoch is None or not self.is_complete:
            return False
        return max(self.held_bytes, self.retained_bytes) < OF_AN_ITEM * self.epoch.bytes


def account(trial_set: TrialSet) -> Account | None:
    """The account of the first walk of an audit; ``None`` where nothing was walked."""
    walked = next(_first_walks(trial_set), None)
    if walked is None:
        return None
    trial, mark = walked
    epoch = epoch_of(trial_set)
    holding = _data_in(mark, epoch)
    n_bytes = sum(node.bytes for node in mark.nodes if node.parent < 0 and node.kind != "argument")
    return Account(
        held_bytes=max(0, n_bytes - (trial_set.batch_bytes or 0)),
        retained_bytes=max(0, (readings.retained_first_bytes(trial) or 0) - (trial_set.batch_bytes or 0)),
        is_complete=mark.is_complete,
        epoch=epoch,
        holding=holding,
        cached=None if holding is not None else _cached(trial_set, epoch),
    )


def _data_in(mark: RetentionMark, epoch: Epoch | None) -> Holding | None:
    """What holds the data set at the moment of a walk."""
    if epoch is None:
        return None
    holdings = (holding for holding in Tree(mark).holdings() if holding.steps[0].kind != "argument")
    return next((holding for holding in holdings if is_data(holding, epoch)), None)


def _cached(trial_set: TrialSet, epoch: Epoch | None) -> Holding | None:
    """What holds it at the end of a drive that went through a whole epoch, or up to its last batch."""
    if epoch is None:
        return None
    for trial in trial_set.recording.trials:
        for mark in trial.retention:
            if mark.at != "first" and mark.pid == 0 and mark.batch >= epoch.batches - 1:
                holding = _data_in(mark, epoch)
                if holding is not None:
                    return holding
    return None


def kept_after_epoch(trial_set: TrialSet, epoch: Epoch) -> int | None:
    """The most that was retained at the end of an epoch, or one batch before; ``None`` where no trial came there."""
    walked = [trial for trial in trial_set.recording.trials if trial.kind == "walked"]
    kept = [readings.retained_after_epoch_bytes(trial) for trial in trial_set.measured]
    for trial in walked:
        base, last = readings.base_bytes(trial), trial.settled[-1] if trial.settled else None
        if base is not None and last is not None and last.batch >= max(2, epoch.batches - 1):
            kept.append(last.retained_bytes - base)
    return max((held for held in kept if held is not None), default=None)


def is_data(holding: Holding, epoch: Epoch) -> bool:
    """Whether a holding is the data set: as much as an epoch yields, or as many entries, of a size that is no index."""
    if holding.bytes < max(LEAST_BYTES, OF_AN_ITEM * epoch.bytes):
        return False
    low, high = AS_MUCH
    if low * epoch.bytes <= holding.bytes <= high * epoch.bytes:
        return True
    if _as_many_numbers(holding, epoch):
        return True
    a_batch = -(-epoch.items // max(1, epoch.batches))
    return any(epoch.items - a_batch <= count <= epoch.items + a_batch for count in _counts(holding))


def _as_many_numbers(holding: Holding, epoch: Epoch) -> bool:
    """Whether the entries of a container have as many numbers as an epoch, of another width: uint8 for float32."""
    container = holding.container
    if container is None or holding.payload is container or (container.entries or 0) < epoch.batches:
        return False
    ratio = epoch.bytes / holding.payload.bytes
    # The last batch of an epoch may be a small one.
    within = 0.02 + 1 / epoch.batches
    return epoch.batches >= FEWEST_BATCHES and any(abs(ratio / width - 1) <= within for width in WIDTHS)


def _counts(holding: Holding) -> Iterator[int]:
    """Entries of the containers on a path, and rows of what is at its end."""
    for step in holding.steps:
        if step.entries:
            yield step.entries // max(1, step.count)
    rows = _LEADING.match(holding.payload.detail)
    if rows is not None:
        yield int(rows[1])


def epoch_of(trial_set: TrialSet) -> Epoch | None:
    """How long an epoch is, by its end, or by what the source says; never guessed."""
    n_bytes, n_items = trial_set.batch_bytes, trial_set.batch_items
    if n_bytes is None:
        return None
    length = length_of_epoch(trial_set)
    if length is None:
        return None
    batches, known_from = length
    return Epoch(batches=batches, items=batches * (n_items or 1), bytes=batches * n_bytes, known_from=known_from)


def yielded_per_item(trial_set: TrialSet) -> float | None:
    """Bytes that are yielded of an item; by a whole epoch where one ended by itself, and not by the items of a batch.

    How many items are in a batch cannot always be told from it, as of an array beside a number.
    """
    by_batch, n_bytes, whole = trial_set.item_bytes, trial_set.batch_bytes, trial_set.whole_epoch
    if by_batch is None or n_bytes is None or whole is None:
        return by_batch
    items, batches = whole
    return min(by_batch, n_bytes * batches / items)


def length_of_epoch(trial_set: TrialSet) -> tuple[int, str] | None:
    """Batches of an epoch, and what told so; ``None`` where nothing did."""
    walked = [trial for trial in trial_set.recording.trials if trial.kind == "walked"]
    for trial in [*trial_set.measured, *walked]:
        for mark in trial.epochs:
            if mark.epoch == 1:
                return mark.batches, "its end" if mark.natural else "the items of the data set"
    for trial in trial_set.measured:
        if trial.driver is not None and trial.driver.epoch_batches:
            return trial.driver.epoch_batches, trial.driver.epoch_from or "its length"
    return None


def _first_walks(trial_set: TrialSet) -> Iterator[tuple[Trial, RetentionMark]]:
    for trial in trial_set.recording.trials:
        for mark in trial.retention:
            if trial.kind == "walked" and mark.at == "first" and mark.pid == 0:
                yield trial, mark
