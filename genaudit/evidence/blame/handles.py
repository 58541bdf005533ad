"""The line that opens a file, starts a thread or a process, from the calls that the child saw."""

from genaudit.evidence.blame.native import blame_owner, owner_of_growth, owner_of_load
from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence

ALIKE = 0.6
"""Of objects and of handles, from this share on they may be the same."""


def blame_handles(evidence: Evidence, field: str) -> Blame | None:
    """The user's line that most handles of a kind came from."""
    calls: dict[tuple[str, int], int] = {}
    for trial in evidence.recording.trials:
        for mark in trial.sites:
            if mark.engine != f"handles:{field}":
                continue
            for site in mark.sites:
                frame = evidence.project.deepest(site.frames)
                if frame is not None:
                    calls[frame.path, frame.line] = calls.get((frame.path, frame.line), 0) + site.blocks
    if not calls:
        return _of_native_owner(evidence, field)
    (path, line), n_calls = max(calls.items(), key=lambda item: item[1])
    return Blame(
        path=path,
        line=line,
        function=evidence.project.function_at(path, line),
        n_bytes=0,
        share=n_calls / sum(calls.values()),
    )


def _of_native_owner(evidence: Evidence, field: str) -> Blame | None:
    """Where a library in C opened them, and nobody saw it: the line that fills what keeps as many objects of it."""
    owner = owner_of_growth(evidence.recording, 0.0)
    if owner is None:
        return _of_readers_opened_ahead(evidence, field)
    holding, stretch = owner
    counts = {mark.batch: getattr(mark, field) for mark in stretch.trial.settled}
    gained = counts.get(stretch.last.batch, 0) - counts.get(stretch.first.batch, 0)
    if not ALIKE * gained <= holding.entries <= gained / ALIKE:
        return None
    return blame_owner(evidence.recording, evidence.project, holding)


def _of_readers_opened_ahead(evidence: Evidence, field: str) -> Blame | None:
    """The same where a constructor opened one for each item."""
    law = evidence.first_law
    owner = owner_of_load(evidence.recording, law.growing_part) if law is not None else None
    if owner is None:
        return None
    holding, trial = owner
    handles = max((getattr(mark, field) for mark in trial.settled if mark.batch == 1), default=0)
    if handles < ALIKE * holding.entries:
        return None
    return blame_owner(evidence.recording, evidence.project, holding)
