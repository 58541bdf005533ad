"""Arrays that are copied for every piece that is added."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.offences import accumulations
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(
    code="GA303", name="concatenate-in-loop", title="An array is copied for every piece added", level=Level.WARNING
)
def concatenate_in_loop(facts: SubjectFacts) -> Iterator[Hit]:
    """``x = np.concatenate([x, piece])`` in a loop copies all that was there before, every time.

    Why it matters:
        Time grows with the square of the pieces, and twice the array is alive at each step.

    When it is wrong:
        Two or three pieces: then the loop costs nothing worth a change.

    What to do:
        Append the pieces to a list and concatenate once, or fill an array made with ``np.empty``.

    Known misses:
        Arrays that the rule cannot see to hold data. Where the same place already counts as eager
        loading, only that is reported.
    """
    eager = {id(accumulation.node) for accumulation in accumulations(facts)}
    for event in facts.of_kind("concat"):
        if id(event.node) in eager:
            continue
        yield hit_of_event(
            event,
            facts,
            message=f"{event.detail} is copied as a whole for every piece that is added to it",
            level=Level.WARNING,
            fix="append the pieces to a list, and concatenate once after the loop",
        )
