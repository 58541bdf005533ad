"""What an epoch leaves is read at its end: a drive that was read long before tells of no cache, and of no bound."""

import msgspec
import pytest

from genaudit.evidence import readings
from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.model.recording import Trial
from genaudit.rules.unbounded_cache import unbounded_cache
from tests import build as made


def cached(items: int, *, kind: str = "scaled") -> Trial:
    """Every item that was seen is kept; epochs end by themselves."""
    return made.trial(
        items, lambda batch, _: min(batch * made.BATCH_ITEMS, items) * made.ITEM, kind=kind, natural=True, epochs=2
    )


def read_at(trial: Trial, *batches: int) -> Trial:
    """The trial with only some of its settled readings, and the ones at the ends of epochs."""
    kept = [mark for mark in trial.settled if mark.batch in batches or mark.at == "epoch"]
    return msgspec.structs.replace(trial, settled=kept)


def test_a_reading_in_the_midst_is_none_of_the_end() -> None:
    """With it, a cache would seem to be full there."""
    drive = read_at(cached(512, kind="clean"), 1, 25)

    assert readings.retained_after_epoch_bytes(drive) is None
    assert readings.highest_in_epoch(drive) is None
    assert readings.retained_after_epoch_bytes(read_at(drive, 1)) is None


def test_where_the_first_epoch_was_not_read_to_its_end_a_later_one_may_have_been() -> None:
    """Of files with many rows only the first epoch tells how long the next is."""
    whole = made.trial(64, lambda batch, _: (batch - 1) % 8 * made.ITEM, kind="scaled", natural=True, epochs=2)
    n_batches = whole.epochs[0].batches
    drive = read_at(whole, 1, 2 * n_batches - 1)

    assert readings.retained_after_epoch(drive) == (2 * n_batches - 1, (2 * n_batches - 2) % 8 * made.ITEM)


def test_a_cache_is_found_though_the_drive_was_read_seldom() -> None:
    """By the sizes that were read at their ends."""
    trials = [cached(items) for items in (32, 64, 128, 256)]
    drive = read_at(cached(512, kind="clean"), 1, 25)

    answer = unbounded_cache.check(made.evidence(*trials, drive), Limits())

    assert answer.verdict is Verdict.FAIL


@pytest.mark.parametrize("ends", [True, False], ids=["iterators end", "iterators begin anew"])
def test_larger_sizes_that_were_gone_through_are_believed(ends: bool) -> None:
    """A heap that fills over the first batches rises with small sizes, and with large ones no more.

    Of iterators that begin anew, a function of the user's may have given fewer items than it was asked for.
    """

    def trial(items: int, kind: str, epochs: int) -> Trial:
        drive = made.trial(
            items,
            lambda batch, _: min(batch * made.BATCH_ITEMS, items, 512) * made.ITEM,
            kind=kind,
            natural=ends and kind != "forecast",
            epochs=epochs,
        )
        asked = msgspec.structs.replace(made.arguments(items), arguments={"path": "a file"})
        return msgspec.structs.replace(drive, arguments=asked)

    small = [trial(items, "clean" if items == 512 else "scaled", 2) for items in (32, 64, 128, 256, 512)]
    large = [trial(items, "forecast", 1) for items in (1024, 2048, 4096)]

    assert unbounded_cache.check(made.evidence(*small), Limits()).verdict is Verdict.FAIL
    verdict = unbounded_cache.check(made.evidence(*small, *large), Limits()).verdict
    assert verdict is (Verdict.PASS if ends else Verdict.FAIL)


def test_what_each_epoch_leaves_is_no_cache_though_one_trial_lacks_the_first_end() -> None:
    """The end of a first epoch that nothing foretold may not have been read: then a later one of all trials counts."""
    step = 4 * made.BATCH
    small, large = (made.trial(items, lambda _, epoch: step * epoch, natural=True) for items in (64, 128))
    unread = [mark for mark in large.settled if mark.epoch > 1 or mark.batch < 4]
    evidence = made.evidence(small, msgspec.structs.replace(large, settled=unread))

    assert evidence.epoch_law is not None
    assert evidence.epoch_law.per_item.value == 0
