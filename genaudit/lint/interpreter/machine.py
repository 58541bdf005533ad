"""The abstract run: the one door to all that is known about expressions, statements, calls and names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from genaudit.lint.files.project import Project
from genaudit.lint.files.syntax import own_nodes
from genaudit.lint.interpreter import (
    calls,
    expressions,
    frameworks,
    iteration,
    library_calls,
    lookup,
    methods,
    name_hints,
    statements,
    storing,
    subscripts,
)
from genaudit.lint.interpreter.frames import Exhausted, Frame, Function, Loop, Pending
from genaudit.lint.interpreter.subject_facts import Event, SubjectFacts
from genaudit.lint.interpreter.values import (
    GRAPH,
    NONE,
    UNKNOWN,
    AbstractValue,
    Container,
    Extent,
    Kind,
    ReadSite,
    accumulations_of,
    narrowest,
    origins_of,
)
from genaudit.lint.readers import Reader

MAX_STEPS = 10_000
"""Nodes visited for one subject before it is left as it is."""
HURRIED_STEPS = 1_500
"""Nodes visited after that, to finish what was begun: nothing is entered any more that is handed no data."""
MAX_DEPTH = 6
"""Calls followed into each other."""


_INDEXES = frozenset(["text", "whole-text", "csv", "table", "json"])
"""Kinds of files that may as well be an index of others."""


_EXPRESSIONS: dict[type[ast.AST], Callable[..., AbstractValue]] = {
    **expressions.HANDLERS,
    ast.Call: calls.call,
    ast.Subscript: subscripts.subscript,
}
_STATEMENTS = statements.HANDLERS


class Machine:
    """One abstract run, of one subject.

    The handlers of expressions, statements, calls and names need each other, as the code that they read does. They
    never import one another: what one needs of another is a method here.
    """

    # The functions take the machine first, so that each is a method as it is, and a call costs no more.
    truth_of = expressions.truth_of
    iterate = iteration.iterate
    consume = iteration.consume
    as_array = iteration.as_array
    comprehend = iteration.comprehend
    numbers_of_line = iteration.numbers_of_line
    call = calls.call_value
    call_external = library_calls.call_external
    call_by_name = library_calls.call_by_name
    call_method = methods.call_method
    read_lazy = calls.read_lazy
    note_upcast = calls.note_upcast
    note_closed = calls.note_closed
    note_memo = calls.note_memo
    note_split = frameworks.note_split
    piped = frameworks.piped
    value_of_name = lookup.value_of_name
    bind = lookup.bind
    external = lookup.external
    module_globals = lookup.module_globals
    defaults_of = lookup.defaults_of
    attribute = lookup.attribute
    member = lookup.member
    find_method = lookup.find_method
    bases = lookup.bases
    base_value = lookup.base_value
    class_attribute = lookup.class_attribute
    assign = storing.assign
    drop = storing.drop
    put = storing.put
    accumulate = storing.accumulate

    def __init__(self, project: Project, facts: SubjectFacts) -> None:
        self.project = project
        self.facts = facts
        self.loops: list[Loop] = []
        self.stack: list[int] = []
        self.phase = "start"
        self.entered: set[int] = set()
        """Functions that were run, by their nodes."""
        self.steps = 0
        self.limit = MAX_STEPS
        self.hurried = False
        """Most steps are used up: what was begun is finished, and nothing else is entered."""
        self.splits: list[dict[str, AbstractValue]] = []
        """What a builder said that the examples of its splits are made of."""

    # --- walking ---------------------------------------------------------------------------------------------------

    def eval(self, node: ast.AST | None, frame: Frame) -> AbstractValue:
        """The value of an expression."""
        if node is None:
            return NONE
        self.steps += 1
        if self.steps > self.limit:
            raise Exhausted
        handler = _EXPRESSIONS.get(type(node))
        return UNKNOWN if handler is None else handler(self, node, frame)

    def run(self, body: Sequence[ast.stmt], frame: Frame) -> bool:
        """Run statements; True if control does not reach their end."""
        for statement in body:
            handler = _STATEMENTS.get(type(statement))
            if handler is not None and handler(self, statement, frame):
                return True
        return False

    # --- where we are ----------------------------------------------------------------------------------------------

    @property
    def in_start(self) -> bool:
        """Whether no batch can have been made yet."""
        return self.phase in ("start", "generator", "import") and not any(loop.yields for loop in self.loops)

    @contextmanager
    def loop(self, extent: Extent, *, yields: bool = False, inside: int = 0) -> Iterator[None]:
        """Open a loop."""
        self.loops.append(Loop(extent, yields=yields, inside=inside))
        try:
            yield
        finally:
            self.loops.pop()

    @contextmanager
    def at(self, phase: str) -> Iterator[None]:
        """Another phase, with no loop open."""
        before = (self.phase, self.loops)
        self.phase, self.loops = phase, []
        try:
            yield
        finally:
            self.phase, self.loops = before

    def yields_inside(self, frame: Frame, loop: ast.AST) -> bool:
        """Whether a loop of a generator that is driven hands out a batch in its body."""
        if frame.consumed or not frame.module.yields(frame.node):
            return False
        known = frame.loop_yields.get(id(loop))
        if known is None:
            known = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(loop))
            frame.loop_yields[id(loop)] = known
        return known

    def event(
        self,
        kind: str,
        node: ast.AST,
        frame: Frame,
        *,
        detail: str = "",
        sure: bool = True,
        container: Container | None = None,
    ) -> None:
        """Record an event at a node."""
        event = Event(
            kind=kind,
            node=node,
            path=frame.module.path,
            function=frame.name,
            detail=detail,
            sure=sure,
            container=container,
        )
        self.facts.record(event)

    # --- reading and gathering -------------------------------------------------------------------------------------

    def read(
        self, node: ast.AST, frame: Frame, reader: Reader, name: str, path: AbstractValue, *, sure: bool = True
    ) -> AbstractValue:
        """The value of a call that reads what ``path`` names."""
        self.mark_path(path)
        read_site = self.facts.read_sites.get(id(node))
        if read_site is None:
            read_site = ReadSite(
                node=node,
                path=frame.module.path,
                function=frame.name,
                reader=name,
                family=reader.family,
                strong=reader.strong,
            )
            self.facts.read_sites[id(node)] = read_site
        # In a constructor nothing says which item is wanted: a file read there, outside of loops, is for all of them.
        alone = self.phase == "start" and not self.loops and path.const is not GRAPH
        extent = Extent.WHOLE if alone else path.extent
        read_site.learned.reached(extent, depth=len(self.loops), by_constructor=self.phase == "start")
        if self.in_start:
            read_site.learned.in_start = True
        elif path.extent is not Extent.WHOLE:
            self.facts.reads_per_item = True
        return AbstractValue(
            Kind.DATA, Extent.ONE if path.extent.narrow else Extent.UNKNOWN, frozenset([read_site]), sure=sure
        )

    def note_read(self) -> None:
        """Something is read for one item or batch."""
        if not self.in_start:
            self.facts.reads_per_item = True

    def mark_decoded(self, value: AbstractValue) -> None:
        """A picture is decoded, which closes its file: for what was opened in a constructor, while that runs."""
        for read_site in _read_sites_of(value):
            if self.in_start or not read_site.learned.in_start:
                read_site.learned.loaded = True

    def mark_path(self, value: AbstractValue) -> None:
        """What a value came from names files: it is an index, and not data."""
        for read_site in _read_sites_of(value):
            read_site.learned.names_files = True

    def mark_pointer(self, value: AbstractValue) -> None:
        """Part of a text, table or record is used as the name of something elsewhere."""
        for read_site in _read_sites_of(value):
            if read_site.family in _INDEXES:
                read_site.learned.names_files = True

    def mark_field(self, value: AbstractValue, key: str) -> None:
        """A field of a record is taken by its key, which says what the record is: an index's, or one of the data."""
        if name_hints.points_as_key(key) and not name_hints.names_record(key) and not name_hints.links(key):
            self.mark_pointer(value)
            return
        for read_site in _read_sites_of(value):
            if read_site.family in _INDEXES and name_hints.links(key):
                read_site.learned.linked = True
                continue
            read_site.learned.prose = read_site.learned.prose or name_hints.says_prose(key)
            if read_site.family in _INDEXES and name_hints.names_record(key):
                read_site.learned.named = True
            elif read_site.family in _INDEXES and not name_hints.small(key):
                read_site.learned.content = True

    def mark_record(self, value: AbstractValue) -> None:
        """A whole record is handed out."""
        for read_site in _read_sites_of(value):
            read_site.learned.content = True

    def mark_encoded(self, value: AbstractValue) -> None:
        """Words of a text are turned into numbers."""
        for read_site in _read_sites_of(value):
            read_site.learned.encoded = True

    def new_container(self, node: ast.AST, frame: Frame, shape: str, extent: Extent = Extent.UNKNOWN) -> AbstractValue:
        """A fresh container."""
        container = Container(node=node, depth=len(self.loops), phase=self.phase, shape=shape, frame=frame)
        container.extent = extent
        return AbstractValue(Kind.CONTAINER, Extent.UNKNOWN, ref=container)

    # --- calling ---------------------------------------------------------------------------------------------------

    def call_function(
        self, function: Function, args: Sequence[AbstractValue], kwargs: Mapping[str, AbstractValue], node: ast.AST
    ) -> AbstractValue:
        """The value of a call of a function of the run; a generator's body waits until it is iterated."""
        module = function.module
        if module.yields(function.node):
            extent = _widest_known([*args, *kwargs.values()])
            frame = Frame(module, function.node, function.name)
            return AbstractValue(
                Kind.LAZY, extent, ref=Pending("call", node, frame, call=(function, tuple(args), dict(kwargs)))
            )
        frame_or_none = self.enter(function, args, kwargs)
        if frame_or_none is None:
            return AbstractValue(Kind.UNKNOWN, narrowest(arg.extent for arg in args))
        return frame_or_none.returned or NONE

    def enter(
        self,
        function: Function,
        args: Sequence[AbstractValue],
        kwargs: Mapping[str, AbstractValue],
        *,
        consumed: bool = False,
    ) -> Frame | None:
        """Run a function's body in a new frame; ``None`` where it already runs, or calls go too deep."""
        if id(function.node) in self.stack or len(self.stack) >= MAX_DEPTH:
            return None
        if self.hurried and len(self.stack) > 1 and not any(origins_of(arg) for arg in (*args, *kwargs.values())):
            return None
        self.entered.add(id(function.node))
        frame = Frame(function.module, function.node, function.name, function.closure)
        frame.consumed = consumed
        frame.this = function.this if function.this is not None else getattr(function.closure, "this", None)
        frame.owner = function.owner
        self.bind(function, frame, [*function.bound, *args], {**function.bound_names, **kwargs})
        self.stack.append(id(function.node))
        try:
            if isinstance(function.node, ast.Lambda):
                frame.returned = self.eval(function.node.body, frame)
            else:
                self.run(function.node.body, frame)
        except Exhausted:
            if self.hurried:
                raise
            self.hurried = self.facts.exhausted = True
            self.limit += HURRIED_STEPS
        finally:
            self.stack.pop()
        return frame

    def emit(self, value: AbstractValue, frame: Frame) -> None:
        """A batch leaves."""
        self.facts.emitted |= origins_of(value, 6)
        scope: Frame | None = frame
        while scope is not None:
            for held in scope.env.values():
                self.facts.held |= accumulations_of(held)
            scope = scope.parent


def _read_sites_of(value: AbstractValue) -> Iterator[ReadSite]:
    for origin in origins_of(value):
        if isinstance(origin, ReadSite):
            yield origin
        else:
            yield from origin.read_sites


def _widest_known(values: Sequence[AbstractValue]) -> Extent:
    extents = [value.extent for value in values]
    if Extent.ONE in extents or Extent.PART in extents:
        return narrowest(extents)
    return Extent.WHOLE if Extent.WHOLE in extents else Extent.UNKNOWN
