"""What statements do to names, containers and objects."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from genaudit.lint.flow import calls, control, items, keeping, names, words
from genaudit.lint.flow.values import (
    UNKNOWN,
    Extent,
    Hoard,
    Kind,
    Load,
    Val,
    content_of,
    facts_of,
    join,
    part_of,
)
from genaudit.lint.module import ClassInfo

if TYPE_CHECKING:
    from genaudit.lint.flow.frame import Frame
    from genaudit.lint.flow.machine import Machine


def assign(m: Machine, target: ast.expr, value: Val, frame: Frame, node: ast.AST) -> None:
    """Give a target its value."""
    if isinstance(target, ast.Name):
        _assign_name(m, target.id, value, frame)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(m, target, value, frame)
    elif isinstance(target, ast.Subscript):
        _assign_item(m, target, value, frame, node)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(m, target, value, frame, node)
    elif isinstance(target, ast.Starred):
        assign(m, target.value, value, frame, node)


def _note_target(name: str, value: Val) -> None:
    for fact in value.facts:
        fact.targets.add(name)
    if value.kind is Kind.CELL:
        for hoard in value.ref.hoards:
            hoard.targets.add(name)


def _assign_name(m: Machine, name: str, value: Val, frame: Frame) -> None:
    _note_target(name, value)
    if value.facts and words.points(name) and not (name in _IDS and _is_encoded(value)):
        m.mark_pointer(value)
    if name in frame.global_names:
        known = names.module_globals(m, frame.module)
        known[name] = value
        return
    _drop(m, frame.env.get(name), value)
    frame.env[name] = value
    frame.born[name] = len(m.loops)


_IDS = ("id", "ids")
"""Names of items, or of words: which of the two, the value tells."""


def _is_encoded(value: Val) -> bool:
    return any(isinstance(fact, Load) and fact.encoded for fact in value.facts)


def _drop(m: Machine, old: Val | None, new: Val) -> None:
    """A container whose name is given to another is emptied, if that happens again and again."""
    if old is None or old.kind is not Kind.CELL or (new.kind is Kind.CELL and new.ref is old.ref):
        return
    cell = old.ref
    if len(m.loops) > cell.depth or cell.phase != m.phase:
        cell.bounded = True


def _assign_attribute(m: Machine, target: ast.Attribute, value: Val, frame: Frame) -> None:
    _note_target(target.attr, value)
    base = m.eval(target.value, frame)
    if base.kind is not Kind.OBJECT:
        return
    attributes = base.ref.attributes
    old = attributes.get(target.attr)
    if base.ref.audited and old is not None and old.const is None and m.phase in ("batch", "generator"):
        _note_kept(value)
    _drop(m, old, value)
    if old is None or (m.phase == "start" and not m.loops):
        attributes[target.attr] = value
    else:
        attributes[target.attr] = join(value, old)


def _note_kept(value: Val) -> None:
    """What an attribute that was empty gets at the first use is kept, as if the constructor had read it."""
    for fact in value.facts:
        if isinstance(fact, Load) and fact.extent is Extent.WHOLE:
            fact.in_start = True


def _assign_item(m: Machine, target: ast.Subscript, value: Val, frame: Frame, node: ast.AST) -> None:
    base = m.eval(target.value, frame)
    key = m.eval(target.slice, frame)
    if isinstance(target.slice, ast.Slice) and base.kind is Kind.CELL:
        base.ref.bounded = base.ref.bounded or base.ref.shape != "array"
    if base.kind is Kind.CELL and value.const is None and m.phase != "start":
        # Giving up an item is emptying.
        base.ref.bounded = True
    name = key.const if isinstance(key.const, str | int) else None
    if isinstance(key.const, str):
        _note_target(key.const, value)
        if base.kind is Kind.CELL:
            base.ref.add(value, name)
            return
    elif isinstance(target.value, ast.Name | ast.Attribute):
        _note_target(target.value.id if isinstance(target.value, ast.Name) else target.value.attr, value)
    if content_of(key).kind is Kind.DATA and base.kind is Kind.CELL and base.ref.shape == "array":
        # One-hot: the value says nothing, the index is the data.
        base.ref.add(Val(Kind.DATA, Extent.ONE, content_of(key).facts, sure=False))
    if isinstance(target.slice, ast.BinOp) and isinstance(target.slice.op, ast.Mod) and base.kind is Kind.CELL:
        base.ref.bounded = True
    if base.kind in (Kind.UNKNOWN, Kind.SMALL, Kind.DATA) and isinstance(key.const, str):
        _add_column(m, target.value, base, value, frame)
    keeping.put(m, base, value, node, frame, how="setitem", name=name)


def _add_column(m: Machine, table: ast.expr, base: Val, value: Val, frame: Frame) -> None:
    """A new column of a table: the table holds from then on what the column does."""
    hoards = frozenset(fact for fact in facts_of(value) if isinstance(fact, Hoard))
    if hoards and isinstance(table, ast.Name | ast.Attribute):
        assign(m, table, Val(Kind.DATA, base.extent, base.facts | facts_of(value)), frame, table)


def _unpack(m: Machine, target: ast.Tuple | ast.List, value: Val, frame: Frame, node: ast.AST) -> None:
    parts = value.ref if value.kind is Kind.TUPLE else None
    starred = any(isinstance(element, ast.Starred) for element in target.elts)
    if parts is not None and len(parts) == len(target.elts) and not starred:
        for element, part in zip(target.elts, parts, strict=True):
            assign(m, element, part_of(value, part), frame, node)
        return
    whole = value if value.kind not in (Kind.CELL, Kind.TUPLE, Kind.LAZY) else content_of(value)
    if value.kind is Kind.CELL and value.ref.content is not None and value.ref.content.kind is not Kind.CELL:
        whole = whole.with_(extent=Extent.ONE)
    for element in target.elts:
        assign(m, element, whole.with_(ref=None) if whole.kind is Kind.DATA else whole, frame, node)


def _assign(m: Machine, node: ast.Assign, frame: Frame) -> bool:
    value = m.eval(node.value, frame)
    for target in node.targets:
        if frame.items:
            items.pass_on_item(target, node.value, frame)
        value = _grow_name(m, target, node.value, value, frame, node)
        assign(m, target, value, frame, node)
    return False


def _grow_name(m: Machine, target: ast.expr, source: ast.expr, value: Val, frame: Frame, node: ast.AST) -> Val:
    """``x = concatenate([x, new])`` keeps all that came before: the name is a container."""
    if value.kind is not Kind.DATA or not isinstance(target, ast.Name | ast.Attribute) or not m.loops:
        return value
    if not isinstance(source, ast.Call | ast.IfExp) or not _joins(source) or not _mentions(source, target):
        return value
    depth = frame.born.get(target.id, 0) if isinstance(target, ast.Name) else 0
    if depth >= len(m.loops):
        return value
    m.event("concat", node, frame, detail=ast.unparse(target))
    hoard = keeping.gather(m, node, value, depth, frame)
    if isinstance(target, ast.Name) and value.facts:
        frame.born[target.id] = depth
    return value if hoard is None else value.with_(facts=value.facts | {hoard}, extent=Extent.WHOLE)


_JOINERS = frozenset(
    "concatenate append vstack hstack dstack stack r_ concat cat column_stack row_stack insert".split()
)


def _joins(source: ast.Call | ast.IfExp) -> bool:
    if isinstance(source, ast.IfExp):
        return any(isinstance(part, ast.Call) and _joins(part) for part in (source.body, source.orelse))
    function = source.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _JOINERS


def _mentions(source: ast.AST, target: ast.expr) -> bool:
    text = ast.dump(target).replace("Store()", "Load()")
    kind = type(target)
    return any(isinstance(part, kind) and ast.dump(part) == text for part in ast.walk(source))


def _annotated(m: Machine, node: ast.AnnAssign, frame: Frame) -> bool:
    if node.value is not None:
        assign(m, node.target, m.eval(node.value, frame), frame, node)
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
        assign(m, node.target, Val(Kind.DATA, Extent.WHOLE, facts), frame, node)
    elif old.kind is Kind.UNKNOWN and value.kind is Kind.DATA:
        assign(m, node.target, value, frame, node)
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
    from genaudit.lint.flow.frame import Function

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
            _drop(m, old, UNKNOWN)
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
