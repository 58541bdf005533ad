"""What fills over many short epochs and then is full: a drive over more batches settles it."""

import pytest

from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.rules.epoch_growth import epoch_growth
from genaudit.units import KIB
from tests import build as made

FULL_AFTER = 50
PER_BATCH = 200 * KIB
AT_ENDS = {64: 0, 128: 410 * KIB, 192: 70 * KIB, 256: 570 * KIB}
"""What the window holds more or less, by chance, at the ends of long epochs: too little to tell a slope from."""


@pytest.mark.parametrize(
    ("per_epoch", "verdict"),
    [
        pytest.param(0, {Verdict.PASS, Verdict.INCONCLUSIVE}, id="a window over 50 batches"),
        pytest.param(1600 * KIB, {Verdict.FAIL}, id="and something lost with every epoch"),
    ],
)
def test_a_window_is_no_growth_by_epochs(per_epoch: int, verdict: set[Verdict]) -> None:
    """Of the short epochs most end while it fills, and each of them ends with more."""

    def kept(batch: int, epoch: int) -> float:
        return (
            min(batch, FULL_AFTER) * PER_BATCH + AT_ENDS.get(batch, 260 * KIB if batch > 64 else 0) + epoch * per_epoch
        )

    trials = [
        made.trial(16, kept, epochs=10),
        made.trial(32, kept, epochs=3),
        made.trial(512, kept, kind="clean", epochs=4, settle_every=12),
    ]

    assert epoch_growth.check(made.evidence(*trials), Limits()).verdict in verdict
