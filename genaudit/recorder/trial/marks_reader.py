"""The marks of a child, read while it writes them, and sorted by their kind."""

import contextlib
import fcntl
import os
import stat
from pathlib import Path
from typing import Any

import msgspec

from genaudit.model.marks import (
    PHASE_AFTER,
    AnyMark,
    ArgumentsMark,
    BatchMark,
    CallMark,
    DriverMark,
    EndMark,
    EpochMark,
    HandedMark,
    LeftMark,
    PhaseMark,
    RaisedMark,
    ReadyMark,
    RetentionMark,
    SettledMark,
    SitesMark,
)
from genaudit.model.recording import Sample

LONGEST_LINE = 16 * 1024 * 1024
"""No mark is longer; whatever is has not been written by genaudit, and is not kept."""
MOST_BYTES = 64 * 1024 * 1024
"""Read at a time: one who writes without end shall not keep the parent from its other work."""
PIPE_BYTES = 1024 * 1024
_PART_BYTES = 1024 * 1024


def make_mark_file(path: Path) -> None:
    """Make the named pipe through which a child's marks come.

    What has been written into it cannot be cut off, overwritten or deleted by the target, and it takes no room on a
    disk that may be full or that the target must not write to. A file system without pipes has an ordinary file.
    """
    with contextlib.suppress(OSError):
        os.mkfifo(path, 0o600)


class MarksReader:
    """Reads whole lines from the marks as they grow.

    The target runs in the process that writes them, and may have written there, too: lines that are no marks are left
    out, and none is kept beyond the length of any mark.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1
        self._at: int | None = None
        """Where reading goes on in an ordinary file."""
        self._rest = b""
        self._skipping = False
        """Within a line that is too long to be a mark."""
        self._decoder = msgspec.json.Decoder(AnyMark)
        self._open()

    def read(self) -> list[AnyMark]:
        """The marks written since the last call. A line cut off by a crash is left out."""
        if self._fd < 0 and not self._open():
            return []
        marks: list[AnyMark] = []
        for _ in range(MOST_BYTES // _PART_BYTES):
            part = self._part()
            if not part:
                break
            marks += self._marks_in(part)
        return marks

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def __del__(self) -> None:
        self.close()

    def _open(self) -> bool:
        """Open the marks, if they are there; for writing, too: a pipe is never at its end while it may be written."""
        try:
            kind = stat.S_IFMT(self._path.stat().st_mode)
            mode = {stat.S_IFIFO: os.O_RDWR, stat.S_IFREG: os.O_RDONLY}[kind]
            self._fd = os.open(self._path, mode | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, KeyError):
            return False
        if kind == stat.S_IFREG:
            self._at = 0
            return True
        with contextlib.suppress(OSError, AttributeError):
            # Where a user may have no more pipes of this size, it keeps the ordinary one.
            fcntl.fcntl(self._fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        return True

    def _part(self) -> bytes:
        if self._at is None:
            try:
                return os.read(self._fd, _PART_BYTES)
            except BlockingIOError:
                return b""
        # Where the target has cut it off, what comes now is at its new end.
        self._at = min(self._at, os.fstat(self._fd).st_size)
        part = os.pread(self._fd, _PART_BYTES, self._at)
        self._at += len(part)
        return part

    def _marks_in(self, part: bytes) -> list[AnyMark]:
        first, *lines = part.split(b"\n")
        # A line that has only its end here is not put together each time: that would be a square of its length.
        if not self._skipping:
            self._rest += first
            self._skipping = len(self._rest) > LONGEST_LINE
        if self._skipping:
            self._rest = b""
        if not lines:
            return []
        whole = [self._rest, *lines[:-1]]
        self._rest, self._skipping = lines[-1], False
        return [mark for line in whole if (mark := self._decoded(line)) is not None]

    def _decoded(self, line: bytes) -> AnyMark | None:
        try:
            return self._decoder.decode(line) if line else None
        except (msgspec.DecodeError, RecursionError, MemoryError, ValueError):
            # Not UTF-8, not JSON, nested without end, of another kind, out of range.
            return None


class TrialMarks:
    """What a child has written so far."""

    def __init__(self) -> None:
        self.ready: ReadyMark | None = None
        self.arguments: ArgumentsMark | None = None
        self.driver: DriverMark | None = None
        self.raised: RaisedMark | None = None
        self.end: EndMark | None = None
        self.phases: list[PhaseMark] = []
        self.batches: list[BatchMark] = []
        self.settled: list[SettledMark] = []
        self.epochs: list[EpochMark] = []
        self.sites: list[SitesMark] = []
        self.retention: list[RetentionMark] = []
        self.calls: list[CallMark] = []
        self.handed: list[HandedMark] = []
        self.has_left = False
        """Whether the child has written all its marks: how its process ends then means nothing for the target."""

    def take(self, mark: AnyMark) -> None:
        """One more, in its place."""
        if isinstance(mark, LeftMark):
            self.has_left = True
            return
        name = _PLACES[type(mark)]
        place = getattr(self, name)
        if isinstance(place, list):
            place.append(mark)
        else:
            setattr(self, name, mark)

    @property
    def items(self) -> int | None:
        """Size of the data set; ``None`` before the arguments are made, and where there is none."""
        return self.arguments.items if self.arguments else None

    @property
    def is_closed(self) -> bool:
        """Whether the target was closed, and came back from it: it may end its process there."""
        return any(phase.name == "close" for phase in self.phases)

    @property
    def phase(self) -> str:
        """The phase that is going on."""
        return PHASE_AFTER.get(self.phases[-1].name if self.phases else None, "steady")

    @property
    def fields(self) -> dict[str, Any]:
        """All of it, as fields of ``Trial``."""
        return {name: getattr(self, name) for name in _PLACES.values()}


def with_sampled_peaks(batches: list[BatchMark], samples: list[Sample]) -> list[BatchMark]:
    """Marks of batches whose high-water marks are at least the highest RSS that was sampled while they were made.

    Args:
        batches: In their order.
        samples: In their order, on the same clock.
    """
    raised = []
    before_s, at = 0.0, 0
    for mark in batches:
        highest = mark.memory.high_water_bytes
        while at < len(samples) and samples[at].at_s <= mark.at_s:
            if samples[at].at_s > before_s:
                highest = max(highest, samples[at].rss_bytes)
            at += 1
        memory = msgspec.structs.replace(mark.memory, high_water_bytes=highest)
        raised.append(msgspec.structs.replace(mark, memory=memory))
        before_s = mark.at_s
    return raised


_PLACES: dict[type[object], str] = {
    ReadyMark: "ready",
    ArgumentsMark: "arguments",
    DriverMark: "driver",
    RaisedMark: "raised",
    EndMark: "end",
    PhaseMark: "phases",
    BatchMark: "batches",
    SettledMark: "settled",
    EpochMark: "epochs",
    SitesMark: "sites",
    RetentionMark: "retention",
    CallMark: "calls",
    HandedMark: "handed",
}
