"""How memory grows with the data set, in one sentence."""

import msgspec
import pytest

from genaudit.render.text.report import law_sentence
from tests.build_report import eager


@pytest.mark.parametrize(
    ("law", "exponent", "ending"),
    [
        ("linear", 1.0, "(exponent 1.00)"),
        ("linear", 0.95, "(exponent 0.95)"),
        ("linear", 0.6, "at the first batch"),
        ("superlinear", 1.6, "(exponent 1.60)"),
        ("linear", None, "at the first batch"),
    ],
)
def test_an_exponent_that_contradicts_a_straight_line_is_left_out(law: str, exponent, ending: str) -> None:
    """A large fixed part bends the curve on logarithmic axes, and not the line."""
    report = eager()
    report = msgspec.structs.replace(
        report, growth_law=msgspec.structs.replace(report.growth_law, law=law, exponent=exponent)
    )

    assert (law_sentence(report) or "").endswith(ending)
