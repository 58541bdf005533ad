"""Writes who keeps memory alive: one walk at each moment that a trial asks for."""

from __future__ import annotations

import gc
from time import perf_counter

from genaudit.recorder.child.retention import roots
from genaudit.recorder.child.retention.rows import rows_of
from genaudit.recorder.child.retention.walk import Walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.channel.marks import Marks
    from genaudit.recorder.child.memory.status import Gauge


class Retainers:
    """The walks of one trial.

    Args:
        root: The folder that is the user's own.
        target: The target's module.
    """

    def __init__(self, marks: Marks, gauge: Gauge, root: str, target: Any) -> None:
        self._marks = marks
        self._gauge = gauge
        self._root = root
        self._target = target

    def walk(self, at: str, batch: int, epoch: int, owner: Any, iterator: Any, arguments: dict[str, Any]) -> None:
        """Walk once, and write what was found.

        Args:
            at: first, epoch, end.
            batch: Batches so far.
            epoch: The epoch, from 1.
            owner: What the target gave.
            iterator: What is driven.
            arguments: What the target was called with, by parameter.
        """
        begin = perf_counter()
        was_on = gc.isenabled()
        # A collection in the middle would go through all that the walk has made.
        gc.disable()
        try:
            walk = walked(self._root, self._target, owner, iterator, arguments)
            n_bytes, rows = rows_of(walk.roots)
            walk.let_go()
        finally:
            if was_on:
                gc.enable()
        self._marks.write(
            "retention",
            at=at,
            batch=batch,
            epoch=epoch,
            pid=0,
            visited=walk.visited,
            seconds=perf_counter() - begin,
            is_complete=walk.is_complete,
            bytes=n_bytes,
            nodes=rows,
        )
        # What the walk took is none of the target's.
        self._gauge.reset()


def walked(root: str, target: Any, owner: Any, iterator: Any, arguments: dict[str, Any]) -> Walk:
    """A walk from all roots, to its end."""
    modules = roots.UsersModules(root, target)
    walk = Walk(modules.has)
    roots.begin_at_source(walk, owner, iterator)
    for name, value in arguments.items():
        walk.root("argument", name, value)
    walk.run()
    roots.begin_at_modules(walk, modules)
    roots.begin_at_threads(walk)
    roots.begin_at_libraries(walk)
    return walk
