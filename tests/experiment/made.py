"""A target whose memory is known, and the runner that makes its trials: no process is started."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.experiment.session import ExperimentSession
from genaudit.model.job import Job
from genaudit.model.marks import PhaseMark, RaisedMark
from genaudit.model.recording import Trial, TrialExit
from genaudit.recorder.trial.spec import TrialSpec
from tests import build

Change = Callable[[TrialSpec, Trial], Trial | BaseException]


def nothing(_size: int, _batch: int, _epoch: int) -> float:
    """A target that keeps nothing but the batch that it yields."""
    return 0.0


def eager(size: int, _batch: int, _epoch: int) -> float:
    """All items, before the first batch."""
    return size * build.ITEM


def cached(size: int, batch: int, _epoch: int) -> float:
    """Each item, once it has been yielded."""
    return min(size, batch * build.BATCH_ITEMS) * build.ITEM


def leaking(_size: int, batch: int, _epoch: int) -> float:
    """Each batch, for ever."""
    return batch * build.BATCH


class MadeTarget:
    """Runs trials as a child would: sizes, epochs and batches as they are asked for, memory as a function says.

    Args:
        retained: Bytes that are held at a size, a batch and an epoch.
        whole: Items of the data set; ``None`` where nothing scales.
        kind: Of the data set: a ``list`` is cut to the size, a ``function`` makes it.
        first_batch_s: Seconds for each item until the first batch.
        batch_s: Seconds of a batch, where it is not to be a short one.
        workers: Processes of the target's own.
        change: What becomes of a trial: another one, or an exception.
        fields: Of every trial.
    """

    def __init__(
        self,
        retained: Callable[[int, int, int], float] = nothing,
        *,
        whole: int | None = 512,
        kind: str = "list",
        first_batch_s: float = 0.0,
        batch_s: float | None = None,
        workers: int = 0,
        change: Change = lambda _, trial: trial,
        **fields: Any,
    ) -> None:
        self._retained = retained
        self._whole = whole
        self._kind = kind
        self._first_batch_s = first_batch_s
        self._batch_s = batch_s
        self.workers = workers
        self._change = change
        self._fields = fields
        self.specs: list[TrialSpec] = []
        self.watching: list[dict[str, Any]] = []

    def __call__(self, spec: TrialSpec, *, more: Callable[[Trial], int], **watching: Any) -> Trial:
        """The trial that a spec asks for."""
        self.specs.append(spec)
        self.watching.append({"more": more, **watching})
        trial = self._trial(spec, spec.batches)
        while spec.epochs is None and (wanted := more(trial)) > trial.batches[-1].last:
            trial = self._trial(spec, wanted)
        changed = self._change(spec, trial)
        if isinstance(changed, BaseException):
            raise changed
        return changed

    def _trial(self, spec: TrialSpec, batches: int) -> Trial:
        plan: dict[str, Any] = {"kind": spec.kind, "epochs": spec.epochs, "settle_every": spec.settle_every}
        items = self._items(spec)
        if items is None and spec.otherwise is not None:
            plan = {name: spec.otherwise[name] for name in plan}
            batches = spec.otherwise["batches"]
        by_epochs = items is not None and plan["epochs"] is not None
        trial = build.trial(
            items,
            lambda batch, epoch: self._retained(items or 0, batch, epoch),
            kind=plan["kind"],
            batches=None if by_epochs else batches,
            epochs=plan["epochs"] or 1,
            settle_every=plan["settle_every"] or 10**9,
            **{"arguments": self._arguments(items), "phases": self._phases(items), **self._fields},
        )
        marks = trial.batches
        if self._batch_s is not None:
            marks = [msgspec.structs.replace(mark, seconds=self._batch_s) for mark in marks]
        settled = [msgspec.structs.replace(mark, children=self.workers) for mark in trial.settled]
        return msgspec.structs.replace(
            trial, batches=marks, settled=settled, hold=spec.hold, own_allocator=spec.own_allocator
        )

    def _items(self, spec: TrialSpec) -> int | None:
        if self._whole is None or "all" in spec.size:
            return self._whole
        return int(spec.size.get("items", 16))

    def _arguments(self, items: int | None) -> Any:
        mark = build.arguments(items)
        if items is None:
            return mark
        return msgspec.structs.replace(mark, dataset_kind=self._kind, dataset_items=self._whole)

    def _phases(self, items: int | None) -> list[PhaseMark]:
        seconds = {"first-batch": self._first_batch_s * (items or 0)}
        return [
            PhaseMark(
                at_s=0.0, name=name, seconds=seconds.get(name, 0.0), memory=build.memory(held), settled_bytes=settled
            )
            for name, held, settled in (
                ("interpreter", build.BASE // 4, None),
                ("import", build.BASE, None),
                ("arguments", build.BASE, build.BASE),
                ("create", build.BASE, None),
                ("first-batch", build.BASE, None),
            )
        ]

    @property
    def ran(self) -> list[tuple[str, int | str | None]]:
        """Kind and size of each trial, in their order."""
        return [(spec.kind, spec.size.get("items", next(iter(spec.size)))) for spec in self.specs]


def session(target: MadeTarget, /, **options: Any) -> ExperimentSession:
    """A session of a made target."""
    return ExperimentSession(Job(**{"target": "data:batches", **options}), run_trial=target)


def ended(reason: str, *, at: int = 0, of: str = "", **fields: Any) -> Change:
    """A change: one trial ends in a certain way.

    Args:
        reason: As in ``TrialExit``.
        at: The number of the trial, from 0; every trial of the kind where ``of`` is said.
        of: The kind.
        fields: Of the trial.
    """
    count = iter(range(10**6))

    def change(spec: TrialSpec, trial: Trial) -> Trial:
        number = next(count)
        if (spec.kind != of) if of else (number != at):
            return trial
        exit_ = TrialExit(code=1, signal=None, reason=reason)
        return msgspec.structs.replace(trial, **{"exit": exit_, "end": None, **fields})

    return change


def raised(**fields: Any) -> RaisedMark:
    """An exception in the child."""
    mark = {"phase": "arguments", "batch": 0, "type": "X", "message": "it says so", "traceback": "", "frames": []}
    return RaisedMark(at_s=1, **{**mark, **fields})


def buffer(items: int) -> Callable[[int, int, int], float]:
    """A target that loads so many items before its first batch, and never more."""
    return lambda size, _batch, _epoch: min(size, items) * build.ITEM
