"""Measuring keeps within its share of the time, but for the first few times."""

from typing import Any

import pytest

from genaudit.recorder.child import boundary
from genaudit.recorder.child.boundary import (
    ALWAYS_SETTLED,
    ALWAYS_SIZED,
    MOST_SETTLED,
    THOROUGH,
    TIMED,
    BatchSizes,
    Budget,
    Settling,
)


class Clock:
    """A clock that goes on by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Settled:
    """A settled reading of two seconds."""

    seconds = 2.0


class Settler:
    """Takes such readings, and remembers how each was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[bool, bool]] = []

    def settle(self, *, in_passing: bool, at_rest: bool) -> Any:
        self.asked.append((in_passing, at_rest))
        return Settled()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the boundaries."""
    made = Clock()
    monkeypatch.setattr(boundary, "perf_counter", made)
    return made


def test_sizes_are_taken_while_they_are_cheap(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first few always; then as time allows, and where they are needed whatever they cost."""

    def dear(_batch: object) -> tuple[int, int, bool]:
        clock.now += 1
        return 80, 4, False

    monkeypatch.setattr(boundary, "size_and_kind_of", dear)
    sizes = BatchSizes(lambda batch, n: True, share=0.1)

    assert [sizes.of([], number) for number in range(1, ALWAYS_SIZED + 1)] == [(80, 4)] * ALWAYS_SIZED
    assert sizes.of([], ALWAYS_SIZED + 1) == (None, None)
    clock.now += 1000
    assert sizes.of([], ALWAYS_SIZED + 2) == (80, 4)


def test_of_a_drive_that_is_timed_only_the_first_batch_has_a_size_that_takes_long(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many items there are is known all the same."""

    def dear(_batch: object) -> tuple[int, int, bool]:
        clock.now += 1
        return 80, 3, False

    monkeypatch.setattr(boundary, "size_and_kind_of", dear)
    sizes = BatchSizes(lambda batch, n: True, share=0.1, is_timed=True)

    assert [sizes.of([], number) for number in (1, 2)] == [(80, 3), (None, None)]
    assert (sizes.items_of([7, 7, 7, 7], 2), clock.now) == (4, 1)


def test_a_leading_dimension_that_counts_nothing_is_one_item(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decided by the first batch."""
    monkeypatch.setattr(boundary, "size_and_kind_of", lambda batch: (80, 256, False))
    sizes = BatchSizes(lambda batch, n: False, share=1.0)

    assert sizes.of([], 1) == (80, 1)


def test_settling_keeps_within_its_share(clock: Clock) -> None:
    """A few readings are taken whatever they cost; where time is of no more interest, more are."""
    settler = Settler()
    settling = Settling(settler, TIMED)  # type: ignore[arg-type]
    for batch in range(ALWAYS_SETTLED):
        assert settling.is_affordable(batch)
        settling.settle(batch)

    assert not settling.is_affordable(6)
    clock.now = 2.0 * ALWAYS_SETTLED / TIMED.settling + 1
    assert settling.is_affordable(6)
    clock.now = 100.0
    assert not settling.is_affordable(6)
    settling.spend_freely()
    assert settling.is_affordable(6)
    assert settling.last_batch == ALWAYS_SETTLED - 1
    assert settler.asked == [(True, False)] * ALWAYS_SETTLED
    settling.settle(99, at_rest=True)
    assert settler.asked[-1] == (False, True)


def test_a_long_drive_is_settled_at_each_doubling(clock: Clock) -> None:
    """However long it takes, where time is of no interest: what fills is seen to be full only after it was."""
    settling = Settling(Settler(), THOROUGH)  # type: ignore[arg-type]
    for batch in range(1, 6):
        settling.settle(batch)

    assert not settling.is_affordable(9)
    assert settling.is_affordable(10)


@pytest.mark.parametrize(("budget", "is_last", "in_passing"), [(TIMED, True, False), (THOROUGH, False, False)])
def test_all_is_looked_through_where_no_time_counts(budget: Budget, is_last: bool, in_passing: bool) -> None:
    """After the last batch, and in the trials that measure memory alone."""
    settler = Settler()
    Settling(settler, budget).settle(1, is_last=is_last)  # type: ignore[arg-type]

    assert settler.asked == [(in_passing, False)]


def test_readings_come_further_apart(clock: Clock) -> None:
    """However much time there is."""
    settling = Settling(Settler(), TIMED, free_s=1e9)  # type: ignore[arg-type]
    for batch in range(MOST_SETTLED + 1):
        settling.settle(batch)

    settling.last_batch = 100 * MOST_SETTLED - 50
    assert not settling.is_affordable(100 * MOST_SETTLED)
    settling.last_batch = 100 * MOST_SETTLED - 100
    assert settling.is_affordable(100 * MOST_SETTLED)
