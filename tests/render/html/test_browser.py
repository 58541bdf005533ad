"""The page in a real browser: Debian's Chromium, driven by Playwright."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from genaudit.render import render
from genaudit.units import MIB
from tests.browser import IN_BROWSER, MODEL, WIDTH, Pages, Visit
from tests.build_report import STANDARD, eager
from tests.render.rendered import DRAWN, rendered

pytestmark = IN_BROWSER

WITH_FIGURES = [name for name in STANDARD if STANDARD[name]().timeline is not None]


@pytest.fixture
def visit(pages: Pages, tmp_path: Path) -> Iterator[Any]:
    with pages.lent(tmp_path) as look:

        def opened(name: str, *, drawn: bool = True, **options: Any) -> Visit:
            visited = look(rendered(name, "html"), **options)
            if drawn:
                visited.page.wait_for_selector("html[data-drawn]", state="attached")
            return visited

        yield opened


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_requested_and_nothing_goes_wrong(visit: Any, name: str) -> None:
    """Every standard report draws its figures without a request and without a word on the console."""
    visited = visit(name, drawn=name in WITH_FIGURES)

    assert visited.outside() == []
    assert visited.errors == []
    assert visited.page.locator("canvas").count() > 0 or name not in WITH_FIGURES
    assert visited.page.evaluate("window.pwned ?? null") is None


@pytest.mark.parametrize("name", ["eager", "hostile", "crash", "workers", "million", "accounted"])
def test_narrow_window(visit: Any, name: str) -> None:
    """At 400 pixels nothing sticks out of the window, in neither scheme of colours."""
    page = visit(name, width=400, color_scheme="light").page
    widths = [page.evaluate(WIDTH)]
    page.emulate_media(color_scheme="dark")
    if name in WITH_FIGURES:
        page.wait_for_selector("html[data-drawn='2']", state="attached")
    widths.append(page.evaluate(WIDTH))

    assert widths == [400, 400]


@pytest.mark.parametrize("name", ["eager", "workers"])
def test_a_phone_shows_what_the_verdict_needs(visit: Any, name: str) -> None:
    """The rest is folded there, and only there; what is opened is drawn, and a link opens what it leads to."""
    wide = visit(name).page
    page = visit(name, width=400).page
    closed = page.evaluate("document.documentElement.scrollHeight")

    assert wide.locator("details.fold:not([open])").count() == 0
    assert page.locator("details.fold[open]").count() == 0
    assert not page.locator("#method dl").first.is_visible()
    page.get_by_role("link", name="Method").click()
    assert page.locator("#method dl").first.is_visible()
    for summary in page.locator("details.fold:not([open]) > summary").all()[::-1]:
        summary.press("Enter")
    page.wait_for_timeout(300)
    widths = page.eval_on_selector_all(
        "#chart-surface canvas", "all => all.map(one => one.getBoundingClientRect().width)"
    )

    assert page.locator("details.fold:not([open])").count() == 0
    assert 1.7 * closed < page.evaluate("document.documentElement.scrollHeight")
    assert max(widths) > 300
    assert page.evaluate(WIDTH) == 400


def test_a_link_into_what_is_folded_opens_it(visit: Any) -> None:
    """A line of the source, from the verdict; and a place that the address names."""
    page = visit("eager", width=400).page
    page.locator(".story a").first.click()

    assert page.locator("#source table").first.is_visible()


def test_hover_says_everything_at_that_time(visit: Any) -> None:
    """The tooltip has time, phase, batch and every series, as the report words them."""
    visited = visit("eager")
    plot = visited.page.locator("#chart-timeline")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    visited.page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5)
    tip = visited.page.locator(".bk-tooltip-content")
    tip.wait_for()
    said = tip.inner_text()

    for part in ("time", "steady", "RSS", "128 MiB", "held", "PSS, all processes", "highest in the batch", "131 MiB"):
        assert part in said


def test_zoom_buttons_keys_and_the_linked_figure(visit: Any) -> None:
    """Buttons and keys zoom, the figure of batches follows, and reset shows everything again."""
    visited = visit("eager")
    home, batches = visited.range("timeline"), visited.range("batches")
    chart = visited.page.locator(".chart[data-chart='timeline']")
    chart.get_by_role("button", name="Zoom in").click()
    for _ in range(2):
        chart.get_by_role("button", name="Move right").click()
    zoomed = visited.range("timeline")
    plot = visited.page.locator("#chart-timeline")
    plot.focus()
    plot.press("+")
    closer, followed = visited.range("timeline"), visited.range("batches")

    assert zoomed[1] - zoomed[0] == pytest.approx((home[1] - home[0]) / 2)
    assert closer[1] - closer[0] == pytest.approx((home[1] - home[0]) / 4)
    assert followed != batches
    assert batches[0] <= followed[0] < followed[1] <= batches[1] + 1
    plot.press("0")
    assert visited.range("timeline") == home
    assert visited.range("batches") == batches


def test_drag_zooms_or_moves(visit: Any) -> None:
    """Dragging selects a range; with Move pressed it moves the range."""
    visited = visit("eager")
    chart = visited.page.locator(".chart[data-chart='timeline']")
    plot = visited.page.locator("#chart-timeline")
    home = visited.range("timeline")

    def drag() -> list[float]:
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        visited.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 120)
        visited.page.mouse.down()
        visited.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 130, steps=4)
        visited.page.mouse.up()
        return visited.range("timeline")

    zoomed = drag()
    chart.get_by_role("button", name="Move", exact=True).click()
    moved = drag()

    assert home[0] < zoomed[0] < zoomed[1] < home[1]
    assert moved[1] - moved[0] == pytest.approx(zoomed[1] - zoomed[0])
    assert moved[0] < zoomed[0]


def test_series_can_be_hidden_and_the_limit_shown(visit: Any) -> None:
    """A box switches its series; the limit's box makes room for the limit."""
    visited = visit("eager")
    page = visited.page
    page.get_by_label("held", exact=True).uncheck()
    visible = page.evaluate(f"() => ({MODEL})('timeline').renderers.filter(r => r.name).map(r => [r.name, r.visible])")
    top = page.evaluate(f"() => ({MODEL})('timeline').y_range.end")
    page.get_by_label("limit", exact=True).check()

    assert dict(visible)["held"] is False
    assert dict(visible)["rss"] is True
    assert page.evaluate(f"() => ({MODEL})('timeline').y_range.end") > 16 * 1024 > top


def test_drawn_data_is_the_report(visit: Any) -> None:
    """The curve on the page has the report's own numbers."""
    visited = visit("eager")
    rss = visited.page.evaluate(
        f"() => Array.from(({MODEL})('timeline').renderers.find(r => r.name === 'rss').data_source.data.rss)"
    )
    line = eager().timeline
    assert line is not None
    known = [one.rss_bytes / MIB for one in sorted([*line.samples, *line.batches], key=lambda one: one.at_s)]

    assert rss == pytest.approx(known)


def test_spike_is_drawn_of_a_million_batches(visit: Any) -> None:
    """One batch of a million stands out of the curve of high-water marks."""
    visited = visit("million")
    high = visited.page.evaluate(
        f"() => Math.max(...({MODEL})('batches').renderers.find(r => r.name === 'high').data_source.data.high)"
    )
    line = STANDARD["million"]().timeline
    assert line is not None

    assert high == pytest.approx(max(one.high_water_bytes for one in line.batches) / MIB)


def test_show_on_the_chart(visit: Any) -> None:
    """The button of a finding leads to the figure, and to the batch."""
    visited = visit("spike")
    home = visited.range("timeline")
    visited.page.get_by_role("button", name="Show on the chart").click()
    start, end = visited.range("timeline")
    line = STANDARD["spike"]().timeline
    assert line is not None
    at = line.batches[30].at_s

    assert visited.page.evaluate("document.activeElement.id") == "chart-timeline"
    assert home[0] < start < at < end
    assert end - start < (home[1] - home[0]) / 3


def test_a_size_selects_its_curve(visit: Any) -> None:
    """Selecting a measured size leaves its curve against batches alone."""
    visited = visit("eager")
    alphas = visited.page.evaluate(
        f"""() => {{
            const find = {MODEL};
            find('growth').renderers.find(r => r.name === 'sizes').data_source.selected.indices = [1];
            const lines = find('surface').renderers.filter(r => r.name?.startsWith('line-'));
            return lines.map(r => [r.tags[0], r.glyph.line_alpha]);
        }}"""
    )

    assert [size for size, alpha in alphas if (alpha.get("value") if isinstance(alpha, dict) else alpha) == 1] == [50]


def test_processes_over_time(visit: Any) -> None:
    """A band for each process; the figure goes along with the timeline, both ways."""
    visited = visit("workers")
    page = visited.page
    bands = page.evaluate(f"() => ({MODEL})('processes').renderers.filter(r => r.name?.startsWith('process-')).length")
    page.locator(".chart[data-chart='timeline']").get_by_role("button", name="Zoom in").click()
    together = visited.range("timeline") == visited.range("processes")
    page.locator(".chart[data-chart='processes']").get_by_role("button", name="Reset").click()

    assert (bands, together) == (5, True)
    assert visited.range("timeline") == visited.range("processes")
    assert "child 4 (104)" in page.get_by_role("group", name="Processes", exact=True).last.inner_text()


def test_budgets_are_on_the_figure_and_on_the_tiles(visit: Any) -> None:
    """The line of the budget is in view, and what is over a budget is told in words."""
    page = visit("gated").page
    line, end = page.evaluate(
        f"() => {{ const m = ({MODEL})('timeline');"
        " return [m.center.find(one => one.name === 'budget').location, m.y_range.end]; }"
    )

    assert line == 64.0 < end
    assert page.get_by_text("Over the budget of 16.0 KiB per batch.").is_visible()
    assert page.get_by_text("▲ 39.5 KiB per batch (80 times) above the baseline").is_visible()


def test_logarithmic_axes(visit: Any) -> None:
    """The box changes the pair of figures for the logarithmic one, and back."""
    page = visit("eager").page
    page.get_by_role("checkbox", name="logarithmic axes").check()
    assert page.locator("#chart-growth-log").is_visible()
    assert not page.locator("#chart-growth").is_visible()
    page.get_by_role("checkbox", name="logarithmic axes").uncheck()

    assert page.locator("#chart-forecast").is_visible()


def test_sites_are_sorted_and_searched(visit: Any) -> None:
    """Columns sort both ways by keyboard too; the search leaves rows that contain the text."""
    page = visit("eager").page
    first = "#site-table tbody tr:visible >> nth=0"
    assert "inefficient.py:9" in page.locator(first).inner_text()
    page.locator("#site-table").get_by_role("button", name="Retained").press("Enter")
    assert page.locator("#site-table th[aria-sort='descending'], #site-table th[aria-sort='ascending']").count() == 1
    assert "Image.py:3465" in page.locator(first).inner_text()
    page.get_by_label("Search", exact=True).fill("native")

    assert page.locator("#site-table tbody tr:visible").all_inner_texts()[0].startswith("native or untraced")
    assert page.locator("#site-table tbody tr:visible").count() == 1
    page.get_by_label("Search", exact=True).fill("")
    page.get_by_label("only my own code").check()
    assert page.locator("#site-table tbody tr:visible").count() == 2


def test_downloads(visit: Any) -> None:
    """The data can be saved, as JSON and as CSV, and is what was measured."""
    page = visit("eager").page
    saved = {}
    for button in ("Report as JSON", "Memory over time as CSV", "Batches as CSV"):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        saved[download.value.suggested_filename] = Path(download.value.path()).read_text(encoding="utf-8")
    line = eager().timeline
    assert line is not None

    assert json.loads(saved["report.json"]) == json.loads(render(eager(), "json"))
    assert saved["timeline.csv"].splitlines()[0] == "at_s,rss_bytes,held_bytes,pss_bytes"
    assert len(saved["batches.csv"].splitlines()) == 1 + len(line.batches)


def test_without_scripts(visit: Any) -> None:
    """With scripts off both figures are there as drawings, and nothing that would need a script."""
    visited = visit("eager", drawn=False, java_script_enabled=False)
    page = visited.page

    assert page.locator("figure.static svg:visible").count() == 2
    assert page.locator("button:visible").count() == 0
    assert page.locator(".plot:visible").count() == 0
    assert page.locator("text=FAIL").first.is_visible()


def test_print(visit: Any) -> None:
    """On paper the drawings stand for the figures, whatever the screen's colours are."""
    page = visit("eager", color_scheme="dark").page
    page.emulate_media(media="print")

    assert page.locator("figure.static svg:visible").count() == 2
    assert page.locator(".plot:visible").count() == 0
    assert page.locator("button.download:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_dark(visit: Any) -> None:
    """The figures take the page's colours, and change with the system's preference."""
    page = visit("eager", color_scheme="dark").page
    colour = f"() => ({MODEL})('timeline').renderers.find(r => r.name === 'rss').glyph.line_color"

    def line() -> str:
        found = page.evaluate(colour)
        return str(found["value"] if isinstance(found, dict) else found)

    dark = line()
    page.emulate_media(color_scheme="light")
    page.wait_for_selector("html[data-drawn='2']", state="attached")

    assert (dark, line()) == ("#56b4e9", "#0072b2")
    assert page.locator("#chart-timeline canvas").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    [
        "eager",
        "unstarted",
        *(
            # The same elements in other numbers.
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("clean", "crash", "workers", "gated", "inconclusive", "hostile")
        ),
    ],
)
def test_accessibility(visit: Any, name: str, scheme: str) -> None:
    """axe finds no violation: contrast, names, landmarks, headings, tables."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page = visit(name, drawn=name in WITH_FIGURES, color_scheme=scheme, bypass_csp=True).page
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = axe.Axe().run(page).response["violations"]

    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []


def test_tracemalloc_is_drawn_beside_what_is_resident(visit: Any) -> None:
    """What the tracer counted has its points in the figure of batches, and its table."""
    page = visit("leak").page
    traced = page.evaluate(
        f"() => Array.from(({MODEL})('batches').renderers.find(r => r.name === 'traced').data_source.data.traced)"
    )

    assert traced == pytest.approx([one.traced_bytes / MIB for one in STANDARD["leak"]().traced])
    page.get_by_text("Table: what tracemalloc counted").click()
    assert "27.0 MiB" in page.get_by_role("group", name="What tracemalloc counted").inner_text()


def _labels(page: Any, tree: str) -> list[str]:
    shown = page.locator(f"#{tree} [role=treeitem] > .leaf .what:visible")
    return [text.partition(" ×")[0] for text in shown.all_inner_texts()]


def _active(page: Any) -> tuple[str, str | None]:
    label = page.evaluate("document.activeElement.querySelector('.what').firstChild.textContent")
    return label, page.evaluate("document.activeElement.getAttribute('aria-expanded')")


def test_the_tree_opens_level_by_level(visit: Any) -> None:
    """The way to most of the memory is open; a click opens and closes a step, with roles and levels said."""
    page = visit("accounted").page
    shown = _labels(page, "tree-held")
    shard = page.locator("#tree-held [role=treeitem]", has_text="train-00003.tar").last
    shard.click()

    assert shown[:4] == ["ShardLoader (line 21)", "reader ShardReader", "opened dict of 12", "train-00000.tar Shard"]
    assert shown[-1] == "unaccounted"
    assert len(shown) == 3 + 12 + 2
    assert (shard.get_attribute("aria-level"), shard.get_attribute("aria-expanded")) == ("4", "true")
    assert "records list of 300" in _labels(page, "tree-held")
    shard.locator("> .leaf").click()
    assert _labels(page, "tree-held") == shown
    assert _labels(page, "tree-grown") == ["shop.shards (module)", "_HEADERS dict of 96", "bytes"]


def test_the_tree_by_keyboard(visit: Any) -> None:
    """One step is in the order of tabs; arrows go along what is shown, open, close, and come back to the parent."""
    page = visit("accounted").page
    page.locator("#tree-held [tabindex='0']").focus()
    told = []
    for key in (
        "ArrowDown",
        "ArrowDown",
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "ArrowLeft",
        "ArrowLeft",
        "ArrowLeft",
    ):
        page.keyboard.press(key)
        told.append(_active(page))

    assert told == [
        ("reader ShardReader", "true"),
        ("opened dict of 12", "true"),
        ("train-00000.tar Shard", "false"),
        ("train-00000.tar Shard", "true"),
        ("records list of 300", "true"),
        ("records list of 300", "false"),
        ("train-00000.tar Shard", "true"),
        ("train-00000.tar Shard", "false"),
    ]
    assert page.locator("#tree-held [tabindex='0']").count() == 1
    for key, label in {"End": "unaccounted", "Home": "ShardLoader (line 21)", "u": "unaccounted"}.items():
        page.keyboard.press(key)
        assert _active(page)[0] == label
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert _active(page) == ("ShardLoader (line 21)", "false")
    assert _labels(page, "tree-held") == ["ShardLoader (line 21)", "shop.shards (module)", "unaccounted"]


def test_a_card_leads_to_its_step_of_the_tree(visit: Any) -> None:
    """Though it was closed: all above it opens, and the keyboard goes on from there."""
    page = visit("accounted").page
    page.locator("#tree-held > li[aria-expanded=true] > .leaf").first.click()
    assert page.locator("#tree-held > li[aria-expanded=true]").count() == 0
    page.locator(".held-by a").first.click()

    # The last step of the path that the tree has as well.
    assert _active(page) == ("opened dict of 12", "true")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "treeitem"
    assert page.locator("li[role=treeitem]:focus").is_visible()


def test_the_trees_can_be_searched(visit: Any) -> None:
    """What fits is shown with what leads to it, however deep; without a search everything is back."""
    page = visit("accounted").page
    search = page.get_by_label("Find in the trees")
    before = _labels(page, "tree-held")
    search.fill("00007")
    found = _labels(page, "tree-held")
    search.fill("_headers")
    cached = _labels(page, "tree-held")
    search.fill("no such thing")
    nothing = _labels(page, "tree-held")
    said = page.locator("#status").inner_text()
    search.fill("")

    assert found == ["ShardLoader (line 21)", "reader ShardReader", "opened dict of 12", "train-00007.tar Shard"]
    assert cached == ["shop.shards (module)", "_HEADERS dict of 96", "bytes"]
    assert (nothing, said) == ([], "0 found")
    assert set(before) <= set(_labels(page, "tree-held"))


def test_paper_folds_what_the_page_folds(visit: Any) -> None:
    """What is closed on the screen stays closed, what was opened is printed, a tree as far as it is open."""
    page = visit("accounted").page
    table = page.locator("details.data", has=page.locator("#rows-held"))
    shown = _labels(page, "tree-held")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator("#tree-held").is_visible()
    assert _labels(page, "tree-held") == shown
    assert not page.locator("#rows-held").is_visible()
    assert page.locator("details[open]:not(.fold)").count() == 0

    page.emulate_media(media="screen")
    table.locator("summary").click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator("details[open]:not(.fold)").count() == 1
    assert page.locator("#rows-held").get_by_text("train-00011.tar Shard").is_visible()
