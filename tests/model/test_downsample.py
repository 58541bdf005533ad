"""Long series become short, and no extreme is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.model.downsample import thinned


@given(st.lists(st.integers(-(10**6), 10**6), max_size=400), st.integers(3, 60))
def test_thinned_keeps_extremes_and_order(values: list[int], most: int) -> None:
    """The highest, the lowest, the first and the last stay, in order, and the number is bounded."""
    points = list(enumerate(values))
    kept = thinned(points, most, [lambda point: point[1]])

    assert kept == sorted(kept)
    assert set(kept) <= set(points)
    assert len(kept) <= max(most, 3) + 1
    if points:
        assert max(value for _, value in kept) == max(values)
        assert min(value for _, value in kept) == min(values)
        assert (kept[0], kept[-1]) == (points[0], points[-1])


@pytest.mark.parametrize("most", [4, 7, 50, 1000])
def test_thinned_keeps_at_most_so_many(most: int) -> None:
    """And the extremes by every value."""
    items = [float(at % 17) for at in range(300)]
    items[111], items[222] = 99.0, -9.0
    kept = thinned(items, most, [float, lambda item: -item])

    assert len(kept) <= max(most, 6)
    assert {max(items), min(items)} <= set(kept)


def test_absent_values_are_no_extremes() -> None:
    """A series with gaps is thinned by what it has."""
    kept = thinned([(at, None if at % 2 else at) for at in range(100)], 10, [lambda point: point[1]])

    assert (98, 98) in kept
