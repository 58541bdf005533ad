"""Rows of the trees: what is above what, what leads on, and that they add up."""

import msgspec
import pytest

from genaudit.model.report import Report, RetentionStep
from genaudit.render.html.context import source_views
from genaudit.render.html.retention import (
    GROWN,
    HELD,
    MOST_STEPS,
    StepRow,
    card_path,
    grown_tree,
    grown_words,
    held_rows,
    held_tree,
    holder_rows,
)
from genaudit.units import KIB, MIB
from tests.build_report import accounted, clean, eager, leak
from tests.render.html.test_html import page_of


def tree(*steps: RetentionStep) -> Report:
    return msgspec.structs.replace(clean(), retention=list(steps))


def step(label: str, n_bytes: int, parent: int = -1, grown: int | None = None) -> RetentionStep:
    return RetentionStep(parent=parent, label=label, bytes=n_bytes, grown_bytes=grown)


def said(rows: list[StepRow]) -> list[tuple[int, str]]:
    return [(row.level, row.label) for row in rows]


def test_the_largest_come_first_and_what_is_unaccounted_last() -> None:
    """Each below its parent."""
    report = tree(
        step("small", 10), step("unaccounted", 90), step("large", 60), step("inner", 5, 2), step("more", 50, 2)
    )

    assert said(held_tree(report, []).rows) == [
        (1, "large"),
        (2, "more"),
        (2, "inner"),
        (1, "small"),
        (1, "unaccounted"),
    ]


@pytest.mark.parametrize("report", [eager(), leak(), accounted()], ids=["eager", "leak", "accounted"])
def test_roots_are_all_that_is_retained(report: Report) -> None:
    """With the row for what no path reached, their shares are all there is."""
    roots = [row for row in held_tree(report, []).rows if row.level == 1]

    assert sum(row.share for row in roots) == pytest.approx(1.0)
    assert sum(row.bytes for row in roots) == pytest.approx(report.holders[0].bytes / report.holders[0].share, rel=1e-3)


def test_only_what_grew() -> None:
    """And what leads to it, though the rest of that shrank."""
    report = tree(
        step("kept", 100, grown=0),
        step("module", 50, grown=-4),
        step("cache", 40, 1, grown=8),
        step("gone", 5, 1, grown=-12),
        step("never walked", 5),
    )
    rows = grown_tree(report, []).rows

    assert said(rows) == [(1, "module"), (2, "cache")]
    assert [row.share for row in rows] == [1.0, 1.0]


def test_what_leads_on_is_open() -> None:
    """The way to most of the memory, and no step beside it."""
    rows = held_tree(accounted(), []).rows

    assert [row.label for row in rows if row.leads and row.level < 4] == [
        "ShardLoader (line 21)",
        "reader ShardReader",
        "opened dict of 12",
        "_HEADERS dict of 96",
        "bytes",
    ]
    assert not any(row.leads for row in rows if row.label == "unaccounted")


def test_the_largest_root_is_open() -> None:
    """Though most is unaccounted."""
    rows = held_tree(tree(step("a", 30), step("b", 29, 0), step("c", 9), step("unaccounted", 90)), []).rows

    assert [row.label for row in rows if row.leads] == ["a", "b"]
    assert not any(row.leads for row in held_tree(tree(step("unaccounted", 90)), []).rows)


def test_a_very_large_tree_is_cut_and_says_so() -> None:
    """The smallest are left out, never what leads to a row."""
    steps = [step("root", 10**6), *(step(f"s{n}", 1000 - n, 0) for n in range(900))]
    made = held_tree(tree(*steps), [])

    assert (len(made.rows), made.n_left_out) == (MOST_STEPS, 901 - MOST_STEPS)
    assert made.rows[-1].label == f"s{MOST_STEPS - 2}"


def test_a_very_deep_tree() -> None:
    """A chain longer than Python's own stack."""
    steps = [step("root", 5000), *(step(f"s{n}", 5000 - n, n) for n in range(3000))]

    assert len(held_tree(tree(*steps), []).rows) == MOST_STEPS


def test_a_tree_that_leads_nowhere_is_shown_as_it_can_be() -> None:
    """In a report that somebody else wrote a parent may stand behind its child, or be missing."""
    rows = held_tree(tree(step("a", 10, 1), step("b", 20, 7), step("c", 5, 2)), []).rows

    assert said(rows) == [(1, "b"), (1, "a"), (1, "c")]


def test_words_of_growth() -> None:
    """Nothing where that was not walked, and no sign of what stayed."""
    rows = held_tree(tree(step("a", 9 * MIB, grown=KIB), step("b", 5, grown=0), step("c", 4)), []).rows

    assert [grown_words(row) for row in rows] == ["+1.00 KiB", "0", ""]


def test_paths_lead_to_their_lines() -> None:
    """Where the page shows them."""
    report = eager()
    views = source_views(report)

    assert [row.link for row in held_rows(report, views)] == ["source-1-9"]
    assert [row.place for row in holder_rows(report, views)] == ["sample_generators/inefficient.py:9"]


def test_the_page_says_it_without_a_script() -> None:
    """Path, amount and line stand under the verdict; both tables hold every row of the trees."""
    page = page_of("accounted")
    seen = " ".join("".join(page.text).split())

    assert seen.index("Held by") < seen.index("Consequence")
    for part in ("about 75.0 MiB of 83.0 MiB", "Holds 75.0 MiB, an epoch yields 75.0 MiB.", "accounted at one size"):
        assert part in seen
    for part in (
        "train-00011.tar Shard",
        "_HEADERS dict of 96",
        "unaccounted",
        "Table: what grew since the first batch",
    ):
        assert part in seen
    assert [values["role"] for values in page.attributes("ul") if "role" in values] == ["tree", "tree"]


def test_no_tree_without_a_walk() -> None:
    """Nor a link to it."""
    page = page_of("spike")

    assert "held" not in page.ids
    assert not any(values.get("role") == "tree" for values in page.attributes("ul"))


@pytest.mark.parametrize(
    ("report", "link"),
    [(eager(), "held-2 ndarray 256x256x3 uint8"), (leak(), "grown-2 ndarray 8x256x256x3 uint8")],
    ids=["eager", "leak"],
)
def test_a_card_leads_to_its_row_of_the_tree(report: Report, link: str) -> None:
    """Of what grows in the tree of growth; the row is where the path ends."""
    trees = {HELD: held_tree(report, []), GROWN: grown_tree(report, [])}
    shown = card_path(report, report.findings[0], trees)

    assert shown is not None
    assert shown.link is not None
    name, _, at = shown.link.partition("-")
    assert f"{shown.link} {next(row.label for row in trees[name].rows if row.at == int(at))}" == link
    assert shown.place is None


def test_a_card_of_a_trial_of_another_size_and_of_a_worker() -> None:
    """Numbers differ, and the tree of a worker begins with the worker."""
    report = eager()
    steps = [
        step("worker 77", 90),
        step("inefficient_generator (line 7)", 90, 0),
        step("labels list of 9", 1, 1),
        step("images list of 9", 88, 1),
        step("ndarray 256x256x3 uint8", 80, 3),
    ]
    other = msgspec.structs.replace(report, retention=steps)
    shown = card_path(other, other.findings[0], {HELD: held_tree(other, []), GROWN: grown_tree(other, [])})

    assert shown is not None
    assert (shown.link, shown.names[0]) == ("held-4", "inefficient_generator")


def test_cards_of_the_page() -> None:
    """With a link to a row that is there; a spike has no path."""
    page = page_of("leak")
    links = [values["href"][1:] for values in page.attributes("a") if values.get("href", "").startswith("#grown-")]

    assert links
    assert set(links) <= set(page.ids)
    assert not any(values.get("class") == "held-by" for values in page_of("spike").attributes("p"))
