"""Abstract values of expressions, by kind of node."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import arithmetic, calls, classes, iteration, keeping, lookup, name_hints, storing
from genaudit.lint.interpreter.facts import Extent
from genaudit.lint.interpreter.subscripts import subscript
from genaudit.lint.interpreter.truth import truth_of
from genaudit.lint.interpreter.values import UNKNOWN, Kind, Val, content_of, join, narrowest

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame
    from genaudit.lint.interpreter.machine import Machine

_SMALL_ATTRIBUTES = frozenset(
    "shape size dtype ndim columns index width height itemsize nbytes mode format suffix name stem affine header "
    "spacing num_rows fps".split()
)


def _constant(m: Machine, node: ast.Constant, frame: Frame) -> Val:
    extent = Extent.WHOLE if isinstance(node.value, str) else Extent.UNKNOWN
    return Val(Kind.SMALL, extent, const=node.value)


def _name(m: Machine, node: ast.Name, frame: Frame) -> Val:
    value = lookup.lookup(m, node.id, frame)
    return lookup.named(value, node.id)


def _attribute(m: Machine, node: ast.Attribute, frame: Frame) -> Val:
    base = m.eval(node.value, frame)
    return attribute_of(m, base, node.attr, frame, node)


def attribute_of(m: Machine, base: Val, name: str, frame: Frame, node: ast.AST) -> Val:
    """The value of ``base.name``."""
    if base.kind is Kind.OBJECT:
        return classes.attribute(m, base, name, frame)
    if base.kind is Kind.EXTERNAL:
        return lookup.external(m, frame.module, f"{base.ref}.{name}", imported_name=True)
    if base.kind is Kind.CLASS:
        return _class_attribute(m, base, name)
    if name in _SMALL_ATTRIBUTES:
        return Val(Kind.SMALL, base.extent)
    if base.kind is Kind.LAZY:
        return _lazy_attribute(m, base, name, frame, node)
    if base.kind is Kind.DATA:
        if name_hints.points_as_key(name):
            m.mark_pointer(base)
        return base.with_(ref=None)
    if base.kind in (Kind.CELL, Kind.TUPLE, Kind.FUNCTION, Kind.FILE, Kind.IMAGE):
        return Val(Kind.UNKNOWN, base.extent)
    return lookup.named(Val(base.kind, base.extent, base.facts), name)


def _class_attribute(m: Machine, base: Val, name: str) -> Val:
    found = classes.find_method(m, base.ref, name)
    if found is not None:
        owner, node = found
        value = classes.method_value(owner, node, base)
        if not any(isinstance(d, ast.Name) and d.id == "classmethod" for d in node.decorator_list):
            value.ref.this = None
        return value
    inherited = classes.class_attribute(m, base.ref, name)
    return inherited if inherited is not None else UNKNOWN


def _lazy_attribute(m: Machine, base: Val, name: str, frame: Frame, node: ast.AST) -> Val:
    if name in ("value", "values"):
        return calls.read_lazy(m, base, frame, node)
    return base


def _list(m: Machine, node: ast.List | ast.Set, frame: Frame) -> Val:
    made = m.new_cell(node, frame, "list" if isinstance(node, ast.List) else "set", Extent.UNKNOWN)
    for element in node.elts:
        value = m.eval(element, frame)
        if isinstance(element, ast.Starred):
            value = iteration.consume(m, value, frame, element)
            if value.kind is Kind.CELL:
                made.ref.hoards |= value.ref.hoards
            value = content_of(value)
        made.ref.add(value)
    if node.elts:
        made.ref.extent = Extent.PART
    return made


def _tuple(m: Machine, node: ast.Tuple, frame: Frame) -> Val:
    parts = tuple(m.eval(element, frame) for element in node.elts)
    return Val(Kind.TUPLE, narrowest(part.extent for part in parts), ref=parts)


def _dict(m: Machine, node: ast.Dict, frame: Frame) -> Val:
    made = m.new_cell(node, frame, "dict")
    for key, item in zip(node.keys, node.values, strict=True):
        value = m.eval(item, frame)
        name = key.value if isinstance(key, ast.Constant) else None
        made.ref.add(value if key is not None else content_of(value), name)
    return made


def _comprehension(m: Machine, node: ast.ListComp | ast.SetComp | ast.DictComp, frame: Frame) -> Val:
    is_dict = isinstance(node, ast.DictComp)
    made = m.new_cell(node, frame, "dict" if is_dict else "list")
    extents: list[Extent] = []
    parts = [node.value] if isinstance(node, ast.DictComp) else [node.elt]
    with ExitStack() as stack:
        (value,) = iteration.comprehend(m, node.generators, parts, frame, stack, extents)
        keeping.put(m, made, value, node, frame, how="append")
    made.ref.extent = max(extents, default=Extent.UNKNOWN)
    return made


def _generator_expression(m: Machine, node: ast.GeneratorExp, frame: Frame) -> Val:
    from genaudit.lint.interpreter.frames import Pending

    # As Python does: the first iterable is looked up now, all else when the expression runs.
    first = m.eval(node.generators[0].iter, frame)
    return Val(Kind.LAZY, Extent.UNKNOWN, ref=Pending("genexp", node, frame, [first]))


def _boolean(m: Machine, node: ast.BoolOp, frame: Frame) -> Val:
    values = [m.eval(value, frame) for value in node.values]
    result = values[0]
    for value in values[1:]:
        result = join(result, value)
    return result


def _conditional(m: Machine, node: ast.IfExp, frame: Frame) -> Val:
    truth = truth_of(m, node.test, frame)
    if truth is not None:
        return m.eval(node.body if truth else node.orelse, frame)
    return join(m.eval(node.body, frame), m.eval(node.orelse, frame))


def _lambda(m: Machine, node: ast.Lambda, frame: Frame) -> Val:
    from genaudit.lint.interpreter.frames import Function

    return Val(Kind.FUNCTION, ref=Function(frame.module, node, closure=frame))


def _yield(m: Machine, node: ast.Yield, frame: Frame) -> Val:
    value = m.eval(node.value, frame)
    frame.yielded = value if frame.yielded is None else join(frame.yielded, value)
    if not frame.consumed and len(m.stack) == 1:
        m.emit(value, frame)
    return UNKNOWN


def _yield_from(m: Machine, node: ast.YieldFrom, frame: Frame) -> Val:
    element, extent = iteration.iterate(m, m.eval(node.value, frame), frame, node)
    with m.loop(extent, yields=not frame.consumed):
        frame.yielded = element if frame.yielded is None else join(frame.yielded, element)
        if not frame.consumed and len(m.stack) == 1:
            m.emit(element, frame)
    return UNKNOWN


def _named(m: Machine, node: ast.NamedExpr, frame: Frame) -> Val:
    value = m.eval(node.value, frame)
    storing.assign(m, node.target, value, frame, node)
    return value


def _inner(m: Machine, node: ast.Await | ast.Starred | ast.FormattedValue, frame: Frame) -> Val:
    return m.eval(node.value, frame)


def _call(m: Machine, node: ast.Call, frame: Frame) -> Val:
    return calls.call(m, node, frame)


HANDLERS: dict[type[ast.AST], Callable[..., Val]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: subscript,
    ast.Call: _call,
    ast.List: _list,
    ast.Set: _list,
    ast.Tuple: _tuple,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _generator_expression,
    ast.BinOp: arithmetic.binary,
    ast.BoolOp: _boolean,
    ast.Compare: arithmetic.compare,
    ast.UnaryOp: arithmetic.unary,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.JoinedStr: arithmetic.joined,
    ast.FormattedValue: _inner,
    ast.Await: _inner,
    ast.Starred: _inner,
    ast.NamedExpr: _named,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
}
