"""Operators, comparisons and text put together."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import calls
from genaudit.lint.interpreter.facts import NO_FACTS, Extent
from genaudit.lint.interpreter.values import COUNT, SMALL, UNKNOWN, Kind, Val, content_of, narrowest

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame
    from genaudit.lint.interpreter.machine import Machine


_ENDING = re.compile(r".*\.[A-Za-z][A-Za-z0-9]{1,4}")


def binary(m: Machine, node: ast.BinOp, frame: Frame) -> Val:
    """The value of an operator between two."""
    left, right = m.eval(node.left, frame), m.eval(node.right, frame)
    if left.kind is Kind.CELL or right.kind is Kind.CELL:
        return _container_arithmetic(m, node, left, right, frame)
    if Kind.DATA in (left.kind, right.kind):
        if isinstance(node.op, ast.Add | ast.Mod | ast.Div):
            _note_path(m, left, right)
        return _data_arithmetic(m, node, left, right, frame)
    facts = left.facts | right.facts
    if COUNT in (left.const, right.const) and isinstance(node.op, ast.Mod):
        return Val(Kind.SMALL, Extent.ONE, facts)
    if isinstance(node.op, ast.FloorDiv | ast.Div | ast.Sub) and left.extent is Extent.WHOLE and not _is_path(left):
        return Val(Kind.SMALL, Extent.WHOLE, facts, const=COUNT if left.const is COUNT else ...)
    kind = Kind.SMALL if left.kind is Kind.SMALL or right.kind is Kind.SMALL else Kind.UNKNOWN
    extents = [side.extent for side in (left, right) if not isinstance(side.const, int | float)]
    return Val(kind, narrowest(extents), facts)


def _note_path(m: Machine, left: Val, right: Val) -> None:
    for text, other in ((left, right), (right, left)):
        if _part_of_path(text.const):
            m.mark_pointer(other)


def _is_path(value: Val) -> bool:
    return isinstance(value.const, str)


def _container_arithmetic(m: Machine, node: ast.BinOp, left: Val, right: Val, frame: Frame) -> Val:
    if isinstance(node.op, ast.Mult):
        made = m.new_cell(node, frame, "prealloc")
        cell = left if left.kind is Kind.CELL else right
        if cell.ref.content is not None:
            made.ref.add(cell.ref.content)
        made.ref.extent = left.extent if cell is right else right.extent
        return made
    if not isinstance(node.op, ast.Add):
        return UNKNOWN
    made = m.new_cell(node, frame, "list")
    for side in (left, right):
        content = content_of(side) if side.kind is not Kind.CELL else side.ref.content
        if content is not None:
            made.ref.add(content)
        if side.kind is Kind.CELL:
            made.ref.hoards |= side.ref.hoards
            made.ref.extent = max(made.ref.extent, side.ref.extent) if made.ref.extent else side.ref.extent
    return made


def _data_arithmetic(m: Machine, node: ast.BinOp, left: Val, right: Val, frame: Frame) -> Val:
    data = left if left.kind is Kind.DATA else right
    if isinstance(node.op, ast.Div) and data is left and isinstance(right.const, int | float):
        calls.note_upcast(m, node, left, frame, by="division")
    return Val(Kind.DATA, data.extent, left.facts | right.facts, sure=data.sure)


def compare(m: Machine, node: ast.Compare, frame: Frame) -> Val:
    """The value of a comparison, which may say that a container has a bound."""
    sides = [node.left, *node.comparators]
    values = [m.eval(side, frame) for side in sides]
    if any(isinstance(op, ast.Lt | ast.Gt | ast.GtE | ast.LtE | ast.Eq) for op in node.ops):
        for side in sides:
            _watch_length(m, side, frame)
    asked = any(isinstance(op, ast.In | ast.NotIn) for op in node.ops)
    facts = NO_FACTS.union(*(value.facts for value in values)) if asked else NO_FACTS
    return Val(Kind.SMALL, Extent.WHOLE if any(v.extent is Extent.WHOLE for v in values) else Extent.UNKNOWN, facts)


def _watch_length(m: Machine, side: ast.expr, frame: Frame) -> None:
    """A container whose length is compared has a bound."""
    if not (isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "len" and side.args):
        return
    value = m.eval(side.args[0], frame)
    if value.kind is Kind.CELL:
        value.ref.bounded = True


def joined(m: Machine, node: ast.JoinedStr, frame: Frame) -> Val:
    """The value of an f-string."""
    values = [m.eval(part.value, frame) for part in node.values if isinstance(part, ast.FormattedValue)]
    facts = NO_FACTS.union(*(value.facts for value in values))
    literals = [part.value for part in node.values if isinstance(part, ast.Constant)]
    path = any(_part_of_path(text) for text in literals)
    if facts and path:
        m.mark_pointer(Val(facts=facts))
    text = not path and any(value.kind is Kind.DATA for value in values)
    return Val(Kind.DATA if text else Kind.SMALL, narrowest([Extent.WHOLE, *(value.extent for value in values)]), facts)


def _part_of_path(text: object) -> bool:
    """Whether a literal is joined with something to make a path: a separator, or the ending of a file."""
    return isinstance(text, str) and ("/" in text or "\\" in text or _ENDING.fullmatch(text) is not None)


def unary(m: Machine, node: ast.UnaryOp, frame: Frame) -> Val:
    """The value of a sign, or of ``not``."""
    value = m.eval(node.operand, frame)
    if isinstance(node.op, ast.Not):
        return SMALL
    number = isinstance(value.const, int | float) and isinstance(node.op, ast.USub)
    return value.with_(const=-value.const if number else ...)
