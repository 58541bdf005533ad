"""What lines of code did to memory; and how a process that the target forks hands its lines to the measured one.

Each leaves a file, as it may be ended at any moment.
"""

from __future__ import annotations

import os
from marshal import dumps, loads
from time import perf_counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Place = tuple[str, int, str]

# Written again when so much has come since, or so long ago: a worker that waits for its next task has written all.
KEEP_BYTES = 64 * 1024
KEEP_S = 0.05
_PREFIX = "lines-"


class LineUse:
    """What one line of code did to the memory of the process, summed over its executions."""

    __slots__ = ("grown", "height", "hits", "transient")

    def __init__(self, grown: int = 0, transient: int = 0, height: int = 0, hits: int = 0) -> None:
        self.grown = grown
        """RssAnon + RssShmem after the line, less before it: what it left behind."""
        self.transient = transient
        """The highest that the high-water mark rose above the RSS before the line, in one execution."""
        self.height = height
        """The highest that the RSS stood while this line itself added to it, above where it was before the batch."""
        self.hits = hits

    def as_row(self) -> tuple[int, int, int, int]:
        """The four figures, in the order of the arguments."""
        return self.grown, self.transient, self.height, self.hits

    def add(self, grown: int, transient: int, height: int, hits: int) -> None:
        """Join with the figures of the same line in another process."""
        self.grown += grown
        self.transient = max(self.transient, transient)
        self.height = max(self.height, height)
        self.hits += hits


class ForkedLines:
    """The lines of forked processes, by way of files.

    Args:
        folder: Where they leave it.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._path: str | None = None
        self._unwritten = 0
        self._written_s = 0.0

    def begin(self) -> None:
        """This process is a copy, from now on."""
        self._path = os.path.join(self._folder, f"{_PREFIX}{os.getpid()}")

    def keep(self, grown: int, uses: Mapping[Place, LineUse]) -> None:
        """Write the lines of a copy, where there is news; does nothing in the process that was measured.

        Args:
            grown: Bytes by which the last line grew the process.
        """
        if self._path is None:
            return
        self._unwritten += abs(grown)
        if self._unwritten < KEEP_BYTES and perf_counter() - self._written_s < KEEP_S:
            return
        rows = [(place, use.as_row()) for place, use in uses.items()]
        try:
            with open(f"{self._path}.part", "wb") as file:
                file.write(dumps(rows))
            os.replace(f"{self._path}.part", self._path)
        except OSError:
            # The trial is over, and its folder gone.
            self._path = None
        self._unwritten = 0
        self._written_s = perf_counter()

    def read(self) -> Iterator[tuple[Place, tuple[int, int, int, int]]]:
        """Place and ``LineUse.as_row()`` of every line of every copy."""
        for name in os.listdir(self._folder):
            if name.startswith(_PREFIX) and not name.endswith(".part"):
                # Written by this trial's own processes.
                with open(os.path.join(self._folder, name), "rb") as file:
                    yield from loads(file.read())  # noqa: S302 # nosec B302
