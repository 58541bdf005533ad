"""The data set in memory before the first batch."""

from genaudit.evidence.accounting import yielded_per_item
from genaudit.evidence.blame.attribution import blame_first, blame_first_or_part, blame_workers
from genaudit.evidence.blame.paths import blame_holding, holding_at_first
from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.law import LawFit
from genaudit.evidence.retention.index import is_index
from genaudit.evidence.retention.rows import items_kept
from genaudit.model.catalogue import EAGER_LOAD
from genaudit.model.limits import Limits
from genaudit.model.outcome import Basis, EvidenceKind, Interval, Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.accounted import holds_data, yields
from genaudit.rules.answer import Answer, measured, not_applicable
from genaudit.rules.messages import how_to_scale, larger_sizes, per_item, ran_out
from genaudit.rules.scaling import Growth, grows_with_items
from genaudit.units import format_bytes

BUFFERED = "takes its whole data set into a shuffle buffer before the first batch"
SHUFFLE_FIRST = (
    "Shuffle names or indices, before they are loaded: the stage .shuffle() before .map(load); or a smaller buffer."
)
MANY_ITEMS = 1_000_000
"""Where the user has not said how many there are."""


@rule(code="GA101", name="eager-load", title="Loads the data set before the first batch", level=Level.ERROR)
def eager_load(evidence: Evidence, limits: Limits) -> Answer:
    """What is retained after the first batch grows with the size of the data set.

    Why it matters:
        A generator exists to keep memory flat while data grows. This one needs memory for all of it before the first
        batch: it works on a sample and dies on the real data.

    How it is measured:
        The target is run on data sets of several sizes. After the first batch that batch is let go, garbage is
        collected and the heap trimmed; what is held then, over the size, is a slope in bytes per item. Growth by
        less than 1 KiB or 6 % of an item is an index (file names, labels) and passes. More is an index too where
        it is names and numbers, and little of an item: a note, and a warning where it is large for --project-items.
        A table whose rows the items are cut from, many for each, is the data, however small a row is.

        Where the data set cannot be scaled, what is held after the first batch is compared with what an epoch yields.

        A shuffle buffer of a pipeline is told apart, as the pipeline says how many items it holds. One that takes the
        whole data set is a fault where it takes 256 MiB or more when it is full.

    When it is wrong:
        A bounded buffer that is larger than the largest size measured looks the same. Measure larger sizes:
        --sizes 1000,4000,16000.

    What to do:
        Keep paths, offsets or a memory map, and load each item when its batch is made.
    """
    law = evidence.first_law
    if law is None:
        return _accounted(evidence, limits)
    limit = limits.held_bytes_per_item(evidence.held_item_bytes, evidence.file_bytes_per_item)
    grown = grows_with_items(law, limit)
    if grown.verdict is not Verdict.PASS and evidence.buffer_items is not None and not _is_held(evidence, limit):
        return _buffered(evidence, law, limit, evidence.buffer_items, limits)
    grown = _seen_by_references(evidence, grown, limit)
    answer = measured(grown.verdict, grown.slope, "bytes/item", limit, grown.basis)
    if grown.verdict is Verdict.PASS:
        return _lazy(evidence, law, answer, limits, bends=grown.bends)
    if grown.verdict is Verdict.INCONCLUSIVE:
        return _unsettled(evidence, law, answer, grown.slope, limit)
    if _is_index(evidence, law, limit):
        return _index(evidence, answer, grown.slope.value, limits)
    blame = blame_workers(evidence, law) if evidence.trial_set.workers else blame_first_or_part(evidence, law)
    return _loads(answer, law, grown.slope, blame)


def _loads(answer: Answer, law: LawFit, slope: Interval, blame: Blame | None) -> Answer:
    return answer.with_message(
        f"loads its whole data set before the first batch: {per_item(slope)} is retained",
        verdict=Verdict.FAIL,
        blame=blame,
        saving_bytes=round(slope.value * law.sizes[-1]),
        fix=EAGER_LOAD.fix,
    )


def _seen_by_references(evidence: Evidence, grown: Growth, limit: float) -> Growth:
    """Noise of a heap hides growth from the readings, and not from references, which are exact."""
    found = evidence.held_first_law
    is_hidden = grown.verdict is Verdict.INCONCLUSIVE and not grown.bends
    if not is_hidden or found is None or not _agrees(found, grown.slope, limit):
        return grown
    return Growth(Verdict.FAIL, found.per_item, basis=Basis.REFERENCES)


def _lazy(evidence: Evidence, law: LawFit, answer: Answer, limits: Limits, *, bends: bool) -> Answer:
    """No growth; where the data ran out before a buffer was full, or each worker has a part, more is asked."""
    if bends and evidence.may_have_run_out(law):
        return answer.with_message(ran_out(law, evidence.arguments), verdict=Verdict.INCONCLUSIVE)
    kept = items_kept(evidence.recording.trials, law.growing_part) if law.per_item.low > 0 and not bends else None
    if kept is not None:
        # Little for each of what the data set is counted by, and yet all that is yielded.
        blame = blame_holding(evidence.recording, evidence.project, kept, expected=kept.bytes)
        return _loads(answer, law, law.per_item, blame)
    whole = _accounted(evidence, limits) if evidence.is_of_parts else answer
    return whole if whole.verdict is Verdict.FAIL else answer.with_message(_passed(law, bends))


def _unsettled(evidence: Evidence, law: LawFit, answer: Answer, slope: Interval, limit: float) -> Answer:
    """Growth that may be none: of the heap alone, or of what larger data sets would show."""
    if evidence.is_heap_alone(slope, law, evidence.held_first_law, limit):
        return answer.with_message("nothing that is held grows with the data set", verdict=Verdict.PASS)
    return answer.with_message(f"grows by {per_item(slope)}: {larger_sizes(law, evidence.items_there)} would tell")


def _agrees(found: LawFit, slope: Interval, limit: float) -> bool:
    """Whether references lead to as much growth as the readings show, and to more than an index."""
    if found.per_item.low <= limit:
        return False
    return slope.low > 0 and slope.low <= found.per_item.high and found.per_item.low <= slope.high


def _is_held(evidence: Evidence, limit: float) -> bool:
    """Whether references lead to more than an index of the data set: a buffer of a library is none of it."""
    law = evidence.held_first_law
    return law is not None and law.per_item.low > limit


def _buffered(evidence: Evidence, law: LawFit, limit: float, buffer_items: int, limits: Limits) -> Answer:
    """Growth beside a shuffle buffer: only sizes that fill it tell what else is held."""
    size = evidence.buffer_size or buffer_items
    full = law.beyond(size)
    if full is None:
        answer = measured(Verdict.INCONCLUSIVE, law.per_item, "bytes/item", limit)
        need = law.per_item.value * size
        when_full = format_bytes(need)
        if need >= limits.growth_matters_bytes and law.per_item.low > limit:
            # Whatever else is held: so much memory is no bound that anybody meant.
            return answer.with_message(
                f"its shuffle buffer of {buffer_items:,} items takes all that there are before the first batch, "
                f"{per_item(law.per_item)}: {when_full} when it is full",
                verdict=Verdict.FAIL,
                headline=BUFFERED,
                blame=blame_first_or_part(evidence, law),
                saving_bytes=round(law.per_item.value * law.sizes[-1]),
                fix=SHUFFLE_FIRST,
            )
        return answer.with_message(
            f"the shuffle buffer of the pipeline holds {buffer_items:,} items, and no two sizes fill it: what is held "
            f"grows by {per_item(law.per_item)} until it is full, with {when_full}. Larger sizes "
            f"(--sizes {size * 2},{size * 4}) would tell whether more than that is held"
        )
    verdict, slope, *_ = grows_with_items(full, limit)
    answer = measured(verdict, slope, "bytes/item", limit)
    if verdict is Verdict.PASS:
        at = format_bytes(full.points[-1].n_bytes)
        return answer.with_message(f"a shuffle buffer of {buffer_items:,} items that is full at {at}")
    if verdict is Verdict.INCONCLUSIVE:
        return answer.with_message(
            f"grows by {per_item(slope)} where the shuffle buffer of {buffer_items:,} items is full: "
            f"{larger_sizes(full)} would tell"
        )
    return answer.with_message(
        f"loads its whole data set before the first batch: {per_item(slope)} is retained beside a full shuffle buffer",
        fix=EAGER_LOAD.fix,
        saving_bytes=round(slope.value * full.sizes[-1]),
    )


def _is_index(evidence: Evidence, law: LawFit, limit: float) -> bool:
    """Whether names and numbers are held, and not the items."""
    held = holding_at_first(evidence.recording, law.growing_part)
    return held is not None and is_index(
        held[0],
        items=held[1],
        item_bytes=yielded_per_item(evidence.trial_set),
        limit=limit,
        yields_objects=evidence.trial_set.yields_objects,
    )


def _index(evidence: Evidence, answer: Answer, bytes_per_item: float, limits: Limits) -> Answer:
    """A note; a warning where the index of the real data set is large for the machine."""
    recording = evidence.recording
    items = recording.request.project_items or MANY_ITEMS
    need = bytes_per_item * items
    matters = (
        recording.request.project_items is not None and need > limits.index_share_of_machine * recording.limit.bytes
    )
    size = format_bytes(bytes_per_item)
    message = f"keeps an index of {size} per item, not the items: {format_bytes(need)} at {items:,}"
    if not matters:
        return answer.with_message(message, level=Level.NOTE)
    return answer.with_message(
        message,
        level=Level.WARNING,
        headline=f"keeps an index that takes {format_bytes(need)} at {items:,} items",
        blame=blame_first(evidence, evidence.first_law) if evidence.first_law else None,
        saving_bytes=round(need),
        fix="Keep names in one array or one string with offsets: a tuple of Python objects takes ten times as much.",
    )


def _accounted(evidence: Evidence, limits: Limits) -> Answer:
    """By what is held beside what an epoch yields, where there is one size only."""
    account = evidence.account
    if account is None or account.epoch is None:
        return not_applicable(how_to_scale(evidence.arguments))
    epoch = account.epoch
    beside = f"an epoch yields {yields(epoch)}"
    if account.holding is not None:
        held = format_bytes(account.holding.bytes)
        message = f"holds its whole data set after the first batch: {held}, and {beside}"
        return holds_data(evidence, account.holding, epoch, message, fix=EAGER_LOAD.fix)
    if account.buffered is not None and account.buffer_is_as_long:
        # It will be as long as any data set.
        message = (
            f"its shuffle buffer is as long as the data set, {account.buffer_items:,} items, and takes all of it "
            f"before the first batch: {format_bytes(account.buffered.bytes)}, and {beside}"
        )
        return holds_data(evidence, account.buffered, epoch, message, fix=SHUFFLE_FIRST)
    if account.buffered is not None and account.buffer_items * epoch.item_bytes >= limits.growth_matters_bytes:
        when_full = format_bytes(account.buffer_items * epoch.item_bytes)
        held = format_bytes(account.buffered.bytes)
        message = (
            f"its shuffle buffer of {account.buffer_items:,} items takes all that there are before the first batch: "
            f"{held}, and {beside}; {when_full} when it is full"
        )
        answer = holds_data(evidence, account.buffered, epoch, message, fix=SHUFFLE_FIRST)
        # It has a bound, so that no figure for each item tells what a larger data set takes.
        return answer.with_message(message, headline=BUFFERED, value=None, unit=None, limit=None)
    if not account.holds_little:
        return not_applicable(how_to_scale(evidence.arguments))
    held = format_bytes(max(account.held_bytes, account.retained_bytes))
    return Answer(
        verdict=Verdict.PASS,
        message=f"holds {held} after the first batch, and {beside}",
        evidence=EvidenceKind.ACCOUNTED,
    )


def _passed(law: LawFit, bends: bool) -> str:
    if bends:
        return f"a buffer that is full at {format_bytes(law.points[-1].n_bytes)}, whatever the size of the data set"
    if law.per_item.low <= 0 or law.per_item.value < 1:
        return "what is retained after the first batch does not grow with the data set"
    return f"keeps an index of about {format_bytes(law.per_item.value)} per item, not the items"
