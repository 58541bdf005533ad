"""The sources of a job: they are known, and not kept alive."""

from __future__ import annotations

from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.script.found import Found


class Known:
    """One source, or one after the other on the same line: a generator that is made anew for each epoch.

    Args:
        found: What was handed over; its object is let go of.
        number: From 1.
    """

    def __init__(self, found: Found, number: int) -> None:
        self.number = number
        self.label = found.label
        self._key = _key(found)
        self._value: Callable[[], Any] = _nothing
        self.take(found)

    @property
    def value(self) -> Any:
        """The object, while the job has it."""
        return self._value()

    def is_as(self, found: Found) -> bool:
        """Whether it is this one, or its like on the same line."""
        return self._value() is found.value or self._key == _key(found)

    def take(self, found: Found) -> None:
        """It is this object from now on."""
        try:
            self._value = ref(found.value)
        except TypeError:
            # Of a class without room for such references: it is known by its iterator alone.
            self._value = _nothing
        found.value = None


def _key(found: Found) -> tuple[object, ...]:
    return found.path, found.line, found.consumer, found.role, type(found.value)


def _nothing() -> None:
    return None
