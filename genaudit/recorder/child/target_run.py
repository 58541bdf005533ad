"""The target's way from its arguments to its end: bind, create, drive, close."""

from __future__ import annotations

from os import getppid
from os.path import dirname

from genaudit.recorder.child.call.arguments import Bound, prepare_target
from genaudit.recorder.child.call.location import here
from genaudit.recorder.child.call.resolve import walk
from genaudit.recorder.child.drivers import open_source
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.memory.set_aside import count_objects, may_set_aside, set_aside, take_back
from genaudit.recorder.child.memory.settle import Settler
from genaudit.recorder.child.memory.status import written_bytes
from genaudit.recorder.child.tracers.open import open_tracer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from genaudit.recorder.child.boundary import Boundaries
    from genaudit.recorder.child.call.arguments import Bound
    from genaudit.recorder.child.channel.marks import Control, Marks
    from genaudit.recorder.child.drive import Drive, Plan
    from genaudit.recorder.child.memory.status import Gauge
    from genaudit.recorder.child.phases import Phases
    from genaudit.recorder.child.retention.moments import Walks
    from genaudit.recorder.child.script.found import Found
    from genaudit.recorder.child.sources import Source
    from genaudit.recorder.child.tracers.base import NullTracer

# Arguments that were made with more output than a few lines have written a data set.
NEW_DATA_BYTES = 64 * 1024
OF_FILES = {"files", "directory", "function"}
"""Kinds of data sets whose items are files, if they have a size on disk."""


def may_have_rows(facts: dict[str, Any]) -> bool:
    """Whether items of a data set are files that may have many rows each, and no pictures."""
    is_of_files = facts["dataset_kind"] in OF_FILES and facts["file_bytes_per_item"] is not None
    return is_of_files and not facts["looks_like_images"]


class TargetRun:
    """One run of a target whose module is imported.

    Args:
        spec: As the child gets it.
    """

    def __init__(self, spec: dict[str, Any], marks: Marks, gauge: Gauge, phases: Phases) -> None:
        self._spec = spec
        self._marks = marks
        self._gauge = gauge
        self._phases = phases
        server = getppid() if spec.get("forked") else None
        self._settler = Settler(
            gauge,
            getppid(),
            dirname(spec["marks"]),
            server,
            waits=not spec["own_allocator"],
            of_script=bool(spec["target"].get("script")),
        )
        self._tracer: NullTracer | None = None
        self._first_iterator: Any = None
        self._boundaries: Boundaries | None = None
        self._drive: Drive | None = None
        self._walks: Walks | None = None
        self._epoch_batches: int | None = None
        self._steps: int | None = None

    def run(self, module: ModuleType | None, found: Found | None = None) -> None:
        """All phases from the arguments on, in their order.

        Args:
            module: Where the target's name is looked for.
            found: In its place, what a script has handed over.
        """
        if not self._spec["forked"] and found is None and may_set_aside(self._spec):
            # Of a script nothing is: what it has made by now may become garbage.
            set_aside()
        level = self._level_reader()
        self._open_walks()
        if found is not None:
            # What the script has made for its source may still be filled, and is held already.
            self._settler.wait_for_threads()
            level = self._without_held(level, found)
        self._phases.enter("arguments", **(level() if self._spec["fill_pools"] else {}))
        bound = None
        if not self._is_chained():
            written = written_bytes()
            bound = self._handed(found) if found else self._bind(walk(module, self._spec["target"]["steps"]))
            if self._spec["leave_new_data"] and written_bytes() - written > NEW_DATA_BYTES:
                self._marks.write("end", batch=0, epochs=0, exhausted=False, stopped="made-data")
                return
        root = (bound and bound.facts["project_root"]) or here()
        held = level()
        if self._walks is not None:
            self._walks.root, self._walks.level, self._walks.n_before = root, held["settled"], count_objects()
        self._phases.enter("create", **held)
        tracer = self._tracer = open_tracer(self._spec, self._marks, self._gauge, root)
        if bound is None:
            # Of chained calls, the last is bound when the ones before it have been made.
            bound = self._bind(tracer.during(lambda: walk(module, self._spec["target"]["steps"])))
        if self._spec["calls"]:
            self._call_again(bound)
            return
        source = self._create(bound, tracer, found)
        self._phases.enter("first-batch")
        self._pull(source, bound, tracer)
        self._phases.enter("close")
        source.close()
        self._phases.enter("after")

    def flush(self) -> None:
        """Mark the batches that have not been marked."""
        if self._boundaries is not None:
            self._boundaries.flush()

    def stop_tracer(self) -> None:
        """End the tracing; some tracers write only now what they saw."""
        if self._tracer is not None:
            self._tracer.stop()

    @property
    def batch_in_progress(self) -> int:
        """Number of the batch that is being made; 0 outside of batches."""
        is_pulling = self._phases.name in {"first-batch", "steady"}
        return self._drive.batch + 1 if self._drive is not None and is_pulling else 0

    def _level_reader(self) -> Callable[[], dict[str, int]]:
        """Reads what is held by now: fields of a phase's mark; where it is asked for, with no block left to fill."""
        if not self._spec["fill_pools"]:
            return lambda: {"settled": self._settler.settle_before_call().retained}
        with OwnImports():
            from genaudit.recorder.child.memory.free_blocks import FreeBlocks

        return FreeBlocks(self._settler).level

    def _is_chained(self) -> bool:
        """Whether a call comes before the target's last step: `Loader(8).flow`, not `flow(8)`."""
        return any(step[0] == "call" for step in self._spec["target"]["steps"][:-1])

    def _bind(self, walked: tuple[Any, Any]) -> Bound:
        """Prepare the target's last call, and write what it is called with."""
        bound = prepare_target(walked, self._spec)
        if bound.is_asynchronous:
            with OwnImports():
                # What its import takes is none of the target's memory.
                import asyncio  # noqa: F401
        return self._told(bound)

    def _handed(self, found: Found) -> Bound:
        """What a script has handed over: an object, and no call that could be made again."""
        return self._told(Bound(None, found.driven, found.facts()))

    def _told(self, bound: Bound) -> Bound:
        """The same, once it is written what the target is called with."""
        bound.facts["may_have_rows"] = may_have_rows(bound.facts)
        bound.facts["kept_bytes"] = bound.others.kept_bytes()
        self._marks.write("arguments", **bound.facts)
        return bound

    def _without_held(self, level: Callable[[], dict[str, int]], found: Found) -> Callable[[], dict[str, int]]:
        """The level without what the source of a script holds already: the script has made it for the source."""
        with OwnImports():
            from genaudit.recorder.child.script.held import held_by

        held, beside = held_by(found)
        if self._walks is not None:
            self._walks.beside, self._walks.name = beside, found.label

        def lower() -> dict[str, int]:
            read = level()
            return {**read, "settled": read["settled"] - held}

        return lower

    def _create(self, bound: Bound, tracer: NullTracer, found: Found | None) -> Source:
        """Make the target's last call, and the iterator of its first epoch."""
        if bound.facts["items"] is None and self._spec["otherwise"]:
            self._spec.update(self._spec["otherwise"])
            if not may_set_aside(self._spec):
                take_back()
        source = self._open(bound, tracer, found)
        if found:
            source.told_steps, source.told, source.takes_batches = found.steps, found.told, found.is_of_keras or None
        if self._walks is not None:
            self._walks.source = source
        self._first_iterator = tracer.during(source.epoch)
        batches, known_from = source.epoch_length()
        if batches is None and source.steps:
            self._steps, batches, known_from = source.steps, source.steps, "its steps"
        self._epoch_batches = batches
        part, others = (source.several.part, source.several.others) if source.several else ("", [])
        if found:
            part, others = found.label_of_part, [each.label_of_part for each in found.others]
        about = {"epoch_batches": batches, "epoch_from": known_from}
        about |= {"buffer_items": source.buffer_items(), "queue_batches": source.queue_batches()}
        about["workers"], about["workers_by"] = source.workers()
        handed = found.number if found else None
        self._marks.write("driver", kind=source.kind, part=part, others=others, handed=handed, **about)
        return source

    def _open(self, bound: Bound, tracer: NullTracer, found: Found | None) -> Source:
        """The driver of what the target gives."""
        if found is not None and found.arrays:
            with OwnImports():
                from genaudit.recorder.child.script.arrays import ArraysSource

            return ArraysSource(bound.call(), found.batch_size)
        source = open_source(self._given(bound, tracer), bound.again, self._spec.get("driver"))
        if found is None or not found.kept_by:
            return source
        with OwnImports():
            from genaudit.recorder.child.script.keeping import KeptSource

        return KeptSource(found.kept_by, source)

    def _given(self, bound: Bound, tracer: NullTracer) -> Any:
        """What comes of the target's last call; refused where that is nothing, and before it where its code says so."""
        procedure = bound.procedure
        if procedure is not None:
            with OwnImports():
                from genaudit.recorder.child.call.makers import refuse_procedure

            refuse_procedure(procedure, self._spec["target"])
        result = tracer.during(bound.call)
        if result is None and bound.written is not None:
            with OwnImports():
                from genaudit.recorder.child.call.makers import nothing

            raise nothing(bound.written, self._spec["target"])
        return result

    def _call_again(self, bound: Bound) -> None:
        """Call the target again and again in place of driving it."""
        with OwnImports():
            from genaudit.recorder.child.calls import Calls

        walks = self._walks
        Calls(
            self._spec, self._marks, self._settler, lambda number: walks.between_calls(number) if walks else None
        ).run(bound)
        self._phases.enter("close")

    def _open_walks(self) -> None:
        """Get ready to walk references at the moments that are asked for.

        Before anything of the target is measured, and before it forks. What walking takes is imported in all trials
        that are compared, whether they walk or not: what the arguments hold is read from levels of several trials.
        """
        is_asked = self._spec["walks"] or (self._spec["otherwise"] or {}).get("walks")
        is_compared = self._spec["engine"] == "none" and not self._spec["own_allocator"]
        if not is_asked and not is_compared:
            return
        with OwnImports():
            from genaudit.recorder.child.retention.moments import Walks

        if is_asked:
            self._walks = Walks(self._spec, self._marks, self._gauge, self._settler)

    def _take_first_iterator(self) -> Any:
        """The iterator of the first epoch, for the drive alone: some keep workers alive for as long as they live."""
        iterator, self._first_iterator = self._first_iterator, None
        return iterator

    def _pull(self, source: Source, bound: Bound, tracer: NullTracer) -> None:
        """Pull the batches, and write how that ended."""
        with OwnImports():
            from genaudit.recorder.child.channel.marks import Control
            from genaudit.recorder.child.drive import Drive

        marks, walks = self._marks, self._walks
        boundaries = self._boundaries = self._boundaries_of(source, bound)
        control = self._gauge.control or Control(self._spec["control"], marks)
        drive = self._drive = Drive(
            self._plan_of(bound),
            boundaries,
            marks,
            next_epoch=lambda: tracer.wrap(source.epoch()),
            ask=control.ask,
            after_first=lambda: self._after_first(boundaries, tracer),
            look=lambda batch: self._look(control, batch),
            epoch_length=self._epoch_batches,
            made_ahead=source.queue_batches() or 0,
            walk=None if walks is None else lambda moment, iterator: walks.at(moment, boundaries, iterator),
        )
        reason = drive.run(lambda: tracer.wrap(self._take_first_iterator()))
        tracer.snapshot("end", drive.batch)
        tracer.stop()
        exhausted = reason in {"exhausted", "empty"}
        told = {"batch": drive.batch, "epochs": drive.epochs, "ended_after": drive.ended_after}
        marks.write("end", exhausted=exhausted, stopped=reason, **told)

    def _boundaries_of(self, source: Source, bound: Bound) -> Boundaries:
        """What is done between batches, and how their items are counted."""
        with OwnImports():
            from genaudit.recorder.child.batch.size import counts_items, integers_of, may_count_items, written_integers
            from genaudit.recorder.child.boundary import THOROUGH, TIMED, BatchSizes, Boundaries, Settling

        spec = self._spec
        budget = THOROUGH if spec["thorough"] else TIMED
        batched = source.gives_batches()
        if batched is None and self._epoch_batches is not None and self._epoch_batches == bound.facts["items"]:
            # It has a batch for each item, by its own length: their leading dimension is one of the item's.
            batched = False
        return Boundaries(
            self._marks,
            self._gauge,
            BatchSizes(
                lambda batch, n: (
                    counts_items(batch, n, integers_of(bound.values, source.owner)) if batched is None else batched
                ),
                budget.sizing,
                lambda batch, n: batched is None and may_count_items(batch, n, written_integers(source.owner)),
                is_timed=budget.is_timed,
            ),
            Settling(self._settler, budget, spec["settle_free_s"]),
            hold=spec["hold"],
            # Fingerprints go by epochs, and an epoch of an iterator without an end is so many items.
            every_item=spec["engine"] == "digest",
        )

    def _plan_of(self, bound: Bound) -> Plan:
        """How far to drive."""
        with OwnImports():
            from genaudit.recorder.child.drive import Plan, told_length

        spec, facts = self._spec, bound.facts
        told = told_length(self._epoch_batches, facts["items"])
        return Plan(
            # Each batch has an item at least, or the source says how many there are: never less than the epochs need.
            spec["batches"] or max(facts["items"] + 1, told) * spec["epochs"],
            spec["epochs"],
            spec["soft_s"],
            spec["settle_every"],
            facts["items"],
            self._steps,
            # With the allocator as the user has it nothing is compared with other trials: what counts is the time.
            rests=not spec["own_allocator"],
            may_have_rows=facts["may_have_rows"],
            has_rows=spec["has_rows"],
            looks_on=spec["looks_on"] and facts["may_have_rows"],
            until_end=not spec["batches"],
        )

    def _look(self, control: Control, batch: int) -> bool:
        """Have all processes read as they are now, if there are others; whether all are at rest then."""
        if not self._settler.rests_with_others():
            return False
        control.look(batch)
        return self._settler.is_still

    def _after_first(self, boundaries: Boundaries, tracer: NullTracer) -> None:
        self._phases.enter("steady")
        boundaries.settle("first")
        tracer.snapshot("first", boundaries.batch)
