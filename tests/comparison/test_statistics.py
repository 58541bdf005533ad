"""Intervals over repeats agree with another implementation, and cover what they promise."""

from typing import Any

import numpy as np
import pytest

from genaudit.comparison.statistics import (
    difference,
    interval,
    log_interval,
    paired_ratio,
    sizes_ratio,
    slope_difference,
    student,
)
from genaudit.model.outcome import Interval


@pytest.fixture(scope="module")
def stats() -> Any:
    """The other implementation: it is imported by whoever runs these, and takes 2 s."""
    from scipy import stats

    return stats


@pytest.mark.parametrize("degrees", [1, 2, 5, 10, 29, 30])
def test_quantiles_are_those_of_student(stats: Any, degrees: int) -> None:
    assert student(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), abs=1e-3)


def test_the_interval_of_a_mean(stats: Any) -> None:
    values = [10.0, 12.0, 11.5, 9.8]
    low, high = stats.t.interval(0.95, 3, loc=np.mean(values), scale=stats.sem(values))
    result = interval(values)

    assert result is not None
    assert (result.low, result.high) == pytest.approx((low, high), rel=1e-3)
    assert interval([]) is None
    assert interval([5.0]) == Interval(value=5.0, low=5.0, high=5.0)
    assert interval([5.0, 5.0], floor=2.0) == Interval(value=5.0, low=3.0, high=7.0)


def test_the_interval_of_a_difference_is_welchs(stats: Any) -> None:
    """With whole degrees of freedom, taken downwards, it is never narrower than the exact one."""
    base, other = [10.0, 12.0, 11.5], [20.0, 20.5, 21.0, 22.0]
    exact = stats.ttest_ind(other, base, equal_var=False).confidence_interval()
    result = difference(base, other, floor=0.0)

    assert result is not None
    assert result.value == pytest.approx(np.mean(other) - np.mean(base))
    assert result.low <= exact.low
    assert result.high >= exact.high
    assert result.high - result.low < 1.3 * (exact.high - exact.low)


def test_one_repeat_leaves_the_noise_unknown() -> None:
    assert difference([1.0], [2.0, 3.0], floor=0.1) is None


def test_repeats_that_agree_by_luck_are_not_trusted_beyond_the_floor() -> None:
    assert difference([5.0, 5.0], [5.5, 5.5], floor=1.0) == Interval(value=0.5, low=-0.5, high=1.5)


def test_a_machine_that_slows_down_is_fair_to_both() -> None:
    """Each round is three times slower than the one before; the ratio within a round stays."""
    base = [1.0, 3.0, 9.0]
    result = paired_ratio(base, [2.0 * value for value in base])

    assert result is not None
    assert result.value == pytest.approx(2.0)
    assert 1.89 < result.low < result.high < 2.11


def test_ratios_cover_the_truth() -> None:
    """Of 400 comparisons of noisy times, about 95 % of the intervals hold the true ratio."""
    random = np.random.default_rng(7)
    hits = 0
    for _ in range(400):
        base = random.lognormal(0.0, 0.1, size=4)
        result = paired_ratio(list(base), list(1.5 * base * random.lognormal(0.0, 0.1, size=4)))
        assert result is not None
        hits += result.low <= 1.5 <= result.high

    assert 0.91 <= hits / 400 <= 0.99


def test_rates_stay_above_zero() -> None:
    result = log_interval([5.0, 50.0])

    assert result is not None
    assert 0 < result.low < result.value < result.high
    assert result.value == pytest.approx(np.sqrt(5.0 * 50.0))


def test_slopes_with_intervals_of_their_own() -> None:
    result = slope_difference(Interval(value=10, low=7, high=14), Interval(value=2, low=-2, high=5))

    assert result == Interval(value=-8, low=-8 - np.hypot(4, 4), high=-8 + np.hypot(3, 3))


def test_no_ratio_of_next_to_nothing() -> None:
    assert sizes_ratio(Interval(value=1, low=-1, high=3), Interval(value=9, low=8, high=10)) is None
    assert sizes_ratio(Interval(value=10, low=8, high=12), Interval(value=5, low=4, high=6)) == Interval(
        value=0.5, low=4 / 12, high=6 / 8
    )
