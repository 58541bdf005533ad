"""Runs the original and changed files beside it: audits, batches, and times in turns."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from genaudit.comparison.audits import audited
from genaudit.comparison.drives import AuditedVariant, common_size, size_of
from genaudit.comparison.same_data import TRY_UNORDERED, Checker
from genaudit.comparison.variants import VariantSpec
from genaudit.experiment import sizes as plan
from genaudit.fix.origins import Origins
from genaudit.fix.proof import Pace, Trialled, early
from genaudit.fix.shadow import Shadow, shadow
from genaudit.model.catalogue import CALL_GROWTH
from genaudit.model.comparison import BatchCheck, SameData
from genaudit.model.job import Job
from genaudit.model.outcome import Location, Outcome
from genaudit.model.progress import Progress
from genaudit.model.recording import Recording, Trial
from genaudit.model.report import Report
from genaudit.recorder.trial.monitor import Interrupted
from genaudit.report.growth_law import retained_curves
from genaudit.report.tables import seconds_to_first_batch

EPOCHS = 2
"""What was read once, and is not there a second time, shows in the second epoch."""
ROUNDS = 3
LONGEST_S = 60.0
"""Of two epochs of the original; a smaller part of the data set is compared where the whole takes longer."""
LONG_S = 10.0
"""A drive that takes longer is made once."""


class Runner:
    """Runs one target as it is, and with some files changed.

    Args:
        job: What is asked for.
        say: Called once for each step.
        progress: Called a few times a second.
    """

    def __init__(
        self,
        job: Job,
        say: Callable[[str], None] = lambda _: None,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._job = job
        self._say = say
        self._progress = progress
        self._sessions = contextlib.ExitStack()
        self._spec = VariantSpec(
            target=job.target,
            launch=job.target,
            name="original",
            arguments=job.arguments,
            values=job.values,
            configured=job.configured,
        )
        self._original: AuditedVariant | None = None
        self._checkers: dict[tuple[int | None, bool], Checker] = {}

    def __enter__(self) -> Runner:
        """The runner; what is left of its trials ends with the ``with`` statement."""
        return self

    def __exit__(self, *_: object) -> None:
        self._sessions.close()

    @property
    def recording(self) -> Recording:
        """Of the original."""
        return self._base.recording

    @property
    def problem(self) -> str | None:
        """Why the original could not be measured to the end."""
        return self._base.problem

    @property
    def _base(self) -> AuditedVariant:
        assert self._original is not None
        return self._original

    def covered(self, text: str) -> str:
        """Source text without what looks like a secret, every letter in its place."""
        return self._base.session.covering.source(text)

    def original(self) -> Report:
        """The audit of the target as it is.

        Raises:
            GenauditError: The target or an argument cannot be understood.
        """
        self._say("auditing the original")
        self._original = audited(
            self._spec, 0, self._job, sessions=self._sessions, progress=self._progress, quick=False
        )
        return self._original.report

    def changed(
        self, contents: Mapping[Path, bytes], finding: Outcome, before: Report, summary: str, origins: Origins
    ) -> Trialled:
        """The target with other contents of some files; batches are compared where its audit is clean of a finding.

        Args:
            contents: By path.
            finding: What is to be gone.
            before: What was found in the original.
            summary: What was changed.
            origins: Which line of the original is which of the changed files.

        Raises:
            Interrupted: On Ctrl-C.
        """
        self._say(f"auditing the copy: {summary}")
        with shadow(contents) as copy, contextlib.ExitStack() as sessions:
            job = self._job
            if job.args_from is not None:
                job = msgspec.structs.replace(job, args_from=copy.launch(job.args_from))
            variant = audited(
                copy.variant(self._spec),
                1,
                job,
                sessions=sessions,
                progress=self._progress,
                # What a call leaves shows only where it is made again and again.
                quick=finding.code != CALL_GROWTH.code,
            )
            if variant.recording.interrupted:
                raise Interrupted(variant.recording.trials[-1])
            report = _of_the_user(variant.report, copy)
            refused = early(finding, before, report, variant.problem, origins)
            if refused is not None and not refused.is_step:
                return Trialled(report=report, refused=refused)
            items = self._size(variant)
            check = self._check(variant, items)
            is_same = check.verdict is SameData.SAME and not check.notes
            if refused is not None:
                return Trialled(report=report, refused=msgspec.structs.replace(refused, is_step=is_same))
            pace = self._pace(variant, items) if is_same else Pace()
            curves = retained_curves(variant.recording) if is_same else []
            return Trialled(report=report, batches=check, pace=pace, at_items=items, curves=curves)

    def _size(self, variant: AuditedVariant) -> int | None:
        """A size that both can be driven at for whole epochs in bearable time; the whole where ``None``."""
        items, whole = common_size([self._base, variant]), self._base.report.target.items
        trials = self._base.recording.trials
        seconds = plan.seconds_per_item(trials, epochs=True) * EPOCHS
        if not whole or (items or whole) * seconds <= LONGEST_S:
            return items
        sizes = [trial.items for trial in trials if trial.items and trial.epochs and trial.items <= (items or whole)]
        return max((size for size in sizes if size * seconds <= LONGEST_S), default=items)

    def _check(self, variant: AuditedVariant, items: int | None) -> BatchCheck:
        """In order; as sets, where the original yields another order each time it is run."""
        check = self._checker(items, unordered=False).check(variant)
        if check.verdict is SameData.UNKNOWN and self._checker(items, unordered=False).base_changes:
            checker = self._checker(items, unordered=True)
            as_sets = checker.check(variant)
            if as_sets.verdict is SameData.SAME and checker.has_same_batches:
                return as_sets
        # What the advice at its end asks for has been tried.
        return msgspec.structs.replace(check, reason=check.reason and check.reason.removesuffix(TRY_UNORDERED))

    def _checker(self, items: int | None, *, unordered: bool) -> Checker:
        """The original's batches are taken once."""
        key = (items, unordered)
        if key not in self._checkers:
            by_epochs = unordered or self._has_epochs
            self._checkers[key] = Checker(
                self._base,
                items=items,
                batches=None if by_epochs else max(self._job.batches, self._most_batches),
                epochs=max(EPOCHS, self._job.epochs or 0) if by_epochs else None,
                unordered=unordered,
                say=self._say,
            )
        return self._checkers[key]

    @property
    def _has_epochs(self) -> bool:
        return any(trial.epochs for trial in self._base.recording.trials)

    @property
    def _most_batches(self) -> int:
        return max((trial.batches[-1].last for trial in self._base.recording.trials if trial.batches), default=0)

    def _pace(self, variant: AuditedVariant, items: int | None) -> Pace:
        """Times of both, in turns."""
        rounds: list[tuple[Times, Times]] = []
        for number in range(1, ROUNDS + 1):
            self._say(f"round {number} of {ROUNDS}: times")
            ours, theirs = (self._drive(side, items) for side in (self._base, variant))
            if ours is None or theirs is None:
                break
            rounds.append((ours, theirs))
            if ours.total + theirs.total > LONG_S:
                break
        return pace_of(rounds)

    def _drive(self, variant: AuditedVariant, items: int | None) -> Times | None:
        request = variant.session.request
        by_epochs = self._has_epochs
        trial = variant.session.run_apart(
            variant.session.spec(
                kind="clean",
                size=size_of(variant, items),
                batches=request.max_batches if by_epochs else request.batches,
                epochs=EPOCHS if by_epochs else None,
                own_allocator=True,
                settle_every=plan.settle_every(request),
                soft_s=request.timeout_s * plan.SHARE_OF_TIMEOUT,
            )
        )
        return times_of(trial) if trial.exit.reason == "completed" and trial.batches else None


def _of_the_user(report: Report, copy: Shadow) -> Report:
    """The report with the user's own files in place of the copy's."""
    replace = msgspec.structs.replace

    def own(location: Location | None) -> Location | None:
        return location and replace(location, path=copy.back(location.path))

    target = report.target
    return replace(
        report,
        target=replace(target, path=target.path and copy.back(target.path)),
        outcomes=[replace(outcome, location=own(outcome.location)) for outcome in report.outcomes],
        holders=[replace(holder, location=own(holder.location)) for holder in report.holders],
    )


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How long the epochs of a drive took."""

    first: float
    """From the call of the target on."""
    later: float | None
    """The second one."""

    @property
    def total(self) -> float:
        """Both."""
        return self.first + (self.later or 0.0)


def times_of(trial: Trial) -> Times:
    """The times of a drive, by its marks."""
    create = seconds_to_first_batch(trial) or 0.0
    # The first batch is in the marks of its epoch, and in the time up to it.
    first = sum(mark.seconds for mark in trial.batches if mark.epoch == 1)
    later = sum(mark.seconds for mark in trial.batches if mark.epoch == 2)
    alone = trial.batches[0].seconds if trial.batches[0].count == 1 else 0.0
    return Times(first=create + max(0.0, first - alone), later=later or None)


def pace_of(rounds: Sequence[tuple[Times, Times]]) -> Pace:
    """The medians over rounds of what epochs of the original and of the changed file took."""
    if not rounds:
        return Pace()
    first_before = statistics.median(ours.first for ours, _ in rounds)
    first_after = statistics.median(theirs.first for _, theirs in rounds)
    later = [(ours.later, theirs.later) for ours, theirs in rounds if ours.later and theirs.later]
    before = statistics.median(ours for ours, _ in later) if later else first_before
    after = statistics.median(theirs for _, theirs in later) if later else first_after
    return Pace(
        ratio=after / before if before else None,
        first_ratio=first_after / first_before if first_before else None,
        before_s=before,
        after_s=after,
    )
