"""The arguments alone hold the data set."""

from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence
from genaudit.model.catalogue import DATASET_AS_ARGUMENT
from genaudit.model.limits import Limits
from genaudit.model.outcome import Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, measured, not_applicable
from genaudit.rules.messages import HOW_TO_SCALE, larger_sizes, per_item
from genaudit.rules.scaling import grows_with_items


@rule(code="GA104", name="dataset-as-argument", title="The data set is passed in memory", level=Level.WARNING)
def dataset_as_argument(evidence: Evidence, limits: Limits) -> Answer:
    """What is held before the target is called grows with the data set: its arguments are the data.

    Why it matters:
        However lazy the generator is, the data is in memory already. It is kept apart from what the generator adds.

    How it is measured:
        As eager-load, but when the arguments are ready and the target has not been called.

    When it is wrong:
        Where the arguments are made for the audit only (--args-from) and the real ones are paths or a memory map.

    What to do:
        Pass paths, or np.load(..., mmap_mode="r"), and read what a batch needs.
    """
    law = evidence.arguments_law
    if law is None:
        return not_applicable(HOW_TO_SCALE)
    limit = limits.passed_bytes_per_item(evidence.item_bytes)
    verdict, slope, _ = grows_with_items(law, limit)
    if law.is_step:
        # What was there for a moment while the arguments were made leaves an arena behind, or not.
        verdict = Verdict.PASS
    answer = measured(verdict, slope, "bytes/item", limit)
    if verdict is Verdict.PASS:
        return answer.with_message("the arguments do not hold the data")
    if verdict is Verdict.INCONCLUSIVE:
        return answer.with_message(f"the arguments hold {per_item(slope)}: {larger_sizes(law)} would tell")
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
