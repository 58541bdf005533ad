"""Terminal, page, picture and JSON say the same numbers."""

import html
import json

import pytest

from genaudit.render import render
from genaudit.render.figures.static.report import growth_figure, timeline_figure
from genaudit.render.text.report import blamed_line, forecast_text, limit_text, peak_text
from genaudit.units import format_bytes
from tests.build_report import STANDARD, eager, leak
from tests.render.rendered import rendered


@pytest.mark.parametrize("name", ["eager", "caching", "workers"])
def test_law_and_forecast_agree(name: str) -> None:
    """The slope, the forecast and the limit are the same text everywhere, made from what the JSON holds."""
    report = STANDARD[name]()
    screen = " ".join(render(report, "text", width=200).decode().split())
    page = html.unescape(rendered(name, "html", interactive=False).decode())
    law = json.loads(render(report, "json"))["growth_law"]

    for said in (forecast_text(report), limit_text(report)):
        assert said is not None
        assert said in screen
        assert said in page
    assert format_bytes(law["bytes_per_item"]["value"]) in screen
    assert format_bytes(law["projection"]["bytes"]["value"]) in screen
    drawn = "".join(text.get_text() for axes in growth_figure(report).axes for text in [*axes.texts, axes.title])
    left = "".join(axes.get_title(loc="left") for axes in growth_figure(report).axes)
    assert format_bytes(law["projection"]["bytes"]["value"]) in drawn
    assert format_bytes(law["bytes_per_item"]["value"]) in left


@pytest.mark.parametrize("name", STANDARD)
def test_peak_agrees(name: str) -> None:
    """The peak, and the batch that it was in."""
    report = STANDARD[name]()
    said = peak_text(report)
    page = html.unescape(rendered(name, "html", interactive=False).decode())

    if said is None:
        assert "Nothing was measured" in page
        return
    assert format_bytes(json.loads(render(report, "json"))["peak"]["high_water_bytes"]) in said
    assert said in page
    assert said in timeline_figure(report).axes[0].get_title(loc="left")
    if report.verdict.value not in ("pass",):
        assert said in render(report, "text", width=200).decode()


def test_growth_per_batch_agrees() -> None:
    """A leak's slope is one text in the terminal, in the tile and in the figure."""
    name, report = "leak", leak()

    assert "1.50 MiB per batch (95 % interval 1.49 to 1.51 MiB)" in render(report, "text", width=200).decode()
    page = rendered(name, "html", interactive=False).decode()
    assert "+1.50 MiB" in page
    assert "95 % interval 1.49 to 1.51 MiB" in page


def test_the_line_to_blame_is_the_worst_finding_with_a_line() -> None:
    """Errors go before warnings, and what saves more before what saves less."""
    blame = blamed_line(eager())
    assert blame is not None

    assert blame.place == "sample_generators/inefficient.py:9"
    assert blame.source is not None
    assert blame.source.startswith("images = [")
