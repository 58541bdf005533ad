"""Threads, pools, and pipelines of frameworks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Call, Pending, Pipeline
from genaudit.lint.interpreter.values import (
    GRAPH,
    UNKNOWN,
    AbstractValue,
    Extent,
    Kind,
    content_of,
    narrowest,
    origins_of,
)
from genaudit.lint.readers import READERS

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


def beam(call: Call) -> AbstractValue | None:
    """A step of an Apache Beam pipeline: ``Create`` holds what it is given, the others take one element at a time."""
    if call.last == "Create":
        return AbstractValue(Kind.LAZY, call.arg().extent, ref=Pending("beam", call.node, call.frame, call.args[:1]))
    if call.last in ("Map", "FlatMap", "MapTuple", "FlatMapTuple", "Filter") and call.args:
        kind = "filter" if call.last == "Filter" else "map"
        return AbstractValue(Kind.LAZY, Extent.UNKNOWN, ref=Pending(kind, call.node, call.frame, call.args[:1]))
    return None


def piped(machine: Machine, left: AbstractValue, right: AbstractValue) -> AbstractValue | None:
    """``left | step`` of an Apache Beam pipeline; ``None`` where it is none."""
    step = right.ref
    if right.kind is not Kind.LAZY or not isinstance(step, Pending) or step.kind not in ("beam", "map", "filter"):
        return None
    if step.kind == "beam":
        return right
    source = left.ref.parts[0] if isinstance(left.ref, Pending) and left.ref.kind == "beam" and left.ref.parts else left
    return right.with_(extent=source.extent, ref=Pending(step.kind, step.node, step.frame, [step.parts[0], source]))


def thread(call: Call) -> AbstractValue:
    """A thread runs its target while batches are made."""
    target = call.kwargs.get("target", call.arg(1))
    given = call.kwargs.get("args")
    args = list(given.ref) if given is not None and given.kind is Kind.TUPLE else []
    if target.kind is Kind.FUNCTION:
        phase = call.machine.phase
        call.machine.phase = "thread"
        try:
            call.machine.call(target, args, {}, call.node, call.frame)
        finally:
            call.machine.phase = phase
    return AbstractValue(Kind.EXTERNAL, ref=f"{call.name}()")


def pool(last: str, call: Call) -> AbstractValue:
    """Methods of pools and executors: which keep all results, and which hand them out one by one."""
    if last in ("map", "starmap", "imap", "imap_unordered", "map_async"):
        pending = AbstractValue(
            Kind.LAZY, narrowest(v.extent for v in call.args[1:]), ref=Pending("map", call.node, call.frame, call.args)
        )
        eager = last in ("map", "starmap", "map_async") and "Executor()" not in call.name
        return call.machine.consume(pending, call.frame, call.node) if eager else pending
    if last == "Parallel()" and call.args:
        return call.machine.consume(call.arg(), call.frame, call.node)
    if last in ("submit", "apply_async", "apply") and call.args:
        return call.machine.call(call.arg(), call.args[1:], {}, call.node, call.frame)
    return UNKNOWN


def pipeline(call: Call) -> AbstractValue:
    """The start of a ``tf.data`` pipeline."""
    if call.last in ("from_tensor_slices", "from_tensors", "zip", "from_generator"):
        for value in call.args:
            if content_of(value).kind is Kind.DATA:
                call.machine.facts.emitted |= origins_of(value)
            if value.kind is Kind.LAZY and isinstance(value.ref, Pipeline):
                return value
    decoded = call.last in ("TFRecordDataset", "from_generator")
    return AbstractValue(Kind.LAZY, Extent.WHOLE, ref=Pipeline(decoded=decoded))


def folder_pipeline(call: Call) -> AbstractValue:
    """A pipeline that reads a folder and decodes what is in it."""
    return AbstractValue(Kind.LAZY, Extent.WHOLE, ref=Pipeline(decoded=True, batched=True))


def split(call: Call) -> AbstractValue:
    """``SplitGenerator(name, gen_kwargs={...})``: what the examples of a split are made of."""
    note_split(call.machine, call)
    return UNKNOWN


def note_split(machine: Machine, call: Call) -> None:
    """Keep what the examples of a split are made of."""
    given = call.arg(1, "gen_kwargs")
    if given.kind is Kind.CONTAINER:
        machine.splits.append({name: value for name, value in given.ref.named.items() if isinstance(name, str)})


def symbol(call: Call) -> AbstractValue:
    """A node of a graph that stands for one item, or one batch, whenever the graph is run."""
    return AbstractValue(Kind.UNKNOWN, Extent.ONE, const=GRAPH)


def applied(receiver: AbstractValue, call: Call) -> AbstractValue:
    """A column of a table with a function called for each of its values: all results, kept."""
    function = call.arg(0, "func")
    if function.kind not in (Kind.FUNCTION, Kind.EXTERNAL):
        return receiver.with_(ref=None)
    pending = AbstractValue(Kind.LAZY, receiver.extent, ref=Pending("map", call.node, call.frame, [function, receiver]))
    made = call.machine.consume(pending, call.frame, call.node)
    return made if content_of(made).kind in (Kind.DATA, Kind.IMAGE) else receiver.with_(ref=None)


def of_pipeline(receiver: AbstractValue, pipe: Pipeline, call: Call) -> AbstractValue:
    """What a method of a pipeline gives: the pipeline with one more step."""
    decoded, batched = pipe.decoded, pipe.batched
    if call.last in ("map", "interleave", "flat_map", "apply"):
        decoded = decoded or _map_reads(call)
    elif call.last == "batch":
        batched = True
    elif call.last == "shuffle" and decoded:
        _note_shuffle(call)
    elif call.last == "cache" and decoded and not call.args and not call.kwargs:
        call.machine.event("cache", call.node, call.frame, detail="tf.data")
    return receiver.with_(ref=Pipeline(decoded=decoded, batched=batched))


def _note_shuffle(call: Call) -> None:
    size = call.arg(0, "buffer_size")
    constant = size.const if isinstance(size.const, int) and not isinstance(size.const, bool) else 0
    if size.extent is Extent.WHOLE or constant >= 10_000:
        call.machine.event("shuffle", call.node, call.frame, detail=str(constant or "the whole data set"))


def _map_reads(call: Call) -> bool:
    """Whether the function given to ``map`` reads or decodes."""
    machine, function = call.machine, call.arg(0, "map_func")
    if function.kind is Kind.EXTERNAL:
        return function.ref in READERS or name_hints.reads(str(function.ref).rsplit(".", 1)[-1])
    if function.kind is not Kind.FUNCTION:
        return False
    before = machine.facts.reads_per_item
    machine.facts.reads_per_item = False
    item = AbstractValue(Kind.SMALL, Extent.ONE)
    phase, machine.phase = machine.phase, "thread"
    try:
        machine.enter(function.ref, [item, item, item], {})
    finally:
        machine.phase = phase
    reads = machine.facts.reads_per_item
    machine.facts.reads_per_item = before or reads
    return reads
