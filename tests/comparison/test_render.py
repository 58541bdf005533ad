"""A comparison in every format: the same figures everywhere, hostile strings harmless, JSON by its schema."""

import json
import re
from pathlib import Path

import jsonschema
import msgspec
import pytest

from genaudit.errors import RecordingError, UsageError
from genaudit.model.codec import comparison_schema, decode_comparison, encode
from genaudit.model.comparison import Against, BatchCheck, Comparison, SameData
from genaudit.model.outcome import Interval
from genaudit.render import COMPARISON_RENDERERS, render
from genaudit.render.figures.static.comparison_png import summary_figure
from genaudit.render.figures.variants import speeds
from genaudit.render.text.comparison import difference_sentence, difference_text, news
from tests.comparison.build import comparison
from tests.golden import check_golden, printed_elsewhere

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path("genaudit/model/schema/comparison.schema.json")
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


def page(result: Comparison) -> str:
    return render(result, "html", interactive=False).decode()


@pytest.mark.parametrize(("name", "options"), [("80", {"width": 80}), ("quiet", {"verbosity": 0, "width": 100})])
def test_text(name: str, options: dict) -> None:
    check_golden(GOLDEN / f"comparison.{name}.txt", render(comparison(), "text", **options).decode())


def test_figures_have_their_intervals_where_there_is_room() -> None:
    """On the page always, on a terminal that is wide enough; JSON has all of them."""
    wide = render(comparison(), "text", width=140).decode()

    for text in (wide, page(comparison())):
        assert "131 MiB" in text
        assert "130 to 132 MiB" in text
    assert "130 to 132 MiB" not in render(comparison(), "text", width=100).decode()


def test_text_keeps_to_its_width_and_to_ascii() -> None:
    for width in (40, 80, 100):
        text = render(comparison(), "text", width=width).decode()
        assert max(len(line) for line in text.splitlines()) <= width
    render(comparison(), "text", unicode=False).decode("ascii")


def test_formats_agree() -> None:
    """Each difference is said in the same words on the terminal and on the page."""
    found = comparison()
    text, html = render(found, "text", width=120).decode(), page(found).replace("\N{NO-BREAK SPACE}", " ")
    for against in found.against:
        assert difference_sentence(found, against) in html
        for one in against.differences:
            assert difference_text(one) in text
            assert difference_text(one) in html
    assert "batch 3, [0]: values at index [4, 0, 1, 2]: 0.5 in inefficient, 0.25 in leaking" in " ".join(text.split())


def test_the_head_says_what_matters_most() -> None:
    """Other data outweighs less memory; a variant that broke outweighs both."""
    assert "OTHER DATA" in page(comparison())
    assert '<h1 id="headline">leaking keeps 1.50 MiB a batch that inefficient did not.' in page(comparison())
    first = comparison().against[0]
    assert "SAME DATA" in page(comparison(against=[first]))
    alone = msgspec.structs.replace(first, batches=None, differences=[])
    assert ">COMPARED" in page(comparison(against=[alone])).replace("</span> ", ">")
    broken = [
        msgspec.structs.replace(variant, problem="raised OSError in batch 3") for variant in comparison().variants
    ]
    assert "NOT ALL COULD BE MEASURED" in page(comparison(variants=broken))


@pytest.mark.parametrize(
    ("figure", "ratio", "better", "told"),
    [
        ("items_per_second", 0.9, False, ["SLOWER", "SAME DATA"]),
        ("items_per_second", 0.93, False, ["SAME DATA"]),
        ("items_per_second", 0.5, None, ["SAME DATA"]),
        ("items_per_second", 2.0, True, ["SAME DATA"]),
        ("high_water_bytes", 1.2, False, ["MORE MEMORY", "SAME DATA"]),
        ("first_batch_seconds", 3.0, False, ["SAME DATA"]),
    ],
)
def test_what_a_variant_costs_stands_before_what_is_well(figure: str, ratio: float, better, told: list[str]) -> None:
    """A green word over a variant at half the speed would be believed."""
    first = comparison().against[0]
    known = Interval(value=ratio, low=ratio, high=ratio)
    given = msgspec.structs.replace(first.differences[0], figure=figure, ratio=known, beyond_noise=True, better=better)
    found = comparison(against=[msgspec.structs.replace(first, differences=[given])])

    assert [new.word for new in news(found)] == told


def test_other_data_is_worse_than_a_slower_variant() -> None:
    """Who yields something else has won or lost nothing."""
    other = next(against for against in comparison().against if against.batches.verdict is SameData.DIFFERENT)
    slower = msgspec.structs.replace(
        other.differences[0],
        figure="items_per_second",
        ratio=Interval(value=0.5, low=0.5, high=0.5),
        beyond_noise=True,
        better=False,
    )
    found = comparison(against=[msgspec.structs.replace(other, differences=[slower])])

    assert [new.word for new in news(found)][-2:] == ["OTHER DATA", "SLOWER"]


def test_the_same_comparison_gives_the_same_bytes() -> None:
    """In other processes too."""
    code = (
        "import hashlib; from tests.comparison.build import comparison; from genaudit.render import render;"
        "print(hashlib.sha256(render(comparison(), 'png')).hexdigest())"
    )

    assert len(printed_elsewhere(code)) == 1
    assert not summary_figure(comparison(), (8, 7.2)).subfigs


def test_the_better_variants_stand_out() -> None:
    """Less memory at less speed is a choice; more memory at the same speed is none."""
    shown = {speed.look.name: speed.stands_out for speed in speeds(comparison())}
    (*_, axes) = summary_figure(comparison(), (8, 7.2)).axes
    weights = {text.get_text(): text.get_fontweight() for text in axes.texts}

    assert shown == {"inefficient": True, "efficient": True, "leaking": False}
    assert weights == {name: "bold" if best else "normal" for name, best in shown.items()}


def test_every_law_is_on_one_plot() -> None:
    (laws,) = [axes for axes in summary_figure(comparison(), (8, 7.2)).axes if axes.get_title(loc="left") == "Scaling"]
    with_law = [variant.name for variant in comparison().variants if variant.report.growth_law is not None]

    legend = laws.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == with_law


def test_json_both_ways_and_by_its_schema() -> None:
    result = comparison()
    text = render(result, "json")

    assert decode_comparison(text, name="comparison.json") == result
    jsonschema.Draft202012Validator(comparison_schema()).validate(json.loads(text))
    check_golden(SCHEMA, json.dumps(comparison_schema(), indent=2) + "\n")
    jsonschema.Draft202012Validator.check_schema(comparison_schema())


@pytest.mark.parametrize("text", [b"no json", b'{"variants": 3}', b"{}"])
def test_other_files_are_refused_with_their_name(text: bytes) -> None:
    with pytest.raises(RecordingError, match=r"x\.json is not a genaudit comparison"):
        decode_comparison(text, name="x.json")


def test_hostile_names_are_harmless() -> None:
    """In a name, in values that differ, in a target: nothing runs, nothing steers the terminal."""
    result = comparison()
    variants = [msgspec.structs.replace(one, name=HOSTILE + str(at)) for at, one in enumerate(result.variants)]
    check = result.against[1].batches
    assert check is not None
    assert check.first is not None
    first = msgspec.structs.replace(check.first, place=HOSTILE, base=HOSTILE, index=[])
    against = [Against(variant=2, differences=[], batches=msgspec.structs.replace(check, first=first))]
    hostile = msgspec.structs.replace(
        result, variants=variants, against=against, notes=[HOSTILE, "--arg api_key=abc123"]
    )
    html = render(hostile, "html").decode()
    text = render(hostile, "text").decode()

    assert "<script>alert" not in html
    assert "\x1b" not in text + html
    assert "\u202e" not in text + html
    for form in ("html", "text", "json"):
        assert b"abc123" not in render(hostile, form)
    decode_comparison(encode(hostile), name="x")


def test_the_page_asks_for_nothing() -> None:
    html = render(comparison(), "html").decode()

    assert "default-src 'none'" in html
    assert not re.search(r"<(?:link|img|iframe|script)\b[^>]*\b(?:src|href)=", html)


def test_data_that_is_not_known_to_be_the_same() -> None:
    check = BatchCheck(verdict=SameData.UNKNOWN, ordered=True, batches=0, items=None, epochs=0, reason="it broke off")
    result = comparison(against=[msgspec.structs.replace(comparison().against[0], batches=check)])

    assert "not known: it broke off" in render(result, "text").decode()
    assert "whether it yields the same data is not known" in page(result)


def test_unknown_formats_are_refused() -> None:
    with pytest.raises(UsageError, match="no comparison format 'sarif'"):
        render(comparison(), "sarif")
    assert set(COMPARISON_RENDERERS) == {"text", "json", "html", "png", "markdown"}
