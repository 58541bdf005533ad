"""Calls: of functions and classes of the run, of libraries, of methods."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from genaudit.lint.files.module import ClassInfo
from genaudit.lint.files.syntax import unbounded_memo
from genaudit.lint.interpreter.frames import (
    Call,
    Frame,
    method_value,
)
from genaudit.lint.interpreter.values import (
    UNKNOWN,
    Extent,
    Kind,
    Load,
    Obj,
    Val,
    content_of,
    facts_of,
)
from genaudit.lint.readers import Reader

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


_HANDLE = Reader("handle", True)


def call(m: Machine, node: ast.Call, frame: Frame) -> Val:
    """The value of a call."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        value = m.eval(function, frame)
        if value.ref == "zip" and len(node.args) == 1 and isinstance(node.args[0], ast.Starred):
            return _transposed(m, node.args[0].value, node, frame)
        return call_value(m, value, *_arguments(m, node, frame), node, frame)
    if _is_super(function.value):
        return _call_super(m, function.attr, node, frame)
    receiver = m.eval(function.value, frame)
    args, kwargs = _arguments(m, node, frame)
    site = Call(m, frame, node, function.attr, args, kwargs)
    if receiver.kind in (Kind.EXTERNAL, Kind.CLASS):
        return call_value(m, m.attribute(receiver, function.attr, frame, function), args, kwargs, node, frame)
    if receiver.kind is Kind.OBJECT:
        member = m.member(receiver, function.attr, frame)
        if member.kind in (Kind.FUNCTION, Kind.CLASS, Kind.OBJECT, Kind.EXTERNAL):
            return call_value(m, member, args, kwargs, node, frame)
    return m.call_method(receiver, site)


def _transposed(m: Machine, source: ast.expr, node: ast.Call, frame: Frame) -> Val:
    """``zip(*pairs)``: one sequence for each place of the pairs."""
    pairs = m.consume(m.eval(source, frame), frame, node)
    content = pairs.ref.content if pairs.kind is Kind.CELL else None
    if content is None or content.kind is not Kind.TUPLE:
        return pairs
    columns = []
    for part in content.ref:
        column = m.new_cell(node, frame, "list", pairs.ref.extent)
        column.ref.add(part)
        if content_of(part).kind in (Kind.DATA, Kind.IMAGE):
            column.ref.hoards |= pairs.ref.hoards
        columns.append(column)
    return Val(Kind.TUPLE, ref=tuple(columns))


def _arguments(m: Machine, node: ast.Call, frame: Frame) -> tuple[list[Val], dict[str, Val]]:
    args: list[Val] = []
    for argument in node.args:
        value = m.eval(argument, frame)
        if isinstance(argument, ast.Starred):
            args.extend(value.ref if value.kind is Kind.TUPLE else [content_of(value)])
        else:
            args.append(value)
    kwargs: dict[str, Val] = {}
    for keyword in node.keywords:
        value = m.eval(keyword.value, frame)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
    return args, kwargs


def call_value(
    m: Machine, value: Val, args: Sequence[Val], kwargs: Mapping[str, Val], node: ast.AST, frame: Frame
) -> Val:
    """The value of calling a value."""
    if value.ref is None:
        return m.call_by_name(Call(m, frame, node, _name_of(node), list(args), dict(kwargs)), value)
    if value.kind is Kind.FUNCTION:
        if value.ref.module.yields(value.ref.node):
            _note_argument(m, value.ref.name, args, frame, node)
        result = m.call_function(value.ref, args, kwargs, node)
        note_memo(m, value.ref.node, result, frame, value.ref.module.imports)
        return result
    if value.kind is Kind.CLASS:
        if "__getitem__" in value.ref.methods or "__iter__" in value.ref.methods:
            _note_argument(m, value.ref.node.name, args, frame, node)
        return instantiate(m, value.ref, args, kwargs, node)
    if value.kind is Kind.EXTERNAL:
        return m.call_external(Call(m, frame, node, value.ref, list(args), dict(kwargs)))
    if value.kind is Kind.OBJECT:
        found = m.find_method(value.ref.cls, "__call__")
        if found is not None:
            return m.call_function(method_value(*found, value).ref, args, kwargs, node)
    site = Call(m, frame, node, _name_of(node), list(args), dict(kwargs))
    return m.call_by_name(site, value)


def _name_of(node: ast.AST) -> str:
    function = getattr(node, "func", None)
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def instantiate(m: Machine, cls: ClassInfo, args: Sequence[Val], kwargs: Mapping[str, Val], node: ast.AST) -> Val:
    """An instance of a class of the run, its constructor run."""
    this = Val(Kind.OBJECT, ref=Obj(cls))
    found = m.find_method(cls, "__init__")
    if found is not None:
        m.call_function(method_value(*found, this).ref, args, kwargs, node)
    else:
        fields = [_field(line) for line in cls.node.body if _field(line)]
        this.ref.attributes.update(zip(fields, args, strict=False))
        this.ref.attributes.update(kwargs)
    return this


def _field(line: ast.stmt) -> str:
    """The name of a data class's field, or nothing."""
    return line.target.id if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) else ""


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _call_super(m: Machine, name: str, node: ast.Call, frame: Frame) -> Val:
    args, kwargs = _arguments(m, node, frame)
    if frame.owner is None or frame.this is None:
        return UNKNOWN
    for base in m.bases(frame.owner):
        found = m.find_method(base, name)
        if found is not None:
            return m.call_function(method_value(*found, frame.this).ref, args, kwargs, node)
    return UNKNOWN


def read_lazy(m: Machine, base: Val, frame: Frame, node: ast.AST) -> Val:
    """Everything behind a handle, read at once."""
    if base.ref is not None:
        return m.consume(base, frame, node)
    return m.read(node, frame, _HANDLE, "[:]", Val(Kind.SMALL, base.extent))


def note_upcast(m: Machine, node: ast.AST, value: Val, frame: Frame, *, by: str) -> None:
    """A whole batch of images becomes float64."""
    images = any(isinstance(fact, Load) and fact.family == "image" for fact in facts_of(value))
    if images and value.extent is not Extent.ONE and value.extent is not Extent.UNKNOWN and value.const is ...:
        m.event("upcast", node, frame, detail=by, sure=value.sure)


def note_closed(m: Machine, node: ast.expr) -> None:
    """A handle opened by ``with`` closes by itself."""
    m.story.events.pop(("handle", id(node)), None)


def note_memo(m: Machine, node: ast.AST, result: Val, frame: Frame, imports: Mapping[str, str]) -> None:
    """A decorator that keeps every result there ever was, on a function that reads."""
    decorator = unbounded_memo(node, imports)
    loaded = any(isinstance(fact, Load) for fact in facts_of(result))
    if decorator is not None and loaded and content_of(result).kind in (Kind.DATA, Kind.IMAGE):
        m.event("memo", decorator, frame, detail=getattr(node, "name", ""), sure=result.sure)


def _note_argument(m: Machine, name: str, args: Sequence[Val], frame: Frame, node: ast.AST) -> None:
    """A whole data set, loaded before, is handed to a generator."""
    if m.story.kind != "caller":
        return
    for arg in args:
        if content_of(arg).kind is Kind.DATA and facts_of(arg) and not arg.extent.narrow:
            m.event("argument", node, frame, detail=name)
