"""How many items there are, where a function of the size n was asked for more than it has.

``def data(n): return {"paths": sorted(glob("*.jpg"))[:n]}`` returns all files there are for any larger n. Memory that
does not grow from there on is no bound of the target's.
"""

import re
from collections.abc import Sequence

import msgspec

from genaudit.evidence import readings
from genaudit.model.recording import Trial

Counts = list[tuple[int, int]]
"""Items asked for, and items counted, by trial."""
MAKERS = {"function", "number", "words"}
"""Kinds of data sets that are asked for by a number, of a function or in the words of a script: genaudit cut nothing,
and there may be fewer items."""


def available_items(trials: Sequence[Trial]) -> int | None:
    """The most items that a function gave in trials that asked for more; ``None`` where it always gave what was asked.

    The length of an argument shows it, where that length is the size asked for as far as there are so many items. Else
    an epoch that ended by itself does, by the items of its batches; but not where an argument was as long as was asked
    for: then it is the target whose epochs have so many steps and no more.
    """
    made = [trial for trial in trials if trial.arguments is not None and trial.arguments.dataset_kind in MAKERS]
    names = {name for trial in made if trial.arguments for name in trial.arguments.lengths}
    limits = [_limit(_by_length(made, name), within=0) for name in sorted(names)]
    by_epoch = _limit(_by_epoch(made), within=(readings.batch_items(made) or 1) - 1)
    if by_epoch is not None and not any(_is_as_long(trial) for trial in made if (trial.items or 0) > by_epoch):
        limits.append(by_epoch)
    return next((limit for limit in limits if limit is not None), None)


def _is_as_long(trial: Trial) -> bool:
    """Whether an argument is as long as was asked for."""
    return trial.arguments is not None and trial.items in trial.arguments.lengths.values()


def gives_all(trial: Trial) -> bool:
    """Whether a trial certainly had as many items as it asked for: genaudit cut the data, or a length shows it."""
    mark = trial.arguments
    if mark is None or trial.items is None:
        return False
    if mark.dataset_kind not in MAKERS or _is_as_long(trial):
        return True
    if mark.dataset_kind == "number":
        # That the number is handed on shows nothing: it was the user's.
        return False
    # The number itself is handed on, or a list of so many.
    number = rf"(?:\w+ of )?{trial.items}"
    return any(re.fullmatch(number, text.replace(",", "")) for text in mark.arguments.values())


def has_all(trial: Trial) -> bool:
    """The same, or a whole epoch of it had as many items, or has by the length that the source gives itself."""
    if gives_all(trial):
        return True
    usual = readings.batch_items([trial]) or 1
    batches = trial.driver.epoch_batches if trial.driver is not None else None
    if batches and trial.items is not None and usual * (batches - 1) < trial.items <= usual * batches:
        return True
    return any(counted > asked - usual for asked, counted in _by_epoch([trial]))


def went_through(trial: Trial) -> bool:
    """Whether as many items as were asked for were pulled in a first epoch.

    They were there where the iterators of the target end by themselves: others begin anew.
    """
    usual = readings.batch_items([trial]) or 1
    return trial.items is not None and bool(trial.epochs) and trial.epochs[0].batches * usual > trial.items - usual


def goes_on(trials: Sequence[Trial], items: int) -> bool:
    """Whether a function gave more for a larger size than for this one: longer lists, or a file with more in it."""
    longest: dict[str, int] = {}
    beyond: dict[str, int] = {}
    for trial in trials:
        if trial.items is None or trial.arguments is None:
            continue
        lengths = longest if trial.items <= items else beyond
        given = {**trial.arguments.files, **trial.arguments.lengths}
        for name, length in given.items():
            lengths[name] = max(length, lengths.get(name, 0))
    return any(length > longest[name] for name, length in beyond.items() if name in longest)


def limited(trial: Trial, available: int) -> Trial:
    """The trial as one of the items that there were."""
    if trial.items is None or trial.arguments is None or trial.items <= available:
        return trial
    arguments = msgspec.structs.replace(
        trial.arguments, items=available, dataset_items=min(trial.arguments.dataset_items or available, available)
    )
    return msgspec.structs.replace(trial, items=available, arguments=arguments)


def _limit(counts: Counts, *, within: int) -> int | None:
    """What the counts end at, where they are what was asked for below and the same above.

    Args:
        within: How much less may be counted: some leave out a last batch that is not full.
    """
    if not counts:
        return None
    most = max(counted for _, counted in counts)
    below = [(asked, counted) for asked, counted in counts if asked <= most + within]
    above = [(asked, counted) for asked, counted in counts if asked > most + within]
    follows = all(asked - within <= counted <= asked for asked, counted in below)
    return most if below and above and follows and all(counted == most for _, counted in above) else None


def _by_length(trials: Sequence[Trial], name: str) -> Counts:
    return [
        (trial.items, trial.arguments.lengths[name])
        for trial in trials
        if trial.items is not None and trial.arguments is not None and name in trial.arguments.lengths
    ]


def _by_epoch(trials: Sequence[Trial]) -> Counts:
    counts = []
    usual = readings.batch_items(list(trials)) or 1
    for trial in trials:
        for ended in trial.epochs[:1]:
            if trial.items is None or not ended.natural or ended.epoch != 1:
                continue
            last = [mark.batch_items for mark in trial.settled if mark.batch == ended.batches]
            last += [mark.batch_items for mark in trial.batches if mark.last == ended.batches]
            # The last may be a small one; where nobody looked, it is as good as the others.
            smallest = min((n_items for n_items in last if n_items is not None), default=usual)
            counts.append((trial.items, (ended.batches - 1) * usual + smallest))
    return counts
