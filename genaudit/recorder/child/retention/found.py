"""What the walk finds in one object."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Found:
    """What one object holds.

    Attributes:
        detail: Its shape, or what else its class does not say.
        data: Bytes that no object before it has shown.
        objects: Bytes of Python objects in it.
        held: Objects that hold the memory in its place, or that it is made of.
        is_foreign: Whether it stands for memory of a library that nothing tells the size of.
        entries: What it has many of, without that they are Python objects.
        shown: Bytes that a view shows of the larger memory that it keeps alive; 0 where it is none.
        sampled: A number of objects, and what gives one of them, where it holds so many in a row.
    """

    __slots__ = ("data", "detail", "entries", "held", "is_foreign", "objects", "sampled", "shown")

    def __init__(self, detail: str = "", data: int = 0, objects: int = 0, held: Any = ()) -> None:
        self.detail = detail
        self.data = data
        self.objects = objects
        self.held = held
        self.is_foreign = False
        self.entries = 0
        self.shown = 0
        self.sampled: tuple[int, Callable[[int], Any]] | None = None
