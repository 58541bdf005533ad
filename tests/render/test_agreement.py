"""Terminal, page, picture and JSON say the same numbers."""

import html
import json
from typing import Any

import msgspec
import pytest

from genaudit.model import Interval, Report
from genaudit.model.comparison import Figures, Variant
from genaudit.render import render
from genaudit.render.figures.static.report import growth_figure, timeline_figure
from genaudit.render.html.summary_cards import summary_cards
from genaudit.render.text.comparison import figure_text
from genaudit.render.text.history import row_of
from genaudit.render.text.report import blamed_line, forecast_text, growth_per_batch_text, limit_text, peak_text
from genaudit.units import KIB, format_bytes
from tests.build_report import STANDARD, clean, eager, leak, outcome, outcomes
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


def below(value: float, low: float, high: float, **rule: Any) -> Report:
    """A clean run that grows a little with each batch, by what its rule passed."""
    slope = Interval(value=value, low=low, high=high)
    batches = msgspec.structs.replace(clean().batches, growth_bytes_per_batch=slope)
    passed = outcome("GA201", **{"value": value, "unit": "bytes/batch", "limit": 20.0 * KIB, "noise": slope, **rule})
    return msgspec.structs.replace(clean(), batches=batches, outcomes=outcomes(passed))


def tile(report: Report, label: str) -> tuple[str, str]:
    """The figure at the top of the page, and what is said of it."""
    card = next(card for card in summary_cards(report) if card.label == label)
    return card.value, card.detail


def test_growth_below_the_limit_of_its_rule_is_none_everywhere() -> None:
    """It was measured, and is no fault: a tile, a table, a title and a comparison say what the headline says."""
    report = below(14 * KIB, 1 * KIB, 19 * KIB)
    batches = report.batches
    compared = Variant(
        name="new",
        target="data:new",
        report=report,
        figures=Figures(growth_bytes_per_batch=batches.growth_bytes_per_batch if batches else None),
    )
    titles = [axes.get_title(loc="left") for axes in growth_figure(report).axes]

    assert tile(report, "Growth per batch") == ("none", "below 20.0 KiB, the limit")
    assert growth_per_batch_text(report) == (
        "none (below 20.0 KiB, the limit; measured: 14.0 KiB per batch, 95 % interval 1.00 to 19.0 KiB)"
    )
    assert "Against batches: no growth" in titles
    assert "no growth" in render(report, "text").decode()
    assert row_of(report).per_batch == "none"
    assert figure_text(compared, "growth_bytes_per_batch", "image") == "none"


def test_growth_that_reaches_beyond_the_limit_is_told() -> None:
    """Whatever another drive showed: a slope that is not below the limit as a whole is no slope below it."""
    report = below(14 * KIB, 1 * KIB, 36 * KIB, noise=Interval(value=KIB, low=0.5 * KIB, high=2 * KIB))

    assert tile(report, "Growth per batch") == ("levels off", "+14.0 KiB in this drive, none in another")


def test_an_index_is_told_as_one() -> None:
    """Growth with the data set that is no fault has its figure, its limit, and the words of the headline."""
    law = msgspec.structs.replace(
        eager().growth_law, bytes_per_item=Interval(value=120.0, low=110.0, high=130.0), law="linear"
    )
    passed = outcome("GA101", value=120.0, unit="bytes/item", limit=1024.0, figure="per-item")
    report = msgspec.structs.replace(clean(), growth_law=law, outcomes=outcomes(passed))

    assert tile(report, "Growth per image") == ("+120 B", "an index: below 1.00 KiB, the limit")
    assert "an index of 120 B per image, no growth over batches" in render(report, "text", width=200).decode()
