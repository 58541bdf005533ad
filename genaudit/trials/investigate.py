"""The experiment: small sizes, the drive that was asked for, what is still in doubt, and then whose it is."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.suspicion import Suspicion, suspicion
from genaudit.model.limits import Limits
from genaudit.model.recording import Recording, Skipped, Trial
from genaudit.record.spec import TrialSpec
from genaudit.trials import plan
from genaudit.trials.attribute import LINE_BY_LINE, Tracing, is_unexplained

LONG_EPOCH_BATCHES = 16
# Batches, and batches between settled readings: of an epoch of 16, the second time at ever other places.
LONG_DRIVES = ((64, 4), (512, 7))
LONG_SETTLE_S = 10.0
LONG_DRIVE_S = 20.0
MANY_EPOCHS = 32
SMALL_SOFT_S = 15.0

Run = Callable[[TrialSpec], Trial]


class Investigation:
    """Runs the trials of one audit, one at a time, each chosen by what the ones before it showed.

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
        self._request = recording.request
        self._limit_bytes = recording.limit.trial_bytes
        self._target = target
        self._inputs = inputs
        self._run = run
        self._limits = limits
        self._sizes = plan.parse_sizes(recording.request.sizes)
        self.trials: list[Trial] = []
        self.skipped: list[Skipped] = []

    @property
    def so_far(self) -> Recording:
        """The recording with the trials that have been run."""
        return msgspec.structs.replace(self._recording, trials=list(self.trials), skipped=list(self.skipped))

    def conduct(self) -> None:
        """Run all trials; what they show is in ``so_far``."""
        whole = self._small_sizes()
        if self._is_over():
            return
        if not any(trial.kind == "clean" for trial in self.trials):
            self._as_asked(whole)
        if self._is_over():
            return
        if whole is not None:
            self._doubts(whole)
        self._attribute()

    def _is_over(self) -> bool:
        """Whether nothing more can be learnt: the target does not run, or would not stop."""
        if not self.trials:
            return False
        last = self.trials[-1]
        if last.kind == "clean":
            return last.exit.reason != "completed" and not last.batches
        return last.exit.reason in {"refused"} or (last.exit.reason == "timed-out" and bool(last.batches))

    # Small sizes.

    def _small_sizes(self) -> int | None:
        """Measure small sizes over several epochs; the size of the whole data set, or ``None`` where nothing scales."""
        if self._sizes.mode == "off":
            return None
        first_size: dict[str, Any] = {"auto": plan.FIRST_SIZE}
        if self._sizes.mode == "list":
            first_size = {"items": self._sizes.sizes[0]}
        first = self._add(self._small(first_size, epochs=plan.FIRST_EPOCHS, otherwise=self._as_asked_fields()))
        marks = first.arguments
        if marks is None or first.items is None or marks.dataset_items is None:
            return None
        whole = marks.dataset_items
        if not first.batches or first.exit.reason == "memory-limit":
            return whole
        if self._sizes.mode == "list":
            beyond = marks.dataset_kind == "function"
            rest: list[int] = [size for size in self._sizes.sizes[1:] if size <= whole or beyond]
        else:
            second = plan.second_size(first.items, whole)
            rest = [] if second is None else [second]
        for size in rest:
            self._add(self._small({"items": size}))
        if self._sizes.mode == "auto":
            self._climb(whole)
        return whole

    def _climb(self, whole: int) -> None:
        """Where memory grows with n, add sizes: a line must be told from a buffer that is not full yet."""
        if self._suspicion().eager:
            steps = plan.ladder(self._largest(), whole)
            # The drive that was asked for is itself the largest step, if it is going to be run.
            is_step = self._may_run_whole(whole) and len(steps) > 1 and not self._shares_memory()
            for size in steps[:-1] if is_step else steps:
                if not self._affords(size, epochs=False):
                    break
                self._add(self._first_batch_only(size))
        if self._suspicion().cache_open:
            self._resolve(whole)
        if self._suspicion().cache:
            for size in plan.ladder(self._largest(epochs=True), whole):
                if not self._affords(size, epochs=True):
                    break
                self._add(self._small({"items": size}, epochs=1))

    def _resolve(self, whole: int) -> None:
        """A size whose epoch tells a cache from the noise of the readings."""
        evidence = Evidence(self.so_far)
        limit = self._limits.cached_bytes_per_item(evidence.item_bytes, evidence.file_bytes_per_item)
        smallest = min(trial.items or 0 for trial in self.trials if trial.epochs)
        size = self._even(min(whole, plan.resolving_size(smallest, evidence.resolution_bytes, limit)))
        if size > self._largest(epochs=True) and self._affords(size, epochs=True):
            self._add(self._small({"items": size}, epochs=1))

    def _affords(self, size: int, *, epochs: bool) -> bool:
        seconds = plan.seconds_per_item(self.trials, epochs=epochs) * size
        return seconds <= plan.LADDER_S and self._forecast(size) <= self._limit_bytes

    def _largest(self, *, epochs: bool = False) -> int:
        steady = Evidence(self.so_far).steady
        return max((trial.items or 0 for trial in steady if trial.epochs or not epochs), default=0)

    def _shares_memory(self) -> bool:
        return any(readings.shares_memory(trial) for trial in self.trials)

    # The drive that was asked for.

    def _as_asked(self, whole: int | None) -> None:
        """The clean trial, at the whole size unless that would pass the memory limit or take too long."""
        size: dict[str, Any] = {"all": True}
        if whole is not None and self._sizes.mode != "list" and not self._may_run_whole(whole):
            forecast = round(self._forecast(whole))
            reason = (
                "the law of the small sizes passes the memory limit there"
                if forecast > self._limit_bytes
                else "the fault is proven at the small sizes, and loading all of it would take long"
            )
            self.skipped.append(Skipped(kind="clean", items=whole, reason=reason, forecast_bytes=forecast))
            size = {"items": self._largest()}
        for _ in range(max(1, self._request.repeats)):
            fields = {**self._as_asked_fields(), "size": size}
            if self._judged_by_others():
                fields |= {"own_allocator": True, "extends": not self._shares_memory()}
            trial = self._add(self._spec(**fields))
            if trial.exit.reason != "completed":
                break

    def _may_run_whole(self, whole: int) -> bool:
        if self._forecast(whole) > self._limit_bytes:
            return False
        if not self._suspicion().eager:
            return True
        return plan.seconds_per_item(self.trials, epochs=False) * whole <= plan.FULL_SIZE_S

    def _forecast(self, items: int) -> float:
        evidence = Evidence(self.so_far)
        law = evidence.peak_law
        return plan.forecast_peak_bytes(evidence.trials, law if law and law.per_item.low > 0 else None, items)

    def _as_asked_fields(self) -> dict[str, Any]:
        request = self._request
        return {
            "kind": "clean",
            "batches": request.batches if request.epochs is None else request.max_batches,
            "epochs": request.epochs,
            "hold": request.hold,
            "thorough": False,
            "settle_every": max(1, request.batches // 4),
            "soft_s": request.timeout_s * 0.8,
        }

    # Doubts.

    def _doubts(self, whole: int) -> None:
        """Add what would settle an open question: a size where the law bends, more batches where a rise is small."""
        if self._sizes.mode == "auto":
            self._whole_again(whole)
            self._bend()
            self._sharpen(whole)
            self._whole_epoch(whole)
        suspicion = self._suspicion()
        if suspicion.growth_open or suspicion.epoch_growth_open:
            self._long_drive(whole)
        if suspicion.growth_by_epoch or self._suspicion().epoch_growth_open:
            self._many_epochs()

    def _whole_again(self, whole: int) -> None:
        """Where the drive that was asked for cannot be compared with the small sizes, one at its size that can."""
        size = self._even(whole)
        if not self._shares_memory() or size <= self._largest(epochs=True):
            return
        if self._affords(size, epochs=True):
            self._add(self._small({"items": size}, epochs=1))
        elif size > self._largest() and self._affords(size, epochs=False):
            self._add(self._first_batch_only(size))

    def _many_epochs(self) -> None:
        """What seems to come with every epoch may be a window over several: it ends when there are more of them."""
        first = min((trial.items for trial in self.trials if trial.items and trial.epochs), default=None)
        if first is not None and plan.seconds_per_item(self.trials, epochs=True) * first * MANY_EPOCHS <= LONG_DRIVE_S:
            self._add(self._small({"items": first}, epochs=MANY_EPOCHS))

    def _bend(self) -> None:
        """A law that bends between the two largest sizes is a full buffer only if it is flat from there on."""
        law = Evidence(self.so_far).first_law
        if law is None or not law.bends or law.flattens:
            return
        low, high = law.sizes[-2:]
        size = plan.between(low, high)
        if size is not None and self._affords(size, epochs=False):
            self._add(self._first_batch_only(size))

    def _whole_epoch(self, whole: int) -> None:
        """What seems a cache is one only if it is one at the whole size too, as far as an epoch of it can be driven."""
        suspicion = self._suspicion()
        if not (suspicion.cache or suspicion.cache_open):
            return
        largest = self._largest(epochs=True)
        steps = [self._even(step) for step in (whole, largest * 4, largest * 2)]
        size = next((step for step in steps if self._affords(step, epochs=True)), largest)
        if largest < size <= whole:
            self._add(self._small({"items": size}, epochs=1))
        suspicion = self._suspicion()
        # A line or a step? One size more, half-way, tells.
        half = self._even(self._largest(epochs=True) // 2)
        measured = {trial.items for trial in Evidence(self.so_far).steady if trial.epochs}
        if (suspicion.cache or suspicion.cache_open) and half not in measured and self._affords(half, epochs=True):
            self._add(self._small({"items": half}, epochs=1))
        if self._suspicion().cache_open and self._may_go_beyond():
            beyond = plan.BEYOND * whole
            if self._affords(beyond, epochs=True):
                self._add(self._small({"items": beyond}, epochs=1))

    def _even(self, size: int) -> int:
        """The size, less what does not fill a batch."""
        n_items = readings.batch_items(self.trials) or 1
        return max(n_items, size // n_items * n_items)

    def _may_go_beyond(self) -> bool:
        """Whether the data set can be made larger: a function makes it, and the user did not say how large it is."""
        marks = [trial.arguments for trial in self.trials if trial.arguments is not None]
        return self._request.items is None and any(mark.dataset_kind == "function" for mark in marks)

    def _sharpen(self, whole: int) -> None:
        """More sizes for a law whose slope is not known well enough to forecast with."""
        if not self._suspicion().eager:
            return
        for share in (0.5, 0.75):
            law = Evidence(self.so_far).first_law
            size = round(whole * share)
            if law is None or plan.is_precise(law) or not self._affords(size, epochs=False):
                return
            self._add(self._first_batch_only(size))

    def _long_drive(self, whole: int) -> None:
        """A small data set with long epochs, over and over: growth that is left then is none of a cache."""
        n_items = readings.batch_items(self.trials) or 1
        size = self._even(min(whole, LONG_EPOCH_BATCHES * n_items))
        for batches, settle_every in LONG_DRIVES:
            epochs = max(plan.SMALL_EPOCHS, -(-batches * n_items // size))
            if plan.seconds_per_item(self.trials, epochs=True) * size * epochs > LONG_DRIVE_S:
                return
            spec = self._small({"items": size}, epochs=epochs)
            self._add(msgspec.structs.replace(spec, settle_every=settle_every, settle_free_s=LONG_SETTLE_S))
            if not self._suspicion().growth_open:
                return

    # Whose it is.

    def _attribute(self) -> None:
        """Trace at a small size: the lines that hold what the clean trials found."""
        suspicion = self._suspicion()
        if not suspicion.any and not self._request.lines:
            # Nothing is to be blamed, and tracing would cost more than all that was measured.
            return
        tracing = Tracing(Evidence(self.so_far), suspicion, self._request)
        traced = self._add(self._spec("traced", tracing.size(), engine="tracemalloc", **tracing.fields()))
        if traced.exit.reason not in {"completed", "raised"}:
            return
        if suspicion.spike or self._request.lines or is_unexplained(Evidence(self.so_far), suspicion):
            self._add(self._spec("lines", tracing.size(), engine="lines", **tracing.fields(), **LINE_BY_LINE))

    # Trials.

    def _suspicion(self) -> Suspicion:
        return suspicion(Evidence(self.so_far), self._limits)

    def _small(
        self, size: dict[str, Any], *, epochs: int = plan.SMALL_EPOCHS, otherwise: dict[str, Any] | None = None
    ) -> TrialSpec:
        return self._spec(
            "scaled",
            size,
            batches=0,
            epochs=epochs,
            thorough=True,
            settle_every=1,
            soft_s=SMALL_SOFT_S,
            otherwise=otherwise,
        )

    def _first_batch_only(self, size: int) -> TrialSpec:
        return self._spec("scaled", {"items": size}, batches=1, epochs=None, thorough=True)

    def _judged_by_others(self) -> bool:
        """Whether what is retained is known from small sizes, so that the drive can be as the user has it."""
        return len({trial.items for trial in self.trials if trial.batches}) > 1

    def _spec(self, kind: str, size: dict[str, Any], **fields: Any) -> TrialSpec:
        fields.setdefault("hold", self._request.hold)
        return TrialSpec(
            kind=kind,
            target=self._target,
            size=size,
            inputs=self._inputs,
            **{"timeout_s": self._request.timeout_s, **fields},
        )

    def _add(self, spec: TrialSpec) -> Trial:
        trial = self._run(spec)
        self.trials.append(trial)
        return trial
