"""What an abstract run of one subject found, before any rule judges it."""

from __future__ import annotations

import ast
from typing import Any

import msgspec

from genaudit.lint.interpreter.values import Accumulation, Origin, ReadSite


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth a rule's attention at one place.

    ``kind`` is one of: growth, setitem, concat, upcast, shuffle, cache, queue, handle, memo, argument.
    """

    kind: str
    node: Any
    path: str
    function: str
    detail: str = ""
    sure: bool = True
    container: Any = None
    """The container that grew, judged at the end: it may be emptied further down."""


class SubjectFacts:
    """Facts and events of one subject: a generator, a data set class, or a function that makes a pipeline."""

    def __init__(self, *, name: str, kind: str, path: str, node: ast.AST) -> None:
        self.name = name
        self.kind = kind
        """generator, class, pipeline, memo, caller, or factory: a caller that returns generators."""
        self.path = path
        self.node = node
        self.read_sites: dict[int, ReadSite] = {}
        self.accumulations: dict[int, Accumulation] = {}
        self.emitted: set[Origin] = set()
        """What reached a batch."""
        self.held: set[Origin] = set()
        """What was alive when the first batch was made, or on the object after its constructor."""
        self.on_object: set[Origin] = set()
        """What the object keeps after items were asked for."""
        self.reads_per_item = False
        self.data_base = False
        """The class derives from a framework's data set."""
        self.workers = False
        """Worker processes get copies of it."""
        self.exhausted = False
        """It was given up half-way: too long, or too deep."""
        self.events: dict[tuple[str, int], Event] = {}

    def record(self, event: Event) -> None:
        """Keep an event, once per place."""
        self.events.setdefault((event.kind, id(event.node)), event)

    def of_kind(self, *kinds: str) -> list[Event]:
        """Events of some kinds, in the order of their lines."""
        events = [event for event in self.events.values() if event.kind in kinds]
        return sorted(events, key=lambda event: (event.path, event.node.lineno, event.node.col_offset))
