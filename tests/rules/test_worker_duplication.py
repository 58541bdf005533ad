"""Every worker process ends up with the data set."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from genaudit.model.catalogue import WORKER_DUPLICATION
from genaudit.model.limits import Limits
from genaudit.model.marks import DriverMark, SettledMark
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.batch_growth import batch_growth
from genaudit.rules.eager_load import eager_load
from genaudit.rules.worker_duplication import worker_duplication
from genaudit.units import KIB, MIB
from tests.build import BASE, BATCH_ITEMS, ITEM, at_sizes, evidence, trial, with_readings
from tests.evidence.retention.made import Step, walk

WORKERS = 4
SIZES = (16, 32, 128, 512)


def beside(added: Callable[[int, int], float], *, children: Callable[[SettledMark], int] | None = None) -> list[Trial]:
    """Trials of several sizes whose workers hold what a function of the size and the batch says."""

    def change(size: int) -> Callable[[SettledMark], dict[str, object]]:
        return lambda mark: {
            "children": WORKERS if children is None else children(mark),
            "own_bytes": BASE,
            "retained_bytes": BASE + round(added(size, mark.batch)),
        }

    trials = at_sizes(lambda size, batch, epoch: 0.0, sizes=SIZES)
    return [with_readings(made, change(made.items or 0)) for made in trials]


@pytest.mark.parametrize(
    ("added", "verdict"),
    [
        pytest.param(lambda size, batch: 40.0 * MIB, Verdict.PASS, id="the interpreter of each"),
        pytest.param(lambda size, batch: 200.0 * size, Verdict.PASS, id="an index"),
        pytest.param(lambda size, batch: WORKERS * ITEM * size, Verdict.FAIL, id="a copy when they start"),
        pytest.param(
            lambda size, batch: WORKERS * ITEM * min(size, batch * 8), Verdict.FAIL, id="a copy over an epoch"
        ),
    ],
)
def test_what_workers_hold_over_the_size(added: Callable[[int, int], float], verdict: Verdict) -> None:
    """The slope is that of all workers together."""
    answer = worker_duplication.check(evidence(*beside(added)), Limits())

    assert answer.verdict is verdict
    if verdict is Verdict.FAIL:
        assert answer.value == pytest.approx(WORKERS * ITEM, rel=0.05)
        assert answer.unit == "bytes/item"
        assert answer.saving_bytes == pytest.approx(WORKERS * ITEM * 512, rel=0.05)
        assert f"{WORKERS} workers add" in answer.message
        assert "64.0 KiB each" in answer.message
        assert answer.fix == WORKER_DUPLICATION.fix


@pytest.mark.parametrize(
    ("sizes", "verdict"), [((16, 32, 64), Verdict.INCONCLUSIVE), ((16, 32, 128, 512), Verdict.FAIL)]
)
def test_what_workers_have_made_ahead_is_no_copy(sizes: tuple[int, ...], verdict: Verdict) -> None:
    """Data sets as small as their queue are in it as a whole, with the first batch."""
    made = [
        replace(
            trial(size, lambda batch, epoch: 0.0, batches=1),
            driver=DriverMark(at_s=0.0, kind="torch-loader", queue_batches=2 * WORKERS),
        )
        for size in sizes
    ]
    ahead = [
        with_readings(
            each,
            lambda mark, size=each.items: {
                "children": WORKERS,
                "own_bytes": BASE,
                "retained_bytes": BASE + WORKERS * ITEM * size,
            },
        )
        for each in made
    ]

    assert worker_duplication.check(evidence(*ahead), Limits()).verdict is verdict


def walked(size: int, held: int, pids: int = WORKERS) -> Trial:
    """A walk through so many workers, in each of which references lead to so many bytes."""
    step = Step("source", "loader", "DataLoader", held)
    marks = [walk(step, at=at, pid=pid + 1) for at in ("first", "end") for pid in range(pids)]
    return replace(trial(size, lambda batch, epoch: 0.0, kind="walked", batches=1), retention=marks)


@pytest.mark.parametrize(
    ("held", "pids", "verdict"),
    [
        pytest.param(0, WORKERS, Verdict.PASS, id="nothing that grows"),
        pytest.param(ITEM, WORKERS, Verdict.INCONCLUSIVE, id="a part of the data in each"),
        pytest.param(0, WORKERS - 1, Verdict.INCONCLUSIVE, id="a worker that was not walked"),
    ],
)
def test_what_references_lead_to_in_workers_settles_what_their_heaps_hide(
    held: int, pids: int, verdict: Verdict
) -> None:
    """Sizes near each other differ by what each process takes by itself."""
    near = [made for made in beside(lambda size, batch: 100.0 * KIB * (size == 32)) if (made.items or 0) <= 32]
    walks = [walked(size, 80 * KIB + size * held, pids) for size in (16, 32)]

    assert worker_duplication.check(evidence(*near), Limits()).verdict is Verdict.INCONCLUSIVE
    assert worker_duplication.check(evidence(*near, *walks), Limits()).verdict is verdict


def test_without_workers_it_does_not_apply() -> None:
    """One process has no copies."""
    answer = worker_duplication.check(evidence(*at_sizes(lambda size, batch, epoch: 0.0)), Limits())

    assert (answer.verdict, answer.message) == (Verdict.NOT_APPLICABLE, "no child processes")


def test_processes_that_leak_are_another_rules() -> None:
    """Each new one holds memory; that they become more is the fault."""
    leaking = beside(lambda size, batch: batch * 8.0 * MIB, children=lambda mark: mark.batch)

    answer = worker_duplication.check(evidence(*leaking), Limits())

    assert answer.verdict is Verdict.NOT_APPLICABLE
    assert "process-leak" in answer.message


def test_without_a_data_set_that_scales_it_cannot_be_asked() -> None:
    """The message says how to name one."""
    made = with_readings(
        trial(None, lambda batch, epoch: 0.0, kind="clean", batches=20), lambda mark: {"children": WORKERS}
    )

    answer = worker_duplication.check(evidence(made), Limits())

    assert answer.verdict is Verdict.NOT_APPLICABLE
    assert "--dataset" in answer.message


GONE = 32
"""Up to this size workers have made all batches when the first is read."""


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        pytest.param(0, Verdict.PASS, id="lazy"),
        pytest.param(ITEM, Verdict.FAIL, id="a list that they copy"),
    ],
)
def test_sizes_whose_workers_had_ended_are_not_compared_with_others(held: int, verdict: Verdict) -> None:
    """What two interpreters take is no full buffer, and no growth with the data set either."""

    def change(size: int) -> Callable[[SettledMark], dict[str, object]]:
        own, workers = BASE + size * held, 50 * MIB + 2 * size * held
        if size <= GONE:
            return lambda mark: {"children": 0, "own_bytes": own, "retained_bytes": own, "tree": {"1": own}}
        tree = {"1": own, "2": workers // 2, "3": workers // 2}
        return lambda mark: {"children": 2, "own_bytes": own, "retained_bytes": own + workers, "tree": tree}

    trials = [with_readings(made, change(made.items or 0)) for made in at_sizes(lambda size, batch, epoch: 0.0)]
    seen = evidence(*trials)
    answer = eager_load.check(seen, Limits())

    assert answer.verdict is verdict
    assert worker_duplication.check(seen, Limits()).verdict is verdict
    if held:
        assert answer.value == pytest.approx(3 * ITEM, rel=0.05)


@pytest.mark.parametrize(
    ("gained", "verdict"),
    [
        pytest.param(lambda batch: batch * BATCH_ITEMS * ITEM, Verdict.FAIL, id="every batch"),
        pytest.param(lambda batch: min(batch, 20) * BATCH_ITEMS * ITEM, Verdict.PASS, id="until their heaps are full"),
    ],
)
def test_trials_whose_workers_had_ended_say_nothing_of_growth_in_workers(
    gained: Callable[[int], float], verdict: Verdict
) -> None:
    """A small trial is flat because nobody works in it."""

    def change(mark: SettledMark) -> dict[str, object]:
        held = round(50 * MIB + gained(mark.batch))
        tree = {"1": BASE, "2": held // 2, "3": held // 2}
        return {"children": 2, "own_bytes": BASE, "retained_bytes": BASE + held, "tree": tree}

    small = at_sizes(lambda size, batch, epoch: 0.0, (16, 32))
    driven = trial(4096, lambda batch, epoch: 0.0, kind="clean", batches=100, settle_every=4)
    answer = batch_growth.check(evidence(*small, with_readings(driven, change)), Limits())

    assert answer.verdict is verdict


def test_workers_that_were_seen_at_one_size_are_no_clean_answer() -> None:
    """What they hold of a larger data set is not known."""

    def change(mark: SettledMark) -> dict[str, object]:
        tree = {"1": BASE, "2": 50 * MIB}
        return {"children": 1, "own_bytes": BASE, "retained_bytes": BASE + 50 * MIB, "tree": tree}

    *small, large = at_sizes(lambda size, batch, epoch: 0.0)
    answer = worker_duplication.check(evidence(*small, with_readings(large, change)), Limits())

    assert answer.verdict is Verdict.INCONCLUSIVE
    assert "at one size only" in answer.message


def test_what_ends_with_the_workers_of_an_epoch_is_no_growth() -> None:
    """Their heaps fill again in the next; over many epochs nothing is added."""

    def change(mark: SettledMark) -> dict[str, object]:
        if mark.at == "epoch":
            return {"children": 0, "own_bytes": BASE, "retained_bytes": BASE, "tree": {}}
        held = round(12 * MIB + (mark.batch % 16) * ITEM / 4)
        tree = {"1": BASE, "2": held // 2, "3": held // 2}
        return {"children": 2, "own_bytes": BASE, "retained_bytes": BASE + held, "tree": tree}

    driven = trial(16 * 8, lambda batch, epoch: 0.0, epochs=32, settle_every=7, natural=True)

    assert batch_growth.check(evidence(with_readings(driven, change)), Limits()).verdict is Verdict.PASS
