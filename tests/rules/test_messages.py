"""Phrases that several rules share."""

from msgspec.structs import replace

from genaudit.model.marks import SCRIPT
from genaudit.rules.messages import how_to_scale
from tests import build


def test_a_script_is_scaled_by_its_own_options() -> None:
    """It has no argument that could be named, and no function that makes arguments."""
    mark = build.arguments(8)
    of_a_script = how_to_scale(replace(mark, kind=SCRIPT))

    assert "-- --limit {n}" in of_a_script
    assert "--args-from" not in of_a_script
    assert "--args-from" in how_to_scale(mark)
    assert how_to_scale(None) == how_to_scale(mark)
