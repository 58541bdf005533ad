"""Which line to name for a finding: from who holds the memory, else from who allocated it.

Tracers are asked only where walks of references explain too little: native memory, and what C code keeps to itself.
"""

from genaudit.evidence.blame.handles import blame_handles
from genaudit.evidence.blame.native import (
    blame_owner,
    cache_stage,
    owner_at_first,
    owner_between_calls,
    owner_of_growth,
)
from genaudit.evidence.blame.paths import (
    EXPLAINED,
    blame_between_calls,
    blame_between_epochs,
    blame_grown,
    blame_held_at_end,
    blame_held_by,
    blame_later_epochs,
    blame_part_held,
)
from genaudit.evidence.blame.sites import (
    FEWEST_SHARE,
    Blame,
    Place,
    blame_growth,
    blame_held,
    blame_peak,
    blame_rise,
    by_own_line,
)
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.evidence.retention.tree import Holding
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
    owner = owner_at_first(evidence.recording, law.growing_part)
    native = blame_owner(evidence.recording, evidence.project, owner[0]) if owner is not None else None
    if native is not None:
        return native
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
    held = grown or blame_held_at_end(evidence.recording, evidence.project, bytes_per_batch)
    return held or _blame_owner_of_growth(evidence, bytes_per_batch) or _blame_traced(evidence, bytes_per_batch)


def blame_epochs(evidence: Evidence) -> Blame | None:
    """The line that adds to what grows from epoch to epoch, which a drive through one of them need not show."""
    by_walks = (blame_between_epochs, blame_later_epochs)
    found = (blame(evidence.recording, evidence.project) for blame in by_walks)
    return next(filter(None, found), None) or blame_batches(evidence, 0.0)


def blame_cache(evidence: Evidence) -> Blame | None:
    """The line that adds to what is full after an epoch; of a pipeline the stage that keeps one."""
    grown = blame_grown(evidence.recording, evidence.project, 0.0) or _blame_owner_of_growth(evidence, 0.0)
    stage = cache_stage(evidence.recording) if grown is None else None
    if stage is not None:
        grown = blame_owner(evidence.recording, evidence.project, stage[0])
    return grown or _blame_traced(evidence, 0.0)


def _blame_owner_of_growth(evidence: Evidence, bytes_per_batch: float) -> Blame | None:
    """The line that adds to what owns native memory; ``None`` where the memory is Python's own, as its tracer tells."""
    traced = _blame_traced(evidence, bytes_per_batch, ("tracemalloc",))
    if traced is not None and traced.share >= EXPLAINED and bytes_per_batch > 0:
        return None
    owner = owner_of_growth(evidence.recording, bytes_per_batch)
    if owner is None:
        return None
    return blame_owner(evidence.recording, evidence.project, owner[0]) or _blame_registering(evidence, owner[0])


def _blame_registering(evidence: Evidence, holding: Holding) -> Blame | None:
    """The line that makes what a library has a table of, such as figures: by Python's own tracer.

    The native memory behind may come later, on a line that draws.
    """
    if holding.steps[0].kind != "module":
        return None
    for mark, _ in _snapshots(evidence, "tracemalloc", "registered"):
        frames = (evidence.project.deepest(site.frames) for site in mark.sites)
        frame = next((frame for frame in frames if frame is not None and frame.function != "<module>"), None)
        if frame is not None:
            function = evidence.project.function_at(frame.path, frame.line)
            return Blame(
                path=frame.path, line=frame.line, function=function, n_bytes=holding.bytes, share=1.0, keeps=True
            )
    return None


def _blame_traced(evidence: Evidence, bytes_per_batch: float, engines: tuple[str, ...] = ENGINES) -> Blame | None:
    for engine in engines:
        firsts, lasts = _snapshots(evidence, engine, "first"), _snapshots(evidence, engine, "end")
        for (first, _), (last, _) in zip(firsts, lasts, strict=False):
            n_batches = max(1, last.batch - first.batch)
            let_go = _let_go(evidence, bytes_per_batch) if engine == "lines" else {}
            passing = {place: n_bytes * n_batches for place, n_bytes in let_go.items()}
            blame = blame_growth(evidence.project, first, last, bytes_per_batch * n_batches, passing)
            if blame is None and let_go and bytes_per_batch > 0:
                blame = blame_rise(evidence.project, last, bytes_per_batch, let_go)
            if blame is not None:
                return blame
    return None


def _let_go(evidence: Evidence, bytes_per_batch: float) -> dict[Place, int]:
    """Bytes that Python's own tracer saw from each line, and saw no more of at the end.

    By the memory of the process alone, a line that makes the batch seems to keep it where another line lets it go.
    """
    firsts, lasts = _snapshots(evidence, "tracemalloc", "first"), _snapshots(evidence, "tracemalloc", "end")
    for (first, _), (last, _) in zip(firsts, lasts, strict=False):
        before, after = by_own_line(evidence.project, first), by_own_line(evidence.project, last)
        grows = FEWEST_SHARE * bytes_per_batch * max(1, last.batch - first.batch)
        return {
            place: n_bytes for place, (n_bytes, _) in before.items() if after.get(place, (0, 0))[0] - n_bytes < grows
        }
    return {}


def blame_calls(evidence: Evidence, bytes_per_call: float) -> Blame | None:
    """The line that adds to what grows from call to call."""
    held = blame_between_calls(evidence.recording, evidence.project, bytes_per_call)
    owner = owner_between_calls(evidence.recording, bytes_per_call) if held is None else None
    return held or blame_owner(evidence.recording, evidence.project, owner)


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
