"""The trials of one target: what they share, how each is run, and what they have shown so far."""

import datetime as dt
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

import genaudit
from genaudit.errors import UsageError
from genaudit.evidence import readings
from genaudit.evidence.available import available_items, limited
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.suspicion import Suspicion, suspicion
from genaudit.experiment import sizes
from genaudit.experiment.checks import advice, check_machine, check_scaling, check_trial
from genaudit.experiment.inputs import child_inputs, child_target, covering_of
from genaudit.experiment.made_data import with_kind
from genaudit.experiment.outlook import Outlook, told
from genaudit.model.job import Job
from genaudit.model.progress import Progress
from genaudit.model.recording import MemoryLimit, Recording, Skipped, Trial
from genaudit.recorder.machine import platform
from genaudit.recorder.machine.git import revision_of
from genaudit.recorder.machine.interpreter import Interpreter, interpreter
from genaudit.recorder.trial.monitor import Interrupted
from genaudit.recorder.trial.samplers import choose
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.recorder.trial.starting import TrialStarter
from genaudit.units import parse_size
from genaudit.version import __version__

if TYPE_CHECKING:
    from genaudit.recorder.remote.errand import Site
    from genaudit.recorder.remote.starter import RemoteStarter

SHARE_OF_AVAILABLE = 0.8
MADE_DATA = "made-data"
TRIES_WITHOUT_NEW_DATA = 2


class TrialRunner(Protocol):
    """Runs one trial: in a process of its own, or as a test has it."""

    def __call__(
        self,
        spec: TrialSpec,
        *,
        limit_bytes: int,
        working_directory: Path,
        more: Callable[[Trial], int],
        progress: Callable[[Progress], None],
    ) -> Trial:
        """The trial, to its end.

        Args:
            spec: What the child is asked to do.
            limit_bytes: PSS at which the trial is ended.
            working_directory: Where it runs.
            more: Asked when the planned batches are done; how many are wanted in all.
            progress: Called a few times a second with where the trial is.

        Raises:
            Interrupted: On Ctrl-C; it carries the trial so far.
        """


class NoMoreTrials(Exception):  # noqa: N818 - it is no error: what was measured is in the session
    """Another trial could not be run, or would only show the same once more."""


class ExperimentSession:
    """Runs the trials of one target, one at a time, and keeps them.

    Args:
        job: What is asked for.
        progress: Called a few times a second with where a trial is.
        run_trial: Runs one trial; by itself, the session starts a process or forks one that has the libraries.

    Raises:
        UsageError: The target, an argument or the memory limit cannot be understood, or memray is missing.
    """

    def __init__(
        self,
        job: Job,
        progress: Callable[[Progress], None] | None = None,
        *,
        run_trial: TrialRunner | None = None,
    ) -> None:
        self._interpreter = interpreter(job.python, job.env)
        check_machine(job, self._interpreter)
        job, note = with_kind(job)
        self._target = child_target(job)
        self._inputs = child_inputs(job)
        self._progress = progress or (lambda _: None)
        self.covering = covering_of(self._target, self._inputs)
        self.limits = job.limits
        self._sampler = choose(job.sampler)
        self._starter = self._chosen_starter(job)
        self._run_trial = run_trial or self._starter
        try:
            self._empty = _empty_recording(job, self._interpreter, self._site, self._target.get("file"))
        except BaseException:
            self.close()
            raise
        self.request = self._empty.request
        self.limit_bytes = self._empty.limit.trial_bytes
        self.available: int | None = None
        """Items that there are, where a function was asked for more."""
        self._trials: list[Trial] = []
        self._skipped: list[Skipped] = []
        made = self._inputs["synth"]
        self._notes: list[str] = [text for text in (note, made["note"] if made else "") if text]
        self._interrupted = False
        self._writes_always = False
        self._evidence: Evidence | None = None

    def _chosen_starter(self, job: Job) -> "TrialStarter | RemoteStarter":
        """What starts the trials: here, or on another machine."""
        makers = [self._inputs["args_from"]] if self._inputs["args_from"] else []
        targets = [self._target, *makers]
        if job.dask is None:
            # Which libraries another Python has is not known here.
            return TrialStarter(targets, fresh=job.fresh or self._interpreter is not None)
        from genaudit.recorder.remote.paths import paths_of
        from genaudit.recorder.remote.starter import RemoteStarter

        return RemoteStarter(
            job.dask,
            targets,
            fresh=job.fresh,
            paths=paths_of(self._target, self._inputs, Path.cwd()),
            synth=None if job.synth is None else (job.synth, job.items),
        )

    @property
    def _site(self) -> "Site | None":
        """The machine that trials run on; ``None`` for this one."""
        return None if isinstance(self._starter, TrialStarter) else self._starter.site

    def __enter__(self) -> "ExperimentSession":
        """The session; what is left of its trials ends with the ``with`` statement."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that trials were forked from, if there is one."""
        self._starter.close()

    # What the trials have shown.

    @property
    def trials(self) -> list[Trial]:
        """The trials so far, each as one of the items that there were."""
        if self.available is None:
            return list(self._trials)
        return [limited(trial, self.available) for trial in self._trials]

    @property
    def recording(self) -> Recording:
        """Everything that was measured so far, without the texts of sources."""
        notes = list(self._notes)
        if not isinstance(self._starter, TrialStarter) and self._starter.note:
            notes.append(self._starter.note)
        if self.available is not None:
            notes.append(
                f"the {'script' if self._target.get('script') else 'function'} that makes the data set gives "
                f"{self.available:,} items at most: it was asked for more"
            )
        return msgspec.structs.replace(
            self._empty,
            # What the values in the target's text are called is learned from the trials.
            request=self.covering.request(self.request),
            trials=self.trials,
            skipped=list(self._skipped),
            interrupted=self._interrupted,
            fork_server=self._starter.use,
            notes=notes,
        )

    @property
    def evidence(self) -> Evidence:
        """The numbers so far, computed once for as long as there is no further trial."""
        if self._evidence is None:
            self._evidence = Evidence(self.recording)
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
    def sees_lines(self) -> bool:
        """Whether memory can be read at every line of a target; not where each reading is asked for."""
        return not self._sampler.asks

    @property
    def batch_items(self) -> int:
        """Items of a batch; 1 where nobody knows.

        A batch of more than there are is one of rows, of which each item has many: no size is a number of such batches.
        """
        n_items = readings.batch_items(self.trials) or 1
        wholes = [trial.arguments.dataset_items for trial in self._trials if trial.arguments is not None]
        return n_items if all(whole is None or n_items <= whole for whole in wholes) else 1

    def largest(self, *, epochs: bool = False) -> int:
        """The largest size measured so far that can be compared with others.

        Args:
            epochs: Only sizes of which a whole epoch was driven.
        """
        # Of workers only forks will count, as soon as there are several sizes of them.
        steady = self.evidence.trial_set.forks_of_workers or self.evidence.steady
        return max((trial.items or 0 for trial in steady if trial.epochs or not epochs), default=0)

    # Running one.

    def run(self, spec: TrialSpec) -> Trial:
        """Run one trial and keep it.

        Raises:
            Interrupted: On Ctrl-C; it carries the trial so far.
            NoMoreTrials: There can be no further one; this one is kept.
            GenauditError: The target was refused, or genaudit itself failed.
        """
        attempt = spec
        for attempt in self._attempts(spec):
            trial = self._checked(self._in_child(attempt))
            if trial.end is None or trial.end.stopped != MADE_DATA:
                break
        self._writes_always = attempt is spec
        self._keep(trial)
        check_scaling(self._trials)
        if not spec.has_rows and readings.has_rows(trial, readings.ended_after(trial) or 0):
            # It counted epochs by items, of which an epoch that ends by itself has several batches each.
            return self._instead(msgspec.structs.replace(spec, looks_on=False, has_rows=True))
        if self.available is None:
            self._find_end_of_data(spec)
        return self.trials[-1]

    def run_apart(self, spec: TrialSpec) -> Trial:
        """Run a trial that is no part of the experiment: neither checked nor kept, and no further than is asked for.

        Raises:
            Interrupted: On Ctrl-C; it carries the trial so far.
        """
        return self._in_child(msgspec.structs.replace(spec, extends=False), self._progress)

    def run_beside(self, spec: TrialSpec) -> None:
        """Run a trial whose failure says nothing about the others: kept where it came to its end.

        Raises:
            Interrupted: On Ctrl-C; it carries the trial so far.
        """
        trial = self._in_child(msgspec.structs.replace(spec, extends=False))
        if trial.exit.reason == "completed":
            self._keep(trial)

    def _in_child(self, spec: TrialSpec, progress: Callable[[Progress], None] | None = None) -> Trial:
        """Run a trial, and tell with it what is still to come; or only where it is."""
        try:
            trial = self._run_trial(
                spec,
                limit_bytes=self.limit_bytes,
                working_directory=Path.cwd(),
                more=self._batches_wanted(spec),
                progress=progress
                or told(self._progress, len(self._trials) + 1, functools.partial(self._outlook, spec)),
            )
        except Interrupted as stop:
            stop.trial = self.covering.trial(stop.trial)
            raise
        return self.covering.trial(trial)

    def _outlook(self, spec: TrialSpec) -> Outlook:
        """What is still to come, when a trial begins."""
        server = self._starter.use
        return Outlook(
            self.trials,
            spec,
            request=self.request,
            limits=self.limits,
            evidence=lambda: self.evidence,
            forks=server is not None and not server.unfit,
        )

    def _batches_wanted(self, spec: TrialSpec) -> sizes.Wanted:
        most = self.request.max_batches if spec.extends and spec.engine == "none" else 0
        return sizes.Wanted(most, self.limits)

    def _attempts(self, spec: TrialSpec) -> list[TrialSpec]:
        """The trial on data that was there before: making it loads libraries, and leaves memory, that using it needs.

        A function that makes it anew each time is taken as it is.
        """
        if self._writes_always or not self._inputs["args_from"]:
            return [spec]
        return [*[msgspec.structs.replace(spec, leave_new_data=True)] * TRIES_WITHOUT_NEW_DATA, spec]

    def _checked(self, trial: Trial) -> Trial:
        """The trial, if there can be another after it."""
        checked = check_trial(trial, any_batches=any(earlier.batches for earlier in self._trials))
        self._notes += [note for note in advice(checked.trial, self._interpreter) if note not in self._notes]
        if checked.is_last and not self._was_given_up(trial):
            self._keep(checked.trial)
            self._notes += checked.notes
            raise NoMoreTrials
        return checked.trial

    def _was_given_up(self, trial: Trial) -> bool:
        """Whether a part of the data set was not waited for as long as the user would: more of it may be quicker."""
        is_early = trial.exit.reason == "timed-out" and trial.wall_s < self.request.timeout_s
        return is_early and trial.kind == "scaled" and not trial.batches

    def _keep(self, trial: Trial) -> None:
        self._trials.append(trial)
        self._evidence = None

    def _find_end_of_data(self, spec: TrialSpec) -> None:
        """Look whether a function gave fewer items than it was asked for, and if so run the last trial again."""
        self.available = available_items(self._trials)
        if self.available is None:
            return
        last = len(self._trials) - 1
        if (self._trials[last].items or 0) > self.available:
            # It counted epochs by the items that it asked for.
            self._instead(msgspec.structs.replace(spec, size={"items": self.available}))
        self._evidence = None

    def _instead(self, spec: TrialSpec) -> Trial:
        """Run a trial in place of the last one, which is forgotten."""
        last = len(self._trials) - 1
        self.run(spec)
        del self._trials[last]
        self._evidence = None
        return self._trials[-1]

    def interrupt(self, trial: Trial | None = None) -> None:
        """The user stopped the experiment.

        Args:
            trial: What was measured of the trial that was running.
        """
        self._interrupted = True
        if trial is not None:
            self._keep(trial)

    def skip(self, skipped: Skipped) -> None:
        """Note a trial that is not going to be run."""
        self._skipped.append(skipped)

    # Planning the next.

    def spec(self, kind: str, size: dict[str, Any], **fields: Any) -> TrialSpec:
        """A trial of a kind at a size.

        Args:
            kind: As in ``TrialSpec``.
            size: As in ``TrialSpec``.
            fields: Further fields of it.
        """
        return TrialSpec(
            kind=kind,
            target=self._target,
            size=size,
            inputs=self._inputs,
            interpreter=self._interpreter.command if self._interpreter else [],
            sampler=self._sampler.outside,
            asks=self._sampler.asks,
            has_rows=self.evidence.trial_set.rows_by_epoch if self._trials else None,
            **{"hold": self.request.hold, "timeout_s": self.request.timeout_s, **fields},
        )

    def whole_epochs(
        self, size: dict[str, Any], *, epochs: int = sizes.SMALL_EPOCHS, otherwise: dict[str, Any] | None = None
    ) -> TrialSpec:
        """A trial of whole epochs in which memory is all that counts."""
        return self.spec(size=size, otherwise=otherwise, **sizes.whole_epochs(epochs))

    def first_batch_only(self, items: int) -> TrialSpec:
        """The shortest trial: up to the first batch, and then, when all is read, a walk of references."""
        return self.spec(size={"items": items}, walks=["end"], **sizes.FIRST_BATCH_ONLY)

    @property
    def least_size(self) -> int:
        """The smallest size that may be tried: a batch, and twice what gave none."""
        gave_none = [trial.items for trial in self.trials if trial.items and not trial.batches]
        return max(self.batch_items, 2 * max(gave_none, default=0))

    def has_items(self, items: int) -> bool:
        """Whether there are so many items, as far as it is known."""
        return self.available is None or items <= self.available

    def can_afford(self, items: int, *, epochs: bool) -> bool:
        """Whether a size is measured in a few seconds and fits into memory, by what the others took.

        Args:
            items: The size.
            epochs: For a whole epoch, and not only up to the first batch.
        """
        seconds = sizes.seconds_per_item(self.trials, epochs=epochs) * items
        return seconds <= sizes.LADDER_S and self.forecast_bytes(items) <= self.limit_bytes

    @property
    def can_make_more(self) -> bool:
        """Whether the data set can be made larger: a function makes it, and the user did not say how large it is."""
        marks = [trial.arguments for trial in self._trials if trial.arguments is not None]
        return (
            self.available is None
            and self.request.items is None
            and any(mark.dataset_kind == "function" for mark in marks)
        )

    def forecast_bytes(self, items: int) -> float:
        """The highest memory of a trial of a size."""
        law = self.evidence.peak_law
        return sizes.forecast_peak_bytes(self.evidence.trials, law if law and law.per_item.low > 0 else None, items)

    def full_batches(self, items: int) -> int:
        """A size, less what does not fill a batch."""
        return max(self.batch_items, items // self.batch_items * self.batch_items)


def _empty_recording(job: Job, other: Interpreter | None, site: "Site | None", target_file: str | None) -> Recording:
    """What is known before the first trial."""
    environment = platform.environment() if site is None else site.environment
    if other is not None:
        version = ".".join(map(str, other.version))
        environment = msgspec.structs.replace(environment, python=version, packages=other.packages)
    return Recording(
        genaudit_version=__version__,
        created_at=dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        request=job.request,
        environment=environment,
        limit=_memory_limit(job.memory_limit, site),
        working_directory=str(Path.cwd()),
        revision=revision_of(Path(target_file).parent if target_file else Path.cwd()),
        harness_path=str(Path(genaudit.__file__).resolve().parent) + os.sep,
    )


def _memory_limit(asked: int | str | None, site: "Site | None") -> MemoryLimit:
    n_bytes, source = platform.memory_limit() if site is None else (site.limit_bytes, site.limit_source)
    if asked is None:
        available = platform.available_bytes() if site is None else site.available_bytes
        return MemoryLimit(bytes=n_bytes, source=source, trial_bytes=round(available * SHARE_OF_AVAILABLE))
    trial_bytes = parse_size(asked) if isinstance(asked, str) else asked
    if trial_bytes < 1:
        raise UsageError("--memory-limit must be more than nothing", slug="bad-memory-limit", hint="for example 2GiB")
    return MemoryLimit(bytes=min(n_bytes, trial_bytes), source="--memory-limit", trial_bytes=trial_bytes)
