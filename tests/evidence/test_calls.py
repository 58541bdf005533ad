"""What stays with each call of a function, by the readings between the calls."""

import msgspec
import pytest

from genaudit.evidence.calls import call_growth_of
from genaudit.model.limits import Limits
from genaudit.model.marks import CallMark
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.call_growth import call_growth
from genaudit.units import KIB, MIB
from tests.build import evidence, recording, trial


def called(retained: list[float], batch_bytes: int = 64 * KIB) -> Trial:
    """A trial that called its target, with what was retained after each call."""
    made = trial(None, lambda batch, epoch: 0.0, kind="called", batches=0)
    calls = [
        CallMark(at_s=1.0 * at, number=at, batches=4, batch_bytes=batch_bytes, retained_bytes=round(held), seconds=0.1)
        for at, held in enumerate(retained, 1)
    ]
    return msgspec.structs.replace(made, calls=calls)


def verdict(retained: list[float], batch_bytes: int = 64 * KIB) -> Verdict:
    """What the rule says."""
    return call_growth.check(evidence(called(retained, batch_bytes)), Limits()).verdict


def test_a_part_that_stays_with_each_call() -> None:
    """Its size is the slope after the first calls."""
    answer = call_growth.check(evidence(called([20 * MIB + 2 * MIB * at for at in range(16)])), Limits())

    assert answer.verdict is Verdict.FAIL
    assert answer.value == pytest.approx(2 * MIB)
    assert "2.00 MiB with every call, over 16 calls" in answer.message


@pytest.mark.parametrize(
    ("retained", "batch_bytes"),
    [
        pytest.param([20 * MIB] * 7, 64 * KIB, id="flat"),
        pytest.param([20 * MIB, 50 * MIB, *[51 * MIB] * 5], 64 * KIB, id="a warm-up"),
        pytest.param([20 * MIB + 40 * KIB * at for at in range(7)], 64 * KIB, id="some KiB of a library"),
        pytest.param([20 * MIB + MIB * at for at in range(7)], 4 * MIB, id="little beside a batch"),
        pytest.param([20 * MIB + 2 * MIB * min(at, 8) for at in range(16)], 64 * KIB, id="a cache of eight"),
        pytest.param([20 * MIB + 2 * MIB * (at % 2) for at in range(7)], 64 * KIB, id="to and fro"),
        pytest.param([40 * MIB - MIB * at for at in range(7)], 64 * KIB, id="less and less"),
    ],
)
def test_what_is_no_growth(retained: list[float], batch_bytes: int) -> None:
    """Passes."""
    assert verdict(retained, batch_bytes) is Verdict.PASS


def test_few_calls_say_nothing() -> None:
    """Nor does a recording without any."""
    assert call_growth_of(recording(called([MIB * at for at in range(4)]))) is None
    assert verdict([MIB * at for at in range(4)]) is Verdict.NOT_APPLICABLE
