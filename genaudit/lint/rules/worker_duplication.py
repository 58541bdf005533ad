"""Large Python lists that every worker process copies."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.interpreter.values import Accumulation
from genaudit.lint.rules.base import Hit, hit, lint_rule
from genaudit.model import Level


@lint_rule(code="GA501", name="worker-duplication", title="Each worker copies the list", level=Level.NOTE)
def worker_duplication(facts: SubjectFacts) -> Iterator[Hit]:
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
    if not facts.workers:
        return
    for origin in sorted(facts.held, key=lambda origin: getattr(origin.node, "lineno", 0)):
        if isinstance(origin, Accumulation) and origin.phase == "start" and not origin.used_as_path:
            yield hit(
                origin.node,
                path=origin.path,
                function=origin.function,
                subject=facts.name,
                message=f"every worker process gets its own copy of what {facts.name} keeps",
                level=Level.NOTE,
                fix="keep the records in one array instead of a list of Python objects",
            )
