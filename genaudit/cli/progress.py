"""One live line on a terminal while trials run; nothing elsewhere."""

import os
import sys
import time
from types import TracebackType

from genaudit.record.monitor import Progress
from genaudit.units import format_bytes

EVERY_S = 0.1
LABELS = {
    "scaled": "measuring",
    "clean": "driving",
    "traced": "tracing",
    "lines": "profiling lines",
    "native": "tracing native",
}


class ProgressLine:
    """Shows the trial, the batch, the memory and its trend on standard error.

    Args:
        wanted: Off with ``--quiet``; it is off by itself where standard error is no terminal.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._on = wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._shown_s = 0.0
        self._began_s = time.monotonic()

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
        self._write(text(progress, now - self._began_s))

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


def text(progress: Progress, seconds: float) -> str:
    """The line itself.

    Example:
        >>> text(Progress(kind="clean", items=400, phase="steady", batch=12, batches_wanted=50,
        ...     held_bytes=50 * 2**20, growth_bytes=0), 3.2)
        '3 s  driving 400 items  batch 12/50  50.0 MiB  0 B since the first batch'
    """
    parts = [f"{seconds:.0f} s ", LABELS.get(progress.kind, progress.kind)]
    if progress.items is not None:
        parts.append(f"{progress.items:,} items ")
    if progress.batch:
        of = f"/{progress.batches_wanted}" if progress.batches_wanted else ""
        parts.append(f"batch {progress.batch}{of} ")
    else:
        parts.append(f"{progress.phase} ")
    if progress.held_bytes is not None:
        parts.append(f"{format_bytes(progress.held_bytes)} ")
    if progress.growth_bytes is not None:
        sign = "+" if progress.growth_bytes > 0 else ""
        parts.append(f"{sign}{format_bytes(progress.growth_bytes)} since the first batch")
    return " ".join(parts).strip()
