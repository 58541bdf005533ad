"""What a script has made beside its source, and was there when it handed that over: a walk passes it by."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any


class Beside:
    """Variables of a script that its source has no part in.

    Attributes:
        names: Of the script itself.
        frame: The innermost of its functions that were running then, in the thread of the source; ``None`` without one.
        frames: All of its functions that were running, with those of other threads.
    """

    __slots__ = ("_variables", "frame", "frames", "names")

    def __init__(self, names: frozenset[str], frame: FrameType | None = None) -> None:
        self.names = names
        self.frame = frame
        self.frames: list[FrameType] = []
        self._variables: dict[int, frozenset[str]] = {}

    def add(self, frame: FrameType, variables: frozenset[str]) -> None:
        """Take a function that is running, with those of its variables that the source does not lead to."""
        self.frames.append(frame)
        self._variables[id(frame)] = variables

    def of(self, frame: Any) -> frozenset[str]:
        """Those variables of a function."""
        return self._variables.get(id(frame), frozenset())


NOTHING = Beside(frozenset())
