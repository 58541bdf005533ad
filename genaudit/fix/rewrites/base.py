"""What every rewrite gets and gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from genaudit.model.catalogue import EAGER_INIT, EAGER_LOAD, WHOLE_FILE_READ, WORKER_DUPLICATION

HOLD_ALL = frozenset(pattern.code for pattern in (EAGER_LOAD, EAGER_INIT, WHOLE_FILE_READ, WORKER_DUPLICATION))
"""Codes of the findings about a container that has all of the data."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A finding, as far as a rewrite needs it."""

    code: str
    """Of the measured rule, as ``GA101``."""
    line: int
    """The line that the finding names, in the text that is rewritten; 1 is the first."""
    function: str | None = None
    """The function around the line."""
    holders: tuple[str, ...] = ()
    """Names of variables and attributes on the path that holds the memory, outermost first."""
    target: str | None = None
    """The function or class that was audited, as ``module.Class`` or ``function`` says it without its module."""
    bound: int | None = None
    """Entries that a cache or queue may keep: measured bytes of an entry, beside the machine's memory."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A whole new text of the file, which nobody has run yet."""

    text: str
    summary: str
    """What was changed, in one line for the user: *pictures are loaded where they are used*."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a rewrite does not fit, in one sentence for the user that names what stands in the way."""

    reason: str
    is_near: bool = False
    """The fault is of this rewrite's kind, so that its reason is the one to show."""


def first_proposal(answers: Iterable[Proposal | Refusal], otherwise: str) -> Proposal | Refusal:
    """The first place that can be rewritten; else why the first one cannot.

    Args:
        answers: Of each place, the likeliest first; no more of them are asked for than it takes.
        otherwise: The reason where there is no place.
    """
    refused: Refusal | None = None
    for answer in answers:
        if isinstance(answer, Proposal):
            return answer
        refused = refused or answer
    return refused or Refusal(reason=otherwise)


class Rewrite(Protocol):
    """One way to change source text, for one kind of fault."""

    name: str
    """As its page is called: ``load-where-used``."""
    codes: frozenset[str]
    """Codes of the findings that it can answer."""

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """A new text, with comments, layout and line endings as they were; or why there is none.

        Args:
            text: The file's source, which parses.
            fault: What was found in it.
        """
        ...
