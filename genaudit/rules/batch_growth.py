"""Memory that every batch leaves behind."""

from genaudit.evidence import readings
from genaudit.evidence.blame.attribution import blame_batches
from genaudit.evidence.blame.paths import blame_holding
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.growth import BatchGrowth
from genaudit.evidence.unwritten import Unwritten
from genaudit.model.catalogue import BATCH_GROWTH
from genaudit.model.limits import Limits
from genaudit.model.outcome import EvidenceKind, Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, compare, is_nothing, measured, not_applicable
from genaudit.rules.handles import bytes_of_handles
from genaudit.rules.messages import per_batch
from genaudit.units import format_bytes

SEEN_AGAIN = 0.3
FEWEST_BATCHES = 8
"""A trial in which less than this share of the growth comes in so many batches did not see it."""


@rule(code="GA201", name="batch-growth", title="Memory grows with every batch", level=Level.ERROR)
def batch_growth(evidence: Evidence, limits: Limits) -> Answer:
    """What is retained keeps rising from batch to batch, also after the whole data set has been seen.

    Why it matters:
        A long training ends when memory is full, hours after it began.

    How it is measured:
        At many batches the batch is let go, garbage collected and the heap trimmed. The slope of what is held then
        over the batches is a Theil-Sen estimate with its interval, past the first epoch wherever epochs are known, and
        within the life of an iterator that gives several. Arrays that nobody has written to take no memory: they are
        counted where references lead to them, over a drive four times as long.

    When it is wrong:
        A cache without epochs, on a target whose data set cannot be scaled, that takes longer to fill than
        --max-batches.

    What to do:
        Look at what outlives the batch: lists on self, default arguments, closures, views of a batch, caches. Empty it,
        or bound it: collections.deque(maxlen=...).
    """
    growth, flattest = evidence.growth.leak, evidence.growth.flattest
    limit = limits.kept_bytes_per_batch(evidence.item_bytes)
    if growth is None or flattest is None:
        return not_applicable("needs at least three settled readings: pull more batches with --batches")
    if flattest.highest <= limit or evidence.growth.is_heap_filling or evidence.is_refilling(limit):
        # What leaks does so in every trial: one that is flat settles it.
        if evidence.unwritten is not None:
            return _keeps_unwritten(evidence, evidence.unwritten, limit)
        flat = flattest if flattest.highest <= limit else growth
        answer = measured(Verdict.PASS, flat.per_batch, "bytes/batch", limit)
        return answer.with_message(f"flat over {flat.span} batches")
    limit += bytes_of_handles(evidence, limits)
    verdict = compare(growth.per_batch, limit)
    if growth.starts_anew and growth.overall.low <= 0:
        # Of what an epoch leaves in workers the laws over the size of the data set tell.
        return measured(Verdict.PASS, growth.overall, "bytes/batch", limit).with_message(
            f"what workers gain ends with them in each epoch: nothing more over {growth.span} batches"
        )
    if verdict is Verdict.INCONCLUSIVE and is_nothing(growth.per_batch, growth.span, evidence.batch_bytes, limits):
        verdict = Verdict.PASS
    jitter = (evidence.batch_bytes or 0) if evidence.trial_set.shares_memory else 0
    if verdict is not Verdict.PASS and growth.comes_and_goes(limit, jitter):
        return measured(Verdict.PASS, growth.overall, "bytes/batch", limit).with_message(
            f"what comes within an epoch goes again: no more is there after {growth.span} batches"
        )
    answer = measured(verdict, growth.per_batch, "bytes/batch", limit)
    if verdict is Verdict.PASS:
        return answer.with_message(_why_passed(evidence, limits, growth))
    if verdict is Verdict.INCONCLUSIVE or growth.levels_off or evidence.growth.leak_is_short:
        return _unsettled(answer, growth, f"grows by {per_batch(growth.per_batch)} over {growth.span} batches")
    if _is_not_seen_again(evidence, growth.per_batch.value):
        grew = f"grew by {per_batch(growth.per_batch)} in one trial, and in another did not"
        return _unsettled(answer, growth, grew)
    return _grows(evidence, limits, answer, growth)


def _keeps_unwritten(evidence: Evidence, kept: Unwritten, limit: float) -> Answer:
    """The fault by what is held, which is the same for arrays that are written to."""
    return Answer(
        verdict=Verdict.FAIL,
        message=f"keeps {format_bytes(kept.bytes_per_batch)}/batch in arrays that nobody has written to: "
        "here they take no memory, and they will where they are filled",
        value=kept.bytes_per_batch,
        unit="bytes/batch",
        limit=limit,
        evidence=EvidenceKind.ACCOUNTED,
        blame=blame_holding(evidence.recording, evidence.project, kept.holding, grows=True),
        saving_bytes=kept.holding.bytes,
        fix=BATCH_GROWTH.fix,
    )


def _why_passed(evidence: Evidence, limits: Limits, growth: BatchGrowth) -> str:
    """Flat; or grown by no more than what open files and threads take, which have rules of their own."""
    if growth.per_batch.low <= limits.kept_bytes_per_batch(evidence.item_bytes):
        return f"flat over {growth.span} batches"
    return f"grows by {per_batch(growth.per_batch)}: no more than the files and threads take that stay open"


def _unsettled(answer: Answer, growth: BatchGrowth, seen: str) -> Answer:
    """Growth that a longer drive would confirm or clear."""
    more = f"more batches would tell (--batches {growth.to_batch * 4})"
    return answer.with_message(f"{seen}: {more}", verdict=Verdict.INCONCLUSIVE)


def _grows(evidence: Evidence, limits: Limits, answer: Answer, growth: BatchGrowth) -> Answer:
    """The fault; a note where a long training would not feel it."""
    blame = blame_batches(evidence, growth.per_batch.value)
    in_all = growth.per_batch.value * limits.growth_matters_batches
    if in_all < limits.growth_matters_bytes:
        after = f"{format_bytes(in_all)} after {limits.growth_matters_batches:,} batches"
        return answer.with_message(
            f"keeps {per_batch(growth.per_batch)}: {after}",
            level=Level.NOTE,
            blame=blame,
        )
    seen = "past a whole epoch" if growth.whole_epochs else f"for as long as it was measured, {growth.to_batch} batches"
    return answer.with_message(
        f"keeps {per_batch(growth.per_batch)}, {seen}",
        blame=blame,
        saving_bytes=round(growth.total_bytes),
        fix=BATCH_GROWTH.fix,
    )


def _is_not_seen_again(evidence: Evidence, bytes_per_batch: float) -> bool:
    """Whether a trial that was run to see whose memory it is kept far less: what is lost with each batch always is."""
    again = [
        gained / (SEEN_AGAIN * bytes_per_batch * batches)
        for trial in evidence.recording.trials
        if trial.kind == "walked" and (not evidence.trial_set.workers or readings.strength_of(trial.settled))
        for batches, gained in [readings.gained_after_first(trial)]
        if batches >= FEWEST_BATCHES
    ]
    return bool(again) and max(again) < 1
