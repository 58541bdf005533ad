"""How memory grows with the calls of a function that makes the source."""

import msgspec

from genaudit.evidence.slopes import theil_sen
from genaudit.model.marks import CallMark
from genaudit.model.outcome import Interval
from genaudit.model.recording import Recording
from genaudit.units import KIB

WARM_UP_CALLS = 2
"""Caches of a bound fill, and libraries make what they make once."""
FEWEST_CALLS = 3
"""After the warm-up."""
RESOLUTION_BYTES = 16 * KIB


class CallGrowth(msgspec.Struct, frozen=True, kw_only=True):
    """What stays with each call, after the first few."""

    per_call: Interval
    late: float
    """Bytes per call over the second half of them: little where it levels off."""
    calls: int
    batches: int
    """The most that were pulled from what a call gave."""
    batch_bytes: int | None


def call_growth_of(recording: Recording) -> CallGrowth | None:
    """The growth in the last trial that called again; ``None`` without one, or with too few calls."""
    marks: list[CallMark] = next((trial.calls for trial in reversed(recording.trials) if trial.calls), [])
    late = marks[WARM_UP_CALLS:]
    if len(late) < FEWEST_CALLS:
        return None
    retained = [float(mark.retained_bytes) for mark in late]
    line = theil_sen([float(mark.number) for mark in late], retained, resolution=RESOLUTION_BYTES)
    if line is None:
        return None
    middle = len(late) // 2
    return CallGrowth(
        per_call=line.slope,
        late=(retained[-1] - retained[middle]) / (len(late) - 1 - middle),
        calls=len(marks),
        batches=max(mark.batches for mark in marks),
        batch_bytes=max((mark.batch_bytes or 0 for mark in marks), default=0) or None,
    )
