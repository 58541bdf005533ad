"""Arrays that are kept though they take no memory yet: the kernel gives pages only to what is written to.

``np.zeros`` and ``np.empty`` of more than some pages are such. A toy that keeps them is flat by every reading, and
the same code on real data is not: walks of references count what arrays will take.
"""

from collections.abc import Iterator, Sequence

import msgspec

from genaudit.evidence import readings
from genaudit.evidence.growth import OF_A_BATCH
from genaudit.evidence.retention.tree import Holding, Tree
from genaudit.model.marks import RetentionMark
from genaudit.model.recording import Trial

LONGER = 2
"""Of two drives of which one is so many times as long as the other, what is bounded holds as much."""
FEWEST_BATCHES = 8
IN_MEMORY = 0.25
"""Of what was written to, at least this share is in memory."""
_ARRAYS = ("ndarray", "Tensor")


class Unwritten(msgspec.Struct, frozen=True, kw_only=True):
    """What gains arrays from batch to batch, none of which takes memory."""

    holding: Holding
    """What came between the ends of two drives."""
    batches: int
    """By how many the one is longer than the other."""
    bytes_per_batch: float


def seems_kept(trial: Trial, batch_bytes: int) -> bool:
    """Whether arrays of most batches are held at the end of a drive, and hardly any of it is in memory.

    Args:
        trial: A drive with a walk at its end.
        batch_bytes: Of one batch.
    """
    mark = _at_end(trial)
    batches, gained = readings.gained_after_first(trial)
    if mark is None or min(mark.batch, batches + 1) < FEWEST_BATCHES:
        return False
    held = max((each.bytes for each in _arrays(Tree(mark).holdings())), default=0)
    is_of_most = held >= OF_A_BATCH * batch_bytes * mark.batch > 0
    return is_of_most and gained < IN_MEMORY * held


def unwritten(trials: Sequence[Trial], batch_bytes: int) -> Unwritten | None:
    """What grows with the batches by walks at the ends of two drives, though no reading of memory shows it.

    Args:
        trials: Of one size of the data set two at least, one much longer than the other.
        batch_bytes: Of one batch; what grows by less than half of it is not told.
    """
    kept = [trial for trial in trials if seems_kept(trial, batch_bytes)]
    ends = sorted((mark for trial in kept if (mark := _at_end(trial)) is not None), key=lambda mark: mark.batch)
    if not ends or ends[-1].batch < LONGER * ends[0].batch:
        return None
    shortest, longest = ends[0], ends[-1]
    batches = longest.batch - shortest.batch
    gained = max(_arrays(Tree(longest, before=shortest).holdings()), key=lambda each: each.bytes, default=None)
    if gained is None or gained.bytes < OF_A_BATCH * batch_bytes * batches:
        return None
    return Unwritten(holding=gained, batches=batches, bytes_per_batch=gained.bytes / batches)


def _at_end(trial: Trial) -> RetentionMark | None:
    return next((mark for mark in trial.retention if mark.at == "end" and not mark.pid), None)


def _arrays(holdings: Sequence[Holding]) -> Iterator[Holding]:
    return (each for each in holdings if each.payload.type.startswith(_ARRAYS))
