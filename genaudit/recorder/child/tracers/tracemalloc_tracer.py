"""Where memory was allocated. Tracing disturbs what it measures, so each engine has a trial of its own."""

from __future__ import annotations

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.tracers.open_handles import Handles

# Spelled out, not imported: the typing module is 450 KiB, and this is imported when the target is about to be made.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.memory.status import Gauge

    Stack = tuple[tuple[str, int], ...]

# Stacks kept in a snapshot, largest first.
KEEP_STACKS = 200


class Nothing:
    """No tracing: the clean trial."""

    @calls_target
    def during(self, call: Callable[[], Any]) -> Any:
        """Make a call of the target's."""
        return call()

    def wrap(self, iterator: Any) -> Any:
        """The iterator as it is to be driven."""
        return iterator

    def snapshot(self, at: str, batch: int) -> None:
        """Write what is known at this moment."""

    def stop(self) -> None:
        """End the tracing."""


def open_tracer(spec: dict, marks: Marks, gauge: Gauge, root: str) -> Nothing:  # type: ignore[type-arg]
    """The engine that a trial asks for, tracing from now on.

    Args:
        spec: As the child gets it.
        root: Only files below this folder are the user's own.
    """
    engine = spec["engine"]
    if engine == "tracemalloc":
        return Tracemalloc(marks, spec["depth"], spec["batches"])
    if engine == "lines":
        with OwnImports():
            from genaudit.recorder.child.tracers.lines import Lines

        return Lines(marks, gauge, root, spec["scratch"])
    if engine == "memray":
        with OwnImports():
            from genaudit.recorder.child.tracers.memray_tracer import Native

        return Native(marks, spec["scratch"])
    if engine == "digest":
        with OwnImports():
            from genaudit.recorder.child.tracers.fingerprint import Digest

        return Digest(spec["digest"])
    return Nothing()


class Tracemalloc(Nothing):
    """Python's own tracer: what is alive, by the stack that allocated it.

    It sees what goes through Python's allocators, numpy's arrays included, and nothing that a C library takes from
    ``malloc`` by itself.

    Args:
        depth: Frames kept of each stack. One stops inside numpy and Pillow; more costs time at each allocation.
        batches: Batches planned; with one, nothing can be seen to grow.
    """

    def __init__(self, marks: Marks, depth: int, batches: int) -> None:
        self._sees_growth = batches > 1
        with OwnImports():
            import tracemalloc
        self._tracemalloc = tracemalloc
        self._marks = marks
        self._lengths: dict[int, int] = {}
        self._first_batch = 0
        self._handles = Handles(marks)
        tracemalloc.start(depth)

    def snapshot(self, at: str, batch: int) -> None:
        """Write the stacks that hold most."""
        if at == "end":
            self._handles.snapshot(batch)
            if batch == self._first_batch:
                return
        traced, peak = self._tracemalloc.get_traced_memory()
        tables = self._tracemalloc.get_tracemalloc_memory()
        stacks = _largest_stacks()
        self._marks.write(
            "sites",
            engine="tracemalloc",
            at=at,
            batch=batch,
            traced_bytes=traced,
            peak_bytes=peak,
            tracer_bytes=tables,
            sites=[
                {
                    "frames": [[path, line, None] for path, line in frames],
                    "bytes": n_bytes,
                    "blocks": blocks,
                }
                for frames, (n_bytes, blocks) in stacks
            ],
        )
        self._tracemalloc.reset_peak()
        if at == "first":
            self._first_batch = batch
        if self._sees_growth:
            self._holders(at, batch)

    def _holders(self, at: str, batch: int) -> None:
        with OwnImports():
            from genaudit.recorder.child.tracers import growing_containers

        if at == "first":
            self._lengths = growing_containers.lengths()
        elif batch > self._first_batch and self._lengths:
            grown = growing_containers.grown_since(self._lengths, batch - self._first_batch)
            self._marks.write("holders", batch=batch, holders=grown)

    def stop(self) -> None:
        """End the tracing."""
        self._tracemalloc.stop()


def _largest_stacks() -> list[tuple[Stack, tuple[int, int]]]:
    """Stacks with their bytes and blocks, largest first; each stack has its innermost frame first.

    From the tracer's own table: the public snapshot makes an object of every stack, and takes a hundred times as long.
    """
    import _tracemalloc

    sums: dict[Any, tuple[int, int]] = {}
    for _domain, size, stack, *_ in _tracemalloc._get_traces():
        n_bytes, blocks = sums.get(stack, (0, 0))
        sums[stack] = (n_bytes + size, blocks + 1)
    return sorted(sums.items(), key=lambda item: -item[1][0])[:KEEP_STACKS]
