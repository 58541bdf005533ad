"""Memory by line of the user's own code, native allocations included: in this process and in those forked from it."""

from __future__ import annotations

import os
import sys

from genaudit.recorder.child.batch.size import size_of
from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.memory.shared import Shared
from genaudit.recorder.child.memory.status import Gauge, Reading
from genaudit.recorder.child.memory.trim import malloc_trim
from genaudit.recorder.child.tracers.base import KEEP_STACKS, NullTracer, WrappedIterator, write_sites
from genaudit.recorder.child.tracers.forked_lines import ForkedLines, LineUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from genaudit.recorder.child.tracers.forked_lines import Place


WORTH_TRIMMING_BYTES = 64 * 1024
WORTH_TELLING_BYTES = 32 * 1024
QUIET_HITS = 32
"""A line that has moved no memory so often is read again when memory has moved."""
MOST_RESTED = 128
"""Lines without a reading: then it is looked whether memory has moved."""


class LineTracer(NullTracer):
    """Memory by line of the user's own code, native allocations included.

    Runs the target's frames under ``sys.settrace`` and reads the kernel's figures at every line: slow, and exact where
    tracemalloc is blind. What a line calls in the user's own code is that code's; what it calls elsewhere is its own.
    A process that the target forks goes on under the tracer, and leaves its lines in a file.

    Args:
        root: Only files below this folder are the user's own.
        scratch: Where forked processes leave their lines.
        peaks_only: What lines leave behind is not asked: those that move no memory need not be read each time.
    """

    def __init__(self, marks: Marks, gauge: Gauge, root: str, scratch: str, *, peaks_only: bool = False) -> None:
        self._marks = marks
        self.peaks_only = peaks_only
        self._root = os.path.join(root, "")
        self._own: dict[str, bool] = {}
        self._main = _ThreadLines(self)
        self._others: dict[int, _ThreadLines] = {}
        """By the number of their thread."""
        # What all threads share, as they share the process.
        self.gauge: Gauge | _WithShared = _WithShared(gauge, scratch)
        self.uses: dict[Place, LineUse] = {}
        self.trim = malloc_trim()
        self.forked = ForkedLines(scratch)
        os.register_at_fork(after_in_child=self._begin_copy)

    @calls_target
    def during(self, call: Callable[[], Any]) -> Any:
        """Make a call of the target's under the tracer."""
        with OwnImports():
            import threading
        before = sys.gettrace()
        threading.settrace(self._trace_other)
        sys.settrace(self._main.trace)
        try:
            return call()
        finally:
            # That of a tracer in C may be none that can be set from here.
            sys.settrace(before if callable(before) else None)

    def wrap(self, iterator: Any) -> Any:
        """An iterator whose every ``next()`` runs under the tracer."""
        return None if iterator is None else WrappedIterator(iterator, self._pull)

    def _pull(self, iterator: Any) -> Any:
        return self.during(iterator.__next__)

    def snapshot(self, at: str, batch: int) -> None:
        """Write the lines that grew or peaked most, those of forked processes with them."""
        merged = {place: LineUse(*use.as_row()) for place, use in self.uses.items()}
        for place, row in self.forked.read():
            merged.setdefault(place, LineUse()).add(*row)
        largest = sorted(merged.items(), key=lambda item: -max(item[1].grown, item[1].transient))
        write_sites(
            self._marks,
            "lines",
            at,
            batch,
            [
                {
                    "frames": [list(place)],
                    "bytes": use.grown,
                    "peak_bytes": use.transient,
                    "height_bytes": use.height,
                    "blocks": use.hits,
                }
                for place, use in largest[:KEEP_STACKS]
            ],
            traced_bytes=sum(max(0, use.grown) for use in merged.values()),
            peak_bytes=max((use.transient for use in merged.values()), default=0),
        )

    def stop(self) -> None:
        """End the tracing, in threads that are still to start too."""
        with OwnImports():
            import threading

        threading.settrace(None)

    def is_own(self, path: str) -> bool:
        """Whether a file is the user's own code."""
        known = self._own.get(path)
        if known is None:
            absolute = os.path.abspath(path)
            known = absolute.startswith(self._root) and "site-packages" not in absolute
            # What Python has frozen into itself, as its import is, has no path: it would be one below this folder.
            known = known and not path.startswith("<frozen ") and not _is_harness(absolute)
            self._own[path] = known
        return known

    def _begin_copy(self) -> None:
        """In a process that the target has forked: its memory is its own from here on, and so are its lines."""
        self.gauge = Gauge()
        self.uses = {}
        for lines in (self._main, *self._others.values()):
            lines.forget()
        self._others = {}
        self.forked.begin()

    def _trace_other(self, frame: FrameType, event: str, arg: object) -> Any:
        """Called by the interpreter at each call in another thread, whose lines are seen one by one."""
        import threading

        if event != "call" or not self.is_own(frame.f_code.co_filename):
            return None
        lines = self._others.get(threading.get_ident())
        if lines is None:
            lines = self._others[threading.get_ident()] = _ThreadLines(self)
        return lines.trace(frame, event, arg)


class _ThreadLines:
    """The lines that the calls of one thread are at.

    Args:
        tracer: Has what all threads share.
    """

    def __init__(self, tracer: LineTracer) -> None:
        self._tracer = tracer
        self._open: list[_OpenLine] = []
        self._base = 0
        """RSS before the outermost call."""
        self._quiet: dict[tuple[str, int], int] = {}
        """How often in a row a line has moved no memory."""
        self._rested = 0
        """Lines since the last reading."""

    def forget(self) -> None:
        """Leave the lines that are open uncounted."""
        self._open = []

    def trace(self, frame: FrameType, event: str, _arg: object) -> Any:
        """Called by the interpreter at each call."""
        if event != "call" or not self._tracer.is_own(frame.f_code.co_filename):
            return None
        if self._open and self._is_quiet(self._open[-1]) and self._may_rest(frame):
            self._open.append(_OpenLine.within(self._open[-1], frame))
            return self._at_line
        if self._open:
            # What the caller's line did before the call is its own.
            self._see(self._open[-1], self._tracer.gauge.read())
        else:
            self._base = self._tracer.gauge.read().rss
        self._open.append(_OpenLine(frame, self._tracer.gauge))
        return self._at_line

    def _at_line(self, frame: FrameType, event: str, arg: object) -> Any:
        """Called at each line, return and exception of a frame of the user's own."""
        if event in {"line", "return"} and not self._rests(frame, event):
            # What is handed out belongs to the caller, who lets it go where no line is watched.
            outermost = event == "return" and len(self._open) == 1
            self._close_line(handed_out=(size_of(arg)[0] or 0) if outermost else 0)
            if event == "line" and self._open:
                self._open[-1].begin(frame.f_lineno, self._tracer.gauge)
            elif self._open:
                self._open.pop()
        return self._at_line

    def _rests(self, frame: FrameType, event: str) -> bool:
        """Go on without a reading, where neither the line that ends nor the next has moved memory lately."""
        self._rested += 1
        if not self._open or not self._is_quiet(self._open[-1]) or self._rested >= MOST_RESTED:
            self._rested = 0
            return False
        line = self._open[-1]
        if event == "return":
            if len(self._open) == 1 or not self._is_quiet(self._open[-2]):
                return False
            self._open.pop()
            self._open[-1].is_blurred = True
        elif self._may_rest(frame):
            line.is_blurred = True
        else:
            return False
        self._tracer.uses.setdefault((line.path, line.number, line.function), LineUse()).hits += 1
        if event == "line":
            line.number = frame.f_lineno
        return True

    def _is_quiet(self, line: _OpenLine) -> bool:
        return self._tracer.peaks_only and self._quiet.get((line.path, line.number), 0) >= QUIET_HITS

    def _may_rest(self, frame: FrameType) -> bool:
        return self._quiet.get((frame.f_code.co_filename, frame.f_lineno), 0) >= QUIET_HITS

    def _listen(self, line: _OpenLine, reading: Reading) -> bool:
        """Take down whether a line moved memory; false where it was one of several that were not told apart."""
        moved = max(reading.high_water - line.rss, abs(reading.held - line.held)) >= WORTH_TELLING_BYTES
        if line.is_blurred:
            if moved:
                # Next time each is looked at again.
                self._quiet.clear()
            return not moved
        place = (line.path, line.number)
        self._quiet[place] = 0 if moved else self._quiet.get(place, 0) + 1
        return True

    def _close_line(self, *, handed_out: int) -> None:
        if not self._open:
            return
        line = self._open[-1]
        reading = self._tracer.gauge.read()
        use = self._see(line, reading)
        use.hits += 1
        if not self._listen(line, reading):
            use = LineUse()
        peak = line.peak
        if reading.anon - line.anon >= WORTH_TRIMMING_BYTES:
            # Is it kept, or only not given back yet? Of shared memory there is no doubt.
            self._tracer.trim(0)
            reading = self._tracer.gauge.read()
        grown = reading.held - line.held
        use.grown += grown - line.below - handed_out
        use.transient = max(use.transient, peak - line.rss)
        self._tracer.gauge.reset()
        if len(self._open) > 1:
            # The caller's line has all of this inside: it grew below it, and its peak is at least this one.
            caller = self._open[-2]
            caller.below += grown
            caller.peak = max(caller.peak, peak)
            caller.own_rss = reading.rss
        self._tracer.forked.keep(grown, self._tracer.uses)

    def _see(self, line: _OpenLine, reading: Reading) -> LineUse:
        """Take down how high memory stood while a line ran itself, since the last reading, if it rose meanwhile."""
        line.peak = max(line.peak, reading.high_water)
        use = self._tracer.uses.setdefault((line.path, line.number, line.function), LineUse())
        if line.is_blurred:
            return use
        if reading.high_water - line.own_rss >= WORTH_TELLING_BYTES:
            use.height = max(use.height, reading.high_water - self._base)
        return use


class _WithShared:
    """A gauge that counts shared memory with a name from the line on that makes it, mapped or not.

    Args:
        leave_out: A folder of genaudit's own.
    """

    def __init__(self, gauge: Gauge, leave_out: str) -> None:
        self._gauge = gauge
        self._shared = Shared(leave_out=os.path.dirname(leave_out))
        self._size = 0

    def read(self) -> Reading:
        """The memory now."""
        reading = self._gauge.read()
        if self._shared.has_changed():
            self._size = self._shared.size_bytes()
        reading.shmem = max(reading.shmem, self._size)
        return reading

    def reset(self) -> bool:
        """Start a new high-water mark."""
        return self._gauge.reset()


class _OpenLine:
    """The line that a frame is at, and the memory when it came there."""

    __slots__ = ("anon", "below", "function", "held", "is_blurred", "number", "own_rss", "path", "peak", "rss")

    def __init__(self, frame: FrameType, gauge: Gauge | _WithShared) -> None:
        self.path = frame.f_code.co_filename
        self.function = frame.f_code.co_name
        self.begin(frame.f_lineno, gauge)

    @classmethod
    def within(cls, caller: _OpenLine, frame: FrameType) -> _OpenLine:
        """The first line of a call, by the reading that its caller has."""
        line = cls.__new__(cls)
        line.path = frame.f_code.co_filename
        line.function = frame.f_code.co_name
        line.number = frame.f_lineno
        line.anon, line.held, line.rss, line.own_rss = caller.anon, caller.held, caller.rss, caller.own_rss
        line.peak = line.below = 0
        line.is_blurred = True
        return line

    def begin(self, number: int, gauge: Gauge | _WithShared) -> None:
        """The frame goes on to a line."""
        reading = gauge.read()
        gauge.reset()
        self.number = number
        self.anon = reading.anon
        self.held = reading.held
        self.rss = reading.rss
        self.own_rss = reading.rss
        self.peak = 0
        self.below = 0
        self.is_blurred = False
        """Whether lines before it had no reading of their own."""


def _is_harness(path: str) -> bool:
    return path.startswith(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
