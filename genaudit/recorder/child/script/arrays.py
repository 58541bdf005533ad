"""Arrays that a script gives to ``fit``: data that is in memory as a whole, of which it takes a batch at a time."""

from __future__ import annotations

from genaudit.recorder.child.guard.static_inspect import has
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.sources import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

BATCH_SIZE = 32
"""Of Keras, where its user gives none."""
_SEVERAL: tuple[Any, ...] = (list, tuple)


class ArraysSource(Source):
    """Arrays of the same length, cut into batches along their first axis.

    Args:
        data: They themselves, also in lists, tuples and dictionaries.
        batch_size: Rows in each.
    """

    kind = "arrays"

    def __init__(self, data: Any, batch_size: int | None = None) -> None:
        super().__init__(data, None)
        self._batch_size = batch_size or BATCH_SIZE

    @calls_target
    def epoch(self) -> Iterator[Any]:
        """The rows once through, in their order: which rows make a batch is nothing to its memory."""
        rows = self._rows()
        for at in range(0, rows, self._batch_size):
            # Without a name here, so that only the caller holds the batch.
            yield _cut(self.owner, at, at + self._batch_size)

    @calls_target
    def epoch_length(self) -> tuple[int | None, str | None]:
        """By the number of rows."""
        return -(-self._rows() // self._batch_size), "its length"

    def _rows(self) -> int:
        return min(len(part) for part in parts_of(self.owner))


def can_be_cut(data: Any) -> bool:
    """Whether all of it has rows; a value of any other kind is no data of this sort."""
    parts = parts_of(data)
    return bool(parts) and all(has(part, "shape", "__len__", "__getitem__") for part in parts)


def parts_of(data: Any) -> list[Any]:
    """The arrays in a structure of them."""
    if data is None:
        return []
    if issubclass(type(data), dict):
        return [part for value in data.values() for part in parts_of(value)]
    if issubclass(type(data), _SEVERAL):
        return [part for value in data for part in parts_of(value)]
    return [data]


def _cut(data: Any, first: int, end: int) -> Any:
    """The same structure of so many rows, which are copied as they are where a batch is made of an array."""
    if data is None:
        return None
    if issubclass(type(data), dict):
        return {name: _cut(value, first, end) for name, value in data.items()}
    if issubclass(type(data), _SEVERAL):
        return tuple(_cut(value, first, end) for value in data)
    rows = data.iloc[first:end] if has(data, "iloc") else data[first:end]
    return rows.copy() if has(rows, "copy") else rows
