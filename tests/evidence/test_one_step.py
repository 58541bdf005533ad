"""A rise that comes at once, and never again, is no growth from epoch to epoch."""

from collections.abc import Callable

import msgspec
import pytest

from genaudit.evidence.growth import epoch_growth
from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.epoch_growth import epoch_growth as rule
from genaudit.units import KIB
from tests import build as made

EPOCHS = 32
STEP = 800 * KIB
"""What a library takes when it makes something late."""


def driven(kept: Callable[[int], float]) -> Trial:
    """Many short epochs, of which the first are settled at and the others seldom, as a long drive has them."""
    whole = made.trial(16, lambda _, epoch: kept(epoch), epochs=EPOCHS)
    settled = [mark for mark in whole.settled if mark.epoch <= 9 or mark.epoch in {18, EPOCHS}]
    return msgspec.structs.replace(whole, settled=settled)


@pytest.mark.parametrize("at", [4, 9, 12, 24])
def test_one_step_is_none(at: int) -> None:
    """Wherever it comes; there are other trials to tell of growth."""
    flat = made.trial(32, lambda *_: 0.0)
    evidence = made.evidence(driven(lambda epoch: STEP * (epoch >= at)), flat)

    assert rule.check(evidence, Limits()).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(lambda epoch: 30 * KIB * epoch, id="every epoch"),
        pytest.param(lambda epoch: 120 * KIB * (epoch // 4), id="every fourth"),
        pytest.param(lambda epoch: 30 * KIB * epoch + STEP * (epoch >= 9), id="and a step besides"),
        pytest.param(lambda epoch: 60 * KIB * max(0, epoch - 9), id="late, and from then on"),
    ],
)
def test_growth_is_none_of_a_step(kept: Callable[[int], float]) -> None:
    growth = epoch_growth(driven(kept))

    assert growth is not None
    assert growth.per_epoch.low > 0
