"""The process's own memory, from ``/proc/self``: a few microseconds a reading, exact peaks.

Source:
    proc_pid_status(5) for the fields; proc_pid_clear_refs(5): writing 5 "reset[s] the peak resident set size (high
    water mark) to the process's current resident set size".
"""

from __future__ import annotations

# Bound here, before the target is imported: it may replace what os has, as fake file systems in tests do.
from os import O_CLOEXEC, O_RDONLY, O_WRONLY, close, listdir, pread, read, stat, sysconf, write
from os import open as open_fd

from genaudit.recorder.child.guard.descriptors import CLEAR_REFS_FD, STATUS_FD, out_of_the_way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KIB = 1024

_FIELDS = (b"VmHWM:", b"VmRSS:", b"RssAnon:", b"RssFile:", b"RssShmem:", b"Threads:")


class Reading:
    """One reading; bytes, and the number of threads."""

    __slots__ = ("anon", "file", "high_water", "rss", "shmem", "threads")

    def __init__(self, high_water: int, rss: int, anon: int, file: int, shmem: int, threads: int) -> None:
        self.high_water = high_water
        self.rss = rss
        self.anon = anon
        self.file = file
        self.shmem = shmem
        self.threads = threads

    @property
    def held(self) -> int:
        """RssAnon + RssShmem."""
        return self.anon + self.shmem

    def fields(self) -> dict[str, int]:
        """The ``memory`` object of a mark."""
        return {
            "rss_bytes": self.rss,
            "anon_bytes": self.anon,
            "file_bytes": self.file,
            "shmem_bytes": self.shmem,
            "high_water_bytes": self.high_water,
        }

    def as_json(self) -> str:
        """The same as text, without json: this runs at every batch."""
        return (
            f'{{"rss_bytes":{self.rss},"anon_bytes":{self.anon},"file_bytes":{self.file},'
            f'"shmem_bytes":{self.shmem},"high_water_bytes":{self.high_water}}}'
        )


def parse_status(text: bytes) -> Reading:
    r"""The memory fields of a status file; its "kB" means 1024 bytes.

    Example:
        >>> text = b"VmHWM:\t 30 kB\nVmRSS:\t 20 kB\nRssAnon:\t 12 kB\nRssFile:\t 8 kB\nRssShmem:\t 0 kB\nThreads:\t1\n"
        >>> parse_status(text).held
        12288
    """
    values = []
    at = 0
    for field in _FIELDS:
        at = text.index(field, at) + len(field)
        values.append(int(text[at : text.index(b"\n", at)].rstrip(b" kB")))
    high_water, rss, anon, file, shmem, threads = values
    return Reading(high_water * KIB, rss * KIB, anon * KIB, file * KIB, shmem * KIB, threads)


class Gauge:
    """Reads the memory of this process and resets its high-water mark.

    Where the mark cannot be reset, ``exact`` is false and a high-water mark is a lower bound: the kernel's own when
    it rose, else the reading itself.
    """

    processes: Any = None
    """Who tells of the other processes of the trial, where the kernel does not."""
    control: Any = None
    """The line to the parent, where readings come over it."""

    def __init__(self) -> None:
        self._status = -1
        self._clear_refs = -1
        self._highest = 0
        self.exact = self.reset()

    def read(self) -> Reading:
        """The memory now; ``high_water`` is the highest since the last ``reset``."""
        try:
            text = pread(self._status, 8192, 0)
        except OSError:
            # The first reading, or the target closed a descriptor that was not its own.
            self._status = out_of_the_way(open_fd("/proc/self/status", O_RDONLY | O_CLOEXEC), STATUS_FD)
            text = pread(self._status, 8192, 0)
        reading = parse_status(text)
        if not self.exact:
            self._bound(reading)
        return reading

    def reset(self) -> bool:
        """Start a new high-water mark at the present RSS; whether the kernel allowed it."""
        try:
            write(self._clear_refs, b"5")
        except OSError:
            try:
                self._clear_refs = out_of_the_way(open_fd("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC), CLEAR_REFS_FD)
                write(self._clear_refs, b"5")
            except OSError:
                return False
        return True

    def _bound(self, reading: Reading) -> None:
        if reading.high_water > self._highest:
            self._highest = reading.high_water
        else:
            reading.high_water = reading.rss


def content(path: str) -> bytes:
    """Content of a file of ``/proc``; empty where its process has ended, or the target lets no file be opened."""
    try:
        fd = open_fd(path, O_RDONLY | O_CLOEXEC)
    except BaseException:
        # An audit hook of the target's may raise anything at all.
        return b""
    parts = []
    try:
        while part := read(fd, 65536):
            parts.append(part)
    except OSError:
        return b""
    finally:
        close(fd)
    return b"".join(parts)


def written_bytes() -> int:
    """Bytes that this process has written so far, to whatever.

    Source:
        proc_pid_io(5): ``wchar``; 0 where the kernel keeps no count.
    """
    return _of_files(b"wchar:") or 0


def bytes_read() -> int | None:
    """Bytes that this process has read so far, from whatever, be it in the page cache; not what it looks at in maps.

    Source:
        proc_pid_io(5): ``rchar``; ``None`` where the kernel keeps no count.
    """
    return _of_files(b"rchar:")


def _of_files(field: bytes) -> int | None:
    lines = content("/proc/self/io").splitlines()
    return next((int(line[len(field) :]) for line in lines if line.startswith(field)), None)


def open_files() -> int:
    """How many descriptors are open; genaudit's own included, which are constant."""
    try:
        # Since Linux 6.2 the size of the folder is the count; before, it is 0 and the folder must be listed.
        return stat("/proc/self/fd").st_size or len(listdir("/proc/self/fd"))
    except OSError:
        # Not one more can be opened: as many are open as may be.
        return sysconf("SC_OPEN_MAX")
    except BaseException:
        # An audit hook of the target's may raise anything at all.
        return 0
