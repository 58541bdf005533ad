"""Whether a target is called again and again, as training over folds does, and how often."""

from typing import Any

from genaudit.evidence.evidence import Evidence
from genaudit.model.recording import Request, Trial

CALLS = 7
MOST_CALLS = 16
SOFT_S = 15.0
# The first call of a framework's source may import the framework; the others are given the time above.
FIRST_CALL_S = 5.0
WITH_IMPORT_S = 40.0
FRAMEWORKS = frozenset({"tf-dataset", "keras-dataset", "torch-loader", "torch-dataset"})
TIMEOUT_S = 90.0
ONCE = frozenset({"generator", "generator-function", "iterator", "async-generator"})
"""Of these a call is an epoch, and epochs have shown what it leaves."""


class CallTrial:
    """The trial that calls the function which makes the source.

    Args:
        evidence: What the trials before it found.
        request: What the user asked for.
    """

    def __init__(self, evidence: Evidence, request: Request) -> None:
        self._request = request
        trials = evidence.trials
        scaled = [trial for trial in trials if trial.kind == "scaled" and trial.items]
        self._small = min(scaled, key=lambda trial: trial.items or 0, default=None) or next(iter(trials), None)

    @property
    def is_due(self) -> bool:
        """Whether a function, and no class, returns what can be passed over again, and calls of it are quick."""
        trial = self._small
        if trial is None or self._request.quick or trial.arguments is None or trial.driver is None:
            return False
        if trial.exit.reason != "completed" or trial.arguments.kind != "function" or trial.driver.kind in ONCE:
            return False
        return _seconds(trial) <= (WITH_IMPORT_S if trial.driver.kind in FRAMEWORKS else FIRST_CALL_S)

    def size(self) -> dict[str, Any]:
        """The smallest size that was measured."""
        items = self._small.items if self._small is not None else None
        return {"all": True} if items is None else {"items": items}

    def fields(self) -> dict[str, Any]:
        """How often it is called, and how long that may take."""
        return {
            "batches": 0,
            "calls": CALLS,
            "most_calls": MOST_CALLS,
            "thorough": True,
            "walks": ["call"],
            "soft_s": SOFT_S,
            "timeout_s": min(self._request.timeout_s, TIMEOUT_S),
            "extends": False,
        }


def _seconds(trial: Trial) -> float:
    """What a call takes, with its first batch."""
    return sum(phase.seconds for phase in trial.phases if phase.name in {"create", "first-batch"})
