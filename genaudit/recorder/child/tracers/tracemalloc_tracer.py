"""Python's own tracer: which stacks allocated what is alive."""

from __future__ import annotations

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.tracers.base import KEEP_STACKS, NullTracer, write_sites
from genaudit.recorder.child.tracers.open_handles import OpenHandles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Stack = tuple[tuple[str, int], ...]


class TracemallocTracer(NullTracer):
    """Python's own tracer: what is alive, by the stack that allocated it.

    It sees what goes through Python's allocators, numpy's arrays included, and nothing that a C library takes from
    ``malloc`` by itself.

    Args:
        depth: Frames kept of each stack. One stops inside numpy and Pillow; more costs time at each allocation.
    """

    def __init__(self, marks: Marks, depth: int) -> None:
        with OwnImports():
            import tracemalloc
        self._tracemalloc = tracemalloc
        self._marks = marks
        self._first_batch = 0
        self._handles = OpenHandles(marks)
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
        write_sites(
            self._marks,
            "tracemalloc",
            at,
            batch,
            [
                {"frames": [[path, line, None] for path, line in frames], "bytes": n_bytes, "blocks": blocks}
                for frames, (n_bytes, blocks) in stacks
            ],
            traced_bytes=traced,
            peak_bytes=peak,
            tracer_bytes=tables,
        )
        self._tracemalloc.reset_peak()
        if at == "first":
            self._first_batch = batch

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
