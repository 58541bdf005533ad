"""Whether a test is known to hold: switches with a default, and names that say opt-in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.values import Kind

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame
    from genaudit.lint.interpreter.machine import Machine


def truth_of(m: Machine, test: ast.expr, frame: Frame) -> bool | None:
    """Whether a test is known to hold: a switch with a default, or a name that says opt-in."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth_of(m, test.operand, frame)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        return _truth_of_parts(m, test, frame)
    if isinstance(test, ast.Compare):
        return _truth_of_comparison(m, test, frame)
    value = m.eval(test, frame)
    if value.const is True or value.const is False or value.const is None:
        return bool(value.const)
    if value.kind in (Kind.UNKNOWN, Kind.SMALL) and isinstance(test, ast.Attribute | ast.Name):
        name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
        if name_hints.opt_in(name):
            return False
    return None


def _truth_of_parts(m: Machine, test: ast.BoolOp, frame: Frame) -> bool | None:
    deciding = isinstance(test.op, ast.Or)
    known = True
    for part in test.values:
        truth = truth_of(m, part, frame)
        if truth is deciding:
            # What comes after is not run.
            return deciding
        known = known and truth is not None
    return not deciding if known else None


def _truth_of_comparison(m: Machine, test: ast.Compare, frame: Frame) -> bool | None:
    value = m.eval(test, frame)
    del value
    if len(test.ops) != 1 or not isinstance(test.ops[0], ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
        return None
    left, right = m.eval(test.left, frame), m.eval(test.comparators[0], frame)
    if _opt_in_named(test.left) and right.const not in (..., None, False):
        # ``self.cache == "ram"``: asked for by name, and off unless it is.
        return isinstance(test.ops[0], ast.IsNot | ast.NotEq)
    if left.const is ... or not (right.const is None or right.const is True or right.const is False):
        return None
    return (left.const is right.const) == isinstance(test.ops[0], ast.Is | ast.Eq)


def _opt_in_named(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name_hints.opt_in(name)
