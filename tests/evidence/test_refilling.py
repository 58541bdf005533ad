"""What fills anew in each epoch, as the page cache of a connection that is opened for it, is no leak if it ends."""

import pytest

from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.rules.batch_growth import batch_growth
from genaudit.units import KIB
from tests import build as made

PAGE = 300 * KIB
FULL_AFTER = 6


def place(items: int, batch: int) -> int:
    """The batch's place in its epoch, from 1."""
    return (batch - 1) % (-(-items // made.BATCH_ITEMS)) + 1


@pytest.mark.parametrize(
    ("bound", "across", "verdict"),
    [
        pytest.param(FULL_AFTER, 0, Verdict.PASS, id="a cache with a bound, rebuilt for each epoch"),
        pytest.param(10**6, 0, Verdict.FAIL, id="a list of the whole epoch"),
        pytest.param(FULL_AFTER, 40 * KIB, Verdict.FAIL, id="a cache with a bound, and a leak"),
    ],
)
def test_growth_in_each_epoch(bound: int, across: int, verdict: Verdict) -> None:
    """By what is left over many epochs, and by whether a larger epoch has more of it."""
    trials = [
        made.trial(
            items,
            lambda batch, _, items=items: min(place(items, batch), bound) * PAGE + batch * across,
            epochs=epochs,
            kind="clean" if items == 512 else "scaled",
        )
        for items, epochs in ((16, 8), (64, 8), (256, 8), (512, 8))
    ]

    assert batch_growth.check(made.evidence(*trials), Limits()).verdict is verdict
