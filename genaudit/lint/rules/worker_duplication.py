"""Large Python lists that every worker process copies."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import Story
from genaudit.lint.interpreter.values import Hoard
from genaudit.lint.rules.base import Hit, hit, lint_rule
from genaudit.model import Level


@lint_rule(code="GA501", name="worker-duplication", title="Each worker copies the list", level=Level.NOTE)
def worker_duplication(story: Story) -> Iterator[Hit]:
    """A data set for worker processes keeps records of all items as Python objects.

    Why it matters:
        Counting references writes to the pages of the objects, so what workers share after ``fork`` is copied, page by
        page, by each of them: n workers, n copies.

    When it is wrong:
        The records are few. Lists of names and numbers alone are not accused.

    What to do:
        Keep records in one array (numpy, pyarrow, a pickled buffer with offsets): an array has one counter.

    Known misses:
        Loaders made in other files; the number of workers given from outside.
    """
    if not story.workers:
        return
    for fact in sorted(story.held, key=lambda fact: getattr(fact.node, "lineno", 0)):
        if isinstance(fact, Hoard) and fact.phase == "start" and not fact.used_as_path:
            yield hit(
                fact.node,
                path=fact.path,
                function=fact.function,
                subject=story.name,
                message=f"every worker process gets its own copy of what {story.name} keeps",
                level=Level.NOTE,
                fix="keep the records in one array instead of a list of Python objects",
            )
