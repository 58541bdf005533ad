"""When references are walked, and what is left of it: a mark, and memory as it was before."""

from __future__ import annotations

from genaudit.recorder.child.call.location import here
from genaudit.recorder.child.channel.marks import as_json
from genaudit.recorder.child.retention.beside import NOTHING
from genaudit.recorder.child.retention.registries import Registries
from genaudit.recorder.child.retention.report import fields_of_walk
from genaudit.recorder.child.retention.roots import n_exit_callbacks
from genaudit.recorder.child.retention.workers import ForkedWalks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.boundary import Boundaries
    from genaudit.recorder.child.channel.marks import Marks
    from genaudit.recorder.child.memory.settle import Settler
    from genaudit.recorder.child.memory.status import Gauge
    from genaudit.recorder.child.sources import Source

MOST_EPOCHS = 3


class Walks:
    """The walks of one trial: of its own process, and of those that it forks from now on.

    Args:
        spec: As the child gets it; ``walks`` has the moments.
    """

    def __init__(self, spec: dict[str, Any], marks: Marks, gauge: Gauge, settler: Settler) -> None:
        # Asked at each moment: the trial may turn into another when the arguments are known.
        self._spec = spec
        self._marks = marks
        self._gauge = gauge
        self._settler = settler
        self._module = spec["target"]["module"] or spec["target"]["file"]
        self.name = name_of_target(spec["target"]["steps"])
        self._forked = ForkedWalks(spec["scratch"], self._in_copy)
        self.root = here()
        """The folder that is the user's own."""
        self._callbacks: int | None = None
        """Functions that ``atexit`` had at the first walk."""
        self._registries: Registries | None = None
        """Of the first walk, where another follows."""
        self.beside = NOTHING
        """What a script has beside its source."""
        self.level = 0
        """What was held before the target was made."""
        self.n_before = 0
        """Objects that there were then."""
        self.source: Source | None = None
        """What is driven, once it was made: copies know it as it was when they were forked."""

    def at(self, moment: str, boundaries: Boundaries, iterator: Any) -> None:
        """Walk at this moment, if that was asked for; all batches have been let go.

        Args:
            moment: first, epoch, end.
            iterator: Of the present epoch.
        """
        if moment not in self._spec["walks"] or (moment == "epoch" and boundaries.epoch > MOST_EPOCHS):
            return
        try:
            self._walk({"at": moment, "batch": boundaries.batch, "epoch": boundaries.epoch}, iterator)
        except BaseException:
            # Looking at objects is audited (PEP 578), and a hook of the target's may raise anything at all.
            return
        finally:
            self._settler.trim()
            boundaries.begin_anew()

    def _walk(self, about: dict[str, Any], iterator: Any) -> None:
        self._marks.write("retention", pid=0, **about, **self._fields(iterator, about["batch"]))
        if about["at"] == "first" and len(self._spec["walks"]) > 1:
            self._registries = Registries()
            self._registries.note(about["batch"])
        for pid, found in self._forked.of(self._settler.others()):
            # The worker has written its part of the mark as it is to be.
            begin = as_json({"mark": "retention", "at_s": self._marks.clock(), "pid": pid, **about})
            self._marks.line(f"{begin[:-1]},{found[1:]}\n".encode())

    def between_calls(self, number: int) -> None:
        """Walk after a call of the target; nothing that it gave is alive any more, but for what is kept."""
        try:
            self._walk({"at": "call", "batch": number, "epoch": 1}, None)
        except BaseException:
            return
        finally:
            self._settler.trim()

    def _fields(self, iterator: Any, batch: int) -> dict[str, Any]:
        gained = self._gauge.read().held - self.level
        n_callbacks = n_exit_callbacks()
        if self._callbacks is None:
            self._callbacks = n_callbacks
        running = None if self.source is None else self.source.running
        registries = self._registries
        return fields_of_walk(
            self.name,
            [self._owner(), iterator if running is None else running],
            self.root,
            self._module,
            gained=gained,
            callbacks=n_callbacks - self._callbacks,
            beside=self.beside,
            grown=None if registries is None else lambda: registries.grown(batch),
            n_before=self.n_before,
        )

    def _owner(self) -> Any:
        return None if self.source is None else self.source.owner

    def _in_copy(self, interrupted: Any) -> str:
        # Not all objects: that would write to every page that it shares with its parent.
        fields = fields_of_walk(
            self.name, [self._owner()], self.root, self._module, interrupted=interrupted, beside=self.beside
        )
        return as_json(fields)


def name_of_target(steps: list[Any]) -> str:
    """What the target is called: the last name in its steps."""
    names = [step[1] for step in steps if step[0] == "attr"]
    return names[-1] if names else "source"
