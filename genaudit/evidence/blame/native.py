"""Which line to name for native memory: by what owns it, where walks of references account for too little of it."""

import math
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from genaudit.evidence.blame.paths import EXPLAINED, Stretch, blame_holding, gained_by, stretches, to_explain_in
from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.evidence.project import Project
from genaudit.evidence.retention.native import FEWEST, owners_of_load, owners_that_grew, stage_of
from genaudit.evidence.retention.tree import Holding, Tree, held_by
from genaudit.model.recording import Recording, Trial
from genaudit.units import KIB

OF_BATCHES = 0.3
"""Objects for each batch: readers that are kept by path come in one epoch only."""
OF_CALLS = 0.5
LEAST_SHOWN = 256 * KIB
OF_AN_ITEM = 0.3
CACHE, SHUFFLE = "CacheDataset", "ShuffleDataset"
"""Stages of pipelines of TensorFlow that keep what passes through them."""


def owner_of_growth(recording: Recording, bytes_per_batch: float) -> tuple[Holding, Stretch] | None:
    """What owns the memory that came from the first batch on, and the walks that show it.

    Args:
        bytes_per_batch: To be explained; where it is 0, what the process itself retained more is.
    """
    for trial in reversed(recording.trials):
        of_trial = list(stretches(trial))
        unexplained = _unexplained(of_trial, bytes_per_batch)
        if unexplained <= 0:
            continue
        turns = of_trial[0].last.epoch - of_trial[0].first.epoch
        # An iterator is kept for each epoch, a reader for each batch of the first one.
        steps = min(of_trial[0].batches * OF_BATCHES, turns or math.inf)
        pairs = [(each.first, each.last) for each in of_trial]
        holding = owners_that_grew(pairs, unexplained, fewest=max(FEWEST, steps))
        if holding is not None:
            return holding, of_trial[0]
    return None


def owner_between_calls(trial: Trial, bytes_per_call: float) -> Holding | None:
    """What owns the memory that came with calls of the target."""
    marks = [mark for mark in trial.retention if mark.at == "call"]
    if len(marks) < 2:
        return None
    first, last = marks[0], marks[-1]
    calls = last.batch - first.batch
    expected = bytes_per_call * calls
    explained = sum(held.bytes for held in Tree(last, before=first).holdings())
    if explained >= EXPLAINED * expected:
        return None
    return owners_that_grew([(first, last)], expected - explained, fewest=max(2, OF_CALLS * calls))


def cache_stage(recording: Recording) -> tuple[Holding, Stretch] | None:
    """The stage of a pipeline that keeps an epoch, where memory came within one that nothing else accounts for."""
    for trial in reversed(recording.trials):
        of_trial = list(stretches(trial))
        unexplained = _unexplained(of_trial, 0.0)
        stage = stage_of(of_trial[0].last, CACHE) if unexplained > 0 else None
        if stage is not None:
            return msgspec.structs.replace(stage, bytes=round(unexplained), grows=True), of_trial[0]
    return None


def shuffle_stage(recording: Recording, expected: Callable[[int], float]) -> tuple[Holding, Trial] | None:
    """The shuffle buffer that holds a whole data set after the first batch, by what the pipeline says of its size."""
    for trial in reversed(recording.trials):
        buffer = trial.driver.buffer_items if trial.driver is not None else None
        marks = [mark for mark in trial.retention if mark.batch == 1 and mark.at != "call" and not mark.pid]
        if not marks or not trial.items or buffer is None or buffer < trial.items:
            continue
        unexplained = expected(trial.items) - sum(held.bytes for held in held_by(marks))
        stage = stage_of(marks[0], SHUFFLE)
        if stage is not None and unexplained > (1 - EXPLAINED) * expected(trial.items):
            return msgspec.structs.replace(stage, bytes=round(unexplained)), trial
    return None


def owner_of_load(recording: Recording, expected: Callable[[int], float]) -> tuple[Holding, Trial] | None:
    """What owns what is held after the first batch, where there is one for each item: readers that are opened ahead."""
    for trial in reversed(recording.trials):
        marks = [mark for mark in trial.retention if mark.batch == 1 and mark.at != "call" and not mark.pid]
        if not marks or not trial.items:
            continue
        unexplained = expected(trial.items) - sum(held.bytes for held in held_by(marks))
        if unexplained > (1 - EXPLAINED) * expected(trial.items):
            holding = owners_of_load(marks[0], unexplained, trial.items)
            if holding is not None:
                return holding, trial
    return None


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
        stage = shuffle_stage(evidence.recording, law.growing_part) or owner_of_load(
            evidence.recording, law.growing_part
        )
        if stage is not None and stage[0].bytes >= LEAST_SHOWN:
            return NativeOwner(stage[0], 0, None, stage[0].bytes)
    return _owner_by_calls(evidence)


def _owner_by_calls(evidence: Evidence) -> NativeOwner | None:
    growth = evidence.call_growth
    trial = next((trial for trial in evidence.recording.trials if trial.calls), None)
    if growth is None or trial is None or growth.per_call.low < LEAST_SHOWN:
        return None
    holding = owner_between_calls(trial, growth.per_call.value)
    return NativeOwner(holding, 0, None, holding.bytes) if holding is not None else None


def _is_filled(law: LawFit | None, item_bytes: float | None) -> bool:
    """Whether memory grows with the data set by a good part of an item."""
    return law is not None and item_bytes is not None and law.per_item.low > OF_AN_ITEM * item_bytes


def blame_owner(recording: Recording, project: Project, holding: Holding | None) -> Blame | None:
    """The line that fills what holds the owner, or that made it."""
    if holding is None:
        return None
    return blame_holding(recording, project, holding, expected=holding.bytes, grows=holding.grows)


def _unexplained(of_trial: list[Stretch], bytes_per_batch: float) -> float:
    """Bytes that came between two walks and are of no object that was found; 0 where the walks explain enough."""
    if not of_trial:
        return 0.0
    expected = to_explain_in(of_trial[0], bytes_per_batch) if bytes_per_batch > 0 else _gained(of_trial)
    explained = sum(held.bytes for held in gained_by(of_trial))
    return expected - explained if explained < EXPLAINED * expected else 0.0


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
