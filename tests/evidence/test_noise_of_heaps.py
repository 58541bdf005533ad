"""Which of several laws is believed, where small sizes or the heap blur them."""

import msgspec
import pytest

from genaudit.model.limits import Limits
from genaudit.model.marks import DriverMark, RetentionMark
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.eager_load import eager_load
from genaudit.units import GIB, KIB
from tests import build as made
from tests.evidence.retention.made import Step, walk

SMALL_BATCH = 512
"""Eight items of 64 bytes: of so little a few KiB in the heap are many times as much."""


def walked(items: int, held: int) -> Trial:
    """A walk of references that found so much."""
    mark = RetentionMark(
        at_s=0.0, at="first", batch=1, epoch=1, pid=0, visited=9, seconds=0.0, is_complete=True, bytes=held, nodes=[]
    )
    return msgspec.structs.replace(
        made.trial(items, lambda batch, epoch: 0.0, kind="walked", batches=1), retention=[mark]
    )


@pytest.mark.parametrize(
    ("extra", "threads", "verdict"),
    [
        pytest.param(1400 * KIB, 3, Verdict.PASS, id="a batch in the hands of a thread"),
        pytest.param(1400 * KIB, 1, Verdict.INCONCLUSIVE, id="no threads"),
        pytest.param(1900 * KIB, 3, Verdict.INCONCLUSIVE, id="more than a batch"),
    ],
)
def test_a_batch_more_at_one_size_is_no_data(extra: int, threads: int, verdict: Verdict) -> None:
    """Where references lead to as much at each size. A heap alone differs by up to 1 MiB."""
    base = 2 * GIB
    trials = [
        msgspec.structs.replace(
            made.with_readings(each, lambda mark: {"threads": threads}),
            arguments=msgspec.structs.replace(each.arguments, file_bytes_per_item=3.4 * KIB),
            phases=[msgspec.structs.replace(phase, threads=1) for phase in each.phases],
        )
        for each in made.at_sizes(lambda n, b, e: float(extra * (n == 288)), sizes=(32, 288), base=base)
        if each.arguments is not None
    ]

    assert eager_load.check(made.evidence(*trials, walked(32, 0), walked(288, 0)), Limits()).verdict is verdict


def walked_loader(items: int, waiting: int) -> Trial:
    """A walk of a loader with workers, in which so many bytes came before their turn; its queue has two batches."""
    pixels = Step("entry", "", "Tensor", waiting, data_bytes=waiting)
    running = Step("attribute", "_iterator", "_MultiProcessingDataLoaderIter", waiting, pixels)
    mark = walk(Step("source", "loader", "DataLoader", 80 * KIB + waiting, running))
    return msgspec.structs.replace(
        made.trial(items, lambda batch, epoch: 0.0, kind="walked", batches=1),
        retention=[mark],
        driver=DriverMark(at_s=0.0, kind="torch-loader", workers=2, queue_batches=2),
    )


@pytest.mark.parametrize(
    ("waiting", "grows"),
    [
        pytest.param(made.BATCH, False, id="a batch that waits for its turn"),
        pytest.param(16 * made.BATCH, True, id="more than the queue has"),
    ],
)
def test_batches_that_wait_by_chance_are_no_growth(waiting: int, grows: bool) -> None:
    """How many a queue has at the moment of a walk says nothing of the data set."""
    walks = [walked_loader(32, 0), walked_loader(64, waiting)]
    law = made.evidence(*made.at_sizes(lambda n, b, e: 0.0), *walks).held_first_law

    assert law is not None
    assert (law.per_item.value > 0) is grows


def of_small_batches(trials: list[Trial]) -> list[Trial]:
    """The trials with batches of a few hundred bytes."""
    return [
        msgspec.structs.replace(
            each, batches=[msgspec.structs.replace(mark, batch_bytes=SMALL_BATCH) for mark in each.batches]
        )
        for each in trials
    ]


@pytest.mark.parametrize(
    ("per_item", "held", "verdict"),
    [
        pytest.param(110, 0, Verdict.PASS, id="readings that may be nothing"),
        pytest.param(110, 64, Verdict.INCONCLUSIVE, id="what references lead to grows"),
        pytest.param(4000, 0, Verdict.FAIL, id="native memory that grows for sure"),
    ],
)
def test_a_heap_is_no_data_where_references_lead_to_none(per_item: int, held: int, verdict: Verdict) -> None:
    """A few KiB of free blocks are more than items of a few bytes."""
    trials = of_small_batches(made.at_sizes(lambda n, b, e: float(n * per_item), sizes=(32, 64, 256, 512)))
    walks = [walked(items, 80 * KIB + items * held) for items in (32, 512)]

    assert eager_load.check(made.evidence(*trials, *walks), Limits()).verdict is verdict


def test_small_sizes_off_the_line_make_no_curve_of_it() -> None:
    """A library's cache fills at some of them; larger sizes lie on a line, and give the slope."""
    retained = {32: 1_273_856, 64: 2_326_528, 128: 2_334_720, 512: 8_638_464}
    item = 16 * KIB
    small = [
        made.trial(items, lambda b, e, held=held: float(held), batches=2, kind="clean" if items == 512 else "scaled")
        for items, held in retained.items()
    ]
    large = [
        made.trial(items, lambda b, e, items=items: float(items * item), batches=1, kind="forecast")
        for items in (1024, 2048, 4096)
    ]

    of_one_file = [
        msgspec.structs.replace(each, arguments=msgspec.structs.replace(each.arguments, arguments={"path": "data.h5"}))
        for each in (*small, *large)
        if each.arguments is not None
    ]

    law = made.evidence(*of_one_file).first_law

    assert law is not None
    assert law.per_item.value == pytest.approx(item, rel=0.01)


@pytest.mark.parametrize(
    ("children", "sizes_of_forks", "n_compared"),
    [(2, (64, 128, 320), 3), (0, (64, 128, 320), 4), (2, (128,), 2), (2, (), 1)],
    ids=["workers", "no workers", "forks of one size", "no forks"],
)
def test_workers_of_forks_are_compared_with_each_other(
    children: int, sizes_of_forks: tuple[int, ...], n_compared: int
) -> None:
    """Those of a process that imported the libraries itself share less with it, by megabytes at any size."""
    more = 26 * 1024 * KIB
    own = made.trial(64, lambda batch, epoch: 64 * made.ITEM + more)
    forks = [made.trial(n, lambda batch, epoch, n=n: n * made.ITEM, forked=True) for n in sizes_of_forks]
    trials = [
        made.with_readings(trial, lambda mark: {"children": children, "own_bytes": made.BASE})
        for trial in (own, *forks)
    ]

    evidence = made.evidence(*trials)

    assert len(evidence.trial_set.steady) == n_compared
    if n_compared == len(sizes_of_forks):
        assert evidence.first_law is not None
        assert evidence.first_law.per_item.value == pytest.approx(made.ITEM, rel=0.01)
