"""Which line to name by who holds the memory: the line that fills what the path of references leads to."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.blame.sites import FEWEST_SHARE, Blame
from genaudit.evidence.project import Project
from genaudit.evidence.retention.lines import Place, places_of
from genaudit.evidence.retention.tree import Holding, Tree, beyond, held_by, together
from genaudit.model.marks import HandedMark, RetentionMark
from genaudit.model.recording import Recording, Trial

EXPLAINED = 2 / 3
"""From this share of what is to be explained on, the walk is enough, and nothing is traced."""
MOST_EXPLAINED = 1.5
"""What holds more than so many times what is to be explained is something else."""
LEAST_PART = 0.1
"""What is held by name says who keeps the memory around it, where nothing else does and it is so much of that."""
BELIEVED = 0.3
"""A reading that gained less than this share of what the rate says was disturbed: free blocks were used again."""


class Stretch(NamedTuple):
    """Two walks of one process: after the first batch, and the last one after that."""

    trial: Trial
    first: RetentionMark
    last: RetentionMark

    @property
    def batches(self) -> int:
        """Batches between them."""
        return self.last.batch - self.first.batch

    @property
    def gained_bytes(self) -> int:
        """What the target's own process retained more at the second, by the settled readings beside the walks."""
        then = {mark.batch: mark.own_bytes for mark in self.trial.settled}
        before, after = then.get(self.first.batch), then.get(self.last.batch)
        return max(0, after - before) if before and after else 0


def blame_held_by(recording: Recording, project: Project, expected: Callable[[int], float]) -> Blame | None:
    """The line that fills what holds the memory after the first batch; ``None`` where the walks explain too little.

    Args:
        expected: Bytes to be explained at a size of the data set.
    """
    for trial in reversed(recording.trials):
        holdings, to_explain = _at_first(trial, expected)
        blame = _blame(recording, project, holdings, to_explain, grows=False)
        if blame is not None:
            return blame
    return None


def blame_part_held(recording: Recording, project: Project, expected: Callable[[int], float]) -> Blame | None:
    """The line that fills most of what is held by name, though that is a small part of the memory.

    The rest is in free blocks between: so it is with a table of many columns that is put together of small parts.

    Args:
        expected: Bytes to be explained at a size of the data set.
    """
    for trial in reversed(recording.trials):
        holdings, to_explain = _at_first(trial, expected)
        held = max(holdings, key=lambda holding: holding.bytes, default=None)
        if held is None or held.bytes < max(1.0, LEAST_PART * to_explain):
            continue
        if held.bytes >= EXPLAINED * sum(each.bytes for each in holdings):
            return blame_holding(recording, project, held, expected=to_explain)
    return None


def blame_grown(recording: Recording, project: Project, bytes_per_batch: float) -> Blame | None:
    """The line that adds to what grew from the first batch on; ``None`` where the walks explain too little.

    Args:
        bytes_per_batch: To be explained; where it is 0, what the process itself retained more is.
    """
    for trial in reversed(recording.trials):
        of_trial = list(stretches(trial))
        if not of_trial:
            continue
        blame = _blame(recording, project, gained_by(of_trial), to_explain_in(of_trial[0], bytes_per_batch), grows=True)
        if blame is not None:
            return blame
    return None


def blame_later_epochs(recording: Recording, project: Project) -> Blame | None:
    """The line that fills what holds as much at the end of a drive as came after its first epoch.

    One walk is enough for that: what was there by the end of an epoch is no part of it.
    """
    for trial in reversed(recording.trials):
        for mark in trial.retention:
            added = readings.added_by_later_epochs(trial, mark.batch) if not mark.pid else None
            if added is None or added <= 0:
                continue
            held = [each for each in Tree(mark).holdings() if EXPLAINED <= each.bytes / added <= 1 / EXPLAINED]
            # Several of what an epoch leaves are in something; one alone is what the last epoch has.
            held = [_down_to_container(each) or each for each in held]
            blame = _blame(recording, project, held, added, grows=True)
            if blame is not None:
                return blame
    return None


def blame_between_epochs(recording: Recording, project: Project) -> Blame | None:
    """The line that puts what an epoch leaves where it outlives it; ``None`` where the walks explain too little.

    As between calls: each epoch of a generator is one.
    """
    for trial in reversed(recording.trials):
        of_trial = [each for each in stretches(trial) if each.last.epoch > each.first.epoch]
        outer = [kept for holding in gained_by(of_trial) if (kept := _up_to_container(holding)) is not None]
        blame = _blame(recording, project, outer, to_explain_in(of_trial[0], 0.0), grows=True) if outer else None
        if blame is not None:
            return blame
    return None


def blame_held_at_end(recording: Recording, project: Project, bytes_per_batch: float) -> Blame | None:
    """The line that fills what holds about all that grew, when the drive that was asked for was over.

    Shorter drives may not have come to where it is put: after an epoch, or every so many batches.

    Args:
        bytes_per_batch: The growth to be explained.
    """
    clean = (trial for trial in reversed(recording.trials) if trial.kind == "clean")
    walks = (mark for trial in clean for mark in reversed(trial.retention) if mark.at == "end" and not mark.pid)
    walk = next(walks, None)
    if walk is None or bytes_per_batch <= 0:
        return None
    expected = bytes_per_batch * (walk.batch - 1)
    for holding in held_by([walk]):
        kept = _up_to_container(holding)
        if kept is not None and EXPLAINED * expected <= holding.bytes <= MOST_EXPLAINED * expected:
            return blame_holding(recording, project, kept, expected=expected, grows=True)
    return None


def blame_between_calls(recording: Recording, project: Project, bytes_per_call: float) -> Blame | None:
    """The line that adds to what grew from call to call; ``None`` where the walks explain too little."""
    holdings, calls = gained_by_calls(recording)
    expected = bytes_per_call * calls
    # What a call leaves is put somewhere that outlives it: the outermost container says where.
    outer = [kept for holding in holdings if (kept := _up_to_container(holding)) is not None]
    blame = _blame(recording, project, outer, expected, grows=True)
    return blame or _blame(recording, project, holdings, expected, grows=True)


def gained_by_calls(recording: Recording) -> tuple[list[Holding], int]:
    """The paths to what stayed of calls of the target, and of how many calls."""
    walks = call_walks(recording)
    if walks is None:
        return [], 0
    first, last = walks
    return Tree(last, before=first).holdings(), last.batch - first.batch


def call_walks(recording: Recording) -> tuple[RetentionMark, RetentionMark] | None:
    """The first and the last walk between calls of the target; ``None`` where there are no two."""
    marks = next(
        ([mark for mark in trial.retention if mark.at == "call"] for trial in recording.trials if trial.calls), []
    )
    return (marks[0], marks[-1]) if len(marks) > 1 else None


def _up_to_container(holding: Holding) -> Holding | None:
    """The path as far as the outermost container on it."""
    for at, step in enumerate(holding.steps):
        if step.entries and step.name:
            # What grows may be a list in a table of a few: CALLBACKS["epoch"].
            grown = next((place for place, each in enumerate(holding.steps) if each is holding.container), at)
            return msgspec.structs.replace(holding, steps=holding.steps[: max(at, grown) + 1])
    return None


def _down_to_container(holding: Holding) -> Holding | None:
    """The path as far as the last container on it that has several entries."""
    places = [at for at, step in enumerate(holding.steps) if step.name and (step.entries or 0) > 1]
    return msgspec.structs.replace(holding, steps=holding.steps[: places[-1] + 1]) if places else None


def to_explain_in(stretch: Stretch, bytes_per_batch: float) -> float:
    """Bytes by the rate, or what was really retained more in so few batches, where that is less."""
    by_rate, gained = bytes_per_batch * stretch.batches, float(stretch.gained_bytes)
    if by_rate <= 0:
        return gained
    return gained if BELIEVED * by_rate <= gained < by_rate else by_rate


def stretches(trial: Trial) -> Iterator[Stretch]:
    """For each process of a trial, two walks between which something may have grown; the target's own first."""
    for first in sorted(trial.retention, key=lambda mark: mark.pid):
        later = [mark for mark in trial.retention if mark.pid == first.pid and mark.batch > first.batch]
        if first.at == "first" and later:
            yield Stretch(trial, first, later[-1])


def gained_by(of_trial: Sequence[Stretch]) -> list[Holding]:
    """The paths to what the processes of a trial gained, between two walks of each."""
    return together([held for each in of_trial for held in Tree(each.last, before=each.first).holdings()])


def holding_at_first(recording: Recording, expected: Callable[[int], float]) -> tuple[Holding, int] | None:
    """What explains best what is held after the first batch, and the items that it is held of.

    What the smallest data set has of it as well is left out: an image that the first batch has left in one of many
    files belongs to no other file.

    Args:
        expected: Bytes to be explained at a size of the data set.
    """
    for trial in reversed(recording.trials):
        holdings, to_explain = _at_first(trial, expected)
        if sum(held.bytes for held in holdings) >= EXPLAINED * to_explain:
            for held in holdings:
                if held.bytes >= FEWEST_SHARE * to_explain:
                    return _beyond_smallest(recording, held, trial.items or 0)
    return None


def _beyond_smallest(recording: Recording, held: Holding, items: int) -> tuple[Holding, int]:
    """What is held of the items that the smallest data set lacks; all, where that has nothing of the kind."""
    smaller = [(trial.items, trial) for trial in recording.trials if trial.items and trial.items < items]
    if not smaller:
        return held, items
    fewest, smallest = min(smaller, key=lambda pair: pair[0])
    holdings, _ = _at_first(smallest, lambda _: 0.0)
    rest = beyond(held, holdings)
    return (held, items) if rest is None else (rest, items - fewest)


def _at_first(trial: Trial, expected: Callable[[int], float]) -> tuple[list[Holding], float]:
    """What a trial held after its first batch, what explains best before what is largest; and what is to be explained.

    A buffer of batches may be larger than what is looked for.
    """
    marks = [mark for mark in trial.retention if mark.batch == 1 and mark.at != "call"]
    holdings = held_by(marks)
    to_explain = expected(trial.items or 0)
    if to_explain > 0:
        holdings.sort(key=lambda holding: abs(math.log(max(1, holding.bytes) / to_explain)))
    return holdings, to_explain


def _blame(
    recording: Recording, project: Project, holdings: Sequence[Holding], to_explain: float, *, grows: bool
) -> Blame | None:
    """The first holding with a line, of those that explain a good part; ``None`` where all of them leave too much."""
    named = [held for held in holdings if held.bytes > 0 and held.bytes >= FEWEST_SHARE * to_explain]
    if sum(held.bytes for held in holdings) < EXPLAINED * to_explain:
        return None
    for holding in named:
        blame = blame_holding(recording, project, holding, expected=to_explain, grows=grows)
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
        keeps=True,
    )


def blame_handed(handed: HandedMark | None, holding: Holding) -> Blame | None:
    """The line on which a script hands over a source of a library that holds the data: there it was given them.

    Args:
        handed: What the script handed over, and was driven.
        holding: What holds the data.
    """
    if handed is None or not handed.path or holding.steps[0].kind != "source":
        return None
    return Blame(
        path=handed.path,
        line=handed.line,
        function=handed.function,
        n_bytes=holding.bytes,
        share=1.0,
        is_only=False,
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
