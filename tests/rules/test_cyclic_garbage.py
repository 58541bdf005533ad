"""Large garbage that waits for the cyclic collector."""

import pytest

from genaudit.model.catalogue import CYCLIC_GARBAGE
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.rules.cyclic_garbage import cyclic_garbage
from genaudit.units import MIB
from tests.build import BASE, BATCH, evidence, trial, with_readings


@pytest.mark.parametrize(
    ("garbage", "verdict"),
    [
        pytest.param(0, Verdict.PASS, id="none"),
        pytest.param(4 * MIB, Verdict.PASS, id="at the floor"),
        pytest.param(4 * MIB + 1, Verdict.FAIL, id="above it"),
        pytest.param(64 * MIB, Verdict.FAIL, id="large arrays in a cycle"),
    ],
)
def test_what_a_collection_gives_back(garbage: int, verdict: Verdict) -> None:
    """The most of all readings counts, one is enough."""
    made = trial(None, lambda batch, epoch: 0.0, kind="clean", batches=10)
    waiting = with_readings(
        made, lambda mark: {"before_bytes": BASE + (garbage if mark.batch == 5 else 0), "collected_bytes": BASE}
    )

    answer = cyclic_garbage.check(evidence(waiting), Limits())

    assert answer.verdict is verdict
    assert (answer.value, answer.unit, answer.limit) == (garbage, "bytes", 4 * MIB)
    assert answer.saving_bytes == (garbage if verdict is Verdict.FAIL else None)
    assert answer.fix == (CYCLIC_GARBAGE.fix if verdict is Verdict.FAIL else None)


def test_large_batches_have_a_higher_limit() -> None:
    """So many batches may wait: the collector counts objects, and runs now and then."""
    made = trial(None, lambda batch, epoch: 0.0, kind="clean", batches=10)
    waiting = with_readings(made, lambda mark: {"before_bytes": BASE + 12 * BATCH, "collected_bytes": BASE})

    assert cyclic_garbage.check(evidence(waiting), Limits()).verdict is Verdict.FAIL
    assert cyclic_garbage.check(evidence(waiting), Limits(garbage_batches=12.0)).verdict is Verdict.PASS


def test_a_target_without_a_batch() -> None:
    """Nothing was collected then."""
    assert cyclic_garbage.check(evidence(), Limits()).verdict is Verdict.NOT_APPLICABLE


def test_it_is_advice() -> None:
    """No leak: the peak is higher than it need be."""
    assert cyclic_garbage.info.level is Level.NOTE
