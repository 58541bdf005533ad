"""What reading the source adds to measuring: each confirms the other, or measuring wins.

Comments in the source answer for findings of either, and those that answer for nothing are findings themselves.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import msgspec

from genaudit.evidence.accounting import LEAST_BYTES
from genaudit.evidence.blame.paths import blame_holding
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.retention.tree import Holding, held_by
from genaudit.lint.engine import CODES_BY_NAME, outcome_of
from genaudit.lint.files import suppress
from genaudit.lint.files.suppress import Suppression
from genaudit.lint.rules.catalogue import MODULE_RULES, SUBJECT_RULES
from genaudit.lint.rules.unused_suppression import unused_suppression
from genaudit.lint.target import StaticFinding, StaticFindings, read
from genaudit.model.advice import sketched
from genaudit.model.catalogue import EAGER_LOAD, Kind, pattern_of
from genaudit.model.marks import SCRIPT
from genaudit.model.outcome import EvidenceKind, Level, Location, Outcome, Verdict
from genaudit.report.recorded_sources import expression_in
from genaudit.units import format_bytes

MANY_BATCHES = 4
"""What holds so many batches is more than the next ones."""
FAR = 4
"""Between places that have nothing to do with each other."""
ELSEWHERE = 2
"""From here on, places are different lines."""
_STATIC = frozenset(rule.info.code for rule in (*SUBJECT_RULES, *MODULE_RULES))


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome with all that a suppression may name it by."""

    outcome: Outcome
    codes: tuple[str, ...]
    places: tuple[Location, ...]


def fuse(outcomes: Sequence[Outcome], evidence: Evidence, keeping: Set[str] = frozenset()) -> list[Outcome]:
    """The outcomes of measuring with what reading the same source adds.

    Where both find a fault, the outcome says so, and has the exact lines and the fix of the static rule. What only
    reading suspects becomes a note where measuring acquits, and is a warning at most where it could not tell.
    Suppression comments answer for either.

    Args:
        outcomes: Of the measured rules.
        evidence: Holds the source as it was when it was measured.
        keeping: Codes of outcomes whose line fills what keeps the memory, by a path of references.
    """
    try:
        reading = read_target(evidence)
        outcomes = [_held(outcome, reading.suspicions, evidence) for outcome in outcomes]
        findings = [_confirmed(outcome, reading.suspicions, keeps=outcome.code in keeping) for outcome in outcomes]
        findings += _unconfirmed(outcomes, reading.suspicions)
        return _suppressed(findings, reading, {outcome.code: outcome.verdict for outcome in outcomes})
    except Exception:
        # StaticFindings only adds to what was measured: a fault of ours there must not cost a run its result.
        return list(outcomes)


def read_target(evidence: Evidence) -> StaticFindings:
    """What the static audit says of the target, from the source that was kept with the recording."""
    recording, mark = evidence.recording, evidence.arguments
    texts = {path: text for path, text in recording.sources.items() if evidence.project.is_own(path)}
    main = mark.path if mark is not None and mark.path in texts else next(iter(texts), "")
    ordered = {main: texts[main], **texts} if main else {}
    is_script = any(trial.arguments is not None and trial.arguments.kind == SCRIPT for trial in recording.trials)
    return read(ordered, expression_in(recording), directory=recording.working_directory, is_script=is_script)


def are_made_by_pipeline(faults: Sequence[Outcome], evidence: Evidence) -> bool:
    """Whether each measured fault is that of one call which has a pipeline keep what passes, and no other line's."""
    try:
        suspicions = read_target(evidence).suspicions
        return all(_is_made_by_pipeline(fault, suspicions) for fault in faults)
    except Exception:
        # As in ``fuse``: then it is looked for by measuring.
        return False


def _is_made_by_pipeline(fault: Outcome, suspicions: Sequence[StaticFinding]) -> bool:
    agreeing = [suspicion for suspicion in suspicions if _agree(fault, suspicion)]
    if len(agreeing) != 1 or (fault.location is not None and _distance(fault, agreeing[0]) >= ELSEWHERE):
        return False
    pattern = pattern_of(agreeing[0].outcome.code)
    return pattern is not None and pattern.kind is Kind.PIPELINE


def _shown_by(code: str) -> tuple[str, ...]:
    """Codes of the measured rules that the fault of a static rule shows in, its own first."""
    pattern = pattern_of(code)
    return pattern.shown_by if pattern is not None else ()


# --- What is read, and held ---------------------------------------------------------------------------------------


def _held(outcome: Outcome, suspicions: Sequence[StaticFinding], evidence: Evidence) -> Outcome:
    """Eager loading where one size alone is there and nothing tells how long an epoch is, as of an endless generator.

    That a line reads all of the data is in the source; that what it has read is kept, and how much it is, a walk of
    references has measured. Each alone may be a table of settings, or one file of many.
    """
    if outcome.code != EAGER_LOAD.code or outcome.verdict is not Verdict.NOT_APPLICABLE:
        return outcome
    readers = [suspicion for suspicion in suspicions if outcome.code in _shown_by(suspicion.outcome.code)]
    found = _read_and_held(readers, evidence) if evidence.first_law is None else None
    if found is None:
        return outcome
    n_bytes, n_batches = found.holding.bytes, found.holding.bytes // max(1, evidence.batch_bytes or 0)
    times = f", {n_batches:,} times a batch" if evidence.batch_bytes else ""
    return msgspec.structs.replace(
        outcome,
        verdict=Verdict.FAIL,
        message=f"holds after the first batch all that this line reads: {format_bytes(n_bytes)}{times}",
        headline="loads its whole data set before the first batch",
        evidence=EvidenceKind.BOTH,
        location=found.at,
        saving_bytes=found.holding.bytes,
        fix=_fix(found.suspicion, outcome),
    )


class _ReadAndHeld(NamedTuple):
    suspicion: StaticFinding
    holding: Holding
    at: Location


def _read_and_held(readers: Sequence[StaticFinding], evidence: Evidence) -> _ReadAndHeld | None:
    """What was held after the first batch and is filled at a line which reads all of the data."""
    for holding in _large_at_first(evidence) if readers else ():
        blame = blame_holding(evidence.recording, evidence.project, holding)
        if blame is not None:
            at = blame.location_in(evidence.recording.working_directory)
            for suspicion in readers:
                if _is_read_at(suspicion, at):
                    return _ReadAndHeld(suspicion, holding, at)
    return None


def _large_at_first(evidence: Evidence) -> list[Holding]:
    """What was held after the first batch and is no batch, nor little."""
    trials = [trial for trial in evidence.recording.trials if trial.kind == "walked"]
    marks = [mark for trial in trials for mark in trial.retention if mark.at == "first"]
    least = max(LEAST_BYTES, MANY_BATCHES * (evidence.batch_bytes or 0))
    return [holding for holding in held_by(marks) if holding.bytes >= least]


def _is_read_at(suspicion: StaticFinding, at: Location) -> bool:
    place = suspicion.outcome.location
    if place is not None and _holds(place.path, place.line, place.end_line, at):
        return True
    return any(_holds(path, first, last, at) for path, first, last in suspicion.reads)


# --- Findings of both ---------------------------------------------------------------------------------------------


def _confirmed(outcome: Outcome, suspicions: Sequence[StaticFinding], *, keeps: bool) -> Finding:
    """A measured outcome, with the place and the fix of the suspicion that agrees with it.

    Args:
        keeps: Whether its line is the one that fills what keeps the memory: then it stays, unless both mean the same.
    """
    agreeing = [suspicion for suspicion in suspicions if _agree(outcome, suspicion)]
    if not agreeing:
        return Finding(outcome=outcome, codes=(outcome.code,), places=_places(outcome))
    best = min(
        agreeing,
        key=lambda suspicion: (_distance(outcome, suspicion), suspicion.outcome.level is not Level.ERROR),
    )
    both = msgspec.structs.replace(outcome, evidence=EvidenceKind.BOTH)
    if not keeps or _distance(outcome, best) < ELSEWHERE:
        both = msgspec.structs.replace(both, location=best.outcome.location, fix=_fix(best, outcome))
    return Finding(outcome=both, codes=(outcome.code, best.outcome.code), places=_places(outcome, best.outcome))


def _fix(suspicion: StaticFinding, outcome: Outcome) -> str | None:
    """A sketch in the user's own names, else the words of who knows the call that is to blame."""
    if suspicion.sketch is not None:
        return sketched(suspicion.sketch)
    return suspicion.outcome.fix or outcome.fix


def _agree(outcome: Outcome, suspicion: StaticFinding) -> bool:
    """Whether a measured fault is the one that is suspected: the same rule, or of its kind and at its place."""
    if not outcome.is_finding or outcome.code not in _shown_by(suspicion.outcome.code):
        return False
    return outcome.code == suspicion.outcome.code or _distance(outcome, suspicion) < FAR


def _distance(outcome: Outcome, suspicion: StaticFinding) -> int:
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
    return tuple(outcome.location for outcome in outcomes if outcome.location is not None)


# --- Findings of reading alone ------------------------------------------------------------------------------------


def _unconfirmed(outcomes: Sequence[Outcome], suspicions: Sequence[StaticFinding]) -> Iterator[Finding]:
    """What only reading suspects, weighed by what measuring says of it."""
    by_code = {outcome.code: outcome for outcome in outcomes}
    for suspicion in suspicions:
        suspected = suspicion.outcome
        measured = [by_code[code] for code in _shown_by(suspected.code) if code in by_code]
        if suspected.level is Level.NOTE or any(outcome.is_finding for outcome in measured):
            # Advice is for the static audit; and what is measured is one sum, however many lines it comes from.
            continue
        weighed = _weighed(suspected, measured[0] if measured else None)
        if weighed.level is not Level.NOTE:
            weighed = msgspec.structs.replace(weighed, fix=_fix(suspicion, weighed))
        yield Finding(outcome=weighed, codes=(suspected.code,), places=_places(suspected))


def _weighed(suspected: Outcome, measured: Outcome | None) -> Outcome:
    if measured is not None and measured.verdict is Verdict.PASS:
        message = f"{suspected.message}; but measured, it is none: {measured.message}"
        return msgspec.structs.replace(suspected, level=Level.NOTE, message=message)
    message = f"{suspected.message} (read in the source{_why_unmeasured(measured)})"
    return msgspec.structs.replace(suspected, level=Level.WARNING, message=message)


def _why_unmeasured(measured: Outcome | None) -> str:
    """What the rule that would have shown it says of itself; empty where none was asked, or it says nothing."""
    if measured is None or not measured.message:
        return ""
    state = "not decided" if measured.verdict is Verdict.INCONCLUSIVE else "not measured"
    return f"; {state} by {measured.code}: {measured.message}"


# --- Suppressions -------------------------------------------------------------------------------------------------


def _suppressed(findings: Sequence[Finding], reading: StaticFindings, verdicts: Mapping[str, Verdict]) -> list[Outcome]:
    """The outcomes, those that a comment in the source answers for as notes, and those of comments without use.

    Args:
        findings: Every outcome, passed ones included.
        reading: What was read of the target.
        verdicts: Of the measured rules, by their code.
    """
    comments = {path: suppress.find(text, CODES_BY_NAME) for path, text in reading.texts.items()}
    outcomes = [_after_comments(finding, reading, comments) for finding in findings]
    for path, in_file in comments.items():
        useless = [
            comment
            for comment in in_file
            if not _is_used(comment, path, findings, reading)
            and _is_in_reach(comment, path, reading)
            and _could_be_used(comment, verdicts)
        ]
        outcomes += [outcome_of(unused_suppression.info, hit) for hit in unused_suppression.check(useless, path)]
    return [outcome for outcome in outcomes if outcome is not None]


def _after_comments(
    finding: Finding, reading: StaticFindings, comments: Mapping[str, list[Suppression]]
) -> Outcome | None:
    """The outcome, as a note if a comment answers for it; nothing where only reading suspected it."""
    outcome = finding.outcome
    if not outcome.is_finding:
        return outcome
    by = next(
        (
            comment
            for path, in_file in comments.items()
            for comment in in_file
            if _answers(comment, path, finding, reading)
        ),
        None,
    )
    if by is None:
        return outcome
    if outcome.evidence is EvidenceKind.STATIC:
        return None
    reason = f": {by.reason}" if by.reason else ""
    return msgspec.structs.replace(outcome, level=Level.NOTE, message=f"{outcome.message} (suppressed{reason})")


def _answers(comment: Suppression, path: str, finding: Finding, reading: StaticFindings) -> bool:
    if not finding.places:
        # Nothing says which line it is: only a comment for the whole file can mean it.
        return comment.whole_file and path == reading.main and not set(finding.codes).isdisjoint(comment.codes)
    return any(
        suppress.covers(comment, code, place.line, place.end_line)
        for code in finding.codes
        for place in finding.places
        if place.path == path
    )


def _is_used(comment: Suppression, path: str, findings: Sequence[Finding], reading: StaticFindings) -> bool:
    """Whether a comment answers for anything, measured or read, also in what was made one with something else."""
    if any(finding.outcome.is_finding and _answers(comment, path, finding, reading) for finding in findings):
        return True
    return any(
        place is not None
        and place.path == path
        and suppress.covers(comment, suspicion.outcome.code, place.line, place.end_line)
        for suspicion in reading.suspicions
        for place in [suspicion.outcome.location]
    )


def _is_in_reach(comment: Suppression, path: str, reading: StaticFindings) -> bool:
    """Whether a comment is about the target: what else the file holds was not measured."""
    return any(first <= comment.first and comment.last <= last for first, last in reading.lines.get(path, []))


def _could_be_used(comment: Suppression, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether both reading and measuring could have found what a comment names, or it names nothing."""
    measured = {code for named in comment.codes for code in _shown_by(named) or (named,)}
    acquitted = all(verdicts.get(code) is Verdict.PASS for code in measured)
    return bool(comment.unknown) or not comment.codes or (_STATIC.issuperset(comment.codes) and acquitted)
