"""The curves of figures say what the figures say, and reports of earlier versions get theirs when they are read."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from genaudit.evidence.law import LawFit, Point, fit_law
from genaudit.loading import load
from genaudit.model.codec import encode
from genaudit.model.report import GrowthLaw, Report
from genaudit.render import render
from genaudit.report.curves import fitted_curve, with_curves
from genaudit.report.growth_law import growth_law
from genaudit.units import KIB, MIB
from tests import build as made
from tests.build_report import STANDARD, eager, leak
from tests.comparison.build import comparison

SIZES = (100, 200, 400, 800)
CURVES = {"retained_curve", "held_line", "curve"}


def fitted(exponent: float, per_item: float = 4 * KIB) -> LawFit:
    """The fit of a power without noise."""
    points = [Point(items=items, n_bytes=round(MIB + per_item * items**exponent)) for items in SIZES]
    law = fit_law(points, resolution=1 * KIB)
    assert law is not None
    return law


def law_of(exponent: float) -> GrowthLaw:
    """The growth law of trials that retain a power of their items, carried on to 100,000."""
    trials = [
        made.trial(items, lambda b, e, items=items: round(4 * KIB * items**exponent), epochs=1) for items in SIZES
    ]
    law = growth_law(made.evidence(*trials, project_items=100_000), None)
    assert law is not None
    return law


@pytest.mark.parametrize("exponent", [1.0, 2.0])
def test_the_fitted_curve_is_the_fit(exponent: float) -> None:
    """At every size it is what the fit gives there, and its interval holds it."""
    law = fitted(exponent)
    curve = fitted_curve(law)

    for items in (*SIZES, 50, 5000):
        at = curve.at(items)
        assert at.value == pytest.approx(law.at(items).value)
        assert at.low <= at.value <= at.high
    if law.law == "linear":
        assert curve.at(5000) == law.at(5000)


@pytest.mark.parametrize(("exponent", "law_name"), [(1.0, "linear"), (2.0, "superlinear")])
def test_the_forecast_lies_on_its_curve(exponent: float, law_name: str) -> None:
    """One extrapolation: the forecast is a point of the curve, and where memory is full another one."""
    law = law_of(exponent)
    projection = law.projection
    assert law.law == law_name
    assert projection is not None
    assert projection.curve is not None
    assert projection.curve.at(projection.items) == projection.bytes
    assert projection.items_at_limit is not None
    full = projection.curve.value.at(projection.items_at_limit.value)
    assert full == pytest.approx(projection.limit_bytes, rel=1e-6)
    for items, retained in zip(law.sizes, law.retained_bytes, strict=True):
        assert law.retained_curve is not None
        assert law.retained_curve.value.at(items) == pytest.approx(retained, rel=0.02, abs=64 * KIB)


def without_curves(value: Any) -> Any:
    """Plain JSON as earlier versions wrote it."""
    if isinstance(value, dict):
        return {name: without_curves(part) for name, part in value.items() if name not in CURVES}
    return [without_curves(part) for part in value] if isinstance(value, list) else value


def old_file(path: Path, content: bytes) -> Path:
    """The file of a result that was saved before there were curves."""
    old = json.dumps(without_curves(json.loads(content)))
    assert not any(f'"{name}"' in old for name in CURVES)
    path.write_text(old)
    return path


@pytest.mark.parametrize("name", STANDARD)
def test_a_report_of_an_earlier_version_gets_its_curves(name: str, tmp_path: Path) -> None:
    """They are worked out once, when it is read; the report is then the same as one that has them."""
    report = STANDARD[name]()
    found = load(old_file(tmp_path / "report.json", render(report, "json")))

    assert isinstance(found, Report)
    assert found.growth_law == report.growth_law
    assert found.batches == report.batches


def test_the_curves_of_an_earlier_version_go_through_its_figures() -> None:
    """The law through what was measured, the forecast through its own bytes, the line over batches by its slope."""
    law, batches = eager().growth_law, leak().batches
    assert law is not None
    assert law.retained_curve is not None
    for items, retained in zip(law.sizes, law.retained_bytes, strict=True):
        assert law.retained_curve.value.at(items) == pytest.approx(retained, rel=1e-3)
    assert law.projection is not None
    assert law.projection.curve is not None
    at = law.projection.curve.at(law.projection.items)
    assert (at.value, at.low, at.high) == pytest.approx(
        (law.projection.bytes.value, law.projection.bytes.low, law.projection.bytes.high)
    )
    assert batches is not None
    assert batches.held_line is not None
    assert batches.growth_bytes_per_batch is not None
    assert batches.held_line.value.growth_bytes == batches.growth_bytes_per_batch.value


def test_a_law_that_bends_goes_through_both_of_its_ends() -> None:
    """The smallest and the largest size of an earlier version's law, and its exponent."""
    law = eager().growth_law
    assert law is not None
    retained = [MIB + 16 * items**2 for items in law.sizes]
    bent = msgspec.structs.replace(
        law, law="superlinear", exponent=2.0, retained_bytes=retained, retained_curve=None, projection=None
    )
    found = with_curves(msgspec.structs.replace(eager(), growth_law=bent)).growth_law
    assert found is not None
    assert found.retained_curve is not None
    assert [found.retained_curve.value.at(items) for items in law.sizes] == pytest.approx(retained)


def test_the_reports_of_an_old_comparison_get_their_curves(tmp_path: Path) -> None:
    """Each variant's law can be drawn."""
    found = load(old_file(tmp_path / "comparison.json", encode(comparison())))

    assert not isinstance(found, Report)
    laws = [variant.report.growth_law for variant in found.variants]
    assert all(law.retained_curve is not None for law in laws if law is not None)
    assert any(law is not None for law in laws)


@pytest.mark.parametrize("format_name", ["html", "png"])
def test_a_figure_without_its_curve_is_drawn(format_name: str) -> None:
    """Whoever decodes a report by other ways than ``load`` gets the points, and no line."""
    bare = msgspec.convert(without_curves(msgspec.to_builtins(eager())), Report)

    assert render(bare, format_name)
