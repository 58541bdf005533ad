"""Files that are opened per item and not closed."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import SubjectFacts
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(code="GA502", name="file-leak", title="Files are opened and not closed", level=Level.WARNING)
def file_leak(facts: SubjectFacts) -> Iterator[Hit]:
    """A file is opened for each item and kept, or left for the garbage collector to close.

    Why it matters:
        A process has some thousand file descriptors; kept ones run out in the middle of an epoch.

    When it is wrong:
        CPython closes a file with its last reference, so an ``Image.open`` that is only not closed is a note.

    What to do:
        ``with Image.open(path) as image:`` and what is needed of it inside.

    Known misses:
        Handles kept by other objects; files of which each batch opens one and a cache holds on to it.
    """
    for event in facts.of_kind("handle"):
        kept = event.detail == "kept"
        if kept and event.container.bounded:
            continue
        yield hit_of_event(
            event,
            facts,
            message="keeps an open file for every item" if kept else f"{event.detail} is not closed",
            level=Level.WARNING if kept else Level.NOTE,
            fix="open the file where it is read, with a with statement",
        )
