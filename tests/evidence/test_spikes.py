"""High-water marks inside a batch, against its size."""

from collections.abc import Sequence

import msgspec
import pytest

from genaudit.evidence import readings
from genaudit.evidence.spikes import Spike, worst_spike
from genaudit.model.recording import Trial
from genaudit.units import MIB
from tests import build as made

PER_EPOCH = 8
ITEMS = PER_EPOCH * made.BATCH_ITEMS


def driven(rises: Sequence[float], *, after_settling: Sequence[int] = (), **fields: object) -> Trial:
    """A trial whose batches rise by so many bytes each above the batch itself.

    Args:
        after_settling: Batches that were made on a trimmed heap.
    """
    trial = made.trial(
        ITEMS, lambda batch, epoch: 0, batches=len(rises), transient=lambda batch: rises[batch - 1], settle_every=1
    )
    marks = [
        msgspec.structs.replace(
            mark,
            after_settling=mark.last in after_settling,
            # There the batch before has been let go.
            before_bytes=mark.before_bytes - made.BATCH * (mark.last in after_settling),
            **fields,
        )
        for mark in trial.batches
    ]
    return msgspec.structs.replace(trial, batches=marks)


def test_the_highest_rise_is_found() -> None:
    """One batch that needs more than the others is told by its number and ratio."""
    spike = worst_spike([driven([0, 0, 0, 6 * MIB, 0, MIB])], None)

    assert spike is not None
    assert spike == Spike(
        batch=4, transient_bytes=6 * MIB, batch_bytes=made.BATCH, items=ITEMS, process_bytes=spike.process_bytes
    )
    assert made.BASE <= spike.process_bytes < made.BASE + 12 * MIB
    assert spike.lift == pytest.approx(6 * MIB / spike.process_bytes)
    assert spike.ratio == pytest.approx(12.0)


def test_the_highest_of_several_trials() -> None:
    """Every trial counts."""
    trials = [driven([0, 0, 2 * MIB]), driven([0, 0, 3 * MIB])]

    spike = worst_spike(trials, None)

    assert spike is not None
    assert spike.transient_bytes == 3 * MIB


@pytest.mark.parametrize("batch", [1, PER_EPOCH + 1])
def test_the_first_batch_of_an_epoch_is_left_out(batch: int) -> None:
    """What a target sets up there is not the making of a batch."""
    rises = [0.0] * (2 * PER_EPOCH)
    rises[batch - 1] = 50 * MIB

    spike = worst_spike([driven(rises)], None)

    assert spike is not None
    assert spike.transient_bytes == 0


def test_on_a_trimmed_heap_the_median_counts() -> None:
    """One odd reading among them says nothing; a rise with every batch does."""
    odd = worst_spike([driven([0, 0, 0, 9 * MIB, 0, 0], after_settling=(2, 4, 6))], None)
    always = worst_spike([driven([9 * MIB] * 6, after_settling=(2, 4, 6))], None)

    assert odd is not None
    assert always is not None
    assert odd.transient_bytes < 2 * MIB
    assert always.transient_bytes >= 9 * MIB


def test_few_trimmed_batches_say_nothing() -> None:
    """Two of them are no median to rest on."""
    spike = worst_spike([driven([0, 9 * MIB, 0, 9 * MIB, 0, 0], after_settling=(2, 4))], None)

    assert spike is not None
    assert spike.transient_bytes == 0


def test_without_the_size_of_a_batch_there_is_no_ratio() -> None:
    """The typical size takes its place, where that is known."""
    trial = driven([0, 0, 6 * MIB], batch_bytes=None)
    typical = worst_spike([trial], 2 * MIB)

    assert worst_spike([trial], None) is None
    assert typical is not None
    assert typical.ratio == pytest.approx(3.0)


@pytest.mark.parametrize("free", [0, 30 * MIB])
def test_what_an_allocator_keeps_of_what_was_freed_has_not_stayed(free: int) -> None:
    """The settled reading right after the batch tells what has: at one size the heap may be trimmed, at another not."""
    trial = made.trial(8, lambda batch, epoch: 0.0, epochs=1, transient=lambda batch: 50 * MIB)
    (mark,) = trial.batches
    after = made.memory(mark.memory.held_bytes + free, high=mark.memory.high_water_bytes - 10 * MIB)
    changed = msgspec.structs.replace(trial, batches=[msgspec.structs.replace(mark, memory=after)])

    # Where the batch itself is let go by then, that is no part of it.
    kept = changed.settled[0].own_bytes
    before = mark.before_bytes - mark.before_file_bytes
    assert readings.trial_transient_bytes(changed) == before + 50 * MIB - max(before, kept)


def test_what_an_epoch_lets_go_at_its_end_had_stayed() -> None:
    """Of two readings after its last batch the one while the epoch lasts counts: what it holds is no transient."""
    trial = made.trial(8, lambda batch, epoch: 40.0 * MIB, epochs=1, transient=lambda batch: 0)
    (mark,), (inside,) = trial.batches, trial.settled
    loads = msgspec.structs.replace(mark, before_bytes=mark.before_bytes - 40 * MIB)
    over = msgspec.structs.replace(inside, own_bytes=inside.own_bytes - 40 * MIB)

    ended = msgspec.structs.replace(trial, batches=[loads], settled=[inside, over])

    assert (readings.trial_transient_bytes(ended) or 0) <= made.BATCH
