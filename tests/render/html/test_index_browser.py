"""The page of all runs in a real browser: what is shown, any two runs compared, by keyboard, narrow and dark."""

import functools
from typing import Any

import msgspec
import pytest

from genaudit.model import Interval, Report
from genaudit.model.recording import Revision
from genaudit.render.html.index import render_index
from genaudit.units import KIB, MIB, format_bytes
from tests.browser import IN_BROWSER, WIDTH
from tests.build_report import STANDARD, clean, eager, leak, unstarted
from tests.comparison.build import comparison

pytestmark = IN_BROWSER
ROWS = "#run-table tbody tr:not([hidden])"


def made(report: Report, day: int, branch: str = "main", target: str = "data:gen") -> Report:
    """A run of a day, of a target and a branch."""
    return msgspec.structs.replace(
        report,
        created_at=f"2026-01-{day:02}T08:30:00Z",
        target=msgspec.structs.replace(report.target, spec=target),
        revision=Revision(commit=f"{day:02}abcdef01", branch=branch, dirty=False),
    )


def growing(report: Report, per_batch: float) -> Report:
    """A report whose growth per batch is known to a tenth."""
    slope = Interval(value=per_batch, low=0.9 * per_batch, high=1.1 * per_batch)
    return msgspec.structs.replace(
        report, batches=msgspec.structs.replace(report.batches, growth_bytes_per_batch=slope)
    )


@functools.cache
def folder() -> bytes:
    """Three targets on two branches, runs of every verdict, a comparison and something that was passed over."""
    runs = [
        made(leak(), 1),
        made(leak(), 2, "lazier"),
        made(clean(), 3, "lazier"),
        made(eager(), 4, target="data:Loader"),
        made(clean(), 5, target="data:Loader"),
        *(made(build(), 6 + at, target="other:gen") for at, build in enumerate(STANDARD.values())),
    ]
    entries = [(f"{at}/report.html", run) for at, run in enumerate(runs)]
    return render_index([*entries, ("c/comparison.html", comparison()), ("x.json", "x.json is no report")])


def news(visit: Any, before: Report, after: Report) -> str:
    """What the page says of two runs of a target."""
    page = visit(render_index([("b", made(before, 1)), ("a", made(after, 2))])).page
    told: str = page.locator("#compared .news").inner_text()
    return told


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_offline_narrow_dark_and_for_everybody(visit: Any, width: int, scheme: str) -> None:
    """No request, no word on the console, nothing out of the window, and axe finds nothing."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    visited = visit(folder(), width=width, color_scheme=scheme, bypass_csp=True)
    found = axe.Axe().run(visited.page)

    assert visited.outside() == []
    assert visited.errors == []
    assert visited.page.evaluate(WIDTH) == width
    assert found.response["passes"]
    assert [(each["id"], len(each["nodes"])) for each in found.response["violations"]] == []


def test_only_what_is_asked_for_is_shown(visit: Any) -> None:
    """By a word, a target, a branch and a verdict: in the table, and in the pictures."""
    page = visit(folder()).page
    page.get_by_label("Branch").select_option("lazier")

    assert page.locator(ROWS).count() == 2
    assert page.locator(".histories > li:visible h3").all_inner_texts() == ["data:gen"]
    assert page.locator(".histories > li:visible svg:visible polyline:not([hidden])").count() == 1
    page.get_by_label("Verdict").first.select_option("FAIL")
    assert page.locator(ROWS).count() == 1
    assert "1 of " in page.locator("#shown").inner_text()
    for name in ("Branch", "Verdict"):
        page.get_by_label(name).first.select_option("")
    page.get_by_label("Find").fill("WHOLE data set")
    assert page.locator(f"{ROWS} th").all_inner_texts().count("data:Loader") == 1


def test_rows_are_sorted_by_keyboard(visit: Any) -> None:
    """Every column by its figures; what was not measured is the least."""
    page = visit(folder()).page
    head = page.get_by_role("columnheader", name="Peak")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    peaks = page.eval_on_selector_all(ROWS, "rows => rows.map(row => Number(row.children[3].dataset.value))")

    assert head.get_attribute("aria-sort") == "descending"
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[-1] == -1
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"


def test_another_figure_is_drawn(visit: Any) -> None:
    """One at a time."""
    page = visit(folder()).page
    page.get_by_role("radio", name="Growth per batch").check()
    shown = page.eval_on_selector_all("svg[data-figure]:not([hidden])", "all => all.map(one => one.dataset.figure)")

    assert set(shown) == {"batch"}
    assert len(shown) == 3


def test_any_two_runs_of_a_target_are_compared_by_keyboard(visit: Any) -> None:
    """The latest two at first; others are chosen, and turned round."""
    page = visit(folder()).page
    page.get_by_label("Target").last.select_option("data:gen")
    after, before = page.get_by_label("After"), page.get_by_label("Before")

    assert after.evaluate("one => one.selectedOptions[0].text") == "2026-01-03 08:30, 03abcdef, lazier: PASS"
    assert page.locator("#compared .news").inner_text().startswith("✓ BETTER GA201 batch-growth is gone.")
    page.get_by_role("button", name="Swap").focus()
    page.keyboard.press("Space")
    assert page.locator("#compared .news").inner_text().startswith("✗ WORSE GA201 batch-growth is new.")
    before.focus()
    for key in ("ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    cells = page.locator("#compared tr", has_text="Revision").locator("td").all_inner_texts()
    assert cells == ["01abcdef, main", "02abcdef, lazier", ""]
    assert page.locator("#compared a").evaluate_all("all => all.map(one => one.getAttribute('href'))") == [
        "0/report.html",
        "1/report.html",
    ]
    before.select_option(after.input_value())
    assert "That is one run" in page.locator("#compared").inner_text()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (clean, leak, "✗ WORSE GA201 batch-growth is new."),
        (leak, clean, "✓ BETTER GA201 batch-growth is gone."),
        (eager, leak, "✗ WORSE GA201 batch-growth is new."),
        (clean, unstarted, "✗ WORSE The run after could not be measured: "),
        (unstarted, clean, "✓ BETTER The run before could not be measured: "),
        (clean, clean, "SAME VERDICT PASS before and after."),
        (lambda: growing(leak(), MIB), lambda: growing(leak(), 2 * MIB), "✗ WORSE Growth per batch is higher"),
        (lambda: growing(leak(), 2 * MIB), lambda: growing(leak(), MIB), "✓ BETTER Growth per batch is lower"),
        (
            lambda: growing(leak(), MIB),
            lambda: growing(leak(), 1.1 * MIB),
            "SAME VERDICT FAIL before and after. Both: ",
        ),
    ],
)
def test_the_first_word_is_the_worst_news(visit: Any, before: Any, after: Any, told: str) -> None:
    """What is new comes before what is gone; noise is no news."""
    assert news(visit, before(), after()).startswith(told)


@pytest.mark.parametrize("n_bytes", [1, 999, 1023, 1024, 10_234, 1_048_523, MIB, 99.97 * KIB, 12 * MIB, 1.3e9, 5e13])
def test_changes_are_written_as_all_else_is(visit: Any, n_bytes: float) -> None:
    """In the same units, with the same digits."""
    peak = msgspec.structs.replace(clean().peak, high_water_bytes=10**15, tree_pss_bytes=None)
    more = msgspec.structs.replace(peak, high_water_bytes=10**15 + int(n_bytes))
    runs = [msgspec.structs.replace(clean(), peak=each) for each in (peak, more)]
    page = visit(render_index([("b", made(runs[0], 1)), ("a", made(runs[1], 2))])).page

    shown = page.locator("#compared tr", has_text="Peak memory").locator("td").last.inner_text()
    assert shown.partition(" (")[0] == f"+{format_bytes(int(n_bytes))}"


def test_without_scripts_nothing_is_missing_but_what_needs_them(visit: Any) -> None:
    """Rows and pictures are there; what could not work is not."""
    page = visit(folder(), java_script_enabled=False).page

    assert page.locator("#run-table tbody tr").count() == 5 + len(STANDARD)
    assert page.locator("svg[data-figure=peak]:visible").count() == 3
    assert page.locator("#compare:visible, .filters:visible, fieldset:visible").count() == 0


def test_a_folder_without_runs(visit: Any) -> None:
    visited = visit(render_index([]))

    assert visited.errors == []
    assert "There are none yet" in visited.page.inner_text("main")
