"""What an abstract run learns of a place that reads, and what joined values stand for."""

from __future__ import annotations

import pytest

from genaudit.lint.interpreter.values import AbstractValue, Extent, Kind, ReadHistory, join


@pytest.mark.parametrize(
    ("extents", "widest"),
    [
        pytest.param([Extent.ONE, Extent.WHOLE], Extent.WHOLE, id="the wider of two"),
        pytest.param([Extent.WHOLE, Extent.ONE], Extent.WHOLE, id="in either order"),
        pytest.param([Extent.UNKNOWN, Extent.ONE], Extent.ONE, id="what is known is more than nothing"),
        pytest.param([Extent.ONE, Extent.UNKNOWN], Extent.UNKNOWN, id="a visit of unknown extent may be of more"),
    ],
)
def test_history_keeps_the_widest_extent(extents: list[Extent], widest: Extent) -> None:
    """Each visit adds to what was seen before."""
    history = ReadHistory()
    for extent in extents:
        history.reached(extent, depth=0, by_constructor=True)

    assert history.extent is widest


def test_history_tells_constructors_from_other_callers() -> None:
    """Both are remembered; the depth is that of the last visit."""
    history = ReadHistory()

    history.reached(Extent.ONE, depth=2, by_constructor=True)
    assert (history.constructed, history.elsewhere, history.depth) == (True, False, 2)

    history.reached(Extent.ONE, depth=1, by_constructor=False)
    assert (history.constructed, history.elsewhere, history.depth) == (True, True, 1)


@pytest.mark.parametrize(
    ("extents", "joined"),
    [
        ((Extent.ONE, Extent.UNKNOWN), Extent.ONE),
        ((Extent.PART, Extent.WHOLE), Extent.WHOLE),
        ((Extent.UNKNOWN, Extent.UNKNOWN), Extent.UNKNOWN),
    ],
)
def test_joined_values_are_as_wide_as_the_wider(extents: tuple[Extent, Extent], joined: Extent) -> None:
    """Whichever comes first; what is not known widens nothing."""
    first, second = (AbstractValue(Kind.DATA, extent) for extent in extents)

    assert join(first, second).extent is joined
    assert join(second, first).extent is joined


def test_data_and_a_number_joined_are_data() -> None:
    """On one branch it is in memory; it is certain only if both are."""
    data, number = AbstractValue(Kind.DATA, Extent.WHOLE), AbstractValue(Kind.SMALL, sure=False)

    assert join(number, data).kind is Kind.DATA
    assert not join(number, data).sure
