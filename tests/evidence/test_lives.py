"""An iterator that gives several epochs and ends: what it keeps till then is growth, though it is let go at its end."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from genaudit.evidence import readings
from genaudit.evidence.growth import batch_growth
from genaudit.model.job import Job
from genaudit.model.recording import Trial
from genaudit.pipeline import audit
from tests import build

KEEPING = """
from collections import deque
import numpy as np

def data(n):
    return {"keys": list(range(n))}

def keeping(keys, bound=None, epochs=3):
    kept = deque(maxlen=bound)
    for _ in range(epochs):
        for key in keys:
            kept.append(np.full((128, 128, 4), key % 256, np.uint8))
            yield kept[-1]
"""


def lives(*epochs: int, ends: tuple[int, ...]) -> Trial:
    """A drive over epochs of four batches each, in which an iterator ended after some of them, and kept its batches."""
    begun = 0
    kept: dict[int, int] = {}
    for epoch in epochs:
        for batch in range(4 * (epoch - 1) + 1, 4 * epoch + 1):
            kept[batch] = batch - begun
        begun = 4 * epoch if epoch in ends else begun
    made = build.trial(32, lambda batch, epoch: kept[batch] * build.BATCH, epochs=len(epochs))
    marks = [replace(mark, natural=mark.epoch in ends) for mark in made.epochs]
    settled = []
    for mark in made.settled:
        settled.append(mark)
        if mark.at == "epoch" and mark.epoch in ends:
            settled.append(replace(mark, retained_bytes=build.BASE, own_bytes=build.BASE))
    return replace(made, epochs=marks, settled=settled)


def test_later_lives_say_nothing_of_the_first() -> None:
    """Neither their readings nor their batches count, nor the reading after the first had ended."""
    trial = lives(1, 2, 3, 4, 5, 6, 7, 8, ends=(3, 6))
    first = readings.first_life(trial)

    assert readings.life_of(trial) == 3
    assert [mark.batch for mark in first.settled] == list(range(1, 13))
    assert (first.batches[-1].last, len(first.epochs)) == (12, 3)
    growth = batch_growth(trial)
    assert growth is not None
    assert growth.per_batch.value == pytest.approx(build.BATCH)
    assert growth.whole_epochs == 1


@pytest.mark.parametrize("ends", [(), (1, 2, 3, 4)])
def test_an_iterator_of_one_epoch_or_without_an_end_is_left_as_it_is(ends: tuple[int, ...]) -> None:
    """Each epoch of a loader is an iterator of its own."""
    trial = lives(1, 2, 3, 4, ends=ends)

    assert readings.life_of(trial) is None
    assert readings.first_life(trial) is trial


@pytest.mark.process
@pytest.mark.parametrize(
    ("items", "bound", "found"), [(64, None, ["batch-growth"]), (120, None, ["batch-growth"]), (120, 40, [])]
)
def test_what_is_kept_for_a_life_is_growth(tmp_path: Path, items: int, bound: int | None, found: list[str]) -> None:
    """However many lives a drive has; a ring that is full before the iterator ends is none."""
    (tmp_path / "data.py").write_text(KEEPING)
    target = f"{tmp_path / 'data.py'}:keeping"

    _, report = audit(
        Job(target=target, args_from=f"{tmp_path / 'data.py'}:data", items=items, arguments=[f"bound={bound}"])
    )

    assert [outcome.name for outcome in report.findings] == found
