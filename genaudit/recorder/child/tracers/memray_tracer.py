"""Where native code took its memory too: the allocators of C, by the Python stack that called into them, by memray."""

from __future__ import annotations

import os
from time import sleep, time

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import USAGE, Refusal
from genaudit.recorder.child.tracers.base import KEEP_STACKS, NullTracer, write_sites

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Frames = tuple[tuple[str, str, int], ...]
    Record = tuple[Frames, list[Any]]

FILE = "memray.bin"
# memray notes the time so often; a pause of several such steps has one inside that tells before from after.
STEP_MS = 10
PAUSE_S = 0.1
DEEPEST = 40


class MemrayTracer(NullTracer):
    """memray, which is called before ``malloc`` and its kind, Python's own allocators included.

    It follows the main thread and those that Python starts, in this process alone; and not what is called by an
    address that was looked up, as ctypes does it, nor what is mapped: a mapped file is no memory that is held. The
    file is read once the target is done, and only then are there marks, of the first batch and of the end.

    Args:
        scratch: Where the file is written.

    Raises:
        Refusal: memray is not there or cannot start.
    """

    def __init__(self, marks: Marks, scratch: str) -> None:
        self._marks = marks
        self._path = os.path.join(scratch, FILE)
        self._batches: dict[str, int] = {}
        self._pause_ms = (0.0, 0.0)
        try:
            with OwnImports():
                import memray
            self._memray = memray
            self._tracker: Any = memray.Tracker(
                destination=memray.FileDestination(self._path, compress_on_exit=False),
                memory_interval_ms=STEP_MS,
                trace_python_allocators=True,
            )
            self._tracker.__enter__()
        except Exception as error:
            self._tracker = None
            raise Refusal(f"memray cannot start: {error}", slug="memray-cannot-start", exit_code=USAGE) from error

    def snapshot(self, at: str, batch: int) -> None:
        """Remember the moment."""
        if at == "first":
            began = time()
            sleep(PAUSE_S)
            self._pause_ms = (1000 * began, 1000 * time())
        if batch not in self._batches.values():
            self._batches[at] = batch

    def stop(self) -> None:
        """End the tracing, read what it wrote, and write what was alive at each moment."""
        tracker, self._tracker = self._tracker, None
        if tracker is None:
            return
        tracker.__exit__(None, None, None)
        if not self._batches:
            return
        with self._memray.FileReader(self._path) as reader:
            pause = self._step_in_the_pause(reader)
            records = list(self._records(reader))
        alive: dict[str, Callable[[Any], bool]] = {"end": lambda interval: interval.deallocated_before_snapshot is None}
        if pause is not None:
            alive["first"] = lambda interval: (
                interval.allocated_before_snapshot <= pause
                and (interval.deallocated_before_snapshot is None or interval.deallocated_before_snapshot > pause)
            )
        for at in ("first", "end"):
            if at in self._batches and at in alive:
                self._write(at, _alive(records, alive[at]))

    def _step_in_the_pause(self, reader: Any) -> int | None:
        """The number of a step of memray's clock inside the pause after the first batch; ``None`` where it had none."""
        begin, end = self._pause_ms
        steps = (number for number, step in enumerate(reader.get_memory_snapshots()) if begin < step.time < end)
        return next(steps, None)

    def _records(self, reader: Any) -> Iterator[Record]:
        mapped = self._memray.AllocatorType.MMAP
        for record in reader.get_temporal_allocation_records(merge_threads=True):
            if record.allocator != mapped:
                yield tuple(record.stack_trace(max_stacks=DEEPEST)), record.intervals

    def _write(self, at: str, sums: dict[Frames, tuple[int, int]]) -> None:
        traced = sum(n_bytes for n_bytes, _ in sums.values())
        largest = sorted(((frames, held) for frames, held in sums.items() if frames), key=lambda item: -item[1][0])
        write_sites(
            self._marks,
            "memray",
            at,
            self._batches[at],
            [
                {
                    "frames": [[path, line, function] for function, path, line in frames],
                    "bytes": n_bytes,
                    "blocks": blocks,
                }
                for frames, (n_bytes, blocks) in largest[:KEEP_STACKS]
            ],
            traced_bytes=traced,
            peak_bytes=traced,
        )


def _alive(records: list[Record], is_alive: Callable[[Any], bool]) -> dict[Frames, tuple[int, int]]:
    """Bytes and blocks by stack, innermost frame first, of the allocations that were alive."""
    sums: dict[Frames, tuple[int, int]] = {}
    for frames, intervals in records:
        for interval in filter(is_alive, intervals):
            n_bytes, blocks = sums.get(frames, (0, 0))
            sums[frames] = (n_bytes + interval.n_bytes, blocks + interval.n_allocations)
    return sums
