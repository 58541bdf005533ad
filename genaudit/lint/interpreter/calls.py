"""Calls: of functions and classes of the run, of libraries, of methods."""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from genaudit.lint.files.module import ClassInfo
from genaudit.lint.files.syntax import unbounded_memo
from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Call, Frame, method_value
from genaudit.lint.interpreter.values import (
    UNKNOWN,
    AbstractValue,
    Choice,
    Extent,
    Handle,
    Instance,
    Kind,
    ReadSite,
    content_of,
    join,
    origins_of,
)
from genaudit.lint.readers import Reader

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


_HANDLE = Reader("handle", True)


def call(machine: Machine, node: ast.Call, frame: Frame) -> AbstractValue:
    """The value of a call."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        value = machine.eval(function, frame)
        if value.ref == "zip" and len(node.args) == 1 and isinstance(node.args[0], ast.Starred):
            return _transposed(machine, node.args[0].value, node, frame)
        return call_value(machine, value, *_arguments(machine, node, frame), node, frame)
    if _is_super(function.value):
        return _call_super(machine, function.attr, node, frame)
    receiver = machine.eval(function.value, frame)
    args, kwargs = _arguments(machine, node, frame)
    site = Call(machine, frame, node, function.attr, args, kwargs)
    if receiver.kind in (Kind.EXTERNAL, Kind.CLASS):
        return call_value(
            machine, machine.attribute(receiver, function.attr, frame, function), args, kwargs, node, frame
        )
    if receiver.kind is Kind.OBJECT:
        member = machine.member(receiver, function.attr, frame)
        if member.kind in (Kind.FUNCTION, Kind.CLASS, Kind.OBJECT, Kind.EXTERNAL):
            return call_value(machine, member, args, kwargs, node, frame)
    return machine.call_method(receiver, site)


def _transposed(machine: Machine, source: ast.expr, node: ast.Call, frame: Frame) -> AbstractValue:
    """``zip(*pairs)``: one sequence for each place of the pairs."""
    pairs = machine.consume(machine.eval(source, frame), frame, node)
    content = pairs.ref.content if pairs.kind is Kind.CONTAINER else None
    if content is None or content.kind is not Kind.TUPLE:
        return pairs
    columns = []
    for part in content.ref:
        column = machine.new_container(node, frame, "list", pairs.ref.extent)
        column.ref.add(part)
        if content_of(part).kind in (Kind.DATA, Kind.IMAGE):
            column.ref.accumulations |= pairs.ref.accumulations
        columns.append(column)
    return AbstractValue(Kind.TUPLE, ref=tuple(columns))


def _arguments(machine: Machine, node: ast.Call, frame: Frame) -> tuple[list[AbstractValue], dict[str, AbstractValue]]:
    args: list[AbstractValue] = []
    for argument in node.args:
        value = machine.eval(argument, frame)
        if isinstance(argument, ast.Starred):
            args.extend(value.ref if value.kind is Kind.TUPLE else [content_of(value)])
        else:
            args.append(value)
    kwargs: dict[str, AbstractValue] = {}
    for keyword in node.keywords:
        value = machine.eval(keyword.value, frame)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
            if value.origins and name_hints.says_prose(keyword.arg):
                machine.mark_record(value)
    return args, kwargs


def call_value(
    machine: Machine,
    value: AbstractValue,
    args: Sequence[AbstractValue],
    kwargs: Mapping[str, AbstractValue],
    node: ast.AST,
    frame: Frame,
) -> AbstractValue:
    """The value of calling a value."""
    if value.ref is None:
        return machine.call_by_name(Call(machine, frame, node, _name_of(node), list(args), dict(kwargs)), value)
    if value.kind is Kind.FUNCTION:
        if value.ref.module.yields(value.ref.node):
            _note_argument(machine, value.ref.name, args, frame, node)
        result = machine.call_function(value.ref, args, kwargs, node)
        note_memo(machine, value.ref.node, result, frame, value.ref.module.imports)
        return result
    if isinstance(value.const, Choice):
        made = [call_value(machine, chosen.with_(const=...), args, kwargs, node, frame) for chosen in value.const]
        # Of several objects, the one that holds data.
        return functools.reduce(join, sorted(made, key=lambda value: not origins_of(value)))
    if value.kind is Kind.CLASS:
        if "__getitem__" in value.ref.methods or "__iter__" in value.ref.methods:
            _note_argument(machine, value.ref.node.name, args, frame, node)
        return instantiate(machine, value.ref, args, kwargs, node)
    if value.kind is Kind.EXTERNAL:
        return machine.call_external(Call(machine, frame, node, value.ref, list(args), dict(kwargs)))
    if value.kind is Kind.OBJECT:
        method = machine.find_method(value.ref.cls, "__call__")
        if method is not None:
            return machine.call_function(method_value(*method, value).ref, args, kwargs, node)
    site = Call(machine, frame, node, _name_of(node), list(args), dict(kwargs))
    return machine.call_by_name(site, value)


def _name_of(node: ast.AST) -> str:
    function = getattr(node, "func", None)
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def instantiate(
    machine: Machine, cls: ClassInfo, args: Sequence[AbstractValue], kwargs: Mapping[str, AbstractValue], node: ast.AST
) -> AbstractValue:
    """An instance of a class of the run, its constructor run."""
    if cls.node.name.startswith("SplitGenerator"):
        # The framework is part of the run: its class does what its name says.
        machine.note_split(Call(machine, Frame(cls.module, node, ""), node, "SplitGenerator", list(args), dict(kwargs)))
    this = AbstractValue(Kind.OBJECT, ref=Instance(cls))
    constructor = machine.find_method(cls, "__init__")
    if constructor is not None:
        machine.call_function(method_value(*constructor, this).ref, args, kwargs, node)
    else:
        fields = [_field(line) for line in cls.node.body if _field(line)]
        this.ref.attributes.update(zip(fields, args, strict=False))
        this.ref.attributes.update(kwargs)
        if not fields and machine.bases(cls) == []:
            # ``class Message(dict)``: what it is given is in it.
            this.ref.attributes.update({f"<{number}>": value for number, value in enumerate(args)})
    return this


def _field(line: ast.stmt) -> str:
    """The name of a data class's field, or nothing."""
    return line.target.id if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) else ""


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _call_super(machine: Machine, name: str, node: ast.Call, frame: Frame) -> AbstractValue:
    args, kwargs = _arguments(machine, node, frame)
    if frame.owner is None or frame.this is None:
        return UNKNOWN
    for base in machine.bases(frame.owner):
        method = machine.find_method(base, name)
        if method is not None:
            return machine.call_function(method_value(*method, frame.this).ref, args, kwargs, node)
    return UNKNOWN


def read_lazy(machine: Machine, base: AbstractValue, frame: Frame, node: ast.AST) -> AbstractValue:
    """Everything behind a handle, read at once."""
    if base.ref is not None:
        return machine.consume(base, frame, node)
    library = base.const.library if isinstance(base.const, Handle) else ""
    reader = "numpy.memmap" if library is None else f"{library}[:]"
    return machine.read(node, frame, _HANDLE, reader, AbstractValue(Kind.SMALL, base.extent))


def note_upcast(machine: Machine, node: ast.AST, value: AbstractValue, frame: Frame, *, by: str) -> None:
    """A whole batch of images becomes float64."""
    images = any(isinstance(origin, ReadSite) and origin.family == "image" for origin in origins_of(value))
    if images and value.extent is not Extent.ONE and value.extent is not Extent.UNKNOWN and value.const is ...:
        machine.event("upcast", node, frame, detail=by, sure=value.sure)


def note_closed(machine: Machine, node: ast.expr) -> None:
    """A handle opened by ``with`` closes by itself."""
    machine.facts.events.pop(("handle", id(node)), None)


def note_memo(machine: Machine, node: ast.AST, result: AbstractValue, frame: Frame, imports: Mapping[str, str]) -> None:
    """A decorator that keeps every result there ever was, on a function that reads."""
    decorator = unbounded_memo(node, imports)
    loaded = any(isinstance(origin, ReadSite) for origin in origins_of(result))
    if decorator is not None and loaded and content_of(result).kind in (Kind.DATA, Kind.IMAGE):
        machine.event("memo", decorator, frame, detail=getattr(node, "name", ""), sure=result.sure)


def _note_argument(machine: Machine, name: str, args: Sequence[AbstractValue], frame: Frame, node: ast.AST) -> None:
    """A whole data set, loaded before, is handed to a generator."""
    if machine.facts.kind != "caller":
        return
    for arg in args:
        if content_of(arg).kind is Kind.DATA and origins_of(arg) and not arg.extent.narrow:
            machine.event("argument", node, frame, detail=name)
