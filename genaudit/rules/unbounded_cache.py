"""A cache that ends up holding the whole data set."""

from genaudit.evidence.blame.attribution import blame_cache
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.model.catalogue import UNBOUNDED_CACHE
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.accounted import holds_data, yields
from genaudit.rules.answer import Answer, measured, not_applicable
from genaudit.rules.messages import how_to_scale, larger_sizes, per_item, ran_out
from genaudit.rules.scaling import Growth, grows_with_items
from genaudit.units import format_bytes

BY_BATCHES = 0.8
"""From this share on, what an epoch leaves is what its batches do, which go on with it after the epoch."""
GOES_ON = "what an epoch leaves grows on after it, with every batch: batch-growth reports it"


@rule(code="GA203", name="unbounded-cache", title="A cache without a bound", level=Level.ERROR)
def unbounded_cache(evidence: Evidence, limits: Limits) -> Answer:
    """Memory rises during the first epoch, then stays, and where it stays grows with the data set.

    Why it matters:
        It is loading the whole data set in slow motion: a training dies within its first epoch.

    How it is measured:
        What is retained at the end of an epoch, over data sets of several sizes, less what the first batch retained
        already (that is eager-load) and less what grows for ever (that is batch-growth).

    When it is wrong:
        A cache with a bound that is larger than the largest size measured looks the same. Measure larger sizes:
        --sizes 1000,4000,16000.

    What to do:
        Give the cache a bound (functools.lru_cache(maxsize=...)), or drop it: the page cache keeps hot files anyway.
    """
    law = evidence.epoch_law
    if law is None:
        if evidence.first_law is None:
            return _accounted(evidence, limits)
        return not_applicable("needs a whole epoch at two sizes: the data set is too large or too slow for that")
    limit = limits.cached_bytes_per_item(evidence.data_item_bytes, evidence.file_bytes_per_item)
    grown = _left_by_an_epoch(evidence, law, limit)
    if grown.verdict is not Verdict.FAIL:
        grown = _left_by_draws(evidence, limit) or grown
    answer = measured(grown.verdict, grown.slope, "bytes/item", limit, grown.basis)
    if grown.verdict is Verdict.PASS:
        return _bounded(evidence, law, limit, answer, bends=grown.bends)
    if grown.verdict is Verdict.INCONCLUSIVE:
        if evidence.is_heap_alone(grown.slope, law, evidence.held_epoch_law, limit):
            return answer.with_message("an epoch leaves nothing that is held and grows", verdict=Verdict.PASS)
        if grown.slope.value <= 0 and grown.slope.high <= limits.index_bytes_per_item:
            return answer.with_message("what an epoch leaves does not grow with the data set", verdict=Verdict.PASS)
        return answer.with_message(
            f"an epoch leaves {per_item(grown.slope)}: {larger_sizes(law, evidence.items_there)} would tell"
        )
    if _is_by_batches(evidence, law, grown.slope.value):
        return not_applicable(GOES_ON)
    return answer.with_message(
        f"caches every item it has seen, without a bound: {per_item(grown.slope)} after an epoch",
        blame=blame_cache(evidence),
        saving_bytes=round(grown.slope.value * law.sizes[-1]),
        fix=UNBOUNDED_CACHE.fix,
    )


def _is_by_batches(evidence: Evidence, law: LawFit, per_item: float) -> bool:
    """Whether growth that goes on past an epoch is so much that what is left without it is its noise."""
    largest = law.sizes[-1]
    driven = [trial for trial in evidence.trials_behind(law) if trial.items == largest and trial.epochs]
    batches = max((trial.epochs[0].batches for trial in driven), default=0)
    by_batches = evidence.growth.rate_past_an_epoch * batches
    return by_batches > 0 and by_batches >= BY_BATCHES * (by_batches + per_item * largest)


def _left_by_an_epoch(evidence: Evidence, law: LawFit, limit: float) -> Growth:
    """What grows by the end of an epoch beside what was there before; the most of any moment of it may acquit."""
    before, filled = evidence.held_before_epoch, evidence.filled_law
    grown = grows_with_items(law, limit, less=before)
    if grown.verdict is not Verdict.INCONCLUSIVE or filled is None:
        return grown
    at_most = grows_with_items(filled, limit, less=before)
    return at_most if at_most.verdict is Verdict.PASS else grown


def _left_by_draws(evidence: Evidence, limit: float) -> Growth | None:
    """What some epochs leave where the items are drawn at random, if references lead to it, too.

    A heap also fills over the first batches, of which larger data sets have more.
    """
    law, found = evidence.drawn_law, evidence.held_epoch_law
    if law is None or found is None or found.per_item.low <= limit:
        return None
    grown = grows_with_items(law, limit, less=evidence.held_before_epoch)
    return grown if grown.verdict is Verdict.FAIL else None


def _bounded(evidence: Evidence, law: LawFit, limit: float, answer: Answer, *, bends: bool) -> Answer:
    """A cache that was full, or none; where the data ran out before it could be, nobody knows which."""
    held = evidence.held_epoch_law
    has_bound = evidence.is_heap_alone(law.rise, law, held, limit) or evidence.is_buffer_of_files(law, held, limit)
    if bends and evidence.may_have_run_out(law) and not has_bound:
        return answer.with_message(ran_out(law, evidence.arguments), verdict=Verdict.INCONCLUSIVE)
    full = f"a cache with a bound: full at {format_bytes(law.points[-1].n_bytes)}"
    return answer.with_message(full if bends else "an epoch leaves nothing behind that grows with the data set")


def _accounted(evidence: Evidence, limits: Limits) -> Answer:
    """By what is held after an epoch beside what the epoch yielded, where there is one size only."""
    account = evidence.account
    if account is None or account.epoch is None or account.cached is None:
        return not_applicable(how_to_scale(evidence.arguments))
    if evidence.unwritten is not None:
        return not_applicable(GOES_ON)
    holding, epoch = account.cached, account.epoch
    leak = evidence.growth.leak
    if leak is not None and leak.whole_epochs and leak.per_batch.low > limits.kept_bytes_per_batch(evidence.item_bytes):
        in_epoch = leak.per_batch.value * epoch.batches
        if in_epoch >= BY_BATCHES * holding.bytes:
            return not_applicable(GOES_ON)
    held = format_bytes(holding.bytes)
    message = f"caches every item it has seen: {held} after an epoch that yields {yields(epoch)}"
    return holds_data(evidence, holding, epoch, message, fix=UNBOUNDED_CACHE.fix, grows=True)
