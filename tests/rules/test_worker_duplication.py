"""Every worker process ends up with the data set."""

from collections.abc import Callable

import pytest

from genaudit.model.catalogue import WORKER_DUPLICATION
from genaudit.model.limits import Limits
from genaudit.model.marks import SettledMark
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.worker_duplication import worker_duplication
from genaudit.units import MIB
from tests.build import BASE, ITEM, at_sizes, evidence, trial, with_readings

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
