"""When references are walked, and what is left of it: a mark, and memory as it was before."""

from __future__ import annotations

from genaudit.recorder.child.retention.report import fields_of_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.boundary import Boundaries
    from genaudit.recorder.child.channel.marks import Marks
    from genaudit.recorder.child.sources import Source

MOST_EPOCHS = 3


class Walks:
    """The walks of one trial.

    Args:
        spec: As the child gets it; ``walks`` has the moments.
        source: What is driven.
        root: The folder that is the user's own.
    """

    def __init__(self, spec: dict[str, Any], marks: Marks, boundaries: Boundaries, source: Source, root: str) -> None:
        self._moments = spec["walks"]
        self._marks = marks
        self._boundaries = boundaries
        self._source = source
        self._root = root
        self._module = spec["target"]["module"] or spec["target"]["file"]
        self._name = _name_of(spec["target"]["steps"])

    def at(self, moment: str, iterator: Any) -> None:
        """Walk at this moment, if that was asked for.

        Args:
            moment: first, epoch, end.
            iterator: Of the present epoch.
        """
        boundaries = self._boundaries
        if moment not in self._moments or (moment == "epoch" and boundaries.epoch > MOST_EPOCHS):
            return
        fields = fields_of_walk(self._name, [self._source.owner, iterator], self._root, self._module)
        self._marks.write("retention", at=moment, batch=boundaries.batch, epoch=boundaries.epoch, pid=0, **fields)
        del fields
        boundaries.begin_anew()


def _name_of(steps: list[Any]) -> str:
    """The last name in the target's steps."""
    for step in reversed(steps):
        if len(step) > 1 and type(step[1]) is str:
            return step[1]
    return "source"
