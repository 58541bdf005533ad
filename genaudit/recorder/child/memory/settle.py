"""What is really retained: garbage collected, the heap trimmed, other threads and processes at rest.

``RssAnon`` right after a batch also holds what the collector has not yet found and what the allocator has not yet
given back. Neither is the generator's, so retained memory is read only after both are gone.
"""

from __future__ import annotations

# Bound here: the target may replace what these modules have.
from gc import collect, isenabled
from os import getpid, listdir, sysconf
from time import perf_counter, sleep

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.memory.forks import ForkedHeaps
from genaudit.recorder.child.memory.shared import Shared
from genaudit.recorder.child.memory.status import Gauge, content, parse_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from genaudit.recorder.child.memory.free_heap import FreeHeap

_STILL_BYTES = 64 * 1024
_STILL_READINGS = 5
_STILL_STEP_S = 0.02
_STILL_LIMIT_S = 5.0
# What never comes to rest is waited for half as long each time, down to this.
_LEAST_LIMIT_S = 0.25


class Settled:
    """A settled reading; bytes are RssAnon + RssShmem."""

    __slots__ = (
        *("before", "collected", "collector_on", "garbage", "own"),
        *("retained", "seconds", "threads", "tree", "workers_above"),
    )

    before: int
    collected: int
    own: int
    retained: int
    garbage: int
    collector_on: bool
    threads: int
    tree: dict[int, int]
    workers_above: int
    seconds: float


class Settler:
    """Takes settled readings.

    Args:
        gauge: Where memory is read.
        root: The process that everything of the trial is below; this one where ``None``.
        leave_out: A folder of genaudit's own, which may lie in shared memory.
    """

    def __init__(self, gauge: Gauge, root: int | None = None, leave_out: str = "") -> None:
        self._gauge = gauge
        self._processes = gauge.processes or KernelProcesses(getpid() if root is None else root)
        self._shared = Shared(leave_out=leave_out)
        self._trim = malloc_trim()
        self._patience_s = _STILL_LIMIT_S
        self._threads_before = gauge.read().threads
        self._forked = ForkedHeaps(self._trim)
        self._threads_at_call: int | None = None
        self._free_at_call = 0
        self._shares_heap = False
        self._free_heap: FreeHeap | None = None

    def settle(self) -> Settled:
        """Wait for other threads and processes, collect, trim, read.

        A collector that the target has switched off is left off: its cycles are then really retained.
        """
        start = perf_counter()
        settled = Settled()
        if self._wait_until_still():
            self._forked.trim(self.others())
        # Trimmed before and after: what the collection frees would else stay in the heap and not show.
        self._trim(0)
        settled.before = self._gauge.read().held
        settled.collector_on = isenabled()
        settled.garbage = collect() if settled.collector_on else 0
        self._trim(0)
        reading = self._gauge.read()
        settled.collected = reading.held
        settled.threads = reading.threads
        free = self._free_bytes(reading.threads)
        settled.retained = settled.own = max(0, reading.held - free)
        settled.tree = self._processes.tree_held(self.others())
        settled.workers_above = sum(self._processes.below_highest(pid) for pid in settled.tree if pid != getpid())
        if len(settled.tree) > 1:
            settled.retained = max(0, sum(settled.tree.values()) - free)
        settled.retained += self._shared.beyond_bytes(settled.tree)
        settled.seconds = perf_counter() - start
        return settled

    def settle_before_call(self) -> Settled:
        """The same before the target is called: threads that come after this are its own."""
        if self._free_heap is None and self._gauge.control is None:
            # Brought here, and used once, so that what it takes itself is in what was there before the call.
            with OwnImports():
                from genaudit.recorder.child.memory.free_heap import FreeHeap
            self._free_heap = FreeHeap()
            self._free_heap.n_bytes()
        self._threads_at_call, self._shares_heap = None, False
        settled = self.settle()
        self._threads_at_call = settled.threads
        self._free_at_call = self._free_heap.n_bytes() if self._free_heap is not None else 0
        return settled

    def _free_bytes(self, n_threads: int) -> int:
        """What is resident in this process and free beyond what was before the call, once the target has had threads.

        Without them it hardly changes.
        """
        at_call = self._threads_at_call
        self._shares_heap = self._shares_heap or (at_call is not None and n_threads > at_call)
        if not self._shares_heap or self._free_heap is None:
            return 0
        return self._free_heap.n_bytes() - self._free_at_call

    def rests_with_others(self) -> bool:
        """Whether there are other processes, once all have come to rest."""
        return bool(self.others()) and self._wait_until_still()

    def trim(self) -> None:
        """Give back what is free in the heap."""
        self._trim(0)

    def _wait_until_still(self) -> bool:
        """A background thread or a worker may still be filling its queue, or loading everything.

        Returns:
            Whether there are other processes.
        """
        copies = bool(self.others())
        if self._gauge.read().threads <= self._threads_before and not copies:
            return False
        deadline = perf_counter() + self._patience_s
        still = 0
        last = self._rough_held()
        while still < _STILL_READINGS and perf_counter() < deadline:
            sleep(_STILL_STEP_S)
            now = self._rough_held()
            still = still + 1 if abs(now - last) < _STILL_BYTES else 0
            last = now
        is_still = still >= _STILL_READINGS
        self._patience_s = _STILL_LIMIT_S if is_still else max(_LEAST_LIMIT_S, self._patience_s / 2)
        return copies

    def _rough_held(self) -> int:
        return self._gauge.read().held + sum(self._processes.rss_of(pid) for pid in self.others())

    def others(self) -> list[int]:
        """The other processes of the trial, those that have left their parents too."""
        return self._processes.others()


class KernelProcesses:
    """The processes of a trial by what the kernel tells of them.

    Args:
        root: The process that all are below.
    """

    def __init__(self, root: int) -> None:
        self._root = root

    def others(self) -> list[int]:
        """All but this one."""
        return [pid for pid in descendants(self._root) if pid != getpid()]

    def tree_held(self, others: list[int]) -> dict[int, int]:
        """Proportional set size by process, without mapped files."""
        return tree_held(others)

    def rss_of(self, pid: int) -> int:
        """RSS; 0 of a process that has ended."""
        fields = content(f"/proc/{pid}/statm").split()
        return int(fields[1]) * sysconf("SC_PAGE_SIZE") if fields else 0

    def below_highest(self, pid: int) -> int:
        """How far a process is below its own highest moment: by its high-water mark, which begins anew with a fork."""
        try:
            reading = parse_status(content(f"/proc/{pid}/status"))
        except ValueError:
            # It has ended.
            return 0
        return reading.high_water - reading.rss


def tree_held(others: list[int]) -> dict[int, int]:
    """Proportional set size without mapped files, by process: this one and others.

    Only this process, with 0, where there are no others: its own RssAnon and RssShmem then say the same for less.

    Source:
        proc_pid_smaps(5): ``smaps_rollup``, ``Pss_Anon`` and ``Pss_Shmem`` (Linux 5.9).
    """
    if not others:
        return {getpid(): 0}
    return {pid: _pss_held(pid) for pid in (getpid(), *others)}


def descendants(root: int) -> list[int]:
    """Process ids below one, by ``/proc/<pid>/task/<tid>/children`` (proc_tid_children(5))."""
    below: list[int] = []
    queue = [root]
    while queue:
        pid = queue.pop()
        children = _children(pid)
        below += children
        queue += children
    return below


def _children(pid: int) -> list[int]:
    below: list[int] = []
    try:
        tasks = listdir(f"/proc/{pid}/task")
    except BaseException:
        # It has ended; or an audit hook of the target's raises, which may be anything at all.
        return below
    for task in tasks:
        below += [int(child) for child in content(f"/proc/{pid}/task/{task}/children").split()]
    return below


def _pss_held(pid: int) -> int:
    total = 0
    for line in content(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith((b"Pss_Anon:", b"Pss_Shmem:")):
            total += int(line.split()[1]) * 1024
    return total


def malloc_trim() -> Callable[[int], object]:
    """The ``malloc_trim(3)`` of glibc; does nothing under another allocator or C library."""
    try:
        with OwnImports():
            import ctypes
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except Exception:
        # Among others, what an audit hook of the target's raises.
        return lambda _pad: 0
    return trim
