"""Phrases that several rules share."""

from msgspec.structs import replace

from genaudit.model.marks import SCRIPT
from genaudit.model.outcome import Interval
from genaudit.rules.messages import how_to_scale, per_batch, per_item
from genaudit.units import KIB
from tests import build


def test_a_script_is_scaled_by_its_own_options() -> None:
    """It has no argument that could be named, and no function that makes arguments."""
    mark = build.arguments(8)
    of_a_script = how_to_scale(replace(mark, kind=SCRIPT))

    assert "-- --limit {n}" in of_a_script
    assert "--args-from" not in of_a_script
    assert "--args-from" in how_to_scale(mark)
    assert how_to_scale(None) == how_to_scale(mark)


def test_a_slope_below_nothing_is_told_by_what_it_is_at_most() -> None:
    """Memory that scatters is no growth by less than nothing."""
    scatter = Interval(value=-986.0, low=-5.0 * KIB, high=4.0 * KIB)
    grows = Interval(value=2.0 * KIB, low=1.0 * KIB, high=3.0 * KIB)

    assert per_item(scatter) == "at most 4.00 KiB per item"
    assert per_batch(replace(scatter, high=-3.0)) == "at most 0 B per batch"
    assert per_item(grows) == "2.00 KiB per item (95 % interval 1.00 to 3.00 KiB)"
