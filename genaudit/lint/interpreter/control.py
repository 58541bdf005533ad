"""Loops, branches and the rest of what steers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import calls, items, iteration, storing
from genaudit.lint.interpreter.facts import Extent
from genaudit.lint.interpreter.truth import truth_of
from genaudit.lint.interpreter.values import Val, join

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame
    from genaudit.lint.interpreter.machine import Machine

_TWICE = 2
"""Loops nested deeper than this are run once."""


def for_loop(m: Machine, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
    """A loop over an iterable."""
    element, extent = iteration.iterate(m, m.eval(node.iter, frame), frame, node.iter)
    with m.loop(extent, yields=m.yields_inside(frame, node)):
        storing.assign(m, node.target, element, frame, node)
        turned = items.bound_by(node.target) if element.extent is Extent.ONE else []
        frame.items.update(dict.fromkeys(turned, len(m.loops)))
        _run_loop(m, node, frame)
        for name in turned:
            frame.items.pop(name, None)
    m.run(node.orelse, frame)
    return False


def _run_loop(m: Machine, node: ast.For | ast.AsyncFor | ast.While, frame: Frame) -> None:
    """Twice where loops are not nested deeply: what one turn leaves behind, the next one meets."""
    m.run(node.body, frame)
    if len(m.loops) <= _TWICE:
        m.run(node.body, frame)


def while_loop(m: Machine, node: ast.While, frame: Frame) -> bool:
    """A loop with a test."""
    test = m.eval(node.test, frame)
    extent = Extent.UNKNOWN if isinstance(node.test, ast.Constant) else test.extent
    with m.loop(extent, yields=m.yields_inside(frame, node)):
        _run_loop(m, node, frame)
    m.run(node.orelse, frame)
    return False


def branch(m: Machine, node: ast.If, frame: Frame) -> bool:
    """Both branches, unless the test is a switch that is known to be off or on."""
    truth = truth_of(m, node.test, frame)
    if truth is not None:
        return m.run(node.body if truth else node.orelse, frame)
    before = frame.env
    frame.env = dict(before)
    body_ends = m.run(node.body, frame)
    after_body = frame.env
    frame.env = dict(before)
    else_ends = m.run(node.orelse, frame)
    after_else = frame.env
    frame.env = before
    if body_ends and else_ends:
        return True
    _merge(before, [] if body_ends else [after_body], [] if else_ends else [after_else])
    return False


def _merge(into: dict[str, Val], *branches: list[dict[str, Val]]) -> None:
    alive = [env for branch in branches for env in branch]
    for name in {name for env in alive for name in env}:
        values = [env[name] for env in alive if name in env]
        into[name] = values[0] if len(values) == 1 else join(values[0], values[1])


def attempt(m: Machine, node: ast.Try, frame: Frame) -> bool:
    """All parts of a ``try``, one after the other."""
    ends = m.run(node.body, frame)
    if not ends:
        ends = m.run(node.orelse, frame)
    handlers_end = True
    for handler in node.handlers:
        handlers_end = m.run(handler.body, frame) and handlers_end
    final_ends = m.run(node.finalbody, frame)
    return final_ends or (ends and handlers_end)


def context(m: Machine, node: ast.With | ast.AsyncWith, frame: Frame) -> bool:
    """A ``with`` statement: what it opens, it closes."""
    for item in node.items:
        value = m.eval(item.context_expr, frame)
        items.pass_on_item(item.optional_vars, item.context_expr, frame)
        calls.note_closed(m, item.context_expr)
        if item.optional_vars is not None:
            storing.assign(m, item.optional_vars, value, frame, item.context_expr)
    return m.run(node.body, frame)


def match(m: Machine, node: ast.Match, frame: Frame) -> bool:
    """All cases of a ``match``."""
    m.eval(node.subject, frame)
    for case in node.cases:
        m.run(case.body, frame)
    return False
