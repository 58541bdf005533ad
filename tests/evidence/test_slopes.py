import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.evidence.slopes import block_medians, theil_sen, theil_sen_within


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy(seed: int) -> None:
    """Slope and interval are those of a reference implementation, on noisy points without ties."""
    # Imported here: it takes half a second of each process that collects tests.
    from scipy import stats

    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 100, 40))
    y = 3.5 * x + rng.normal(0, 20, 40)
    expected = stats.theilslopes(y, x, alpha=0.95)

    slope = theil_sen(list(x), list(y))

    assert slope is not None
    assert slope.slope.value == pytest.approx(expected.slope)
    # The reference rounds its ranks a little differently: one place further out at most.
    assert slope.slope.low <= expected.low_slope
    assert slope.slope.high >= expected.high_slope
    assert slope.slope.low == pytest.approx(expected.low_slope, abs=0.05)
    assert slope.slope.high == pytest.approx(expected.high_slope, abs=0.05)


@given(
    slope=st.floats(-1e6, 1e6),
    intercept=st.floats(-1e9, 1e9),
    x=st.lists(st.integers(0, 1000), min_size=2, max_size=30, unique=True),
)
def test_a_straight_line_is_found(slope: float, intercept: float, x: list[int]) -> None:
    """Points on a line give its slope, whatever their order and distance."""
    line = theil_sen([float(value) for value in x], [intercept + slope * value for value in x])

    assert line is not None
    assert line.slope.value == pytest.approx(slope, rel=1e-3, abs=1e-3)


def test_one_odd_reading_does_not_tilt_it() -> None:
    """A single spike leaves the slope where it was."""
    y = [10.0 * value for value in range(20)]
    y[7] = 1e9

    slope = theil_sen([float(value) for value in range(20)], y)

    assert slope is not None
    assert slope.slope.value == pytest.approx(10.0)


def test_resolution_bounds_the_interval_from_below() -> None:
    """Three points on a line by luck do not make a certain slope."""
    slope = theil_sen([0.0, 50.0, 100.0], [0.0, 50.0, 100.0], resolution=10.0)

    assert slope is not None
    assert slope.slope.low == pytest.approx(1 - 0.2)
    assert slope.slope.high == pytest.approx(1 + 0.2)


def test_near_pairs_can_be_left_out() -> None:
    """Of sizes that double, slopes between the small ones do not count."""
    x, y = [1.0, 2.0, 4.0, 100.0], [0.0, 500.0, 0.0, 100.0]

    slope = theil_sen(x, y, apart=0.5)

    assert slope is not None
    assert -5 < slope.slope.low <= slope.slope.value <= slope.slope.high < 2


def test_one_place_has_no_slope() -> None:
    """Readings at one size say nothing about growth."""
    assert theil_sen([5.0, 5.0], [1.0, 2.0]) is None


def test_long_series_are_reduced_to_blocks() -> None:
    """A million batches cost no more than a few hundred."""
    points = block_medians([(float(x), 2.0 * x) for x in range(10_001)])

    assert len(points) == 300
    assert all(y == 2 * x for x, y in points)


def test_one_segment_is_the_plain_slope() -> None:
    """With one segment the pooled slope is that of all points."""
    rng = np.random.default_rng(1)
    points = [(float(x), 2.0 * x + rng.normal(0, 5)) for x in range(20)]
    x, y = (list(column) for column in zip(*points, strict=True))

    slope = theil_sen(x, y, resolution=3.0, apart=0.5)

    assert slope is not None
    assert theil_sen_within([points], resolution=3.0, apart=0.5) == slope.slope


def test_a_jump_between_segments_is_no_slope() -> None:
    """Segments that rise alike have that slope in common, however far one lies above the other."""
    segments = [[(float(x), 3.0 * x + 1000 * place) for x in range(10 * place, 10 * place + 8)] for place in range(4)]

    slope = theil_sen_within(segments, resolution=0.0, apart=0.5)

    assert slope is not None
    assert slope.value == pytest.approx(3.0)
    assert slope.low == pytest.approx(3.0)
    assert slope.high == pytest.approx(3.0)


def test_more_segments_make_a_narrower_interval() -> None:
    """The resolution counts less, the more segments say the same."""
    segments = [[(float(x), 0.0) for x in range(10)] for _ in range(4)]

    one = theil_sen_within(segments[:1], resolution=9.0, apart=0.5)
    four = theil_sen_within(segments, resolution=9.0, apart=0.5)

    assert one is not None
    assert four is not None
    assert one.high == pytest.approx(2.0)
    assert four.high == pytest.approx(1.0)


@pytest.mark.parametrize("segments", [[], [[(1.0, 2.0)], [(5.0, 7.0)]]])
def test_no_pair_within_a_segment_has_no_slope(segments: list[list[tuple[float, float]]]) -> None:
    """Single points say nothing, however many there are."""
    assert theil_sen_within(segments, resolution=1.0, apart=0.5) is None
