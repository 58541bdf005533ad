"""The data set in memory before the first batch."""

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, compare, not_applicable
from genaudit.rules.blaming import blame_first
from genaudit.rules.wording import HOW_TO_SCALE, per_item
from genaudit.units import format_bytes

FIX = """\
# load an item when its batch is made, not before:
for start in range(0, len(paths), batch_size):
    batch = [load(path) for path in paths[start:start + batch_size]]
    yield np.stack(batch)"""


@rule(code="GA101", name="eager-load", title="Loads the data set before the first batch", level=Level.ERROR)
def eager_load(evidence: Evidence, limits: Limits) -> Answer:
    """What is retained after the first batch grows with the size of the data set.

    Why it matters:
        A generator exists to keep memory flat while data grows. This one needs memory for all of it before the first
        batch: it works on a sample and dies on the real data.

    How it is measured:
        The target is run on data sets of several sizes. After the first batch that batch is let go, garbage is
        collected and the heap trimmed; what is held then, over the size, is a slope in bytes per item. Growth by
        less than 1 KiB or 2 % of an item is an index (file names, labels) and passes.

    When it is wrong:
        A bounded buffer that is larger than the largest size measured looks the same. Measure larger sizes:
        --sizes 1000,4000,16000.

    What to do:
        Keep paths, offsets or a memory map, and load each item when its batch is made.
    """
    law = evidence.first_law
    if law is None:
        return not_applicable(HOW_TO_SCALE)
    limit = limits.held_bytes_per_item(evidence.item_bytes, evidence.file_bytes_per_item)
    verdict = compare(law.per_item, limit)
    if verdict is not Verdict.PASS and compare(law.tail, limit) is not Verdict.FAIL:
        return _bent(evidence, limits)
    common = {"value": law.per_item.value, "unit": "bytes/item", "limit": limit, "noise": law.per_item}
    if verdict is Verdict.PASS:
        return Answer(verdict=verdict, message=_passed(law.per_item.value, law.per_item.low), **common)
    if verdict is Verdict.INCONCLUSIVE:
        return Answer(
            verdict=verdict, message=f"grows by {per_item(law.per_item)}: too near the limit to tell", **common
        )
    blame = blame_first(evidence, law.per_item.value)
    return Answer(
        verdict=verdict,
        message=f"loads its whole data set before the first batch: {per_item(law.per_item)} is retained",
        blame=blame,
        saving_bytes=round(law.per_item.value * max(point.items for point in law.points)),
        fix=FIX,
        **common,
    )


def _bent(evidence: Evidence, limits: Limits) -> Answer:
    """Growth at the small sizes that the large ones do not carry on: a buffer with a bound."""
    law = evidence.first_law
    assert law is not None
    limit = limits.held_bytes_per_item(evidence.item_bytes, evidence.file_bytes_per_item)
    largest = law.points[-1]
    verdict = Verdict.PASS if compare(law.tail, limit) is Verdict.PASS else Verdict.INCONCLUSIVE
    message = (
        f"a buffer that is full at {format_bytes(largest.n_bytes)}, whatever the size of the data set"
        if verdict is Verdict.PASS
        else f"memory still grows at {largest.items:,} items, but less than before: larger sizes would tell "
        f"(--sizes {largest.items},{largest.items * 4},{largest.items * 16})"
    )
    return Answer(
        verdict=verdict, message=message, value=law.tail.value, unit="bytes/item", limit=limit, noise=law.tail
    )


def _passed(value: float, low: float) -> str:
    if low <= 0 or value < 1:
        return "what is retained after the first batch does not grow with the data set"
    return f"keeps an index of about {format_bytes(value)} per item, not the items"
