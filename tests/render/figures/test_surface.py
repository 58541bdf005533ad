"""Retained memory against batches: moments that compare are drawn, and the rest are gaps."""

import math
from typing import Any

import msgspec

from genaudit.model.series import SurfacePoint
from genaudit.render.figures.interactive.batches import surface_chart
from genaudit.units import MIB
from tests.build_report import clean


def surface(*points: tuple[int, int, bool]) -> list[SurfacePoint]:
    """Of one trial: batch, MiB, whether it compares."""
    return [
        SurfacePoint(
            trial=0,
            items=64,
            batches=batch,
            epoch=1,
            at="block",
            retained_bytes=mib * MIB,
            high_water_bytes=mib * MIB,
            compares=compares,
        )
        for batch, mib, compares in points
    ]


def drawn(*points: tuple[int, int, bool]) -> tuple[list[int], list[float], Any]:
    """Batches and heights of the curve, and the chart."""
    chart: Any = surface_chart(msgspec.structs.replace(clean(), surface=surface(*points)))
    curve = next(each for each in chart.renderers if each.name == "line-0")
    return list(curve.data_source.data["x"]), list(curve.data_source.data["y"]), chart


def test_workers_that_ended_make_a_gap() -> None:
    """No line goes to what is left of the process itself, and none goes over the gap."""
    batches, heights, chart = drawn((1, 60, True), (8, 62, True), (8, 0, False), (10, 61, True), (16, 0, False))

    assert batches == [1, 8, 8, 10, 16]
    assert [height if math.isfinite(height) else None for height in heights] == [60, 62, None, 61, None]
    assert chart.yaxis[0].axis_label == "retained, MiB"
    label = next(each for each in chart.renderers if "text" in each.data_source.data)
    assert (list(label.data_source.data["x"]), list(label.data_source.data["y"])) == ([10], [61])


def test_a_curve_that_is_long_keeps_its_gaps() -> None:
    """Thinning draws fewer points, and joins nothing."""
    points = [(batch, 0 if batch % 50 == 0 else 60 + batch % 3, batch % 50 != 0) for batch in range(1, 1001)]
    _, heights, _ = drawn(*points)

    assert min(height for height in heights if math.isfinite(height)) >= 60
    assert sum(math.isnan(height) for height in heights) == 20
