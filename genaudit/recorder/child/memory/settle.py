"""What is really retained: garbage collected, the heap trimmed, other threads and processes at rest.

``RssAnon`` right after a batch also holds what the collector has not yet found and what the allocator has not yet
given back. Neither is the generator's, so retained memory is read only after both are gone.
"""

from __future__ import annotations

# Bound here: the target may replace what these modules have.
from _thread import _count
from gc import collect, get_stats, isenabled
from os import getpid, listdir, sysconf
from sys import version_info
from time import perf_counter, sleep

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.memory.busy import BusyThreads
from genaudit.recorder.child.memory.forks import ForkedHeaps
from genaudit.recorder.child.memory.shared import Shared
from genaudit.recorder.child.memory.status import Gauge, Reading, content, parse_status
from genaudit.recorder.child.memory.trim import malloc_trim, trim_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.recorder.child.memory.free_heap import FreeHeap
    from genaudit.recorder.child.memory.main_heap import MainHeap

_STILL_BYTES = 64 * 1024
_STILL_READINGS = 5
_STILL_STEP_S = 0.02
_STILL_LIMIT_S = 5.0
_BUSY_LIMIT_S = 4.0
"""How long threads are waited for that work while memory stands still: one may turn round and round for ever."""
# What never comes to rest is waited for half as long each time, down to this.
_LEAST_LIMIT_S = 0.25
# Pages that come and go between two readings of one process; see evidence.growth.
_SAME_BYTES = 12 * 1024
TRACKERS = (b"multiprocessing.resource_tracker", b"torch_shm_manager")
"""As the keeper has them, which is a program of its own, and is brought into no process of a target's."""
_YOUNG = 1
"""The generations of the collector that hold what is new."""
_IS_GENERATIONAL = version_info < (3, 14)
"""From there on the collector looks at a part of the old objects each time, and young is something else."""


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
        server: The fork server that the process comes from, if any.
        waits: Whether other processes are to come to rest first at each reading; else only at the last.
        of_script: Whether what is driven was made by a script that has run for a while: a thread of Python's that is
            there already may fill its queue.
    """

    def __init__(
        self,
        gauge: Gauge,
        root: int | None = None,
        leave_out: str = "",
        server: int | None = None,
        *,
        waits: bool = True,
        of_script: bool = False,
    ) -> None:
        self._gauge = gauge
        self._waits = waits
        self.is_still = False
        """Whether all had come to rest when that was waited for last."""
        self._lowest = 0
        """What was held after the last whole collection."""
        self._found_before = 0
        """Objects that the collector, whoever called it, had found to be garbage then."""
        self._aged_before = -1
        """How often objects had been taken for old ones then."""
        self._processes = gauge.processes or KernelProcesses(getpid() if root is None else root, server)
        self._shared = Shared(leave_out=leave_out, server=server)
        self._trim = trim_all(malloc_trim())
        self._patience_s = _STILL_LIMIT_S
        self._busy_patience_s = _BUSY_LIMIT_S
        self._threads_before = gauge.read().threads
        self._python_threads_before = 0 if of_script else _count()
        self._forked = ForkedHeaps(self._trim)
        self._threads_at_call: int | None = None
        self._free_at_call = 0
        self._shares_heap = False
        self._free_heap: FreeHeap | None = None
        self._main_heap: MainHeap | None = None
        self._heap_then: tuple[int, int] | None = None
        self._held_then = 0
        """What was in use of it, held outside of it, and held in all, when it had been trimmed last."""

    def settle(self, *, in_passing: bool = False, at_rest: bool = False) -> Settled:
        """Wait for other threads and processes, collect, trim, read.

        A collector that the target has switched off is left off: its cycles are then really retained.

        Args:
            in_passing: The time of the drive counts. All objects are looked through only where it may show.
            at_rest: All have just been seen at rest.
        """
        start = perf_counter()
        settled = Settled()
        if self._waits or not in_passing:
            copies = bool(self.others()) if at_rest else self._wait_until_still()
            if copies:
                self._forked.trim(self.others())
        settled.collector_on = isenabled()
        settled.garbage = 0
        reading = self._as_before(settled) if in_passing else None
        if reading is None:
            # Trimmed before and after: what the collection frees would else stay in the heap and not show.
            self._trim(0)
            settled.before = self._gauge.read().held
            reading = self._collect(settled, in_passing=in_passing)
            self._held_then, self._heap_then = reading.held, self._heap_state(reading.held)
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

    def _heap_state(self, held: int) -> tuple[int, int] | None:
        """Bytes in use of the main heap, and bytes held outside of it."""
        if self._main_heap is None:
            return None
        in_use, resident = self._main_heap.state()
        return in_use, held - resident

    def _as_before(self, settled: Settled) -> Reading | None:
        """The reading that a trimmed heap would give, where nothing shows that anything has changed; else ``None``.

        What is in use of the heap is compared, and all that is resident outside of it.
        """
        reading = self._gauge.read()
        if reading.threads > (self._threads_at_call or 0) or self._shares_heap or self.others():
            return None
        own = self._same_as_then(reading)
        if own is not None and settled.collector_on:
            if _collector_state()[0] != self._found_before:
                return None
            settled.garbage = collect(_YOUNG)
            reading = self._gauge.read()
            own = None if settled.garbage else self._same_as_then(reading)
        if own is None:
            return None
        reading.anon = own - reading.shmem
        settled.before = own
        return reading

    def _same_as_then(self, reading: Reading) -> int | None:
        """What is held, by what was when the heap had been trimmed last; ``None`` where it is not nearly the same."""
        now = self._heap_state(reading.held)
        if now is None or self._heap_then is None:
            return None
        gains = [after - before for after, before in zip(now, self._heap_then, strict=True)]
        return self._held_then + sum(gains) if max(gains) <= _SAME_BYTES else None

    def _collect(self, settled: Settled, *, in_passing: bool) -> Reading:
        """What is held without garbage.

        Where all that is new is still young, the collector need not look at the rest. And where no garbage has been
        found since the last whole collection and no more is held than then, there is none that matters. To look at
        everything takes longer than many a batch does.
        """
        if settled.collector_on and in_passing:
            found, aged = _collector_state()
            is_young = _IS_GENERATIONAL and aged == self._aged_before
            if is_young or found == self._found_before:
                settled.garbage += collect(_YOUNG)
                if settled.garbage:
                    self._trim(0)
                reading = self._gauge.read()
                if is_young:
                    self._lowest, self._found_before = reading.held, _collector_state()[0]
                    return reading
                if not settled.garbage and reading.held <= self._lowest + _SAME_BYTES:
                    return reading
        if settled.collector_on:
            settled.garbage += collect()
        self._trim(0)
        reading = self._gauge.read()
        self._lowest = reading.held
        self._found_before, self._aged_before = _collector_state()
        return reading

    def settle_before_call(self) -> Settled:
        """The same before the target is called: threads that come after this are its own."""
        if self._free_heap is None and self._gauge.control is None:
            # Brought here, and used once, so that what it takes itself is in what was there before the call.
            with OwnImports():
                from genaudit.recorder.child.memory.free_heap import FreeHeap
                from genaudit.recorder.child.memory.main_heap import open_main_heap
            self._free_heap = FreeHeap()
            self._free_heap.n_bytes()
            self._main_heap = open_main_heap()
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

        What it holds by then does not change while it computes, or waits for a core that others have.

        Returns:
            Whether there are other processes.
        """
        others = self.others()
        copies = bool(others)
        if not copies and not self._has_new_threads():
            return False
        start = perf_counter()
        still, is_busy = 0, False
        last, busy = self._rough_held(others), BusyThreads()
        busy.are_there(others)
        while still < _STILL_READINGS and perf_counter() < start + self._patience_s:
            sleep(_STILL_STEP_S)
            others = self.others()
            now, is_busy = self._rough_held(others), busy.are_there(others)
            waits = is_busy and perf_counter() < start + self._busy_patience_s
            still = still + 1 if abs(now - last) < _STILL_BYTES and not waits else 0
            last = now
        self.is_still = still >= _STILL_READINGS
        self._patience_s = _STILL_LIMIT_S if self.is_still else max(_LEAST_LIMIT_S, self._patience_s / 2)
        self._busy_patience_s = max(_LEAST_LIMIT_S, self._busy_patience_s / 2) if is_busy else _BUSY_LIMIT_S
        return copies

    def _has_new_threads(self) -> bool:
        # Those of libraries in C, as many as they are, are no one's that fills a queue. Frames would tell as much, but
        # a look at them is audited (PEP 578), and a hook of the target's may raise.
        return _count() > self._python_threads_before or self._gauge.read().threads > self._threads_before

    def wait_for_threads(self) -> None:
        """Let what other threads and processes fill come to rest."""
        self._wait_until_still()

    def _rough_held(self, others: list[int]) -> int:
        return self._gauge.read().held + sum(self._processes.rss_of(pid) for pid in others)

    def others(self) -> list[int]:
        """The other processes of the trial, those that have left their parents too."""
        return self._processes.others()


class KernelProcesses:
    """The processes of a trial by what the kernel tells of them.

    Args:
        root: The process that all are below.
        server: The fork server that they come from, if any.
    """

    def __init__(self, root: int, server: int | None = None) -> None:
        self._root = root
        self._server = server

    def others(self) -> list[int]:
        """All but this one, and those that only remove what others leave in shared memory: they do no work."""
        return [pid for pid in descendants(self._root) if pid != getpid() and not is_tracker(pid)]

    def tree_held(self, others: list[int]) -> dict[int, int]:
        """Proportional set size by process, without mapped files; what is common with a fork server is this one's."""
        held = tree_held(others)
        if others and self._server is not None:
            held[getpid()] += common_bytes(self._server)
        return held

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


def is_tracker(pid: int) -> bool:
    """Whether a process removes shared memory that others leave, and does nothing else."""
    command = content(f"/proc/{pid}/cmdline")
    return any(name in command for name in TRACKERS)


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


def common_bytes(server: int, *, files: bool = False) -> int:
    """The share that a fork server has in the pages that it and its forks have not written to since the fork.

    A page of private memory is dirty for as long as it is there; those that the server alone has are its own.

    Args:
        server: Its process id.
        files: Pages of mapped files too.

    Source:
        proc_pid_smaps(5): ``Pss``, ``Pss_Anon``, ``Private_Dirty``, ``Private_Clean``.
    """
    sizes = {
        line.partition(b":")[0]: int(line.split()[1]) * 1024
        for line in content(f"/proc/{server}/smaps_rollup").splitlines()[1:]
    }
    common = sizes.get(b"Pss_Anon", 0) - sizes.get(b"Private_Dirty", 0)
    if files:
        common += sizes.get(b"Pss_File", 0) - sizes.get(b"Private_Clean", 0)
    return max(0, common)


def _collector_state() -> tuple[int, int]:
    """Objects that were found to be garbage so far, and how often others grew old: an old one may be garbage later."""
    _, *older = stats = get_stats()
    return (
        sum([generation["collected"] for generation in stats]),
        sum([generation["collections"] for generation in older]),
    )
