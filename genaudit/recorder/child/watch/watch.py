"""What is measured around each ``next()`` of a job, and when references are walked.

A clean job is to notice nothing: a reading is one system call, numbers are added up in this process, and a line is
written for each of the first batches and then a few times a second. Nothing is collected and no heap is trimmed.
"""

from __future__ import annotations

import os
import sys
from os import O_CLOEXEC, O_RDONLY, getpid, pread, sysconf
from os import open as open_fd
from time import perf_counter, time

from genaudit.recorder.child.batch.size import size_of
from genaudit.recorder.child.guard.descriptors import STATUS_FD, out_of_the_way
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.memory.settle import descendants
from genaudit.recorder.child.memory.status import content
from genaudit.recorder.child.script.found import users_frame
from genaudit.recorder.child.watch.known import Known
from genaudit.recorder.child.watch.limit import Limit
from genaudit.recorder.child.watch.names import OWN_MEMORY, PAGE
from genaudit.recorder.child.watch.page import (
    AT_ANON,
    AT_BATCH,
    AT_PHASE,
    AT_SOURCE,
    BEFORE,
    BETWEEN,
    ENDED,
    NEXT,
    STEP,
    WALK,
    mapped,
)
from genaudit.recorder.child.watch.spans import queue_of, spans_of
from genaudit.recorder.child.watch.trail import Trail
from genaudit.recorder.child.watch.walks import JobWalks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.script.found import Found

KIB = 1024
MIB = 1024 * 1024
EACH = 64
"""So many batches have a line each."""
ROW_S = 0.25
LOOK_S = 0.5
"""So often the limit is asked for."""
SIZED, SIZED_EVERY = 4, 32
"""So many of the first batches are sized, then every so manyth, while that takes next to no time."""
SIZING_SHARE = 0.002
GROWN_BYTES = 4 * MIB
"""Where so much more is held than at the last walk, and a share of it, references are walked again."""
GROWN_SHARE = 1 / 32
EARLY = (4, 16)
"""Batches at which references are walked early, where that takes little time: a job may die at any moment."""
FREE_S, SHARE_S = 0.06, 0.004
"""Walks that no growth asks for may take so long in all, and such a share of the job's time."""
GROWN_S, GROWN_SHARE_S = 0.6, 0.02
MARKS_OF_LIMIT = (0.5, 0.75, 0.9)
WORKERS_S, WORKERS_SHARE = 0.25, 0.002
LISTED_S, LISTED_SHARE = 0.5, 0.0005
"""So often other processes are looked for, and for such a share of the time at most."""
PAGE_BYTES = sysconf("SC_PAGE_SIZE")


def reader() -> Callable[[], int]:
    """What gives the bytes of private memory, by one short read: a closure, which touches the least memory of all.

    Source:
        proc_pid_statm(5): resident less shared pages, which are those of files and of shared memory.
    """
    fd, last, value = _statm(), b"", 0
    page_bytes = PAGE_BYTES

    def read() -> int:
        nonlocal fd, last, value
        try:
            text = pread(fd, 64, 0)
        except OSError:
            # The job has closed a descriptor that was not its own.
            fd = _statm()
            text = pread(fd, 64, 0)
        if text != last:
            last = text
            _, resident, shared, _ = text.split(b" ", 3)
            value = (int(resident) - int(shared)) * page_bytes
        return value

    return read


def _statm() -> int:
    return out_of_the_way(open_fd(OWN_MEMORY, O_RDONLY | O_CLOEXEC), STATUS_FD)


class Watch:
    """One job, watched.

    Args:
        folder: Where marks go, from the start.
        script: Absolute name of the file that runs; empty without one.
        arguments: What was typed.
        limit: Memory that the job may have, where the user said so.
    """

    def __init__(
        self, folder: str, script: str = "", arguments: tuple[str, ...] = (), limit: int | None = None
    ) -> None:
        self._trail = Trail(folder)
        self._page = mapped(os.path.join(self._trail.folder, PAGE))
        self.held = reader()
        """Private memory now."""
        self._limit = Limit(limit)
        self._walks = JobWalks(self._trail, script)
        self._pid = getpid()
        self.sources: list[Known] = []
        self.is_on = True
        """Whether this is the process that is watched."""
        self.is_busy = False
        """Whether a batch is being made: what is pulled meanwhile is pulled for it."""
        self.batch = 0
        self.epoch = 1
        self._epoch_begun = 0
        self._source = 0
        self._phase = BEFORE
        self._rows = self._in_bytes = self._out_bytes = 0
        self._in_s = self._out_s = 0.0
        self._total_in = self._total_out = 0
        self._before = self._after = self.held()
        self._before_s = self._after_s = perf_counter()
        self._row_s = self._look_s = 0.0
        self._due_s = 0.0
        """When a row is due; each of the first batches has one."""
        self._due_held = 0
        self._due_size = 1
        self._begun_s = perf_counter()
        self._batch_bytes: int | None = None
        self._sizing_s = 0.0
        self._walked_at = 0
        self._walked_bytes = 0
        self._used = 0
        self._used_anon = self._after
        self._passed = 0
        self._workers: dict[int, int] = {}
        self._workers_first: int | None = None
        self._workers_s = self._listed_s = 0.0
        self._workers_walked = 0
        self._ending = ""
        self._begin(script, arguments)
        self._show()
        os.register_at_fork(after_in_child=self._off)

    def _begin(self, script: str, arguments: tuple[str, ...]) -> None:
        """Write what is watched, and what it held when that began."""
        self._trail.write(
            "watch",
            pid=self._pid,
            began_s=time(),
            script=script,
            arguments=[str(word) for word in arguments],
            directory=os.getcwd(),
            python=sys.version.split()[0],
            limit_bytes=self._limit.n_bytes,
            limit_kind=self._limit.kind,
            anon_bytes=self._after,
        )

    @property
    def folder(self) -> str:
        """Where the marks are."""
        return self._trail.folder

    def _off(self) -> None:
        self.is_on = self._trail.is_open = False

    # What the job does.

    def add(self, found: Found, *, mixed: bool = False) -> int:
        """A source that batches come from; its number.

        Args:
            found: Where it was handed over.
            mixed: Batches are made while others are used, in threads of this process.
        """
        found.place(users_frame())
        found.frame = None
        for known in self.sources:
            if known.is_as(found):
                known.take(found)
                return known.number
        found.number = len(self.sources) + 1
        spans, names = spans_of(found.value)
        queue = queue_of(found.value)
        self._trail.write("source", **found.mark(), spans=spans, names=names, mixed=mixed, queue=queue)
        self.sources.append(Known(found, found.number))
        return found.number

    def of(self, number: int) -> Known:
        """A source by its number."""
        return self.sources[number - 1]

    @calls_target
    def pull(self, number: int, iterator: Any, call: Any, *arguments: Any) -> Any:
        """One batch. What is pulled within this, or in another process, is not measured by itself.

        All in one function: after a step of the job nothing of it is in the processor's caches, and each call more
        takes microseconds.

        Args:
            number: Of the source.
            iterator: What gives the batch, for a walk of references.
            call: What makes it, with its arguments.
        """
        if self.is_busy or not self.is_on:
            return call(*arguments)
        self.is_busy = True
        read, page = self.held, self._page
        try:
            held, now = read(), perf_counter()
            if self._phase == STEP or self._phase == BETWEEN:
                self._out_bytes += held - self._after
                self._out_s += now - self._after_s
            if now >= self._due_s or held > self._due_held or number != self._source:
                held, now = self._take_stock(number, iterator, held, now)
            self._before, self._before_s = held, now
            self._phase = page[AT_PHASE] = NEXT
            try:
                batch = call(*arguments)
            except StopIteration:
                self.end_epoch(number, iterator)
                raise
            except BaseException:
                self.failed()
                raise
            after, then = read(), perf_counter()
            self._in_bytes += after - held
            self._in_s += then - now
            self._rows += 1
            self.batch = page[AT_BATCH] = self.batch + 1
            if self.batch >= self._due_size:
                after, then = self._size(batch, then)
            self._after, self._after_s, page[AT_ANON] = after, then, after
            self._phase = page[AT_PHASE] = STEP
            return batch
        finally:
            self.is_busy = False

    def before(self, number: int) -> None:
        """A batch is asked for, where a library tells so."""
        held, now = self.held(), perf_counter()
        if self._phase in (STEP, BETWEEN):
            self._out_bytes += held - self._after
            self._out_s += now - self._after_s
        if now >= self._due_s or held > self._due_held or number != self._source:
            held, now = self._take_stock(number, None, held, now)
        self._before, self._before_s = held, now
        self._phase = self._page[AT_PHASE] = NEXT

    def after(self, batch: Any = None, *, is_sized: bool = True) -> None:
        """It has come, where a library tells so."""
        held, now = self.held(), perf_counter()
        self._in_bytes += held - self._before
        self._in_s += now - self._before_s
        self._rows += 1
        self.batch = self._page[AT_BATCH] = self.batch + 1
        if self.batch >= self._due_size and is_sized:
            held, now = self._size(batch, now)
        self._after, self._after_s, self._page[AT_ANON] = held, now, held
        self._phase = self._page[AT_PHASE] = STEP

    def _take_stock(self, number: int, iterator: Any, held: int, now: float) -> tuple[int, float]:
        """Write a row and look around, where that is due; memory and time behind it."""
        self._source = self._page[AT_SOURCE] = number
        if now < self._due_s and held <= self._due_held:
            return held, now
        self._after = held
        self._row(now, held)
        self._look(now, held, iterator)
        # Each of the first batches has a row.
        self._due_s = self._row_s + ROW_S if self.batch >= EACH else 0.0
        self._due_held = max(self._walked_bytes, held) + GROWN_BYTES
        self._show()
        return self.held(), perf_counter()

    def was(self, number: int, count: int, before: tuple[int, float], batch: Any = None) -> None:
        """Batches had come before it was known that they are such.

        Args:
            number: Of their source.
            count: How many.
            before: Memory and time when the last of them was asked for.
            batch: It, where it has just come.
        """
        self._source = number
        self._before, self._before_s = before
        self.batch += count - 1
        self._rows += count - 1
        self.after(batch, is_sized=batch is not None)

    def failed(self) -> None:
        """It has not: something was raised."""
        self._after, self._after_s = self.held(), perf_counter()
        self._phase = BETWEEN
        self._show()

    def end_epoch(self, number: int, iterator: Any = None) -> None:
        """The source has come to its end."""
        now, held = perf_counter(), self.held()
        self._in_bytes += held - self._before
        self._row(now, held)
        self._trail.write(
            "epoch", epoch=self.epoch, batches=self.batch - self._epoch_begun, natural=True, source=number
        )
        self._phase = BETWEEN
        self._walk_if("epoch", held, iterator)
        self._after, self._after_s = self.held(), perf_counter()
        if self.sources and number == self.sources[0].number:
            self.epoch += 1
        self._epoch_begun = self.batch
        self._show()

    def end(self, ending: str = "exit", code: int | None = None) -> None:
        """The job is over; nothing needs this to be called."""
        if not self.is_on or getpid() != self._pid:
            return
        now, held = perf_counter(), self.held()
        self._row(now, held)
        self._phase = ENDED
        self._trail.write("end", batch=self.batch, epoch=self.epoch, ending=ending, code=code, anon_bytes=held)
        self._show()
        self._off()

    # Numbers.

    def _row(self, now: float, held: int) -> None:
        self._total_in += self._in_bytes
        self._total_out += self._out_bytes
        if self._rows:
            self._trail.line(
                (
                    f'{{"mark":"pulled","at_s":{self._trail.clock():.6f},"last":{self.batch},"count":{self._rows},'
                    f'"epoch":{self.epoch},"source":{self._source},"in_s":{self._in_s:.6f},"out_s":{self._out_s:.6f},'
                    f'"in_bytes":{self._in_bytes},"out_bytes":{self._out_bytes},"anon_bytes":{held},'
                    f'"batch_bytes":{"null" if self._batch_bytes is None else self._batch_bytes}}}\n'
                ).encode()
            )
        self._rows = self._in_bytes = self._out_bytes = 0
        self._in_s = self._out_s = 0.0
        self._row_s = now

    def _size(self, batch: Any, now: float) -> tuple[int, float]:
        """Size a batch, while that takes next to no time; memory and time behind it."""
        self._due_size = self.batch + (1 if self.batch < SIZED else SIZED_EVERY)
        if self.batch <= SIZED or self._sizing_s <= SIZING_SHARE * (now - self._begun_s):
            self._batch_bytes = size_of(batch)[0]
            self._sizing_s += perf_counter() - now
        return self.held(), perf_counter()

    def _show(self) -> None:
        """Everything that the page has; a batch alone changes three numbers of it."""
        numbers = (self.batch, self.epoch, self._phase, self._source, self._after, self._limit.n_bytes, self._used)
        for at, number in enumerate((*numbers, self._total_in, self._total_out)):
            self._page[at] = number

    # What is looked at now and then.

    def _look(self, now: float, held: int, iterator: Any) -> None:
        if now >= self._workers_s:
            self._read_workers(now)
        if now >= self._look_s or held - self._used_anon > GROWN_BYTES:
            self._used = self._limit.used(held + sum(self._workers.values()))
            self._used_anon = held
            self._look_s = perf_counter() + LOOK_S
        at = self._due(now, held)
        if at:
            self._walk(at, held, iterator)
        self._walk_workers(now)

    def _due(self, now: float, held: int) -> str:
        """For what reason references are to be walked now; empty for none."""
        if not self.batch:
            return ""
        if self._limit.n_bytes:
            passed = sum(self._used >= share * self._limit.n_bytes for share in MARKS_OF_LIMIT)
            if passed > self._passed:
                self._passed = passed
                return "limit"
        if self._walked_at == 0:
            return "first"
        elapsed = now - self._begun_s
        if self._has_grown(held, elapsed):
            return "grown"
        is_power = self.batch & (self.batch - 1) == 0 if self.batch > EACH else self.batch in EARLY
        return "early" if is_power and self._is_cheap(elapsed) else ""

    def _has_grown(self, held: int, elapsed: float) -> bool:
        """Whether it grew so much since the last walk that another is worth its time."""
        is_more = held - self._walked_bytes > GROWN_BYTES + GROWN_SHARE * self._walked_bytes
        return is_more and self._walks.seconds < GROWN_S + GROWN_SHARE_S * elapsed

    def _is_cheap(self, elapsed: float) -> bool:
        return self._walks.seconds < FREE_S + SHARE_S * elapsed

    def _walk_if(self, at: str, held: int, iterator: Any) -> None:
        elapsed = perf_counter() - self._begun_s
        if self.batch != self._walked_at and (self._is_cheap(elapsed) or self._has_grown(held, elapsed)):
            self._walk(at, held, iterator)

    def _walk(self, at: str, held: int, iterator: Any) -> None:
        phase, self._phase = self._phase, WALK
        self._show()
        known = self.of(self._source)
        self._walks.walk(at, (self.batch, self.epoch), known, iterator, held)
        self._walked_at, self._walked_bytes, self._phase = self.batch, self.held(), phase

    def _walk_workers(self, now: float) -> None:
        """Have workers walk their own where they have grown, and grown on since."""
        grown = sum(self._workers.values()) - (self._workers_first or 0)
        least = GROWN_BYTES + self._workers_walked / 4
        if not self._workers or grown - self._workers_walked < least:
            return
        if self._walks.seconds < GROWN_S + GROWN_SHARE_S * (now - self._begun_s):
            self._workers_walked = grown
            self._walks.of_workers(list(self._workers), "grown", self.batch, self.epoch)

    def _read_workers(self, now: float) -> None:
        """What processes below this one hold: pages that they have from it are in all readings alike."""
        held = {pid: n_bytes for pid in self._workers if (n_bytes := _private(pid))}
        if now >= self._listed_s or len(held) < len(self._workers):
            # Looking for them takes a hundred times as long as reading them.
            held = {pid: n_bytes for pid in descendants(self._pid) if (n_bytes := _private(pid))}
            self._listed_s = now + max(LISTED_S, (perf_counter() - now) / LISTED_SHARE)
        if held:
            if self._workers_first is None or held.keys() != self._workers.keys():
                self._workers_first = sum(held.values())
                self._workers_walked = 0
            self._workers = held
            self._trail.write(
                "workers",
                batch=self.batch,
                own_bytes=self._after,
                held={str(pid): n_bytes for pid, n_bytes in held.items()},
                shared_bytes=_shared_memory(),
            )
        else:
            self._workers = {}
        took = perf_counter() - now
        self._workers_s = now + max(WORKERS_S, took / WORKERS_SHARE)


def _private(pid: int) -> int:
    """The same of another process as ``Anon`` reads of this one; 0 of one that has ended."""
    words = content(f"/proc/{pid}/statm").split()
    return (int(words[1]) - int(words[2])) * PAGE_BYTES if words else 0


def _shared_memory() -> int:
    """Bytes of shared memory that this process has mapped."""
    for line in content("/proc/self/status").splitlines():
        if line.startswith(b"RssShmem:"):
            return int(line.split()[1]) * KIB
    return 0
