"""Objects that were there before are kept out of the collector's way, and are put back."""

import gc
from collections.abc import Iterator

import pytest

from genaudit.recorder.child.memory.set_aside import count_objects, may_set_aside, set_aside, take_back


class Pair:
    """Two of them that refer to each other are garbage which the collector alone finds."""

    def __init__(self) -> None:
        self.other = self


@pytest.fixture(autouse=True)
def taken_back() -> Iterator[None]:
    """Whatever a test does, the collector sees all objects after it."""
    yield
    take_back()
    gc.enable()


def test_what_was_there_is_not_looked_at_until_it_is_taken_back() -> None:
    """A cycle that was set aside outlives a collection, one that is newer does not."""
    old = Pair()
    set_aside()
    del old
    new = Pair()
    del new

    assert gc.get_freeze_count() > 0
    assert _pairs() == 1
    assert gc.collect() >= _of_a_pair()
    assert _pairs() == 0

    take_back()

    assert gc.get_freeze_count() == 0
    assert _pairs() == 1
    assert gc.collect() >= _of_a_pair()
    assert _pairs() == 0


def test_garbage_is_gone_first_unless_the_collector_is_off() -> None:
    """A target that has switched it off keeps its cycles."""
    pair = Pair()
    del pair
    gc.disable()
    set_aside()
    take_back()
    assert _pairs() == 1

    gc.enable()
    set_aside()
    take_back()
    assert _pairs() == 0


@pytest.mark.parametrize(
    ("thorough", "engine", "may"),
    [(True, "none", True), (False, "none", False), (True, "tracemalloc", False), (True, "lines", False)],
)
def test_only_where_memory_alone_counts(*, thorough: bool, engine: str, may: bool) -> None:
    """Times are those of a job, and tracers see all objects."""
    assert may_set_aside({"thorough": thorough, "engine": engine}) is may


def _pairs() -> int:
    return sum(type(each) is Pair for each in gc.get_objects())


def _of_a_pair() -> int:
    """What the collector counts for one: the object, and from 3.11 on no dictionary of its own."""
    gc.collect()
    pair = Pair()
    del pair
    return gc.collect()


def test_objects_are_counted_without_a_list_of_them() -> None:
    """As many as the collector knows, and none of them is set aside by it; what is set aside already stays so."""
    known = len(gc.get_objects())

    assert count_objects() == pytest.approx(known, rel=0.01)
    assert gc.get_freeze_count() == 0

    set_aside()

    assert count_objects() == gc.get_freeze_count() > 0
