"""What the walk finds in one object, and the memory that several objects may share."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Buffers:
    """Memory that objects have shown, each piece by its address or its name: it is counted once.

    Attributes:
        taken: Pieces that the last object has shown first, and their bytes.
        again: Pieces of the last object that others have shown before.
    """

    __slots__ = ("_shown", "again", "taken")

    def __init__(self) -> None:
        self._shown: set[Any] = set()
        self.taken: list[tuple[Any, float]] = []
        self.again: list[Any] = []

    def begin(self) -> None:
        """Another object is going to be read."""
        if self.taken:
            self.taken = []
        if self.again:
            self.again = []

    def has(self, key: Any) -> bool:
        """Whether a piece was shown before."""
        if key not in self._shown:
            return False
        self.again.append(key)
        return True

    def take(self, key: Any, n_bytes: float) -> None:
        """Note a piece that is shown for the first time."""
        self._shown.add(key)
        self.taken.append((key, n_bytes))


class Found:
    """What one object holds.

    Attributes:
        detail: Its shape, or what else its class does not say.
        data: Bytes that no object before it has shown.
        objects: Bytes of Python objects in it.
        n_sharing: So many objects show the same data, as far as it is known.
        held: Objects that hold the memory in its place, or that it is made of.
        is_foreign: Whether it stands for memory of a library that nothing tells the size of.
        entries: What it has many of, without that they are Python objects.
        shown: Bytes that a view shows of the larger memory that it keeps alive; 0 where it is none.
        sampled: A number of objects, and what gives one of them, where it holds so many in a row.
    """

    __slots__ = ("data", "detail", "entries", "held", "is_foreign", "n_sharing", "objects", "sampled", "shown")

    def __init__(self, detail: str = "", data: int = 0, objects: int = 0, held: Any = ()) -> None:
        self.detail = detail
        self.data = data
        self.objects = objects
        self.held = held
        self.n_sharing = 1
        self.is_foreign = False
        self.entries = 0
        self.shown = 0
        self.sampled: tuple[int, Callable[[int], Any]] | None = None
