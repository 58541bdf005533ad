"""Arrays that are kept and that nobody has written to: told by what is held, as no reading of memory shows them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from genaudit.evidence.unwritten import seems_kept, unwritten
from genaudit.model.job import Job
from genaudit.model.limits import Limits
from genaudit.model.outcome import EvidenceKind, Verdict
from genaudit.model.recording import Trial
from genaudit.pipeline import audit
from genaudit.rules.batch_growth import batch_growth
from tests import build
from tests.evidence.retention.made import Step, generator, walk

AT = (16, 64)
ARRAY = 1536 * 1024
KEEPING = """
import numpy as np

def keeping(n=64, kept=[]):
    for _ in range(n):
        kept.append(np.{made}((256, 256, 3)))
        yield kept[-1]
"""


def driven(batches: int, held: int, *, retained: float = 0.0, of: str = "ndarray", kind: str = "clean") -> Trial:
    """A drive of so many batches, with what a walk at its end finds in a list, and what the process retains of it."""
    trial = build.trial(None, lambda batch, epoch: retained if batch > 1 else 0.0, kind=kind, batches=batches)
    array = Step("entry", "", of, held * build.BATCH, count=held)
    kept = Step("variable", "kept", "list", held * build.BATCH, array, entries=held)
    mark = walk(generator(kept, n_bytes=held * build.BATCH, line=6), at="end", batch=batches)
    return replace(trial, retention=[mark])


@pytest.mark.parametrize(("held", "told"), [((16, 64), True), ((16, 40), True), ((16, 39), False), ((16, 16), False)])
def test_what_goes_on_to_grow_is_kept(held: tuple[int, int], *, told: bool) -> None:
    """By half of each batch at least; what is full holds no more."""
    found = unwritten([driven(batches, n) for batches, n in zip(AT, held, strict=True)], build.BATCH)

    assert (found is not None) == told
    if found is not None:
        assert found.bytes_per_batch == pytest.approx((held[1] - held[0]) / (AT[1] - AT[0]) * build.BATCH)


@pytest.mark.parametrize(
    ("trial", "seems"),
    [
        (driven(16, 16), True),
        (driven(16, 8), True),
        (driven(16, 7), False),
        (driven(7, 7), False),
        (driven(16, 16, retained=3.9 * build.BATCH), True),
        (driven(16, 16, retained=4.1 * build.BATCH), False),
        (driven(16, 16, of="Tensor"), True),
        (driven(16, 16, of="bytes"), False),
    ],
)
def test_a_longer_drive_is_asked_for(trial: Trial, *, seems: bool) -> None:
    """Where arrays of half of the batches are held, and hardly any of it is in memory."""
    assert seems_kept(trial, build.BATCH) == seems


def test_drives_that_are_alike_tell_nothing() -> None:
    """What they differ by may be what fills."""
    assert unwritten([driven(16, 16), driven(31, 31)], build.BATCH) is None


def test_the_rule_says_so() -> None:
    """Where memory is flat; by what is held, with the rate."""
    made = build.evidence(driven(16, 16), driven(64, 64, kind="walked"))
    answer = batch_growth.check(made, Limits())

    assert (answer.verdict, answer.evidence, answer.value) == (Verdict.FAIL, EvidenceKind.ACCOUNTED, build.BATCH)
    assert batch_growth.check(build.evidence(driven(64, 64)), Limits()).verdict is Verdict.PASS


@pytest.mark.process
@pytest.mark.parametrize("made", ["zeros", "ones"])
def test_the_verdict_is_that_of_arrays_that_are_written_to(tmp_path: Path, made: str) -> None:
    """The same rule, figure and line for both."""
    (tmp_path / "data.py").write_text(KEEPING.format(made=made))

    _, report = audit(Job(target=f"{tmp_path / 'data.py'}:keeping", batches=16, max_batches=64))

    assert [outcome.name for outcome in report.findings] == ["batch-growth"]
    (found,) = report.findings
    assert found.value == pytest.approx(ARRAY, rel=0.03)
    assert found.location is not None
    assert found.location.line in {6, 7}
    assert report.batches is not None
    assert report.batches.growth_bytes_per_batch is not None
    assert report.batches.growth_bytes_per_batch.value == pytest.approx(ARRAY, rel=0.03)
