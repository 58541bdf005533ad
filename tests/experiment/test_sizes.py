"""Pure decisions on sizes and lengths."""

from typing import Any

import msgspec
import pytest

from genaudit.errors import UsageError
from genaudit.experiment import sizes
from genaudit.model.limits import Limits
from genaudit.model.recording import Request, Trial
from genaudit.units import KIB, MIB
from tests import build
from tests.experiment import made

LIMITS = Limits()


@pytest.mark.parametrize(
    ("text", "mode", "listed"),
    [("auto", "auto", []), ("off", "off", []), ("200,50,100", "list", [50, 100, 200]), (" 2, 1,2", "list", [1, 2])],
)
def test_sizes_are_read(text: str, mode: str, listed: list[int]) -> None:
    """In their order, each once."""
    assert sizes.parse_sizes(text) == sizes.Sizes(mode=mode, sizes=listed)


@pytest.mark.parametrize(
    "text", ["", "50", "50,50", "0,50", "-1,50", "a,b", "50,", "Auto", f"1,{sizes.MOST_ITEMS + 1}"]
)
def test_sizes_that_are_none(text: str) -> None:
    """Are refused with an example."""
    with pytest.raises(UsageError) as caught:
        sizes.parse_sizes(text)
    assert (caught.value.slug, "50,100,200" in caught.value.hint) == ("bad-sizes", True)


def test_as_many_sizes_as_there_may_be() -> None:
    """Each takes a trial."""
    most = ",".join(str(size) for size in range(1, sizes.MOST_SIZES + 1))

    assert len(sizes.parse_sizes(most).sizes) == sizes.MOST_SIZES
    with pytest.raises(UsageError):
        sizes.parse_sizes(f"{most},{sizes.MOST_SIZES + 1}")


@pytest.mark.parametrize(
    ("first", "whole", "second"),
    [(16, 512, 32), (16, 43, 32), (16, 42, 8), (16, 16, 8), (2, 2, 1), (1, 1, None), (1, 2, None)],
)
def test_the_second_size(first: int, whole: int, second: int | None) -> None:
    """Twice the first; half of it where that is nearly all there is; none where there is no other."""
    assert sizes.second_size(first, whole) == second


@pytest.mark.parametrize(
    ("largest", "whole", "steps"),
    [
        (32, 512, [64, 128, 256]),
        (32, 64, []),
        (32, 86, [64]),
        (512, 512, []),
        (128, 60_000, [640, 2816, 12_928]),
    ],
)
def test_the_ladder(largest: int, whole: int, steps: list[int]) -> None:
    """Doubles, or takes longer steps where the whole is far, and leaves room below it."""
    assert sizes.ladder(largest, whole) == steps


def test_a_size_that_tells_growth_from_noise() -> None:
    """Further from the first the more noise there is, the nearer the more growth would be a fault."""
    assert sizes.resolving_size(16, 0, 1024) == 16
    assert sizes.resolving_size(16, 1024, 1024) == 19
    assert sizes.resolving_size(16, 1024, 256) == 26
    assert sizes.resolving_size(16, 100, 0) == 16 + 250


@pytest.mark.parametrize(("low", "high", "middle"), [(128, 512, 256), (1, 4, 2), (1, 2, None), (3, 3, None)])
def test_a_size_between(low: int, high: int, middle: int | None) -> None:
    """Half-way by the factor, if there is one."""
    assert sizes.between(low, high) == middle


@pytest.mark.parametrize(("batches", "every"), [(50, 12), (4, 1), (1, 1), (3, 1)])
def test_settled_readings_of_the_drive(batches: int, every: int) -> None:
    """A handful, however long it is."""
    assert sizes.settle_every(Request(target="data:batches", batches=batches)) == every


@pytest.mark.parametrize(
    ("measured", "span", "added"),
    [
        pytest.param([32, 512], 546.0, [632], id="a little more than there is: so much more that it tells"),
        pytest.param([32, 512], 780.0, [812], id="more than there is"),
        pytest.param([320, 512], 480.0, [800], id="upwards first"),
        pytest.param([320, 900], 1000.0, [1000, 16], id="and downwards where there is no more"),
        pytest.param([32, 1000], 2000.0, [], id="nothing left that is worth a trial"),
    ],
)
def test_sizes_further_apart(measured: list[int], span: float, added: list[int]) -> None:
    assert sizes.apart(measured, span=span, least=16, most=1000) == added


def timed(items: int | None, *, first_s: float, batch_s: float, epochs: int = 1, arguments_s: float = 0.0) -> Trial:
    """A trial of which every part took so long."""
    trial = build.trial(items, lambda batch, epoch: 0.0, epochs=epochs, batches=None if items else 4)
    named = {"create": first_s / 2, "arguments": arguments_s}
    phases = [msgspec.structs.replace(phase, seconds=named.get(phase.name, 100.0)) for phase in trial.phases]
    phases.append(msgspec.structs.replace(phases[-1], name="first-batch", seconds=first_s / 2))
    batches = [msgspec.structs.replace(mark, seconds=batch_s) for mark in trial.batches]
    return msgspec.structs.replace(trial, phases=phases, batches=batches)


def test_the_time_of_an_item() -> None:
    """As the largest size took up to the first batch and for an epoch: a small one takes mostly what any size does."""
    trials = [
        timed(16, first_s=1.6, batch_s=0.8, epochs=2, arguments_s=3.2),
        timed(32, first_s=1.6, batch_s=1.6),
        timed(32, first_s=0.8, batch_s=0.8),
        timed(None, first_s=1e6, batch_s=1e6, arguments_s=1e6),
    ]

    assert sizes.seconds_per_item(trials, epochs=False) == pytest.approx(0.05)
    # 4 batches an epoch for 32 items.
    assert sizes.seconds_per_item(trials, epochs=True) == pytest.approx(0.2)
    assert sizes.seconds_of_arguments(trials) == pytest.approx(0.2)
    assert sizes.seconds_per_item([], epochs=True) == sizes.seconds_of_arguments([]) == 0.0


def test_the_peak_of_another_size() -> None:
    """The law of the peaks, above what the process needs anyway."""
    evidence = build.evidence(*build.at_sizes(lambda size, batch, epoch: size * build.ITEM))
    alone = sizes.forecast_peak_bytes(evidence.trials, None, 10**6)
    law = evidence.peak_law

    assert alone == build.BASE + 10 * MIB
    assert law is not None
    assert sizes.forecast_peak_bytes(evidence.trials, law, 1000) == alone + law.at(1000).value
    assert sizes.forecast_peak_bytes([], None, 1) == 0


# How far a drive goes.


def uncertain(_: int, batch: int, __: int) -> float:
    """Up and down: it may rise as well."""
    return batch % 4 * 40.0 * KIB


def drive(retained: Any, *, batches: int = 16, batch_s: float = 0.01) -> Trial:
    """A drive of so many batches."""
    trial = build.trial(512, lambda batch, epoch: retained(512, batch, epoch), kind="clean", batches=batches)
    marks = [msgspec.structs.replace(mark, at_s=mark.last * batch_s) for mark in trial.batches]
    return msgspec.structs.replace(trial, batches=marks)


def wanted(trial: Trial, most: int = 1000, limits: Limits = LIMITS) -> int:
    """The batches that are wanted in all."""
    return sizes.batches_wanted(trial, pulled=trial.batches[-1].last, most=most, limits=limits)


@pytest.mark.parametrize(
    ("trial", "most", "batches"),
    [
        pytest.param(drive(made.leaking), 1000, 32, id="rises: twice as many"),
        pytest.param(drive(made.leaking), 20, 20, id="rises: as many as there may be"),
        pytest.param(drive(made.leaking), 16, 16, id="rises: as many as there may be, already"),
        pytest.param(drive(made.leaking), 8, 16, id="rises: more than there may be, already"),
        pytest.param(drive(made.nothing), 1000, 16, id="is flat"),
        pytest.param(drive(made.leaking, batches=2), 1000, 2, id="too few readings"),
        pytest.param(drive(lambda _, batch, __: batch * KIB), 1000, 16, id="rises by less than is a fault"),
        pytest.param(drive(lambda _, batch, __: batch * 64 * MIB), 1000, 16, id="rises by enough, in a straight line"),
        pytest.param(
            drive(lambda _, batch, __: 2**36 * (1 - 0.7**batch)), 1000, 32, id="rises by enough, and levels off"
        ),
        pytest.param(drive(made.leaking, batch_s=0.5), 1000, 16, id="rises for long enough"),
        pytest.param(drive(uncertain, batch_s=0.5), 1000, 32, id="long enough, and nobody could tell yet"),
        pytest.param(drive(uncertain, batch_s=2.0), 1000, 16, id="nobody could tell, and it takes too long"),
    ],
)
def test_batches_that_are_wanted(trial: Trial, most: int, batches: int) -> None:
    """More only where it is not clear whether memory goes on rising."""
    assert wanted(trial, most) == batches


def test_what_rises_is_a_matter_of_limits() -> None:
    """Those of the job."""
    assert wanted(drive(made.leaking), limits=Limits(growth_bytes_per_batch=build.BATCH * 2)) == 16


def test_a_share_of_an_item_may_be_kept_where_items_are_large() -> None:
    """It is bookkeeping then."""
    slow = drive(lambda _, batch, __: batch * KIB)
    small = [msgspec.structs.replace(mark, batch_bytes=8 * KIB) for mark in slow.batches]

    # The interval of the slope reaches to 2.8 KiB; 5 % of an item of 64 KiB are 3.2 KiB.
    assert wanted(slow) == 16
    assert wanted(msgspec.structs.replace(slow, batches=small)) == 32
