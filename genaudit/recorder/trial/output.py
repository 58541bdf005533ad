"""What the target prints: drained so that it never blocks, the end of it kept."""

import collections
import threading
from typing import IO

from genaudit.masking import mask

KEPT_BYTES = 64 * 1024
TAIL_CHARACTERS = 4000


class Drain:
    """Reads a pipe to its end in a thread, keeping only the last of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.n_bytes = 0
        self._kept: collections.deque[bytes] = collections.deque()
        self._n_kept = 0
        self._thread = threading.Thread(target=self._run, args=(stream,), daemon=True)
        self._thread.start()

    def tail(self, *, wait_s: float = 0.5) -> str:
        """The last of what was printed, after the pipe has closed or ``wait_s`` has passed.

        A process that outlives the target may hold the pipe open for ever, so the wait has an end.
        """
        self._thread.join(wait_s)
        # Masked before it is cut: of half a secret nobody can tell what it is.
        return mask(b"".join(self._kept)[-KEPT_BYTES:].decode(errors="replace"))[-TAIL_CHARACTERS:]

    def _run(self, stream: IO[bytes]) -> None:
        while chunk := stream.read1(KEPT_BYTES):  # type: ignore[attr-defined]
            self.n_bytes += len(chunk)
            self._n_kept += len(chunk)
            self._kept.append(chunk)
            while self._n_kept - len(self._kept[0]) >= KEPT_BYTES:
                self._n_kept -= len(self._kept.popleft())
