"""Who keeps memory alive in each variant: what is shown of it, and when two can be compared."""

from typing import Any

import pytest
from msgspec.structs import replace

from genaudit.model.comparison import Comparison
from genaudit.model.report import Report, RetentionStep, WalkedAt
from genaudit.render import render
from genaudit.render.text.comparison_holders import holder_text, variant_holders
from genaudit.units import MIB
from tests.build_report import clean, crash, eager, leak
from tests.comparison.build import comparison, named

AT = WalkedAt(items=400, batches=50)


def compared(*reports: Report) -> Comparison:
    """A comparison of variants with these audits."""
    made = comparison()
    variants = [replace(variant, report=report) for variant, report in zip(made.variants, reports, strict=False)]
    return replace(
        made,
        variants=variants,
        against=[one for one in made.against if one.variant < len(reports)],
        drives=[one for one in made.drives if one.variant < len(reports)],
    )


def lazy(**changes: Any) -> Report:
    """A clean target that holds its batch."""
    (holder,) = eager().holders
    holder = replace(holder, names=["lazy (line 2)", "batch", "ndarray"], bytes=1 * MIB, share=0.5, location=None)
    return replace(clean(), **{"holders": [holder], "held_at": AT, **changes})


def test_each_variant_has_its_path_and_the_difference() -> None:
    """The first is what the others are compared with."""
    first, second = variant_holders(compared(replace(eager(), held_at=AT), lazy()))

    assert holder_text(first) == (
        "Held by inefficient_generator (line 7) › images › list of 400 › ndarray 256x256x3 uint8: "
        "75.0 MiB of 77.5 MiB at 400 images (sample_generators/inefficient.py:9)"
    )
    assert holder_text(second) == (
        "Held by lazy (line 2) › batch › ndarray: 1.00 MiB of 2.00 MiB at 400 images, 74.0 MiB less than the first"
    )


def test_what_grows_and_other_sizes_are_not_compared() -> None:
    """How much has grown depends on when one looks, and a larger data set is larger."""
    _, grown = variant_holders(compared(replace(eager(), held_at=AT), replace(leak(), held_at=AT)))
    _, other = variant_holders(compared(replace(eager(), held_at=AT), lazy(held_at=replace(AT, items=64))))

    assert grown.amount.startswith("+1.50 MiB a batch, ")
    assert grown.amount.endswith(" after 50 batches")
    assert (grown.label, grown.difference, other.difference) == ("Grows", "", "")


def test_as_much_as_the_first() -> None:
    """What differs by less than a part in a hundred is no difference."""
    _, second = variant_holders(compared(lazy(), lazy()))

    assert second.difference == "as much as the first"


def test_a_variant_without_a_path_shows_the_largest_root() -> None:
    """And one that was not walked is left out."""
    root = RetentionStep(parent=-1, label="lazy (line 2)", bytes=MIB)
    rest = RetentionStep(parent=-1, label="unaccounted", bytes=3 * MIB)
    rooted = lazy(holders=[], retention=[root, rest])

    assert [holder_text(row) for row in variant_holders(compared(rooted, crash()))] == [
        "Held by lazy (line 2): 1.00 MiB of 4.00 MiB at 400 images"
    ]
    assert variant_holders(compared(crash(), crash())) == []


def test_every_format_shows_it() -> None:
    """The terminal, the page, Markdown; and none of them where nothing was walked."""
    made, none = compared(replace(eager(), held_at=AT), lazy()), compared(crash(), crash())
    for form, options, said in (
        ("text", {}, "Who holds it"),
        ("html", {"interactive": False}, 'id="held"'),
        ("markdown", {}, "| held by |"),
    ):
        text = render(made, form, **options).decode()
        assert said in text
        assert "74.0 MiB less" in " ".join(text.split())
        assert said not in render(none, form, **options).decode()


def held_rows(found: Comparison, width: int) -> list[str]:
    """The lines that say who holds the memory of each variant."""
    lines = render(found, "text", width=width).decode().splitlines()
    assert all(len(line) <= width for line in lines)
    rows = lines[lines.index("Who holds it") + 1 :]
    return rows[: rows.index("")]


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize(
    "names",
    [
        ("ineff:inefficient_generator", "pasted:inefficient_generator"),
        (f"a/{'long/' * 8}one:train", f"a/{'long/' * 8}two:train"),
        (f"{'x' * 40}1{'y' * 40}", f"{'x' * 40}2{'y' * 40}"),
    ],
)
def test_names_that_differ_are_cut_so_that_they_do(names: tuple[str, str], width: int) -> None:
    """Each row is told from the other."""
    rows = held_rows(named(*names, report=eager()), width)
    labels = [line.partition(" Held by ")[0].strip() for line in rows if " Held by " in line]

    assert len(labels) == 2
    assert len(set(labels)) == 2


def test_names_that_no_cut_keeps_apart_are_not_cut() -> None:
    """Each stands above its row."""
    names = [f"{'x' * 30}{first}{'y' * 30}{last}" for first, last in ("13", "14", "24")]
    rows = held_rows(named(*names, report=eager()), 100)

    assert [line.strip() for line in rows if line.strip() in names] == names
