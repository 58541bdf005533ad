"""Memory that is sampled: a reading is off by what happens to be resident."""

from genaudit.model.limits import Limits
from genaudit.model.outcome import Verdict
from genaudit.rules.batch_growth import batch_growth as rule
from genaudit.units import KIB
from tests import build as made

KEPT = 256 * KIB


def test_a_few_flat_batches_are_no_answer_to_a_long_leak() -> None:
    """As a sampled audit had them: four batches in a small trial, of which the last are a little lower."""
    small = made.trial(16, lambda batch, _: -KEPT // 2 * (batch > 2), batches=4, sampler="memory-profiler")
    long = made.trial(512, lambda batch, _: KEPT * batch, batches=400, settle_every=16, sampler="memory-profiler")

    assert rule.check(made.evidence(small, long), Limits()).verdict is Verdict.FAIL


def test_many_flat_batches_are() -> None:
    """What leaks does so in every trial."""
    flat = made.trial(512, lambda *_: 0.0, batches=64, settle_every=4, sampler="memory-profiler")
    grown = made.trial(512, lambda batch, _: KEPT * batch, batches=64, settle_every=4, sampler="memory-profiler")

    assert rule.check(made.evidence(flat, grown), Limits()).verdict is Verdict.PASS
