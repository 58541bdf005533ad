"""Bars of budgets, and words for the difference to the baseline."""

from typing import Any

import msgspec
import pytest

from genaudit.model import Report, Verdict
from genaudit.render.html.summary_cards import summary_cards
from genaudit.render.text.budgets import bar, budget_bar, budget_of_peak, change
from genaudit.units import MIB
from tests.build_report import STANDARD, clean, gated


def changed(code: str, **values: Any) -> Report:
    """The gated report with one outcome changed."""
    report = gated()
    outcomes = [msgspec.structs.replace(one, **values) if one.code == code else one for one in report.outcomes]
    return msgspec.structs.replace(report, outcomes=outcomes)


def test_a_budget_that_is_kept_fills_a_part_of_its_bar() -> None:
    """The limit is the end of the bar."""
    kept = budget_bar(gated(), "peak")
    assert kept is not None

    assert kept.share == pytest.approx(57 / 64)
    assert (kept.limit_at, kept.tone) == (1.0, "")
    assert kept.said == "within the budget of 64.0 MiB"


def test_a_budget_that_is_broken_fills_the_bar_beyond_its_limit() -> None:
    """And the limit is where it is."""
    broken = budget_bar(gated(), "growth")
    assert broken is not None

    assert (broken.share, broken.tone) == (1.0, "bad")
    assert broken.limit_at == pytest.approx(16 / 40)
    assert broken.said == "over the budget of 16.0 KiB per batch"


def test_a_budget_of_nothing_and_one_that_is_open() -> None:
    """Zero has no length to fill; what the noise leaves open is neither kept nor broken."""
    nothing = budget_bar(changed("GA603", limit=0.0), "growth")
    open_ = budget_bar(changed("GA603", verdict=Verdict.INCONCLUSIVE), "growth")

    assert nothing is not None
    assert open_ is not None
    assert (nothing.share, nothing.limit_at) == (1.0, 0.0)
    assert (open_.said, open_.tone) == ("not sure to keep the budget of 16.0 KiB per batch", "")
    assert budget_bar(changed("GA603", verdict=Verdict.NOT_APPLICABLE), "growth") is None
    assert bar(1.0, 0.0) is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "▲ 2.00 MiB (+4 %) above the baseline"),
        ({"value": 50.0 * MIB}, "▼ 5.00 MiB (-9 %) below the baseline"),
        ({"value": 55.0 * MIB}, "= the baseline, 55.0 MiB"),
        ({"value": 275.0 * MIB}, "▲ 220 MiB (5 times) above the baseline"),
        ({"value": 1.26, "baseline": 1.24, "unit": "x batch"}, "= the baseline, 1.2 × a batch"),
        ({"baseline": 0.0}, "▲ 57.0 MiB above the baseline"),
        ({"verdict": Verdict.INCONCLUSIVE}, "▲ 2.00 MiB (+4 %) above the baseline, within the noise"),
    ],
)
def test_difference_to_the_baseline(values: dict[str, Any], said: str) -> None:
    """A size and a share; many times as much is said as that."""
    found = change(changed("GA701", **values), "peak")
    assert found is not None

    assert (found.said, found.tone) == (said, "")


def test_tiles_show_both() -> None:
    """On the figure that was promised; a broken promise colours it, and no other figure."""
    found = {one.label: one for one in summary_cards(gated())}
    growth, peak = found["Growth per batch"], found["Peak memory"]

    assert growth.bar is not None
    assert growth.change is not None
    assert (growth.tone, growth.bar.tone, growth.change.tone) == ("bad", "bad", "bad")
    assert peak.change is not None
    assert peak.bar is not None
    assert (peak.tone, peak.bar.said) == ("", "within the budget of 64.0 MiB")
    assert [one.label for one in found.values() if one.tone] == ["Growth per batch"]
    assert budget_of_peak(gated()) == 64 * MIB


@pytest.mark.parametrize("name", sorted(set(STANDARD) - {"gated"}))
def test_without_promises_there_are_none(name: str) -> None:
    """Only how much of the memory there is is taken."""
    found = summary_cards(STANDARD[name]())

    assert [one.change for one in found] == [None] * 6
    assert [one.bar.said for one in found if one.bar] == [""] * sum(one.bar is not None for one in found)
    assert budget_of_peak(clean()) is None
