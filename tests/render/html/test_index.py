"""A folder of runs as a page."""

import base64
import hashlib
import re

import msgspec

from genaudit.model import Interval, Report
from genaudit.model.recording import Revision
from genaudit.render.html.comparison import badge
from genaudit.render.html.index import render_index
from tests.build_report import clean, eager, hostile, leak, unstarted
from tests.comparison.build import comparison
from tests.render.html.test_html import Page


def dated(report: Report, day: int) -> Report:
    return msgspec.structs.replace(report, created_at=f"2026-01-{day:02}T00:00:00Z")


def at(report: Report, branch: str, *, dirty: bool = False) -> Report:
    return msgspec.structs.replace(report, revision=Revision(commit="320cd37a" * 5, branch=branch, dirty=dirty))


def named(report: Report, target: str) -> Report:
    return msgspec.structs.replace(report, target=msgspec.structs.replace(report.target, spec=target))


def test_runs_are_listed_the_latest_first() -> None:
    """Each run has its verdict, target, peak, growth and date, and a link to its page."""
    page = Page(render_index([("a/report.html", dated(clean(), 1)), ("b/report.html", dated(leak(), 2))]).decode())
    seen = " ".join("".join(page.text).split())
    table = seen[seen.index("Runs, the latest first") :]
    links = [str(one["href"]) for one in page.attributes("a") if not str(one["href"]).startswith("#")]

    assert page.problems == []
    assert table.index("FAIL") < table.index("PASS")
    for part in ("Keeps 1.50 MiB with every batch", "355 MiB", "+1.50 MiB", "2026-01-02 00:00"):
        assert part in table
    assert links == ["b/report.html", "b/report.html", "a/report.html"]


def test_runs_of_one_target_are_a_trend() -> None:
    """A target has one picture for each figure, with a mark for every run, the oldest on the left."""
    text = render_index([(f"{day}", dated(eager(items=100 * day), day)) for day in (3, 1, 2)]).decode()
    page = Page(text)
    line = next(str(one["points"]) for one in page.attributes("polyline"))
    heights = [float(point.split(",")[1]) for point in line.split()]

    assert [one["data-figure"] for one in page.attributes("svg")] == ["peak", "batch", "item"]
    assert ["hidden" in one for one in page.attributes("svg")] == [False, True, True]
    assert text.count('class="cross"') == 9
    assert heights == sorted(heights, reverse=True)
    assert "3 runs, 3 failed, of 1 target." in text


def test_each_branch_has_its_line() -> None:
    """With its name in the legend and in the row, and the revision of each run, changes marked."""
    runs = [
        (f"{day}", at(dated(leak(), day), branch, dirty=day == 4))
        for day, branch in enumerate(("main", "lazier", "main", "lazier", "main"), 1)
    ]
    page = Page(render_index(runs).decode())
    seen = " ".join("".join(page.text).split())

    assert [one["data-branch"] for one in page.attributes("polyline")][:2] == ["main", "lazier"]
    assert [str(one["points"]).count(",") for one in page.attributes("polyline")][:2] == [3, 2]
    assert "main: 3" in seen
    assert "lazier: 2" in seen
    assert seen.count("320cd37a+") == 1
    assert "files differed from that commit" in seen
    assert "5 runs, 5 failed, of 1 target on 2 branches" in seen


def test_what_was_passed_over_has_a_line() -> None:
    """However many there are, and whatever their names hold."""
    text = render_index([("a", clean()), *((f"{at}", f"<b>/{at}.json is no report") for at in range(25))]).decode()

    assert Page(text).problems == []
    assert text.count("&lt;b&gt;/") == 20
    assert "and 5 more" in text


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
    assert len(re.findall('<td class="n" data-value="0.0">none</td>', text)) == 2


def test_comparisons_are_listed() -> None:
    """Each with its verdict, its variants, what differs, its date and a link; also where there is no run."""
    page = Page(render_index([("compare-a/comparison.html", comparison())]).decode())
    seen = " ".join("".join(page.text).split())

    assert page.problems == []
    for part in (badge(comparison())[2], "inefficient, efficient", "compared with inefficient", "2026-01-02 03:04"):
        assert part in seen
    assert page.attributes("a")[-1]["href"] == "compare-a/comparison.html"


def test_strange_folders_and_strings() -> None:
    """A path is quoted, a string is text, a run that measured nothing has no point, and no folder is empty-handed."""
    text = render_index([('x"><script>/é#?.html', hostile()), ("n/report.html", unstarted())]).decode()
    page = Page(text)

    assert page.problems == []
    assert {str(one["href"]) for one in page.attributes("a")} >= {
        "x%22%3E%3Cscript%3E/%C3%A9%23%3F.html",
        "n/report.html",
    }
    assert text.count("<script") == 2
    assert "There are none yet" in render_index([]).decode()


def test_policy_and_size() -> None:
    """The page runs its own script and no other, and thousands of runs do not make it grow without end."""
    many = render_index([(f"{at}/report.html", unstarted()) for at in range(2100)]).decode()
    policy = re.search(r"script-src &#39;(sha256-.+?)&#39;", many)
    script = many.rpartition("<script>")[2].partition("</script>")[0]

    assert policy is not None
    assert policy[1] == "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in many
    assert "100 older runs are left out" in many
    assert len(many) < 3_000_000


def test_the_trends_of_many_targets_are_folded() -> None:
    """The latest are seen at once."""
    runs = [(f"{at}", named(dated(clean(), at), f"data:gen{at}")) for at in range(1, 16)]
    text = render_index(runs).decode()
    shown, _, folded = text.partition("<details><summary>3 more targets</summary>")

    assert "<h3>data:gen15</h3>" in shown
    assert [f"<h3>data:gen{at}</h3>" in folded for at in (1, 3, 4)] == [True, True, False]
