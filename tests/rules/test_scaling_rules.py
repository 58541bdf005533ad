"""The six shapes of the memory surface, each by the rule that is about it, and the shapes beside it that pass."""

from collections.abc import Callable

import msgspec
import pytest

from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.rules.batch_growth import batch_growth
from genaudit.rules.eager_load import eager_load
from genaudit.rules.epoch_growth import epoch_growth
from genaudit.rules.unbounded_cache import unbounded_cache
from genaudit.units import KIB, MIB
from tests.build import BATCH_ITEMS, ITEM, at_sizes, evidence, trial, with_readings
from tests.evidence.retention.made import Step, generator, walk

Shape = Callable[[int, int, int], float]

FLAT: Shape = lambda n, b, e: 200 * KIB  # noqa: E731
EAGER: Shape = lambda n, b, e: n * ITEM  # noqa: E731
INDEX: Shape = lambda n, b, e: n * 200  # noqa: E731
BUFFER_OF_64: Shape = lambda n, b, e: min(n, 64) * ITEM  # noqa: E731
CACHE: Shape = lambda n, b, e: min(n, b * BATCH_ITEMS) * ITEM  # noqa: E731
CACHE_OF_64: Shape = lambda n, b, e: min(n, b * BATCH_ITEMS, 64) * ITEM  # noqa: E731
LEAK: Shape = lambda n, b, e: b * ITEM  # noqa: E731
LEAK_AND_EAGER: Shape = lambda n, b, e: n * ITEM + b * 4 * ITEM  # noqa: E731
OF_EPOCH: Shape = lambda n, b, e: (b * BATCH_ITEMS - (e - 1) * n) % n * ITEM  # noqa: E731
PER_EPOCH: Shape = lambda n, b, e: (e - 1) * MIB  # noqa: E731
LATE_TABLE: Shape = lambda n, b, e: 8 * MIB if b >= 20 else 0  # noqa: E731


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        pytest.param(FLAT, Verdict.PASS, id="flat"),
        pytest.param(EAGER, Verdict.FAIL, id="everything at once"),
        pytest.param(INDEX, Verdict.PASS, id="an index"),
        pytest.param(BUFFER_OF_64, Verdict.PASS, id="a buffer that is full"),
        pytest.param(CACHE, Verdict.PASS, id="a cache has one batch then"),
        pytest.param(LEAK, Verdict.PASS, id="so has a leak"),
        pytest.param(LEAK_AND_EAGER, Verdict.FAIL, id="both"),
    ],
)
def test_eager_load(shape: Shape, verdict: Verdict) -> None:
    """What is held after the first batch, over the size of the data set."""
    answer = eager_load.check(evidence(*at_sizes(shape)), Limits())

    assert answer.verdict is verdict
    if verdict is Verdict.FAIL:
        assert answer.value == pytest.approx(ITEM, rel=0.02)
        assert answer.noise.low <= ITEM <= answer.noise.high


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        pytest.param(FLAT, Verdict.PASS, id="flat"),
        pytest.param(EAGER, Verdict.PASS, id="eager is another rule's"),
        pytest.param(CACHE, Verdict.FAIL, id="a cache of everything"),
        pytest.param(CACHE_OF_64, Verdict.PASS, id="a cache with a bound"),
        pytest.param(LEAK, Verdict.PASS, id="a leak is another rule's"),
        pytest.param(PER_EPOCH, Verdict.PASS, id="growth per epoch is another rule's"),
    ],
)
def test_unbounded_cache(shape: Shape, verdict: Verdict) -> None:
    """What an epoch leaves, over the size of the data set."""
    assert unbounded_cache.check(evidence(*at_sizes(shape)), Limits()).verdict is verdict


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        pytest.param(FLAT, Verdict.PASS, id="flat"),
        pytest.param(EAGER, Verdict.PASS, id="eager"),
        pytest.param(CACHE, Verdict.PASS, id="a cache is flat past an epoch"),
        pytest.param(CACHE_OF_64, Verdict.PASS, id="so is one with a bound"),
        pytest.param(LEAK, Verdict.FAIL, id="an item a batch"),
        pytest.param(LEAK_AND_EAGER, Verdict.FAIL, id="four items a batch, and eager"),
        pytest.param(PER_EPOCH, Verdict.PASS, id="the turn of an epoch is another rule's"),
    ],
)
def test_batch_growth(shape: Shape, verdict: Verdict) -> None:
    """What batches leave past a whole epoch."""
    assert batch_growth.check(evidence(*at_sizes(shape)), Limits()).verdict is verdict


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        pytest.param(FLAT, Verdict.PASS, id="flat"),
        pytest.param(LEAK, Verdict.PASS, id="what batches leave is another rule's"),
        pytest.param(PER_EPOCH, Verdict.FAIL, id="a MiB an epoch"),
        pytest.param(CACHE, Verdict.PASS, id="a cache"),
    ],
)
def test_epoch_growth(shape: Shape, verdict: Verdict) -> None:
    """What the turn of an epoch leaves."""
    assert epoch_growth.check(evidence(*at_sizes(shape)), Limits()).verdict is verdict


@pytest.mark.parametrize(("more", "verdict"), [(0.1, Verdict.NOT_APPLICABLE), (0.5, Verdict.FAIL)])
def test_what_is_little_beside_a_leak_is_its_noise(more: float, verdict: Verdict) -> None:
    """A leak that is a little faster in a longer drive is no cache beside it; half as much again is."""
    sizes = (16, 32, 128, 512)
    trials = at_sizes(lambda n, b, e: (b + more * min(b, n // BATCH_ITEMS)) * BATCH_ITEMS * ITEM * 4, sizes=sizes)

    assert unbounded_cache.check(evidence(*trials), Limits()).verdict is verdict


@pytest.mark.parametrize(("epochs", "verdict"), [(4, Verdict.INCONCLUSIVE), (12, Verdict.FAIL)])
def test_a_few_batches_over_a_few_epochs_may_be_the_heaps_of_threads(epochs: int, verdict: Verdict) -> None:
    """Where there are other processes or threads: over more epochs it is no filling of heaps."""
    driven = trial(64, lambda b, e: (e - 1) * 0.8 * BATCH_ITEMS * ITEM, epochs=epochs)
    shared = msgspec.structs.replace(
        driven, settled=[msgspec.structs.replace(mark, children=1) for mark in driven.settled]
    )

    assert epoch_growth.check(evidence(driven), Limits()).verdict is Verdict.FAIL
    assert epoch_growth.check(evidence(shared), Limits()).verdict is verdict


@pytest.mark.parametrize(("batches", "verdict"), [(21, Verdict.INCONCLUSIVE), (200, Verdict.FAIL)])
def test_pages_that_workers_copy_are_no_leak_of_small_batches(batches: int, verdict: Verdict) -> None:
    """Reference counts that are written take a page each, however small the batch; over more batches all are copied."""
    driven = trial(4096, lambda b, e: b * 20 * KIB, batches=batches)
    of_workers = msgspec.structs.replace(
        driven,
        batches=[msgspec.structs.replace(mark, batch_bytes=512) for mark in driven.batches],
        settled=[msgspec.structs.replace(mark, children=2) for mark in driven.settled],
    )

    assert batch_growth.check(evidence(of_workers), Limits()).verdict is verdict


@pytest.mark.parametrize(
    ("shape", "is_cache", "growth"),
    [
        pytest.param(LEAK, False, Verdict.FAIL, id="goes on"),
        pytest.param(CACHE, True, Verdict.PASS, id="a cache"),
    ],
)
def test_part_of_a_second_epoch_tells_a_leak_from_a_cache(shape: Shape, is_cache: bool, growth: Verdict) -> None:
    """Where items take long, no second epoch comes to its end."""
    small, whole = 8 * BATCH_ITEMS, 50 * BATCH_ITEMS
    held = evidence(
        trial(small, lambda b, e: shape(small, b, e), batches=14),
        trial(whole, lambda b, e: shape(whole, b, e), kind="clean", batches=50),
    )

    assert (unbounded_cache.check(held, Limits()).verdict is Verdict.FAIL) is is_cache
    assert batch_growth.check(held, Limits()).verdict is growth


@pytest.mark.parametrize(
    ("kept", "is_flat"),
    [
        pytest.param(lambda b: b % 25 * 8 * ITEM, True, id="let go every 25 batches"),
        pytest.param(lambda b: b % 25 * 8 * ITEM + b * ITEM, False, id="and a leak beside it"),
    ],
)
def test_what_comes_and_goes_over_many_epochs_is_no_growth(kept: Callable[[int], float], is_flat: bool) -> None:
    """Within an epoch it looks like growth; over all of them there is no more."""
    driven = trial(20 * BATCH_ITEMS, lambda b, e: kept(b), kind="clean", batches=1000, settle_every=12)

    assert (batch_growth.check(evidence(driven), Limits()).verdict is Verdict.PASS) is is_flat


@pytest.mark.parametrize(("shape", "rate"), [(OF_EPOCH, 0), (LEAK, ITEM)], ids=["let go", "kept"])
def test_what_goes_with_the_first_epoch_does_not_go_on(shape: Shape, rate: float) -> None:
    """Though it comes again in what was driven of the second."""
    items = 8 * BATCH_ITEMS

    assert evidence(trial(items, lambda b, e: shape(items, b, e), batches=14)).growth.rate_past_an_epoch == rate


def test_a_window_over_many_small_epochs_is_no_leak() -> None:
    """A rise in a small trial that a longer drive shows to end is warm-up."""
    window = lambda batch, epoch: min(batch, 60) * ITEM  # noqa: E731
    small = trial(16, window, epochs=8)
    long = trial(512, window, kind="clean", batches=400, settle_every=10)

    assert batch_growth.check(evidence(small, long), Limits()).verdict is Verdict.PASS


def test_without_a_data_set_growth_in_n_does_not_apply() -> None:
    """The answer says what to add."""
    answer = eager_load.check(evidence(trial(None, lambda b, e: 0, kind="clean", batches=50)), Limits())

    assert answer.verdict is Verdict.NOT_APPLICABLE
    assert "--args-from" in answer.message


@pytest.mark.parametrize(
    ("kept_bytes", "verdict"),
    [
        pytest.param(0.8 * 0.05 * ITEM, Verdict.PASS, id="below the limit"),
        pytest.param(1.5 * 0.05 * ITEM, Verdict.FAIL, id="above it"),
    ],
)
def test_both_sides_of_the_limit_of_a_batch(kept_bytes: float, verdict: Verdict) -> None:
    """The limit is 5 % of an item for every batch."""
    trials = at_sizes(lambda n, b, e: b * kept_bytes)

    assert batch_growth.check(evidence(*trials), Limits()).verdict is verdict


@pytest.mark.parametrize(
    ("per_item", "verdict"),
    [
        pytest.param(0.9 * 0.06 * ITEM, Verdict.PASS, id="below the limit"),
        pytest.param(1.1 * 0.06 * ITEM, Verdict.FAIL, id="above it"),
    ],
)
def test_both_sides_of_the_limit_of_an_index(per_item: float, verdict: Verdict) -> None:
    """Up to 6 % of an item is an index."""
    trials = at_sizes(lambda n, b, e: n * per_item)

    assert eager_load.check(evidence(*trials), Limits()).verdict is verdict


def test_growth_that_noise_hides_is_inconclusive() -> None:
    """A limit inside the interval is no answer."""
    few = [
        trial(16, lambda b, e: 16 * 5 * KIB, epochs=1),
        trial(32, lambda b, e: 32 * 5 * KIB, kind="clean", epochs=1),
    ]

    assert eager_load.check(evidence(*few), Limits()).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        pytest.param(5 * KIB, Verdict.FAIL, id="as much by references"),
        pytest.param(0.2 * KIB, Verdict.PASS, id="names"),
        pytest.param(64 * KIB, Verdict.INCONCLUSIVE, id="far more than the readings"),
    ],
)
def test_growth_that_noise_hides_is_seen_by_references(found: float, verdict: Verdict) -> None:
    """Which lead to exact sizes; they have to agree with what was read."""
    trials = [
        trial(16, lambda b, e: 16 * 4 * KIB, epochs=1),
        trial(64, lambda b, e: 64 * 4 * KIB, kind="clean", epochs=1),
    ]
    walked = [
        msgspec.structs.replace(
            trial(items, lambda batch, epoch: 0.0, kind="walked", batches=1),
            retention=[walk(generator(n_bytes=round(found * items)))],
        )
        for items in (16, 64)
    ]

    assert eager_load.check(evidence(*trials), Limits()).verdict is Verdict.INCONCLUSIVE
    assert eager_load.check(evidence(*trials, *walked), Limits()).verdict is verdict


@pytest.mark.parametrize(("data", "level"), [(2 * KIB, Level.NOTE), (8 * KIB, None)], ids=["headers", "data"])
def test_what_the_first_batch_left_in_one_of_many_is_no_part_of_the_others(data: int, level: Level | None) -> None:
    """Handles of files with a header each, one of which has read its image: what is held of each is the header."""
    each = 4 * KIB + data

    def opened(items: int) -> Step:
        array = Step("attribute", "_image", "memmap", MIB, data_bytes=MIB, count=1)
        handles = Step("entry", "", "Image", MIB + items * each, array, data_bytes=MIB + items * data, count=items)
        return Step(
            "variable", "images", "list", handles.node.bytes, handles, data_bytes=MIB + items * data, entries=items
        )

    trials = [
        msgspec.structs.replace(made, retention=[walk(opened(made.items))])
        for made in at_sizes(lambda n, b, e: MIB + n * each)
    ]

    assert eager_load.check(evidence(*trials), Limits()).level is level


def test_a_leak_is_not_hidden_by_small_last_batches() -> None:
    """Of a data set that batches do not divide, the last batch of an epoch keeps less: no sign that nothing is kept."""
    per_epoch = 512 // BATCH_ITEMS

    def kept(batch: int, epoch: int) -> float:
        return batch * 8 * ITEM - (4 * ITEM if batch % per_epoch == 0 else 0)

    clean = trial(512, kept, kind="clean", batches=3 * per_epoch, settle_every=per_epoch - 1)

    assert batch_growth.check(evidence(clean), Limits()).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("first_batches", "verdict"), [((64, 128), Verdict.PASS), ((), Verdict.INCONCLUSIVE)], ids=["seen", "not seen"]
)
def test_a_buffer_that_a_first_batch_fills_is_full_after_an_epoch(
    first_batches: tuple[int, ...], verdict: Verdict
) -> None:
    """Few sizes have a whole epoch; that memory is as high with fewer items shows that they did not run out."""
    full = lambda n: lambda batch, epoch: min(n, 64) * ITEM  # noqa: E731
    trials = [trial(size, full(size), epochs=2) for size in (16, 32)]
    trials += [trial(size, full(size), batches=1) for size in first_batches]
    trials.append(trial(200, full(200), kind="clean", epochs=1))

    answer = unbounded_cache.check(evidence(*trials), Limits())

    assert answer.verdict is verdict


def test_memory_that_stops_growing_may_be_items_that_ran_out() -> None:
    """A function that hides its data in an object may have returned fewer items than it was asked for."""
    hidden = [
        msgspec.structs.replace(
            made, arguments=msgspec.structs.replace(made.arguments, arguments={"settings": "Settings"})
        )
        for made in at_sizes(lambda n, b, e: min(n, 240) * ITEM, sizes=(32, 64, 128, 256, 512))
        if made.arguments is not None
    ]

    answer = eager_load.check(evidence(*hidden), Limits())

    assert answer.verdict is Verdict.INCONCLUSIVE
    assert "fewer items than asked" in answer.message


@pytest.mark.parametrize(
    ("read", "held", "verdict"),
    [
        pytest.param(lambda batch: batch * MIB, 0, Verdict.PASS, id="a library's buffer"),
        pytest.param(lambda batch: min(batch, 25) * MIB, 0, Verdict.INCONCLUSIVE, id="nothing more is read"),
        pytest.param(lambda batch: batch * MIB, ITEM, Verdict.INCONCLUSIVE, id="the target holds what came"),
        pytest.param(lambda batch: None, 0, Verdict.INCONCLUSIVE, id="nobody knows what is read"),
    ],
)
def test_a_buffer_of_files_is_told_from_items_that_ran_out(
    read: Callable[[int], int | None], held: int, verdict: Verdict
) -> None:
    """Where fewer items were there than a number asked for, and all are kept, no file is read any more."""
    full = lambda n: lambda batch, epoch: min(n, batch * BATCH_ITEMS, 200) * ITEM  # noqa: E731
    made = [trial(size, full(size), kind="clean" if size == 640 else "scaled") for size in (32, 64, 128, 256, 640)]
    made += [
        trial(size, full(size), kind="walked", retention=[walk(generator(n_bytes=90 * KIB + size * held), at="end")])
        for size in (32, 640)
    ]
    counted = [
        msgspec.structs.replace(
            with_readings(each, lambda mark: {"read_bytes": read(mark.batch)}),
            arguments=msgspec.structs.replace(each.arguments, dataset_kind="number"),
        )
        for each in made
        if each.arguments is not None
    ]

    assert unbounded_cache.check(evidence(*counted), Limits()).verdict is verdict


DRAWN = {32: (8604, 8620, 8624), 64: (8648, 10276, 12512), 96: (12508, 12884, 15048), 120: (13044, 17288, 17340)}
"""KiB at the end of each epoch, as measured: tables of 83 KiB, kept when drawn; Arrow takes 2 MiB at a time."""
BOUNDED = {size: tuple(min(12600, value) for value in values) for size, values in DRAWN.items()}


@pytest.mark.parametrize(
    ("table", "found", "verdict"),
    [
        pytest.param(DRAWN, (1.9, 5.8), Verdict.FAIL, id="a cache of all that was drawn"),
        pytest.param(BOUNDED, (1.9, 4.0), Verdict.INCONCLUSIVE, id="a cache with a bound"),
        pytest.param(DRAWN, (0.1, 0.1), Verdict.INCONCLUSIVE, id="a heap that fills"),
    ],
)
def test_a_cache_of_items_that_are_drawn(table: dict, found: tuple[float, float], verdict: Verdict) -> None:
    """An epoch, as it is counted, has seen two thirds of them: what a few epochs leave grows with the data set."""
    seen: Shape = lambda n, b, e: (8600 if b == 1 and n > 32 else table[n][e - 1]) * KIB  # noqa: E731
    made = at_sizes(seen, sizes=tuple(table))
    walked = [
        trial(
            items,
            lambda batch, epoch, n=items: seen(n, batch, epoch),
            kind="walked",
            epochs=1,
            retention=[walk(generator(n_bytes=round(mib * MIB)), at="end")],
        )
        for items, mib in zip((32, 120), found, strict=True)
    ]

    answer = unbounded_cache.check(evidence(*made, *walked), Limits())

    assert answer.verdict is verdict
    if verdict is Verdict.FAIL:
        assert answer.value == pytest.approx(100 * KIB, rel=0.1)
