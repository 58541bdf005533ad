"""Which line to name for a finding: from who holds the memory, else from who allocated it.

Tracers are asked only where walks of references explain too little: native memory, and what C code keeps to itself.
"""

from genaudit.evidence.blame.handles import blame_handles
from genaudit.evidence.blame.paths import blame_between_calls, blame_grown, blame_held_by, blame_part_held
from genaudit.evidence.blame.sites import Blame, blame_growth, blame_held, blame_peak
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.model.marks import SitesMark

ENGINES = ("memray", "tracemalloc", "lines")
"""In the order of how much they see: memray sees what tracemalloc does, and what native code takes."""


def blame_first(evidence: Evidence, law: LawFit) -> Blame | None:
    """The line that holds what is retained after the first batch.

    Args:
        law: What is expected at the size that was traced.
    """
    held_by = blame_held_by(evidence.recording, evidence.project, law.growing_part)
    if held_by is not None:
        return held_by
    for engine in ENGINES:
        for mark, items in _snapshots(evidence, engine, "first"):
            blame = blame_held(evidence.project, mark, law.growing_part(items))
            if blame is not None:
                return blame
    return None


def blame_first_or_part(evidence: Evidence, law: LawFit) -> Blame | None:
    """The same, when all has been asked: else the line of a part of the memory, which keeps the rest around it."""
    return blame_first(evidence, law) or blame_part_held(evidence.recording, evidence.project, law.growing_part)


def blame_workers(evidence: Evidence, law: LawFit) -> Blame | None:
    """The line that fills the child processes, or that fills this one with what they copy; else where they start."""
    return blame_first(evidence, law) or blame_handles(evidence, "children")


def blame_batches(evidence: Evidence, bytes_per_batch: float) -> Blame | None:
    """The line that adds to what grows; where walks of references do not tell, the line that allocated it."""
    grown = blame_grown(evidence.recording, evidence.project, bytes_per_batch)
    if grown is not None:
        return grown
    for engine in ENGINES:
        firsts, lasts = _snapshots(evidence, engine, "first"), _snapshots(evidence, engine, "end")
        for (first, _), (last, _) in zip(firsts, lasts, strict=False):
            expected = bytes_per_batch * max(1, last.batch - first.batch)
            blame = blame_growth(evidence.project, first, last, expected)
            if blame is not None:
                return blame
    return None


def blame_calls(evidence: Evidence, bytes_per_call: float) -> Blame | None:
    """The line that adds to what grows from call to call."""
    return blame_between_calls(evidence.recording, evidence.project, bytes_per_call)


def blame_spike(evidence: Evidence, transient_bytes: float) -> Blame | None:
    """The line in which memory rises highest."""
    for mark, _ in _snapshots(evidence, "lines", "end"):
        blame = blame_peak(evidence.project, mark, transient_bytes)
        if blame is not None:
            return blame
    return None


def _snapshots(evidence: Evidence, engine: str, at: str) -> list[tuple[SitesMark, int]]:
    """Snapshots with the size of the data set that they were taken at."""
    return [
        (mark, trial.items or 0)
        for trial in evidence.recording.trials
        for mark in trial.sites
        if mark.engine == engine and mark.at == at
    ]
