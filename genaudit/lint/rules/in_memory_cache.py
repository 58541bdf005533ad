"""A pipeline's cache without a file."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(code="GA402", name="in-memory-cache", title="A pipeline keeps all that passed", level=Level.WARNING)
def in_memory_cache(facts: SubjectFacts) -> Iterator[Hit]:
    """``.cache()`` without a file name, after the step that decodes, keeps every decoded item in memory.

    Why it matters:
        After one epoch the data set is in memory.

    When it is wrong:
        It fits, and that is the point. Then say so in a suppression.

    What to do:
        ``.cache(filename)`` keeps it on disk; a cache of the names, before decoding, costs nothing.

    Known misses:
        Caches of other libraries.
    """
    for event in facts.of_kind("cache"):
        yield hit_of_event(
            event,
            facts,
            message="cache() without a file keeps every decoded item in memory",
            level=Level.WARNING,
            fix=".cache(filename) keeps the decoded items on disk",
        )
