"""Where the newest entry of a table of a library's was made, by Python's own tracer."""

import sys
import tracemalloc
import types
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import pytest

from genaudit.recorder.child.tracers.tracemalloc_tracer import MOST_STACKS, _origins_of_newest


class Figure:
    """Kept by a library, with what belongs to it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.lines = [bytearray(64) for _ in range(4)]


def made(number: int) -> Figure:
    """Made at the line that is looked for."""
    return Figure(number)


MADE_AT = made.__code__.co_firstlineno + 2


@pytest.fixture
def library() -> Iterator[types.ModuleType]:
    """A module that keeps figures in a class, while allocations are traced."""
    module = types.ModuleType("site_of_figures")
    module.Open = type("Open", (), {"figures": OrderedDict(), "listed": [], "number": 3})  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    tracemalloc.start(6)
    yield module
    tracemalloc.stop()
    del sys.modules[module.__name__]


def lines_of(stacks: list[Any]) -> set[int]:
    """Those of this file."""
    return {line for stack in stacks for path, line in stack if path == __file__}


@pytest.mark.parametrize("name", ["figures", "listed"])
def test_the_newest_entry_tells_where_it_was_made(name: str, library: types.ModuleType) -> None:
    """Or what belongs to it does, where Python has lost the origin of the object itself."""
    older, table = Figure(0), getattr(library.Open, name)
    for each in (older, made(1)):
        table.append(each) if name == "listed" else table.__setitem__(each.number, each)
    stacks = _origins_of_newest(["site_of_figures", "Open", name])

    assert 0 < len(stacks) <= MOST_STACKS
    assert MADE_AT in lines_of(stacks)


@pytest.mark.parametrize("names", [["Open", "figures"], ["Open", "number"], ["Open", "gone"], ["gone"]])
def test_what_has_no_entries_tells_nothing(names: list[str], library: types.ModuleType) -> None:
    """An empty table, a number, and what is no longer there."""
    assert _origins_of_newest(["site_of_figures", *names]) == []
