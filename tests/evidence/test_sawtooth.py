"""What is gathered and let go every so many batches is no growth, wherever the readings fall."""

import msgspec
import pytest

from genaudit.evidence.growth import batch_growth
from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.batch_growth import batch_growth as rule
from tests import build as made

EPOCH = 16
"""Batches."""


def sawtooth(period: int, leak: float, *, every: int, shift: int = 0, batches: int = 512) -> Trial:
    """A drive that gathers batches until there are enough, and keeps a part of each for good."""

    def held(batch: int, _: int) -> float:
        return (batch + shift) % period * made.BATCH + leak * batch

    whole = made.trial(EPOCH * made.BATCH_ITEMS, held, batches=batches, settle_every=every)
    # Of many epochs only the first are settled at their ends.
    settled = [mark for mark in whole.settled if mark.at != "epoch" or mark.epoch <= 4]
    return msgspec.structs.replace(whole, settled=settled)


@pytest.mark.parametrize("period", [6, 10, 25, 60])
@pytest.mark.parametrize("shift", [0, 5, 9])
def test_a_sawtooth_is_flat_and_what_leaks_under_it_is_found(period: int, shift: int) -> None:
    """By what is left at its bottoms, where each is read."""
    clean = sawtooth(period, 0, every=1, shift=shift)
    leaks = sawtooth(period, made.BATCH, every=1, shift=shift)

    assert rule.check(made.evidence(clean), Limits()).verdict is Verdict.PASS
    assert rule.check(made.evidence(leaks), Limits()).verdict is Verdict.FAIL


@pytest.mark.parametrize("every", [4, 7])
@pytest.mark.parametrize("period", [10, 25, 60])
@pytest.mark.parametrize("shift", [0, 5, 9])
def test_between_readings_nothing_is_made_up(period: int, every: int, shift: int) -> None:
    """The bottoms lie between them: that may leave it open, and accuses and acquits nobody."""
    clean = sawtooth(period, 0, every=every, shift=shift)
    leaks = sawtooth(period, made.BATCH, every=every, shift=shift)

    assert rule.check(made.evidence(clean), Limits()).verdict is not Verdict.FAIL
    assert rule.check(made.evidence(leaks), Limits()).verdict is not Verdict.PASS


def test_two_falls_are_no_habit() -> None:
    """They may be by chance: a collection, a library that gives back what it had."""
    growth = batch_growth(sawtooth(200, 0, every=7))

    assert growth is not None
    assert not growth.falls_back


def test_what_each_epoch_leaves_is_no_sawtooth() -> None:
    """Though a little is let go at its end: what grows by steps pauses between them."""
    step, little = 4 * made.BATCH, made.BATCH / 8

    def held(batch: int, epoch: int) -> float:
        return step * epoch + (little if batch % EPOCH else 0)

    growth = batch_growth(made.trial(EPOCH * made.BATCH_ITEMS, held, batches=512, settle_every=3))

    assert growth is not None
    assert not growth.falls_back


def test_the_turn_of_an_epoch_makes_no_sawtooth() -> None:
    """What each epoch gathers is the data of an epoch, which other rules tell."""
    growth = batch_growth(sawtooth(EPOCH, 0, every=3, shift=-1))

    assert growth is not None
    assert not growth.falls_back
