"""A folder of runs as a page."""

import msgspec

from genaudit.model import Interval, Report
from genaudit.render.html.comparison import badge
from genaudit.render.html.index import render_index
from tests.build_report import clean, eager, hostile, leak, unstarted
from tests.comparison.build import comparison
from tests.render.html.test_html import Page


def dated(report: Report, day: int) -> Report:
    return msgspec.structs.replace(report, created_at=f"2026-01-{day:02}T00:00:00Z")


def test_runs_are_listed_the_latest_first() -> None:
    """Each run has its verdict, target, peak, growth and date, and a link to its page."""
    page = Page(render_index([("a/report.html", dated(clean(), 1)), ("b/report.html", dated(leak(), 2))]).decode())
    seen = " ".join("".join(page.text).split())
    table = seen[seen.index("Runs, the latest first") :]

    assert page.problems == []
    assert table.index("FAIL") < table.index("PASS")
    for part in ("Keeps 1.50 MiB with every batch", "355 MiB", "+1.50 MiB", "2026-01-02 00:00"):
        assert part in table
    assert [one["href"] for one in page.attributes("a")][1:] == ["b/report.html", "a/report.html"]


def test_runs_of_one_target_are_a_history() -> None:
    """A target has one picture, with a mark for every run, the oldest on the left."""
    text = render_index([(f"{day}", dated(eager(items=100 * day), day)) for day in (3, 1, 2)]).decode()
    page = Page(text)
    line = next(str(one["points"]) for one in page.attributes("polyline"))
    heights = [float(point.split(",")[1]) for point in line.split()]

    assert len(page.attributes("polyline")) == 1
    assert text.count('class="cross"') == 3
    assert heights == sorted(heights, reverse=True)


def test_a_run_says_who_holds_the_memory() -> None:
    """In a line below what it does: the path, how much, and the line; of a clean run nothing."""
    seen = " ".join("".join(Page(render_index([("a", eager()), ("b", leak()), ("c", clean())]).decode()).text).split())

    assert "Held by inefficient_generator › images › list of 400 › ndarray 256x256x3 uint8: 75.0 MiB of 77.5" in seen
    assert "+1.50 MiB a batch (sample_generators/leaking.py:8)" in seen
    assert seen.count("Held by") + seen.count("Grows ") == 2


def test_growth_that_noise_explains_is_none() -> None:
    """Neither a number nor a minus sign is in the row."""
    noise = Interval(value=-193536.0, low=-300000.0, high=1024.0)
    batches = msgspec.structs.replace(clean().batches, growth_bytes_per_batch=noise)
    text = render_index([("a", msgspec.structs.replace(clean(), batches=batches))]).decode()

    assert "189 KiB" not in text
    assert text.count('<td class="n">none</td>') == 2


def test_comparisons_are_listed() -> None:
    """Each with its verdict, its variants, what differs, its date and a link; also where there is no run."""
    page = Page(render_index([], [("compare-a/comparison.html", comparison())]).decode())
    seen = " ".join("".join(page.text).split())

    assert page.problems == []
    for part in (badge(comparison())[2], "inefficient, efficient", "compared with inefficient", "2026-01-02 03:04"):
        assert part in seen
    assert [one["href"] for one in page.attributes("a")][1:] == ["compare-a/comparison.html"]


def test_strange_folders_and_strings() -> None:
    """A path is quoted, a string is text, a run that measured nothing has no point, and no folder is empty-handed."""
    text = render_index([('x"><script>/é#?.html', hostile()), ("n/report.html", unstarted())]).decode()
    page = Page(text)

    assert page.problems == []
    assert page.attributes("script") == []
    assert [one["href"] for one in page.attributes("a")][1:] == [
        "x%22%3E%3Cscript%3E/%C3%A9%23%3F.html",
        "n/report.html",
    ]
    assert "There are none yet" in render_index([]).decode()


def test_policy_and_size() -> None:
    """The page runs no script at all, and thousands of runs do not make it grow without end."""
    many = render_index([(f"{at}/report.html", unstarted()) for at in range(2100)])

    assert b"default-src 'none'; style-src 'unsafe-inline'" in many
    assert b"100 older runs are left out" in many
    assert len(many) < 2_000_000
