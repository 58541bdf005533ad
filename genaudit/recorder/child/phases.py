"""The phases of a trial, each with its memory and its time in a mark."""

from __future__ import annotations

from os import getpid
from time import monotonic

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.memory.status import Gauge, parse_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.recorder.child.fork_server import Inherited

IMPORTS = ("import", "setup")
"""Phases that a target's libraries are imported in, where a fork has them already: the second is that of a script."""


class Phases:
    """Where the trial is.

    Attributes:
        name: The present phase.
    """

    def __init__(self, marks: Marks, gauge: Gauge, inherited: Inherited | None = None) -> None:
        self._inherited = inherited
        self._marks = marks
        self._gauge = gauge
        self._began = 0.0
        self.name = "interpreter"

    def ready(self, bare: bytes) -> None:
        """Write that the process is ready for the target.

        Args:
            bare: The process's status file as it was when the interpreter had started; empty where there is none.
        """
        reading = self._inherited.ready if self._inherited else self._gauge.read()
        started = parse_status(bare) if bare else reading
        # By hand: json is imported with the first phase that needs it.
        self._marks.line(
            (
                f'{{"mark":"ready","at_s":0.0,"pid":{getpid()},"clock_s":{monotonic() - self._marks.clock()!r},'
                f'"exact_peaks":{"true" if self._gauge.exact else "false"},"memory":{reading.as_json()},'
                f'"bare_bytes":{started.rss}}}\n'
            ).encode()
        )

    def enter(self, phase: str, settled: int | None = None, filled: int | None = None) -> None:
        """End the present phase and begin another.

        Args:
            phase: Name of the one that begins.
            settled: Bytes that are held by now, where that was read.
            filled: How many of them only fill free blocks.
        """
        now = self._marks.clock()
        reading = self._gauge.read()
        if self._inherited is not None:
            reading = self._inherited.corrected(self.name, reading)
            if self.name == "interpreter":
                # The libraries were imported after it.
                now -= self._inherited.seconds
        self._marks.write(
            "phase",
            at_s=now,
            name=self.name,
            seconds=now - self._began,
            memory=reading,
            settled_bytes=settled,
            filled_bytes=filled,
            threads=reading.threads,
        )
        self._gauge.reset()
        self.name = phase
        self._began = now if self._inherited is not None and phase in IMPORTS else self._marks.clock()
