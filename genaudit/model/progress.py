"""Where an audit is, for whoever shows it."""

import msgspec


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a trial is, for whoever shows it."""

    kind: str
    items: int | None
    phase: str
    batch: int
    batches_wanted: int
    held_bytes: int | None
    growth_bytes: int | None
    """Held now, less held after the first batch."""
    elapsed_s: float = 0.0
    """Since the trial began."""
    trial_s: float | None = None
    """Seconds that it takes in all, by those before it; ``None`` before there is one."""
    after_s: float = 0.0
    """Seconds that the trials take which are planned after it."""
    ahead: tuple[str, ...] = ()
    """The kinds of those."""
    step: int = 0
    """Which trial of the audit it is, from 1; 0 of one that is no part of the plan."""
    steps: int | None = None
    """How many there are by what is known now, the report as the last; ``None`` before the first trial has told."""


REPORT = "report"
"""The kind of the step after the trials, in which what was measured is judged."""


def concluding(n_trials: int) -> Progress:
    """Where an audit is when its trials are over.

    Args:
        n_trials: How many there were.
    """
    step = n_trials + 1
    return Progress(
        kind=REPORT,
        items=None,
        phase="",
        batch=0,
        batches_wanted=0,
        held_bytes=None,
        growth_bytes=None,
        step=step,
        steps=step,
    )
