"""All items decoded before the first batch."""

from collections.abc import Iterator

from genaudit.lint.fix.snippets import name_of, per_batch, scope_of
from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.interpreter.values import Accumulation
from genaudit.lint.offences import accumulations, level_of
from genaudit.lint.rules.base import Hit, hit_of, lint_rule
from genaudit.model import Level


@lint_rule(code="GA101", name="eager-load", title="The data set is in memory before the first batch", level=Level.ERROR)
def eager_load(facts: SubjectFacts) -> Iterator[Hit]:
    """Every item is decoded and kept before the first batch is handed out.

    Why it matters:
        Memory then grows with the data set, and not with the batch: a generator that works on 400 images dies on
        50,000. Nothing is gained for it, since a batch needs no more than its own items.

    When it is wrong:
        The data set is small for good, and reading it once is the point. Say so where it happens:
        ``# genaudit: ignore[GA101] -- 300 icons of 1 KiB``.

    What to do:
        Keep the names, decode inside the loop that yields::

            for start in range(0, len(paths), batch_size):
                yield np.stack([load(path) for path in paths[start : start + batch_size]])

    Known misses:
        Data gathered by code outside the audited files; through ``eval``, ``exec`` or ``setattr``; by a reader that
        neither this rule nor its name gives away.
    """
    for accumulation in accumulations(facts):
        if facts.kind == "class" and accumulation.phase == "start":
            continue
        where = "at import" if accumulation.phase == "import" else "before the first batch"
        yield hit_of(
            accumulation,
            facts,
            code=_sketch(accumulation, facts),
            message=f"{facts.name} keeps what {accumulation.readers} returns for every item, {where}",
            level=level_of(accumulation),
            fix=_words(accumulation, facts),
        )


def _sketch(accumulation: Accumulation, facts: SubjectFacts) -> str | None:
    if accumulation.path != facts.path:
        return None
    sketch = per_batch(accumulation.node, scope_of(accumulation.node, facts.node))
    return sketch.shown if sketch is not None else None


def _words(accumulation: Accumulation, facts: SubjectFacts) -> str:
    name = name_of(accumulation.node, facts.node) if accumulation.path == facts.path else None
    if name is None:
        return "keep the paths, and read the items of a batch when it is asked for"
    readers = accumulation.readers
    return f"keep the paths in place of {name}, and call {readers} for the items of a batch when it is asked for"
