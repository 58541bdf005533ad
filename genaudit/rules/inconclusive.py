"""The measurement does not support an answer."""

from collections.abc import Sequence

from genaudit.model.outcome import Level, Outcome, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer


@rule(code="GA901", name="inconclusive", title="The data does not support a verdict", level=Level.NOTE)
def inconclusive(outcomes: Sequence[Outcome]) -> Answer:
    """A rule's limit lies inside the interval of what it measured.

    Why it matters:
        Neither a pass nor a fail would be true.

    What to do:
        The rule names what would settle it: more batches (--batches, --max-batches), more epochs (--epochs), larger
        sizes (--sizes), or repeats (--repeats).
    """
    undecided = [outcome for outcome in outcomes if outcome.verdict is Verdict.INCONCLUSIVE]
    if not undecided:
        return Answer(verdict=Verdict.PASS, message="every rule that applies was decided")
    names = ", ".join(outcome.name for outcome in undecided)
    return Answer(verdict=Verdict.FAIL, message=f"not decided: {names}")
