"""How long an audit still takes: the trials that are planned, each with the seconds that those so far let expect."""

import functools
import math
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.suspicion import Suspicion, growing_law, suspicion
from genaudit.experiment import sizes
from genaudit.experiment.call_trial import CALLS, CallTrial
from genaudit.model.limits import Limits
from genaudit.model.progress import Progress
from genaudit.model.recording import Request, Trial
from genaudit.recorder.trial.spec import TrialSpec

_OF_DRIVE = ("create", "first-batch", "steady")
# Twice as many items take 1.4 times as long or more: what takes the time grows with them.
_GROWS = 0.5
# Of the drive that was asked for and of the trials that look for lines: about so many settled readings, and batches.
_FEW_READINGS = 2
_LINE_BATCHES = 16
_TRACED = 3.0
"""How much longer a batch takes under a tracer, about."""


class Costs(NamedTuple):
    """What the parts of a trial take, by the trials so far."""

    starts: list[tuple[float, float]]
    """Items and seconds, of each trial, until the target is called."""
    firsts: list[tuple[float, float]]
    """... from the call to the first batch."""
    fills: list[tuple[float, float]]
    """As ``starts``, of those trials that fill free blocks first."""
    batch_s: float
    settled_s: float
    """A settled reading, ..."""
    between_s: float
    """... and what those between the batches of a small size take for each batch: there is a bound to it."""

    @classmethod
    def of(cls, trials: list[Trial], *, forks: bool = False) -> "Costs | None":
        """From the trials that came to their end; ``None`` where there is none yet.

        Args:
            trials: Those so far.
            forks: Those to come are forks of a process that has imported the libraries.
        """
        done = [trial for trial in trials if trial.batches and trial.exit.reason == "completed"]
        # A tracer takes time of its own.
        done = [trial for trial in done if trial.kind in {"scaled", "clean", "forecast"}]
        if not done:
            return None
        pulls = [mark.seconds / max(1, mark.count) for trial in done for mark in trial.batches[1:]]
        between = [
            (max(0.0, _seconds(trial, "steady") - sum(mark.seconds for mark in trial.batches[1:])), trial)
            for trial in done
            if trial.kind == "scaled" and trial.settled
        ]
        usual = [trial for trial in done if trial.kind != "forecast"] or done
        return cls(
            _starts(usual, forks=forks),
            [(float(trial.items or 0), _seconds(trial, "create", "first-batch")) for trial in done],
            _starts([trial for trial in done if trial.kind == "forecast"], forks=forks),
            statistics.fmean(pulls) if pulls else _seconds(done[-1], "first-batch"),
            statistics.fmean([seconds / len(trial.settled) for seconds, trial in between]) if between else 0.0,
            statistics.fmean([seconds / trial.batches[-1].last for seconds, trial in between]) if between else 0.0,
        )

    def seconds(self, items: int | None, batches: int, *, kind: str = "", settles_each: bool = False) -> float:
        """What a trial takes.

        Args:
            items: Its size.
            batches: How far it goes.
            kind: As in ``TrialSpec``.
            settles_each: Whether memory is settled after each batch.
        """
        start = _at(self.fills if kind == "forecast" and self.fills else self.starts, items)
        between = batches * self.between_s if settles_each else _FEW_READINGS * self.settled_s
        return start + _at(self.firsts, items) + max(0, batches - 1) * self.batch_s + between


class Outlook:
    """The plan of an audit in seconds, when a trial begins.

    Args:
        trials: Those so far.
        spec: The one that begins.
        limits: As for the suspicion.
        request: What the user asked for.
        evidence: The numbers so far.
        forks: The trials to come are forks of a process that has imported the libraries.
    """

    def __init__(
        self,
        trials: list[Trial],
        spec: TrialSpec,
        *,
        request: Request,
        limits: Limits,
        evidence: Callable[[], Evidence],
        forks: bool = False,
    ) -> None:
        self._trials = trials
        self._spec = spec
        self._request = request
        self._costs = Costs.of(trials, forks=forks)
        self._whole = max((trial.arguments.dataset_items or 0 for trial in trials if trial.arguments), default=0)
        self._batch_items = readings.batch_items(trials) or 1
        self._evidence = evidence() if self._costs is not None else None
        self._suspicion = suspicion(self._evidence, limits) if self._evidence is not None else None

    def trial_s(self) -> float | None:
        """Seconds that the trial takes; ``None`` while there is nothing to compare it with."""
        costs, spec = self._costs, self._spec
        if costs is None:
            return None
        items = self._whole if "all" in spec.size else spec.size.get("items")
        batches = spec.batches
        if spec.epochs is not None and items:
            by_epochs = spec.epochs * self._per_epoch(items)
            batches = min(batches, by_epochs) if batches else by_epochs
        if spec.calls:
            return _at(costs.starts, items) + spec.calls * (_at(costs.firsts, items) + costs.settled_s)
        settles_each = spec.thorough and spec.settle_every == 1
        seconds = costs.seconds(items, batches, kind=spec.kind, settles_each=settles_each)
        return seconds * _TRACED if spec.engine != "none" else seconds

    def after(self) -> list[tuple[str, float]]:
        """Kind and seconds of each trial that is planned after it, by what is known now."""
        costs, found = self._costs, self._suspicion
        if costs is None or found is None:
            return []
        ladder = self._ladder(costs, found)
        planned = [*self._small_sizes(costs), *ladder, *self._as_asked(costs, found)]
        planned += [*self._whole_again(costs), *self._forecasts(costs, found)]
        if self._is_to_come("called") and self._evidence is not None and not self._is_attributing():
            calls = CallTrial(self._evidence, self._request)
            if calls.is_due:
                items = calls.size().get("items")
                call_s = _at(costs.firsts, items) + costs.settled_s
                planned.append(("called", _at(costs.starts, items) + CALLS * call_s))
        if self._asks_for_lines(found, walks=bool(ladder)) and not self._is_attributing():
            planned.append(("walked", costs.seconds(self._smallest, _LINE_BATCHES)))
        return planned

    def _small_sizes(self, costs: Costs) -> list[tuple[str, float]]:
        """Sizes of a list that are still to come."""
        asked = sizes.parse_sizes(self._request.sizes)
        if asked.mode != "list" or not self._is_to_come("clean", "forecast", "called", "walked"):
            return []
        now = int(self._spec.size.get("items", 0))
        return [("scaled", self._epochs(costs, size)) for size in asked.sizes if size > now]

    def _ladder(self, costs: Costs, found: Suspicion) -> list[tuple[str, float]]:
        """Sizes above, where the data set is held."""
        if not found.eager or self._request.sizes != "auto" or self._spec.kind != "scaled" or self._has("clean"):
            return []
        steps = sizes.ladder(self._largest, self._whole)
        if self._runs_whole(found) and len(steps) > 1:
            # The drive that was asked for is the largest step.
            del steps[-1]
        return [("scaled", costs.seconds(size, 1)) for size in steps if self._item_s * size <= sizes.LADDER_S]

    def _runs_whole(self, found: Suspicion) -> bool:
        """Whether the drive that was asked for has the whole data set, although all of it is loaded first."""
        return not found.eager or self._item_s * self._whole <= sizes.FULL_SIZE_S

    @property
    def _item_s(self) -> float:
        return sizes.seconds_per_item(self._trials, epochs=False)

    def _as_asked(self, costs: Costs, found: Suspicion) -> list[tuple[str, float]]:
        """The drive that was asked for."""
        left = max(1, self._request.repeats) - sum(trial.kind == "clean" for trial in self._trials)
        left -= self._spec.kind == "clean"
        if left <= 0 or not self._is_to_come("forecast", "called", "walked", "traced", "lines", "native"):
            return []
        items = self._whole or None
        if items and not self._runs_whole(found):
            ladder = [size for size in sizes.ladder(self._largest, items) if self._item_s * size <= sizes.LADDER_S]
            items = max([self._largest, *ladder])
        batches = self._request.batches
        if self._request.epochs is not None and items:
            batches = min(self._request.max_batches, self._request.epochs * self._per_epoch(items))
        return [("clean", costs.seconds(items, batches))] * left

    def _whole_again(self, costs: Costs) -> list[tuple[str, float]]:
        """An epoch of all items that can be compared with the small sizes, where there are threads or processes."""
        if self._request.sizes != "auto" or not self._whole or self._evidence is None:
            return []
        driven = max([trial.items or 0 for trial in self._trials if trial.epochs], default=0)
        size = self._whole // self._batch_items * self._batch_items
        if not self._evidence.trial_set.shares_memory or size <= driven or self._is_attributing():
            return []
        batches = self._per_epoch(size)
        return [("scaled", costs.seconds(size, batches, settles_each=True))] * (self._spec.size.get("items") != size)

    def _forecasts(self, costs: Costs, found: Suspicion) -> list[tuple[str, float]]:
        """The trials that a forecast rests on, where memory grows with the data set."""
        request = self._request
        if request.quick or request.sizes != "auto" or not self._whole or self._is_attributing():
            return []
        if self._evidence is None or growing_law(self._evidence, found) is None:
            return []
        done = sum(trial.kind == "forecast" for trial in self._trials) + (self._spec.kind == "forecast")
        # Of a size that is loaded in a moment.
        size = min(self._whole, round(sizes.FORECAST_S / self._item_s)) if self._item_s else self._whole
        return [
            ("forecast", costs.seconds(round(size * share), 1, kind="forecast"))
            for share in sizes.FORECAST_SHARES[done:]
        ]

    def _asks_for_lines(self, found: Suspicion, *, walks: bool) -> bool:
        """Whether lines are looked for in a trial of their own.

        Args:
            found: What is suspected.
            walks: The sizes to come walk references, which tells who holds a data set.
        """
        walks = walks or any(trial.retention for trial in self._trials if trial.kind == "scaled")
        return found.any and not (found.eager and walks and not (found.moves or found.handles))

    def _epochs(self, costs: Costs, items: int) -> float:
        batches = sizes.SMALL_EPOCHS * self._per_epoch(items)
        return costs.seconds(items, batches, settles_each=True)

    def _per_epoch(self, items: int) -> int:
        """Batches of an epoch, by one that was driven to its end."""
        driven = [(trial.items, trial.epochs[0].batches) for trial in self._trials if trial.items and trial.epochs]
        if not driven:
            return -(-items // self._batch_items)
        size, batches = max(driven)
        return max(1, math.ceil(items * batches / size))

    def _has(self, *kinds: str) -> bool:
        return any(trial.kind in kinds for trial in self._trials)

    def _is_to_come(self, *kinds: str) -> bool:
        """Whether no trial of these kinds has begun."""
        return self._spec.kind not in kinds and not self._has(*kinds)

    def _is_attributing(self) -> bool:
        return not self._is_to_come("walked", "traced", "lines", "native")

    @property
    def _largest(self) -> int:
        now = int(self._spec.size.get("items", 0)) if self._spec.kind == "scaled" else 0
        return max(now, *[trial.items or 0 for trial in self._trials if trial.kind == "scaled"], 1)

    @property
    def _smallest(self) -> int | None:
        return min((trial.items for trial in self._trials if trial.items), default=None)


def told(progress: Callable[[Progress], None], step: int, outlook: Callable[[], Outlook]) -> Callable[[Progress], None]:
    """Tell the plan with where a trial is, from its beginning on.

    Args:
        progress: Told.
        step: Which trial of the audit it is, from 1.
        outlook: Of the trial that begins now; made when the trial runs, so that it does not wait for that.
    """
    began = time.monotonic()

    @functools.cache
    def plan() -> dict[str, Any]:
        made = outlook()
        after, trial_s = made.after(), made.trial_s()
        return {
            "trial_s": trial_s,
            "after_s": sum(seconds for _, seconds in after),
            "ahead": tuple(dict.fromkeys(kind for kind, _ in after)),
            "step": step,
            # The report is the last.
            "steps": None if trial_s is None else step + len(after) + 1,
        }

    def tell(where: Progress) -> None:
        progress(msgspec.structs.replace(where, elapsed_s=time.monotonic() - began, **plan()))

    return tell


def _seconds(trial: Trial, *names: str) -> float:
    return sum(phase.seconds for phase in trial.phases if phase.name in names)


def _starts(trials: list[Trial], *, forks: bool) -> list[tuple[float, float]]:
    """Items, and seconds until the target is called: without what a fork need not import again."""
    alike = [trial for trial in trials if trial.forked == forks] or trials
    return [
        (
            float(trial.items or 0),
            trial.wall_s - _seconds(trial, *_OF_DRIVE, *(["import"] if forks and not trial.forked else [])),
        )
        for trial in alike
    ]


def _at(points: list[tuple[float, float]], items: int | None) -> float:
    """Seconds at a size: as for the others, or in proportion to the items where two sizes show that."""
    usual = statistics.median(seconds for _, seconds in points)
    (low, low_s), (high, high_s) = min(points), max(points)
    if not items or not 0 < low < high or low_s <= 0:
        return usual
    if high_s / low_s < (high / low) ** _GROWS:
        return usual
    return high_s * items / high
