"""Calls of libraries that read, open or name files, and methods of what they opened."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Call, Pending
from genaudit.lint.interpreter.values import (
    FRAMES,
    NEXT_OF_ALL,
    NEXT_OF_FILE,
    SMALL,
    UNKNOWN,
    AbstractValue,
    Extent,
    Kind,
    ReadSite,
    content_of,
    handle_of,
    narrowest,
)
from genaudit.lint.readers import MAPS, Reader

if TYPE_CHECKING:
    pass


_LOADED = Reader("image", True)
_ROWS = Reader("table", False)
_IMAGE = Reader("image", True)
_FRAME_BY_FRAME = frozenset(
    "cv2.VideoCapture imageio.get_reader decord.VideoReader wave.open av.open imageio.v3.imiter imageio.imiter".split()
)


def read(call: Call, reader: Reader) -> AbstractValue:
    """A call that reads, unless its arguments say that it only opens, or reads a piece."""
    kwargs = call.kwargs
    mapped = kwargs.get("mmap_mode")
    if mapped is not None and mapped.const is not None:
        call.machine.mark_path(call.arg(0, "file"))
        return AbstractValue(Kind.LAZY, call.arg(0, "file").extent, const=handle_of(None))
    if any(name in kwargs and kwargs[name].const is not None for name in ("chunksize", "iterator")):
        call.machine.mark_path(call.arg(0))
        return AbstractValue(Kind.LAZY, Extent.UNKNOWN)
    if any(
        name in kwargs and isinstance(kwargs[name].const, int) for name in ("nrows", "max_rows", "frames", "duration")
    ):
        return AbstractValue(Kind.SMALL, Extent.PART)
    if "stop_before_pixels" in kwargs and kwargs["stop_before_pixels"].const is True:
        call.machine.mark_path(call.arg(0))
        return AbstractValue(Kind.SMALL, call.arg(0).extent)
    path = call.args[0] if call.args else next(iter(kwargs.values()), UNKNOWN)
    if call.name.endswith("loads"):
        return AbstractValue(path.kind, path.extent, path.origins, sure=path.sure)
    return call.machine.read(call.node, call.frame, reader, call.name, path_of(path))


def path_of(value: AbstractValue) -> AbstractValue:
    """The path's own extent; for text that is parsed, that of the text."""
    return value if value.kind is not Kind.CONTAINER else content_of(value)


def lazy(call: Call) -> AbstractValue:
    """A call that opens without reading."""
    path = call.arg(0, "name")
    call.machine.mark_path(path)
    if call.kwargs.get("preload") is not None and call.kwargs["preload"].const is True:
        return call.machine.read(call.node, call.frame, _LOADED, call.name, path)
    if not call.machine.in_start:
        call.machine.event("handle", call.node, call.frame, detail=call.name)
        _forget_if_unkept(call)
    if call.name in MAPS:
        return AbstractValue(Kind.LAZY, path.extent, const=handle_of(None, call.dtype))
    if call.name not in _FRAME_BY_FRAME:
        return AbstractValue(Kind.LAZY, path.extent, const=handle_of(call.name.partition(".")[0]))
    alone = call.machine.phase == "start" and not call.machine.loops
    return AbstractValue(Kind.LAZY, path.extent if alone else Extent.ONE, const=FRAMES)


def _forget_if_unkept(call: Call) -> None:
    """Only files of h5py are reported: the others do no harm."""
    if call.name != "h5py.File":
        call.machine.facts.events.pop(("handle", id(call.node)), None)


def open_file(call: Call) -> AbstractValue:
    """``open(...)``: to read, a file; to write, nothing of interest."""
    mode = call.arg(1, "mode").const
    path = call.arg(0, "file")
    call.machine.mark_path(path)
    if isinstance(mode, str) and set(mode) & set("wax"):
        return SMALL
    call.machine.note_read()
    binary = isinstance(mode, str) and "b" in mode
    return AbstractValue(Kind.FILE, path.extent, const="binary" if binary else ...)


def open_image(call: Call) -> AbstractValue:
    """``PIL.Image.open``."""
    path = call.arg(0, "fp")
    loaded = call.machine.read(call.node, call.frame, _IMAGE, call.name, path)
    if not call.machine.in_start:
        call.machine.event("handle", call.node, call.frame, detail="PIL.Image.open")
    return AbstractValue(Kind.IMAGE, loaded.extent, loaded.origins)


def list_files(call: Call) -> AbstractValue:
    """A call that names files."""
    extent = narrowest(value.extent for value in call.args)
    return AbstractValue(Kind.SMALL, extent if extent.narrow else Extent.WHOLE)


def rows(call: Call) -> AbstractValue:
    """``fetchall()``: every row of a query, which before the first batch is taken for all there are."""
    path = AbstractValue(Kind.SMALL, Extent.WHOLE if call.machine.in_start else Extent.ONE)
    return call.machine.read(call.node, call.frame, _ROWS, call.last, path)


def rows_of_csv(call: Call) -> AbstractValue:
    """``csv.reader(file)``: lines of a kind that is mostly an index."""
    file = call.arg()
    return file.with_(const="csv") if file.kind is Kind.FILE else file


def join_path(call: Call) -> AbstractValue:
    """A call that makes a path: its parts are names, and not data."""
    for value in call.args:
        call.machine.mark_path(value)
    return AbstractValue(Kind.SMALL, narrowest(value.extent for value in call.args))


def pages(call: Call) -> AbstractValue:
    """The pages of a picture, decoded one after the other."""
    return AbstractValue(Kind.LAZY, call.arg().extent)


_LINES = Reader("text", False)


TEXT = Reader("whole-text", False)


_BYTES = Reader("bytes", False)


_HANDLE = Reader("handle", True)


_BINARY = Reader("bytes", True)


_LONGEST_HEADER = 4096


def of_file(receiver: AbstractValue, call: Call) -> AbstractValue:
    """What a method of an open file gives."""
    if call.last in ("readlines", "xreadlines"):
        return read_lines(receiver, call)
    if call.last == "read" and not call.args:
        return _read_file(receiver, call, _BINARY if receiver.const == "binary" else TEXT)
    if call.last == "read" and call.machine.phase == "start" and not call.machine.loops and _reads_most(call.arg()):
        return _read_file(receiver, call, _BYTES)
    if call.last == "readline":
        return _read_line(receiver, call)
    return AbstractValue(Kind.UNKNOWN, Extent.ONE) if call.last == "read" else UNKNOWN


def read_lines(receiver: AbstractValue, call: Call) -> AbstractValue:
    """All lines of a file: nothing else has a method of this name."""
    return _read_file(receiver, call, _LINES)


def _read_line(receiver: AbstractValue, call: Call) -> AbstractValue:
    """One line; a loop that goes on while there is one runs over the whole file."""
    line = _read_file(receiver, call, _LINES)
    for origin in line.origins:
        if isinstance(origin, ReadSite):
            origin.learned.streamed = True
    return line.with_(extent=Extent.ONE, const=NEXT_OF_FILE if receiver.extent.narrow else NEXT_OF_ALL)


def _reads_most(size: AbstractValue) -> bool:
    """Whether a number of bytes is more than a header's: a large one, or one that was computed."""
    return not isinstance(size.const, int) or size.const > _LONGEST_HEADER


def _read_file(receiver: AbstractValue, call: Call, reader: Reader) -> AbstractValue:
    path = AbstractValue(Kind.SMALL, receiver.extent)
    return call.machine.read(call.node, call.frame, reader, call.last, path)


_READ_BY_HANDLE = frozenset(
    "get_fdata get_data load read compute to_pandas read_image ReadAsArray get_array readframes read_frames asarray "
    "read_raster read_all to_numpy read_pandas to_pandas_df load_array getArray read_subimage read_table".split()
)
"""Methods by which a handle gives what is behind it."""


def of_lazy(receiver: AbstractValue, call: Call) -> AbstractValue:
    """What a method of a handle, an iterator or a pipeline gives."""
    if isinstance(receiver.ref, Pending):
        return UNKNOWN
    if call.last in _READ_BY_HANDLE:
        part = any(value.extent.narrow or isinstance(value.const, int) for value in call.values)
        narrow = part or receiver.const is FRAMES
        asked = Extent.UNKNOWN if "window" in call.kwargs else receiver.extent
        extent = Extent.ONE if narrow else asked
        loaded = call.machine.read(call.node, call.frame, _HANDLE, call.last, AbstractValue(Kind.SMALL, extent))
        if call.last == "load" and not call.args:
            _load_in_place(call, loaded)
        return loaded
    if call.last in ("keys", "namelist", "infolist", "getnames", "getmembers"):
        return AbstractValue(Kind.SMALL, receiver.extent)
    if call.last in ("open", "get", "extractfile", "begin", "cursor", "slicer"):
        call.machine.note_read()
    if name_hints.small_result(call.last) or call.last == "close":
        return SMALL
    return receiver.with_(extent=Extent.ONE) if any(value.extent.narrow for value in call.values) else receiver


def _load_in_place(call: Call, loaded: AbstractValue) -> None:
    """``grid.load()``: from now on the object itself holds what it only knew where to find."""
    function = getattr(call.node, "func", None)
    target = function.value if isinstance(function, ast.Attribute) else None
    if isinstance(target, ast.Name | ast.Attribute):
        call.machine.assign(target, loaded, call.frame, call.node)


def joined_lazily(call: Call) -> AbstractValue:
    """``xarray.concat`` and its like: what only knows where to find its data still does."""
    value = content_of(call.arg())
    return value if value.kind is Kind.DATA else AbstractValue(Kind.LAZY, value.extent)


def of_image(receiver: AbstractValue, call: Call) -> AbstractValue:
    """What a method of a picture gives that was opened and not yet read."""
    if call.last == "close":
        for origin in receiver.origins:
            call.machine.facts.events.pop(("handle", id(origin.node)), None)
        return UNKNOWN
    if name_hints.small_result(call.last) and call.last != "load":
        return SMALL
    call.machine.mark_decoded(receiver)
    return AbstractValue(Kind.DATA, receiver.extent, receiver.origins)
