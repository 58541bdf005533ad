"""What the experiment suspects after its first trials, and what it holds to be open."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from genaudit.evidence.evidence import Evidence
from genaudit.evidence.suspicion import Suspicion, suspicion
from genaudit.model.limits import Limits
from genaudit.model.outcome import Interval
from genaudit.model.recording import Trial
from genaudit.units import KIB, MIB
from tests import build as made
from tests.build import BATCH_ITEMS, ITEM

Shape = Callable[[int, int, int], float]

FLAT: Shape = lambda n, b, e: 200 * KIB  # noqa: E731
EAGER: Shape = lambda n, b, e: n * ITEM  # noqa: E731
CACHE: Shape = lambda n, b, e: min(n, b * BATCH_ITEMS) * ITEM  # noqa: E731
LEAK: Shape = lambda n, b, e: b * ITEM  # noqa: E731
PER_EPOCH: Shape = lambda n, b, e: (e - 1) * MIB  # noqa: E731
A_LITTLE_PER_EPOCH: Shape = lambda n, b, e: (e - 1) * 48 * KIB  # noqa: E731


def suspected(*trials: Trial, limits: Limits | None = None) -> Suspicion:
    """What these trials make suspect."""
    return suspicion(made.evidence(*trials), limits or Limits())


def flags(result: Suspicion) -> set[str]:
    """The names of what is set."""
    return {name for name, is_set in msgspec.to_builtins(result).items() if is_set}


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        pytest.param(FLAT, set(), id="flat"),
        pytest.param(EAGER, {"eager"}, id="everything at once"),
        pytest.param(CACHE, {"cache"}, id="a cache of everything"),
        pytest.param(LEAK, {"growth"}, id="something kept of every batch"),
        pytest.param(PER_EPOCH, {"growth_by_epoch", "epoch_rise", "growth_open"}, id="something kept of every epoch"),
        pytest.param(A_LITTLE_PER_EPOCH, {"epoch_rise"}, id="a little kept of every epoch"),
    ],
)
def test_each_shape_is_suspected_of_itself_alone(shape: Shape, expected: set[str]) -> None:
    """Trials of four sizes over three epochs; growth by batches stays open where each epoch adds something."""
    result = suspected(*made.at_sizes(shape))

    assert flags(result) == expected
    assert result.any is bool(expected - {"epoch_rise"})


def test_one_size_tells_nothing_of_the_data_set() -> None:
    """A law takes two sizes: neither suspicion nor doubt without them."""
    result = suspected(made.trial(512, lambda batch, epoch: 512 * ITEM, kind="clean"))

    assert flags(result) == set()


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        pytest.param(lambda n, b, e: min(n, 128) * ITEM, {"eager", "levels_off"}, id="a buffer"),
        pytest.param(lambda n, b, e: min(n, b * BATCH_ITEMS, 256) * ITEM, {"cache", "levels_off"}, id="a cache"),
        pytest.param(
            lambda n, b, e: min(n, 128) * ITEM + (b - 1) * ITEM,
            {"eager", "growth", "levels_off"},
            id="a buffer, and a leak",
        ),
    ],
)
def test_what_ends_at_a_bound_has_nobody_to_blame(shape: Shape, expected: set[str]) -> None:
    """No trial looks for its line, which takes longer than all the others; unless something else has one."""
    result = suspected(*made.at_sizes(shape))

    assert flags(result) == expected
    assert result.any is ("growth" in expected)


def test_no_trial_at_all() -> None:
    """Before the first trial growth is open, for nothing rules it out; nothing can be suspected."""
    result = suspected()

    assert flags(result) == {"growth_open"}
    assert not result.any


def test_growth_is_open_until_a_whole_epoch_has_passed() -> None:
    """What is kept in the first epoch may be a cache: only batches past it tell."""
    short = made.trial(512, lambda batch, epoch: batch * ITEM, batches=40, kind="clean")

    assert {"growth", "growth_open"} <= flags(suspected(short))


def test_growth_is_closed_by_a_flat_trial() -> None:
    """What leaks in one trial leaks in all, so one that is flat clears the target."""
    flat = made.trial(64, lambda batch, epoch: 0, epochs=30)
    growing = made.trial(512, lambda batch, epoch: batch * ITEM, kind="clean")

    assert not {"growth", "growth_open"} & flags(suspected(flat, growing))


@pytest.mark.parametrize(("threads", "expected"), [(4, set()), (1, {"growth", "growth_open"})])
def test_heaps_of_threads_are_no_growth(threads: int, expected: set[str]) -> None:
    """A rise by less than four batches in all may be the heaps of threads; with one thread it is growth."""
    trial = made.trial(None, lambda batch, epoch: batch * 8 * KIB, batches=200, kind="clean")
    settled = [msgspec.structs.replace(mark, threads=threads) for mark in trial.settled]
    phases = [msgspec.structs.replace(phase, threads=1) for phase in trial.phases]
    trial = msgspec.structs.replace(trial, settled=settled, phases=phases)

    assert flags(suspected(trial)) - {"handles"} == expected


def caching(share: float) -> Shape:
    """A target that holds a share of the data that it has seen."""
    return lambda n, b, e: min(n, b * BATCH_ITEMS) * ITEM * share


@pytest.mark.parametrize(
    ("share", "is_open"),
    [
        pytest.param(0.0, False, id="nothing"),
        pytest.param(0.24, True, id="near the limit"),
        pytest.param(1.0, False, id="everything"),
    ],
)
def test_a_cache_is_open_where_the_limit_is_within_the_noise(share: float, is_open: bool) -> None:
    """Two small sizes, where the law of the epochs cannot tell a quarter of an item from a little less."""
    result = suspected(*made.at_sizes(caching(share), sizes=(16, 32)))

    assert result.cache_open is is_open


def test_what_was_held_in_between_clears_a_cache() -> None:
    """The ends of epochs say little where a queue fills and drains; the most that was held is the same at any size."""
    trials = made.at_sizes(lambda n, b, e: (b % 2) * made.BATCH, sizes=(16, 32))
    limit = Limits().cached_bytes_per_item(ITEM, None)
    law = made.evidence(*trials).epoch_law

    assert law is not None
    assert law.tail(limit).low <= limit < law.tail(limit).high
    assert not suspected(*trials).cache_open


@pytest.mark.parametrize(
    ("kept", "is_open"), [(0, False), (int(0.45 * made.BATCH), True), (4 * MIB, False)], ids=["none", "near", "much"]
)
def test_growth_by_epoch_is_open_near_its_limit(kept: int, is_open: bool) -> None:
    """Three epochs with some noise, around half a batch for each."""
    wobble = {1: 0, 2: -90 * KIB, 3: 40 * KIB}
    trial = made.trial(512, lambda batch, epoch: (epoch - 1) * kept + wobble[epoch], kind="clean")

    assert suspected(trial).epoch_growth_open is is_open


@pytest.mark.parametrize(
    ("rise", "expected"),
    [
        pytest.param(2 * made.BATCH, False, id="twice a batch"),
        pytest.param(10 * made.BATCH, False, id="ten times, a small share of the process"),
        pytest.param(made.BASE // 2, True, id="half of what the process takes anyway"),
    ],
)
def test_a_spike(rise: int, expected: bool) -> None:
    """More than four times a batch, more than the floor, and so much that the highest memory is lifted."""
    trial = made.trial(64, lambda batch, epoch: 0, kind="clean", transient=lambda batch: rise)

    assert suspected(trial).spike is expected


def test_a_spike_below_the_floor() -> None:
    """A large multiple of a tiny batch is no matter."""
    trial = made.trial(64, lambda batch, epoch: 0, kind="clean", transient=lambda batch: made.BASE // 2)

    assert not suspected(trial, limits=Limits(spike_floor_bytes=made.BASE)).spike


def with_first_rise(n: int) -> Trial:
    """A trial whose first batch takes the whole data set for a moment, and whose others take no more than a batch."""
    return made.trial(
        n,
        lambda batch, epoch: 0,
        kind="clean" if n == 512 else "scaled",
        transient=lambda batch: n * ITEM if batch == 1 else 0,
    )


def test_memory_for_the_whole_data_set_for_a_moment() -> None:
    """No batch rises far, but the rise at the start grows with the data set: that is a spike too."""
    result = suspected(*(with_first_rise(n) for n in (16, 32, 128, 512)))

    assert flags(result) == {"transients"}
    assert result.any
    assert not suspected(with_first_rise(512)).any


@pytest.mark.parametrize("field", ["open_files", "threads", "children"])
@pytest.mark.parametrize(("more", "expected"), [(2, False), (3, True)])
def test_handles(field: str, more: int, expected: bool) -> None:
    """Three more of a kind at the last reading than at the first; fewer are a pool."""
    trial = made.trial(64, lambda batch, epoch: 0, kind="clean")
    last: dict[str, Any] = {field: getattr(trial.settled[0], field) + more}
    settled = [*trial.settled[:-1], msgspec.structs.replace(trial.settled[-1], **last)]

    assert suspected(msgspec.structs.replace(trial, settled=settled)).handles is expected


def test_handles_of_one_reading() -> None:
    """One reading has nothing to be compared with."""
    trial = made.trial(64, lambda batch, epoch: 0, batches=1, kind="clean")

    assert not suspected(trial).handles


def test_traced_trials_do_not_count() -> None:
    """A tracer's own memory is no fault of the target."""
    traced = made.trial(512, lambda batch, epoch: batch * ITEM, kind="traced")

    assert flags(suspicion(Evidence(made.recording(traced)), Limits())) == {"growth_open"}


def interval(value: float, low: float, high: float) -> Interval:
    """A number with its interval."""
    return Interval(value=value, low=low, high=high)


def numbers(**growth: object) -> Any:
    """Evidence of batches of eight items, in which nothing is wrong but what is given.

    Args:
        growth: Of ``growth``; ``first_law`` and ``is_refilling`` of the evidence itself.
    """
    of_growth = {"leak": None, "flattest": None, "epoch_growth": None, "is_heap_filling": False, "leak_is_short": False}
    of_growth |= {name: value for name, value in growth.items() if name in of_growth}
    refilling = growth.get("is_refilling", False)
    return SimpleNamespace(
        item_bytes=float(ITEM),
        data_item_bytes=float(ITEM),
        held_item_bytes=float(ITEM),
        file_bytes_per_item=None,
        batch_bytes=made.BATCH,
        growth=SimpleNamespace(**of_growth),
        first_law=growth.get("first_law"),
        epoch_law=None,
        filled_law=None,
        lost_law=None,
        spike=None,
        settled=[],
        recording=SimpleNamespace(trials=[]),
        is_refilling=lambda limit: refilling,
    )


KEPT = Limits().kept_bytes_per_batch(ITEM)
HELD = Limits().held_bytes_per_item(ITEM, None)
KEPT_PER_EPOCH = Limits().kept_bytes_per_epoch(made.BATCH, ITEM, 512)


@pytest.mark.parametrize(
    ("value", "expected"), [pytest.param(1.01 * HELD, True, id="above"), pytest.param(0.99 * HELD, False, id="below")]
)
def test_the_value_speaks_for_eager_loading(value: float, expected: bool) -> None:
    """An interval that reaches past the limit is not enough by itself."""
    law = SimpleNamespace(per_item=interval(value, 0.0, 2 * HELD), levels_off=lambda _: False)

    assert suspicion(numbers(first_law=law), Limits()).eager is expected


def leak(value: float, low: float, whole_epochs: int = 1) -> Any:
    """Growth by batches."""
    return SimpleNamespace(per_batch=interval(value, low, 10 * KEPT), whole_epochs=whole_epochs)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(numbers(leak=leak(2 * KEPT, 1.1 * KEPT)), {"growth"}, id="proven"),
        pytest.param(numbers(leak=leak(2 * KEPT, 0.9 * KEPT)), {"growth", "growth_open"}, id="within the noise"),
        pytest.param(numbers(leak=leak(2 * KEPT, 1.1 * KEPT, 0)), {"growth", "growth_open"}, id="in the first epoch"),
        pytest.param(numbers(leak=leak(0.9 * KEPT, 0.0)), {"growth_open"}, id="the value is below the limit"),
        pytest.param(
            numbers(leak=leak(2 * KEPT, 1.1 * KEPT), leak_is_short=True),
            {"growth", "growth_open"},
            id="heaps may yet fill",
        ),
        pytest.param(numbers(leak=leak(2 * KEPT, 1.1 * KEPT), is_heap_filling=True), set(), id="heaps that fill"),
        pytest.param(numbers(leak=leak(2 * KEPT, 1.1 * KEPT), is_refilling=True), set(), id="a cache that is rebuilt"),
        pytest.param(
            numbers(leak=leak(2 * KEPT, 1.1 * KEPT), flattest=SimpleNamespace(highest=0.9 * KEPT)),
            set(),
            id="flat in one trial",
        ),
        pytest.param(
            numbers(leak=leak(2 * KEPT, 1.1 * KEPT), flattest=SimpleNamespace(highest=1.1 * KEPT)),
            {"growth"},
            id="flat in none",
        ),
    ],
)
def test_growth_by_batches(evidence: Any, expected: set[str]) -> None:
    """Suspected by its value, proven by the low end of its interval, and ruled out by what else explains it."""
    assert flags(suspicion(evidence, Limits())) == expected


@pytest.mark.parametrize(
    ("at_turns", "expected"),
    [
        pytest.param(interval(1.5, 1.1, 2.0), {"growth_by_epoch", "epoch_rise"}, id="beyond noise"),
        pytest.param(interval(1.5, 0.9, 2.0), {"growth_by_epoch", "epoch_growth_open", "epoch_rise"}, id="within it"),
        pytest.param(interval(0.9, 0.0, 1.1), {"epoch_growth_open"}, id="the value is below the limit"),
        pytest.param(interval(0.5, 0.2, 0.9), {"epoch_rise"}, id="below the limit, and a rise"),
        pytest.param(interval(0.0, -0.1, 0.1), set(), id="flat"),
    ],
)
def test_growth_by_epochs(at_turns: Interval, expected: set[str]) -> None:
    """In multiples of the limit, which is half a batch."""
    scaled = Interval(
        value=at_turns.value * KEPT_PER_EPOCH, low=at_turns.low * KEPT_PER_EPOCH, high=at_turns.high * KEPT_PER_EPOCH
    )
    growth = SimpleNamespace(at_turns=scaled, items=512)

    assert flags(suspicion(numbers(epoch_growth=growth), Limits())) - {"growth_open"} == expected


@pytest.mark.parametrize("shape", [FLAT, EAGER])
def test_a_cache_is_open_where_noise_is_as_large_beside_what_was_loaded_first_too(shape: Shape) -> None:
    """What the first batch retained is no part of a cache: the rest lies within the noise of a large process."""
    assert suspected(*made.at_sizes(shape, (16, 32), base=700 * MIB)).cache_open
