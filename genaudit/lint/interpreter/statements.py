"""What statements do: to names, containers and objects, and to where the run goes on."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.lint.files.module import ClassInfo
from genaudit.lint.files.syntax import own_nodes
from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Frame, Function, bound_by, depth_of_item, pass_on_item
from genaudit.lint.interpreter.values import (
    NEXT_OF_ALL,
    NEXT_OF_FILE,
    UNKNOWN,
    AbstractValue,
    Accumulation,
    Extent,
    Kind,
    ReadSite,
    content_of,
    join,
)

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


def _assign(machine: Machine, node: ast.Assign, frame: Frame) -> bool:
    value = machine.eval(node.value, frame)
    for target in node.targets:
        if frame.items:
            pass_on_item(target, node.value, frame)
        value = _grow_name(machine, target, node.value, value, frame, node)
        machine.assign(target, value, frame, node)
    return False


def _grow_name(
    machine: Machine, target: ast.expr, source: ast.expr, value: AbstractValue, frame: Frame, node: ast.AST
) -> AbstractValue:
    """``x = concatenate([x, new])`` keeps all that came before: the name is a container."""
    if value.kind is not Kind.DATA or not isinstance(target, ast.Name | ast.Attribute) or not machine.loops:
        return value
    if not isinstance(source, ast.Call | ast.IfExp) or not name_hints.joins(source) or not _mentions(source, target):
        return value
    depth = frame.born.get(target.id, 0) if isinstance(target, ast.Name) else 0
    if depth >= len(machine.loops):
        return value
    machine.event("concat", node, frame, detail=ast.unparse(target))
    accumulation = machine.accumulate(node, value, depth, frame)
    if isinstance(target, ast.Name) and value.origins:
        frame.born[target.id] = depth
    return value if accumulation is None else value.with_(origins=value.origins | {accumulation}, extent=Extent.WHOLE)


def _mentions(source: ast.AST, target: ast.expr) -> bool:
    text = ast.dump(target).replace("Store()", "Load()")
    kind = type(target)
    return any(isinstance(part, kind) and ast.dump(part) == text for part in ast.walk(source))


def _annotated(machine: Machine, node: ast.AnnAssign, frame: Frame) -> bool:
    if node.value is not None:
        machine.assign(node.target, machine.eval(node.value, frame), frame, node)
    return False


def _augmented(machine: Machine, node: ast.AugAssign, frame: Frame) -> bool:
    value = machine.eval(node.value, frame)
    old = machine.eval(node.target, frame)
    if not isinstance(node.op, ast.Add):
        if isinstance(node.op, ast.Div) and old.kind is Kind.DATA and isinstance(value.const, int | float):
            machine.note_upcast(node, old, frame, by="division")
        return False
    if old.kind is Kind.CONTAINER:
        content = value.ref.content if value.kind is Kind.CONTAINER else content_of(value)
        if content is not None:
            machine.put(old, content, node, frame, how="append")
            if value.kind is Kind.CONTAINER:
                old.ref.accumulations |= value.ref.accumulations
                old.ref.extent = max(old.ref.extent, value.ref.extent)
        return False
    if value.kind is Kind.DATA and any(isinstance(f, ReadSite) and f.family == "text" for f in value.origins):
        accumulation = machine.accumulate(node, value, 0, frame)
        origins = value.origins | old.origins | ({accumulation} if isinstance(accumulation, Accumulation) else set())
        machine.assign(node.target, AbstractValue(Kind.DATA, Extent.WHOLE, origins), frame, node)
    elif old.kind is Kind.UNKNOWN and value.kind is Kind.DATA:
        machine.assign(node.target, value, frame, node)
    return False


def _return(machine: Machine, node: ast.Return, frame: Frame) -> bool:
    value = machine.eval(node.value, frame)
    frame.returned = value if frame.returned is None else join(frame.returned, value)
    return True


def _ends(machine: Machine, node: ast.stmt, frame: Frame) -> bool:
    return True


def _expression(machine: Machine, node: ast.Expr, frame: Frame) -> bool:
    machine.eval(node.value, frame)
    return False


def _define(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> bool:
    frame.env[node.name] = AbstractValue(Kind.FUNCTION, ref=Function(frame.module, node, closure=frame))
    return False


def _define_class(machine: Machine, node: ast.ClassDef, frame: Frame) -> bool:
    frame.env[node.name] = AbstractValue(Kind.CLASS, ref=ClassInfo(frame.module, node))
    return False


def _global(machine: Machine, node: ast.Global, frame: Frame) -> bool:
    frame.global_names.update(node.names)
    return False


def _delete(machine: Machine, node: ast.Delete, frame: Frame) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            old = frame.env.pop(target.id, None)
            machine.drop(old, UNKNOWN)
        elif isinstance(target, ast.Subscript):
            base = machine.eval(target.value, frame)
            if base.kind is Kind.CONTAINER:
                base.ref.bounded = True
        elif isinstance(target, ast.Attribute):
            base = machine.eval(target.value, frame)
            if base.kind is Kind.OBJECT:
                base.ref.attributes.pop(target.attr, None)
    return False


def _assert(machine: Machine, node: ast.Assert, frame: Frame) -> bool:
    machine.eval(node.test, frame)
    return False


_TWICE = 2
"""Loops nested deeper than this are run once."""


def for_loop(machine: Machine, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
    """A loop over an iterable."""
    element, extent = machine.iterate(machine.eval(node.iter, frame), frame, node.iter)
    inside = depth_of_item(node.iter, frame) if frame.items else 0
    with machine.loop(extent, yields=machine.yields_inside(frame, node), inside=inside):
        machine.assign(node.target, element, frame, node)
        turned = bound_by(node.target) if element.extent is Extent.ONE else []
        frame.items.update(dict.fromkeys(turned, len(machine.loops)))
        _run_loop(machine, node, frame)
        for name in turned:
            frame.items.pop(name, None)
    machine.run(node.orelse, frame)
    return False


def _run_loop(machine: Machine, node: ast.For | ast.AsyncFor | ast.While, frame: Frame) -> None:
    """Twice where loops are not nested deeply: what one turn leaves behind, the next one meets."""
    machine.run(node.body, frame)
    if len(machine.loops) <= _TWICE:
        machine.run(node.body, frame)


def while_loop(machine: Machine, node: ast.While, frame: Frame) -> bool:
    """A loop with a test."""
    test = machine.eval(node.test, frame)
    extent = _turns(node.test, test)
    with machine.loop(extent, yields=machine.yields_inside(frame, node)):
        _run_loop(machine, node, frame)
    machine.run(node.orelse, frame)
    return False


def _turns(node: ast.expr, test: AbstractValue) -> Extent:
    """How much of the data set a loop with a test runs over."""
    if test.const is NEXT_OF_ALL:
        return Extent.WHOLE
    if test.const is NEXT_OF_FILE:
        return Extent.PART
    return Extent.UNKNOWN if isinstance(node, ast.Constant) else test.extent


def branch(machine: Machine, node: ast.If, frame: Frame) -> bool:
    """Both branches, unless the test is a switch that is known to be off or on."""
    truth = machine.truth_of(node.test, frame)
    if truth is not None:
        return machine.run(node.body if truth else node.orelse, frame)
    if machine.loops and isinstance(node.test, ast.Compare) and _leaves_loop(node.body):
        _note_full(machine, node.test, frame)
    before = frame.env
    frame.env = dict(before)
    body_ends = machine.run(node.body, frame)
    after_body = frame.env
    frame.env = dict(before)
    else_ends = machine.run(node.orelse, frame)
    after_else = frame.env
    frame.env = before
    if body_ends and else_ends:
        return True
    _merge(before, [] if body_ends else [after_body], [] if else_ends else [after_else])
    return False


def _leaves_loop(body: list[ast.stmt]) -> bool:
    """Whether a branch ends the gathering: it breaks, or hands out what was gathered."""
    return any(
        isinstance(line, ast.Break) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Yield))
        for line in body
    )


def _note_full(machine: Machine, test: ast.Compare, frame: Frame) -> None:
    """``if len(xs) == size: break``: what is gathered beside ``xs``, in the same turns, is as short.

    A number that counts the turns says the same of lists that are made anew before it starts again.
    """
    if not isinstance(test.ops[0], ast.Eq | ast.GtE | ast.Gt):
        return
    counted = test.left
    watched = isinstance(counted, ast.Call) and getattr(counted.func, "id", "") == "len" and bool(counted.args)
    if watched:
        assert isinstance(counted, ast.Call)
        value = machine.eval(counted.args[0], frame)
        depth = value.ref.depth if value.kind is Kind.CONTAINER else None
    else:
        depth = frame.born.get(counted.id) if isinstance(counted, ast.Name) and _is_counter(counted.id, frame) else None
        depth = depth or None
    if depth is None or depth >= len(machine.loops):
        return
    for twin in frame.env.values():
        if twin.kind is Kind.CONTAINER and twin.ref.depth == depth and twin.ref.frame is frame:
            twin.ref.bounded = True


def _is_counter(name: str, frame: Frame) -> bool:
    """Whether a name only ever gets numbers: zero, and one more."""
    return any(
        isinstance(node, ast.AugAssign)
        and isinstance(node.op, ast.Add)
        and isinstance(node.target, ast.Name)
        and node.target.id == name
        and isinstance(node.value, ast.Constant)
        for node in own_nodes(frame.node)
    )


def _merge(into: dict[str, AbstractValue], *branches: list[dict[str, AbstractValue]]) -> None:
    alive = [env for branch in branches for env in branch]
    for name in {name for env in alive for name in env}:
        values = [env[name] for env in alive if name in env]
        into[name] = values[0] if len(values) == 1 else join(values[0], values[1])


def attempt(machine: Machine, node: ast.Try, frame: Frame) -> bool:
    """All parts of a ``try``, one after the other."""
    ends = machine.run(node.body, frame)
    if not ends:
        ends = machine.run(node.orelse, frame)
    handlers_end = True
    for handler in node.handlers:
        handlers_end = machine.run(handler.body, frame) and handlers_end
    final_ends = machine.run(node.finalbody, frame)
    return final_ends or (ends and handlers_end)


def context(machine: Machine, node: ast.With | ast.AsyncWith, frame: Frame) -> bool:
    """A ``with`` statement: what it opens, it closes."""
    for item in node.items:
        value = machine.eval(item.context_expr, frame)
        pass_on_item(item.optional_vars, item.context_expr, frame)
        machine.note_closed(item.context_expr)
        if item.optional_vars is not None:
            machine.assign(item.optional_vars, value, frame, item.context_expr)
    return machine.run(node.body, frame)


def match(machine: Machine, node: ast.Match, frame: Frame) -> bool:
    """All cases of a ``match``."""
    machine.eval(node.subject, frame)
    for case in node.cases:
        machine.run(case.body, frame)
    return False


HANDLERS: dict[type[ast.AST], Callable[..., bool]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.For: for_loop,
    ast.AsyncFor: for_loop,
    ast.While: while_loop,
    ast.If: branch,
    ast.Try: attempt,
    ast.With: context,
    ast.AsyncWith: context,
    ast.Return: _return,
    ast.Raise: _ends,
    ast.Continue: _ends,
    ast.Break: _ends,
    ast.Expr: _expression,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _define_class,
    ast.Global: _global,
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Match: match,
}
