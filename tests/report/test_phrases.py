"""Numbers and nouns as people say them."""

import pytest

from genaudit.model import Interval
from genaudit.report.phrases import count, grown, quantity, ranged, rounded, sentence, short_name
from genaudit.units import format_range


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keeps every batch", "Keeps every batch."),
        ("Done!", "Done!"),
        ("shop/data.py:7 keeps it", "shop/data.py:7 keeps it."),
        ("read_all keeps it", "read_all keeps it."),
        ("16 GiB is full", "16 GiB is full."),
        ("", ""),
    ],
)
def test_sentence(text: str, said: str) -> None:
    """A sentence begins with a capital, unless a name does."""
    assert sentence(text) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1024.0, 2048.0, "1.00 to 2.00 KiB"),
        (1000.0, 2048.0, "1000 B to 2.00 KiB"),
        (-2048.0, 2048.0, "-2.00 to 2.00 KiB"),
        (1024.0, 1024.0, ""),
        (262144.0, 262150.0, ""),
    ],
)
def test_ranges(low: float, high: float, said: str) -> None:
    """The unit is said once where it is the same, and ends that read alike are left out."""
    assert format_range(low, high) == said
    assert ranged("x", Interval(value=low, low=low, high=high)) == (f"x ({said})" if said else "x")


@pytest.mark.parametrize(
    ("slope", "settled", "said"),
    [
        ((2048.0, 1024.0, 3072.0), True, "2.00 KiB per batch (95 % interval 1.00 to 3.00 KiB)"),
        ((-2048.0, -3072.0, 1024.0), True, "none (measured: -2.00 KiB per batch, 95 % interval -3.00 to 1.00 KiB)"),
        ((0.0, 0.0, 0.0), True, "none (measured: 0 B per batch)"),
        ((9.0, -9.0, 27.0), False, "9 B per batch (95 % interval -9 to 27 B)"),
    ],
)
def test_growth(slope: tuple[float, float, float], settled: bool, said: str) -> None:
    """What noise explains is none, unless the question is open: then the number is what there is to say."""
    value, low, high = slope
    assert grown(Interval(value=value, low=low, high=high), "batch", settled=settled) == said


@pytest.mark.parametrize(("number", "kept"), [(87381.3, 87400), (999.6, 1000), (1234567, 1230000), (0.0, 0)])
def test_rounded(number: float, kept: float) -> None:
    """Three digits mean something; more would not."""
    assert rounded(number) == kept


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (196608.0, "bytes/item", "192 KiB per image"),
        (4096.0, "bytes/batch", "4.00 KiB per batch"),
        (1.0, "bytes", "1 B"),
        (12.34, "x batch", "12.3 × a batch"),
        (3.0, "files/batch", "3 files/batch"),
        (3.0, None, "3"),
    ],
)
def test_quantity(value: float, unit: str | None, said: str) -> None:
    """Every unit that a rule may use reads as words."""
    assert quantity(value, unit, "image") == said


def test_count_and_names() -> None:
    """Plurals are regular; a target's name is what follows its module."""
    assert [count(n, "batch") for n in (0, 1, 2)] == ["0 batches", "1 batch", "2 batches"]
    assert [count(2, noun) for noun in ("epoch", "entry", "box", "day")] == [
        "2 epochs",
        "2 entries",
        "2 boxes",
        "2 days",
    ]
    assert short_name("a.b:Loader(8).flow(batch_size=4)") == "Loader"
    assert short_name("just_a_name") == "just_a_name"
