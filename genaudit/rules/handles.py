"""Open files, threads and child processes that grow in number with batches."""

import itertools

from genaudit.evidence.blame.handles import blame_handles
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.handles import Left, left_by_epochs
from genaudit.evidence.slopes import theil_sen
from genaudit.evidence.trials import FEWEST_SIZES
from genaudit.model.catalogue import FILE_LEAK, PROCESS_LEAK, THREAD_LEAK, Pattern
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, compare, measured, not_applicable

# Counts are exact, but a pool may be caught with one more or less.
RESOLUTION = 0.5
LEAST_PER_ITEM = 1 / 256
"""Fewer are shards of a file, of which no data set has a thousand."""
STRAIGHT = 0.8
"""The flattest stretch between two sizes, by the steepest: counts are exact."""


@rule(code="GA502", name="file-leak", title="Open files grow in number", level=Level.ERROR)
def file_leak(evidence: Evidence, limits: Limits) -> Answer:
    """More files are open after every batch.

    Why it matters:
        A process may have about a thousand open files; then every open fails, hours into a training.

    How it is measured:
        The entries of /proc/self/fd at every settled reading, after a collection; and their number by the size of the
        data set, for files that are kept by path are all open when an epoch is over.

    What to do:
        with Image.open(path) as image: ...   A handle kept per item wants a bound.
    """
    answer = _judge(evidence, limits, "open_files", "files", FILE_LEAK)
    per_item = None if answer.verdict is Verdict.FAIL else _files_per_item(evidence, limits)
    if per_item is None:
        return answer
    counts = _files_by_size(evidence)
    sizes = sorted(counts)
    limit = evidence.recording.environment.open_files_limit
    end = "" if not limit else f"; ulimit -n ({limit:,}) ends it at about {round(limit / per_item):,} items"
    return answer.with_message(
        f"{per_item:.2g} open files for each item of the data set: {counts[sizes[0]]} at {sizes[0]:,} items, "
        f"{counts[sizes[-1]]} at {sizes[-1]:,}{end}",
        verdict=Verdict.FAIL,
        value=per_item,
        unit="per item",
        limit=LEAST_PER_ITEM,
        noise=None,
        blame=blame_handles(evidence, "open_files"),
        fix="Open each file where it is read, or bound how many stay open.",
    )


@rule(code="GA503", name="thread-leak", title="Threads grow in number", level=Level.ERROR)
def thread_leak(evidence: Evidence, limits: Limits) -> Answer:
    """More threads are alive after every batch.

    Why it matters:
        Each has a stack and keeps alive what it refers to; thousands end in "can't start new thread".

    How it is measured:
        The field Threads of /proc/self/status at every settled reading; over batches, and from epoch to epoch.

    What to do:
        One pool for all batches, or join each thread.
    """
    return _judge(evidence, limits, "threads", "threads", THREAD_LEAK)


@rule(code="GA504", name="process-leak", title="Child processes grow in number", level=Level.ERROR)
def process_leak(evidence: Evidence, limits: Limits) -> Answer:
    """More child processes exist after every batch, alive or not waited for.

    Why it matters:
        Each live one costs memory, each dead one that nobody waits for a place in the process table.

    How it is measured:
        The children of the target's process at every settled reading; over batches, and from epoch to epoch.

    What to do:
        One pool for all batches, or join each process; subprocess.run in place of Popen.
    """
    return _judge(evidence, limits, "children", "processes", PROCESS_LEAK)


def _files_by_size(evidence: Evidence) -> dict[int, int]:
    """The most files that are open in the first epoch, of the sizes that were driven to its end."""
    counts: dict[int, int] = {}
    for trial in evidence.steady:
        if trial.items and trial.epochs:
            most = max((mark.open_files for mark in trial.settled if mark.epoch <= 2), default=0)
            counts[trial.items] = max(counts.get(trial.items, 0), most)
    return counts


def _files_per_item(evidence: Evidence, limits: Limits) -> float | None:
    """Files that stay open for each item; ``None`` where they have a bound, which the largest size then shows."""
    counts = _files_by_size(evidence)
    sizes = sorted(counts)
    if len(sizes) < FEWEST_SIZES or counts[sizes[-1]] - counts[sizes[0]] < limits.fewest_handles:
        return None
    slopes = [(counts[b] - counts[a]) / (b - a) for a, b in itertools.pairwise(sizes)]
    # A pool that is full adds nothing from there on, and one that was filled in between adds less.
    return slopes[-1] if min(slopes) >= max(LEAST_PER_ITEM, STRAIGHT * max(slopes)) else None


def _judge(evidence: Evidence, limits: Limits, field: str, noun: str, pattern: Pattern) -> Answer:
    marks = evidence.settled
    if len(marks) < 3:
        return not_applicable("needs at least three settled readings: pull more batches with --batches")
    counts = [float(getattr(mark, field)) for mark in marks]
    line = theil_sen([float(mark.batch) for mark in marks], counts, resolution=RESOLUTION)
    if line is None:
        return not_applicable("needs readings after different batches")
    limit = limits.handles_per_batch
    verdict = compare(line.slope, limit)
    answer = measured(verdict, line.slope, "per batch", limit)
    gained_late = counts[-1] - counts[len(counts) // 2]
    if verdict is not Verdict.FAIL or counts[-1] - counts[0] < limits.fewest_handles or gained_late < 1:
        left = left_by_epochs(evidence.recording.trials, field)
        if left is not None and left.is_certain:
            return _left_by_epochs(evidence, answer, left, field, noun, pattern)
        message = f"from {counts[0]:.0f} to {counts[-1]:.0f} over {marks[-1].batch - marks[0].batch} batches"
        return answer.with_message(message, verdict=Verdict.PASS)
    return answer.with_message(
        f"{line.slope.value:.2g} more {noun} with every batch: {counts[0]:.0f} after the first, "
        f"{counts[-1]:.0f} after batch {marks[-1].batch}",
        blame=blame_handles(evidence, field),
        fix=pattern.fix,
    )


def _left_by_epochs(evidence: Evidence, answer: Answer, left: Left, field: str, noun: str, pattern: Pattern) -> Answer:
    """However long an epoch is: batches say little then."""
    return answer.with_message(
        f"{left.per_epoch:.2g} more {noun} with every epoch: {left.first} in the first, "
        f"{left.last} in epoch {max(left.counts)}",
        verdict=Verdict.FAIL,
        value=left.per_epoch,
        unit="per epoch",
        limit=0.0,
        noise=None,
        blame=blame_handles(evidence, field),
        fix=pattern.fix,
    )


def bytes_of_handles(evidence: Evidence, limits: Limits) -> float:
    """What handles that are not closed cost per batch by themselves: buffers, stacks. Their own rules report them."""
    marks = evidence.settled
    span = marks[-1].batch - marks[0].batch if len(marks) > 1 else 0
    if span <= 0:
        return 0.0
    files = (marks[-1].open_files - marks[0].open_files) / span
    threads = (marks[-1].threads - marks[0].threads) / span
    children = (marks[-1].children - marks[0].children) / span
    return (
        max(0.0, files) * limits.file_bytes
        + max(0.0, threads) * limits.thread_bytes
        + max(0.0, children) * limits.process_bytes
    )
