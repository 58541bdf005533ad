"""One live line on a terminal while trials run; nothing elsewhere."""

import os
import sys
import time
from types import TracebackType
from typing import NamedTuple

from genaudit.recorder.trial.monitor import Progress
from genaudit.units import format_bytes

EVERY_S = 0.1
LABELS = {
    "scaled": "measuring",
    "clean": "driving",
    "forecast": "forecasting",
    "walked": "walking references",
    "handles": "counting threads and files",
    "called": "calling again",
    "traced": "tracing",
    "lines": "profiling lines",
    "native": "tracing native",
}


FEWEST_BATCHES = 3
"""Before so many more are done, their pace is a guess."""


class Pace(NamedTuple):
    """Where a trial was when its batches were first seen."""

    kind: str
    items: int | None
    batch: int
    at_s: float

    def seconds_left(self, progress: Progress, now_s: float) -> float | None:
        """Until the batches that are wanted are done, at the pace so far; ``None`` where it is not known yet."""
        done, left = progress.batch - self.batch, progress.batches_wanted - progress.batch
        if done < FEWEST_BATCHES or left < 0:
            return None
        return (now_s - self.at_s) / done * left


class ProgressLine:
    """Shows the trial, the batch, the memory, its trend and the time that is left on standard error.

    Args:
        wanted: Off with ``--quiet``; it is off by itself where standard error is no terminal.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._on = wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._shown_s = 0.0
        self._began_s = time.monotonic()
        self._pace: Pace | None = None

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write("")

    def __call__(self, progress: Progress) -> None:
        """Show where the trials are, a few times a second."""
        now = time.monotonic()
        if not self._on or now - self._shown_s < EVERY_S:
            return
        self._shown_s = now
        self._write(text(progress, now - self._began_s, self._left(progress, now)))

    def _left(self, progress: Progress, now: float) -> float | None:
        """Seconds until the trials are done: of this one by its own pace, else by those before it."""
        left = self._left_of_trial(progress, now)
        if left is None and progress.trial_s is not None:
            left = max(0.0, progress.trial_s - progress.elapsed_s)
        return None if left is None else left + progress.after_s

    def _left_of_trial(self, progress: Progress, now: float) -> float | None:
        pace = self._pace
        if pace is None or (pace.kind, pace.items) != (progress.kind, progress.items) or progress.batch < pace.batch:
            pace = Pace(progress.kind, progress.items, progress.batch, now)
            self._pace = pace if progress.batch else None
        return pace.seconds_left(progress, now)

    def _write(self, line: str) -> None:
        if self._on:
            # Return to the first column, write, erase the rest of the line.
            try:
                sys.stderr.write(f"\r{line[: _columns() - 1]}\x1b[K")
                sys.stderr.flush()
            except OSError:
                # The terminal was closed.
                self._on = False


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def text(progress: Progress, seconds: float, left: float | None = None) -> str:
    """The line itself.

    Args:
        progress: Where the trial is.
        seconds: Since the audit began.
        left: Seconds until all trials are done that are planned so far, where that is known.

    Example:
        >>> text(Progress(kind="clean", items=400, phase="steady", batch=12, batches_wanted=50,
        ...     held_bytes=50 * 2**20, growth_bytes=0, ahead=("forecast",)), 3.2, 7.9)
        '3 s  driving 400 items  batch 12/50  8 s left with forecasting  50.0 MiB  0 B since the first batch'
    """
    parts = [f"{seconds:.0f} s ", LABELS.get(progress.kind, progress.kind)]
    if progress.items is not None:
        parts.append(f"{progress.items:,} items ")
    if progress.batch:
        of = f"/{progress.batches_wanted}" if progress.batches_wanted else ""
        parts.append(f"batch {progress.batch}{of} ")
    else:
        parts.append(f"{progress.phase} ")
    if left is not None:
        parts.append(f"{_time(left)} left{_ahead(progress)} ")
    if progress.held_bytes is not None:
        parts.append(f"{format_bytes(progress.held_bytes)} ")
    if progress.growth_bytes is not None:
        sign = "+" if progress.growth_bytes > 0 else ""
        parts.append(f"{sign}{format_bytes(progress.growth_bytes)} since the first batch")
    return " ".join(parts).strip()


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _ahead(progress: Progress) -> str:
    """What comes after this trial, the seconds of which are counted in."""
    return f" with {', '.join(LABELS.get(kind, kind) for kind in progress.ahead)}" if progress.ahead else ""
