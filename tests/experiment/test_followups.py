"""The questions that the sizes leave open, and the trials that answer them."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from genaudit.evidence.handles import COUNTING, FEWEST_TURNS
from genaudit.experiment import sizes
from genaudit.experiment.followups import LONG_DRIVES, LONG_SETTLE_S, MANY_EPOCHS, FollowUps
from genaudit.experiment.session import ExperimentSession
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.recorder.trial.spec import TrialSpec
from genaudit.rules.eager_load import eager_load
from genaudit.units import KIB, MIB
from tests import build
from tests.experiment import made
from tests.experiment.made import MadeTarget, session

WHOLE = 512


def measured(target: MadeTarget, first: tuple[int, ...] = (), whole: tuple[int, ...] = (16, 32)) -> ExperimentSession:
    """A session that has driven the whole, and some sizes up to their first batch or over whole epochs."""
    running = session(target)
    for items in whole:
        running.run(running.whole_epochs({"items": items}))
    for items in first:
        running.run(running.first_batch_only(items))
    running.run(
        running.spec(
            "clean", {"all": True}, batches=50, settle_every=12, extends=False, own_allocator=bool(target.workers)
        )
    )
    return running


def followed(
    target: MadeTarget, running: ExperimentSession, *, may_add_sizes: bool = True, whole: int = WHOLE
) -> list[TrialSpec]:
    """The trials that follow."""
    before = len(target.specs)
    FollowUps(running, whole, may_add_sizes=may_add_sizes).run()
    return target.specs[before:]


def plan(specs: list[TrialSpec]) -> list[tuple[int, int | None]]:
    """Size and epochs of each."""
    return [(spec.size["items"], spec.epochs) for spec in specs]


def noisy_leak(_size: int, batch: int, _epoch: int) -> float:
    """A slow rise below the noise of the readings."""
    return (batch * 7919 % 13) * 40 * KIB + batch * 4 * KIB


@pytest.mark.parametrize("retained", [made.nothing, made.eager, made.leaking])
def test_what_is_clear_needs_no_further_trial(retained: Any) -> None:
    """Clean or not."""
    target = MadeTarget(retained)
    running = measured(target, first=(64, 128))

    assert followed(target, running) == []


# The whole size once more.


def test_a_drive_that_cannot_be_compared_is_made_up_for() -> None:
    """With workers each thread had its own arena: one epoch at that size, with a shared one."""
    target = MadeTarget(workers=2)
    specs = followed(target, measured(target))

    assert plan(specs) == [(WHOLE, 1)]
    assert not specs[0].own_allocator


def test_where_an_epoch_would_take_long_the_first_batch_must_do() -> None:
    """And nothing where that would, too."""
    slow = MadeTarget(workers=2, batch_s=0.2)
    slower = MadeTarget(workers=2, batch_s=0.2, first_batch_s=0.1)
    first, *_ = followed(slow, measured(slow))

    assert (first.size, first.epochs, first.batches) == ({"items": WHOLE}, None, 1)
    assert WHOLE not in [items for items, _ in plan(followed(slower, measured(slower)))]


def test_a_size_that_was_measured_is_not_measured_again() -> None:
    """The whole was among the small ones."""
    target = MadeTarget(workers=2)

    assert followed(target, measured(target, whole=(16, 32, WHOLE))) == []


@pytest.mark.parametrize(("workers", "sizes"), [(2, [WHOLE]), (0, [])], ids=["workers", "none"])
def test_a_whole_that_was_no_fork_is_measured_again_beside_forks_of_workers(workers: int, sizes: list[int]) -> None:
    """A worker shares more with the process that a fork comes from: the first trial, which was none, does not count."""
    first = iter([False])
    target = MadeTarget(workers=workers, change=lambda _, trial: replace(trial, forked=next(first, True)))

    assert [items for items, _ in plan(followed(target, measured(target, whole=(WHOLE, 256))))] == sizes


# A law that bends.


def test_a_law_that_bends_gets_a_size_in_between() -> None:
    """A buffer that became full between the two largest, or a law that rises on."""
    target = MadeTarget(made.buffer(330))
    running = measured(target, first=(64, 128))
    law = running.evidence.first_law
    assert law is not None
    assert (law.bends, law.flattens) == (True, False)
    specs = followed(target, running)

    assert specs[0].size == {"items": 256}
    assert (specs[0].batches, specs[0].epochs) == (1, None)


@pytest.mark.parametrize("items", [16, 100, WHOLE], ids=["full at once", "clearly full", "never full"])
def test_a_law_that_does_not_bend_there_gets_none(items: int) -> None:
    """It tells what it is."""
    target = MadeTarget(made.buffer(items))
    specs = followed(target, measured(target, first=(64, 128)))

    assert [spec for spec in specs if spec.epochs is None] == []


def test_sizes_that_were_named_are_left_as_they_are() -> None:
    """None is added to the law, whatever is open; a longer drive is no size of it."""
    bending, cached = MadeTarget(made.buffer(330)), MadeTarget(made.cached)

    assert followed(bending, measured(bending, first=(64, 128)), may_add_sizes=False) == []
    assert plan(followed(cached, measured(cached), may_add_sizes=False)) == [(16 * build.BATCH_ITEMS, 4)]


# A cache.


def test_a_cache_is_followed_to_the_whole_and_half_of_it() -> None:
    """A line or a step: only sizes in between tell."""
    target = MadeTarget(made.cached)

    assert plan(followed(target, measured(target)))[:2] == [(WHOLE, 1), (256, 1)]


def test_a_cache_is_followed_as_far_as_it_takes_seconds() -> None:
    """Four times the largest, or twice."""
    target = MadeTarget(made.cached, batch_s=0.4)
    slower = MadeTarget(made.cached, batch_s=0.8)
    slowest = MadeTarget(made.cached, batch_s=3.0)

    # 0.05 seconds for each item: 128 take 6.4 seconds.
    assert plan(followed(target, measured(target))) == [(128, 1), (64, 1)]
    assert plan(followed(slower, measured(slower))) == [(64, 1)]
    assert followed(slowest, measured(slowest)) == []


def test_a_cache_of_a_small_data_set_is_followed_beyond_it() -> None:
    """Where a function makes more, and the noise is as large as all that there is."""

    def small_cache(size: int, batch: int, _epoch: int) -> float:
        return min(size, batch * build.BATCH_ITEMS) * build.ITEM * 0.27 + (batch * 7919 % 13) * 100 * KIB

    made_by_function, listed = MadeTarget(small_cache, whole=40, kind="function"), MadeTarget(small_cache, whole=40)
    beyond = (sizes.BEYOND * 40, 1)

    assert beyond in plan(followed(made_by_function, measured(made_by_function, whole=(16, 8)), whole=40))
    assert beyond not in plan(followed(listed, measured(listed, whole=(16, 8)), whole=40))


# Growth over batches.


def test_growth_that_is_open_gets_longer_drives_of_a_small_data_set() -> None:
    """First 64 batches, then 512, settled at other places; whatever a cache keeps of them is full by then."""
    target = MadeTarget(noisy_leak)
    specs = followed(target, measured(target))
    items = 16 * build.BATCH_ITEMS

    assert plan(specs[:2]) == [(items, 4), (items, 32)]
    assert [(spec.settle_every, spec.soft_s) for spec in specs[:2]] == [(every, most) for _, every, most in LONG_DRIVES]
    assert {spec.settle_free_s for spec in specs[:2]} == {LONG_SETTLE_S}


def test_a_longer_drive_that_answers_is_the_last() -> None:
    """The second one would take long."""

    def warming_up(size: int, batch: int, epoch: int) -> float:
        return noisy_leak(size, batch, epoch) if size != 16 * build.BATCH_ITEMS else 0.0

    target = MadeTarget(warming_up)
    running = measured(target)
    assert running.suspicion.growth_open
    specs = followed(target, running)

    assert [items for items, _ in plan(specs)].count(16 * build.BATCH_ITEMS) == 1
    assert not running.suspicion.growth_open


def test_longer_drives_are_left_out_where_they_take_long() -> None:
    """By what an item took."""
    slow, slower = MadeTarget(noisy_leak, batch_s=0.1), MadeTarget(noisy_leak, batch_s=0.5)
    items = 16 * build.BATCH_ITEMS

    # 64 batches of 0.1 seconds take less than 20, and 512 more than 40.
    assert [size for size, _ in plan(followed(slow, measured(slow)))].count(items) == 1
    assert items not in [size for size, _ in plan(followed(slower, measured(slower)))]


def test_a_small_data_set_is_driven_over_more_often() -> None:
    """So that there are as many batches."""
    # Noise from one batch to the next: at sizes of one and two batches nothing slower would be any.
    target = MadeTarget(lambda size, batch, epoch: (batch % 2) * 200 * KIB + batch * 4 * KIB, whole=32)
    specs = followed(target, measured(target, whole=(8, 16)), whole=32)

    assert plan(specs[:2]) == [(32, 16), (32, 128)]
    assert sizes.SMALL_EPOCHS < 16


# Growth over epochs.


def test_growth_by_epoch_gets_many_epochs() -> None:
    """Of the smallest size; what is a window over several of them ends."""
    growing = MadeTarget(lambda _size, _batch, epoch: epoch * 600 * KIB)
    window = MadeTarget(lambda _size, _batch, epoch: min(epoch, 3) * 600 * KIB)
    running = measured(growing, whole=(32, 16))

    assert plan(followed(growing, running)) == [(16, MANY_EPOCHS)]
    assert running.suspicion.growth_by_epoch
    running = measured(window)
    assert running.suspicion.growth_by_epoch
    assert plan(followed(window, running)) == [(16, MANY_EPOCHS)]
    assert not running.suspicion.growth_by_epoch


def test_many_epochs_are_left_out_where_they_take_long() -> None:
    """32 epochs of two batches."""
    target = MadeTarget(lambda _size, _batch, epoch: epoch * 600 * KIB, batch_s=0.5)

    assert followed(target, measured(target)) == []


def threads_by(count: Callable[[int, int], int]) -> Callable[[TrialSpec, Trial], Trial]:
    """So many threads at a size, in an epoch."""
    return lambda _spec, trial: build.with_readings(
        trial, lambda mark: {"threads": count(trial.items or 0, mark.epoch)}
    )


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        pytest.param(lambda size, epoch: 3 + epoch, [(16, FEWEST_TURNS + 2)], id="at each size"),
        pytest.param(lambda size, epoch: 3 + epoch * (size > 100), [], id="where one epoch was driven"),
        pytest.param(lambda size, epoch: 3 + min(epoch, 2), [], id="a pool that is started late"),
        pytest.param(lambda size, epoch: 3, [], id="none"),
    ],
)
def test_threads_of_epochs_are_counted_over_more_of_them(
    count: Callable[[int, int], int], asked: list[tuple[int, int]]
) -> None:
    """Where each turn that was seen left one, at the smallest size that shows it, and for the counts alone."""
    target = MadeTarget(made.nothing, change=threads_by(count))
    added = followed(target, measured(target))

    assert plan(added) == asked
    assert {spec.kind for spec in added} <= {COUNTING}


# Sizes that are too near each other.


HELD = ("before_bytes", "collected_bytes", "retained_bytes", "own_bytes")
MORE = 350 * MIB


def heavy(_spec: TrialSpec, trial: Trial) -> Trial:
    """The trial of a target that imports a framework: two readings differ by 222 KiB, an item's index by 4 KiB."""
    settled = [replace(mark, **{name: getattr(mark, name) + MORE for name in HELD}) for mark in trial.settled]
    phases = [replace(mark, settled_bytes=mark.settled_bytes and mark.settled_bytes + MORE) for mark in trial.phases]
    return replace(trial, settled=settled, phases=phases)


@pytest.mark.parametrize(
    ("kind", "workers", "added"),
    [("list", 0, [build.BATCH_ITEMS]), ("function", 0, [192]), ("list", 2, [])],
    ids=["down to a batch", "beyond what was measured", "workers of few batches are no measure"],
)
def test_sizes_are_taken_further_apart_where_noise_leaves_it_open(kind: str, workers: int, added: list[int]) -> None:
    """Smaller ones, where no more items are there."""
    target = MadeTarget(whole=128, kind=kind, workers=workers, change=heavy)
    running = measured(target, whole=(64, 128))
    assert eager_load.check(running.evidence, running.limits).verdict is Verdict.INCONCLUSIVE
    specs = followed(target, running, whole=128)

    assert [spec.size["items"] for spec in specs if (spec.kind, spec.batches) == ("scaled", 1)] == added
    if added:
        assert eager_load.check(running.evidence, running.limits).verdict is Verdict.PASS
    else:
        message = eager_load.check(running.evidence, running.limits).message
        assert message.endswith("a data set of more than the 128 items that are there would tell")


# Workers that had ended.


@pytest.mark.parametrize(("gone", "added"), [(32, [256]), (0, [])], ids=["small sizes saw none", "all saw them"])
def test_workers_are_seen_at_two_sizes(gone: int, added: list[int]) -> None:
    """One size says nothing of what they hold more of a larger data set."""

    def without(spec: TrialSpec, trial: Trial) -> Trial:
        if (trial.items or 0) > gone:
            return trial
        return replace(trial, settled=[replace(mark, children=0) for mark in trial.settled])

    target = MadeTarget(workers=2, change=without)
    specs = followed(target, measured(target))

    assert plan(specs) == [(WHOLE, 1), *((size, 1) for size in added)]


@pytest.mark.parametrize(
    ("retained", "drives"),
    [
        (lambda size, batch, _epoch: batch * build.BATCH if size > 64 else 0.0, 1),
        (lambda size, batch, _epoch: min(batch, 13) * build.BATCH if size > 64 else 0.0, 0),
        (made.nothing, 0),
    ],
    ids=["rises", "levels off", "flat"],
)
def test_growth_in_workers_is_driven_where_it_can_be_compared(retained: Any, drives: int) -> None:
    """With workers the drive that was asked for has heaps of its own, and the small ones saw no workers."""

    def at_work(_spec: TrialSpec, trial: Trial) -> Trial:
        if (trial.items or 0) <= 64:
            return replace(trial, settled=[replace(mark, children=0) for mark in trial.settled])
        tree = {"1": build.BASE, "2": build.MIB, "3": build.MIB}
        return replace(trial, settled=[replace(mark, tree=tree) for mark in trial.settled])

    target = MadeTarget(retained, workers=2, change=at_work, batch_s=0.5)
    specs = followed(target, measured(target))

    assert [spec.batches for spec in specs].count(64) == drives


def test_walks_are_at_a_size_that_cannot_be_compared_as_well() -> None:
    """Only forks of workers compare, and the smallest size was none: a walk there is a fork."""
    noisy = lambda size, _batch, _epoch: (size > 64) * 1650 * KIB  # noqa: E731
    first = iter([False])
    target = MadeTarget(noisy, workers=2, change=lambda _, trial: replace(trial, forked=next(first, True)))
    specs = followed(target, measured(target, first=(64,), whole=(32, WHOLE)))

    assert [spec.size["items"] for spec in specs if spec.kind == "walked"] == [32, WHOLE]
