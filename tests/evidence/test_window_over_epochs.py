"""What fills over many short epochs and then is full: a drive over more batches settles it."""

import pytest
from msgspec.structs import replace

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


@pytest.mark.parametrize("goes_on", [False, True])
def test_heaps_that_grow_over_the_first_epochs(goes_on: bool) -> None:
    """Of many epochs the first are settled at their ends; what is there ten epochs later bounds what they add."""
    rise = [0, 3, 3, 12]

    def kept(batch: int, epoch: int) -> float:
        within = 2048 * KIB if batch % 64 else 0
        return rise[min(epoch, 4) - 1] * 1024 * KIB + within + (max(0, epoch - 4) * 3072 * KIB if goes_on else 0)

    driven = made.trial(512, kept, kind="clean", epochs=14, settle_every=1)
    last = {4: 200, 7: 400, 14: 840}
    settled = [
        mark
        for mark in driven.settled
        if (mark.at == "epoch" and mark.epoch <= 4) or (mark.at != "epoch" and mark.batch == last.get(mark.epoch))
    ]
    checked = epoch_growth.check(made.evidence(replace(driven, settled=settled)), Limits())

    assert len(settled) == 7
    assert (checked.verdict is Verdict.FAIL) is goes_on
