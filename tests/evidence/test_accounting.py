"""What is held beside what an epoch yields, at one size."""

import pytest
from msgspec.structs import replace

from genaudit.evidence.accounting import account, kept_after_epoch
from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import EvidenceKind, RunVerdict, Verdict
from genaudit.model.report import BATCHES_ONLY, EVERYTHING
from genaudit.report import scope
from genaudit.rules.eager_load import eager_load
from genaudit.rules.unbounded_cache import unbounded_cache
from tests import build
from tests.evidence.retention.made import generator, images, walk

EPOCH = 12


def evidence(retained: float, held: int, *, last: int = EPOCH - 1) -> Evidence:
    """A source of 12 batches an epoch, and a walked trial up to a batch of it.

    Args:
        retained: By the process at that batch; nothing after the first.
        held: Found there by the walk.
    """
    driven = build.trial(
        EPOCH * build.BATCH_ITEMS, lambda batch, epoch: 0.0, kind="clean", epochs=2, natural=True, settle_every=EPOCH
    )
    walked = build.trial(None, lambda batch, epoch: retained if batch > 1 else 0.0, kind="walked", batches=last)
    marks = [walk(generator(n_bytes=100, line=6))]
    marks.append(walk(generator(images(held, 96), n_bytes=held, line=6), at="end", batch=last))
    walked = replace(walked, retention=marks)
    return build.evidence(*(replace(trial, arguments=build.arguments(None), items=None) for trial in (driven, walked)))


def test_what_holds_little_through_an_epoch_is_tested() -> None:
    """After the first batch, and where a cache of it would be full."""
    made = evidence(2000.0, 2000)

    assert eager_load.check(made, Limits()).verdict is Verdict.PASS
    assert kept_after_epoch(made.trial_set, made.account.epoch) == 2000  # type: ignore[union-attr,arg-type]
    assert scope.tested(made, RunVerdict.PASS) == EVERYTHING


@pytest.mark.parametrize("last", [2, EPOCH - 2])
def test_short_of_the_end_of_an_epoch_nothing_is_told_of_caches(last: int) -> None:
    """They are full at its end."""
    made = evidence(0.0, 2000, last=last)

    assert kept_after_epoch(made.trial_set, made.account.epoch) is None  # type: ignore[union-attr,arg-type]
    assert scope.tested(made, RunVerdict.PASS) == BATCHES_ONLY


def test_what_is_retained_and_not_found_is_not_acquitted() -> None:
    """It may be the data in native memory."""
    assert scope.tested(evidence(0.5 * EPOCH * build.BATCH, 2000), RunVerdict.PASS) == BATCHES_ONLY


def test_a_cache_that_lives_as_long_as_its_epoch_is_accounted() -> None:
    """It is found before the generator ends, and with it the cache."""
    made = evidence((EPOCH - 1) * build.BATCH, (EPOCH - 1) * build.BATCH)
    answer = unbounded_cache.check(made, Limits())

    assert account(made.trial_set).cached is not None  # type: ignore[union-attr]
    assert (answer.verdict, answer.evidence) == (Verdict.FAIL, EvidenceKind.ACCOUNTED)
