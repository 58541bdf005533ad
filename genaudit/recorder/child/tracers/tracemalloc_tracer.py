"""Python's own tracer: which stacks allocated what is alive."""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]
from gc import get_referents

from genaudit.recorder.child.channel.marks import Json, Marks, as_json
from genaudit.recorder.child.guard.own_imports import OwnImports, fields_of_module
from genaudit.recorder.child.guard.static_inspect import attributes_of, namespace_of
from genaudit.recorder.child.tracers.base import KEEP_STACKS, NullTracer, write_sites
from genaudit.recorder.child.tracers.open_handles import OpenHandles

MOST_NEAR = 200
"""Objects near an entry of a table that are asked where they come from."""
MOST_STACKS = 16
_ELSEWHERE = (type, type(sys), type(lambda: 0))
"""Types of objects that lead away from what was made with an entry."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Stack = tuple[tuple[str, int], ...]


class TracemallocTracer(NullTracer):
    """Python's own tracer: what is alive, by the stack that allocated it.

    It sees what goes through Python's allocators, numpy's arrays included, and nothing that a C library takes from
    ``malloc`` by itself.

    Args:
        depth: Frames kept of each stack. One stops inside numpy and Pillow; more costs time at each allocation.
        table: What leads to a table of a library's that gains entries: it is told where the newest was made.
    """

    def __init__(self, marks: Marks, depth: int, table: list[str]) -> None:
        with OwnImports():
            import tracemalloc
        self._tracemalloc = tracemalloc
        self._marks = marks
        self._table = table
        self._first_batch = 0
        self._handles = OpenHandles(marks)
        tracemalloc.start(depth)

    def snapshot(self, at: str, batch: int) -> None:
        """Write the stacks that hold most."""
        if self._table:
            origins = [(stack, (0, 1)) for stack in _origins_of_newest(self._table)]
            write_sites(self._marks, "tracemalloc", "registered", batch, _sites(origins))
        if at == "end":
            self._handles.snapshot(batch)
            if batch == self._first_batch:
                return
        traced, peak = self._tracemalloc.get_traced_memory()
        tables = self._tracemalloc.get_tracemalloc_memory()
        traces = _traces()
        if at == "end":
            # Nothing is asked after it, and what is left to do takes ten times as long under the tracer.
            self.stop()
        stacks = _largest(traces)
        write_sites(
            self._marks,
            "tracemalloc",
            at,
            batch,
            _sites(stacks),
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


def _sites(stacks: list[tuple[Stack, tuple[int, int]]]) -> list[dict[str, Any]]:
    """Places as marks have them; a frame that several stacks have is put into words once."""
    known: dict[tuple[str, int], str] = {}
    sites = []
    for stack, (n_bytes, blocks) in stacks:
        for frame in stack:
            if frame not in known:
                known[frame] = as_json([*frame, None])
        frames = Json("[" + ",".join([known[frame] for frame in stack]) + "]")
        sites.append({"frames": frames, "bytes": n_bytes, "blocks": blocks})
    return sites


def _origins_of_newest(table: list[str]) -> list[Stack]:
    """The stacks that allocated the newest entry of a table, and what it refers to: the nearest first.

    Python 3.11 has lost the origin of objects with attributes, and knows that of the rest.

    Args:
        table: The name of a module, and those of attributes.
    """
    from _tracemalloc import _get_object_traceback

    held: Any = fields_of_module(table[0]).get(table[1])
    for name in table[2:]:
        is_class = issubclass(type(held), type)
        held = (namespace_of(held) if is_class else attributes_of(held)).get(name)
    base: Any = next((base for base in (list, dict, deque) if issubclass(type(held), base)), None)
    if base is None:
        return []
    level = list(dict.values(held) if base is dict else base.__iter__(held))[-1:]
    seen = {id(held)}
    stacks: list[Any] = []
    while level and len(seen) < MOST_NEAR:
        seen.update(map(id, level))
        stacks += [stack for each in level if (stack := _get_object_traceback(each)) is not None]
        level = [each for each in get_referents(*level) if id(each) not in seen and type(each) not in _ELSEWHERE]
    return stacks[:MOST_STACKS]


def _traces() -> Sequence[tuple[Any, ...]]:
    """What is alive: its domain, its bytes, and the stack that allocated it, which is one object for most that it did.

    The tracer's own table: the public snapshot makes an object of every stack, and takes a hundred times as long.
    """
    import _tracemalloc

    return _tracemalloc._get_traces()


def _largest(traces: Sequence[tuple[Any, ...]]) -> list[tuple[Stack, tuple[int, int]]]:
    """Stacks with their bytes and blocks, largest first; each stack has its innermost frame first.

    What this allocates may be traced, and a stack is slow to hash: sizes are gathered by its identity first.
    """
    by_identity: dict[int, tuple[Stack, list[int]]] = {}
    for trace in traces:
        known = by_identity.get(id(trace[2]))
        if known is None:
            known = by_identity[id(trace[2])] = (trace[2], [])
        known[1].append(trace[1])
    sums: dict[Stack, tuple[int, int]] = {}
    for stack, sizes in by_identity.values():
        n_bytes, blocks = sums.get(stack, (0, 0))
        sums[stack] = (n_bytes + sum(sizes), blocks + len(sizes))
    return sorted(sums.items(), key=lambda item: -item[1][0])[:KEEP_STACKS]
