"""Queues that a thread fills as fast as it can."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(code="GA403", name="unbounded-prefetch", title="A thread fills a queue without a bound", level=Level.WARNING)
def unbounded_prefetch(facts: SubjectFacts) -> Iterator[Hit]:
    """A queue without ``maxsize`` is filled by a thread or process that reads ahead.

    Why it matters:
        Whenever reading is faster than training, the queue ends up holding the data set.

    When it is wrong:
        Something else holds the reader back, a semaphore or an event.

    What to do:
        ``queue.Queue(maxsize=8)``: a full queue makes the reader wait.

    Known misses:
        Threads started outside the class or function; executors given one task per item.
    """
    for event in facts.of_kind("queue"):
        yield hit_of_event(
            event,
            facts,
            message=f"{facts.name} reads ahead into a queue without a bound",
            level=Level.WARNING,
            fix="Queue(maxsize=...) with the number of batches to read ahead",
        )
