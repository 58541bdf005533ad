"""The numbers that rules compare with, for targets whose items differ."""

import pytest

from genaudit.model.limits import Limits
from genaudit.units import KIB


@pytest.mark.parametrize(
    ("item_bytes", "file_bytes", "limit"),
    [
        pytest.param(None, None, 1 * KIB, id="nothing is known"),
        pytest.param(100 * KIB, None, 6 * KIB, id="a share of an item"),
        pytest.param(400, None, 0.5 * 400, id="an item that is small"),
        pytest.param(400, 20 * KIB, 0.5 * 400, id="a small item that was cut from its file"),
        pytest.param(40, 64 * KIB, 1 * KIB, id="a name of where the data is, or a number that was made of it"),
        pytest.param(100 * KIB, 1 * KIB, 0.5 * KIB, id="a file that is well compressed"),
    ],
)
def test_what_is_held_of_each_item(item_bytes: float | None, file_bytes: float | None, limit: float) -> None:
    """An index below, the data above."""
    limits = Limits()

    assert limits.whole_item_share == pytest.approx(0.5)
    assert limits.held_bytes_per_item(item_bytes, file_bytes) == pytest.approx(limit, rel=0.03)
