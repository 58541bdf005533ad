"""Runs one trial: reads its marks, samples its memory, answers and, where it must, ends it."""

import contextlib
import signal
import time
from collections.abc import Callable
from pathlib import Path

from genaudit.errors import TargetError
from genaudit.files import MOST_SETTING_BYTES, read_text
from genaudit.interrupts import defer_interrupts
from genaudit.model.marks import (
    AnyMark,
    ArgumentsMark,
    AskMark,
    AtRestMark,
    BatchMark,
    DriverMark,
    Frame,
    ReadingMark,
    ReadyMark,
)
from genaudit.model.progress import Progress
from genaudit.model.recording import Sample, Trial, TrialExit
from genaudit.recorder.child.memory.shared import Shared
from genaudit.recorder.machine.cgroups import ContainerUse
from genaudit.recorder.trial.forking import ForkServer
from genaudit.recorder.trial.launch import Child
from genaudit.recorder.trial.marks_reader import MarksReader, TrialMarks, with_sampled_peaks
from genaudit.recorder.trial.samplers import sampler_of
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.recorder.trial.tree import MOST_SAMPLES, Tree, thin
from genaudit.recorder.trial.waiting import STEP_S, parse_stacks, wait_for_end

# How long to wait for the child's stacks; while it eats memory, not for long.
# A child that asks for each reading waits for it.
ASKED_STEP_S = 0.001
STACKS_WAIT_S = {"timed-out": 1.0, "interrupted": 0.3, "memory-limit": 0.06}


class Interrupted(Exception):  # noqa: N818 - it is no error, and carries what was measured
    """The user stopped the audit; the trial so far is kept."""

    def __init__(self, trial: Trial) -> None:
        super().__init__("interrupted")
        self.trial = trial


class LostMachineError(TargetError):
    """The host of an audit has gone, and there is no other of its kind: what it measured cannot be gone on with."""


def run_trial(
    spec: TrialSpec,
    *,
    limit_bytes: int,
    working_directory: Path,
    more: Callable[[Trial], int],
    progress: Callable[[Progress], None],
    server: ForkServer | None = None,
) -> Trial:
    """Run one trial; an interrupt comes in only while there is nothing to do but to wait.

    Args:
        spec: What the child is asked to do.
        limit_bytes: PSS of the tree at which the trial is ended.
        working_directory: The target's.
        more: Asked when the planned batches are done; how many are wanted in all.
        progress: Called a few times a second with where the trial is.
        server: Forked for the trial; a process is started where ``None``.

    Raises:
        Interrupted: On Ctrl-C; it carries the trial so far.
    """
    with defer_interrupts():
        monitor = Monitor(
            spec,
            limit_bytes=limit_bytes,
            working_directory=working_directory,
            more=more,
            progress=progress,
            server=server,
        )
        return monitor.run()


class Monitor:
    """One trial as the parent sees it.

    Args:
        spec: As for ``run_trial``, with all else.
    """

    def __init__(
        self,
        spec: TrialSpec,
        *,
        limit_bytes: int,
        working_directory: Path,
        more: Callable[[Trial], int],
        progress: Callable[[Progress], None],
        server: ForkServer | None = None,
    ) -> None:
        self._spec = spec
        self._limit_bytes = limit_bytes
        self._more = more
        self._progress = progress
        self._began = time.monotonic()
        shared = Shared(server=server.pid if server else None)
        self._container = ContainerUse()
        self._child = Child(spec, working_directory=working_directory, server=server)
        shared.leave_out = str(self._child.folder)
        self._tree = Tree(
            self._child.pid, self._child.root, shared, sampler_of(spec.sampler), server.pid if server else None
        )
        self._reader = MarksReader(self._child.marks_path)
        self._ended_by = ""
        self._driven_from: float | None = None
        """When it began to be driven, where a part of the data set is."""
        self._forked = server is not None
        self._wanted = spec.batches
        self.samples: list[Sample] = []
        self._trial_marks = TrialMarks()

    def run(self) -> Trial:
        """Watch the trial to its end."""
        try:
            try:
                with wait_for_end(self._child.pid, ASKED_STEP_S if self._spec.asks else STEP_S) as ended:
                    while not ended():
                        self._step()
            except KeyboardInterrupt:
                self._stop("interrupted")
                raise Interrupted(self._conclude()) from None
            return self._conclude()
        finally:
            # Again where something came in between.
            self._child.kill()
            self._child.end_all(self._tree.seen)
            self._tree.shared.remove()
            self._child.remove()

    def _step(self) -> None:
        self._read_marks()
        sample = self._tree.sample()
        if sample is not None:
            self._keep(sample)
            self._report_progress(sample)
        if sample is not None and self._is_over(sample):
            self._stop("memory-limit")
        elif time.monotonic() - self._began > self._spec.timeout_s or self._is_in_vain():
            self._stop("timed-out")

    def _is_of_part(self) -> bool:
        """Whether a part of the data set is driven, and not all of it."""
        mark = self._trial_marks.arguments
        return mark is not None and mark.items is not None and mark.items < (mark.dataset_items or 0)

    def _is_in_vain(self) -> bool:
        """Whether a part of a data set has been driven for long without a batch."""
        if self._spec.patience_s is None or self._driven_from is None or self._trial_marks.batches:
            return False
        return time.monotonic() - self._driven_from > self._spec.patience_s

    def _is_over(self, sample: Sample) -> bool:
        if self._tree.rss_bytes(sample) > self._limit_bytes and self._tree.pss_bytes() > self._limit_bytes:
            return True
        return self._container.exceeds(self._limit_bytes)

    def _keep(self, sample: Sample | None) -> None:
        if sample is not None and (not self.samples or sample is not self.samples[-1]):
            self.samples.append(sample)
        if len(self.samples) >= MOST_SAMPLES:
            self.samples = thin(self.samples)

    def _stop(self, reason: str) -> None:
        """End the trial, after asking where it is."""
        if not self._ended_by:
            self._ended_by = reason
            self._where_is_it(STACKS_WAIT_S[reason])
            # Nothing says afterwards whose the shared memory is that it makes up to its end.
            self._child.hold()
            self._tree.see_shared()
            self._child.kill()

    def _read_marks(self) -> None:
        for mark in self._reader.read():
            self._take(mark)

    def _take(self, mark: AnyMark) -> None:
        if isinstance(mark, AskMark):
            # The target waits for the answer, so that a reading of the tree now costs it nothing.
            self._keep(self._tree.sample(with_pss=True))
            self._wanted = self._more(self._trial(_RUNNING))
            self._child.answer(self._wanted)
            return
        if isinstance(mark, AtRestMark):
            self._keep(self._tree.sample(with_pss=True))
            self._child.tell([])
            return
        if isinstance(mark, ReadingMark):
            # So does it here.
            self._child.tell(self._tree.for_the_child())
            return
        if isinstance(mark, ReadyMark):
            self._tree.zero_s = mark.clock_s
        if isinstance(mark, ArgumentsMark) and mark.items is None and self._spec.otherwise is not None:
            self._wanted = self._spec.otherwise["batches"]
        if isinstance(mark, DriverMark) and self._is_of_part():
            self._driven_from = time.monotonic()
        self._trial_marks.take(mark)

    def _report_progress(self, sample: Sample) -> None:
        batches = self._trial_marks.batches
        first = batches[0].memory.held_bytes if batches else None
        self._progress(
            Progress(
                kind=self._kind,
                items=self._trial_marks.items,
                phase=self._trial_marks.phase,
                batch=batches[-1].last if batches else 0,
                batches_wanted=self._wanted,
                held_bytes=sample.held_bytes,
                growth_bytes=None if first is None else sample.held_bytes - first,
            )
        )

    def _where_is_it(self, wait_s: float) -> None:
        """Have the child write its stacks, and give it a moment to write them whole."""
        # It may have become ready since the last look.
        self._read_marks()
        if self._trial_marks.ready is None:
            return
        self._child.dump_stacks()
        deadline = time.monotonic() + wait_s
        before = 0
        while time.monotonic() < deadline:
            time.sleep(STEP_S)
            with contextlib.suppress(OSError):
                now = self._child.stacks_path.stat().st_size
                if now == before > 0:
                    return
                before = now

    def _stack(self) -> list[Frame]:
        try:
            text = read_text(self._child.stacks_path, MOST_SETTING_BYTES, errors="replace")
        except OSError:
            return []
        return parse_stacks(text)

    def _conclude(self) -> Trial:
        # Its status is not taken yet: how much it has written in all is still there.
        self._tree.see_shared()
        code, n_left = self._child.end_all(self._tree.seen)
        self._read_marks()
        stack = self._stack()
        stderr, stdout = self._child.stderr, self._child.stdout
        exit_ = TrialExit(
            code=code if code >= 0 else None,
            signal=_signal_name(-code) if code < 0 else None,
            reason=self._reason(code),
            stderr_tail=stderr.tail(),
            stdout_tail=stdout.tail(),
            output_bytes=stderr.n_bytes + stdout.n_bytes,
            hang=stack if self._ended_by or code < 0 else [],
            # What a script has started it would have ended itself, had it not been ended first.
            detail=_left_text(n_left) if n_left and not self._ended_by and not self._spec.target.get("script") else "",
        )
        return self._trial(exit_)

    def _trial(self, exit_: TrialExit) -> Trial:
        """All that was measured so far."""
        return Trial(
            kind=self._kind,
            items=self._trial_marks.items,
            batches_asked=self._spec.batches,
            epochs_asked=self._spec.epochs,
            hold=self._spec.hold,
            own_allocator=self._spec.own_allocator,
            exit=exit_,
            wall_s=time.monotonic() - self._began,
            samples=[sample for sample in self.samples if sample.at_s >= 0],
            peak_processes=self._tree.peak_processes,
            pss_peak_bytes=self._tree.pss_peak_bytes,
            process_names=self._tree.names,
            sampler=self._spec.sampler,
            forked=self._forked,
            **{**self._trial_marks.fields, "batches": self._batches()},
        )

    def _batches(self) -> list[BatchMark]:
        """The marks of batches; where the high-water mark is not reset for each, with the highest sample instead."""
        ready, batches = self._trial_marks.ready, self._trial_marks.batches
        return batches if ready is None or ready.exact_peaks else with_sampled_peaks(batches, self.samples)

    @property
    def _kind(self) -> str:
        """The kind of trial that it is: another than planned where there is no data set that can be scaled."""
        scales = self._trial_marks.arguments is None or self._trial_marks.items is not None
        return self._spec.kind if scales or self._spec.otherwise is None else str(self._spec.otherwise["kind"])

    def _reason(self, code: int) -> str:
        if self._ended_by:
            return self._ended_by
        raised, end = self._trial_marks.raised, self._trial_marks.end
        if raised is not None:
            return "internal" if raised.internal else "refused" if raised.slug else "raised"
        if self._trial_marks.ready is None:
            return "internal"
        has_ended = self._trial_marks.has_left or (code == 0 and self._trial_marks.is_closed)
        if end is not None and has_ended:
            return "completed"
        if code < 0:
            return "killed" if -code in {signal.SIGKILL, signal.SIGTERM} else "crashed"
        return "exited"


_RUNNING = TrialExit(code=None, signal=None, reason="running")


def _left_text(n_left: int) -> str:
    """The words for processes that the target left running."""
    return f"{n_left} of its processes {'was' if n_left == 1 else 'were'} still running at its end, and had to be ended"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
