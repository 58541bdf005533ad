"""What markers and ini files may say."""

import pytest

from genaudit.errors import UsageError
from genaudit.pytest_support.options import read, read_ini


def test_budgets_and_options_of_a_marker() -> None:
    wanted = read({"growth": "64KiB/batch", "scaling": "constant", "batches": 20, "memory_limit": "2GiB"}, where="x")

    assert {name: budget.text for name, budget in wanted.budgets.items()} == {
        "growth": "64KiB/batch",
        "scaling": "constant",
    }
    assert wanted.values == {"batches": 20, "memory-limit": 2 * 1024**3}


def test_what_is_nearer_wins() -> None:
    """An ini file gives defaults, a marker of the class refines them, the function's own has the last word."""
    general = read_ini({"batches": "30", "timeout": "60", "sizes": None}, ["growth = 1MiB/batch", "open_files = 8"])
    wanted = read({"batches": 10, "growth": "1KiB/batch"}, where="x").over(general)

    assert wanted.values == {"batches": 10, "timeout": 60.0}
    assert wanted.budgets["growth"].text == "1KiB/batch"
    assert wanted.budgets["open-files"].text == "8"


def test_a_forecast_brings_the_size_of_the_project() -> None:
    wanted = read({"forecast": {"items": 50_000, "max": "8GiB"}}, where="x")

    assert wanted.job_fields() == {"project_items": 50_000, "quick": True}


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        pytest.param({"grwoth": "1KiB/batch"}, "has no 'grwoth'", "did you mean growth?", id="misspelt"),
        pytest.param({"color": 1}, "has no 'color'", "known: ", id="unknown"),
        pytest.param({"growth": "64KiB"}, "growth: ", "64KiB/batch", id="not a rate"),
        pytest.param({"growth": 65536}, "growth: ", "64KiB/batch", id="no unit"),
        pytest.param({"batches": "many"}, "batches: ", "", id="no number"),
    ],
)
def test_what_is_wrong_is_said(given: dict, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(given, where="@pytest.mark.genaudit")

    assert said in caught.value.message
    assert "@pytest.mark.genaudit" in caught.value.message
    assert hint in caught.value.hint


def test_a_wrong_line_of_the_ini_file() -> None:
    with pytest.raises(UsageError, match="genaudit_budgets: 'growth 64KiB'"):
        read_ini({}, ["growth 64KiB"])
