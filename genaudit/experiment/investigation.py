"""The experiment: small sizes, the drive that was asked for, what is still open, and then whose memory it is."""

from typing import Any

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.blame.attribution import blame_spike
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.suspicion import Suspicion
from genaudit.evidence.unwritten import seems_kept
from genaudit.experiment import sizes
from genaudit.experiment.call_trial import CallTrial
from genaudit.experiment.followups import FollowUps
from genaudit.experiment.forecast_trials import ForecastTrials
from genaudit.experiment.session import ExperimentSession, NoMoreTrials
from genaudit.experiment.tracing import LINE_BY_LINE, Tracing, is_certain, is_unexplained
from genaudit.model.recording import Recording, Skipped, Trial
from genaudit.recorder.trial import keeping
from genaudit.recorder.trial.monitor import Interrupted
from genaudit.report.judge import is_told_by_pipeline
from genaudit.report.recorded_sources import with_sources

UNWRITTEN_TIMES = 4
"""The drive that was asked for, so many times over."""
UNWRITTEN_S = 20.0


def investigate(session: ExperimentSession) -> Recording:
    """Run all trials of an audit, or those that can be run.

    Returns:
        What was measured, also where the target failed or the user interrupted.

    Raises:
        UsageError: The sizes cannot be understood.
        GenauditError: The target was refused, or genaudit itself failed.
        KeyboardInterrupt: Before the first trial had begun.
    """
    try:
        with keeping.kept():
            Investigation(session).run()
    except NoMoreTrials:
        # The session has kept what was measured, and says why.
        pass
    except Interrupted as stop:
        session.interrupt(stop.trial)
    except KeyboardInterrupt:
        # Between two trials.
        if not session.trials:
            raise
        session.interrupt()
    return session.recording


class Investigation:
    """Chooses the trials of one audit, each by what the ones before it showed.

    Args:
        session: Runs them.
    """

    def __init__(self, session: ExperimentSession) -> None:
        self._session = session
        self._sizes = sizes.parse_sizes(session.request.sizes)
        self._explained_of: Evidence | None = None

    def run(self) -> None:
        """Run all trials; the session keeps them."""
        whole = self._small_sizes()
        if self._is_over():
            return
        if not any(trial.kind == "clean" for trial in self._session.trials):
            self._as_asked(whole)
        if self._is_over():
            return
        if whole is not None and not self._session.trials[0].batches:
            self._sizes_above(whole)
        if whole is not None:
            whole = whole if self._session.available is None else min(whole, self._session.available)
            FollowUps(self._session, whole, may_add_sizes=self._sizes.mode == "auto").run()
            if self._sizes.mode == "auto" and not self._session.request.quick:
                # Before lines are looked for: a bound may be beyond the sizes so far.
                ForecastTrials(self._session, whole).run()
        calls = CallTrial(self._session.evidence, self._session.request)
        if calls.is_due:
            # Before lines are looked for: some targets do not bear a tracer, and that ends the trials.
            self._session.run_beside(self._session.spec("called", calls.size(), **calls.fields()))
        self._longer_where_unwritten()
        self._attribute(is_scaled=whole is not None)

    def _is_over(self) -> bool:
        """Whether nothing more can be learnt: the target does not run, or would not stop."""
        if not self._session.trials:
            return False
        last = self._session.trials[-1]
        if last.kind == "clean":
            return last.exit.reason != "completed" and not last.batches
        return last.exit.reason == "refused" or (last.exit.reason == "timed-out" and bool(last.batches))

    # Small sizes.

    def _small_sizes(self) -> int | None:
        """Measure small sizes over several epochs; the size of the whole data set, or ``None`` where nothing scales."""
        if self._sizes.mode == "off":
            return None
        first_size: dict[str, Any] = {"auto": sizes.FIRST_SIZE}
        if self._sizes.mode == "list":
            first_size = {"items": self._sizes.sizes[0]}
        spec = self._session.whole_epochs(first_size, epochs=sizes.FIRST_EPOCHS, otherwise=self._as_asked_fields())
        if self._sizes.mode == "auto":
            spec = msgspec.structs.replace(spec, patience_s=sizes.PATIENCE_S, looks_on=True)
        first = self._session.run(spec)
        marks = first.arguments
        if marks is None or first.items is None or marks.dataset_items is None:
            return None
        whole = marks.dataset_items
        if not first.batches or first.exit.reason == "memory-limit":
            return whole
        self._further_sizes(first, whole)
        return whole

    def _further_sizes(self, first: Trial, whole: int, *, above: int = 0) -> None:
        """Sizes after the first that gave batches.

        Args:
            above: A size that was too small to give one.
        """
        if self._sizes.mode == "list":
            beyond = first.arguments is not None and first.arguments.dataset_kind == "function"
            rest: list[int] = [size for size in self._sizes.sizes[1:] if size <= whole or beyond]
        else:
            second = sizes.second_size(first.items or 1, whole, above=above)
            rest = [] if second is None or self._whole_at_once(whole) else [second]
        for size in rest:
            self._session.run(self._session.whole_epochs({"items": size}))
        if self._sizes.mode == "auto":
            self._climb(whole)

    def _whole_at_once(self, whole: int) -> bool:
        """Measure the whole size second, where the drive that was asked for cannot be compared and this is cheap.

        With threads or processes two sizes near each other differ by what heaps do, and that asks for more trials.

        Returns:
            Whether it was measured.
        """
        session = self._session
        size = session.full_batches(whole)
        if not session.shares_memory or session.largest() > size * sizes.MOST_OF_WHOLE:
            return False
        if sizes.most_bytes(session.evidence.trials, size) > min(sizes.CHEAP_BYTES, session.limit_bytes / 2):
            return False
        if sizes.seconds_per_item(session.trials, epochs=False) * size > sizes.FULL_SIZE_S:
            return False
        seconds = sizes.seconds_per_item(session.trials, epochs=True) * size
        # The drive that was asked for takes as long, if it passes over all of it.
        is_asked = size <= session.request.batches * session.batch_items
        if seconds > (sizes.FULL_SIZE_S if is_asked else sizes.LADDER_S):
            return False
        # One epoch: workers begin anew with each, and fill their heaps anew.
        spec = session.whole_epochs({"items": size}, epochs=1)
        session.run(msgspec.structs.replace(spec, soft_s=sizes.FULL_SIZE_S))
        return True

    def _sizes_above(self, whole: int) -> None:
        """Where the first size gave no batch and the drive that was asked for did: it is shorter than a window."""
        first = self._session.trials[0]
        while self._is_too_small(first, whole):
            above = first.items or 0
            larger = {"items": min(whole, above * 2)}
            spec = self._session.whole_epochs(larger, epochs=sizes.FIRST_EPOCHS)
            first = self._session.run(msgspec.structs.replace(spec, patience_s=sizes.PATIENCE_S))
            if first.batches and first.items is not None:
                self._further_sizes(first, whole, above=above)

    def _is_too_small(self, first: Trial, whole: int) -> bool:
        """Whether a size gave no batch where a larger one may: it is shorter than a window, or than a split."""
        if self._sizes.mode != "auto" or first.batches or not first.items or first.items >= whole:
            return False
        return first.exit.reason in {"raised", "completed", "timed-out"}

    def _climb(self, whole: int) -> None:
        """Where memory grows with n, add sizes: fewer show no difference between a line and a buffer that fills."""
        if self._session.suspicion.eager:
            steps = self._ladder(whole, epochs=False)
            # The drive that was asked for is itself the largest step, if it is going to be run.
            is_step = self._may_run_whole(whole) and len(steps) > 1 and not self._session.shares_memory
            for wanted in steps[:-1] if is_step else steps:
                size = self._affordable(wanted, epochs=False)
                if size is None:
                    break
                self._session.run(self._session.first_batch_only(size))
            self._beyond_buffer(whole)
        if self._session.suspicion.cache_open:
            self._resolve(whole)
        if self._session.suspicion.cache:
            for wanted in self._ladder(whole, epochs=True):
                size = self._affordable(wanted, epochs=True)
                if size is None:
                    break
                self._session.run(self._session.whole_epochs({"items": size}, epochs=1))

    def _ladder(self, whole: int, *, epochs: bool) -> list[int]:
        """Sizes between those that were measured and the whole; or below it where it has been measured."""
        largest = self._session.largest(epochs=epochs)
        if largest < whole * sizes.MOST_OF_WHOLE:
            return sizes.ladder(largest, whole)
        measured = {trial.items for trial in self._session.evidence.steady if trial.items and trial.items < largest}
        return sizes.ladder(max(measured), whole) if measured else []

    def _affordable(self, wanted: int, *, epochs: bool) -> int | None:
        """A step of the ladder, or twice the largest size so far where that would take too long."""
        for size in (wanted, 2 * self._session.largest(epochs=epochs)):
            if size <= wanted and self._session.has_items(size) and self._session.can_afford(size, epochs=epochs):
                return size
        return None

    def _beyond_buffer(self, whole: int) -> None:
        """Sizes at which the source's own shuffle buffer is full: below, it holds whatever there is."""
        buffer = self._session.evidence.buffer_size
        if buffer is None:
            return
        most = whole * sizes.BEYOND if self._session.can_make_more else whole
        measured = {trial.items or 0 for trial in self._session.evidence.steady}
        if len([size for size in measured if size >= buffer]) > 1:
            return
        for size in sizes.beyond_buffer(buffer, most):
            if not self._session.can_afford(size, epochs=False):
                break
            self._session.run(self._session.first_batch_only(size))

    def _resolve(self, whole: int) -> None:
        """A size whose epoch tells a cache from the noise of the readings."""
        evidence = self._session.evidence
        limit = self._session.limits.cached_bytes_per_item(evidence.data_item_bytes, evidence.file_bytes_per_item)
        smallest = min(trial.items or 0 for trial in self._session.trials if trial.epochs)
        resolving = sizes.resolving_size(smallest, evidence.trial_set.resolution_bytes, limit)
        size = self._session.full_batches(min(whole, resolving))
        if size > self._session.largest(epochs=True) and self._session.can_afford(size, epochs=True):
            self._session.run(self._session.whole_epochs({"items": size}, epochs=1))

    # The drive that was asked for.

    def _as_asked(self, whole: int | None) -> None:
        """The clean trial, at the whole size unless that would pass the memory limit or take too long."""
        size: dict[str, Any] = {"all": True}
        if whole is not None and self._sizes.mode != "list" and not self._may_run_whole(whole):
            forecast = round(self._session.forecast_bytes(whole))
            reason = (
                "the law of the small sizes passes the memory limit there"
                if forecast > self._session.limit_bytes
                else "the fault is proven at the small sizes, and loading all of it would take long"
            )
            self._session.skip(Skipped(kind="clean", items=whole, reason=reason, forecast_bytes=forecast))
            size = {"items": self._session.largest()}
        for _ in range(max(1, self._session.request.repeats)):
            fields = {**self._as_asked_fields(), "size": size}
            if self._session.shares_memory and self._judged_by_others():
                # What is retained is known; the peak is to be that of the job, with an arena for each thread.
                fields |= {"own_allocator": True, "extends": False}
            trial = self._session.run(self._session.spec(**fields))
            if trial.exit.reason != "completed":
                break

    def _judged_by_others(self) -> bool:
        """Whether what is retained is known from small sizes, so that the drive can be as the user has it."""
        return len({trial.items for trial in self._session.trials if trial.batches}) > 1

    def _may_run_whole(self, whole: int) -> bool:
        if self._session.forecast_bytes(whole) > self._session.limit_bytes:
            return False
        if not self._session.suspicion.eager:
            return True
        return sizes.seconds_per_item(self._session.trials, epochs=False) * whole <= sizes.FULL_SIZE_S

    def _as_asked_fields(self) -> dict[str, Any]:
        request = self._session.request
        return {
            "kind": "clean",
            "batches": request.batches if request.epochs is None else request.max_batches,
            "epochs": request.epochs,
            "hold": request.hold,
            "thorough": False,
            "settle_every": sizes.settle_every(request),
            "soft_s": request.timeout_s * sizes.SHARE_OF_TIMEOUT,
            # After all readings, and so without a price: who holds what at the end.
            "walks": ["end"],
        }

    def _longer_where_unwritten(self) -> None:
        """Where arrays of most batches are held and take no memory, a longer drive: what is bounded holds no more."""
        clean, evidence, request = self._session.evidence.trial_set.clean, self._session.evidence, self._session.request
        if clean is None or not seems_kept(clean, evidence.batch_bytes or 0):
            return
        batches = min(request.max_batches, UNWRITTEN_TIMES * readings.n_batches(clean))
        size = {"items": clean.items} if clean.items else {"all": True}
        fields = {"batches": batches, "settle_every": batches, "soft_s": UNWRITTEN_S, "extends": False}
        self._session.run(self._session.spec("walked", size, walks=["first", "end"], **fields))

    # Whose it is.

    def _attribute(self, *, is_scaled: bool) -> None:
        """Find whose memory it is that the clean trials found: walk references first, trace only what that leaves open.

        Args:
            is_scaled: Whether there is a data set that could be measured at several sizes. Without one, what is held is
                compared with what an epoch yields, which takes a walk.
        """
        suspicion = self._session.suspicion
        tracing = Tracing(self._session.evidence, suspicion, self._session.request)
        is_accounted = not is_scaled or self._session.evidence.is_of_parts
        if is_accounted or (suspicion.holds and is_unexplained(self._explained(), suspicion)):
            # Small sizes that were driven up to the first batch may have told already who holds the data.
            fields = tracing.walk_fields(is_scaled=is_scaled)
            walked = self._session.run(self._session.spec("walked", tracing.size(), **fields))
            if walked.exit.reason in {"timed-out", "memory-limit"}:
                # Under a tracer it would take even more.
                return
        if suspicion.any or self._session.request.lines or self._session.request.native:
            # Else nothing is to be blamed, and tracing would cost more than all that was measured.
            self._trace(tracing, suspicion)

    def _trace(self, tracing: Tracing, suspicion: Suspicion) -> None:
        """Trace at a small size: the lines that walks do not tell."""
        request = self._session.request
        is_asked = request.lines or request.native
        holds_only = not (is_asked or suspicion.moves or suspicion.handles)
        if holds_only and is_told_by_pipeline(self._explained(), self._session.limits):
            return
        if is_asked or suspicion.handles or not is_certain(self._explained(), suspicion):
            traced = self._session.run(
                self._session.spec(
                    "traced",
                    tracing.size(),
                    engine="tracemalloc",
                    table=tracing.table(self._explained()),
                    **tracing.fields(),
                )
            )
            if traced.exit.reason not in {"completed", "raised"}:
                return
        if request.native:
            # Before the lines, which may not be needed then.
            self._session.run(self._session.spec("native", tracing.size(), engine="memray", **tracing.fields()))
        wants_lines = suspicion.moves or request.lines or is_unexplained(self._explained(), suspicion)
        if wants_lines and self._session.sees_lines:
            self._run_line_by_line(tracing, peaks_only=not (suspicion.holds or request.lines))

    def _run_line_by_line(self, tracing: Tracing, *, peaks_only: bool) -> None:
        """Read memory at every line; for a spike alone, first without those lines that seem to move none."""
        fields = {**tracing.fields(), **LINE_BY_LINE}
        lines = self._session.run(
            self._session.spec("lines", tracing.size(), engine="lines", **fields, peaks_only=peaks_only)
        )
        spike = self._session.evidence.spike
        if not peaks_only or spike is None or lines.exit.reason != "completed":
            return
        if blame_spike(self._session.evidence, spike.transient_bytes) is None:
            self._session.run(self._session.spec("lines", tracing.size(), engine="lines", **fields))

    def _explained(self) -> Evidence:
        """The numbers so far, with the sources that lines are looked for in; made once until there is another trial."""
        if self._explained_of is not self._session.evidence:
            self._explained_of = self._session.evidence
            self._with_sources = Evidence(with_sources(self._session.recording, lambda text: text))
        return self._with_sources
