"""What expressions are worth, by kind of node: literals, operators, comparisons, and whether a test holds."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Frame, Function, Pending, named
from genaudit.lint.interpreter.values import (
    COUNT,
    NO_ORIGINS,
    SMALL,
    UNKNOWN,
    AbstractValue,
    Extent,
    Kind,
    content_of,
    join,
    narrowest,
)

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


def _constant(machine: Machine, node: ast.Constant, frame: Frame) -> AbstractValue:
    extent = Extent.WHOLE if isinstance(node.value, str) else Extent.UNKNOWN
    return AbstractValue(Kind.SMALL, extent, const=node.value)


def _name(machine: Machine, node: ast.Name, frame: Frame) -> AbstractValue:
    return named(machine.value_of_name(node.id, frame), node.id)


def _attribute(machine: Machine, node: ast.Attribute, frame: Frame) -> AbstractValue:
    base = machine.eval(node.value, frame)
    if isinstance(node.value, ast.Attribute) and node.value.attr == "lazy_imports":
        # A holder of modules: its class says no more than their names do.
        return AbstractValue(Kind.EXTERNAL, ref=node.attr)
    return machine.attribute(base, node.attr, frame, node)


def _list(machine: Machine, node: ast.List | ast.Set, frame: Frame) -> AbstractValue:
    made = machine.new_container(node, frame, "list" if isinstance(node, ast.List) else "set", Extent.UNKNOWN)
    for element in node.elts:
        value = machine.eval(element, frame)
        if isinstance(element, ast.Starred):
            value = machine.consume(value, frame, element)
            if value.kind is Kind.CONTAINER:
                made.ref.accumulations |= value.ref.accumulations
            value = content_of(value)
        made.ref.add(value)
    if node.elts:
        made.ref.extent = Extent.PART
    return made


def _tuple(machine: Machine, node: ast.Tuple, frame: Frame) -> AbstractValue:
    parts = tuple(machine.eval(element, frame) for element in node.elts)
    data = any(part.origins for part in parts)
    if data and any(isinstance(element, ast.Name) and name_hints.names_medium(element.id) for element in node.elts):
        for part in parts:
            machine.mark_pointer(content_of(part))
    return AbstractValue(Kind.TUPLE, narrowest(part.extent for part in parts), ref=parts)


def _dict(machine: Machine, node: ast.Dict, frame: Frame) -> AbstractValue:
    made = machine.new_container(node, frame, "dict")
    for key, item in zip(node.keys, node.values, strict=True):
        value = machine.eval(item, frame)
        name = key.value if isinstance(key, ast.Constant) else None
        made.ref.add(value if key is not None else content_of(value), name)
    return made


def _comprehension(machine: Machine, node: ast.ListComp | ast.SetComp | ast.DictComp, frame: Frame) -> AbstractValue:
    is_dict = isinstance(node, ast.DictComp)
    made = machine.new_container(node, frame, "dict" if is_dict else "list")
    extents: list[Extent] = []
    parts = [node.value] if isinstance(node, ast.DictComp) else [node.elt]
    with ExitStack() as stack:
        (value,) = machine.comprehend(node.generators, parts, frame, stack, extents)
        value = machine.numbers_of_line(value)
        machine.put(made, value, node, frame, how="append")
    made.ref.extent = max(extents, default=Extent.UNKNOWN)
    return made


def _generator_expression(machine: Machine, node: ast.GeneratorExp, frame: Frame) -> AbstractValue:
    # As Python does: the first iterable is looked up now, all else when the expression runs.
    first = machine.eval(node.generators[0].iter, frame)
    return AbstractValue(Kind.LAZY, Extent.UNKNOWN, ref=Pending("genexp", node, frame, [first]))


def _boolean(machine: Machine, node: ast.BoolOp, frame: Frame) -> AbstractValue:
    values = [machine.eval(value, frame) for value in node.values]
    result = values[0]
    for value in values[1:]:
        result = join(result, value)
    return result


def _conditional(machine: Machine, node: ast.IfExp, frame: Frame) -> AbstractValue:
    truth = truth_of(machine, node.test, frame)
    if truth is not None:
        return machine.eval(node.body if truth else node.orelse, frame)
    return join(machine.eval(node.body, frame), machine.eval(node.orelse, frame))


def _lambda(machine: Machine, node: ast.Lambda, frame: Frame) -> AbstractValue:
    return AbstractValue(Kind.FUNCTION, ref=Function(frame.module, node, closure=frame))


def _yield(machine: Machine, node: ast.Yield, frame: Frame) -> AbstractValue:
    value = machine.eval(node.value, frame)
    _note_records(machine, node.value, value)
    frame.yielded = value if frame.yielded is None else join(frame.yielded, value)
    if not frame.consumed and len(machine.stack) == 1:
        machine.emit(value, frame)
    return UNKNOWN


def _note_records(machine: Machine, node: ast.expr | None, value: AbstractValue) -> None:
    """``yield number, row``: a row as it is, not a field of it."""
    parts = zip(node.elts, value.ref, strict=False) if isinstance(node, ast.Tuple) and value.ref else [(node, value)]
    for part, given in parts:
        if isinstance(part, ast.Dict) and given.kind is Kind.CONTAINER:
            for key, field in given.ref.named.items():
                if isinstance(key, str) and content_of(field).kind is Kind.DATA:
                    machine.mark_field(field, key)
        elif isinstance(part, ast.Name) and given.kind is Kind.DATA and not name_hints.points_as_key(part.id):
            machine.mark_record(given)


def _yield_from(machine: Machine, node: ast.YieldFrom, frame: Frame) -> AbstractValue:
    element, extent = machine.iterate(machine.eval(node.value, frame), frame, node)
    with machine.loop(extent, yields=not frame.consumed):
        frame.yielded = element if frame.yielded is None else join(frame.yielded, element)
        if not frame.consumed and len(machine.stack) == 1:
            machine.emit(element, frame)
    return UNKNOWN


def _named(machine: Machine, node: ast.NamedExpr, frame: Frame) -> AbstractValue:
    value = machine.eval(node.value, frame)
    machine.assign(node.target, value, frame, node)
    return value


def _inner(machine: Machine, node: ast.Await | ast.Starred | ast.FormattedValue, frame: Frame) -> AbstractValue:
    return machine.eval(node.value, frame)


_ENDING = re.compile(r".*\.[A-Za-z][A-Za-z0-9]{1,4}")


def binary(machine: Machine, node: ast.BinOp, frame: Frame) -> AbstractValue:
    """The value of an operator between two."""
    left, right = machine.eval(node.left, frame), machine.eval(node.right, frame)
    if isinstance(node.op, ast.BitOr | ast.RShift) and right.kind is Kind.LAZY:
        # ``source | "name" >> step``
        made = right if isinstance(node.op, ast.RShift) else machine.piped(left, right)
        if made is not None:
            return made
    if left.kind is Kind.CONTAINER or right.kind is Kind.CONTAINER:
        return _container_arithmetic(machine, node, left, right, frame)
    if Kind.DATA in (left.kind, right.kind):
        if isinstance(node.op, ast.Add | ast.Mod | ast.Div):
            _note_path(machine, left, right)
        return _data_arithmetic(machine, node, left, right, frame)
    origins = left.origins | right.origins
    if COUNT in (left.const, right.const) and isinstance(node.op, ast.Mod):
        return AbstractValue(Kind.SMALL, Extent.ONE, origins)
    joins_path = isinstance(node.op, ast.Div) and left.const is not COUNT and _is_item(node.right, right)
    dividing = isinstance(node.op, ast.FloorDiv | ast.Div | ast.Sub) and not joins_path
    if dividing and left.extent is Extent.WHOLE and not _is_path(left):
        return AbstractValue(Kind.SMALL, Extent.WHOLE, origins, const=COUNT if left.const is COUNT else ...)
    kind = Kind.SMALL if left.kind is Kind.SMALL or right.kind is Kind.SMALL else Kind.UNKNOWN
    extents = [side.extent for side in (left, right) if not isinstance(side.const, int | float)]
    return AbstractValue(kind, narrowest(extents), origins)


def _note_path(machine: Machine, left: AbstractValue, right: AbstractValue) -> None:
    for text, other in ((left, right), (right, left)):
        if _part_of_path(text.const):
            machine.mark_pointer(other)


def _is_item(node: ast.expr, value: AbstractValue) -> bool:
    """Whether a folder is divided by the name of one item, which makes the path of that item."""
    return value.extent is Extent.ONE and (isinstance(node, ast.JoinedStr) or value.const is ...)


def _is_path(value: AbstractValue) -> bool:
    return isinstance(value.const, str)


def _container_arithmetic(
    machine: Machine, node: ast.BinOp, left: AbstractValue, right: AbstractValue, frame: Frame
) -> AbstractValue:
    if isinstance(node.op, ast.Mult):
        made = machine.new_container(node, frame, "prealloc")
        container = left if left.kind is Kind.CONTAINER else right
        if container.ref.content is not None:
            made.ref.add(container.ref.content)
        made.ref.extent = left.extent if container is right else right.extent
        return made
    if not isinstance(node.op, ast.Add):
        return UNKNOWN
    made = machine.new_container(node, frame, "list")
    for side in (left, right):
        content = content_of(side) if side.kind is not Kind.CONTAINER else side.ref.content
        if content is not None:
            made.ref.add(content)
        if side.kind is Kind.CONTAINER:
            made.ref.accumulations |= side.ref.accumulations
            made.ref.extent = max(made.ref.extent, side.ref.extent) if made.ref.extent else side.ref.extent
    return made


def _data_arithmetic(
    machine: Machine, node: ast.BinOp, left: AbstractValue, right: AbstractValue, frame: Frame
) -> AbstractValue:
    data = left if left.kind is Kind.DATA else right
    if isinstance(node.op, ast.Div) and data is left and isinstance(right.const, int | float):
        machine.note_upcast(node, left, frame, by="division")
    return AbstractValue(Kind.DATA, data.extent, left.origins | right.origins, sure=data.sure)


def compare(machine: Machine, node: ast.Compare, frame: Frame) -> AbstractValue:
    """The value of a comparison, which may say that a container has a bound."""
    sides = [node.left, *node.comparators]
    values = [machine.eval(side, frame) for side in sides]
    if any(isinstance(op, ast.Lt | ast.Gt | ast.GtE | ast.LtE | ast.Eq) for op in node.ops):
        lengths = [side for side in sides if _is_length(side)]
        if len(lengths) < len(sides):
            # Two that are as long as each other have no bound by that.
            for side in lengths:
                _watch_length(machine, side, frame)
    asked = any(isinstance(op, ast.In | ast.NotIn) for op in node.ops)
    origins = NO_ORIGINS.union(*(value.origins for value in values)) if asked else NO_ORIGINS
    return AbstractValue(
        Kind.SMALL, Extent.WHOLE if any(v.extent is Extent.WHOLE for v in values) else Extent.UNKNOWN, origins
    )


def _is_length(side: ast.expr) -> bool:
    return isinstance(side, ast.Call) and getattr(side.func, "id", "") == "len" and bool(side.args)


def _watch_length(machine: Machine, side: ast.expr, frame: Frame) -> None:
    """A container whose length is compared has a bound."""
    assert isinstance(side, ast.Call)
    value = machine.eval(side.args[0], frame)
    if value.kind is Kind.CONTAINER:
        value.ref.bounded = True


def joined(machine: Machine, node: ast.JoinedStr, frame: Frame) -> AbstractValue:
    """The value of an f-string."""
    values = [machine.eval(part.value, frame) for part in node.values if isinstance(part, ast.FormattedValue)]
    origins = NO_ORIGINS.union(*(value.origins for value in values))
    literals = [part.value for part in node.values if isinstance(part, ast.Constant)]
    path = any(_part_of_path(text) for text in literals)
    if origins and path:
        machine.mark_pointer(AbstractValue(origins=origins))
    text = not path and any(value.kind is Kind.DATA for value in values)
    return AbstractValue(
        Kind.DATA if text else Kind.SMALL, narrowest([Extent.WHOLE, *(value.extent for value in values)]), origins
    )


def _part_of_path(text: object) -> bool:
    """Whether a literal is joined with something to make a path: a separator, or the ending of a file."""
    return isinstance(text, str) and ("/" in text or "\\" in text or _ENDING.fullmatch(text) is not None)


def unary(machine: Machine, node: ast.UnaryOp, frame: Frame) -> AbstractValue:
    """The value of a sign, or of ``not``."""
    value = machine.eval(node.operand, frame)
    if isinstance(node.op, ast.Not):
        return SMALL
    number = isinstance(value.const, int | float) and isinstance(node.op, ast.USub)
    return value.with_(const=-value.const if number else ...)


def truth_of(machine: Machine, test: ast.expr, frame: Frame) -> bool | None:
    """Whether a test is known to hold: a switch with a default, or a name that says opt-in."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth_of(machine, test.operand, frame)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        return _truth_of_parts(machine, test, frame)
    if isinstance(test, ast.Compare):
        return _truth_of_comparison(machine, test, frame)
    value = machine.eval(test, frame)
    if value.const is True or value.const is False or value.const is None:
        return bool(value.const)
    if value.kind in (Kind.UNKNOWN, Kind.SMALL) and isinstance(test, ast.Attribute | ast.Name):
        name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
        if name_hints.opt_in(name):
            return False
    return None


def _truth_of_parts(machine: Machine, test: ast.BoolOp, frame: Frame) -> bool | None:
    deciding = isinstance(test.op, ast.Or)
    known = True
    for part in test.values:
        truth = truth_of(machine, part, frame)
        if truth is deciding:
            # What comes after is not run.
            return deciding
        known = known and truth is not None
    return not deciding if known else None


def _truth_of_comparison(machine: Machine, test: ast.Compare, frame: Frame) -> bool | None:
    value = machine.eval(test, frame)
    del value
    if len(test.ops) != 1 or not isinstance(test.ops[0], ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
        return None
    left, right = machine.eval(test.left, frame), machine.eval(test.comparators[0], frame)
    if _opt_in_named(test.left) and right.const not in (..., None, False):
        # ``self.cache == "ram"``: asked for by name, and off unless it is.
        return isinstance(test.ops[0], ast.IsNot | ast.NotEq)
    if left.const is ... or not (right.const is None or right.const is True or right.const is False):
        return None
    return (left.const is right.const) == isinstance(test.ops[0], ast.Is | ast.Eq)


def _opt_in_named(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name_hints.opt_in(name)


HANDLERS: dict[type[ast.AST], Callable[..., AbstractValue]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.List: _list,
    ast.Set: _list,
    ast.Tuple: _tuple,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _generator_expression,
    ast.BinOp: binary,
    ast.BoolOp: _boolean,
    ast.Compare: compare,
    ast.UnaryOp: unary,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.JoinedStr: joined,
    ast.FormattedValue: _inner,
    ast.Await: _inner,
    ast.Starred: _inner,
    ast.NamedExpr: _named,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
}
