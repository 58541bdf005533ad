"""The arguments alone hold the data set."""

from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence
from genaudit.model.catalogue import DATASET_AS_ARGUMENT
from genaudit.model.limits import Limits
from genaudit.model.marks import SCRIPT
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, measured, not_applicable
from genaudit.rules.messages import how_to_scale, larger_sizes, per_item
from genaudit.rules.scaling import grows_with_items
from genaudit.units import MIB, format_bytes

NOTABLE_BYTES = MIB
"""What a script holds beside its source is noted where it grows by so much."""


@rule(code="GA104", name="dataset-as-argument", title="The data set is passed in memory", level=Level.WARNING)
def dataset_as_argument(evidence: Evidence, limits: Limits) -> Answer:
    """What is held before the target is called grows with the data set: its arguments are the data.

    Why it matters:
        However lazy the generator is, the data is in memory already. It is kept apart from what the generator adds.

    How it is measured:
        As eager-load, but when the arguments are ready and the target has not been called. An array of a module stays
        whole, whatever the size of a trial: what the trial does not get of it is taken off.

    When it is wrong:
        Where the arguments are made for the audit only (--args-from) and the real ones are paths or a memory map.

    What to do:
        Pass paths, or np.load(..., mmap_mode="r"), and read what a batch needs.
    """
    law = evidence.arguments_law
    if law is None:
        return not_applicable(how_to_scale(evidence.arguments))
    limit = limits.passed_bytes_per_item(evidence.data_item_bytes, evidence.passed_in_buffers)
    verdict, slope, *_ = grows_with_items(law, limit)
    if law.is_step:
        # What was there for a moment while the arguments were made leaves an arena behind, or not.
        verdict = Verdict.PASS
    elif verdict is not Verdict.PASS and evidence.is_out_of_reach(slope, law, limit):
        # A few names are no data set, whatever the levels before the call differ by.
        verdict = Verdict.PASS
    is_script = evidence.arguments is not None and evidence.arguments.kind == SCRIPT
    if is_script and slope.value * (law.sizes[-1] - law.sizes[0]) < NOTABLE_BYTES:
        verdict = Verdict.PASS
    answer = measured(verdict, slope, "bytes/item", limit)
    if verdict is Verdict.PASS:
        if slope.low > 0 and slope.value >= 1:
            return answer.with_message(f"the arguments hold {per_item(slope)}, no more than {format_bytes(limit)}")
        return answer.with_message("what the arguments hold does not grow with the data set")
    if verdict is Verdict.INCONCLUSIVE:
        return answer.with_message(
            f"the arguments hold {per_item(slope)}: {larger_sizes(law, evidence.items_there)} would tell"
        )
    if is_script:
        return answer.with_message(
            f"the script itself holds {per_item(slope)}, to which its source does not lead: it is not blamed for that",
            level=Level.NOTE,
        )
    return answer.with_message(
        f"the arguments already hold the data set: {per_item(slope)}, before the target is called",
        blame=_target(evidence, slope.value),
        saving_bytes=round(slope.value * law.sizes[-1]),
        fix=DATASET_AS_ARGUMENT.fix,
    )


def _target(evidence: Evidence, bytes_per_item: float) -> Blame | None:
    """The definition that takes the data."""
    mark = evidence.arguments
    if mark is None or mark.path is None or mark.line is None:
        return None
    return Blame(
        path=mark.path,
        line=mark.line,
        function=mark.function,
        n_bytes=round(bytes_per_item * (mark.items or 0)),
        share=1.0,
    )
