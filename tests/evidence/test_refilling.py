"""What fills anew in each epoch, as the page cache of a connection that is opened for it, is no leak if it ends."""

import pytest

from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.rules.batch_growth import batch_growth
from genaudit.rules.unbounded_cache import unbounded_cache
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


@pytest.mark.parametrize("across", [pytest.param(0, id="let go at its end"), pytest.param(PAGE, id="kept for ever")])
def test_the_data_of_an_epoch_is_no_leak(across: int) -> None:
    """What gathers in each short epoch counts with its items; what goes on to gather past them does not."""

    def held(items: int, batch: int) -> int:
        return (batch if across else place(items, batch)) * PAGE

    trials = [
        made.trial(items, lambda batch, _, items=items: held(items, batch), epochs=3, kind=kind)
        for items, kind in ((16, "scaled"), (32, "scaled"), (64, "scaled"), (120, "clean"))
    ]
    evidence = made.evidence(*trials)

    assert (evidence.growth.rate_past_an_epoch > 0) is bool(across)
    assert (unbounded_cache.check(evidence, Limits()).verdict is Verdict.FAIL) is not bool(across)
