"""A last batch that is smaller, and still held by the target, makes memory fall at the end of each epoch."""

import msgspec

from genaudit.model import Verdict
from genaudit.model.limits import Limits
from genaudit.rules.batch_growth import batch_growth
from genaudit.units import KIB
from tests import build as made

KEPT = 55 * KIB
SMALLER = 220 * KIB
PER_EPOCH = 13


def held(batch: int, _epoch: int) -> float:
    return batch * KEPT


def held_but_the_last_is_smaller(batch: int, _epoch: int) -> float:
    return batch * KEPT - (SMALLER if batch % PER_EPOCH == 0 else 0)


def test_what_falls_does_not_hide_what_grows() -> None:
    """The drive was read just before and at the ends of epochs only; the small trial shows the growth."""
    small = made.trial(64, held)
    drive = made.trial(PER_EPOCH * made.BATCH_ITEMS, held_but_the_last_is_smaller, kind="clean", batches=40)
    at_ends = [mark for mark in drive.settled if mark.batch in {1, 13, 25, 26, 38, 39}]
    drive = msgspec.structs.replace(drive, settled=at_ends)
    evidence = made.evidence(small, drive)
    answer = batch_growth.check(evidence, Limits())

    assert answer.verdict is Verdict.FAIL
    assert evidence.growth.leak is not None
    assert evidence.growth.leak.per_batch.low <= KEPT <= evidence.growth.leak.per_batch.high
