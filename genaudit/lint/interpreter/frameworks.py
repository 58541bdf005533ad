"""Threads, pools, and pipelines of frameworks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import (
    Call,
    Pending,
    Pipe,
)
from genaudit.lint.interpreter.values import (
    GRAPH,
    UNKNOWN,
    Extent,
    Kind,
    Val,
    content_of,
    facts_of,
    narrowest,
)
from genaudit.lint.readers import READERS

if TYPE_CHECKING:
    pass


def thread(call: Call) -> Val:
    """A thread runs its target while batches are made."""
    target = call.kwargs.get("target", call.arg(1))
    given = call.kwargs.get("args")
    args = list(given.ref) if given is not None and given.kind is Kind.TUPLE else []
    if target.kind is Kind.FUNCTION:
        phase = call.m.phase
        call.m.phase = "thread"
        try:
            call.m.call(target, args, {}, call.node, call.frame)
        finally:
            call.m.phase = phase
    return Val(Kind.EXTERNAL, ref=f"{call.name}()")


def pool(last: str, call: Call) -> Val:
    """Methods of pools and executors: which keep all results, and which hand them out one by one."""
    if last in ("map", "starmap", "imap", "imap_unordered", "map_async"):
        pending = Val(
            Kind.LAZY, narrowest(v.extent for v in call.args[1:]), ref=Pending("map", call.node, call.frame, call.args)
        )
        eager = last in ("map", "starmap", "map_async") and "Executor()" not in call.name
        return call.m.consume(pending, call.frame, call.node) if eager else pending
    if last == "Parallel()" and call.args:
        return call.m.consume(call.arg(), call.frame, call.node)
    if last in ("submit", "apply_async", "apply") and call.args:
        return call.m.call(call.arg(), call.args[1:], {}, call.node, call.frame)
    return UNKNOWN


def pipeline(call: Call) -> Val:
    """The start of a ``tf.data`` pipeline."""
    if call.last in ("from_tensor_slices", "from_tensors", "zip", "from_generator"):
        for value in call.args:
            if content_of(value).kind is Kind.DATA:
                call.m.story.emitted |= facts_of(value)
            if value.kind is Kind.LAZY and isinstance(value.ref, Pipe):
                return value
    decoded = call.last in ("TFRecordDataset", "from_generator")
    return Val(Kind.LAZY, Extent.WHOLE, ref=Pipe(decoded=decoded))


def folder_pipeline(call: Call) -> Val:
    """A pipeline that reads a folder and decodes what is in it."""
    return Val(Kind.LAZY, Extent.WHOLE, ref=Pipe(decoded=True, batched=True))


def symbol(call: Call) -> Val:
    """A node of a graph that stands for one item, or one batch, whenever the graph is run."""
    return Val(Kind.UNKNOWN, Extent.ONE, const=GRAPH)


def applied(receiver: Val, call: Call) -> Val:
    """A column of a table with a function called for each of its values: all results, kept."""
    function = call.arg(0, "func")
    if function.kind not in (Kind.FUNCTION, Kind.EXTERNAL):
        return receiver.with_(ref=None)
    pending = Val(Kind.LAZY, receiver.extent, ref=Pending("map", call.node, call.frame, [function, receiver]))
    made = call.m.consume(pending, call.frame, call.node)
    return made if content_of(made).kind in (Kind.DATA, Kind.IMAGE) else receiver.with_(ref=None)


def of_pipe(receiver: Val, pipe: Pipe, call: Call) -> Val:
    """What a method of a pipeline gives: the pipeline with one more step."""
    decoded, batched = pipe.decoded, pipe.batched
    if call.last in ("map", "interleave", "flat_map", "apply"):
        decoded = decoded or _map_reads(call)
    elif call.last == "batch":
        batched = True
    elif call.last == "shuffle" and decoded:
        _note_shuffle(call)
    elif call.last == "cache" and decoded and not call.args and not call.kwargs:
        call.m.event("cache", call.node, call.frame, detail="tf.data")
    return receiver.with_(ref=Pipe(decoded=decoded, batched=batched))


def _note_shuffle(call: Call) -> None:
    size = call.arg(0, "buffer_size")
    constant = size.const if isinstance(size.const, int) and not isinstance(size.const, bool) else 0
    if size.extent is Extent.WHOLE or constant >= 10_000:
        call.m.event("shuffle", call.node, call.frame, detail=str(constant or "the whole data set"))


def _map_reads(call: Call) -> bool:
    """Whether the function given to ``map`` reads or decodes."""
    m, function = call.m, call.arg(0, "map_func")
    if function.kind is Kind.EXTERNAL:
        return function.ref in READERS or name_hints.reads(str(function.ref).rsplit(".", 1)[-1])
    if function.kind is not Kind.FUNCTION:
        return False
    before = m.story.reads_per_item
    m.story.reads_per_item = False
    one = Val(Kind.SMALL, Extent.ONE)
    phase, m.phase = m.phase, "thread"
    try:
        m.enter(function.ref, [one, one, one], {})
    finally:
        m.phase = phase
    found = m.story.reads_per_item
    m.story.reads_per_item = before or found
    return found
