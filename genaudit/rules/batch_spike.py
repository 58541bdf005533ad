"""Many batches' worth of memory while one batch is made."""

from genaudit.evidence.blame.attribution import blame_spike
from genaudit.evidence.blame.sites import Blame, peak_of_one_item, snapshot
from genaudit.evidence.blame.windows import whole_for_a_window
from genaudit.evidence.evidence import Evidence
from genaudit.evidence.retention.anew import MadeAnew
from genaudit.evidence.spikes import Spike
from genaudit.model.catalogue import BATCH_SPIKE
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, measured, not_applicable
from genaudit.rules.messages import per_item
from genaudit.rules.scaling import grows_with_items
from genaudit.units import format_bytes

ONE_ITEM_SHARE = 0.6
READ_THE_WINDOW = "Read the window alone, by its place in the file (mmap, offset and count); convert what was cut."


@rule(code="GA301", name="batch-spike", title="Memory spikes while a batch is made", level=Level.WARNING)
def batch_spike(evidence: Evidence, limits: Limits) -> Answer:
    """While one batch is made, memory rises to many times its size and falls again.

    Why it matters:
        The machine must have room for the highest moment, not for the average. A rise that grows with the data set
        is an error: it has no bound.

    How it is measured:
        The kernel's own high-water mark is reset at every batch boundary, so no spike is too short to be seen. The
        first batch is left out, unless its peak grows with the size of the data set. A spike is a warning where it is
        more than four batches and lifts the highest memory of the whole process by at least a quarter; less is a note.
        What a generator makes anew for each batch and has until the next is as much, though memory does not rise.

        Decoding one item takes what it takes, and passes. Reading or converting a whole file for each of several
        windows that are cut from it does not.

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
    answer = Answer(verdict=Verdict.PASS, message="", value=spike.ratio, unit="x batch", limit=limits.spike_ratio)
    anew = evidence.made_anew
    if anew is not None and spike.lift < limits.spike_lift and _is_workspace(anew, spike, limits):
        return _workspace(anew, spike, limits)
    if spike.ratio <= limits.spike_ratio or spike.transient_bytes <= limits.spike_floor_bytes:
        return answer.with_message(f"making a batch takes at most {max(1.0, spike.ratio):.1f} times its size")
    if _copies_what_is_kept(evidence, limits, spike):
        return answer.with_message("copies what it keeps for a moment: batch-growth reports it")
    whole = _whole_for_a_window(evidence, spike)
    if whole is None and _is_one_item(evidence, spike):
        return answer.with_message(f"decoding one item takes {format_bytes(spike.transient_bytes)} for a moment")
    if spike.lift < limits.spike_lift:
        return answer.with_message(
            f"{_needs(spike)}: {spike.lift:.0%} of what the process takes anyway",
            verdict=Verdict.FAIL,
            level=Level.NOTE,
        )
    seen = f"{spike.ratio:.1f} times its size (batch {spike.batch})"
    if whole is not None:
        seen += ", with a whole file for each window of it"
    return answer.with_message(
        f"{_needs(spike)}: {seen}",
        verdict=Verdict.FAIL,
        blame=whole or blame_spike(evidence, spike.transient_bytes),
        saving_bytes=spike.transient_bytes - 2 * spike.batch_bytes,
        fix=BATCH_SPIKE.fix if whole is None else READ_THE_WINDOW,
    )


def _is_workspace(anew: MadeAnew, spike: Spike, limits: Limits) -> bool:
    """Whether what stays from one batch to the next is many batches, and much of what the process takes."""
    is_large = anew.n_bytes > max(limits.spike_floor_bytes, limits.spike_ratio * spike.batch_bytes)
    return is_large and anew.n_bytes >= limits.spike_lift * anew.process_bytes


def _workspace(anew: MadeAnew, spike: Spike, limits: Limits) -> Answer:
    """No rise: the old one is let go for the new one, and memory is as high between batches."""
    ratio = anew.n_bytes / spike.batch_bytes
    needs = f"needs {format_bytes(anew.n_bytes)} to make a batch of {format_bytes(spike.batch_bytes)}"
    return Answer(
        verdict=Verdict.FAIL,
        message=f"{needs}, {ratio:.1f} times its size, and has it until the next is made",
        value=ratio,
        unit="x batch",
        limit=limits.spike_ratio,
        blame=Blame(path=anew.path, line=anew.line, function=anew.function, n_bytes=anew.n_bytes, share=1.0),
        saving_bytes=anew.n_bytes - spike.batch_bytes,
        fix=BATCH_SPIKE.fix,
    )


def _needs(spike: Spike) -> str:
    return f"needs {format_bytes(spike.transient_bytes)} to make a batch of {format_bytes(spike.batch_bytes)}"


def _leaks(evidence: Evidence, limits: Limits) -> bool:
    leak = evidence.growth.leak
    return leak is not None and leak.per_batch.low > limits.kept_bytes_per_batch(evidence.item_bytes)


def _copies_what_is_kept(evidence: Evidence, limits: Limits, spike: Spike) -> bool:
    """Whether the rise is no more than a copy of what had leaked by then."""
    leak = evidence.growth.leak
    return (
        leak is not None and _leaks(evidence, limits) and spike.transient_bytes < 2 * leak.per_batch.value * spike.batch
    )


def _is_one_item(evidence: Evidence, spike: Spike) -> bool:
    """Whether the rise is that of a single item in a line that runs for each: one large image, made small."""
    for trial in evidence.recording.trials:
        mark = snapshot(trial, "end")
        if trial.kind != "lines" or mark is None:
            continue
        peak = peak_of_one_item(evidence.project, mark, mark.batch, evidence.batch_items or 1)
        return peak >= ONE_ITEM_SHARE * spike.transient_bytes
    return False


def _whole_for_a_window(evidence: Evidence, spike: Spike) -> Blame | None:
    """The line that takes a whole file for each of the windows that an epoch has of it."""
    file_bytes = evidence.file_bytes_per_item
    if not evidence.trial_set.has_rows or file_bytes is None:
        return None
    marks = [mark for trial in evidence.recording.trials if trial.kind == "lines" if (mark := snapshot(trial, "end"))]
    return next(
        (
            found
            for mark in marks
            if (
                found := whole_for_a_window(
                    evidence.project,
                    mark,
                    n_items=evidence.batch_items or 1,
                    file_bytes=file_bytes,
                    expected=spike.transient_bytes,
                )
            )
        ),
        None,
    )


def _grows_with_the_data_set(evidence: Evidence, limits: Limits) -> Answer | None:
    """A rise that needs memory for the whole data set, of which nothing stays."""
    law = evidence.lost_law
    if law is None:
        # Where the data set is kept, making it takes more for a moment: the other rules report it.
        return None
    limit = limits.held_bytes_per_item(evidence.data_item_bytes, evidence.file_bytes_per_item)
    verdict, slope, *_ = grows_with_items(law, limit)
    if _leaks(evidence, limits):
        # More items are more batches, and what is kept of them is copied: the growth is to blame.
        return None
    if verdict is not Verdict.FAIL:
        return None
    return measured(verdict, slope, "bytes/item", limit).with_message(
        f"for a moment it needs memory for the whole data set: {per_item(slope)}",
        level=Level.ERROR,
        blame=blame_spike(evidence, 0.0),
        saving_bytes=round(slope.value * law.sizes[-1]),
        fix=BATCH_SPIKE.fix,
    )
