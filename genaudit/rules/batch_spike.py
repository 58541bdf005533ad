"""Many batches' worth of memory while one batch is made."""

from genaudit.evidence.evidence import Evidence
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, compare, not_applicable
from genaudit.rules.blaming import blame_spike
from genaudit.rules.wording import per_item
from genaudit.units import format_bytes

FIX = """\
# write into the batch that will be yielded, one item at a time:
batch = np.empty((batch_size, height, width, 3), dtype=np.uint8)
for row, path in enumerate(paths):
    batch[row] = load(path)"""


@rule(code="GA301", name="batch-spike", title="Memory spikes while a batch is made", level=Level.WARNING)
def batch_spike(evidence: Evidence, limits: Limits) -> Answer:
    """While one batch is made, memory rises to many times its size and falls again.

    Why it matters:
        The machine must have room for the highest moment, not for the average. A rise that grows with the data set
        is an error: it has no bound.

    How it is measured:
        The kernel's own high-water mark is reset at every batch boundary, so no spike is too short to be seen. The
        first batch is left out, unless its peak grows with the size of the data set.

    When it is wrong:
        Decoding one very large image down to a small one needs the large one for a moment.

    What to do:
        Fill one preallocated array; convert and normalise in place; augment one item at a time.
    """
    growing = _grows_with_the_data_set(evidence, limits)
    if growing is not None:
        return growing
    spike = evidence.spike
    if spike is None:
        return not_applicable("the size of a batch is not known, so there is nothing to compare with")
    common = {"value": spike.ratio, "unit": "x batch", "limit": limits.spike_ratio}
    if spike.ratio <= limits.spike_ratio or spike.transient_bytes <= limits.spike_floor_bytes:
        return Answer(
            verdict=Verdict.PASS,
            message=f"at most {spike.ratio:.1f} times a batch while one is made",
            **common,
        )
    return Answer(
        verdict=Verdict.FAIL,
        message=(
            f"needs {format_bytes(spike.transient_bytes)} to make a batch of {format_bytes(spike.batch_bytes)}: "
            f"{spike.ratio:.1f} times its size (batch {spike.batch})"
        ),
        blame=blame_spike(evidence, spike.transient_bytes),
        saving_bytes=spike.transient_bytes - 2 * spike.batch_bytes,
        fix=FIX,
        **common,
    )


def _grows_with_the_data_set(evidence: Evidence, limits: Limits) -> Answer | None:
    """A peak that needs memory for the whole data set, of which nothing stays."""
    peak, first, epoch = evidence.peak_law, evidence.first_law, evidence.epoch_law
    if peak is None:
        return None
    limit = limits.held_bytes_per_item(evidence.item_bytes, evidence.file_bytes_per_item)
    held = max((law.per_item.high for law in (first, epoch) if law is not None), default=0.0)
    if compare(peak.per_item, limit) is not Verdict.FAIL or compare(peak.tail, limit) is not Verdict.FAIL:
        return None
    if held > 0.25 * peak.per_item.value:
        # What is retained explains it: the other rules tell.
        return None
    items = max(point.items for point in peak.points)
    return Answer(
        verdict=Verdict.FAIL,
        level=Level.ERROR,
        message=f"for a moment it needs memory for the whole data set: {per_item(peak.per_item)}",
        value=peak.per_item.value,
        unit="bytes/item",
        limit=limit,
        noise=peak.per_item,
        blame=blame_spike(evidence, 0.0),
        saving_bytes=round(peak.per_item.value * items),
        fix=FIX,
    )
