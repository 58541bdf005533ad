"""One investigation's trials: how they are asked for, run, and read so far."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.available import available_items, limited
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.suspicion import Suspicion, suspicion
from genaudit.experiment import sizes
from genaudit.model.limits import Limits
from genaudit.model.recording import Recording, Skipped, Trial
from genaudit.recorder.trial.spec import TrialSpec

MADE_DATA = "made-data"
Run = Callable[[TrialSpec], Trial]


class Bench:
    """Runs the trials of one audit, one at a time, and keeps them.

    Args:
        recording: Empty of trials; says what was asked for and what memory there is.
        target: ``TargetSpec.as_dict()`` with ``root``.
        inputs: What the child needs to make the arguments.
        run: Runs one trial.
    """

    def __init__(
        self, recording: Recording, target: dict[str, object], inputs: dict[str, object], run: Run, limits: Limits
    ) -> None:
        self._recording = recording
        self._target = target
        self._inputs = inputs
        self._run = run
        self.request = recording.request
        self.limit_bytes = recording.limit.trial_bytes
        self.limits = limits
        self.trials: list[Trial] = []
        self.skipped: list[Skipped] = []
        self._writes_always = False
        self.available: int | None = None
        """Items that there are, where a function was asked for more."""
        self._evidence: Evidence | None = None

    @property
    def so_far(self) -> Recording:
        """The recording with the trials that have been run."""
        return msgspec.structs.replace(self._recording, trials=list(self.trials), skipped=list(self.skipped))

    @property
    def evidence(self) -> Evidence:
        """The numbers so far, computed once for as long as there is no further trial."""
        if self._evidence is None:
            self._evidence = Evidence(self.so_far)
        return self._evidence

    @property
    def suspicion(self) -> Suspicion:
        """What a closer look is worth, by the numbers so far."""
        return suspicion(self.evidence, self.limits)

    @property
    def shares_memory(self) -> bool:
        """Whether the target has threads or processes."""
        return self.evidence.trial_set.shares_memory

    @property
    def batch_items(self) -> int:
        """Items of a batch; 1 where nobody knows."""
        return readings.batch_items(self.trials) or 1

    def run(self, spec: TrialSpec) -> Trial:
        """Run one trial and keep it."""
        self.trials.append(self._on_old_data(spec))
        if self.available is None:
            self.available = available_items(self.trials)
            if self.available is not None and (self.trials[-1].items or 0) > self.available:
                # It counted epochs by the items that it asked for.
                self.trials[-1] = self._on_old_data(msgspec.structs.replace(spec, size={"items": self.available}))
        if self.available is not None:
            self.trials[:] = [limited(trial, self.available) for trial in self.trials]
        self._evidence = None
        return self.trials[-1]

    def _on_old_data(self, spec: TrialSpec) -> Trial:
        """Run a trial on data that was there before: making it loads libraries, and leaves memory, that using it needs.

        A function that makes it anew each time is taken as it is.
        """
        if self._writes_always or not self._inputs.get("args_from"):
            return self._run(spec)
        for _ in range(2):
            trial = self._run(msgspec.structs.replace(spec, leave_new_data=True))
            if trial.end is None or trial.end.stopped != MADE_DATA:
                return trial
        self._writes_always = True
        return self._run(spec)

    def within(self, size: int) -> int:
        """A size, or what there is where that is less."""
        return size if self.available is None else min(size, self.available)

    def has(self, size: int) -> bool:
        """Whether there are so many items, as far as it is known."""
        return self.available is None or size <= self.available

    def spec(self, kind: str, size: dict[str, Any], **fields: Any) -> TrialSpec:
        """A trial of a kind at a size, as ``TrialSpec`` has them."""
        fields.setdefault("hold", self.request.hold)
        return TrialSpec(
            kind=kind,
            target=self._target,
            size=size,
            inputs=self._inputs,
            **{"timeout_s": self.request.timeout_s, **fields},
        )

    def small(
        self, size: dict[str, Any], *, epochs: int = sizes.SMALL_EPOCHS, otherwise: dict[str, Any] | None = None
    ) -> TrialSpec:
        """A trial of whole epochs in which memory is all that counts."""
        return self.spec(size=size, otherwise=otherwise, **sizes.whole_epochs(epochs))

    def first_batch_only(self, size: int) -> TrialSpec:
        """The shortest trial: up to the first batch."""
        return self.spec(size={"items": size}, **sizes.FIRST_BATCH_ONLY)

    def affords(self, size: int, *, epochs: bool) -> bool:
        """Whether a size is measured in a few seconds and fits into memory, by what the others took.

        Args:
            epochs: For a whole epoch, and not only up to the first batch.
        """
        seconds = sizes.seconds_per_item(self.trials, epochs=epochs) * size
        return seconds <= sizes.LADDER_S and self.forecast(size) <= self.limit_bytes

    @property
    def may_go_beyond(self) -> bool:
        """Whether the data set can be made larger: a function makes it, and the user did not say how large it is."""
        marks = [trial.arguments for trial in self.trials if trial.arguments is not None]
        return (
            self.available is None
            and self.request.items is None
            and any(mark.dataset_kind == "function" for mark in marks)
        )

    def forecast(self, items: int) -> float:
        """The highest memory of a trial of a size, in bytes."""
        evidence = self.evidence
        law = evidence.peak_law
        return sizes.forecast_peak_bytes(evidence.trials, law if law and law.per_item.low > 0 else None, items)

    def largest(self, *, epochs: bool = False) -> int:
        """The largest size measured so far that can be compared with others."""
        steady = self.evidence.steady
        return max((trial.items or 0 for trial in steady if trial.epochs or not epochs), default=0)

    def even(self, size: int) -> int:
        """A size, less what does not fill a batch."""
        return max(self.batch_items, size // self.batch_items * self.batch_items)
