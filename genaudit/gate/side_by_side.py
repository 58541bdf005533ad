"""Many targets at a time, each on a worker of a cluster; what they gave comes in the order in which they end."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from genaudit.errors import GenauditError, InternalError
from genaudit.gate.kept import Kept
from genaudit.gate.plans import Plan, measure, measured_before
from genaudit.interrupts import allow_interrupts, defer_interrupts
from genaudit.model.progress import Progress
from genaudit.pipeline import Audit

EVERY_S = 0.2


class Workers(Protocol):
    """What is needed of a cluster."""

    stopping: threading.Event

    @property
    def n_workers(self) -> int:
        """How many trials can run at a time."""


class Measured(NamedTuple):
    """One target that has ended."""

    number: int
    """Among the plans, from 0."""
    outcome: Audit | GenauditError
    taken_up: bool = False
    """An earlier run has measured it."""


class Running(NamedTuple):
    """One target that is being measured."""

    number: int
    progress: Progress | None


def side_by_side(
    plans: Sequence[Plan], workers: Workers, kept: Kept, tell: Callable[[Sequence[Running]], None]
) -> Iterator[Measured]:
    """Measure all targets, as many at a time as there are workers.

    After Ctrl-C those that run end with what they have, and no other begins.

    Args:
        plans: The targets.
        workers: Where their trials run: each plan says so itself.
        kept: What an earlier run has measured.
        tell: Called a few times a second with what runs.
    """
    crew = _Crew(plans, workers, kept)
    with defer_interrupts():
        yield from crew.taken_up
        crew.start()
        while crew.n_running:
            try:
                with allow_interrupts():
                    ended = crew.ended.get(timeout=EVERY_S)
            except queue.Empty:
                tell(crew.running)
                continue
            except KeyboardInterrupt:
                workers.stopping.set()
                continue
            if ended is None:
                crew.n_running -= 1
                continue
            tell(crew.running)
            yield ended


class _Crew:
    """Threads that each measure one target after the other."""

    def __init__(self, plans: Sequence[Plan], workers: Workers, kept: Kept) -> None:
        self._plans = plans
        self._workers = workers
        self._kept = kept
        recordings = [kept.recording(plan) for plan in plans]
        self.taken_up = [
            Measured(index, measured_before(plan, recording), taken_up=True)
            for index, (plan, recording) in enumerate(zip(plans, recordings, strict=True))
            if recording is not None
        ]
        self._waiting = queue.SimpleQueue[int]()
        for index, recording in enumerate(recordings):
            if recording is None:
                self._waiting.put(index)
        self.ended = queue.SimpleQueue[Measured | None]()
        """``None`` for a thread that has nothing more to do."""
        self.n_running = 0
        self._progress: dict[int, Progress | None] = {}

    @property
    def running(self) -> list[Running]:
        """What is measured now."""
        return [Running(index, progress) for index, progress in sorted(self._progress.copy().items())]

    def start(self) -> None:
        """Begin, with a thread for each worker."""
        self.n_running = min(self._workers.n_workers, self._waiting.qsize())
        for _ in range(self.n_running):
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            while not self._workers.stopping.is_set():
                try:
                    index = self._waiting.get_nowait()
                except queue.Empty:
                    return
                self._measure(index)
        finally:
            self.ended.put(None)

    def _measure(self, index: int) -> None:
        plan = self._plans[index]

        def progress(now: Progress) -> None:
            self._progress[index] = now

        self._progress[index] = None
        outcome: Audit | GenauditError
        try:
            outcome = measure(plan, progress)
        except GenauditError as error:
            outcome = error
        except KeyboardInterrupt:
            # It had not begun.
            return
        except Exception as error:
            outcome = InternalError(f"{plan.target}: {type(error).__name__}: {error}", slug="internal")
        finally:
            del self._progress[index]
        if isinstance(outcome, Audit) and outcome.report.failure is None and not outcome.recording.interrupted:
            self._kept.keep(plan, outcome.recording)
        self.ended.put(Measured(index, outcome))
