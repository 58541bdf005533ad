"""Calls the target again and again, as training over folds does, to see what stays with each call."""

from __future__ import annotations

from time import perf_counter

from genaudit.recorder.child.batch.size import size_of
from genaudit.recorder.child.drivers import open_source
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.call.arguments import Bound
    from genaudit.recorder.child.channel.marks import Marks
    from genaudit.recorder.child.memory.settle import Settler

# What runs once in a process, or fills in the first calls, is over by then.
WARM_UP = 2
# After these, no more calls are made where nothing stays: a quarter of what is worth a word for each call, over all.
FEWEST, FLAT_BYTES = 3, 64 * 1024
MOST_BATCHES = 64
EPOCH_S = 0.5
# As long as memory rises by so much with each call, it is called on: what has a bound comes to it.
RISES_BYTES = 128 * 1024
# Sources that another call is an epoch of: their epochs have shown what a call leaves.
ONCE = {"generator", "generator-function", "iterator", "async-generator"}


class Calls:
    """Calls a target, pulls a short epoch, lets all of it go, and reads what is retained.

    Args:
        spec: As the child gets it; ``calls`` has how often the target is called, and ``most_calls`` how often while
            memory rises.
        walk: Walks references, given the number of the call.
    """

    def __init__(self, spec: dict[str, Any], marks: Marks, settler: Settler, walk: Callable[[int], None]) -> None:
        self._spec = spec
        self._marks = marks
        self._settler = settler
        self._walk = walk
        self._retained: list[int] = []
        self._began = 0.0

    def run(self, bound: Bound) -> None:
        """Call as often as is asked for, or as time allows."""
        stopped, has_walked = "batches", False
        while not self._is_enough():
            if self._call(bound) in ONCE:
                stopped = "once"
                break
            # What the first call imports takes no time of the others.
            self._began = self._began or perf_counter()
            if not has_walked and self._rises():
                # Nothing that does not grow asks who holds it.
                has_walked = True
                self._walk(len(self._retained))
            if self._spec["soft_s"] and perf_counter() - self._began > self._spec["soft_s"]:
                stopped = "time"
                break
        if has_walked:
            self._walk(len(self._retained))
        self._marks.write("end", batch=0, epochs=0, exhausted=False, stopped=stopped)

    def _is_enough(self) -> bool:
        n = len(self._retained)
        late = self._retained[WARM_UP:]
        if len(late) >= FEWEST and not self._rises():
            return True
        if n < self._spec["calls"]:
            return False
        rises = late[-1] - late[0] > RISES_BYTES * (len(late) - 1)
        return not rises or n >= self._spec["most_calls"]

    def _rises(self) -> bool:
        """Whether some calls, after those that fill what has a bound, have left something."""
        late = self._retained[WARM_UP:]
        return len(late) >= 2 and max(late) - min(late) >= FLAT_BYTES

    def _call(self, bound: Bound) -> str:
        begin = perf_counter()
        source = open_source(bound.call(), bound.again, self._spec.get("driver"))
        kind, batches, n_bytes = source.kind, 0, None
        if kind not in ONCE:
            batches, n_bytes = _short_epoch(source.epoch(), bound.facts["items"])
        source.close()
        del source
        retained = self._settler.settle().retained
        self._retained.append(retained)
        self._marks.write(
            "call",
            number=len(self._retained),
            batches=batches,
            batch_bytes=n_bytes,
            retained_bytes=retained,
            seconds=perf_counter() - begin,
        )
        return kind


@calls_target
def _short_epoch(iterator: Any, items: int | None) -> tuple[int, int | None]:
    """Pull an epoch, or a part of it where it is long; how many batches, and the size of the last."""
    begin, batches, n_bytes = perf_counter(), 0, None
    most = MOST_BATCHES if items is None else max(1, min(items, MOST_BATCHES))
    for batch in iterator:
        batches += 1
        n_bytes = size_of(batch)[0]
        if batches >= most or perf_counter() - begin > EPOCH_S:
            break
    return batches, n_bytes
