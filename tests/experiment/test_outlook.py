"""How long an audit still takes: told on a made clock, and compared with how long it did take."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from genaudit.cli.support.progress import ProgressLine
from genaudit.experiment import outlook
from genaudit.experiment.investigation import investigate
from genaudit.experiment.outlook import Costs
from genaudit.experiment.session import ExperimentSession
from genaudit.model.job import Job
from genaudit.model.marks import PhaseMark
from genaudit.model.progress import Progress
from genaudit.model.recording import Trial
from genaudit.recorder.trial.spec import TrialSpec
from tests import build
from tests.experiment.made import MadeTarget, eager, nothing

START_S, BATCH_S, SETTLED_S = 2.0, 0.2, 0.05
STEPS = 8
WITHIN = 0.3


class TimedTarget(MadeTarget):
    """A made target whose trials take their time on a clock of its own, and tell where they are meanwhile."""

    def __init__(self, retained: Callable[[int, int, int], float], *, first_s: float, per_item_s: float = 0.0) -> None:
        super().__init__(retained)
        self.now = 100.0
        self.told: list[tuple[int, float, float | None]] = []
        """The number of the trial, when it was, and how many seconds were said to be left."""
        self._first_s = first_s
        self._per_item_s = per_item_s
        self._line = ProgressLine(wanted=False)

    def clock(self) -> float:
        """Seconds."""
        return self.now

    def __call__(self, spec: TrialSpec, *, more: Callable[[Trial], int], **watching: Any) -> Trial:
        trial = super().__call__(spec, more=more, **watching)
        n = len(trial.batches)
        first = self._first_s + self._per_item_s * (trial.items or 0)
        between = SETTLED_S * len(trial.settled) if trial.kind == "scaled" else 0.0
        steady = (n - 1) * BATCH_S + between
        self._pass(trial, watching["progress"], 0, START_S + first)
        for step in range(STEPS):
            self._pass(trial, watching["progress"], 1 + (n - 1) * step // STEPS, steady / STEPS)
        phases = {"import": START_S, "first-batch": first, "steady": steady}
        return msgspec.structs.replace(
            trial,
            wall_s=START_S + first + steady,
            batches=[msgspec.structs.replace(mark, seconds=BATCH_S) for mark in trial.batches],
            phases=[
                *trial.phases[:-1],
                *(
                    PhaseMark(at_s=0.0, name=name, seconds=seconds, memory=build.memory(build.BASE))
                    for name, seconds in phases.items()
                ),
            ],
        )

    def _pass(self, trial: Trial, progress: Callable[[Progress], None], batch: int, seconds: float) -> None:
        """Tell where the trial is, and let so much time go by."""
        progress(
            Progress(
                kind=trial.kind,
                items=trial.items,
                phase="steady" if batch else "import",
                batch=batch,
                batches_wanted=0 if trial.kind == "scaled" else len(trial.batches),
                held_bytes=None,
                growth_bytes=None,
            )
        )
        self.now += seconds

    def hear(self, progress: Progress) -> None:
        """As the live line does."""
        self.told.append((len(self.specs), self.now, self._line._left(progress, self.now)))


def audited(monkeypatch: pytest.MonkeyPatch, target: TimedTarget, **options: Any) -> None:
    """Run all trials of a target on its clock."""
    monkeypatch.setattr(outlook, "time", SimpleNamespace(monotonic=target.clock))
    session = ExperimentSession(Job(target="data:batches", **options), target.hear, run_trial=target)
    investigate(session)


@pytest.mark.parametrize(
    ("target", "known"),
    [
        pytest.param(TimedTarget(nothing, first_s=0.2), range(2, 4), id="clean"),
        pytest.param(TimedTarget(nothing, first_s=6.0), range(2, 4), id="a slow first batch"),
        # After two sizes it is known that a whole ladder of sizes follows, and what an item takes. Whether references
        # tell the line, so that nothing needs to be traced, is not known before they have been walked.
        pytest.param(TimedTarget(eager, first_s=0.2, per_item_s=0.05), range(3, 6), id="eager"),
    ],
)
def test_the_time_left_is_within_30_percent(monkeypatch: pytest.MonkeyPatch, target: TimedTarget, known: range) -> None:
    """From the second trial on; a fault adds trials as soon as it is suspected."""
    audited(monkeypatch, target)

    heard = [(now, left) for trial, now, left in target.told if trial in known]
    assert {trial for trial, _, _ in target.told} >= {*known}
    assert len(heard) == len(known) * (STEPS + 1)
    for now, left in heard:
        assert left is not None
        really = target.now - now
        assert abs(left - really) <= max(0.5, WITHIN * really), (now, left, really, target.ran)


def test_forks_do_not_import_again() -> None:
    """The first trial is a process of its own; once there is a fork, its own start counts."""
    target = TimedTarget(nothing, first_s=0.2)
    running = ExperimentSession(Job(target="data:batches"), run_trial=target)
    first = running.run(running.whole_epochs({"items": 16}))
    fork = msgspec.structs.replace(first, forked=True, wall_s=first.wall_s - 1.5)

    def start_s(*trials: Trial, forks: bool) -> float:
        costs = Costs.of(list(trials), forks=forks)
        assert costs is not None
        ((_, seconds),) = costs.starts
        return seconds

    assert start_s(first, forks=False) == pytest.approx(START_S)
    assert start_s(first, forks=True) == pytest.approx(0.0)
    assert start_s(first, fork, forks=True) == pytest.approx(START_S - 1.5)
    assert start_s(first, fork, forks=False) == pytest.approx(START_S)


def test_nothing_is_known_before_a_trial_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said that would be a guess."""
    target = TimedTarget(nothing, first_s=0.2)
    audited(monkeypatch, target)

    assert {left for trial, _, left in target.told if trial == 1} == {None}
