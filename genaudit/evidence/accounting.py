"""What a source holds beside what an epoch of it yields: proof at one size, where the data set cannot be scaled."""

import re
from collections.abc import Iterator

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.project import is_installed
from genaudit.evidence.retention.index import AS_MUCH, is_index, is_order
from genaudit.evidence.retention.native import CACHE, SHUFFLE, stage_of
from genaudit.evidence.retention.rows import is_cut_from, items_in, shapes_in
from genaudit.evidence.retention.tree import Holding, Tree, held_by, of_its_path
from genaudit.evidence.trials import TrialSet
from genaudit.model.marks import DriverMark, RetentionMark
from genaudit.model.recording import Trial
from genaudit.units import KIB, MIB

OF_AN_ITEM = 0.06
"""Bytes for each item below this share of what is yielded of it are an index."""
LEAST_BYTES = 256 * KIB
"""Less is no data set that anybody would miss, and as much as what any object takes."""
LARGER = 1.5
"""Than a batch, and certainly none."""
PIECE_BYTES = 32 * MIB
"""Readers of libraries read no larger pieces at once, by default."""
_OF_QUEUES = frozenset({"Queue", "deque", "ApplyResult", "Future", "SimpleQueue", "_MultiProcessingDataLoaderIter"})
"""Types by which batches wait that workers have made; the last, torch's, has those that came before their turn."""
_MOMENTS = ("first", "end")
OF_COPIES = 0.25
"""Of what workers come to take, at most so much is held in them, or taken by the target's own process."""
WIDTHS = (1 / 8, 1 / 4, 1 / 2, 2, 4, 8)
OF_A_FILE = 0.02
"""Numbers of a file that are held whole: its header is no more than this."""
LATER = 0.8
"""From this share on, what is held came with epochs after the first."""
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
    of_objects: bool = False
    """Whether its batches have nothing but Python objects."""

    @property
    def item_bytes(self) -> float:
        """Of what is yielded."""
        return self.bytes / max(1, self.items)


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
    buffered: Holding | None = None
    """The shuffle buffer of a pipeline that holds it after the first batch, as it is larger than the data set."""
    buffer_items: int = 0
    """Items that this one holds when it is full."""
    has_table: bool = False
    """Whether items are made of many rows of what is held: at one size nobody can tell whether that is the data."""

    @property
    def buffer_is_as_long(self) -> bool:
        """Whether the shuffle buffer was told just as many as there are, which nobody knows but who counts them."""
        return self.buffered is not None and self.epoch is not None and self.buffer_items <= self.epoch.items

    @property
    def share(self) -> float | None:
        """Held as a share of what an epoch yields."""
        return self.held_bytes / self.epoch.bytes if self.epoch is not None and self.epoch.bytes else None

    @property
    def holds_little(self) -> bool:
        """Whether neither what was found nor what was not can be the data."""
        if self.epoch is None or not self.is_complete or self.has_table:
            return False
        return max(self.held_bytes, self.retained_bytes) < OF_AN_ITEM * self.epoch.bytes


def account(trial_set: TrialSet) -> Account | None:
    """The account of the first walk of an audit; ``None`` where nothing was walked."""
    walked = next(_first_walks(trial_set), None)
    if walked is None:
        return None
    trial, mark = walked
    epoch = epoch_of(trial_set)
    batch_bytes = trial_set.batch_bytes or 0
    queue_bytes = _queue_bytes(trial_set, trial)
    every = [held for held in Tree(mark).holdings() if held.steps[0].kind != "argument"]
    queued = [held for held in every if _is_waiting(held, queue_bytes)]
    holdings = [held for held in every if held not in queued]
    holding = _data_in(holdings, epoch)
    n_bytes = sum(node.bytes for node in mark.nodes if node.parent < 0 and node.kind != "argument")
    n_bytes -= sum(held.bytes for held in queued)
    # What is larger than a batch is not the newest batch.
    most = max((held.bytes for held in holdings if held.bytes > LARGER * batch_bytes), default=0)
    buffered = _buffered_by_pipeline(trial, mark, epoch, batch_bytes) if holding is None else None
    return Account(
        buffered=buffered,
        buffer_items=(trial.driver.buffer_items or 0) if trial.driver is not None else 0,
        held_bytes=max(most, n_bytes - batch_bytes, 0),
        retained_bytes=max(
            0, (readings.retained_first_bytes(trial) or 0) - batch_bytes - (queue_bytes if queued else 0)
        ),
        is_complete=mark.is_complete,
        epoch=epoch,
        holding=holding,
        cached=None if holding is not None else _cached(trial_set, epoch),
        has_table=any(is_cut_from(held, shapes_in(trial_set.measured)) for held in holdings),
    )


def _data_in(holdings: list[Holding], epoch: Epoch | None) -> Holding | None:
    """What holds the data set, of what was found at the moment of a walk."""
    if epoch is None:
        return None
    own = (held for held in holdings if held.steps[0].kind != "argument" and not _is_read_ahead(held))
    return next((held for held in own if is_data(held, epoch)), None)


def _queue_bytes(trial_set: TrialSet, trial: Trial) -> int:
    """Bytes of the batches that wait in the queue of its workers when that is full."""
    ahead = trial.driver.queue_batches if trial.driver is not None else None
    return (ahead or 0) * (trial_set.batch_bytes or 0)


def waiting_bytes(trial_set: TrialSet, trial: Trial, mark: RetentionMark) -> int:
    """Bytes of the batches that a walk found in the queue of a source's workers: how many wait at a moment is chance.

    Args:
        trial: That of the walk.
        mark: The walk.
    """
    most = _queue_bytes(trial_set, trial)
    return sum(held.bytes for held in Tree(mark).holdings() if _is_waiting(held, most)) if most else 0


def _is_waiting(holding: Holding, queue_bytes: int) -> bool:
    """Whether it is the batches that wait in the queue of a source's workers: no more than fit into that."""
    is_in_queue = any(step.type in _OF_QUEUES for step in holding.steps)
    return is_in_queue and 0 < holding.bytes <= LARGER * queue_bytes


def _is_read_ahead(holding: Holding) -> bool:
    """Whether it is what a library's own running reader has read: pieces of a size that the library has.

    A data set that is smaller than such a piece is read at once, and so at one size it is no proof of anything.
    """
    frames = [step for step in holding.steps if step.kind == "frame"]
    is_library = bool(frames) and is_installed(frames[-1].path or "")
    return is_library and holding.bytes <= PIECE_BYTES


def _cached(trial_set: TrialSet, epoch: Epoch | None) -> Holding | None:
    """What holds it at the end of a drive that went through a whole epoch, or up to its last batch."""
    if epoch is None:
        return None
    late = [
        (trial, mark)
        for trial in trial_set.recording.trials
        for mark in trial.retention
        if mark.at != "first" and mark.batch >= epoch.batches - 1 - (_made_ahead(trial) if mark.pid else 0)
    ]
    own = [(trial, mark) for trial, mark in late if mark.pid == 0]
    for trial, mark in own:
        ahead = _queue_bytes(trial_set, trial)
        kept = [held for held in Tree(mark).holdings() if not _is_waiting(held, ahead)]
        holding = _data_in(kept, epoch)
        if holding is not None and not _is_of_later_epochs(holding, trial, mark):
            return holding
    in_workers = _cached_in_workers(late, epoch)
    return in_workers or _cached_by_pipeline(trial_set, [mark for _, mark in own], epoch)


def _is_of_later_epochs(holding: Holding, trial: Trial, mark: RetentionMark) -> bool:
    """Whether it came after the first epoch: a cache is full by then, and what epochs go on to add is none."""
    added = readings.added_by_later_epochs(trial, mark.batch)
    return added is not None and added >= LATER * holding.bytes


def made_ahead(driver: DriverMark | None, length: int | None) -> int:
    """Batches that workers have made and that wait in their queue: when they have made the last, they may end.

    Args:
        driver: How the source was driven.
        length: Batches of an epoch, where that is known; no more than half of it counts.
    """
    if driver is None or not driver.queue_batches:
        return 0
    return driver.queue_batches if length is None else min(driver.queue_batches, length // 2)


def _made_ahead(trial: Trial) -> int:
    return made_ahead(trial.driver, trial.driver.epoch_batches if trial.driver is not None else None)


def _cached_in_workers(late: list[tuple[Trial, RetentionMark]], epoch: Epoch) -> Holding | None:
    """What holds it in worker processes: all of them together, each of which made a part of it, or whole in one.

    Its bytes are those of all of them: half of an epoch may look like all of it in narrower numbers.
    """
    moments: dict[tuple[str, int], list[RetentionMark]] = {}
    trials = {(mark.at, mark.batch): trial for trial, mark in late}
    for _, mark in late:
        if mark.pid:
            moments.setdefault((mark.at, mark.batch), []).append(mark)
    for moment, marks in moments.items():
        in_all = held_by(marks)
        single = (holding for mark in marks if (holding := _data_in(Tree(mark).holdings(), epoch)) is not None)
        shared = (holding for holding in in_all if holding.processes > 1 and is_data(holding, epoch))
        found = next(shared, None) or next((of_its_path(holding, in_all) for holding in single), None)
        if found is not None and not _is_of_later_epochs(found, trials[moment], marks[0]):
            return found
    return None


def copied_by_workers(trial_set: TrialSet) -> int | None:
    """Bytes that workers came to take while they held no more than before: pages of the source's that they copied.

    Reading a Python object writes its reference count, and the page that it is on is then the worker's own. ``None``
    where that is not what was seen: the target's process grew too, or a worker holds more.
    """
    for trial in trial_set.recording.trials:
        marks = {at: {mark.pid: mark for mark in trial.retention if mark.at == at and mark.pid} for at in _MOMENTS}
        first, last = (marks[at] for at in _MOMENTS)
        pids = first.keys() & last.keys()
        alive = [mark for mark in trial.settled if mark.children]
        if not pids or len(alive) < 2 or not all(first[pid].is_complete and last[pid].is_complete for pid in pids):
            continue
        own = alive[-1].own_bytes - alive[0].own_bytes
        gained = alive[-1].retained_bytes - alive[0].retained_bytes - own
        held = sum(max(0, _held_in(last[pid]) - _held_in(first[pid])) for pid in pids)
        if gained > LEAST_BYTES and max(held, own) <= OF_COPIES * gained:
            return gained
    return None


def _held_in(mark: RetentionMark) -> int:
    return sum(node.bytes for node in mark.nodes if node.parent < 0)


def _cached_by_pipeline(trial_set: TrialSet, own: list[RetentionMark], epoch: Epoch) -> Holding | None:
    """The stage of a pipeline that keeps all that passes through it, where so much is retained after an epoch."""
    kept = kept_after_epoch(trial_set, epoch)
    if kept is None or kept < max(LEAST_BYTES, AS_MUCH[0] * epoch.bytes):
        return None
    stages = (stage for mark in own if (stage := stage_of(mark, CACHE)) is not None)
    stage = next(stages, None)
    return None if stage is None else msgspec.structs.replace(stage, bytes=kept, grows=True)


def _in_a_batch(epoch: Epoch) -> int:
    return -(-epoch.items // max(1, epoch.batches))


def _buffered_by_pipeline(trial: Trial, mark: RetentionMark, epoch: Epoch | None, batch_bytes: int) -> Holding | None:
    """The shuffle buffer that took a whole epoch before the first batch: memory of no object, as large as the data."""
    buffer = trial.driver.buffer_items if trial.driver is not None else None
    retained = readings.retained_first_bytes(trial)
    # The last batch of an epoch is counted as a full one.
    if epoch is None or retained is None or buffer is None or buffer <= epoch.items - _in_a_batch(epoch):
        return None
    if retained - batch_bytes < max(LEAST_BYTES, AS_MUCH[0] * epoch.bytes):
        return None
    stage = stage_of(mark, SHUFFLE)
    return None if stage is None else msgspec.structs.replace(stage, bytes=retained - batch_bytes)


def kept_after_epoch(trial_set: TrialSet, epoch: Epoch) -> int | None:
    """The most that was retained at the end of an epoch, or one batch before; ``None`` where no trial came there."""
    walked = [trial for trial in trial_set.recording.trials if trial.kind == "walked"]
    kept = [readings.retained_after_epoch_bytes(trial) for trial in trial_set.measured]
    # What a walk leaves in the heap is in the readings after it: they count where there are no others.
    for trial in walked if all(held is None for held in kept) else ():
        base, last = readings.base_bytes(trial), trial.settled[-1] if trial.settled else None
        if base is not None and last is not None and last.batch >= max(2, epoch.batches - 1):
            kept.append(last.retained_bytes - base)
    return max((held for held in kept if held is not None), default=None)


def is_data(holding: Holding, epoch: Epoch) -> bool:
    """Whether a holding is the data set: as much as an epoch yields, or as many entries, of a size that is no index."""
    if holding.bytes < max(LEAST_BYTES, OF_AN_ITEM * epoch.bytes):
        return False
    if _tells_where(holding, epoch):
        return False
    low, high = AS_MUCH
    if low * epoch.bytes <= holding.bytes <= high * epoch.bytes:
        return True
    if _as_many_numbers(holding, epoch):
        return True
    a_batch = _in_a_batch(epoch)
    return any(epoch.items - a_batch <= count <= epoch.items + a_batch for count in _counts(holding))


def _tells_where(holding: Holding, epoch: Epoch) -> bool:
    """Whether it is an index: names of files, or the order that a sampler has made of the items."""
    items, item_bytes = epoch.items, epoch.item_bytes
    if epoch.of_objects:
        # What is held of text and numbers may be what they are made of.
        return is_order(holding, items=items, item_bytes=item_bytes)
    has_some = holding.text_bytes > 0 or holding.numbers > 0
    return has_some and is_index(holding, items=items, item_bytes=item_bytes, limit=OF_AN_ITEM * item_bytes)


def _as_many_numbers(holding: Holding, epoch: Epoch) -> bool:
    """Whether the entries of a container have as many numbers as an epoch, of another width: uint8 for float32."""
    container = holding.container
    if container is None or holding.payload is container or (container.entries or 0) < epoch.batches:
        return False
    ratio = epoch.bytes / holding.payload.bytes
    # The last batch of an epoch may be a small one.
    within = 0.02 + 1 / epoch.batches
    if abs(ratio / epoch.batches - 1) <= within:
        # A batch that is being made: of so few it is such a share of an epoch by itself.
        return False
    return epoch.batches >= FEWEST_BATCHES and any(abs(ratio / width - 1) <= within for width in WIDTHS)


def _counts(holding: Holding) -> Iterator[int]:
    """Entries of the containers on a path, and rows of the arrays and tables on it."""
    if holding.processes > 1:
        # Of one path in several processes, each has a part of the entries.
        yield holding.entries
    for step in holding.steps:
        if step.entries:
            yield step.entries // max(1, step.count)
        rows = _LEADING.match(step.detail)
        # Of a table too, whose columns lie below it; of many arrays on the way, each may be an item.
        if rows is not None and (step.count == 1 or step is holding.payload):
            yield int(rows[1])


def epoch_of(trial_set: TrialSet) -> Epoch | None:
    """How long an epoch is, by its end, by what the source says, or by a file that is held whole; never guessed."""
    n_bytes, n_items = trial_set.batch_bytes, trial_set.batch_items
    if n_bytes is None:
        return None
    length = _of_the_whole(trial_set) or length_of_epoch(trial_set) or _of_a_file(trial_set)
    if length is None:
        return None
    batches, known_from = length
    return Epoch(
        batches=batches,
        items=batches * (n_items or 1),
        bytes=batches * n_bytes,
        known_from=known_from,
        of_objects=trial_set.yields_objects,
    )


def _of_the_whole(trial_set: TrialSet) -> tuple[int, str] | None:
    """Batches of all that an object has, where trials had parts of it: whatever the part, it may hold all."""
    mark = trial_set.arguments
    if mark is None or mark.dataset_kind != "part" or not mark.dataset_items:
        return None
    return -(-mark.dataset_items // (trial_set.batch_items or 1)), f"the length of {mark.dataset_parameter}"


def _of_a_file(trial_set: TrialSet) -> tuple[int, str] | None:
    """Batches that a file has, where all its numbers are held, an item in each row: as integers or as wider floats.

    A buffer, or a table that is looked up, has the size of a file and rows like the items by chance only.
    """
    mark, walked = trial_set.arguments, next(_first_walks(trial_set), None)
    if mark is None or walked is None:
        return None
    for held in Tree(walked[1]).holdings():
        rows = items_in(held, shapes_in(trial_set.measured))
        if rows is None or held.bytes < LEAST_BYTES:
            continue
        for name, size in mark.files.items():
            if any(abs(held.bytes / (size * width) - 1) <= OF_A_FILE for width in (1, *WIDTHS) if size):
                return -(-rows // (trial_set.batch_items or 1)), f"the file of {name}"
    return None


def yielded_per_item(trial_set: TrialSet) -> float | None:
    """Bytes that are yielded of an item; by a whole epoch where one ended by itself, and not by the items of a batch.

    How many items are in a batch cannot always be told from it, as of an array beside a number.
    """
    by_batch, n_bytes, whole = trial_set.item_bytes, trial_set.batch_bytes, trial_set.whole_epoch
    if by_batch is None or n_bytes is None or whole is None or trial_set.has_rows:
        return trial_set.data_item_bytes
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
