"""Who keeps memory alive, in words: which paths are shown, how they are shortened, and what is said of them."""

import msgspec
import pytest

from genaudit.model import Interval, Report, RunVerdict
from genaudit.model.report import Accounting, Holder, WalkedAt
from genaudit.render.text.holders import (
    accounting_text,
    amount_text,
    holder_of,
    holders_of,
    path_text,
    sentence_of,
    shown_holders,
)
from genaudit.units import KIB, MIB
from tests.build_report import STANDARD, accounted, clean, crash, eager, leak, spike, unscaled

replace = msgspec.structs.replace
HELD = eager().holders[0]
GROWS = leak().holders[0]


def labels(report: Report) -> list[str]:
    return [label for label, _ in shown_holders(report)]


def test_both_lines_of_the_design() -> None:
    """A list in a generator, and a list that a batch is added to each time."""
    assert sentence_of("Held by", HELD) == (
        "Held by inefficient_generator (line 7) › images › list of 400 › ndarray 256x256x3 uint8: "
        "75.0 MiB of 77.5 MiB (sample_generators/inefficient.py:9)"
    )
    assert sentence_of("Grows", GROWS) == (
        "Grows Loader (line 1) › seen › list, +1 a batch › ndarray 8x256x256x3 uint8: "
        "+1.50 MiB a batch (sample_generators/leaking.py:8)"
    )


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (80, "inefficient_generator (line 7) › images › list of 400 › ndarray 256x256x3 uint8"),
        (71, "inefficient_generator › images › list of 400 › ndarray 256x256x3 uint8"),
        (60, "inefficient_generator › images › ndarray 256x256x3 uint8"),
        (40, "inefficient_generator › images › ndarray"),
        (30, "ineff…rator › images › ndarray"),
    ],
)
def test_a_path_loses_what_is_no_step_first(room: int, text: str) -> None:
    """The line, what the container is, details of the payload; then letters of where it begins."""
    assert path_text(HELD, room) == text
    assert len(text) <= room


def test_entries_gained_outlive_details_of_the_payload() -> None:
    """They say what grows."""
    assert path_text(GROWS, 45, label="Grows") == "Loader › seen › list, +1 a batch › ndarray"


def test_a_long_path_is_cut_in_its_middle() -> None:
    """Where it begins and what is held stay, and so does the name that stands behind the root."""
    holder = accounted().holders[0]

    assert path_text(holder, 45) == "ShardLoader › reader › … › fields › ndarray"
    assert path_text(holder, 28) == "ShardLoader › … › ndarray"


@pytest.mark.parametrize("room", [8, 12, 20, 33, 50, 80, 200])
@pytest.mark.parametrize("names", [["x" * 900], ["a", "b" * 900], ["a" * 90, "b" * 90, "c" * 90, "d" * 90], ["", "\n"]])
def test_it_always_fits(names: list[str], room: int) -> None:
    """Whatever keys of a dictionary are called."""
    holder = replace(HELD, names=names)

    assert len(path_text(holder, room)) <= room
    assert "\n" not in path_text(holder)


@pytest.mark.parametrize(
    ("gained", "said"), [(1.07, ", +1 a batch"), (0.5, ", +0.5 a batch"), (32.0, ", +32 a batch"), (0.0, " of 200")]
)
def test_entries_that_come_with_a_batch(gained: float, said: str) -> None:
    """A walk that stands between two batches counts one entry more."""
    assert f"list{said} ›" in path_text(replace(GROWS, gained_per_batch=gained), label="Grows")


def test_amounts() -> None:
    """Of samples about; of what grows by epoch, an epoch."""
    by_epoch = replace(
        GROWS, growth_bytes_per_batch=None, growth_bytes_per_epoch=Interval(value=KIB, low=KIB, high=KIB)
    )

    assert amount_text(replace(HELD, is_sampled=True)) == "about 75.0 MiB of 77.5 MiB"
    assert amount_text(by_epoch, "Grows") == "+1.00 KiB an epoch"
    assert "+1 a batch" not in path_text(by_epoch, label="Grows")


def test_what_answers_for_the_verdict_comes_first() -> None:
    """Growth where it is the finding, then what else is held; at most three."""
    both = replace(
        leak(), holders=[replace(HELD, share=0.3), GROWS, *[replace(HELD, names=[str(n)]) for n in range(5)]]
    )

    assert labels(eager()) == ["Held by"]
    assert labels(leak()) == ["Grows"]
    assert labels(both) == ["Grows", "Held by", "Held by"]
    # What fills a cache is held: that it grows on the way is no finding.
    assert labels(replace(eager(), holders=[GROWS])) == ["Held by"]


def test_small_holders_are_left_out() -> None:
    """They say nothing of the memory."""
    assert labels(replace(eager(), holders=[HELD, replace(HELD, names=["other"], share=0.01)])) == ["Held by"]


def test_nothing_is_said_of_a_target_that_broke() -> None:
    """What it held is not why."""
    assert labels(replace(crash(), holders=[HELD])) == []


@pytest.mark.parametrize(("n_bytes", "shown"), [(40 * MIB, True), (8 * MIB, False)])
def test_a_clean_target_says_what_is_notable(n_bytes: int, shown: bool) -> None:
    """A quarter of the peak is."""
    assert bool(labels(replace(clean(), holders=[replace(HELD, bytes=n_bytes)]))) is shown


@pytest.mark.parametrize(("batches", "shown"), [(6, True), (2, False)])
def test_less_is_notable_where_the_size_was_not_varied(batches: int, shown: bool) -> None:
    """It may grow with the data set."""
    median = unscaled().batches
    assert median is not None
    assert median.bytes_median is not None

    held = replace(HELD, bytes=batches * median.bytes_median)
    assert bool(labels(replace(unscaled(), holders=[held]))) is shown


def test_accounting_is_one_line() -> None:
    """And none where the length of an epoch is not known."""
    unknown = Accounting(held_bytes=MIB, epoch_bytes=None, share=None)

    assert accounting_text(accounted()) == "holds 75.0 MiB, an epoch yields 75.0 MiB"
    assert accounting_text(replace(accounted(), accounting=unknown)) is None
    assert accounting_text(clean()) is None


def test_one_finding_says_it() -> None:
    """The gravest that is about memory that is kept: a spike is not."""
    report = eager()
    spiked = replace(spike(), holders=[HELD])

    assert [bool(holders_of(report, one)) for one in report.outcomes] == [
        one.code == "GA101" for one in report.outcomes
    ]
    assert not any(holders_of(spiked, one) for one in spiked.outcomes)


@pytest.mark.parametrize("name", STANDARD)
def test_every_verdict(name: str) -> None:
    """At most three, and each can be said."""
    shown = shown_holders(STANDARD[name]())

    assert len(shown) <= 3
    assert all(isinstance(holder, Holder) and sentence_of(label, holder) for label, holder in shown)
    assert not shown or STANDARD[name]().verdict is not RunVerdict.ERROR


def test_the_holder_of_a_finding_is_the_one_in_its_line() -> None:
    """Whichever is larger; a finding in another line has none, but for the gravest."""
    report = eager()
    finding, other = report.findings[0], replace(GROWS, location=replace(GROWS.location, line=900))
    both = replace(report, holders=[other, HELD])
    moved = replace(finding, location=replace(finding.location, line=77))
    second = replace(moved, code="GA203", saving_bytes=1)

    assert holder_of(both, finding) == ("Held by", HELD)
    assert holder_of(replace(report, outcomes=[moved]), moved) == ("Held by", HELD)
    assert holder_of(replace(report, outcomes=[finding, second]), second) is None
    assert holder_of(leak(), leak().findings[0]) == ("Grows", GROWS)


def test_what_is_not_kept_has_no_holder() -> None:
    """A spike, and garbage that waits for the collector."""
    report = eager()
    spiking = replace(spike().findings[0], unit="bytes/item")
    garbage = replace(report.findings[0], code="GA204", unit="bytes")

    assert holder_of(replace(report, outcomes=[spiking]), spiking) is None
    assert holder_of(replace(report, outcomes=[garbage]), garbage) is None


def test_entries_are_gained_where_it_was_seen() -> None:
    """Not by the innermost container: each entry may be one too."""
    holder = replace(GROWS, names=["load (line 1)", "seen", "list of 200", "tuple of 2", "ndarray"], gained_at=2)

    assert path_text(holder, label="Grows") == "load (line 1) › seen › list, +1 a batch › tuple of 2 › ndarray"


@pytest.mark.parametrize(
    ("batches", "entries", "shown"),
    [
        pytest.param(1, None, False, id="a constant, after the first batch"),
        pytest.param(1, 400, False, id="a list that was there with the first batch"),
        pytest.param(50, None, False, id="a constant"),
        pytest.param(50, 400, True, id="a list that may have grown"),
    ],
)
def test_a_constant_is_not_what_a_job_died_of(batches: int, entries: int | None, shown: bool) -> None:
    """A job that died leaves one walk, so that nothing was seen to grow: an array of a module is the same in any."""
    names = ["data (module)", "MEANS", "ndarray 2000x1024 float64"]
    constant = replace(HELD, names=names, entries=entries, location=replace(HELD.location, line=6))
    report = replace(leak(), holders=[constant], held_at=WalkedAt(items=64, batches=batches))
    in_line = replace(constant, location=leak().findings[0].location)

    assert bool(shown_holders(report)) is shown
    assert (holder_of(report, report.findings[0]) is not None) is shown
    assert shown_holders(replace(report, holders=[in_line])) == [("Held by", in_line)]


def test_the_holder_in_the_line_that_was_found_comes_first() -> None:
    """A constant of the module may be larger."""
    constant = replace(HELD, names=["data (module)", "MEANS", "ndarray"], bytes=2 * HELD.bytes, location=None)

    assert shown_holders(replace(eager(), holders=[constant, HELD])) == [("Held by", HELD), ("Held by", constant)]


def test_growth_by_call_answers_for_calls() -> None:
    """What is held after batches is another question, and is shown where that has an answer too."""
    called = replace(GROWS, growth_bytes_per_batch=None, growth_bytes_per_call=Interval(value=MIB, low=MIB, high=MIB))
    finding = replace(leak().findings[0], code="GA205", unit="bytes/call")
    report = replace(leak(), holders=[HELD, called], outcomes=[finding])

    assert shown_holders(report) == [("Grows", called)]
    both = replace(report, outcomes=[finding, replace(eager().findings[0], location=None)])
    assert shown_holders(both) == [("Grows", called), ("Held by", HELD)]
    assert holder_of(report, finding) == ("Grows", called)
    assert amount_text(called, "Grows") == "+1.00 MiB a call"


@pytest.mark.parametrize(("part", "shown"), [(0.05, False), (0.2, True)])
def test_what_grows_by_next_to_nothing_of_it_is_not_what_grows(part: float, shown: bool) -> None:
    """A module that was imported while batches were pulled."""
    finding = leak().findings[0]
    assert finding.value is not None
    rate = part * finding.value
    beside = replace(GROWS, growth_bytes_per_batch=Interval(value=rate, low=rate, high=rate))

    assert (("Grows", beside) in shown_holders(replace(leak(), holders=[beside]))) is shown
