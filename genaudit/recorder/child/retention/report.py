"""A walk, from its roots to its mark."""

from __future__ import annotations

# Bound here: the target may replace what the module has.
from gc import disable, enable, isenabled
from time import perf_counter

from genaudit.recorder.child.memory.set_aside import take_back
from genaudit.recorder.child.retention import roots
from genaudit.recorder.child.retention.beside import NOTHING
from genaudit.recorder.child.retention.rest import MOST_BELOW, reach_chain, rest
from genaudit.recorder.child.retention.walk import Walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.retention.beside import Beside

FEWEST_LACKING = 512 * 1024
LARGEST_LACK = 1 / 4
TABLE_S = 0.1
"""So long a table that has gained entries is looked into, of the processor's time."""


def fields_of_walk(
    name: str,
    values: list[Any],
    root: str,
    module: str | None,
    *,
    gained: int = 0,
    callbacks: int = 0,
    interrupted: Any = None,
    beside: Beside = NOTHING,
    grown: Callable[[], list[list[Any]]] | None = None,
    n_before: int = 0,
) -> dict[str, Any]:
    """Walk this process; fields of a ``retention`` mark.

    Args:
        name: What the target is called.
        values: The object that is driven, and its iterator.
        root: The folder that is the user's own.
        module: The module that the target comes from, by its name or its file.
        gained: By how much memory rose since before the target was made. Where little of it is found, all objects
            are looked at, which takes time.
        callbacks: Functions that were registered with ``atexit`` since the first walk.
        interrupted: The frame below those of genaudit; ``None`` where all of this thread are genaudit's.
        beside: What a script has beside its source.
        grown: Tells tables of libraries that gained entries since the first walk, where there was one.
        n_before: Objects that there were before the target was made; 0 where nobody counted them.
    """
    was_on = isenabled()
    # What a collection frees may have code of the user's.
    disable()
    try:
        return _walk(name, values, root, module, gained, callbacks, interrupted, beside, grown, n_before)
    finally:
        if was_on:
            enable()


def _walk(
    name: str,
    values: list[Any],
    root: str,
    module: str | None,
    gained: int,
    callbacks: int,
    interrupted: Any,
    beside: Beside,
    grown: Callable[[], list[list[Any]]] | None,
    n_before: int,
) -> dict[str, Any]:
    begin = perf_counter()
    walk = Walk()
    roots.source(walk, name, values)
    roots.user_modules(walk, root, module, beside)
    roots.threads(walk, interrupted, beside)
    roots.exit_callbacks(walk, callbacks)
    # What modules keep may have been there before.
    lacking = gained - walk.tree.found_below("source", "thread")
    if lacking >= max(FEWEST_LACKING, gained * LARGEST_LACK):
        # A library's own table may hold what the target gave it.
        take_back()
        roots.pass_by(walk, beside)
        for chain in grown() if grown is not None else ():
            walk.go_on(MOST_BELOW, TABLE_S)
            reach_chain(walk, chain)
            walk.drain(MOST_BELOW)
        rest(walk, n_before)
    total, nodes = walk.tree.total(), walk.tree.rows()
    walk.tree.clear()
    return {
        "visited": walk.visited,
        "seconds": perf_counter() - begin,
        "is_complete": walk.is_complete,
        "bytes": round(total),
        "nodes": nodes,
    }
