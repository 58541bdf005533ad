"""Places in notebooks as people find them: by the cell, and the line in it.

What is recorded counts lines through all code cells of a notebook, one after the other.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from genaudit.files import shown_path
from genaudit.model.outcome import Location
from genaudit.model.recording import Recording

T = TypeVar("T", bound=msgspec.Struct)


def cells_shown(recording: Recording) -> dict[str, list[int]]:
    """First lines of the code cells of each notebook, and the line after the last, by its path as it is shown."""
    return {shown_path(path, recording.working_directory): firsts for path, firsts in recording.cells.items()}


def place_in(recording: Recording, path: str, line: int) -> Location:
    """A place by its path as recorded."""
    shown = shown_path(path, recording.working_directory)
    return Location(path=shown, line=line).in_cells(recording.cells.get(path, ()))


def with_cells(things: Iterable[T], recording: Recording) -> list[T]:
    """The same, each with the cell of its location where that is in a notebook."""
    cells = cells_shown(recording)
    return [_with_cell(thing, cells) for thing in things]


def _with_cell(thing: T, cells: dict[str, list[int]]) -> T:
    location: Any = getattr(thing, "location", None)
    if location is None or location.path not in cells:
        return thing
    return msgspec.structs.replace(thing, location=location.in_cells(cells[location.path]))
