"""The growth experiment, done again: which trials are run, and which slopes come of them."""

from collections.abc import Callable
from typing import Any

import pytest

from genaudit.comparison.growth import LONGEST_S, Experiment
from genaudit.model.recording import Trial
from genaudit.report.build import conclude
from genaudit.units import KIB
from tests.build import BATCH, ITEM, at_sizes, recording, trial

Retained = Callable[[int, int, int], float]


def eager(size: int, batch: int, epoch: int) -> float:
    return size * ITEM


def cached(size: int, batch: int, epoch: int) -> float:
    return min(batch * BATCH, size * ITEM)


def leaking(size: int, batch: int, epoch: int) -> float:
    return batch * BATCH


def experiment(retained: Retained, **fields: object) -> Experiment:
    made = recording(*at_sizes(retained, **fields))
    return Experiment(made, conclude(made))


class Runner:
    """Runs trials of a target that retains so much, and remembers what was asked for."""

    def __init__(self, retained: Retained) -> None:
        self._retained = retained
        self.asked: list[dict[str, Any]] = []

    def __call__(self, fields: dict[str, Any]) -> Trial:
        self.asked.append(fields)
        size = fields["size"]["items"]
        wanted = {"epochs": fields["epochs"]} if fields.get("epochs") else {"batches": fields["batches"]}
        return trial(size, lambda batch, epoch: self._retained(size, batch, epoch), kind=fields["kind"], **wanted)


def drive(retained: Retained, batches: int = 50) -> Trial:
    return trial(512, lambda batch, epoch: retained(512, batch, epoch), kind="clean", batches=batches)


def test_the_audit_is_the_first_repeat() -> None:
    """Its own slopes: between its smallest and its largest size, and over the batches that its report speaks of."""
    slopes = experiment(eager).of_the_audit()

    assert slopes.per_item == ITEM
    assert slopes.per_batch == pytest.approx(0.0)


def test_eager_load_is_measured_again_at_its_ends() -> None:
    """The drive of the round has the largest size already."""

    def more(size: int, batch: int, epoch: int) -> float:
        return 1.1 * eager(size, batch, epoch)

    run = Runner(more)
    result = experiment(eager).again(drive(more, batches=192), run)

    assert [(fields["kind"], fields["size"], fields["batches"]) for fields in run.asked] == [
        ("scaled", {"items": 16}, 1)
    ]
    assert result.per_item == pytest.approx(1.1 * ITEM)
    assert result.per_batch == pytest.approx(0.0)


def test_a_cache_is_measured_again_at_the_end_of_an_epoch() -> None:
    run = Runner(cached)
    result = experiment(cached).again(drive(cached, batches=192), run)

    assert [(fields["size"], fields["epochs"]) for fields in run.asked] == [({"items": 16}, 1)]
    assert result.per_item == pytest.approx(ITEM)


def test_a_leak_is_measured_again_over_as_many_batches() -> None:
    """The drives in turns are shorter than what the audit went to."""
    run = Runner(leaking)
    made = experiment(leaking)
    result = made.again(drive(leaking), run)

    longest = next(fields for fields in run.asked if fields["kind"] == "clean")
    assert (longest["size"], longest["batches"], longest["thorough"]) == ({"items": 512}, 192, True)
    assert result.per_batch == pytest.approx(BATCH)
    assert made.batch_span is not None
    assert made.batch_span > 100


def test_what_takes_long_is_not_done_again() -> None:
    run = Runner(leaking)
    slow = experiment(leaking, wall_s=LONGEST_S + 1)
    result = slow.again(drive(leaking), run)

    assert slow.is_long
    assert run.asked == []
    assert (result.per_item, result.per_batch) == (None, None)


def test_without_sizes_there_is_no_slope_per_item() -> None:
    made = recording(trial(None, lambda batch, epoch: 4 * KIB * batch, kind="clean", batches=50))
    alone = Experiment(made, conclude(made))

    assert (alone.item_span, alone.is_long) == (None, False)
    assert alone.of_the_audit().per_item is None
