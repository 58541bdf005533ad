"""Targets that are measured side by side: a live table on a terminal, a line for each that ends elsewhere."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from genaudit.cli.support.progress import LABELS
from genaudit.cli.support.say import say

if TYPE_CHECKING:
    from genaudit.gate.side_by_side import Running
    from genaudit.model.outcome import RunVerdict

MOST_ROWS = 20
"""A terminal has room for about so many; the others are counted."""


class TargetTable:
    """What runs, how far each has come, and how many have ended how; on standard error.

    Args:
        targets: By the numbers under which they are told of.
        wanted: Off with ``--quiet``.
    """

    def __init__(self, targets: Sequence[str], *, wanted: bool) -> None:
        self._targets = targets
        self._wanted = wanted
        self._live: Any = None
        self._ended: dict[str, int] = {}
        self._began_s = time.monotonic()

    def __enter__(self) -> "TargetTable":
        if self._wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Inside, the terminal is free for other lines."""
        if self._live is not None:
            self._live.stop()
        try:
            yield
        finally:
            if self._live is not None:
                self._live.start()

    def ended(self, index: int, verdict: "RunVerdict", *, taken_up: bool) -> None:
        """A target has ended.

        Args:
            index: Its number.
            verdict: How.
            taken_up: An earlier run had measured it.
        """
        self._ended[verdict.value] = self._ended.get(verdict.value, 0) + 1
        if self._wanted and self._live is None:
            n_ended = sum(self._ended.values())
            earlier = " (measured by an earlier run)" if taken_up else ""
            say(f"  {n_ended} of {len(self._targets)}  {self._targets[index]}: {verdict.value}{earlier}")

    def show(self, running: "Sequence[Running]") -> None:
        """Draw the table anew."""
        if self._live is not None:
            self._live.update(self._table(running), refresh=True)

    def _table(self, running: "Sequence[Running]") -> Any:
        from rich.table import Table
        from rich.text import Text

        from genaudit.render.safe import harmless

        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for index, progress in running[:MOST_ROWS]:
            table.add_row(Text(harmless(self._targets[index])), Text(state_of(progress), style="dim"))
        table.add_row(Text(self.summary(len(running)), style="bold"))
        return table

    def summary(self, n_running: int) -> str:
        """How many have ended how, run, and wait."""
        n_ended = sum(self._ended.values())
        ended = [f"{number} {verdict}" for verdict, number in self._ended.items()]
        waiting = len(self._targets) - n_ended - n_running
        seconds = round(time.monotonic() - self._began_s)
        return ", ".join([*ended, f"{n_running} running", f"{max(0, waiting)} waiting", f"{seconds} s"])


def state_of(progress: Any) -> str:
    """Where a target is, in a few words.

    Args:
        progress: A ``Progress``; ``None`` before the first trial.
    """
    if progress is None:
        return "waiting for a worker"
    size = "" if progress.items is None else f" n={progress.items:,}"
    # Of whole epochs the number of batches is not known before.
    of = f"/{progress.batches_wanted:,}" if progress.batches_wanted >= progress.batch else ""
    where = f"batch {progress.batch:,}{of}" if progress.batch else progress.phase
    return f"{LABELS.get(progress.kind, progress.kind)}{size}  {where}"
