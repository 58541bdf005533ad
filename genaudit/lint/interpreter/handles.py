"""Methods of files, handles and pipelines: which read, and which only name."""

from __future__ import annotations

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.facts import Extent
from genaudit.lint.interpreter.frames import Pending, Pipe
from genaudit.lint.interpreter.site import Call
from genaudit.lint.interpreter.values import FRAMES, SMALL, UNKNOWN, Kind, Val
from genaudit.lint.readers import READERS, Reader

_LINES = Reader("text", False)


TEXT = Reader("whole-text", False)


_BYTES = Reader("bytes", False)


_HANDLE = Reader("handle", True)


_BINARY = Reader("bytes", True)


_LONGEST_HEADER = 4096


def of_file(receiver: Val, call: Call) -> Val:
    """What a method of an open file gives."""
    if call.last in ("readlines", "xreadlines"):
        return _read_file(receiver, call, _LINES)
    if call.last == "read" and not call.args:
        return _read_file(receiver, call, _BINARY if receiver.const == "binary" else TEXT)
    if call.last == "read" and call.m.phase == "start" and not call.m.loops and _reads_most(call.arg()):
        return _read_file(receiver, call, _BYTES)
    if call.last in ("readline", "read"):
        return Val(Kind.UNKNOWN, Extent.ONE)
    return UNKNOWN


def _reads_most(size: Val) -> bool:
    """Whether a number of bytes is more than a header's: a large one, or one that was computed."""
    return not isinstance(size.const, int) or size.const > _LONGEST_HEADER


def _read_file(receiver: Val, call: Call, reader: Reader) -> Val:
    path = Val(Kind.SMALL, receiver.extent)
    return call.m.read(call.node, call.frame, reader, call.last, path)


_READ_BY_HANDLE = frozenset(
    "get_fdata get_data load read compute to_pandas read_image ReadAsArray get_array readframes read_frames asarray "
    "read_raster read_all to_numpy read_pandas to_pandas_df load_array getArray read_subimage read_table".split()
)
"""Methods by which a handle gives what is behind it."""


def of_lazy(receiver: Val, call: Call) -> Val:
    """What a method of a handle, an iterator or a pipeline gives."""
    if isinstance(receiver.ref, Pipe):
        return _of_pipe(receiver, receiver.ref, call)
    if isinstance(receiver.ref, Pending):
        return UNKNOWN
    if call.last in _READ_BY_HANDLE:
        part = any(value.extent.narrow or isinstance(value.const, int) for value in call.values)
        narrow = part or receiver.const is FRAMES
        asked = Extent.UNKNOWN if "window" in call.kwargs else receiver.extent
        extent = Extent.ONE if narrow else asked
        return call.m.read(call.node, call.frame, _HANDLE, call.last, Val(Kind.SMALL, extent))
    if call.last in ("keys", "namelist", "infolist", "getnames", "getmembers"):
        return Val(Kind.SMALL, receiver.extent)
    if call.last in ("open", "get", "extractfile", "begin", "cursor", "slicer"):
        call.m.note_read()
    if name_hints.small_result(call.last) or call.last == "close":
        return SMALL
    return receiver.with_(extent=Extent.ONE) if any(value.extent.narrow for value in call.values) else receiver


def _of_pipe(receiver: Val, pipe: Pipe, call: Call) -> Val:
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


def of_image(receiver: Val, call: Call) -> Val:
    """What a method of a picture gives that was opened and not yet read."""
    if call.last == "close":
        for fact in receiver.facts:
            call.m.story.events.pop(("handle", id(fact.node)), None)
        return UNKNOWN
    if name_hints.small_result(call.last) and call.last != "load":
        return SMALL
    return Val(Kind.DATA, receiver.extent, receiver.facts)
