"""The report for a terminal: golden files, and what must hold for any report."""

import ast
import itertools
import re
import shlex
import textwrap
from pathlib import Path

import msgspec
import pytest

from genaudit.model import Interval
from genaudit.model.advice import read_advice, with_check
from genaudit.model.report import Failure
from genaudit.render import render
from genaudit.render.html.summary_cards import summary_cards
from genaudit.render.terminal.report import Verbosity
from tests.build_report import STANDARD, accounted, clean, eager, hostile, interval, outcome, outcomes
from tests.golden import check_golden

GOLDEN = Path(__file__).parent / "golden"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", STANDARD)
def test_screen(name: str) -> None:
    """One screen at 80 columns, as it was read and found good."""
    check_golden(GOLDEN / f"{name}.txt", render(STANDARD[name](), "text").decode())


@pytest.mark.parametrize("name", ["eager", "crash", "workers"])
def test_verbose(name: str) -> None:
    """Every table."""
    text = render(STANDARD[name](), "text", verbosity=Verbosity.VERBOSE).decode()

    check_golden(GOLDEN / f"{name}.verbose.txt", text)


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120])
@pytest.mark.parametrize("name", STANDARD)
def test_every_width(name: str, width: int) -> None:
    """No line is wider than the terminal, and the verdict fits in one screen of 24 lines at 80 columns.

    Code, and a word of a command, is not cut: it is to be copied.
    """
    report = STANDARD[name]()
    lines = render(report, "text", width=width).decode().splitlines()
    advice = [read_advice(outcome.fix) for outcome in report.outcomes]
    copied = {line.strip() for one in advice for line in (one.code or "").splitlines()}
    copied |= {word for one in advice for word in [one.check or "", *(one.check or "").split()]}

    assert [
        line
        for line in lines
        if len(line) > width and line.strip().removeprefix("Check it  ").removesuffix(" \\") not in copied
    ] == []
    assert width < 80 or len(lines) <= 21
    assert not any(line.endswith("\\") and "-v shows" in after for line, after in itertools.pairwise(lines))


@pytest.mark.parametrize("name", STANDARD)
def test_quiet_is_one_line(name: str) -> None:
    """With -q there is one line, and it begins with the verdict; what was not tested is in it."""
    lines = render(STANDARD[name](), "text", verbosity=Verbosity.QUIET).decode().splitlines()

    assert len(lines) == 1
    assert ("; not tested: " in lines[0]) is STANDARD[name]().is_partial
    assert STANDARD[name]().verdict.name in lines[0].split("  ")[0]


@pytest.mark.parametrize("verbosity", Verbosity)
@pytest.mark.parametrize("name", STANDARD)
def test_ascii(name: str, verbosity: Verbosity) -> None:
    """A terminal that shows ASCII only gets nothing else."""
    assert render(STANDARD[name](), "text", verbosity=verbosity, unicode=False).isascii()


@pytest.mark.parametrize("name", STANDARD)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    """Without its escapes the coloured text is the plain one, and the plain one has none."""
    plain = render(STANDARD[name](), "text", verbosity=Verbosity.VERBOSE).decode()
    coloured = render(STANDARD[name](), "text", verbosity=Verbosity.VERBOSE, colour=True).decode()

    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert ESCAPE.sub("", coloured).split() == plain.split()


def test_hostile_strings_do_nothing() -> None:
    """Terminal escapes are written out, markup in brackets is text, and only our own colours are sent."""
    text = render(hostile(), "text", verbosity=Verbosity.VERBOSE, colour=True).decode()

    assert "[red]x[/red]" in text
    assert "\\x1b[31m\\x07\\u202e" in text
    assert not re.search(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "\x1b" not in ESCAPE.sub("", text)


def test_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Width and colour are arguments; variables that terminals read change nothing."""
    before = render(eager(), "text")
    for name, value in {"COLUMNS": "33", "FORCE_COLOR": "1", "TERM": "dumb", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)

    assert render(eager(), "text") == before


def test_a_clean_run_has_its_three_numbers() -> None:
    """PASS comes with peak, growth and what is held after the first batch."""
    line, *rest = render(clean(), "text").decode().splitlines()

    assert [text.split()[0] for text in rest] == ["Forecast"]
    for part in ("PASS", "efficient_generator", "peak 56.3 MiB", "no growth", "512 KiB after batch 1"):
        assert part in line


def test_growth_that_levels_off_is_no_number() -> None:
    """The drive that is shown filled a buffer; the one that settled the question was flat."""
    flat = outcome("GA201", unit="bytes/batch", value=0.0, noise=Interval(value=0.0, low=-9.0, high=9.0))
    batches = msgspec.structs.replace(clean().batches, growth_bytes_per_batch=interval(129 * 1024))
    report = msgspec.structs.replace(clean(), batches=batches, outcomes=outcomes(flat))
    tile = next(one for one in summary_cards(report) if one.label == "Growth per batch")

    assert "growth levels off" in render(report, "text").decode()
    assert (tile.value, tile.detail) == ("levels off", "+129 KiB in this drive, none in another")


def test_a_clean_run_is_carried_on_where_that_was_asked() -> None:
    """To another size than the measured one; else there is nothing to say."""
    law = clean().growth_law
    assert law is not None
    assert law.projection is not None
    same = msgspec.structs.replace(law.projection, items=clean().target.items or 0)
    as_it_ran = msgspec.structs.replace(clean(), growth_law=msgspec.structs.replace(law, projection=same))

    assert (
        "  Forecast  50,000 images need no more: memory does not grow with them\n" in render(clean(), "text").decode()
    )
    assert render(as_it_ran, "text").decode().count("\n") == 1


def test_notes_follow_a_clean_run() -> None:
    """At most two notes are shown; the rest is in the report."""
    noted = msgspec.structs.replace(clean(), notes=["first", "second", "third"])
    lines = render(noted, "text").decode().splitlines()

    assert [line.strip() for line in lines[2:]] == ["Note: first", "Note: second"]


def test_a_sketch_is_whole_and_says_so() -> None:
    """It keeps its own indentation, stands below its label, and the command that checks it stands below it."""
    lines = render(eager(), "text", width=120).decode().splitlines()
    sketch = (eager().outcomes[0].fix or "").splitlines()[1:-1]
    at = next(number for number, line in enumerate(lines) if line.strip() == "Sketch, adapt it:")

    assert [line[4:] for line in lines[at + 1 : at + 1 + len(sketch)]] == sketch
    assert lines[at + 1 + len(sketch)].startswith("  Check it  genaudit compare ")


def test_a_sketch_that_does_not_fit_a_screen_is_left_out() -> None:
    """A part of it would lose data; asked for, or where no screen is filled, it is whole."""
    text = render(eager(), "text", width=80).decode()

    assert "Sketch, adapt it: -v shows it, and the HTML report." in " ".join(text.split())
    assert "for start in" not in text


@pytest.mark.parametrize(("width", "verbosity"), [(30, 1), (60, 1), (79, 1), (80, 2), (120, 2)])
def test_what_is_to_be_copied_is_whole(width: int, verbosity: int) -> None:
    """The sketch is Python, the command is one to a shell: nothing is cut, framed, or parted in a quoted word."""
    command = "genaudit compare 'a b.py:eager' 'a b_new.py:eager' --arg 'paths=glob:train images/*.jpg' --check-batches"
    outcome = msgspec.structs.replace(
        eager().outcomes[0], fix=with_check((eager().outcomes[0].fix or "").rpartition("\n")[0], command)
    )
    report = msgspec.structs.replace(eager(), outcomes=[outcome])
    text = render(report, "text", width=width, verbosity=verbosity).decode()
    before, _, after = text.partition("Check it  ")
    code = before.partition("Sketch, adapt it:\n")[2]
    lines = list(itertools.takewhile(str.strip, after.splitlines()))

    assert textwrap.dedent(code).strip("\n") == read_advice(outcome.fix).code
    assert ast.parse(textwrap.dedent(code)).body
    # As a shell reads it, to which a line that ends with a backslash goes on.
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == shlex.split(command)


def test_tiles_of_a_target_that_is_accounted_at_one_size() -> None:
    """What an item takes is known, though no two sizes were measured: no tile says that it is not."""
    cards = {card.label: card for card in summary_cards(accounted())}
    per_item, full = cards["Growth per image"], cards["Images until memory is full"]

    assert f"{full.value} images" in str(accounted().summary.consequence)
    assert (per_item.value, per_item.detail, per_item.tone) == ("192 KiB", "by what is held at one size", "bad")
    assert (full.value, full.detail) == ("87,000", "16.0 GiB; by what is held at one size")


def test_no_curve_before_the_first_batch() -> None:
    """Of a script that was interrupted while it was set up: its peak, and no count of batches that never were."""
    report = eager()
    assert report.batches is not None
    report = msgspec.structs.replace(
        report,
        failure=Failure(reason="interrupted", phase="setup"),
        batches=msgspec.structs.replace(report.batches, count=0),
    )
    text = render(report, "text").decode()

    assert re.search(r"Memory    peak \d", text)
    assert "0 batches" not in text
