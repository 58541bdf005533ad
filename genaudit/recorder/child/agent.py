"""The child's one path: import, arguments, create, drive, close; a mark at every boundary.

Whatever the target does is a result: an exception becomes a mark, and what ends the process leaves all earlier marks.
"""

from __future__ import annotations

import os
import time
from os import _exit as leave

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.guard import own_imports, safeguards
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.child.memory.status import Gauge, Spare, parse_status, written_bytes

# More than a line of talk was written while the arguments were made.
NEW_DATA_BYTES = 64 * 1024
# Of an exception that can be told only in part.
LONGEST_NAME, LONGEST_MESSAGE, MOST_FRAMES = 200, 2000, 20
OWN = os.path.dirname(os.path.abspath(__file__))

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.boundary import Boundaries
    from genaudit.recorder.child.call.arguments import Bound
    from genaudit.recorder.child.drive import Drive
    from genaudit.recorder.child.memory.settle import Settler
    from genaudit.recorder.child.sources import Source
    from genaudit.recorder.child.tracers import tracemalloc_tracer as trace


def main(spec: dict, bare: bytes) -> None:  # type: ignore[type-arg]
    """Run one trial and end the process.

    Args:
        spec: What the parent asks for; ``genaudit.recorder.trial.spec`` names the keys.
        bare: The process's status file as it was when the interpreter had started.
    """
    own_imports.remember(spec["bare"])
    safeguards.hear_signals()
    safeguards.dump_stacks_to(spec["stacks"])
    trial = Agent(spec, bare)
    try:
        trial.run()
    except Refusal as refusal:
        trial.refused(refusal)
    except BaseException as error:
        # SystemExit and KeyboardInterrupt too: what the target raises is a result.
        for call, arguments in own_imports.CALM:
            try:
                call(*arguments)
            except BaseException:  # noqa: PERF203, S112 - a hook of the target's has raised once more
                continue
        try:
            trial.raised(error)
        except BaseException:
            # It could not be told, for want of memory or for what the target did: the least of it can.
            trial.raised_somehow(error)
    trial.leave()


class Agent:
    """One trial inside its process."""

    def __init__(self, spec: dict, bare: bytes) -> None:  # type: ignore[type-arg]
        self._spec = spec
        self._bare = bare
        self._gauge = Gauge()
        self._marks = Marks(spec["marks"])
        self._spare = Spare()
        self._phase = "interpreter"
        self._began = 0.0
        self._drive: Drive | None = None
        self._boundaries: Boundaries | None = None
        self._tracer: trace.Nothing | None = None

    def run(self) -> None:
        """All phases in their order."""
        self._ready()
        with own_imports.OwnImports():
            from genaudit.recorder.child.call import resolve

        target = self._spec["target"]
        if self._spec["engine"] == "digest":
            with own_imports.OwnImports():
                from genaudit.recorder.child.guard.seeds import fix_seeds

            # Once before the import too, which may shuffle a list of files.
            fix_seeds()
        self._enter("import")
        module = resolve.load_module(target)
        # Our own part comes after the target's import, which it may share modules with, and before the level that the
        # target is measured against.
        with own_imports.OwnImports():
            import inspect  # noqa: F401

            from genaudit.recorder.child import drivers
            from genaudit.recorder.child.call import arguments, location
            from genaudit.recorder.child.memory import settle
            from genaudit.recorder.child.tracers import tracemalloc_tracer as trace
        settler = settle.Settler(self._gauge, os.getppid(), os.path.dirname(self._spec["marks"]))
        level = self._level_of(settler)
        self._enter("arguments", **(level() if self._spec["fill_pools"] else {}))
        bound = None
        written = written_bytes()
        if not _is_chained(target["steps"]):
            bound = arguments.prepare_target(resolve.walk(module, target["steps"]), self._spec)
            self._marks.write("arguments", **bound.facts)
            if self._spec["leave_new_data"] and written_bytes() - written > NEW_DATA_BYTES:
                self._marks.write("end", batch=0, epochs=0, exhausted=False, stopped="made-data")
                return
        self._enter("create", **level())
        root = (bound and bound.facts["project_root"]) or location.here()
        tracer = self._tracer = trace.open_tracer(self._spec, self._marks, self._gauge, root)
        if bound is None:
            # Of chained calls, the last is bound when the ones before it have been made.
            owner = tracer.during(lambda: resolve.walk(module, target["steps"]))
            bound = arguments.prepare_target(owner, self._spec)
            self._marks.write("arguments", **bound.facts)
        if bound.facts["items"] is None and self._spec["otherwise"]:
            self._spec.update(self._spec["otherwise"])
        source = drivers.open_source(tracer.during(bound.call), bound.again, self._spec.get("driver"))
        # In a box, so that nothing but the drive holds the iterator: some keep workers alive for as long as they live.
        box = [tracer.during(source.epoch)]
        self._enter("first-batch")
        self._run_drive(source, box, bound, tracer, settler)
        self._enter("close")
        source.close()
        self._enter("after")

    def refused(self, refusal: Refusal) -> None:
        """Mark that the target cannot be used as it was asked for."""
        self._marks.write(
            "raised",
            phase=self._phase,
            batch=0,
            type="Refusal",
            message=refusal.message,
            traceback="",
            frames=[],
            slug=refusal.slug,
            hint=refusal.hint,
            exit_code=refusal.exit_code,
        )

    def raised(self, error: BaseException) -> None:
        """Mark an exception of the target, after the batches that were measured."""
        self._marks.leave_if_copied()
        self._spare.let_go()
        changed = own_imports.taken_away()
        with own_imports.OwnImports():
            from genaudit.recorder.child.guard.failure import describe

            told = describe(error, changed)
            if self._boundaries is not None:
                self._boundaries.flush()
            self._marks.write("raised", phase=self._phase, batch=self._batch_in_progress, **told)
        if self._tracer is not None:
            # Some tell only now what they saw.
            self._tracer.stop()

    def raised_somehow(self, error: BaseException) -> None:
        """Mark an exception with the little that can be told where nothing more can be imported or opened."""
        try:
            message = str(error)[:LONGEST_MESSAGE]
        except BaseException:
            message = "(its message cannot be read)"
        self._marks.write(
            "raised",
            phase=self._phase,
            batch=self._batch_in_progress,
            type=type.__dict__["__qualname__"].__get__(type(error))[:LONGEST_NAME],
            message=message,
            traceback="",
            frames=_frames(error),
        )

    def leave(self) -> None:
        """End the process; all that there was to be told has been told."""
        try:
            self._marks.write("left")
            with own_imports.OwnImports():
                from genaudit.recorder.child.leaving import leave as tidily

            tidily()
        finally:
            # Where nothing can be written or imported any more.
            leave(0)

    @property
    def _batch_in_progress(self) -> int:
        """Number of the batch that is being made; 0 outside of batches."""
        return self._drive.batch + 1 if self._drive is not None and self._phase in {"first-batch", "steady"} else 0

    def _run_drive(self, source: Source, box: list[Any], bound: Bound, tracer: trace.Nothing, settler: Settler) -> None:
        spec, marks = self._spec, self._marks
        with own_imports.OwnImports():
            from genaudit.recorder.child.batch.size import counts_items, integers_of
            from genaudit.recorder.child.boundary import Boundaries
            from genaudit.recorder.child.channel.marks import Control
            from genaudit.recorder.child.drive import Drive, Plan

        boundaries = self._boundaries = Boundaries(
            marks,
            self._gauge,
            settler,
            counts_items=lambda batch, n: counts_items(batch, n, integers_of(bound.values, source.owner)),
            hold=spec["hold"],
            thorough=spec["thorough"],
            settle_free_s=spec["settle_free_s"],
            # Fingerprints go by epochs, and an epoch of an iterator without an end is so many items.
            every_item=spec["engine"] == "digest",
        )
        items = bound.facts["items"]
        # Each batch has an item at least, so this is never less than the epochs need.
        batches = spec["batches"] or (items + 1) * spec["epochs"]
        plan = Plan(batches, spec["epochs"], spec["soft_s"], spec["settle_every"], items)
        drive = self._drive = Drive(
            plan,
            boundaries,
            marks,
            next_epoch=lambda: tracer.wrap(source.epoch()),
            ask=Control(spec["control"], marks).ask,
            after_first=lambda: self._after_first(boundaries, tracer),
        )
        reason = drive.run(box, tracer.wrap)
        tracer.snapshot("end", drive.batch)
        tracer.stop()
        marks.write(
            "end",
            batch=drive.batch,
            epochs=drive.epochs,
            exhausted=reason in {"exhausted", "empty"},
            stopped=reason,
        )

    def _after_first(self, boundaries: Boundaries, tracer: trace.Nothing) -> None:
        self._enter("steady")
        boundaries.settle("first")
        tracer.snapshot("first", boundaries.batch)

    def _ready(self) -> None:
        reading, bare = self._gauge.read(), parse_status(self._bare)
        # By hand: json is imported with the first phase that needs it.
        self._marks.line(
            (
                f'{{"mark":"ready","at_s":0.0,"pid":{os.getpid()},"clock_s":{time.monotonic() - self._marks.clock()!r},'
                f'"exact_peaks":{"true" if self._gauge.exact else "false"},"memory":{reading.as_json()},'
                f'"bare_bytes":{bare.rss}}}\n'
            ).encode()
        )

    def _level_of(self, settler: Settler) -> Callable[[], dict[str, int]]:
        """Reads what is held by now: fields of a phase's mark; where it is asked for, with no block left to fill."""
        if not self._spec["fill_pools"]:
            return lambda: {"settled": settler.settle().retained}
        with own_imports.OwnImports():
            from genaudit.recorder.child.memory.free_blocks import Pools

        return Pools(settler).level

    def _enter(self, phase: str, settled: int | None = None, filled: int | None = None) -> None:
        """End the present phase and begin another."""
        now = self._marks.clock()
        reading = self._gauge.read()
        self._marks.write(
            "phase",
            name=self._phase,
            seconds=now - self._began,
            memory=reading,
            settled_bytes=settled,
            filled_bytes=filled,
            threads=reading.threads,
        )
        self._gauge.reset()
        self._phase = phase
        self._began = self._marks.clock()


def _frames(error: BaseException) -> list[list[object]]:
    """The last frames of an exception that are not genaudit's own; none where the target lets none be looked at."""
    frames: list[list[object]] = []
    try:
        trace = error.__traceback__
        while trace is not None:
            path = trace.tb_frame.f_code.co_filename
            if not path.startswith((OWN, "<frozen ")):
                frames.append([path, trace.tb_lineno or 0, trace.tb_frame.f_code.co_name])
            trace = trace.tb_next
    except BaseException:
        # An audit hook hears of each frame.
        return []
    return frames[-MOST_FRAMES:]


def _is_chained(steps: list[list[object]]) -> bool:
    """Whether a call comes before the last step: `Loader(8).flow`, not `flow(8)`."""
    return any(step[0] == "call" for step in steps[:-1])
