"""Which line to name for native memory: by what owns it, where walks of references account for too little of it."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from genaudit.evidence.blame.paths import (
    EXPLAINED,
    Stretch,
    blame_holding,
    call_walks,
    gained_by,
    gained_by_calls,
    stretches,
    to_explain_in,
)
from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.evidence.project import Project
from genaudit.evidence.retention.native import CACHE, FEWEST, SHUFFLE, owners_of_load, owners_that_grew, stage_of
from genaudit.evidence.retention.tree import Holding, held_by
from genaudit.model.marks import RetentionMark
from genaudit.model.recording import Recording, Trial
from genaudit.units import KIB

OF_BATCHES = 0.3
"""Objects for each batch: readers that are kept by path come in one epoch only."""
OF_CALLS = 0.5
LEAST_SHOWN = 256 * KIB
OF_AN_ITEM = 0.3


def owner_of_growth(recording: Recording, bytes_per_batch: float) -> tuple[Holding, Stretch] | None:
    """What owns the memory that came from the first batch on, and the walks that show it.

    Args:
        bytes_per_batch: To be explained; where it is 0, what the process itself retained more is.
    """
    for of_trial, unexplained in _unexplained(recording, bytes_per_batch):
        turns = of_trial[0].last.epoch - of_trial[0].first.epoch
        # An iterator is kept for each epoch, a reader for each batch of the first one.
        steps = min(of_trial[0].batches * OF_BATCHES, turns or math.inf)
        pairs = [(each.first, each.last) for each in of_trial]
        holding = owners_that_grew(pairs, unexplained, fewest=max(FEWEST, steps))
        if holding is not None:
            return holding, of_trial[0]
    return None


def owner_between_calls(recording: Recording, bytes_per_call: float) -> Holding | None:
    """What owns the memory that came with calls of the target."""
    walks = call_walks(recording)
    if walks is None:
        return None
    holdings, calls = gained_by_calls(recording)
    expected = bytes_per_call * calls
    explained = sum(held.bytes for held in holdings)
    if explained >= EXPLAINED * expected:
        return None
    return owners_that_grew([walks], expected - explained, fewest=max(2, OF_CALLS * calls))


def cache_stage(recording: Recording) -> tuple[Holding, Stretch] | None:
    """The stage of a pipeline that keeps an epoch, where memory came within one that nothing else accounts for."""
    for of_trial, unexplained in _unexplained(recording, 0.0):
        stage = stage_of(of_trial[0].last, CACHE)
        if stage is not None:
            return msgspec.structs.replace(stage, bytes=round(unexplained), grows=True), of_trial[0]
    return None


def owner_at_first(recording: Recording, expected: Callable[[int], float]) -> tuple[Holding, Trial] | None:
    """What owns what is held after the first batch: a shuffle buffer, or readers that are opened ahead."""
    return _shuffle_stage(recording, expected) or owner_of_load(recording, expected)


def _shuffle_stage(recording: Recording, expected: Callable[[int], float]) -> tuple[Holding, Trial] | None:
    """The shuffle buffer that holds a whole data set after the first batch, by what the pipeline says of its size."""
    for trial, items, mark, unexplained in _unexplained_at_first(recording, expected):
        buffer = trial.driver.buffer_items if trial.driver is not None else None
        stage = stage_of(mark, SHUFFLE) if buffer is not None and buffer >= items else None
        if stage is not None:
            return msgspec.structs.replace(stage, bytes=round(unexplained)), trial
    return None


def owner_of_load(recording: Recording, expected: Callable[[int], float]) -> tuple[Holding, Trial] | None:
    """What owns what is held after the first batch, where there is one for each item: readers that are opened ahead."""
    for trial, items, mark, unexplained in _unexplained_at_first(recording, expected):
        holding = owners_of_load(mark, unexplained, items)
        if holding is not None:
            return holding, trial
    return None


def _unexplained_at_first(
    recording: Recording, expected: Callable[[int], float]
) -> Iterator[tuple[Trial, int, RetentionMark, float]]:
    """Trials, the latest first, whose walk after the first batch explains too little; their items, and the bytes."""
    for trial in reversed(recording.trials):
        marks = [mark for mark in trial.retention if mark.batch == 1 and mark.at != "call" and not mark.pid]
        if marks and trial.items:
            to_explain = expected(trial.items)
            unexplained = to_explain - sum(held.bytes for held in held_by(marks))
            if unexplained > (1 - EXPLAINED) * to_explain:
                yield trial, trial.items, marks[0], unexplained


def table_of_library(recording: Recording, project: Project, bytes_per_batch: float) -> list[str]:
    """What leads to the table of a library's that gains an entry with each batch; empty where there is none.

    Returns:
        The name of a module, then those of attributes.
    """
    owner = owner_of_growth(recording, bytes_per_batch)
    if owner is None or owner[0].steps[0].kind != "module" or blame_owner(recording, project, owner[0]) is not None:
        return []
    steps = owner[0].steps
    upto = next((at for at, step in enumerate(steps) if step is owner[0].container), 0)
    names = [step.name for step in steps[: upto + 1]]
    return names if len(names) > 1 and all(names) else []


class NativeOwner(NamedTuple):
    """What owns native memory, for the report."""

    holding: Holding
    batches: int
    """Between the walks that show it; 0 where it does not grow with batches."""
    epochs: int | None
    retained: int
    """By all of the process at the second walk."""


def native_owner(evidence: Evidence) -> NativeOwner | None:
    """What owns the memory that no object accounts for, where it is worth a line of the report."""
    owner = owner_of_growth(evidence.recording, 0.0)
    if owner is None and _is_filled(evidence.epoch_law, evidence.item_bytes):
        owner = cache_stage(evidence.recording)
    if owner is not None and owner[0].bytes >= LEAST_SHOWN:
        holding, stretch = owner
        epochs = stretch.last.epoch - stretch.first.epoch if stretch.trial.epochs_asked else None
        return NativeOwner(holding, stretch.batches, epochs, round(_gained(list(stretches(stretch.trial)))))
    law = evidence.first_law
    if law is not None and _is_filled(law, evidence.item_bytes):
        stage = owner_at_first(evidence.recording, law.growing_part)
        if stage is not None and stage[0].bytes >= LEAST_SHOWN:
            return NativeOwner(stage[0], 0, None, stage[0].bytes)
    return _owner_by_calls(evidence)


def _owner_by_calls(evidence: Evidence) -> NativeOwner | None:
    growth = evidence.call_growth
    if growth is None or growth.per_call.low < LEAST_SHOWN:
        return None
    holding = owner_between_calls(evidence.recording, growth.per_call.value)
    return NativeOwner(holding, 0, None, holding.bytes) if holding is not None else None


def _is_filled(law: LawFit | None, item_bytes: float | None) -> bool:
    """Whether memory grows with the data set by a good part of an item."""
    return law is not None and item_bytes is not None and law.per_item.low > OF_AN_ITEM * item_bytes


def blame_owner(recording: Recording, project: Project, holding: Holding | None) -> Blame | None:
    """The line that fills what holds the owner, or that made it."""
    if holding is None:
        return None
    return blame_holding(recording, project, holding, expected=holding.bytes, grows=holding.grows)


def _unexplained(recording: Recording, bytes_per_batch: float) -> Iterator[tuple[list[Stretch], float]]:
    """Walks of trials, the latest first, that explain too little, and the bytes of no object that was found."""
    for trial in reversed(recording.trials):
        of_trial = list(stretches(trial))
        if not of_trial:
            continue
        expected = to_explain_in(of_trial[0], bytes_per_batch) if bytes_per_batch > 0 else _gained(of_trial)
        explained = sum(held.bytes for held in gained_by(of_trial))
        if explained < EXPLAINED * expected and expected > explained:
            yield of_trial, expected - explained


def _gained(of_trial: list[Stretch]) -> float:
    """What the walked processes retained more at their second walks: the target's own, and its workers by PSS."""
    gained = 0
    for each in of_trial:
        if not each.first.pid:
            gained += each.gained_bytes
            continue
        then = {mark.batch: mark.tree.get(str(each.first.pid)) for mark in each.trial.settled}
        before, after = then.get(each.first.batch), then.get(each.last.batch)
        gained += max(0, after - before) if before and after else 0
    return gained
