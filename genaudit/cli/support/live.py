"""A live line on the last row of a terminal, while a job writes above it as it does without."""

import contextlib
import os
import shutil
import sys
import time
from pathlib import Path
from types import TracebackType

from genaudit.model.watch import JobNow, JobPhase, JobReport, Part
from genaudit.report.watch.words import line_text
from genaudit.units import format_bytes, format_seconds

EVERY_S = 0.5
CONCLUDED_S, CONCLUDED_SHARE = 2.0, 0.03
"""So often, and for such a share of the time, the marks are gone through; this process has nothing else to do."""
WARM_BATCHES = 3
FEWEST_BATCHES = 5
PHASES = {JobPhase.NEXT: "in next()", JobPhase.STEP: "in the step", JobPhase.WALK: "walking references"}


class LiveLine:
    """Shows batch, memory, growth in the source and outside of it, and the time until the limit.

    The row is kept out of what scrolls, so that bars of progress of the job's own are left alone.

    Args:
        page: The job's page, in the folder of its marks.
        wanted: Off with ``--quiet``; it is off by itself where standard error is no terminal.
    """

    def __init__(self, page: Path, *, wanted: bool) -> None:
        self._page = page
        self._on = wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._shown_s = 0.0
        self._size = (0, 0)
        self._first: tuple[float, JobNow] | None = None
        self._known: JobReport | None = None
        self._known_s = 0.0

    def __enter__(self) -> "LiveLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._size != (0, 0):
            _, rows = self._size
            _write(f"\x1b7\x1b[r\x1b[{rows};1H\x1b[2K\x1b8")

    def look(self) -> None:
        """Draw it anew, where it is time."""
        now_s = time.monotonic()
        if not self._on or now_s - self._shown_s < EVERY_S:
            return
        from genaudit.watching import read_page

        now = read_page(self._page)
        if now is None or not now.batch:
            return
        if self._first is None and now.batch >= WARM_BATCHES:
            self._first = now_s, now
        self._shown_s = now_s
        self._conclude(now_s)
        self._draw(live_text(now, self._first, now_s, self._known))

    def _conclude(self, now_s: float) -> None:
        """What the marks say so far: whose growth it is cannot be told from two readings."""
        from genaudit.errors import GenauditError
        from genaudit.watching import report_of_job

        if now_s < self._known_s:
            return
        with contextlib.suppress(GenauditError):
            self._known = report_of_job(self._page.parent)
        took = time.monotonic() - now_s
        self._known_s = now_s + max(CONCLUDED_S, took / CONCLUDED_SHARE)

    def _draw(self, text: str) -> None:
        columns, rows = shutil.get_terminal_size()
        if (columns, rows) != self._size:
            # The last row is taken out of the region that scrolls, the cursor out of that row.
            _write(f"\n\x1b7\x1b[1;{rows - 1}r\x1b8\x1b[1A")
            self._size = columns, rows
        _write(f"\x1b7\x1b[{rows};1H\x1b[2K\x1b[7m{text[: columns - 1]}\x1b[0m\x1b8")


def live_text(now: JobNow, first: tuple[float, JobNow] | None, now_s: float, known: JobReport | None = None) -> str:
    """One line.

    Args:
        now: Where the job is.
        first: Where it was past its first batches, and when; ``None`` before.
        now_s: On the same clock.
        known: What its marks say so far.
    """
    parts = [f"batch {now.batch:,}", f"epoch {now.epoch}", format_bytes(now.anon_bytes)]
    if first is not None and now.batch - first[1].batch >= FEWEST_BATCHES:
        began_s, before = first
        batches = now.batch - before.batch
        growth = (now.growth_in + now.growth_out - before.growth_in - before.growth_out) / batches
        parts += _growth(growth, known)
        parts += _left(now, growth, (now_s - began_s) / batches)
    elif now.phase in PHASES:
        parts.append(PHASES[now.phase])
    return f" {' · '.join(parts)} "


def _growth(growth: float, known: JobReport | None) -> list[str]:
    """Of the source and outside of it, where that is known by now; in all before."""
    rates = {each.part: each.bytes_per_batch for each in known.parts} if known is not None else {}
    source, others = rates.get(Part.SOURCE), [rates.get(part) for part in (Part.QUEUE, Part.STEP)]
    if known is None or source is None:
        return [f"{_signed(growth)} a batch"]
    outside = sum(rate.value for rate in others if rate is not None)
    line = line_text(known, code=False)
    return [f"source {_signed(source.value)}", f"outside {_signed(outside)} a batch", *([line] if line else [])]


def _left(now: JobNow, growth: float, seconds: float) -> list[str]:
    if not now.limit_bytes:
        return []
    limit = f"limit {format_bytes(now.limit_bytes)}"
    room = now.limit_bytes - max(now.used_bytes, now.anon_bytes)
    # Less than a page a batch is noise.
    return [f"{limit} in {format_seconds(room / growth * seconds)}" if growth > 4096 and room > 0 else limit]


def _signed(n_bytes: float) -> str:
    return f"{'+' if n_bytes >= 0 else ''}{format_bytes(n_bytes)}"


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
