"""How a trial ended before it should have, in words that stand behind a variant's name."""

from genaudit.model.recording import Trial

LONGEST_MESSAGE = 120
ENDINGS = {
    "crashed": "crashed",
    "exited": "ended its process",
    "killed": "was killed",
    "memory-limit": "passed the memory limit",
    "raised": "raised",
    "timed-out": "took too long; --timeout gives it more time",
}


def ending(trial: Trial) -> str | None:
    """Why a trial did not come to its planned end; ``None`` where it did."""
    reason = trial.exit.reason
    if reason == "completed":
        took_too_long = trial.end is not None and trial.end.stopped == "time"
        return ENDINGS["timed-out"] if took_too_long else None
    if trial.raised is not None:
        return f"raised {trial.raised.type}: {trial.raised.message[:LONGEST_MESSAGE]}"
    return ENDINGS.get(reason, f"ended early: {reason}")
