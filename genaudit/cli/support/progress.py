"""Where the trials are: one live line on a terminal, and a line every few seconds where there is none."""

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple

from genaudit.cli.support.say import say
from genaudit.model.progress import REPORT, Progress
from genaudit.units import format_bytes

EVERY_S = 0.1
EVERY_LINE_S = 5.0
"""So often, and for the first time after so long, a line is printed where it cannot be drawn anew."""
SLOWER_S, EVERY_SLOWER_S = 60.0, 15.0
"""... and so often from the first minute on: a log is read afterwards."""
DRAWING_S = 4.0
"""Judging what was measured, a page and a picture, about."""
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
    REPORT: "making the report",
}
PHASES = {
    "interpreter": "starting Python",
    "import": "importing",
    "arguments": "making the arguments",
    "create": "creating it",
    "first-batch": "waiting for the first batch",
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
    """Shows the step, the batch, the memory, its trend and the time that is left on standard error.

    Args:
        wanted: Off with ``--quiet``.
        draws: Whether a page or a picture is made at the end, the time of which is counted in.
        name: What is audited, where a log has lines of several.
        write: Where lines go in place of standard error, every few seconds.
    """

    def __init__(
        self, *, wanted: bool, draws: bool = False, name: str = "", write: Callable[[str], None] | None = None
    ) -> None:
        self._wanted = wanted
        self._write = write or say
        self._is_live = write is None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._draws = draws
        self._name = f"{name}  " if name else ""
        self._began_s = self._shown_s = time.monotonic()
        self._pace: Pace | None = None

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_live:
            self._draw("")

    def __call__(self, progress: Progress) -> None:
        """Show where the trials are, a few times a second."""
        now = time.monotonic()
        # The last step is told once.
        is_told = self._is_live and progress.kind == REPORT
        if not self._wanted or (now - self._shown_s < self._pause(now) and not is_told):
            return
        self._shown_s = now
        line = text(progress, now - self._began_s, self._left(progress, now))
        if self._is_live:
            self._draw(line)
        else:
            self._print(line)

    def _pause(self, now: float) -> float:
        """Seconds between two of its lines."""
        if self._is_live:
            return EVERY_S
        return EVERY_LINE_S if now - self._began_s < SLOWER_S else EVERY_SLOWER_S

    def _left(self, progress: Progress, now: float) -> float | None:
        """Seconds until the report is there: of this trial by its own pace, else by those before it."""
        left = self._left_of_trial(progress, now)
        if left is None and progress.trial_s is not None:
            left = max(0.0, progress.trial_s - progress.elapsed_s)
        if left is None:
            return None
        return left + progress.after_s + (DRAWING_S if self._draws else 0.0)

    def _left_of_trial(self, progress: Progress, now: float) -> float | None:
        pace = self._pace
        if pace is None or (pace.kind, pace.items) != (progress.kind, progress.items) or progress.batch < pace.batch:
            pace = Pace(progress.kind, progress.items, progress.batch, now)
            self._pace = pace if progress.batch else None
        return pace.seconds_left(progress, now)

    def _print(self, line: str) -> None:
        try:
            self._write(f"  {self._name}{line}")
        except OSError:
            self._wanted = False

    def _draw(self, line: str) -> None:
        if self._wanted:
            # Return to the first column, write, erase the rest of the line.
            try:
                sys.stderr.write(f"\r{line[: _columns() - 1]}\x1b[K")
                sys.stderr.flush()
            except OSError:
                # The terminal was closed.
                self._wanted = False


class Drawing:
    """A word on a terminal while reports are drawn: the result has been printed by then.

    Args:
        wanted: Off with ``--quiet``, and where nothing is drawn.
        names: Of the files.
    """

    def __init__(self, *names: str, wanted: bool) -> None:
        self._line = ProgressLine(wanted=wanted and sys.stderr.isatty())
        self._text = f"drawing {', '.join(names)}"

    def __enter__(self) -> None:
        self._line._draw(self._text)

    def __exit__(self, *_: object) -> None:
        self._line.__exit__(None, None, None)


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
        left: Seconds until all is done that is planned so far, where that is known.

    Example:
        >>> text(Progress(kind="clean", items=400, phase="steady", batch=12, batches_wanted=50, held_bytes=50 * 2**20,
        ...     growth_bytes=0, ahead=("forecast",), step=3, steps=7), 3.2, 7.9)
        '[3/7] driving 400 items  batch 12/50  3 s, 8 s left with forecasting  50.0 MiB  0 B since the first batch'
    """
    parts = [f"{_step(progress)}{LABELS.get(progress.kind, progress.kind)}"]
    if progress.items is not None:
        parts[0] += f" {progress.items:,} items"
    if progress.batch:
        of = f"/{progress.batches_wanted}" if progress.batches_wanted else ""
        parts.append(f"batch {progress.batch}{of}")
    elif progress.phase:
        parts.append(PHASES.get(progress.phase, progress.phase))
    parts.append(f"{seconds:.0f} s" + (f", {_time(left)} left{_ahead(progress)}" if left is not None else ""))
    if progress.held_bytes is not None:
        parts.append(format_bytes(progress.held_bytes))
    if progress.growth_bytes is not None:
        sign = "+" if progress.growth_bytes > 0 else ""
        parts.append(f"{sign}{format_bytes(progress.growth_bytes)} since the first batch")
    return "  ".join(parts)


def _step(progress: Progress) -> str:
    """Which step it is, and of how many, where that is known."""
    if not progress.step:
        return ""
    return f"[{progress.step}/{progress.steps}] " if progress.steps is not None else f"[{progress.step}] "


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _ahead(progress: Progress) -> str:
    """What comes after this trial, the seconds of which are counted in."""
    return f" with {', '.join(LABELS.get(kind, kind) for kind in progress.ahead)}" if progress.ahead else ""
