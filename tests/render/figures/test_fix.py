"""The two curves of a proven fix."""

import re

import msgspec
import pytest

from genaudit.model.fix import Change, Curve, Fix, Verified
from genaudit.model.report import Report
from genaudit.model.series import EPOCH_END, FIRST_BATCH
from genaudit.render import render
from genaudit.render.figures.static.fix import fix_figure
from genaudit.units import MIB
from tests import build_report as made

BEFORE = Curve(at="first batch", sizes=[96, 192, 400], retained_bytes=[3 * MIB, 6 * MIB, 12 * MIB])
AFTER = Curve(at="first batch", sizes=[32, 64, 400], retained_bytes=[131_072, 131_072, 135_168])
VERIFIED = Verified(batches=26, same=True, epochs=2, bytes_before=30_720.0, bytes_after=0.0, unit="bytes/item")


def fixed(before: Curve | None, after: Curve | None) -> Report:
    """A report with a proven fix."""
    change = Change(
        code="GA101", name="eager-load", message="", rewrite="load-where-used", summary="lazy", verified=VERIFIED
    )
    fix = Fix(diff="--- a/x.py\n", verified=VERIFIED, changes=[change], before=before, after=after)
    return msgspec.structs.replace(made.eager(), fix=fix)


@pytest.mark.parametrize("at", [FIRST_BATCH, EPOCH_END])
def test_both_are_drawn_as_they_were_measured(at: str) -> None:
    """In one unit, from nothing on, with the moment in words."""
    before, after = (msgspec.structs.replace(curve, at=at) for curve in (BEFORE, AFTER))
    (axes,) = fix_figure(fixed(before, after)).axes
    lines = {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.get_lines()}

    assert lines["before"] == ([96, 192, 400], [3, 6, 12])
    assert lines["after"] == ([32, 64, 400], pytest.approx([0.125, 0.125, 0.129], abs=0.001))
    assert axes.get_title(loc="left") == f"Retained at the {at}"
    assert axes.get_ylabel() == f"MiB, {at}"
    assert axes.get_ylim()[0] == 0


def test_the_page_has_them_where_there_are_both() -> None:
    """With a name for those who do not see them."""
    page = render(fixed(BEFORE, AFTER), "html", interactive=False).decode()
    without = render(fixed(None, None), "html", interactive=False).decode()

    assert re.search(r'<svg [^>]*aria-label="Before and after the fix: 30.0 KiB an? \w+ → 0."', page)
    assert "Before and after the fix" not in without


def test_nothing_is_drawn_without_a_moment_that_both_have() -> None:
    """One curve alone would say nothing of the other."""
    assert fix_figure(fixed(None, None)).axes == []
    assert fix_figure(fixed(BEFORE, None)).axes == []
