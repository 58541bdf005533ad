"""Files that are opened per item and not closed."""

from collections.abc import Iterator

from genaudit.lint.interpreter.subject_facts import Event, SubjectFacts
from genaudit.lint.interpreter.values import ReadSite, origins_of
from genaudit.lint.rules.base import Hit, hit_of_event, lint_rule
from genaudit.model import Level


@lint_rule(code="GA502", name="file-leak", title="Files are opened and not closed", level=Level.WARNING)
def file_leak(facts: SubjectFacts) -> Iterator[Hit]:
    """A file is opened for each item and kept, or left for the garbage collector to close.

    Why it matters:
        A process has some thousand file descriptors; kept ones run out in the middle of an epoch.

    When it is wrong:
        CPython closes a file with its last reference, and Pillow once the picture is decoded, so an ``Image.open`` that
        is only not closed is a note. One that is kept as it was opened is a warning.

    What to do:
        ``with Image.open(path) as image:`` and what is needed of it inside.

    Known misses:
        Handles kept by other objects; files of which each batch opens one and a cache holds on to it.
    """
    for event in facts.of_kind("handle"):
        kept = event.detail.startswith("kept")
        if kept and (event.container.bounded or not _stays_open(event)):
            continue
        yield hit_of_event(
            event,
            facts,
            message=_message(event, facts),
            level=Level.WARNING if kept else Level.NOTE,
            fix="open the file where it is read, with a with statement",
        )


def _stays_open(event: Event) -> bool:
    """Whether a kept picture was never decoded where it was opened: Pillow closes a picture's file once it is."""
    if event.detail == "kept":
        return True
    origins = origins_of(event.container.content) if event.container.content is not None else ()
    sites = [origin for origin in origins if isinstance(origin, ReadSite)]
    return not any(site.learned.loaded for site in sites)


def _message(event: Event, facts: SubjectFacts) -> str:
    if event.detail == "kept unread":
        return f"{facts.name} keeps every picture as it was opened, its file open until somebody reads it"
    return "keeps an open file for every item" if event.detail == "kept" else f"{event.detail} is not closed"
