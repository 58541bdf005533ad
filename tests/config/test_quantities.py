"""Quantities of a configuration: read strictly, or refused with what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaudit.config.quantities import EXAMPLES, MOST_BYTES, Quantity, parse_quantity
from genaudit.errors import UsageError
from genaudit.units import BYTES_BY_UNIT

SIZE, RATE = ("bytes",), ("bytes/batch",)


@pytest.mark.parametrize(
    ("text", "units", "value", "unit"),
    [
        ("512B", SIZE, 512, "bytes"),
        ("64KiB", SIZE, 65_536, "bytes"),
        ("64 KiB", SIZE, 65_536, "bytes"),
        ("1.5GiB", SIZE, 1_610_612_736, "bytes"),
        ("2kB", SIZE, 2_000, "bytes"),
        ("1MB", SIZE, 1_000_000, "bytes"),
        ("3TB", SIZE, 3 * 10**12, "bytes"),
        # As docker, systemd and Kubernetes have it.
        ("8G", SIZE, 8 * 2**30, "bytes"),
        ("8g", SIZE, 8 * 2**30, "bytes"),
        ("500M", SIZE, 500 * 2**20, "bytes"),
        ("2Gi", SIZE, 2 * 2**30, "bytes"),
        ("64K/batch", RATE, 65_536, "bytes/batch"),
        ("1MiB/batch", RATE, 1_048_576, "bytes/batch"),
        ("1KiB/item", ("bytes/item",), 1_024, "bytes/item"),
        ("0B/epoch", ("bytes/epoch",), 0, "bytes/epoch"),
        ("3x batch", ("x batch", "bytes"), 3, "x batch"),
        ("500MiB", ("x batch", "bytes"), 500 * 2**20, "bytes"),
        ("1.5x", ("x",), 1.5, "x"),
        ("5%", ("%",), 5, "%"),
    ],
)
def test_what_is_meant(text: str, units: tuple[str, ...], value: float, unit: str) -> None:
    assert parse_quantity(text, units) == Quantity(float(value), unit)


@pytest.mark.parametrize(
    ("text", "units", "hint"),
    [
        ("2Gb", SIZE, "did you mean 2GiB?"),
        ("2GI", SIZE, "did you mean 2GiB?"),
        ("64k", RATE, "did you mean 64k/batch?"),
        ("64Kb/batch", RATE, "did you mean 64KiB/batch?"),
        ("64KB", SIZE, "did you mean 64KiB?"),
        ("64kb", SIZE, "did you mean 64KiB?"),
        ("64mib", SIZE, "did you mean 64MiB?"),
        # Other readers take this for a size and drop the rate, or take MiB for 10**6.
        ("1MiB/batch", SIZE, "did you mean 1MiB?"),
        ("1MiB", RATE, "did you mean 1MiB/batch?"),
        ("1MiB/epoch", RATE, "64KiB/batch"),
        ("3x", ("x batch",), "did you mean 3x batch?"),
        ("5%", SIZE, "512MiB"),
        ("1MiB/s", RATE, "64KiB/batch"),
        ("1MiB per batch", RATE, "64KiB/batch"),
        ("1MiB/batch ", RATE, "64KiB/batch"),
        ("1MiB/batch\n", RATE, "64KiB/batch"),
        ("-1MiB", SIZE, "512MiB"),
        ("+1MiB", SIZE, "512MiB"),
        ("1e3MiB", SIZE, "512MiB"),
        ("1_000MiB", SIZE, "512MiB"),
        ("1,5MiB", SIZE, "512MiB"),
        (".5MiB", SIZE, "512MiB"),
        ("1MiB 2KiB", SIZE, "512MiB"),
        ("nanMiB", SIZE, "512MiB"),
        ("inf", SIZE, "512MiB"),
        ("\N{FULLWIDTH DIGIT ONE}MiB", SIZE, "512MiB"),
        ("1\N{NO-BREAK SPACE}MiB", SIZE, "512MiB"),
        ("1" * 400 + "B", SIZE, "512MiB"),
        ("9999999TiB", SIZE, "512MiB"),
        ("", SIZE, "512MiB"),
        ("MiB", SIZE, "512MiB"),
        ("512", SIZE, "512MiB"),
        (512, SIZE, "512MiB"),
        (True, SIZE, "512MiB"),
        (None, SIZE, "512MiB"),
        (1.5, ("x",), "1.5x"),
    ],
)
def test_traps(text: object, units: tuple[str, ...], hint: str) -> None:
    """Everything that another reader gets wrong, or that can be read in two ways, is refused with a way out."""
    with pytest.raises(UsageError) as caught:
        parse_quantity(text, units)

    assert caught.value.slug == "bad-quantity"
    assert hint in caught.value.hint


@given(
    st.integers(0, 10**6), st.sampled_from(sorted(BYTES_BY_UNIT)), st.sampled_from(["", "/batch", "/epoch", "/item"])
)
def test_every_size_is_exact(number: int, unit: str, rate: str) -> None:
    quantity = (
        parse_quantity(f"{number}{unit}{rate}", (f"bytes{rate}",))
        if number * BYTES_BY_UNIT[unit] <= MOST_BYTES
        else None
    )

    assert quantity is None or quantity.value == number * BYTES_BY_UNIT[unit]


@given(st.text(max_size=20), st.sampled_from(sorted(EXAMPLES)))
def test_any_text_is_read_or_refused(text: str, unit: str) -> None:
    """Nothing else happens, and what is read has the unit that is wanted and is no negative number."""
    try:
        quantity = parse_quantity(text, (unit,))
    except UsageError:
        return
    assert quantity.unit == unit
    assert quantity.value >= 0


@given(st.sampled_from(sorted(EXAMPLES)), st.text(min_size=1, max_size=3))
def test_the_whole_text_counts(unit: str, more: str) -> None:
    """An example with anything before or behind it is not that example: digits before make another number."""
    example = EXAMPLES[unit]
    right = parse_quantity(example, (unit,))
    for text in (example + more, more + example):
        try:
            assert parse_quantity(text, (unit,)).value != right.value or more.strip("0") == ""
        except UsageError:
            continue
