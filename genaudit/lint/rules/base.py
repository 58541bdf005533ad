"""What a static rule is made of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

import msgspec

from genaudit.lint.interpreter.subject_facts import Event, SubjectFacts
from genaudit.lint.interpreter.values import Accumulation, Origin, ReadSite
from genaudit.model import Level, Rule, rule


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A place that a static rule accuses."""

    path: str
    function: str
    line: int
    end_line: int
    message: str
    level: Level
    fix: str | None = None
    subject: str = ""
    reads: tuple[tuple[str, int, int], ...] = ()
    """Path, first and last line of the places that read what is accused."""
    code: str | None = None
    """A sketch in the user's own names, where the shape of the place is known."""
    offset: int | None = None
    """Where the first line begins, in bytes from 0, as syntax trees count."""


Check = Callable[[SubjectFacts], Iterator[Hit]]


def lint_rule(*, code: str, name: str, title: str, level: Level = Level.WARNING) -> Callable[[Check], Rule[Check]]:
    """Make a function a static rule: it reads the facts of one subject and yields what it accuses.

    Args:
        code: The code that measuring uses for the same fault.
        name: A noun for the failing pattern.
        title: The pattern as a short sentence.
        level: The highest level that a hit of this rule can have.
    """
    return rule(code=code, name=name, title=title, level=level)


def hit(
    node: ast.AST,
    *,
    path: str,
    function: str,
    message: str,
    level: Level,
    fix: str | None = None,
    subject: str = "",
    read_sites: Iterable[ReadSite] = (),
    code: str | None = None,
) -> Hit:
    """A hit that spans a node."""
    line, end_line = _span(node)
    return Hit(
        path=path,
        function="" if function == "<module>" else function,
        line=line,
        end_line=end_line,
        message=message,
        level=level,
        fix=fix,
        subject=subject,
        reads=tuple(sorted({(read_site.path, *_span(read_site.node)) for read_site in read_sites})),
        code=code,
        offset=getattr(node, "col_offset", None),
    )


def hit_of(
    origin: Origin, facts: SubjectFacts, *, message: str, level: Level, fix: str | None = None, code: str | None = None
) -> Hit:
    """A hit at the place that loads data, or gathers what was loaded."""
    return hit(
        origin.node,
        path=origin.path,
        function=origin.function,
        subject=facts.name,
        read_sites=origin.read_sites if isinstance(origin, Accumulation) else [origin],
        message=message,
        level=level,
        fix=fix,
        code=code,
    )


def hit_of_event(
    event: Event, facts: SubjectFacts, *, message: str, level: Level, fix: str | None = None, code: str | None = None
) -> Hit:
    """A hit at the place of an event."""
    return hit(
        event.node,
        path=event.path,
        function=event.function,
        subject=facts.name,
        message=message,
        level=level,
        fix=fix,
        code=code,
    )


def _span(node: ast.AST) -> tuple[int, int]:
    line: int = getattr(node, "lineno", 1)
    return line, getattr(node, "end_lineno", None) or line
