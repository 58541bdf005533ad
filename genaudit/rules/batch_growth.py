"""Memory that every batch leaves behind."""

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, compare, not_applicable
from genaudit.rules.blaming import blame_batches
from genaudit.rules.wording import per_batch

TURN_OF_EPOCH = 0.35
FIX = """\
# keep a number, not the batch (and bound what must be kept):
history.append(float(batch.mean()))
recent = collections.deque(maxlen=8)"""


@rule(code="GA201", name="batch-growth", title="Memory grows with every batch", level=Level.ERROR)
def batch_growth(evidence: Evidence, limits: Limits) -> Answer:
    """What is retained keeps rising from batch to batch, also after the whole data set has been seen.

    Why it matters:
        A long training ends when memory is full, hours after it began.

    How it is measured:
        At many batches the batch is let go, garbage collected and the heap trimmed. The slope of what is held then
        over the batches is a Theil-Sen estimate with its interval, past the first epoch wherever epochs can be told.

    When it is wrong:
        A cache without epochs, on a target whose data set cannot be scaled, that takes longer to fill than
        --max-batches.

    What to do:
        Look at what outlives the batch: lists on self, default arguments, closures, views of a batch, caches.
    """
    growth, flattest = evidence.leak, evidence.flattest
    limit = limits.kept_bytes_per_batch(evidence.item_bytes)
    if growth is None or flattest is None:
        return not_applicable("needs at least three settled readings: pull more batches with --batches")
    common = {"unit": "bytes/batch", "limit": limit}
    if flattest.per_batch.high <= limit:
        return Answer(
            verdict=Verdict.PASS,
            message=f"flat over {flattest.span} batches",
            value=flattest.per_batch.value,
            noise=flattest.per_batch,
            **common,
        )
    verdict = compare(growth.per_batch, limit)
    by_epoch = evidence.epoch_growth
    if verdict is Verdict.FAIL and by_epoch is not None and by_epoch.inside_share < TURN_OF_EPOCH:
        return Answer(verdict=Verdict.PASS, message="grows at the turn of an epoch, not with batches", **common)
    if verdict is Verdict.FAIL and growth.levels_off:
        verdict = Verdict.INCONCLUSIVE
    common |= {"value": growth.per_batch.value, "noise": growth.per_batch}
    if verdict is not Verdict.FAIL:
        message = {
            Verdict.PASS: f"flat over {growth.span} batches",
            Verdict.INCONCLUSIVE: f"grows by {per_batch(growth.per_batch)} over {growth.span} batches: "
            f"more batches would tell (--batches {growth.to_batch * 4})",
        }[verdict]
        return Answer(verdict=verdict, message=message, **common)
    if growth.whole_epochs == 0 and evidence.is_scaled:
        return Answer(verdict=Verdict.PASS, message="what grows in the first epoch is judged as a cache", **common)
    seen = "past a whole epoch" if growth.whole_epochs else f"for as long as it was measured, {growth.to_batch} batches"
    return Answer(
        verdict=verdict,
        message=f"keeps {per_batch(growth.per_batch)}, {seen}",
        blame=blame_batches(evidence, growth.per_batch.value),
        saving_bytes=round(growth.total_bytes),
        fix=FIX,
        **common,
    )
