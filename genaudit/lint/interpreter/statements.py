"""What statements do to names, containers and objects."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.lint.files.module import ClassInfo
from genaudit.lint.interpreter import calls, control, items, keeping, name_hints, storing
from genaudit.lint.interpreter.facts import Extent, Hoard, Load
from genaudit.lint.interpreter.values import UNKNOWN, Kind, Val, content_of, join

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame
    from genaudit.lint.interpreter.machine import Machine


def _assign(m: Machine, node: ast.Assign, frame: Frame) -> bool:
    value = m.eval(node.value, frame)
    for target in node.targets:
        if frame.items:
            items.pass_on_item(target, node.value, frame)
        value = _grow_name(m, target, node.value, value, frame, node)
        storing.assign(m, target, value, frame, node)
    return False


def _grow_name(m: Machine, target: ast.expr, source: ast.expr, value: Val, frame: Frame, node: ast.AST) -> Val:
    """``x = concatenate([x, new])`` keeps all that came before: the name is a container."""
    if value.kind is not Kind.DATA or not isinstance(target, ast.Name | ast.Attribute) or not m.loops:
        return value
    if not isinstance(source, ast.Call | ast.IfExp) or not name_hints.joins(source) or not _mentions(source, target):
        return value
    depth = frame.born.get(target.id, 0) if isinstance(target, ast.Name) else 0
    if depth >= len(m.loops):
        return value
    m.event("concat", node, frame, detail=ast.unparse(target))
    hoard = keeping.gather(m, node, value, depth, frame)
    if isinstance(target, ast.Name) and value.facts:
        frame.born[target.id] = depth
    return value if hoard is None else value.with_(facts=value.facts | {hoard}, extent=Extent.WHOLE)


def _mentions(source: ast.AST, target: ast.expr) -> bool:
    text = ast.dump(target).replace("Store()", "Load()")
    kind = type(target)
    return any(isinstance(part, kind) and ast.dump(part) == text for part in ast.walk(source))


def _annotated(m: Machine, node: ast.AnnAssign, frame: Frame) -> bool:
    if node.value is not None:
        storing.assign(m, node.target, m.eval(node.value, frame), frame, node)
    return False


def _augmented(m: Machine, node: ast.AugAssign, frame: Frame) -> bool:
    value = m.eval(node.value, frame)
    old = m.eval(node.target, frame)
    if not isinstance(node.op, ast.Add):
        if isinstance(node.op, ast.Div) and old.kind is Kind.DATA and isinstance(value.const, int | float):
            calls.note_upcast(m, node, old, frame, by="division")
        return False
    if old.kind is Kind.CELL:
        content = value.ref.content if value.kind is Kind.CELL else content_of(value)
        if content is not None:
            keeping.put(m, old, content, node, frame, how="append")
            if value.kind is Kind.CELL:
                old.ref.hoards |= value.ref.hoards
                old.ref.extent = max(old.ref.extent, value.ref.extent)
        return False
    if value.kind is Kind.DATA and any(isinstance(f, Load) and f.family == "text" for f in value.facts):
        hoard = keeping.gather(m, node, value, 0, frame)
        facts = value.facts | old.facts | ({hoard} if isinstance(hoard, Hoard) else set())
        storing.assign(m, node.target, Val(Kind.DATA, Extent.WHOLE, facts), frame, node)
    elif old.kind is Kind.UNKNOWN and value.kind is Kind.DATA:
        storing.assign(m, node.target, value, frame, node)
    return False


def _return(m: Machine, node: ast.Return, frame: Frame) -> bool:
    value = m.eval(node.value, frame)
    frame.returned = value if frame.returned is None else join(frame.returned, value)
    return True


def _ends(m: Machine, node: ast.stmt, frame: Frame) -> bool:
    return True


def _expression(m: Machine, node: ast.Expr, frame: Frame) -> bool:
    m.eval(node.value, frame)
    return False


def _define(m: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> bool:
    from genaudit.lint.interpreter.frames import Function

    frame.env[node.name] = Val(Kind.FUNCTION, ref=Function(frame.module, node, closure=frame))
    return False


def _define_class(m: Machine, node: ast.ClassDef, frame: Frame) -> bool:
    frame.env[node.name] = Val(Kind.CLASS, ref=ClassInfo(frame.module, node))
    return False


def _global(m: Machine, node: ast.Global, frame: Frame) -> bool:
    frame.global_names.update(node.names)
    return False


def _delete(m: Machine, node: ast.Delete, frame: Frame) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            old = frame.env.pop(target.id, None)
            storing.drop(m, old, UNKNOWN)
        elif isinstance(target, ast.Subscript):
            base = m.eval(target.value, frame)
            if base.kind is Kind.CELL:
                base.ref.bounded = True
        elif isinstance(target, ast.Attribute):
            base = m.eval(target.value, frame)
            if base.kind is Kind.OBJECT:
                base.ref.attributes.pop(target.attr, None)
    return False


def _assert(m: Machine, node: ast.Assert, frame: Frame) -> bool:
    m.eval(node.test, frame)
    return False


HANDLERS: dict[type[ast.AST], Callable[..., bool]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.For: control.for_loop,
    ast.AsyncFor: control.for_loop,
    ast.While: control.while_loop,
    ast.If: control.branch,
    ast.Try: control.attempt,
    ast.With: control.context,
    ast.AsyncWith: control.context,
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
    ast.Match: control.match,
}
