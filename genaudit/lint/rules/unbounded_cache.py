"""Caches that never forget."""

import ast
from collections.abc import Iterator

from genaudit.lint.fix.snippets import bounded
from genaudit.lint.interpreter.subject_facts import Event, SubjectFacts
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(code="GA203", name="unbounded-cache", title="A cache of data without a bound", level=Level.WARNING)
def unbounded_cache(facts: SubjectFacts) -> Iterator[Hit]:
    """What is read is remembered by its name, for every item there is: eager loading in slow motion.

    Why it matters:
        After one epoch the cache holds the data set. The first minutes of a training look healthy.

    When it is wrong:
        The data set is small, and reading it once is the point. An opt-in (``if self.cache_images:`` with a default of
        ``False``) is never accused, and neither is a cache of numbers, names or open memory maps.

    What to do:
        ``functools.lru_cache(maxsize=...)`` with a number that fits, or forget the oldest::

            if len(self.cache) > self.keep:
                self.cache.popitem(last=False)

    Known misses:
        Caches of other libraries; a decorated function that reads through code outside the run.
    """
    for event in facts.of_kind("memo", "setitem"):
        if event.kind == "setitem" and event.container.bounded:
            continue
        yield hit_of_event(
            event,
            facts,
            message=_message(event, facts),
            level=Level.WARNING,
            fix=_fix(event),
            code=bounded(event.node, facts.node) if event.kind == "memo" else None,
        )


def _message(event: Event, facts: SubjectFacts) -> str:
    if event.kind == "memo":
        return f"every result of {event.detail} is kept for the life of the process"
    return f"{facts.name} keeps every item that it ever read, and forgets none"


def _fix(event: Event) -> str:
    if event.kind == "memo" and isinstance(event.node, ast.AST):
        return "@functools.lru_cache(maxsize=...) with a number of items that fits in memory"
    return "forget the oldest item when the cache is full: cachetools.LRUCache(maxsize=...), or popitem"
