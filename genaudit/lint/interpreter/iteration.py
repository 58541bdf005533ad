"""What comes out of an iterable, and what is kept of it when it is run to its end."""

from __future__ import annotations

import ast
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING

from genaudit.lint.interpreter.frames import Frame, Pending, bound_by, method_value
from genaudit.lint.interpreter.values import (
    FRAMES,
    NUMBER,
    SMALL,
    UNKNOWN,
    AbstractValue,
    Extent,
    Kind,
    ReadSite,
    content_of,
    join,
    narrowest,
    origins_of,
)
from genaudit.lint.readers import Reader

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


_LINES = Reader("text", False)
_CSV = Reader("csv", False)
_FRAME = Reader("image", True)


def iterate(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> tuple[AbstractValue, Extent]:
    """One element of an iterable, and how much of the data set the iterable runs over."""
    handler = _BY_KIND.get(value.kind)
    if handler is not None:
        element, extent = handler(machine, value, frame, node)
        return (element.with_(extent=Extent.WHOLE) if _names_splits(node) else element), extent
    kind = value.kind if value.kind in (Kind.SMALL, Kind.IMAGE) else Kind.UNKNOWN
    return AbstractValue(kind, Extent.ONE, value.origins), value.extent


_SPLITS = re.compile(r"train\w*|test\w*|val\w*|dev|eval\w*", re.IGNORECASE)


def _names_splits(node: ast.AST) -> bool:
    """Whether a loop runs over ``("train", "test")``: each turn has a data set of its own, not an item."""
    if not isinstance(node, ast.Tuple | ast.List) or not node.elts:
        return False
    words = [part.value for part in node.elts if isinstance(part, ast.Constant)]
    return len(words) == len(node.elts) and all(isinstance(word, str) and _SPLITS.fullmatch(word) for word in words)


def _container(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> tuple[AbstractValue, Extent]:
    container = value.ref
    content = container.content or SMALL
    extent = value.extent if value.extent is not Extent.UNKNOWN else container.extent
    if container.shape == "dict":
        return AbstractValue(Kind.SMALL, Extent.ONE), extent
    element = content.with_(extent=Extent.ONE, origins=content.origins | container.accumulations | value.origins)
    return element, extent


def _tuple(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> tuple[AbstractValue, Extent]:
    element = SMALL
    for part in value.ref:
        element = join(element, part)
    return element.with_(extent=Extent.ONE), Extent.PART


def _data(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> tuple[AbstractValue, Extent]:
    return value.with_(extent=Extent.ONE, ref=None), value.extent


def _file(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> tuple[AbstractValue, Extent]:
    line = machine.read(node, frame, _CSV if value.const == "csv" else _LINES, "lines", value)
    for origin in line.origins:
        if isinstance(origin, ReadSite):
            origin.learned.depth = len(machine.loops) + 1
            origin.learned.streamed = True
    return line.with_(extent=Extent.ONE), Extent.WHOLE if not value.extent.narrow else Extent.PART


def _object(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> tuple[AbstractValue, Extent]:
    method = machine.find_method(value.ref.cls, "__iter__")
    if method is not None:
        made = machine.call_function(method_value(*method, value).ref, (), {}, node)
        if made.kind is Kind.LAZY and made.ref is not None:
            return iterate(machine, made, frame, node)
    getter = machine.find_method(value.ref.cls, "__getitem__")
    if getter is not None:
        index = AbstractValue(Kind.SMALL, Extent.ONE)
        return machine.call_function(method_value(*getter, value).ref, (index,), {}, node), Extent.WHOLE
    return UNKNOWN, Extent.UNKNOWN


def _lazy(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> tuple[AbstractValue, Extent]:
    if not isinstance(value.ref, Pending):
        if value.const is FRAMES:
            frame_of = machine.read(node, frame, _FRAME, "frames", AbstractValue(Kind.SMALL, Extent.ONE))
            for origin in frame_of.origins:
                if isinstance(origin, ReadSite):
                    origin.learned.depth = len(machine.loops) + 1
            return frame_of, value.extent
        if value.ref is None:
            machine.note_read()
        return AbstractValue(Kind.UNKNOWN, Extent.ONE), value.extent
    return _PENDING[value.ref.kind](machine, value.ref, value)


def _generator_expression(machine: Machine, pending: Pending, value: AbstractValue) -> tuple[AbstractValue, Extent]:
    comp = pending.node
    assert isinstance(comp, ast.GeneratorExp)
    extents: list[Extent] = []
    with ExitStack() as stack:
        element = comprehend(machine, comp.generators, [comp.elt], pending.frame, stack, extents, pending.parts[0])
    return element[0], max(extents, default=Extent.UNKNOWN)


def comprehend(
    machine: Machine,
    generators: list[ast.comprehension],
    parts: list[ast.expr],
    frame: Frame,
    stack: ExitStack,
    extents: list[Extent],
    first: AbstractValue | None = None,
) -> list[AbstractValue]:
    """Open a comprehension's loops on the stack and evaluate its parts inside them.

    Args:
        machine: The abstract run.
        generators: The comprehension's loops.
        parts: Expressions to evaluate innermost.
        frame: Where names are looked up.
        stack: Keeps the loops open.
        extents: Gets the extent of each loop.
        first: What the first loop runs over, if that was looked up before.
    """
    for generator in generators:
        iterable = machine.eval(generator.iter, frame) if first is None else first
        first = None
        element, extent = iterate(machine, iterable, frame, generator.iter)
        extents.append(extent)
        stack.enter_context(machine.loop(extent))
        for name in bound_by(generator.target) if frame.items else []:
            frame.items.pop(name, None)
        machine.assign(generator.target, element, frame, generator.iter)
        for test in generator.ifs:
            machine.eval(test, frame)
    return [machine.eval(part, frame) for part in parts]


def _map(machine: Machine, pending: Pending, value: AbstractValue) -> tuple[AbstractValue, Extent]:
    if not pending.parts:
        return UNKNOWN, Extent.UNKNOWN
    function, *iterables = pending.parts
    elements = []
    extents = []
    for iterable in iterables:
        element, extent = iterate(machine, iterable, pending.frame, pending.node)
        elements.append(element)
        extents.append(extent)
    extent = narrowest(extents)
    with machine.loop(extent):
        result = machine.call(function, elements, {}, pending.node, pending.frame)
    return result, extent


def _call(machine: Machine, pending: Pending, value: AbstractValue) -> tuple[AbstractValue, Extent]:
    assert pending.call is not None
    function, args, kwargs = pending.call
    frame = machine.enter(function, args, kwargs)
    if frame is None or frame.yielded is None:
        return UNKNOWN, value.extent
    return frame.yielded, value.extent


def _chain(machine: Machine, pending: Pending, value: AbstractValue) -> tuple[AbstractValue, Extent]:
    """``zip`` and ``enumerate``: elements side by side."""
    elements = []
    extents = []
    for iterable in pending.parts:
        element, extent = iterate(machine, iterable, pending.frame, pending.node)
        elements.append(element)
        extents.append(extent)
    return AbstractValue(Kind.TUPLE, Extent.ONE, ref=tuple(elements)), narrowest(extents)


def _beam(machine: Machine, pending: Pending, value: AbstractValue) -> tuple[AbstractValue, Extent]:
    """``beam.Create(x)``: the elements of ``x``."""
    if not pending.parts:
        return UNKNOWN, Extent.UNKNOWN
    return iterate(machine, pending.parts[0], pending.frame, pending.node)


def _filter(machine: Machine, pending: Pending, value: AbstractValue) -> tuple[AbstractValue, Extent]:
    """Elements that a function lets through: they are what they were."""
    if len(pending.parts) < 2:
        return UNKNOWN, Extent.UNKNOWN
    function, source = pending.parts
    element, extent = iterate(machine, source, pending.frame, pending.node)
    with machine.loop(extent):
        machine.call(function, [element], {}, pending.node, pending.frame)
    return element, extent


_PENDING = {
    "genexp": _generator_expression,
    "map": _map,
    "filter": _filter,
    "beam": _beam,
    "call": _call,
    "zip": _chain,
}
_BY_KIND = {
    Kind.CONTAINER: _container,
    Kind.TUPLE: _tuple,
    Kind.DATA: _data,
    Kind.FILE: _file,
    Kind.OBJECT: _object,
    Kind.LAZY: _lazy,
}


def consume(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> AbstractValue:
    """A container of all that an iterable gives."""
    if value.kind is Kind.LAZY and isinstance(value.ref, Pending):
        return _run_to_end(machine, value, value.ref, frame, node)
    if value.kind in (Kind.CONTAINER, Kind.DATA):
        return value
    if value.kind in (Kind.FILE, Kind.OBJECT) or value.const is FRAMES:
        made = machine.new_container(node, frame, "list")
        element, extent = iterate(machine, value, frame, node)
        with machine.loop(extent):
            machine.put(made, element, node, frame, how="append")
        return made
    if value.kind is Kind.TUPLE:
        made = machine.new_container(node, frame, "list", Extent.PART)
        for part in value.ref:
            made.ref.add(part)
        return made
    return value


def _run_to_end(machine: Machine, value: AbstractValue, pending: Pending, frame: Frame, node: ast.AST) -> AbstractValue:
    made = machine.new_container(node, frame, "list")
    if pending.kind == "call":
        assert pending.call is not None
        function, args, kwargs = pending.call
        with machine.loop(value.extent):
            ran = machine.enter(function, args, kwargs, consumed=True)
            if ran is not None and ran.yielded is not None:
                machine.put(made, ran.yielded, node, frame, how="append")
        return made
    before = {id(read_site): read_site.learned.depth for read_site in machine.facts.read_sites.values()}
    element, extent = iterate(machine, value, frame, node)
    # The loads ran inside the iterator's own loop, which is closed again by now.
    with machine.loop(extent):
        for origin in origins_of(element):
            if isinstance(origin, ReadSite) and before.get(id(origin)) != origin.learned.depth:
                origin.learned.depth = max(origin.learned.depth, len(machine.loops))
        machine.put(made, numbers_of_line(machine, element), node, frame, how="append")
    return made


_WRITTEN = frozenset(["text", "csv", "whole-text"])


def numbers_of_line(machine: Machine, value: AbstractValue) -> AbstractValue:
    """An element of a list: a number read from each word of a line is the line in another spelling, and as long."""
    lines = [o for o in value.origins if isinstance(o, ReadSite) and o.family in _WRITTEN]
    if value.kind is not Kind.SMALL or not lines or value.const is not NUMBER:
        return value
    for line in lines:
        line.learned.encoded = True
    return AbstractValue(Kind.DATA, Extent.ONE, value.origins, sure=False)


def as_array(machine: Machine, value: AbstractValue, frame: Frame, node: ast.AST) -> AbstractValue:
    """``np.array``, ``stack``, ``concatenate`` of something: one array with all of it."""
    made = consume(machine, value, frame, node)
    if made.kind is Kind.CONTAINER:
        inner = content_of(made)
        extent = made.extent if made.extent is not Extent.UNKNOWN else made.ref.extent
        if inner.kind is Kind.IMAGE:
            machine.mark_decoded(inner)
        kind = Kind.DATA if inner.kind is Kind.IMAGE else inner.kind
        return AbstractValue(kind if kind is not Kind.TUPLE else Kind.UNKNOWN, extent, inner.origins, sure=inner.sure)
    if made.kind is Kind.IMAGE:
        machine.mark_decoded(made)
        return AbstractValue(Kind.DATA, made.extent, made.origins)
    if made.kind in (Kind.LAZY, Kind.FILE, Kind.EXTERNAL):
        return AbstractValue(Kind.UNKNOWN, made.extent, made.origins)
    return made
