"""The page of a comparison in a real browser, and results in the frame of a notebook."""

from typing import Any

import pytest

from genaudit.render import render
from tests.browser import IN_BROWSER
from tests.comparison.build import comparison

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def page() -> bytes:
    """The page of a comparison, drawn once."""
    return render(comparison(), "html")


def test_nothing_is_requested_and_nothing_goes_wrong(visit: Any, page: bytes) -> None:
    """All three figures are drawn, without a request and without a word on the console."""
    visited = visit(page)
    visited.page.wait_for_selector("html[data-drawn]", state="attached")

    assert visited.outside() == []
    assert visited.errors == []
    for name in ("overlay", "speed", "laws"):
        assert visited.page.locator(f"#chart-{name} canvas").count() > 0


def test_buttons_of_a_figure_work(visit: Any, page: bytes) -> None:
    visited = visit(page)
    visited.page.wait_for_selector("html[data-drawn]", state="attached")
    before = visited.range("laws")
    visited.page.click("[data-chart=laws] [data-do=in]")
    zoomed = visited.range("laws")
    visited.page.click("[data-chart=laws] [data-do=reset]")

    assert zoomed[1] - zoomed[0] == pytest.approx((before[1] - before[0]) / 2)
    assert visited.range("laws") == before
    assert visited.errors == []


def test_a_narrow_window(visit: Any, page: bytes) -> None:
    """At 400 pixels nothing sticks out of the window."""
    visited = visit(page, width=400)

    assert visited.page.evaluate("document.documentElement.scrollWidth") == 400


def test_people_who_cannot_see_the_page_can_read_it(visit: Any, page: bytes) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    visited = visit(page)
    visited.page.wait_for_selector("html[data-drawn]", state="attached")
    result = axe.Axe().run(visited.page)

    assert [(violation["id"], violation["nodes"][0]["html"][:120]) for violation in result.response["violations"]] == []


def test_a_frame_in_a_notebook_shows_the_page_and_reaches_nothing(visit: Any) -> None:
    """The page inside runs its own script, in an origin of its own."""
    text = f"<!DOCTYPE html><title>notebook</title><script>var secret = 1</script>{comparison()._repr_html_()}"
    visited = visit(text.encode())
    frame = visited.page.frames[1]
    frame.wait_for_selector("#headline")
    # The headline may be there before the script at the end of the page has run.
    frame.wait_for_selector("html[data-script=on]", state="attached")

    assert frame.inner_text("#headline")
    assert frame.evaluate("document.documentElement.dataset.script") == "on"
    assert frame.evaluate("origin") == "null"
    assert frame.evaluate("(() => { try { return parent.secret; } catch (error) { return error.name; } })()") == (
        "SecurityError"
    )
    assert visited.outside() == []
