"""Drives that take turns, A B A B, so that a machine that gets slower or faster meanwhile is fair to all."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.comparing.figures import drive_of
from genaudit.comparing.variants import Contender
from genaudit.model.comparison import Drive
from genaudit.model.recording import Recording, Request, Trial
from genaudit.model.report import Report
from genaudit.record.spec import TrialSpec
from genaudit.staging import Stage

SHARE_OF_TIMEOUT = 0.8


class Runner(msgspec.Struct):
    """A variant on its way: what it is, what its audit said, and how to run it again."""

    at: int
    contender: Contender
    recording: Recording
    report: Report
    stage: Stage
    drives: list[Drive] = []
    trials: list[Trial] = []
    problem: str | None = None
    reason: str = ""
    """Of the problem, as in a trial's exit."""

    @property
    def name(self) -> str:
        """As in tables."""
        return self.contender.name

    @property
    def runs(self) -> bool:
        """Whether it came to a batch in its audit, and in every drive since."""
        return self.problem is None


def common_size(runners: list[Runner]) -> int | None:
    """The largest size that every variant could be driven at; ``None`` to drive each at its whole.

    A variant that loads everything may be driven at a part of the data set only; the others are then driven at that
    part too, or their figures would not be of the same thing.
    """
    driven = [_driven_items(runner) for runner in runners if runner.runs]
    known = [items for items in driven if items is not None]
    wholes = [runner.report.target.items for runner in runners if runner.runs]
    if not known or all(items == whole for items, whole in zip(driven, wholes, strict=True)):
        return None
    return min(known)


def size_of(runner: Runner, items: int | None) -> dict[str, Any]:
    """The size of a trial of a variant."""
    whole = runner.report.target.items
    return {"all": True} if items is None or whole is None or items >= whole else {"items": items}


def take_turns(
    runners: list[Runner], *, items: int | None, batches: int, repeats: int, say: Callable[[str], None]
) -> None:
    """Drive each variant in each round; what ends badly takes no further turn.

    Raises:
        Interrupted: On Ctrl-C; drives so far are kept.
    """
    for round_ in range(1, repeats + 1):
        for runner in runners:
            if not runner.runs:
                continue
            say(f"round {round_} of {repeats}: {runner.name}")
            trial = runner.stage.run(_spec(runner, items, batches), extend=False)
            runner.trials.append(trial)
            runner.drives.append(drive_of(trial, round_=round_, variant=runner.at))
            if trial.exit.reason != "completed":
                runner.problem = f"a drive ended early: {trial.exit.reason}"
                runner.reason = trial.exit.reason


def _spec(runner: Runner, items: int | None, batches: int) -> TrialSpec:
    request: Request = runner.stage.recording.request
    return TrialSpec(
        kind="clean",
        target=runner.stage.target,
        inputs=runner.stage.inputs,
        size=size_of(runner, items),
        batches=batches,
        epochs=request.epochs,
        hold=request.hold,
        soft_s=request.timeout_s * SHARE_OF_TIMEOUT,
        timeout_s=request.timeout_s,
    )


def _driven_items(runner: Runner) -> int | None:
    """Items of the largest trial of the audit that was driven to its end."""
    trials = [trial for trial in runner.recording.trials if trial.kind in {"clean", "scaled"}]
    sizes = [trial.items for trial in trials if trial.items is not None and trial.exit.reason == "completed"]
    return max(sizes, default=None)
