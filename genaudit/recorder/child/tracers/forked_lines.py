"""Lines of the processes that a target forks: each leaves a file, as it may be ended at any moment."""

from __future__ import annotations

import os
from marshal import dumps, loads
from time import perf_counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from genaudit.recorder.child.tracers.lines import LineUse

    Place = tuple[str, int, str]

# Written again when so much has come since, or so long ago: a worker that waits for its next task has written all.
KEEP_BYTES = 64 * 1024
KEEP_S = 0.05
_PREFIX = "lines-"


class Copies:
    """What forked processes say of their lines.

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
