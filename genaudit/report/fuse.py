"""What measuring found and what reading suspects, made one: they confirm each other, or measuring wins."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from genaudit.evidence.evidence import Evidence
from genaudit.lint.reach import expression_of
from genaudit.lint.target import StaticFinding as Suspicion
from genaudit.lint.target import StaticFindings as Reading
from genaudit.lint.target import read
from genaudit.model.advice import sketched
from genaudit.model.outcome import EvidenceKind, Level, Location, Outcome, Verdict
from genaudit.report.answered import Finding, answered

TOLD_BY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("GA101", "GA102", "GA103"), ("GA101",)),
    "GA104": ("GA104", "GA101"),
    "GA201": ("GA201", "GA202", "GA203"),
    "GA203": ("GA203", "GA201"),
    "GA302": ("GA301",),
    "GA303": ("GA301", "GA101", "GA201"),
    "GA401": ("GA101", "GA203"),
    "GA402": ("GA203", "GA101"),
    "GA403": ("GA101", "GA201", "GA203"),
    "GA501": ("GA501",),
    "GA502": ("GA502",),
}
"""Codes of the measured rules that a fault shows in, its own first, by the code of the static rule that suspects it."""
FAR = 4
"""Between places that have nothing to do with each other."""


def fuse(outcomes: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    """The outcomes of measuring with what reading the same source adds.

    Where both find a fault, the outcome says so, and has the exact lines and the mend of the static rule. What only
    reading suspects becomes a note where measuring acquits, and is a warning at most where it could not tell.
    Suppression comments answer for either.

    Args:
        outcomes: Of the measured rules.
        evidence: Holds the source as it was when it was measured.
    """
    try:
        reading = read_target(evidence)
        findings = [_confirmed(outcome, reading.suspicions) for outcome in outcomes]
        findings += _alone(outcomes, reading.suspicions)
        return answered(findings, reading, {one.code: one.verdict for one in outcomes}, TOLD_BY)
    except Exception:
        # Reading only adds to what was measured: a fault of ours there must not cost a run its result.
        return list(outcomes)


def read_target(evidence: Evidence) -> Reading:
    """What the static audit says of the target, from the source that was kept with the recording."""
    recording, mark = evidence.recording, evidence.arguments
    texts = {path: text for path, text in recording.sources.items() if evidence.project.is_own(path)}
    main = mark.path if mark is not None and mark.path in texts else next(iter(texts), "")
    ordered = {main: texts[main], **texts} if main else {}
    return read(ordered, expression_of(recording.request.target), directory=recording.working_directory)


def _confirmed(outcome: Outcome, suspicions: Sequence[Suspicion]) -> Finding:
    """A measured outcome, with the place and the mend of the suspicion that agrees with it."""
    agreeing = [one for one in suspicions if _agree(outcome, one)]
    if not agreeing:
        return Finding(outcome=outcome, codes=(outcome.code,), places=_places(outcome))
    best = min(agreeing, key=lambda one: (_distance(outcome, one), one.outcome.level is not Level.ERROR))
    both = msgspec.structs.replace(
        outcome,
        evidence=EvidenceKind.BOTH,
        location=best.outcome.location,
        fix=_advice(best, outcome),
    )
    return Finding(outcome=both, codes=(outcome.code, best.outcome.code), places=_places(outcome, best.outcome))


def _advice(suspicion: Suspicion, outcome: Outcome) -> str | None:
    """A sketch in the user's own names, else the words of who knows the call that is to blame."""
    if suspicion.sketch is not None:
        return sketched(suspicion.sketch)
    return suspicion.outcome.fix or outcome.fix


def _agree(outcome: Outcome, suspicion: Suspicion) -> bool:
    """Whether a measured fault is the one that is suspected: the same rule, or of its kind and at its place."""
    if not outcome.is_finding or outcome.code not in TOLD_BY.get(suspicion.outcome.code, ()):
        return False
    return outcome.code == suspicion.outcome.code or _distance(outcome, suspicion) < FAR


def _distance(outcome: Outcome, suspicion: Suspicion) -> int:
    """How far the line that measuring blames is from what reading suspects."""
    blamed, suspected = outcome.location, suspicion.outcome.location
    if blamed is None or suspected is None:
        return FAR - 1
    if _holds(suspected.path, suspected.line, suspected.end_line, blamed):
        return 0
    if any(_holds(path, first, last, blamed) for path, first, last in suspicion.reads):
        return 1
    same_file = blamed.path == suspected.path
    return 2 if same_file and blamed.function is not None and blamed.function == suspected.function else FAR


def _holds(path: str, first: int, last: int | None, blamed: Location) -> bool:
    return path == blamed.path and first <= blamed.line <= (last or first)


def _places(*outcomes: Outcome) -> tuple[Location, ...]:
    return tuple(one.location for one in outcomes if one.location is not None)


def _alone(outcomes: Sequence[Outcome], suspicions: Sequence[Suspicion]) -> Iterator[Finding]:
    """What only reading suspects, weighed by what measuring says of it."""
    by_code = {outcome.code: outcome for outcome in outcomes}
    for one in suspicions:
        telling = [by_code[code] for code in TOLD_BY.get(one.outcome.code, ()) if code in by_code]
        if one.outcome.level is Level.NOTE or any(outcome.is_finding for outcome in telling):
            # Advice is for the static audit; and what is measured is one sum, however many lines it comes from.
            continue
        weighed = _weighed(one.outcome, telling[0] if telling else None)
        if weighed.level is not Level.NOTE:
            weighed = msgspec.structs.replace(weighed, fix=_advice(one, weighed))
        yield Finding(outcome=weighed, codes=(one.outcome.code,), places=_places(one.outcome))


def _weighed(suspected: Outcome, measured: Outcome | None) -> Outcome:
    if measured is not None and measured.verdict is Verdict.PASS:
        message = f"{suspected.message}; but measured, it is none: {measured.message}"
        return msgspec.structs.replace(suspected, level=Level.NOTE, message=message)
    message = f"{suspected.message} (read in the source; it could not be measured here)"
    return msgspec.structs.replace(suspected, level=Level.WARNING, message=message)
