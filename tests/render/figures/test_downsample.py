"""Long curves become short, and no extreme is lost."""

from hypothesis import given
from hypothesis import strategies as st

from genaudit.model.downsample import thinned
from genaudit.render.figures.downsample import thin_timeline
from tests.build_report import BATCH, million


@given(st.lists(st.integers(-(10**6), 10**6), max_size=400), st.integers(3, 60))
def test_thin_keeps_extremes_and_order(values: list[int], most: int) -> None:
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


def test_one_spike_in_a_million_batches_survives() -> None:
    """One batch in a million that takes thirty batches is still there."""
    line = million().timeline
    assert line is not None
    short = thin_timeline(line, 200)

    assert len(short.batches) <= 201
    assert max(one.high_water_bytes for one in short.batches) == max(one.high_water_bytes for one in line.batches)
    assert sum(one.high_water_bytes - one.rss_bytes > 20 * BATCH for one in short.batches) == 1


def test_absent_values_are_no_extremes() -> None:
    """A series with gaps is thinned by what it has."""
    kept = thinned([(at, None if at % 2 else at) for at in range(100)], 10, [lambda point: point[1]])

    assert (98, 98) in kept
