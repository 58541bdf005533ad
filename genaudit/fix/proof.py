"""Whether a changed file is a fix: decided on what was measured of it and of the original. Pure."""

from __future__ import annotations

import msgspec

from genaudit.fix.origins import Origins
from genaudit.model.catalogue import Kind, pattern_of
from genaudit.model.comparison import BatchCheck, FirstDifference, SameData
from genaudit.model.fix import Curve, Verified
from genaudit.model.outcome import EvidenceKind, Outcome
from genaudit.model.report import Report

LESS = 0.9
"""What is left of a fault is less than it was from this share on down."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """It is no fix."""

    reason: str
    is_step: bool = False
    """The batches are the same and there is less of the fault: another rewrite may do the rest."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How long epochs take, the changed file beside the original; ``None`` where that was not measured."""

    ratio: float | None = None
    """Of the second epoch, or the only one."""
    first_ratio: float | None = None
    """Of the first one, from the call on."""
    before_s: float | None = None
    after_s: float | None = None


class Trialled(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a changed file."""

    report: Report
    refused: Refused | None = None
    """Why it is no fix, by its own audit."""
    batches: BatchCheck | None = None
    """Against the original's; ``None`` where they were not compared."""
    pace: Pace = Pace()
    at_items: int | None = None
    """Size of the data set, where that is less than the whole."""
    curves: list[Curve] = []
    """What was retained over the size of the data set, at each moment that was measured."""


def early(finding: Outcome, original: Report, changed: Report, problem: str | None, origins: Origins) -> Refused | None:
    """Why a changed file is no fix, by its own audit; ``None`` where batches are to be compared.

    Args:
        finding: The fault, in the report of the original.
        original: What was found before.
        changed: What was found in the changed file.
        problem: Why the changed file could not be measured to the end.
        origins: Which line of the original is which of the changed file.
    """
    if problem is not None:
        return Refused(reason=f"with it, the target {_lower(problem)}")
    new = origins.new(original, changed)
    if new is not None:
        return Refused(reason=f"it would bring another fault: {new.code} {new.name}, {new.message}")
    still = origins.still(finding, changed)
    if still is not None:
        place = f" at {still.location.place}" if still.location else ""
        is_step = None not in (still.value, finding.value) and (still.value or 0) < LESS * (finding.value or 0)
        return Refused(reason=f"the fault is still there with it{place}: {still.message}", is_step=is_step)
    answer = _answer(finding, changed)
    if answer is not None and answer.verdict.value in {"inconclusive", "error"}:
        return Refused(reason=f"whether the fault is gone with it is not settled: {answer.message}")
    return None


def verdict(finding: Outcome, tried: Trialled) -> Verified | Refused:
    """Whether a changed file is free of the fault, and proven to yield the same.

    Args:
        finding: The fault, in the report of the original.
        tried: What was measured of the changed file.
    """
    if tried.refused is not None:
        return tried.refused
    check = tried.batches
    if check is None or (check.verdict is SameData.UNKNOWN):
        reason = (check and check.reason) or "they were not compared"
        return Refused(reason=f"whether batches stay the same cannot be said: {reason}")
    if check.verdict is SameData.DIFFERENT:
        return Refused(reason=f"it would change what is yielded: {_difference(check.first)}")
    if check.notes:
        return Refused(reason=f"it would change the type of what is yielded: {check.notes[0]}")
    if not check.batches:
        return Refused(reason="there was no batch to compare")
    pattern = pattern_of(finding.code)
    if not check.epochs and (pattern is None or pattern.kind is not Kind.KEEPS):
        return Refused(
            reason="where an epoch of it ends is not known, so no whole epoch can be compared: --dataset NAME or "
            "--args-from MODULE:FN says how many items there are"
        )
    before, after, unit = _bytes(finding, tried.report)
    return Verified(
        batches=check.batches,
        same=True,
        ordered=check.ordered,
        epochs=check.epochs,
        items=check.items,
        at_items=tried.at_items,
        bytes_before=before,
        bytes_after=after,
        unit=unit,
        seconds_ratio=tried.pace.ratio,
        first_epoch_ratio=tried.pace.first_ratio,
        epoch_seconds_before=tried.pace.before_s,
        epoch_seconds_after=tried.pace.after_s,
    )


def _answer(finding: Outcome, report: Report) -> Outcome | None:
    """What the changed file's audit says of the pattern."""
    return next((outcome for outcome in report.outcomes if outcome.code == finding.code), None)


def _bytes(finding: Outcome, changed: Report) -> tuple[float | None, float | None, str | None]:
    """What the finding measured, what is left of it, and in which unit."""
    if finding.evidence is not EvidenceKind.MEASURED and finding.saving_bytes and changed.accounting is not None:
        # At one size: what was held beside what is held.
        return float(finding.saving_bytes), float(changed.accounting.held_bytes), "bytes"
    if finding.value is None or not (finding.unit or "").startswith("bytes"):
        return None, None, None
    return finding.value, _left(_answer(finding, changed)), finding.unit


def _left(answer: Outcome | None) -> float | None:
    """What is left of it: nothing, where its interval has the zero."""
    if answer is None or answer.value is None:
        return None
    if answer.noise is not None and answer.noise.low <= 0:
        return 0.0
    return max(0.0, answer.value)


def _difference(first: FirstDifference | None) -> str:
    if first is None:
        return "the batches differ"
    where = f"batch {first.batch:,}" if first.batch else f"epoch {first.epoch}"
    place = f", {first.place}" if first.place else ""
    return f"{first.what} in {where}{place}: {first.base} before, {first.other} after"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
