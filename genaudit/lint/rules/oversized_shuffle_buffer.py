"""A shuffle buffer as large as the data set."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(
    code="GA401", name="oversized-shuffle-buffer", title="The shuffle buffer holds the data set", level=Level.WARNING
)
def oversized_shuffle_buffer(facts: SubjectFacts) -> Iterator[Hit]:
    """``shuffle(len(paths))`` after the step that decodes keeps every decoded item in the buffer.

    Why it matters:
        The buffer fills before the first batch: the pipeline is eager, however lazy its parts are.

    When it is wrong:
        What is decoded is small. Shuffling names before they are decoded is never accused.

    What to do:
        Shuffle the paths first (``from_tensor_slices(paths).shuffle(len(paths)).map(decode)``), or give the buffer a
        size that does not depend on the data set.

    Known misses:
        A size that comes from outside the function; decoding in functions outside the run.
    """
    for event in facts.of_kind("shuffle"):
        yield hit_of_event(
            event,
            facts,
            message=f"the shuffle buffer holds {event.detail} decoded items",
            level=Level.WARNING,
            fix="shuffle the paths before they are decoded",
        )
