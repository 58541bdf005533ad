"""Walks of references while a job runs: what is found belongs to the source, to the rest of the job, or to a worker."""

from __future__ import annotations

# Bound here: the job may replace what the module has.
from gc import disable, enable, isenabled
from time import perf_counter

from genaudit.recorder.child.call.location import here, project_root
from genaudit.recorder.child.channel.marks import as_json
from genaudit.recorder.child.retention import roots
from genaudit.recorder.child.retention.report import fields_of_walk
from genaudit.recorder.child.retention.rest import rest
from genaudit.recorder.child.retention.walk import Walk
from genaudit.recorder.child.retention.workers import ForkedWalks
from genaudit.recorder.child.script.found import users_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.watch.known import Known
    from genaudit.recorder.child.watch.trail import Trail

FIRST_S, LIMIT_S = 0.15, 0.3
MOST_OBJECTS = 25_000
FEWEST_LACKING = 8 * 1024 * 1024
LARGEST_LACK = 1 / 3
AGAIN = 2
"""All objects are looked at, which takes time, where so many times as much is lacking as when they last were."""


class JobWalks:
    """Walks of one job.

    Attributes:
        seconds: What they have taken in all.

    Args:
        trail: Gets a mark of each.
        script: File of the script that runs, whose globals are the user's wherever it lies.
    """

    def __init__(self, trail: Trail, script: str) -> None:
        self._trail = trail
        self._root = project_root(script) if script else here()
        self._script = script or "__main__"
        self._first: tuple[int, float] | None = None
        self._lacked = 0.0
        self._known: Known | None = None
        self.seconds = 0.0
        self._forked = ForkedWalks(trail.folder, self._in_copy)

    def walk(self, at: str, when: tuple[int, int], known: Known, iterator: Any, held: int) -> None:
        """One walk of this process.

        Args:
            at: first, early, epoch, grown, limit.
            when: Batches so far, and the epoch.
            known: The source that is iterated.
            iterator: Of it.
            held: What the process holds by now.
        """
        begin = perf_counter()
        was_on = isenabled()
        # What a collection frees may have code of the user's.
        disable()
        self._known = known
        try:
            fields = self._fields(known, iterator, held, is_worth_all=at in {"grown", "limit"})
        except Exception:
            # Looking at objects is audited (PEP 578), and a hook of the job's may raise.
            return
        finally:
            if was_on:
                enable()
            self.seconds += perf_counter() - begin
        fields["seconds"] = perf_counter() - begin
        batch, epoch = when
        self._trail.write("retention", at=at, batch=batch, epoch=epoch, pid=0, held_bytes=held, **fields)

    def _fields(self, known: Known, iterator: Any, held: int, *, is_worth_all: bool) -> dict[str, Any]:
        walk = Walk(MOST_OBJECTS, FIRST_S if self._first is None else LIMIT_S)
        roots.source(walk, known.label, [known.value, iterator])
        roots.user_modules(walk, self._root, self._script)
        roots.threads(walk, users_frame())
        total = walk.tree.total()
        if self._first is None:
            self._first = held, total
        else:
            gained = held - self._first[0]
            lacking = gained - (total - self._first[1])
            if is_worth_all and lacking >= max(FEWEST_LACKING, gained * LARGEST_LACK, AGAIN * self._lacked):
                self._lacked = lacking
                rest(walk)
                total = walk.tree.total()
        nodes = walk.tree.rows()
        walk.tree.clear()
        return {"visited": walk.visited, "is_complete": walk.is_complete, "bytes": round(total), "nodes": nodes}

    def of_workers(self, pids: list[int], at: str, batch: int, epoch: int) -> None:
        """Have workers that were forked walk their own."""
        begin = perf_counter()
        about = {"at": at, "batch": batch, "epoch": epoch}
        for pid, found in self._forked.of(pids):
            line = as_json({"mark": "retention", "at_s": self._trail.clock(), "pid": pid, **about})
            self._trail.line(f"{line[:-1]},{found[1:]}\n".encode())
        self.seconds += perf_counter() - begin

    def _in_copy(self, interrupted: Any) -> str:
        known = self._known
        label, value = (known.label, known.value) if known is not None else ("source", None)
        return as_json(fields_of_walk(label, [value], self._root, self._script, interrupted=interrupted))
