"""How the memory of processes is read from outside: from ``/proc``, or by memory-profiler where that is not enough.

memory-profiler is many times slower than a read of ``/proc``, and knows no high-water mark. It works where psutil does,
which it reads with.
"""

import mmap
import os
import re
from pathlib import Path
from typing import NamedTuple, Protocol

from genaudit.errors import UsageError
from genaudit.model.recording import ProcessUse
from genaudit.options import BY_NAME
from genaudit.recorder.child.memory.settle import descendants
from genaudit.recorder.child.memory.shared import IN_MEMORY
from genaudit.recorder.child.memory.status import content, parse_status
from genaudit.recorder.machine.cgroups import PROC
from genaudit.recorder.machine.platform import parse_sizes
from genaudit.units import KIB, MIB

_FILE_MAPPING = re.compile(
    rb"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ +(/.*)\n(?:[A-Z].*\n)*?"
    rb"Private_Clean: +(\d+) kB\nPrivate_Dirty: +(\d+) kB\n(?:[A-Z].*\n)*?Anonymous: +(\d+) kB$",
    re.MULTILINE,
)
"""Path, and private and anonymous KiB, of a mapping with a name: proc_pid_smaps(5)."""
SAMPLERS = BY_NAME["sampler"].choices
"""What can be asked for: ``auto`` is memory-profiler where ``/proc`` or the reset of the high-water mark is missing."""


class SamplerChoice(NamedTuple):
    """Who reads the memory of a trial."""

    outside: str
    """``proc`` or ``memory-profiler``: who samples the processes."""
    asks: bool
    """Whether the child, too, has its memory read from outside, for it cannot read its own."""


class OwnMemory(NamedTuple):
    """One process, now."""

    rss_bytes: int
    held_bytes: int
    """What only the process itself can give back: RssAnon + RssShmem, or USS."""


class Sampler(Protocol):
    """Reads processes by their ids; what has ended has no reading."""

    duty: float | None
    """The share of the time that sampling may take; ``None`` where it costs next to nothing."""

    def own(self, pid: int) -> OwnMemory | None:
        """A process without those below it."""

    def below(self, root: int) -> list[int]:
        """The processes below one."""

    def rss_bytes(self, pid: int) -> int:
        """RSS; 0 of one that has ended."""

    def use(self, pid: int) -> ProcessUse | None:
        """PSS, and what is private."""


class ProcSampler:
    """Reads the kernel's own figures.

    Source:
        proc_pid_status(5), proc_pid_statm(5), proc_pid_smaps(5).
    """

    duty: float | None = None

    def own(self, pid: int) -> OwnMemory | None:
        """VmRSS, and RssAnon + RssShmem."""
        try:
            reading = parse_status(content(f"/proc/{pid}/status"))
        except ValueError:
            # It has ended, and has no memory any more.
            return None
        return OwnMemory(reading.rss, reading.held)

    def below(self, root: int) -> list[int]:
        """By the kernel's lists of children."""
        return descendants(root)

    def rss_bytes(self, pid: int) -> int:
        """The second field of ``statm``."""
        fields = content(f"/proc/{pid}/statm").split()
        return int(fields[1]) * mmap.PAGESIZE if fields else 0

    def use(self, pid: int) -> ProcessUse | None:
        """``smaps_rollup``."""
        try:
            sizes = parse_sizes(Path(f"/proc/{pid}/smaps_rollup").read_text())
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return None
        private = sizes.get("Private_Clean", 0) + sizes.get("Private_Dirty", 0)
        return ProcessUse(pid=pid, name=name, pss_bytes=sizes.get("Pss", 0), private_bytes=private)


class MemoryProfilerSampler:
    """Reads with memory-profiler's ``memory_usage``: RSS, USS and PSS, each child by itself. The door of that package.

    USS stands for what is held: it is RssAnon + RssShmem with the pages of mapped files that no other process shares.
    Those are left out where the system tells them, as Linux does: a library that another process has open, too, would
    have the first trial hold more than the next. Where the system tells RSS alone, as macOS does of another process to
    all but root, RSS stands for both.
    """

    duty: float | None = 0.1

    def own(self, pid: int) -> OwnMemory | None:
        """RSS and USS."""
        rss, uss = self._bytes(pid, "psutil"), self._bytes(pid, "psutil_uss")
        if not rss:
            return None
        return OwnMemory(rss, rss if uss is None else uss - min(uss, self._file_bytes(pid)))

    def below(self, root: int) -> list[int]:
        """By the processes' parents."""
        import psutil

        try:
            return [process.pid for process in psutil.Process(root).children(recursive=True)]
        except psutil.Error:
            return []

    def rss_bytes(self, pid: int) -> int:
        """RSS."""
        return self._bytes(pid, "psutil") or 0

    def use(self, pid: int) -> ProcessUse | None:
        """PSS and USS."""
        import psutil

        pss, uss = self._bytes(pid, "psutil_pss"), self._bytes(pid, "psutil_uss")
        if uss is None:
            pss = uss = self.rss_bytes(pid)
        if not pss:
            return None
        try:
            name = psutil.Process(pid).name()
        except psutil.Error:
            return None
        return ProcessUse(pid=pid, name=name, pss_bytes=pss, private_bytes=uss)

    def threads(self, pid: int) -> int:
        """How many threads a process has; 1 where that cannot be told."""
        import psutil

        try:
            return int(psutil.Process(pid).num_threads())
        except psutil.Error:
            return 1

    def _bytes(self, pid: int, backend: str) -> int | None:
        """One reading; ``None`` where the process has ended, may not be looked at, or has no such figure."""
        import psutil
        from memory_profiler import memory_usage

        if backend == "psutil_pss" and not self._knows_pss():
            # Outside of Linux no PSS is told. USS leaves out what is shared, RSS would count it once for each process.
            backend = "psutil_uss"
        try:
            # The interval is slept after the reading.
            readings = memory_usage(pid, interval=0, max_iterations=1, backend=backend)
        except (psutil.Error, OSError, NotImplementedError):
            return None
        return None if readings[0] is None else round(readings[0] * MIB)

    @staticmethod
    def _knows_pss() -> bool:
        import psutil

        return bool(psutil.LINUX)

    def _file_bytes(self, pid: int) -> int:
        """Pages of mapped files, as they are in the file, that no other process has; 0 where that cannot be told."""
        if not self._knows_pss():
            return 0
        # psutil's memory_maps() reads every figure of every mapping, which takes three times as long.
        files: dict[bytes, int] = {}
        for path, clean, dirty, anonymous in _FILE_MAPPING.findall(content(f"/proc/{pid}/smaps")):
            # Shared memory is held, although it has a name.
            if not path.startswith(IN_MEMORY):
                # What was written to is anonymous, and held; a page that is dirty has only not yet reached the disk.
                files[path] = files.get(path, 0) + int(clean) + int(dirty) - int(anonymous)
        return sum(max(0, n_kib) for n_kib in files.values()) * KIB


def sampler_of(name: str) -> Sampler:
    """The sampler of a name that ``choose`` gave."""
    return MemoryProfilerSampler() if name == "memory-profiler" else ProcSampler()


def choose(asked: str, proc: str = PROC) -> SamplerChoice:
    """Who reads the memory of a trial on this machine.

    Args:
        asked: One of ``SAMPLERS``.
        proc: Folder of the process files.

    Raises:
        UsageError: There is no such sampler, or ``/proc`` was asked for and is not there.
    """
    if asked not in SAMPLERS:
        raise UsageError(f"there is no sampler {asked!r}", slug="no-such-sampler", hint=f"one of {', '.join(SAMPLERS)}")
    is_there = os.path.exists(os.path.join(proc, "self", "status"))  # noqa: PTH110, PTH118 - as the child reads it
    if asked == "proc" and not is_there:
        raise UsageError(
            "nothing can be read: /proc is not there, or hidden",
            slug="no-proc",
            hint="leave --sampler out, or mount it: mount -t proc proc /proc",
        )
    if asked == "memory-profiler" or not is_there:
        return SamplerChoice("memory-profiler", asks=True)
    if asked == "auto" and not _can_reset(proc):
        return SamplerChoice("memory-profiler", asks=False)
    return SamplerChoice("proc", asks=False)


def _can_reset(proc: str) -> bool:
    """Whether the high-water mark can be reset, tried on this process's own.

    Source:
        proc_pid_clear_refs(5).
    """
    try:
        Path(proc, "self", "clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True
