"""Parts of a law: only sizes that lie apart make one."""

from genaudit.evidence.law import Point, fit_law
from genaudit.units import KIB, MIB


def test_sizes_that_lie_close_together_make_no_law() -> None:
    """What differs between two readings would be a steep slope between them; a larger size makes one again."""
    points = [Point(items=items, n_bytes=MIB + 200 * KIB * min(items, 300)) for items in (64, 300, 576, 600)]
    law = fit_law(points, resolution=KIB)

    assert law is not None
    assert law.beyond(400) is None
    further = fit_law([*points, Point(items=1_200, n_bytes=points[-1].n_bytes)], resolution=KIB)
    assert further is not None
    flat = further.beyond(400)
    assert flat is not None
    assert flat.sizes == [576, 600, 1_200]
    assert flat.per_item.low <= 0 <= flat.per_item.high
