"""What measuring found and what reading suspects, made one: they confirm each other, or measuring wins."""

from collections.abc import Sequence

import msgspec

from genaudit.conclude.answered import Place, answered
from genaudit.conclude.judge import relative
from genaudit.evidence.evidence import Evidence
from genaudit.lint import suspicion
from genaudit.lint.suspicion import Reading, Suspicion
from genaudit.model.outcome import EvidenceKind, Level, Location, Outcome, Verdict

TOLD_BY = {
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
"""Codes of the measured rules that a fault would show in, by the code of the static rule that suspects it."""


def fuse(outcomes: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    """The outcomes of measuring with what reading the same source adds.

    Where both find a fault, the outcome says so, and has the exact lines and the mend of the static rule. What only
    reading suspects becomes a note where measuring acquits, and at most a warning where it could not tell. Suppression
    comments answer for either.

    Args:
        outcomes: Of the measured rules.
        evidence: Holds the source as it was when it was measured.
    """
    try:
        reading = _read(evidence)
        joined = [Joined(outcome, ()) for outcome in outcomes]
        rest = [one for one in reading.suspicions if not _confirms(one, joined)]
        found = [Joined(one.outcome, ()) for one in _alone(rest, outcomes)]
        return answered([*((one.outcome, one.places) for one in joined), *((one.outcome, ()) for one in found)], reading, evidence)
    except Exception:
        # Reading only adds to what was measured: a fault of ours there must not cost a run its result.
        return list(outcomes)
