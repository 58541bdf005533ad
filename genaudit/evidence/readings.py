"""Numbers taken straight from the marks of one trial."""

import collections
import itertools
import statistics
from collections.abc import Iterable

import msgspec

from genaudit.model.marks import BatchMark, Memory, PhaseMark, SettledMark
from genaudit.model.recording import Trial
from genaudit.units import KIB

ROWS_OF_AN_ITEM = 1.5
"""Rows of an epoch for each item, from which on they are parts of it."""
MOST_READ_OF_A_FILE = 0.45
"""For a row that is one of several of a file; what is read ahead is counted, too."""
FEWEST_FILES_READ = 2
MOST_OF_A_FILE = 0.6
"""A row is less of its file, though it has wider numbers."""
NEAR_THE_END = 1
FEWEST_READ = 4
"""Readings of an epoch, to tell what is read in it before and after memory is full."""
MOSTLY_FULL = 0.9
LONG_AFTER = 2
"""So many times as many batches as it took until memory was full."""
AS_BEFORE = 0.5
"""A buffer that holds half of what there is spares half of the reading."""
LEAST_READ_BYTES = 128 * KIB
OF_A_BATCH_READ = 0.25
"""What measuring reads between two batches, and a table that is looked up, is less."""
_AFTER_FIRST = frozenset({"first-batch", "close"})
"""Phases whose high-water mark is that of the batches inside them."""


def base_bytes(trial: Trial) -> int | None:
    """What was held when the arguments were ready and the target had not been called."""
    for phase in trial.phases:
        if phase.name == "arguments":
            return phase.settled_bytes
    return None


def passed_bytes(trial: Trial) -> int | None:
    """The same without the items that the trial did not get and that stay in memory all the same."""
    base = base_bytes(trial)
    return None if base is None else base - _kept_bytes(trial)


def given_bytes(trial: Trial) -> int | None:
    """What the arguments hold, in a trial whose free blocks were filled before and after they were made."""
    phases = {phase.name: phase for phase in trial.phases}
    before, after = phases.get("import"), phases.get("arguments")
    if before is None or after is None or before.settled_bytes is None or after.settled_bytes is None:
        return None
    return after.settled_bytes - (after.filled_bytes or 0) - before.settled_bytes - _kept_bytes(trial)


def _kept_bytes(trial: Trial) -> int:
    return trial.arguments.kept_bytes if trial.arguments is not None else 0


def filled_bytes(trial: Trial) -> int:
    """What fills the blocks that were free. A large data set takes them itself, sooner or later."""
    return sum(phase.filled_bytes or 0 for phase in trial.phases)


def settled_at_first(trial: Trial) -> SettledMark | None:
    """The settled reading after the first batch."""
    return next((mark for mark in trial.settled if mark.at == "first"), None)


def retained_first_bytes(trial: Trial) -> int | None:
    """M(n, 1): what the target holds after its first batch, the batch itself let go."""
    base, first = base_bytes(trial), settled_at_first(trial)
    return None if base is None or first is None else first.retained_bytes - base


def retained_after_epoch_bytes(trial: Trial) -> int | None:
    """The bytes of ``retained_after_epoch``."""
    after = retained_after_epoch(trial)
    return None if after is None else after[1]


def retained_after_epoch(trial: Trial, first: int = 1) -> tuple[int, int] | None:
    """M(n, one epoch): what is held at the end of an epoch, if it was driven there, its iterator still alive.

    Workers that have made their last batch may end before it is taken: then, the last reading of them all.

    Args:
        first: The first epoch that counts.

    Returns:
        Batches pulled by then, and bytes.
    """
    base, inside = base_bytes(trial), _with_workers(trial, _to_the_end(trial, first))
    return None if base is None or not inside else (inside[-1].batch, inside[-1].retained_bytes - base)


def retained_after_epochs(trial: Trial, epochs: int) -> tuple[int, int] | None:
    """What is held at the end of an epoch, where that was read.

    Args:
        epochs: Which one, from 1.

    Returns:
        Batches pulled by then, and bytes.
    """
    base, ended = base_bytes(trial), _settled_at_end_of(trial, epochs)
    return None if base is None or ended is None else (ended.batch, ended.retained_bytes - base)


def _settled_at_end_of(trial: Trial, epoch: int) -> SettledMark | None:
    return next((mark for mark in trial.settled if mark.at == "epoch" and mark.epoch == epoch), None)


def added_by_later_epochs(trial: Trial, batch: int) -> int | None:
    """What was retained more up to a batch than at the end of the first epoch; ``None`` where either was not read."""
    ended = _settled_at_end_of(trial, 1)
    then = next((mark for mark in reversed(trial.settled) if mark.batch <= batch), None)
    return None if ended is None or then is None else then.retained_bytes - ended.retained_bytes


def highest_in_epoch(trial: Trial) -> tuple[int, int] | None:
    """Batch, and the most that was held at any settled reading of an epoch, if it was driven to its end.

    A buffer that drains, or a queue that is caught half full, is lower at times; what is cached never is.
    """
    base, inside = base_bytes(trial), _to_the_end(trial)
    if base is None or not inside:
        return None
    highest = max(inside, key=lambda mark: mark.retained_bytes)
    return highest.batch, highest.retained_bytes - base


def has_rows(trial: Trial, n_batches: int) -> bool:
    """Whether items are files of many rows: an epoch of so many batches had more of them, each far below a file.

    Several passes over all files give more batches, too; but these have whole files. Rows that are compressed may be
    larger than the file when they are decoded: then far less than a file was read for each.
    """
    mark, n_rows, n_bytes = trial.arguments, batch_items([trial]), batch_bytes([trial])
    if mark is None or not mark.may_have_rows or not mark.file_bytes_per_item or not n_rows or not n_bytes:
        return False
    has_more = n_rows * (n_batches - 1) > ROWS_OF_AN_ITEM * (trial.items or n_batches * n_rows)
    if not has_more or n_bytes / n_rows <= MOST_OF_A_FILE * mark.file_bytes_per_item:
        return has_more
    return _reads_parts(trial, n_rows, mark.file_bytes_per_item)


def _reads_parts(trial: Trial, n_rows: int, file_bytes: float) -> bool:
    """Whether in the first epoch, where nothing comes from a cache, much less than a file was read for each row.

    Args:
        trial: Counted by items, if it had rows.
        n_rows: Rows of a batch.
        file_bytes: Of one file.
    """
    inside = _that_tell_reading(trial)
    if len(inside) < 2 or inside[-1].batch == inside[0].batch:
        return False
    first, last = inside[0], inside[-1]
    # Files that are mapped are not read; and those that were read ahead are no sign of anything.
    is_seen = (last.read_bytes or 0) - (first.read_bytes or 0) >= FEWEST_FILES_READ * file_bytes
    return is_seen and _read_per_batch(first, last) <= MOST_READ_OF_A_FILE * n_rows * file_bytes


def ended_after(trial: Trial) -> int | None:
    """Batches after which the iterator ended by itself, where epochs had been counted by items until then."""
    if trial.end is not None and trial.end.ended_after is not None:
        return trial.end.ended_after
    counted = list(itertools.takewhile(lambda mark: not mark.natural, trial.epochs))
    if not counted or len(counted) == len(trial.epochs):
        return None
    return sum(mark.batches for mark in (*counted, trial.epochs[len(counted)]))


def reads_on(trial: Trial) -> bool:
    """Whether the first epoch went on to read files as before, long after memory was as high as it gets in it.

    Where all that is read were kept, nothing would be read any more once all of it had been seen.
    """
    inside = _that_tell_reading(trial)
    if len(inside) < FEWEST_READ:
        return False
    first, last = inside[0], inside[-1]
    highest = max(mark.retained_bytes for mark in inside) - first.retained_bytes
    full = next(mark for mark in inside if mark.retained_bytes - first.retained_bytes >= MOSTLY_FULL * highest)
    if not first.batch < full.batch or last.batch - full.batch < LONG_AFTER * (full.batch - first.batch):
        return False
    until, since = _read_per_batch(first, full), _read_per_batch(full, last)
    least = max(LEAST_READ_BYTES, OF_A_BATCH_READ * (batch_bytes([trial]) or 0))
    return since >= max(least, AS_BEFORE * until)


def _that_tell_reading(trial: Trial) -> list[SettledMark]:
    """Readings of the first epoch that tell all that was read by then: what workers read is not among it."""
    return [mark for mark in trial.settled if mark.epoch == 1 and not mark.children and mark.read_bytes is not None]


def _read_per_batch(first: SettledMark, last: SettledMark) -> float:
    return ((last.read_bytes or 0) - (first.read_bytes or 0)) / (last.batch - first.batch)


def epoch_read(trial: Trial) -> int | None:
    """The first epoch that was read at its end; ``None`` without one."""
    inside = _to_the_end(trial)
    return inside[-1].epoch if inside else None


def _to_the_end(trial: Trial, first: int = 1) -> list[SettledMark]:
    """Readings inside the first epoch that was read at its last batch or the one before: a cache is full there.

    Where an item is a file of many rows, only the first epoch tells how long the next is.
    """
    batches = 0
    for epoch, ended in enumerate(trial.epochs, 1):
        if ended.epoch != epoch:
            # Of many short ones not all are marked.
            break
        batches += ended.batches
        if epoch < first:
            continue
        inside = inside_epoch(trial, epoch)
        if epoch > 1:
            inside = [mark for mark in inside if not has_ended(trial, mark)]
        if inside and inside[-1].batch >= batches - NEAR_THE_END:
            return inside
    return []


def _with_workers(trial: Trial, marks: list[SettledMark]) -> list[SettledMark]:
    """Readings with as many processes alive as at most, where a source said that it has workers."""
    if trial.driver is None or not trial.driver.workers:
        return marks
    most = max((len(alive(mark)) for mark in marks), default=0)
    return [mark for mark in marks if len(alive(mark)) == most]


def inside_epoch(trial: Trial, epoch: int) -> list[SettledMark]:
    """Settled readings of an epoch, without the one after its iterator had ended: local variables are gone by then."""
    of_epoch = [mark for mark in trial.settled if mark.epoch == epoch]
    natural = any(mark.epoch == epoch and mark.natural for mark in trial.epochs)
    if natural and len(of_epoch) > 1 and of_epoch[-1].at == "epoch":
        return of_epoch[:-1]
    return of_epoch


def life_of(trial: Trial) -> int | None:
    """Epochs that one iterator gives before it ends, where these are several; ``None`` where it was not seen to end."""
    ended = next((mark for mark in trial.epochs if mark.natural), None)
    return ended.epoch if ended is not None and ended.epoch > 1 else None


def first_life(trial: Trial) -> Trial:
    """A trial up to where an iterator of several epochs ended: the next begins anew, and what this one held is gone."""
    life = life_of(trial)
    of_last = [mark for mark in trial.settled if mark.epoch == life]
    if life is None or not of_last:
        return trial
    return msgspec.structs.replace(
        trial,
        # One reading of the last epoch is that of its end.
        settled=[mark for mark in trial.settled if mark.epoch < life] + inside_epoch(trial, life)[: len(of_last) - 1],
        batches=[mark for mark in trial.batches if mark.last <= of_last[-1].batch],
        epochs=[mark for mark in trial.epochs if mark.epoch <= life],
    )


def has_ended(trial: Trial, mark: SettledMark) -> bool:
    """Whether a reading was taken when the iterator of its epoch had ended by itself."""
    return mark.at == "epoch" and any(ended.natural and ended.epoch == mark.epoch for ended in trial.epochs)


def alive(mark: SettledMark) -> frozenset[str]:
    """Processes that hold memory: one that has ended holds none, though it may wait for its parent to notice.

    Empty where the target's own is the only one.
    """
    holding = frozenset(pid for pid, held in mark.tree.items() if held)
    return holding if len(holding) > 1 else frozenset()


def at_one_strength(marks: list[SettledMark]) -> list[SettledMark]:
    """Readings with as many processes alive as most often: workers take their memory along when they end."""
    usual = strength_of(marks)
    return [mark for mark in marks if len(alive(mark)) == usual]


def strength_of(marks: list[SettledMark]) -> int:
    """How many processes were alive most often; 0 where the target's own was the only one."""
    strengths = collections.Counter(len(alive(mark)) for mark in marks)
    return max(strengths, key=lambda strength: (strengths[strength], strength), default=0)


def of_one_strength(trials: list[Trial]) -> list[Trial]:
    """Trials with as many processes alive after the first batch, two sizes of them at least; else all.

    Workers of a small data set may have made all of its batches by then, and ended. Those of the largest sizes tell
    what a job holds.
    """
    groups: dict[int, list[Trial]] = {}
    for trial in trials:
        first = settled_at_first(trial)
        if first is not None and trial.items is not None:
            groups.setdefault(len(alive(first)), []).append(trial)
    several = [group for group in groups.values() if len({trial.items for trial in group}) > 1]
    return max(several, key=lambda group: max(trial.items or 0 for trial in group), default=trials)


def at_whole_batches(trial: Trial, marks: list[SettledMark]) -> list[SettledMark]:
    """Readings that follow no small batch, as the last of an epoch may be: a target's variables hold less then."""
    typical = batch_items([trial]) or 0
    return [mark for mark in marks if mark.batch_items is None or mark.batch_items >= typical]


def ends_on_a_small_batch(trial: Trial) -> bool:
    """Whether the last reading inside the first epoch follows a batch with fewer items than most."""
    inside = inside_epoch(trial, 1)
    typical = batch_items([trial]) or 0
    return bool(inside) and inside[-1].batch_items is not None and inside[-1].batch_items < typical


def most_in_workers(trial: Trial) -> tuple[int, int] | None:
    """Batch, and the most that the tree held beyond the target's own process in the first epoch.

    ``None`` without child processes.
    """
    with_children = [mark for mark in trial.settled if mark.children]
    marks = [mark for mark in with_children if mark.epoch == 1] or with_children
    added = [(mark.retained_bytes - mark.own_bytes, mark.batch) for mark in marks]
    most = max(added, default=None)
    return None if most is None else (most[1], most[0])


def held_peak_bytes(before_rss: int, before_file: int, after: Memory) -> int:
    """RssAnon + RssShmem at the highest moment between two readings.

    The kernel keeps a high-water mark of the whole RSS only. Pages of mapped files that came in between are taken off:
    they are the kernel's to drop.
    """
    rise = after.high_water_bytes - before_rss - max(0, after.file_bytes - before_file)
    return max(before_rss - before_file + rise, after.held_bytes)


def batch_transient_bytes(mark: BatchMark, settled_bytes: int | None = None) -> int:
    """How far memory rose while a batch was made above what it was before, or is after, whichever is more.

    Args:
        mark: The batch.
        settled_bytes: What was held of it in the settled reading right after, if there was one: what an allocator still
            keeps of what was freed has not stayed, and how much that is depends on what lies on top of it.
    """
    before_held = mark.before_bytes - mark.before_file_bytes
    peak = held_peak_bytes(mark.before_bytes, mark.before_file_bytes, mark.memory)
    after_held = mark.memory.held_bytes if settled_bytes is None else min(mark.memory.held_bytes, settled_bytes)
    # What stays is no spike: a table made once, a cache that grows. The rules of growth judge it.
    return peak - max(before_held, after_held)


def trial_held_peak_bytes(trial: Trial, to_batch: int | None = None) -> int | None:
    """The highest RssAnon + RssShmem from the call of the target on, above what was held before it.

    Args:
        to_batch: Up to this batch only; to the end where ``None``.
    """
    base = base_bytes(trial)
    if base is None:
        return None
    marks = [mark for mark in trial.batches if to_batch is None or mark.last <= to_batch]
    peaks = [held_peak_bytes(mark.before_bytes, mark.before_file_bytes, mark.memory) for mark in marks]
    before = None
    for phase in trial.phases:
        if phase.name == "create" and before is not None:
            peaks.append(held_peak_bytes(before.rss_bytes, before.file_bytes, phase.memory))
        before = phase.memory
    # Of workers only their own high-water marks are known: each may have been at its highest at another moment.
    peaks += [
        mark.retained_bytes + mark.workers_above_bytes
        for mark in trial.settled
        if mark.children and (to_batch is None or mark.batch <= to_batch)
    ]
    return max(peaks) - base if peaks else None


def made_alone(mark: BatchMark) -> bool:
    """Whether a batch was made when the one before it had been let go, or there was none."""
    return mark.after_settling or mark.last == mark.count


def mostly_made_alone(trial: Trial) -> bool:
    """Whether most batches of a trial were made when the one before had been let go."""
    alone = sum(made_alone(mark) for mark in trial.batches)
    return 2 * alone > len(trial.batches)


def trial_transient_bytes(trial: Trial, *, alone: bool = False) -> int | None:
    """The highest rise in any phase or batch from the call of the target on, of which nothing stayed.

    Args:
        alone: Only of batches that were made when no other was alive.
    """
    # The first after each batch: where its epoch ends, there is another when that is over.
    settled = {mark.batch: mark.own_bytes for mark in reversed(trial.settled)}
    rises = [
        batch_transient_bytes(mark, settled.get(mark.last)) for mark in trial.batches if not alone or made_alone(mark)
    ]
    before = None
    for phase in trial.phases:
        if phase.name == "create" and before is not None:
            peak = held_peak_bytes(before.rss_bytes, before.file_bytes, phase.memory)
            rises.append(peak - max(before.held_bytes, phase.memory.held_bytes))
        before = phase.memory
    return max(rises) if rises else None


def high_water_bytes(trial: Trial) -> int | None:
    """The highest VmRSS of the target's process, of all its phases."""
    marks = [memory.high_water_bytes for memory in _memories(trial.phases, trial.batches)]
    samples = [sample.rss_bytes for sample in trial.samples]
    return max((*marks, *samples), default=None)


def file_bytes(trial: Trial) -> int | None:
    """The most pages of mapped files at any reading."""
    return max((memory.file_bytes for memory in _memories(trial.phases, trial.batches)), default=None)


def called_high_water_bytes(trial: Trial) -> int | None:
    """The same from the call of the target on, without what fills free blocks and the items that it did not get.

    A function that writes a data set first may need more than reading it does, and has no part in the user's job.
    """
    called = itertools.dropwhile(lambda phase: phase.name != "create", trial.phases)
    highest = max((memory.high_water_bytes for memory in _memories(called, trial.batches)), default=None)
    return None if highest is None else highest - filled_bytes(trial) - _kept_bytes(trial)


def gained_after_first(trial: Trial) -> tuple[int, int]:
    """Batches from the first to the last settled reading of a trial, and the bytes that it retained more at the last.

    The whole tree counts, where there are child processes; nothing is known where some of them have ended by then.
    """
    first = settled_at_first(trial)
    last = trial.settled[-1] if trial.settled else None
    if first is None or last is None or len(alive(first)) != len(alive(last)):
        return 0, 0
    return last.batch - first.batch, last.retained_bytes - first.retained_bytes


def high_water_outside_batches(trial: Trial) -> int:
    """The highest VmRSS of the target's process, but for what rose while a batch was made after the first."""
    phases = [phase.memory.high_water_bytes for phase in trial.phases if phase.name not in _AFTER_FIRST]
    between = [memory for mark in trial.batches for memory in (mark.before_bytes, mark.memory.rss_bytes)]
    return max((*phases, *between), default=0)


def _memories(phases: Iterable[PhaseMark], batches: Iterable[BatchMark]) -> list[Memory]:
    return [phase.memory for phase in phases] + [batch.memory for batch in batches]


def batch_bytes(trials: list[Trial]) -> int | None:
    """The median size of a batch."""
    sizes = [mark.batch_bytes for trial in trials for mark in trial.batches if mark.batch_bytes is not None]
    return round(statistics.median(sizes)) if sizes else None


def batch_items(trials: list[Trial]) -> int | None:
    """The median number of items in a batch."""
    counts = [mark.batch_items for trial in trials for mark in trial.batches if mark.batch_items]
    return round(statistics.median(counts)) if counts else None


def n_batches(trial: Trial) -> int:
    """Batches that were measured."""
    return trial.batches[-1].last if trial.batches else 0
