"""Several sources in one result: a generator and its steps, training and validation, splits by name."""

from __future__ import annotations

from genaudit.recorder.child.batch.size import elements_of
from genaudit.recorder.child.guard.static_inspect import FunctionType, class_attribute, has
from genaudit.recorder.child.sources import (
    GeneratorSource,
    IteratorSource,
    KerasSource,
    TensorFlowSource,
    TorchDatasetSource,
    TorchLoaderSource,
    is_a,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from genaudit.recorder.child.sources import Again, Source

_CO_GENERATOR = 0x20
MOST_PARTS = 8
"""A longer tuple is data."""
_CERTAIN: tuple[type[Source], ...] = (
    GeneratorSource,
    IteratorSource,
    KerasSource,
    TensorFlowSource,
    TorchLoaderSource,
    TorchDatasetSource,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class Several:
    """A tuple, a list or a dict that has sources in it; the first of them is driven.

    ``part`` and ``others`` are words for those that are sources; ``steps`` is the number of batches given beside the
    first.
    """

    def __init__(self, parts: list[Any], words: list[str], places: list[int], steps: int | None) -> None:
        self.parts = parts
        self._place = places[0]
        self.part = words[places[0]]
        self.others = [words[place] for place in places[1:]]
        self.steps = steps

    @property
    def first(self) -> Any:
        """The source that is driven."""
        return self.parts[self._place]

    def again(self, again: Again) -> Again:
        """Makes the same part of another result."""
        if again is None:
            return None
        make: Callable[[], Any] = again
        return lambda: list(elements_of(make()))[self._place]


def sources_in(result: Any) -> Several | None:
    """The sources that a result has in it; ``None`` where it is a source itself, data, or one batch."""
    kind = type(result)
    if not issubclass(kind, (tuple, list, dict)):
        return None
    parts = list(elements_of(result))
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    places = [place for place, part in enumerate(parts) if _is_source(part)]
    # A list is more often data: all of it must be sources.
    if not places or (issubclass(kind, list) and len(places) < len(parts)):
        return None
    return Several(parts, _words(result, len(parts)), places, _steps(parts, places))


def _words(result: Any, n: int) -> list[str]:
    if issubclass(type(result), dict):
        return [
            repr(name) if type(name) is str else f"its {_ORDINALS[at]}" for at, name in enumerate(dict.keys(result))
        ]
    return [f"its {_ORDINALS[at]}" for at in range(n)]


def _steps(parts: list[Any], places: list[int]) -> int | None:
    """The first whole number after the first source, as ``fit`` takes it: batches of an epoch."""
    if len(places) == len(parts):
        return None
    numbers = [part for part in parts[places[0] + 1 :] if type(part) is int]
    return numbers[0] if numbers and numbers[0] > 0 else None


def _is_source(part: Any) -> bool:
    if has(part, "shape", "dtype") or has(part, "iloc") or is_a(part, {"Image"}, {"PIL"}):
        return False
    return any(driver.fits(part) for driver in _CERTAIN) or _is_loader(part)


def _is_loader(part: Any) -> bool:
    """Whether it is of a class of the user's that yields, or gives batches by index."""
    kind = type(part)
    if issubclass(kind, (list, tuple, dict, str, bytes, type)) or has(part, "keys"):
        return False
    begins = class_attribute(kind, "__iter__")
    if type(begins) is FunctionType:
        return bool(begins.__code__.co_flags & _CO_GENERATOR)
    return all(type(class_attribute(kind, name)) is FunctionType for name in ("__len__", "__getitem__"))
