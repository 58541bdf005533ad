"""Findings that the author has answered for in the source, and comments that answer for nothing."""

from collections.abc import Mapping, Sequence

import msgspec

from genaudit.lint.engine import CODES_BY_NAME, outcome_of
from genaudit.lint.files import suppress
from genaudit.lint.files.suppress import Suppression
from genaudit.lint.rules.catalogue import SUBJECT_RULES
from genaudit.lint.rules.unused_suppression import unused_suppression
from genaudit.lint.target import StaticFindings as Reading
from genaudit.model.outcome import EvidenceKind, Level, Location, Outcome, Verdict

_STATIC = frozenset(rule.info.code for rule in SUBJECT_RULES)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome with all that a suppression may name it by."""

    outcome: Outcome
    codes: tuple[str, ...]
    places: tuple[Location, ...]


def answered(
    findings: Sequence[Finding],
    reading: Reading,
    verdicts: Mapping[str, Verdict],
    told_by: Mapping[str, tuple[str, ...]],
) -> list[Outcome]:
    """The outcomes, those that a comment in the source answers for as notes, and those of comments without use.

    Args:
        findings: Every outcome, passed ones included.
        reading: What was read of the target.
        verdicts: Of the measured rules, by their code.
        told_by: Codes of the measured rules that would show a fault, by the code that a comment may name.
    """
    comments = {path: suppress.find(text, CODES_BY_NAME) for path, text in reading.texts.items()}
    outcomes = [_answered(one, reading, comments) for one in findings]
    for path, found in comments.items():
        unused = [one for one in found if not _used(one, path, findings, reading)]
        telling = [one for one in unused if _in_reach(one, path, reading) and _could_be_used(one, verdicts, told_by)]
        outcomes += [outcome_of(unused_suppression.info, hit) for hit in unused_suppression.check(telling, path)]
    return [one for one in outcomes if one is not None]


def _answered(finding: Finding, reading: Reading, comments: Mapping[str, list[Suppression]]) -> Outcome | None:
    """The outcome, as a note if a comment answers for it; nothing where only reading suspected it."""
    outcome = finding.outcome
    if not outcome.is_finding:
        return outcome
    by = next((one for path in comments for one in comments[path] if _answers(one, path, finding, reading)), None)
    if by is None:
        return outcome
    if outcome.evidence is EvidenceKind.STATIC:
        return None
    reason = f": {by.reason}" if by.reason else ""
    return msgspec.structs.replace(outcome, level=Level.NOTE, message=f"{outcome.message} (suppressed{reason})")


def _answers(comment: Suppression, path: str, finding: Finding, reading: Reading) -> bool:
    if not finding.places:
        # Nothing says which line it is: only a comment for the whole file can mean it.
        return comment.whole_file and path == reading.main and not set(finding.codes).isdisjoint(comment.codes)
    return any(
        suppress.covers(comment, code, place.line, place.end_line)
        for code in finding.codes
        for place in finding.places
        if place.path == path
    )


def _used(comment: Suppression, path: str, findings: Sequence[Finding], reading: Reading) -> bool:
    """Whether a comment answers for anything, measured or read, also in what was made one with something else."""
    if any(one.outcome.is_finding and _answers(comment, path, one, reading) for one in findings):
        return True
    return any(
        one.outcome.location is not None
        and one.outcome.location.path == path
        and suppress.covers(comment, one.outcome.code, one.outcome.location.line, one.outcome.location.end_line)
        for one in reading.suspicions
    )


def _in_reach(comment: Suppression, path: str, reading: Reading) -> bool:
    """Whether a comment is about the target: what else the file holds was not measured."""
    return any(first <= comment.first and comment.last <= last for first, last in reading.lines.get(path, []))


def _could_be_used(
    comment: Suppression, verdicts: Mapping[str, Verdict], told_by: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether both reading and measuring could have found what a comment names, or it names nothing."""
    measured = {code for named in comment.codes for code in told_by.get(named, (named,))}
    acquitted = all(verdicts.get(code) is Verdict.PASS for code in measured)
    return bool(comment.unknown) or not comment.codes or (_STATIC.issuperset(comment.codes) and acquitted)
