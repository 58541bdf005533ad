"""Containers that gain a batch with every batch."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(code="GA201", name="batch-growth", title="Something keeps every batch", level=Level.WARNING)
def batch_growth(facts: SubjectFacts) -> Iterator[Hit]:
    """Data is put, in the loop that makes batches, into a container that outlives the batch and is never emptied.

    Why it matters:
        What is kept per batch ends a long training hours after it began, far from the line that did it.

    When it is wrong:
        Something outside the audited files empties the container. A bound that the rule can see keeps it silent:
        ``deque(maxlen=...)``, ``pop``, ``clear``, ``del``, a new container in the loop, a comparison of its length.
        Numbers are not data: a list of losses or means is never accused.

    What to do:
        Keep a number instead of the batch; use ``collections.deque(maxlen=...)``; write to disk; empty the container.

    Known misses:
        Slices of an array that was handed in (they may be views); containers grown by code outside the run.
    """
    for event in facts.of_kind("growth"):
        if event.container.bounded:
            continue
        yield hit_of_event(
            event,
            facts,
            message=f"{facts.name} keeps data of every batch, and nothing empties the container",
            level=Level.WARNING if event.sure else Level.NOTE,
            fix="keep a number of it, or bound the container: collections.deque(maxlen=...)",
        )
