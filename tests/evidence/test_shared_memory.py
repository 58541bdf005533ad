"""Targets with threads and workers: whose readings are compared, what their heaps explain, and what they do not."""

import msgspec
import pytest

from genaudit.evidence import readings
from genaudit.evidence.growth import epoch_growth
from genaudit.evidence.law import LawFit, Point, fit_law
from genaudit.evidence.resolution import inside_epochs, scatter_about
from genaudit.model import Verdict
from genaudit.model.limits import Limits
from genaudit.model.marks import SettledMark
from genaudit.model.recording import Trial
from genaudit.rules.batch_growth import batch_growth
from genaudit.rules.scaling import grows_with_items
from genaudit.rules.unbounded_cache import unbounded_cache
from genaudit.units import KIB, MIB
from tests import build as made

WORKERS = {"1": 10 * MIB, "2": 5 * MIB, "3": 5 * MIB}


def law(*points: tuple[int, float]) -> LawFit:
    law = fit_law([Point(items=n, n_bytes=round(held)) for n, held in points], resolution=40 * KIB)
    assert law is not None
    return law


def with_workers(trial: Trial) -> Trial:
    """The same trial with two child processes all the time."""
    marks = [msgspec.structs.replace(mark, children=2, tree=WORKERS) for mark in trial.settled]
    return msgspec.structs.replace(trial, settled=marks)


def test_a_drive_under_another_allocator_is_not_compared() -> None:
    """Unless it is all there is."""
    small = made.trial(16, lambda b, e: 0.0)
    own = made.trial(512, lambda b, e: 9.0 * MIB, kind="clean", own_allocator=True)

    assert made.evidence(small, own).steady == [small]
    assert made.evidence(own).steady == [own]


def test_what_an_ended_worker_takes_along_is_no_scatter() -> None:
    """A drop of a megabyte counts where the same processes are alive, and else does not."""
    marks = [
        made.settled(1, 2 * MIB, tree=WORKERS, children=2),
        made.settled(2, 1 * MIB, tree=WORKERS, children=2),
    ]
    ended = [marks[0], msgspec.structs.replace(marks[1], tree={**WORKERS, "3": 0})]
    trial = made.trial(64, lambda b, e: 0.0)

    assert inside_epochs([msgspec.structs.replace(trial, settled=marks)]) == pytest.approx(MIB)
    assert inside_epochs([msgspec.structs.replace(trial, settled=ended)]) == 0.0


def test_readings_at_one_strength() -> None:
    """Those with as many processes as most often; a zombie holds nothing."""
    alone = made.settled(3, 0, tree={"1": 5 * MIB, "2": 0, "3": 0}, children=2)
    marks = [made.settled(b, 0, tree=WORKERS, children=2) for b in (1, 2)] + [alone]

    assert readings.at_one_strength(marks) == marks[:2]
    assert readings.alive(alone) == frozenset()


def test_points_that_agree_are_as_sharp_as_they_say() -> None:
    """Four points on a line within 8 KiB; with three there is no telling."""
    close = law((16, 0), (32, 8 * KIB), (64, 0), (128, 0))

    assert scatter_about(close) == pytest.approx(12 * KIB, rel=0.2)
    assert scatter_about(law((16, 0), (32, 8 * KIB), (64, 0))) is None


def test_a_queue_that_drains_does_not_hide_that_nothing_is_cached() -> None:
    """Between the readings of an epoch it falls by far more than the limit; full, it is the same at every size."""
    sizes = (32, 128, 256, 512)

    def queue(items: int, batch: int, _epoch: int) -> float:
        left = items // made.BATCH_ITEMS - batch
        return min(left, 3) * 4 * made.BATCH + (batch * 7919 % 5) * made.BATCH if left else 0.0

    trials = made.at_sizes(queue, sizes)
    evidence = made.evidence(*trials)

    assert evidence.filled_law is not None
    assert unbounded_cache.check(evidence, Limits()).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("threads", "verdict"), [(3, Verdict.INCONCLUSIVE), (1, Verdict.FAIL)], ids=["threads", "none"]
)
def test_batches_in_the_hands_of_threads_may_lie_on_a_line_by_chance(threads: int, verdict: Verdict) -> None:
    """One at the middle sizes, two at the largest: beside a queue that drains that is no proof of a cache."""
    hands = {64: 0, 160: 1, 192: 1, 288: 2}

    def queue(items: int, batch: int, epoch: int) -> float:
        left = items * epoch // made.BATCH_ITEMS - batch
        return 8 * MIB + (min(left, 3) * 2 + hands[items] * (batch > 1)) * 3 * made.BATCH

    trials = [
        msgspec.structs.replace(
            made.with_readings(each, lambda mark: {"threads": threads}),
            batches=[msgspec.structs.replace(mark, batch_bytes=3 * made.BATCH) for mark in each.batches],
            arguments=msgspec.structs.replace(each.arguments, file_bytes_per_item=3.4 * KIB),
            phases=[msgspec.structs.replace(phase, threads=1) for phase in each.phases],
        )
        for each in made.at_sizes(queue, tuple(hands))
        if each.arguments is not None
    ]

    assert unbounded_cache.check(made.evidence(*trials), Limits()).verdict is verdict


@pytest.mark.parametrize(
    ("per_item", "jitter", "verdict"),
    [
        pytest.param(0.0, 40 * KIB, Verdict.PASS, id="near each other"),
        pytest.param(0.0, 160 * KIB, Verdict.INCONCLUSIVE, id="scattered"),
        pytest.param(3.4 * KIB, 40 * KIB, Verdict.FAIL, id="growing by a compressed file each"),
    ],
)
def test_highest_readings_that_agree_clear_a_large_framework(per_item: float, jitter: int, verdict: Verdict) -> None:
    """At the end of an epoch a batch waits or does not, and pictures are far larger than their files."""
    base, ahead = 400 * MIB, 1536 * KIB

    def threads(items: int, batch: int, _epoch: int) -> float:
        left = items // made.BATCH_ITEMS - batch
        kept = per_item * min(items, batch * made.BATCH_ITEMS) + (items == 128) * jitter
        return 8 * MIB + kept + (2 * ahead if left > 0 else ahead * (items == 296))

    trials = [
        msgspec.structs.replace(each, arguments=msgspec.structs.replace(each.arguments, file_bytes_per_item=3.4 * KIB))
        for each in made.at_sizes(threads, (64, 128, 144, 296), base=base)
        if each.arguments is not None
    ]

    assert unbounded_cache.check(made.evidence(*trials), Limits()).verdict is verdict


def test_a_cache_is_not_acquitted_by_what_was_held_when_full() -> None:
    """What is cached is there at every reading."""
    trials = made.at_sizes(lambda n, b, e: min(n, b * made.BATCH_ITEMS) * made.ITEM)

    assert unbounded_cache.check(made.evidence(*trials), Limits()).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        # Workers that have ended at small sizes: straight from there on.
        pytest.param({32: 14, 64: 36, 112: 43, 128: 45, 180: 57, 240: 68}, Verdict.FAIL, id="a line in its upper half"),
        pytest.param({32: 14, 64: 36, 112: 43, 128: 45, 180: 45, 240: 45}, Verdict.PASS, id="full"),
    ],
)
def test_small_sizes_may_hold_less(held: dict[int, int], verdict: Verdict) -> None:
    """The larger half of the sizes tells."""
    assert grows_with_items(law(*((n, mib * MIB) for n, mib in held.items())), 3 * KIB)[0] is verdict


@pytest.mark.parametrize(
    ("per_batch", "verdict"),
    [
        pytest.param(16 * KIB, Verdict.INCONCLUSIVE, id="a batch in all: heaps may yet fill"),
        pytest.param(made.BATCH, Verdict.FAIL, id="a whole batch each time"),
    ],
)
def test_heaps_of_workers_take_long_to_fill(per_batch: float, verdict: Verdict) -> None:
    """Without workers either is a leak."""
    trial = made.trial(128, lambda b, e: b * per_batch, epochs=4)

    assert batch_growth.check(made.evidence(with_workers(trial)), Limits()).verdict is verdict
    assert batch_growth.check(made.evidence(trial), Limits()).verdict is Verdict.FAIL


def test_little_over_many_batches_is_a_heap() -> None:
    """Two batches' worth over 300 batches."""
    trial = made.trial(128, lambda b, e: b * 2 * made.BATCH / 300, epochs=20)

    assert batch_growth.check(made.evidence(with_workers(trial)), Limits()).verdict is Verdict.PASS


def test_growth_is_put_down_to_batches_where_longer_epochs_show_more_of_it() -> None:
    """A window over many small epochs, beside a few places that each epoch fills anew."""
    window = [made.trial(n, lambda b, e: b * 90.0 * KIB, epochs=4) for n in (16, 32)]
    per_epoch = [made.trial(n, lambda b, e, n=n: (e * 2 + min(b - (e - 1) * n // 8, 2)) * made.BATCH) for n in (16, 32)]

    for trials, expected in ((window, 0), (per_epoch, 2 * made.BATCH)):
        fits = [fit for trial in trials if (fit := epoch_growth(trial)) is not None]
        assert fits[0].against(fits).at_turns.value == pytest.approx(expected, abs=16 * KIB)


def test_workers_that_begin_anew_are_held_against_those_of_later_epochs() -> None:
    """Heaps that fill in each epoch end with it: a single reading of each later epoch tells that too."""

    def epoch(number: int, *filled: tuple[int, float]) -> list[SettledMark]:
        inside = [made.settled(batch, held, epoch=number, tree=WORKERS, children=2) for batch, held in filled]
        ended = made.settled(number * 126, 599 * KIB, at="epoch", epoch=number, tree={"1": 5 * MIB})
        return [*inside, ended]

    def trial(third: float, fourth: float) -> Trial:
        marks = [
            *epoch(1, (1, 50 * MIB), (50, 97 * MIB), (100, 97.5 * MIB)),
            *epoch(2, (138, 98 * MIB), (200, 98.4 * MIB), (234, 98.6 * MIB)),
            *epoch(3, (291, third * MIB)),
            *epoch(4, (400, fourth * MIB)),
        ]
        driven = made.trial(1008, lambda b, e: 0.0, kind="clean", batches=400, natural=True)
        return msgspec.structs.replace(driven, settled=marks)

    assert batch_growth.check(made.evidence(trial(97.4, 97.3)), Limits()).verdict is Verdict.PASS
    assert batch_growth.check(made.evidence(trial(110, 120)), Limits()).verdict is not Verdict.PASS


@pytest.mark.parametrize(("per_batch", "verdict"), [(4 * KIB, Verdict.PASS), (40 * KIB, Verdict.FAIL)])
def test_what_workers_gain_in_an_epoch_has_its_end(per_batch: int, verdict: Verdict) -> None:
    """A batch or two in all of it are pages that they copy; more that goes on in the next is no such thing."""
    marks = [
        made.settled(batch, 90 * MIB + per_batch * batch, tree=WORKERS, children=2) for batch in (1, 24, 48, 72, 90)
    ]
    marks.append(made.settled(94, 599 * KIB, at="epoch", tree={"1": 5 * MIB}))
    marks.append(made.settled(100, 90 * MIB + per_batch * 100, epoch=2, tree=WORKERS, children=2))
    driven = made.trial(94 * made.BATCH_ITEMS, lambda b, e: 0.0, kind="clean", batches=100, natural=True)
    driven = msgspec.structs.replace(driven, settled=marks, items=None)

    assert batch_growth.check(made.evidence(driven), Limits()).verdict is verdict
