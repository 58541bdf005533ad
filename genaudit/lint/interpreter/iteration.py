"""What comes out of an iterable, and what is kept of it when it is run to its end."""

from __future__ import annotations

import ast
from contextlib import ExitStack
from typing import TYPE_CHECKING

from genaudit.lint.interpreter.frames import (
    Frame,
    Pending,
    bound_by,
    method_value,
)
from genaudit.lint.interpreter.values import (
    FRAMES,
    SMALL,
    UNKNOWN,
    Extent,
    Kind,
    Load,
    Val,
    content_of,
    facts_of,
    join,
    narrowest,
)
from genaudit.lint.readers import Reader

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


_LINES = Reader("text", False)
_CSV = Reader("csv", False)
_FRAME = Reader("image", True)


def iterate(m: Machine, value: Val, frame: Frame, node: ast.AST) -> tuple[Val, Extent]:
    """One element of an iterable, and how much of the data set the iterable runs over."""
    handler = _BY_KIND.get(value.kind)
    if handler is not None:
        return handler(m, value, frame, node)
    kind = value.kind if value.kind in (Kind.SMALL, Kind.IMAGE) else Kind.UNKNOWN
    return Val(kind, Extent.ONE, value.facts), value.extent


def _cell(m: Machine, value: Val, frame: Frame, node: ast.AST) -> tuple[Val, Extent]:
    cell = value.ref
    content = cell.content or SMALL
    extent = value.extent if value.extent is not Extent.UNKNOWN else cell.extent
    if cell.shape == "dict":
        return Val(Kind.SMALL, Extent.ONE), extent
    element = content.with_(extent=Extent.ONE, facts=content.facts | cell.hoards | value.facts)
    return element, extent


def _tuple(m: Machine, value: Val, frame: Frame, node: ast.AST) -> tuple[Val, Extent]:
    element = SMALL
    for part in value.ref:
        element = join(element, part)
    return element.with_(extent=Extent.ONE), Extent.PART


def _data(m: Machine, value: Val, frame: Frame, node: ast.AST) -> tuple[Val, Extent]:
    return value.with_(extent=Extent.ONE, ref=None), value.extent


def _file(m: Machine, value: Val, frame: Frame, node: ast.AST) -> tuple[Val, Extent]:
    line = m.read(node, frame, _CSV if value.const == "csv" else _LINES, "lines", value)
    for fact in line.facts:
        if isinstance(fact, Load):
            fact.depth = len(m.loops) + 1
            fact.streamed = True
    return line.with_(extent=Extent.ONE), Extent.WHOLE if not value.extent.narrow else Extent.PART


def _object(m: Machine, value: Val, frame: Frame, node: ast.AST) -> tuple[Val, Extent]:
    found = m.find_method(value.ref.cls, "__iter__")
    if found is not None:
        made = m.call_function(method_value(*found, value).ref, (), {}, node)
        if made.kind is Kind.LAZY and made.ref is not None:
            return iterate(m, made, frame, node)
    getter = m.find_method(value.ref.cls, "__getitem__")
    if getter is not None:
        index = Val(Kind.SMALL, Extent.ONE)
        return m.call_function(method_value(*getter, value).ref, (index,), {}, node), Extent.WHOLE
    return UNKNOWN, Extent.UNKNOWN


def _lazy(m: Machine, value: Val, frame: Frame, node: ast.AST) -> tuple[Val, Extent]:
    if not isinstance(value.ref, Pending):
        if value.const is FRAMES:
            frame_of = m.read(node, frame, _FRAME, "frames", Val(Kind.SMALL, Extent.ONE))
            for fact in frame_of.facts:
                if isinstance(fact, Load):
                    fact.depth = len(m.loops) + 1
            return frame_of, value.extent
        if value.ref is None:
            m.note_read()
        return Val(Kind.UNKNOWN, Extent.ONE), value.extent
    return _PENDING[value.ref.kind](m, value.ref, value)


def _generator_expression(m: Machine, pending: Pending, value: Val) -> tuple[Val, Extent]:
    comp = pending.node
    assert isinstance(comp, ast.GeneratorExp)
    extents: list[Extent] = []
    with ExitStack() as stack:
        element = comprehend(m, comp.generators, [comp.elt], pending.frame, stack, extents, pending.parts[0])
    return element[0], max(extents, default=Extent.UNKNOWN)


def comprehend(
    m: Machine,
    generators: list[ast.comprehension],
    parts: list[ast.expr],
    frame: Frame,
    stack: ExitStack,
    extents: list[Extent],
    first: Val | None = None,
) -> list[Val]:
    """Open a comprehension's loops on the stack and evaluate its parts inside them.

    Args:
        m: The machine.
        generators: The comprehension's loops.
        parts: Expressions to evaluate innermost.
        frame: Where names are looked up.
        stack: Keeps the loops open.
        extents: Gets the extent of each loop.
        first: What the first loop runs over, if that was looked up before.
    """
    for generator in generators:
        iterable = m.eval(generator.iter, frame) if first is None else first
        first = None
        element, extent = iterate(m, iterable, frame, generator.iter)
        extents.append(extent)
        stack.enter_context(m.loop(extent))
        for name in bound_by(generator.target) if frame.items else []:
            frame.items.pop(name, None)
        m.assign(generator.target, element, frame, generator.iter)
        for test in generator.ifs:
            m.eval(test, frame)
    return [m.eval(part, frame) for part in parts]


def _map(m: Machine, pending: Pending, value: Val) -> tuple[Val, Extent]:
    if not pending.parts:
        return UNKNOWN, Extent.UNKNOWN
    function, *iterables = pending.parts
    elements = []
    extents = []
    for iterable in iterables:
        element, extent = iterate(m, iterable, pending.frame, pending.node)
        elements.append(element)
        extents.append(extent)
    extent = narrowest(extents)
    with m.loop(extent):
        result = m.call(function, elements, {}, pending.node, pending.frame)
    return result, extent


def _call(m: Machine, pending: Pending, value: Val) -> tuple[Val, Extent]:
    assert pending.call is not None
    function, args, kwargs = pending.call
    frame = m.enter(function, args, kwargs)
    if frame is None or frame.yielded is None:
        return UNKNOWN, value.extent
    return frame.yielded, value.extent


def _chain(m: Machine, pending: Pending, value: Val) -> tuple[Val, Extent]:
    """``zip`` and ``enumerate``: elements side by side."""
    elements = []
    extents = []
    for iterable in pending.parts:
        element, extent = iterate(m, iterable, pending.frame, pending.node)
        elements.append(element)
        extents.append(extent)
    return Val(Kind.TUPLE, Extent.ONE, ref=tuple(elements)), narrowest(extents)


_PENDING = {"genexp": _generator_expression, "map": _map, "call": _call, "zip": _chain}
_BY_KIND = {
    Kind.CELL: _cell,
    Kind.TUPLE: _tuple,
    Kind.DATA: _data,
    Kind.FILE: _file,
    Kind.OBJECT: _object,
    Kind.LAZY: _lazy,
}


def consume(m: Machine, value: Val, frame: Frame, node: ast.AST) -> Val:
    """A container of all that an iterable gives."""
    if value.kind is Kind.LAZY and isinstance(value.ref, Pending):
        return _run_to_end(m, value, value.ref, frame, node)
    if value.kind in (Kind.CELL, Kind.DATA):
        return value
    if value.kind in (Kind.FILE, Kind.OBJECT) or value.const is FRAMES:
        made = m.new_cell(node, frame, "list")
        element, extent = iterate(m, value, frame, node)
        with m.loop(extent):
            m.put(made, element, node, frame, how="append")
        return made
    if value.kind is Kind.TUPLE:
        made = m.new_cell(node, frame, "list", Extent.PART)
        for part in value.ref:
            made.ref.add(part)
        return made
    return value


def _run_to_end(m: Machine, value: Val, pending: Pending, frame: Frame, node: ast.AST) -> Val:
    made = m.new_cell(node, frame, "list")
    if pending.kind == "call":
        assert pending.call is not None
        function, args, kwargs = pending.call
        with m.loop(value.extent):
            ran = m.enter(function, args, kwargs, consumed=True)
            if ran is not None and ran.yielded is not None:
                m.put(made, ran.yielded, node, frame, how="append")
        return made
    before = {id(load): load.depth for load in m.story.loads.values()}
    element, extent = iterate(m, value, frame, node)
    # The loads ran inside the iterator's own loop, which is closed again by now.
    with m.loop(extent):
        for fact in facts_of(element):
            if isinstance(fact, Load) and before.get(id(fact)) != fact.depth:
                fact.depth = max(fact.depth, len(m.loops))
        m.put(made, element, node, frame, how="append")
    return made


def gathered(m: Machine, value: Val, frame: Frame, node: ast.AST) -> Val:
    """``np.array``, ``stack``, ``concatenate`` of something: one array with all of it."""
    made = consume(m, value, frame, node)
    if made.kind is Kind.CELL:
        inner = content_of(made)
        extent = made.extent if made.extent is not Extent.UNKNOWN else made.ref.extent
        kind = Kind.DATA if inner.kind is Kind.IMAGE else inner.kind
        return Val(kind if kind is not Kind.TUPLE else Kind.UNKNOWN, extent, inner.facts, sure=inner.sure)
    if made.kind is Kind.IMAGE:
        return Val(Kind.DATA, made.extent, made.facts)
    if made.kind in (Kind.LAZY, Kind.FILE, Kind.EXTERNAL):
        return Val(Kind.UNKNOWN, made.extent, made.facts)
    return made
