"""Which line to name by who holds the memory: the line that fills what the path of references leads to."""

import math
from collections.abc import Callable, Iterator, Sequence

import msgspec

from genaudit.evidence.blame.sites import FEWEST_SHARE, Blame
from genaudit.evidence.project import Project
from genaudit.evidence.retention.lines import Place, places_of
from genaudit.evidence.retention.tree import Holding, Tree
from genaudit.model.marks import RetentionMark
from genaudit.model.recording import Recording, Trial

EXPLAINED = 2 / 3
"""From this share of what is to be explained on, the walk is enough, and nothing is traced."""


def blame_held_by(recording: Recording, project: Project, expected: Callable[[int], float]) -> Blame | None:
    """The line that fills what holds the memory after the first batch; ``None`` where the walks explain too little.

    Args:
        expected: Bytes to be explained at a size of the data set.
    """
    for trial, mark in walks(recording, "first"):
        blame = _best(recording, project, Tree(mark).holdings(), expected(trial.items or 0), grows=False)
        if blame is not None:
            return blame
    return None


def blame_grown(recording: Recording, project: Project, expected: Callable[[int], float]) -> Blame | None:
    """The line that adds to what grew from the first batch on; ``None`` where the walks explain too little.

    Args:
        expected: Bytes to be explained after so many batches more.
    """
    for first, last in pairs(recording):
        tree = Tree(last, before=first)
        blame = _best(recording, project, tree.holdings(), expected(last.batch - first.batch), grows=True)
        if blame is not None:
            return blame
    return None


def blame_between_calls(recording: Recording, project: Project, bytes_per_call: float) -> Blame | None:
    """The line that adds to what grew from call to call; ``None`` where the walks explain too little."""
    marks = [mark for _, mark in walks(recording, "call")]
    if len(marks) < 2:
        return None
    first, last = marks[0], marks[-1]
    expected = bytes_per_call * (last.batch - first.batch)
    holdings = Tree(last, before=first).holdings()
    # What a call leaves is put somewhere that outlives it: the outermost container says where.
    outer = [kept for holding in holdings if (kept := _up_to_container(holding)) is not None]
    return _best(recording, project, outer, expected, grows=True) or _best(
        recording, project, holdings, expected, grows=True
    )


def _up_to_container(holding: Holding) -> Holding | None:
    """The path as far as the outermost container on it."""
    for at, step in enumerate(holding.steps):
        if step.entries and step.name:
            return msgspec.structs.replace(holding, steps=holding.steps[: at + 1])
    return None


def walks(recording: Recording, at: str) -> Iterator[tuple[Trial, RetentionMark]]:
    """Walks that were made at a moment, the last trial's first."""
    for trial in reversed(recording.trials):
        for mark in trial.retention:
            if mark.at == at:
                yield trial, mark


def pairs(recording: Recording) -> Iterator[tuple[RetentionMark, RetentionMark]]:
    """Two walks of one process: the one after the first batch, and the last one after that."""
    for trial in reversed(recording.trials):
        for first in trial.retention:
            later = [mark for mark in trial.retention if mark.pid == first.pid and mark.batch > first.batch]
            if first.at == "first" and later:
                yield first, later[-1]


def _best(
    recording: Recording, project: Project, holdings: Sequence[Holding], expected: float, *, grows: bool
) -> Blame | None:
    """The holding that explains best, not the one that is largest: the batch itself may be larger than what is kept."""
    named = [holding for holding in holdings if holding.is_named and holding.bytes >= FEWEST_SHARE * expected]
    if not named or sum(holding.bytes for holding in named) < EXPLAINED * expected:
        return None
    if expected > 0:
        named.sort(key=lambda holding: abs(math.log(holding.bytes / expected)))
    for holding in named:
        blame = blame_holding(recording, project, holding, expected=expected, grows=grows)
        if blame is not None:
            return blame
    return None


def blame_holding(
    recording: Recording, project: Project, holding: Holding, *, expected: float = 0.0, grows: bool = False
) -> Blame | None:
    """The line that fills what a path leads to; ``None`` where it is in no file of the user's.

    Args:
        expected: Bytes to be explained.
        grows: Whether it became more while batches were pulled.
    """
    places = places_of(holding, project, recording.sources, grows=grows)
    if not places:
        return None
    place = _that_ran(recording, places)
    return Blame(
        path=place.path,
        line=place.line,
        function=project.function_at(place.path, place.line),
        n_bytes=holding.bytes,
        share=min(1.0, holding.bytes / expected) if expected > 0 else 1.0,
        is_only=len(places) == 1 or any(trial.sites for trial in recording.trials),
    )


def _that_ran(recording: Recording, places: Sequence[Place]) -> Place:
    """Of several lines the one that most of the memory was allocated below, where a trial has traced that."""
    if len(places) == 1:
        return places[0]
    held: dict[Place, int] = {}
    for trial in recording.trials:
        for mark in trial.sites:
            for site in mark.sites:
                for frame in site.frames:
                    place = Place(frame.path, frame.line)
                    held[place] = held.get(place, 0) + max(0, site.bytes)
    return max(places, key=lambda place: held.get(place, 0))
