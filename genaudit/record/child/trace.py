"""Where memory was allocated. Tracing disturbs what it measures, so each engine has a trial of its own."""

from __future__ import annotations

import os
import sys

from genaudit.record.child.batch import size_of
from genaudit.record.child.handles import Handles
from genaudit.record.child.marks import Marks
from genaudit.record.child.memory import Gauge
from genaudit.record.child.outward import calls_target
from genaudit.record.child.shelter import OwnImports

# Spelled out, not imported: the typing module is 450 KiB, and this is imported when the target is about to be made.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    Stack = tuple[tuple[str, int], ...]

# Stacks kept in a snapshot, largest first.
KEEP_STACKS = 200


class Nothing:
    """No tracing: the clean trial."""

    @calls_target
    def during(self, call: Callable[[], Any]) -> Any:
        """Make a call of the target's."""
        return call()

    def wrap(self, iterator: Any) -> Any:
        """The iterator as it is to be driven."""
        return iterator

    def snapshot(self, at: str, batch: int) -> None:
        """Write what is known at this moment."""

    def stop(self) -> None:
        """End the tracing."""


class Tracemalloc(Nothing):
    """Python's own tracer: what is alive, by the stack that allocated it.

    It sees what goes through Python's allocators, numpy's arrays included, and nothing that a C library takes from
    ``malloc`` by itself.

    Args:
        depth: Frames kept of each stack. One stops inside numpy and Pillow; more costs time at each allocation.
        batches: Batches planned; with one, nothing can be seen to grow.
    """

    def __init__(self, marks: Marks, depth: int, batches: int) -> None:
        self._sees_growth = batches > 1
        with OwnImports():
            import tracemalloc
        self._tracemalloc = tracemalloc
        self._marks = marks
        self._lengths: dict[int, int] = {}
        self._first_batch = 0
        self._handles = Handles(marks)
        tracemalloc.start(depth)

    def snapshot(self, at: str, batch: int) -> None:
        """Write the stacks that hold most."""
        if at == "end" and batch == self._first_batch:
            return
        traced, peak = self._tracemalloc.get_traced_memory()
        tables = self._tracemalloc.get_tracemalloc_memory()
        stacks = _largest_stacks()
        self._marks.write(
            "sites",
            engine="tracemalloc",
            at=at,
            batch=batch,
            traced_bytes=traced,
            peak_bytes=peak,
            tracer_bytes=tables,
            sites=[
                {
                    "frames": [[path, line, None] for path, line in frames],
                    "bytes": n_bytes,
                    "blocks": blocks,
                }
                for frames, (n_bytes, blocks) in stacks
            ],
        )
        self._tracemalloc.reset_peak()
        if at == "first":
            self._first_batch = batch
        if self._sees_growth:
            self._holders(at, batch)
        if at == "end":
            self._handles.snapshot(batch)

    def _holders(self, at: str, batch: int) -> None:
        from genaudit.record.child import holders

        if at == "first":
            self._lengths = holders.lengths()
        elif batch > self._first_batch and self._lengths:
            grown = holders.grown_since(self._lengths, batch - self._first_batch)
            self._marks.write("holders", batch=batch, holders=grown)

    def stop(self) -> None:
        """End the tracing."""
        self._tracemalloc.stop()


def _largest_stacks() -> list[tuple[Stack, tuple[int, int]]]:
    """Stacks with their bytes and blocks, largest first; each stack has its innermost frame first.

    From the tracer's own table: the public snapshot makes an object of every stack, and takes a hundred times as long.
    """
    import _tracemalloc

    sums: dict[Any, tuple[int, int]] = {}
    for _domain, size, stack, *_ in _tracemalloc._get_traces():
        n_bytes, blocks = sums.get(stack, (0, 0))
        sums[stack] = (n_bytes + size, blocks + 1)
    return sorted(sums.items(), key=lambda item: -item[1][0])[:KEEP_STACKS]


class LineUse:
    """What one line of code did to the memory of the process, summed over its executions."""

    __slots__ = ("grown", "hits", "transient")

    def __init__(self) -> None:
        self.grown = 0
        """RssAnon + RssShmem after the line, less before it: what it left behind."""
        self.transient = 0
        """The highest that the high-water mark rose above the RSS before the line, in one execution."""
        self.hits = 0


class Lines(Nothing):
    """Memory by line of the user's own code, native allocations included.

    Runs the target's frames under ``sys.settrace`` and reads the kernel's figures at every line: slow, and exact where
    tracemalloc is blind. What a line calls in the user's own code is that code's; what it calls elsewhere is its own.

    Args:
        root: Only files below this folder are the user's own.
    """

    def __init__(self, marks: Marks, gauge: Gauge, root: str) -> None:
        self._marks = marks
        self._gauge = gauge
        self._root = os.path.join(root, "")
        self._own: dict[str, bool] = {}
        self._uses: dict[tuple[str, int, str], LineUse] = {}
        self._open: list[_OpenLine] = []

    @calls_target
    def during(self, call: Callable[[], Any]) -> Any:
        """Make a call of the target's under the tracer."""
        with OwnImports():
            import threading
        before = sys.gettrace()
        threading.settrace(self._trace_other)
        sys.settrace(self._trace)
        try:
            return call()
        finally:
            sys.settrace(before)

    def wrap(self, iterator: Any) -> Any:
        """An iterator whose every ``next()`` runs under the tracer."""
        return None if iterator is None else _Wrapped(iterator, self)

    def snapshot(self, at: str, batch: int) -> None:
        """Write the lines that grew or peaked most."""
        uses = sorted(self._uses.items(), key=lambda use: -max(use[1].grown, use[1].transient))
        self._marks.write(
            "sites",
            engine="lines",
            at=at,
            batch=batch,
            traced_bytes=sum(max(0, use.grown) for use in self._uses.values()),
            peak_bytes=max((use.transient for use in self._uses.values()), default=0),
            tracer_bytes=0,
            sites=[
                {"frames": [list(place)], "bytes": use.grown, "peak_bytes": use.transient, "blocks": use.hits}
                for place, use in uses[:KEEP_STACKS]
            ],
        )

    def stop(self) -> None:
        """End the tracing, in threads that are still to start too."""
        import threading

        threading.settrace(None)

    def _trace(self, frame: FrameType, event: str, _arg: object) -> Any:
        """Called by the interpreter at each call."""
        if event != "call" or not self._is_own(frame.f_code.co_filename):
            return None
        self._open.append(_OpenLine(frame, self._gauge))
        return self._at_line

    def _at_line(self, frame: FrameType, event: str, arg: object) -> Any:
        """Called at each line, return and exception of a frame of the user's own."""
        if event in {"line", "return"}:
            # What is handed out belongs to the caller, who lets it go where no line is watched.
            outermost = event == "return" and len(self._open) == 1
            self._close_line(frame, handed_out=(size_of(arg)[0] or 0) if outermost else 0)
            if event == "line" and self._open:
                self._open[-1].begin(frame.f_lineno, self._gauge)
            elif self._open:
                self._open.pop()
        return self._at_line

    def _close_line(self, frame: FrameType, *, handed_out: int) -> None:
        if not self._open:
            return
        line = self._open[-1]
        reading = self._gauge.read()
        use = self._uses.setdefault((frame.f_code.co_filename, line.number, frame.f_code.co_name), LineUse())
        grown = reading.held - line.held
        peak = max(line.peak, reading.high_water)
        use.grown += grown - line.below - handed_out
        use.transient = max(use.transient, peak - line.rss)
        use.hits += 1
        self._gauge.reset()
        if len(self._open) > 1:
            # The caller's line has all of this inside: it grew below it, and its peak is at least this one.
            caller = self._open[-2]
            caller.below += grown
            caller.peak = max(caller.peak, peak)

    def _trace_other(self, frame: FrameType, event: str, arg: object) -> Any:
        """In other threads the lines are seen one by one: they share the process with this one."""
        import threading

        if event != "call" or not self._is_own(frame.f_code.co_filename):
            return None
        own = getattr(self, f"_thread_{threading.get_ident()}", None)
        if own is None:
            own = Lines(self._marks, self._gauge, self._root)
            own._uses = self._uses
            setattr(self, f"_thread_{threading.get_ident()}", own)
        return own._trace(frame, event, arg)

    def _is_own(self, path: str) -> bool:
        known = self._own.get(path)
        if known is None:
            absolute = os.path.abspath(path)
            known = absolute.startswith(self._root) and "site-packages" not in absolute and not _is_harness(absolute)
            self._own[path] = known
        return known


class _OpenLine:
    """The line that a frame is at, and the memory when it came there."""

    __slots__ = ("below", "held", "number", "peak", "rss")

    def __init__(self, frame: FrameType, gauge: Gauge) -> None:
        self.begin(frame.f_lineno, gauge)

    def begin(self, number: int, gauge: Gauge) -> None:
        """The frame goes on to a line."""
        reading = gauge.read()
        gauge.reset()
        self.number = number
        self.held = reading.held
        self.rss = reading.rss
        self.peak = 0
        self.below = 0


class _Wrapped:
    def __init__(self, iterator: Any, tracer: Lines) -> None:
        self._iterator = iterator
        self._tracer = tracer

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return self._tracer.during(self._iterator.__next__)


def _is_harness(path: str) -> bool:
    return path.startswith(os.path.dirname(os.path.abspath(__file__)))
