"""Which line opened the file that is still open, started the thread, forked the process.

Python tells of files and processes through its audit events. A hook cannot be taken away again, so it lives in the
traced trial only.

Source:
    PEP 578; the table of audit events in the library reference.
"""

from __future__ import annotations

import os
import sys

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.tracers.base import write_sites

TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.recorder.child.channel.marks import Marks

    Stack = tuple[tuple[str, int, str], ...]
    Counts = dict[Stack, int]

PROCESSES = frozenset({"os.fork", "os.forkpty", "os.posix_spawn", "subprocess.Popen", "os.spawn"})
DEEPEST = 40


class OpenHandles:
    """Counts opened handles by the stack that opened them."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._files: dict[str, Counts] = {}
        self._threads: list[Stack] = []
        self._processes: list[Stack] = []
        self._on = True
        sys.addaudithook(self._hear)
        self._watch_threads()

    def _watch_threads(self) -> None:
        """Threads have no audit event before Python 3.13, so their start is wrapped."""
        with OwnImports():
            import threading
        start = threading.Thread.start

        def watched(thread: threading.Thread) -> None:
            self._threads.append(_stack())
            start(thread)

        threading.Thread.start = watched  # type: ignore[assignment,method-assign]

    def snapshot(self, batch: int) -> None:
        """Write who opened what is open now, and who started threads and processes."""
        self._on = False
        still_open: dict[str, int] = {}
        for number in os.listdir("/proc/self/fd"):
            try:
                path = os.readlink(f"/proc/self/fd/{number}")
            except OSError:
                # Closed since the listing.
                continue
            still_open[path] = still_open.get(path, 0) + 1
        files = [
            _opener(calls, still_open[real])
            for path, calls in self._files.items()
            if (real := os.path.realpath(path)) in still_open
        ]
        for field, stacks in (("open_files", files), ("threads", self._threads), ("children", self._processes)):
            self._write(field, batch, stacks)
        self._on = True

    def _write(self, field: str, batch: int, stacks: list[Stack]) -> None:
        counts: Counts = {}
        for stack in stacks:
            _count(counts, stack)
        if counts:
            sites = [{"frames": stack, "bytes": 0, "blocks": number} for stack, number in counts.items()]
            write_sites(self._marks, f"handles:{field}", "end", batch, sites)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Called by the interpreter at every audit event: most are none of ours, and must cost next to nothing."""
        if not self._on:
            return
        if event == "open":
            if type(arguments[0]) is str:
                calls = self._files.setdefault(arguments[0], {})
                _count(calls, _stack())
        elif event in PROCESSES:
            self._processes.append(_stack())


def _count(counts: Counts, stack: Stack) -> None:
    counts[stack] = counts.get(stack, 0) + 1


def _opener(calls: Counts, n_open: int) -> Stack:
    """Of the calls that opened a file, the one whose handles are open still.

    One that is open once was opened by the first of them: another may have read the same file and closed it again.
    """
    return next(iter(calls)) if n_open == 1 else max(calls, key=lambda stack: calls[stack])


def _stack() -> Stack:
    """Path, line and function of the frames below the hook, innermost first."""
    frames: list[tuple[str, int, str]] = []
    frame = sys._getframe(2)
    while frame is not None and len(frames) < DEEPEST:
        frames.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back  # type: ignore[assignment]
    return tuple(frames)
