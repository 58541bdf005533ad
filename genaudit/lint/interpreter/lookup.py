"""Which value a name has: locals, closures, module level, definitions of the run, and the world outside."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from genaudit.lint.files.module import Module
from genaudit.lint.files.syntax import FunctionNode
from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.facts import Extent
from genaudit.lint.interpreter.values import UNKNOWN, Kind, Val
from genaudit.lint.readers import canonical

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame, Function
    from genaudit.lint.interpreter.machine import Machine

_IMPORT_STATEMENTS = (
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.For,
    ast.With,
    ast.Expr,
    ast.If,
    ast.Try,
    ast.Delete,
)


def lookup(m: Machine, name: str, frame: Frame) -> Val:
    """The value of a bare name."""
    scope: Frame | None = frame
    while scope is not None:
        if name in scope.env:
            return scope.env[name]
        scope = scope.parent
    return module_name(m, frame.module, name)


def module_name(m: Machine, module: Module, name: str) -> Val:
    """The value of a name at module level."""
    known = module_globals(m, module).get(name)
    if isinstance(known, Val):
        return known
    if name in module.functions:
        return function_value(module, module.functions[name])
    if name in module.classes:
        return Val(Kind.CLASS, ref=module.classes[name])
    imported = module.imports.get(name)
    if imported is not None:
        return external(m, module, imported, imported_name=True)
    return Val(Kind.EXTERNAL, ref=canonical(name, imported=False))


def external(m: Machine, module: Module, dotted: str, *, imported_name: bool) -> Val:
    """What a dotted name means: a definition of the run, or something outside."""
    found = m.project.find(module, dotted)
    if found is None:
        return Val(Kind.EXTERNAL, ref=canonical(dotted, imported=imported_name))
    target, node = found
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return function_value(target, node)
    if isinstance(node, ast.ClassDef):
        return Val(Kind.CLASS, ref=target.classes[node.name])
    if isinstance(node, ast.Name):
        return module_globals(m, target).get(node.id, UNKNOWN)
    return Val(Kind.EXTERNAL, ref=dotted.lstrip("."), const=target)


def function_value(module: Module, node: FunctionNode) -> Val:
    """A function of the run as a value."""
    from genaudit.lint.interpreter.frames import Function

    return Val(Kind.FUNCTION, ref=Function(module, node))


def module_globals(m: Machine, module: Module) -> dict[str, Val]:
    """Names that the module's own statements give a value, by an abstract run of its top level."""
    if module.globals is None:
        from genaudit.lint.interpreter.frames import Frame
        from genaudit.lint.interpreter.machine import Exhausted

        frame = Frame(module, module.tree, "<module>")
        module.globals = frame.env
        steps = m.steps
        with m.at("import"):
            try:
                for statement in module.tree.body:
                    if isinstance(statement, _IMPORT_STATEMENTS) and not _is_main(statement):
                        m.run([statement], frame)
            except Exhausted:
                m.steps = steps
        m.steps = steps
        for value in frame.env.values():
            if value.kind is Kind.CELL:
                value.ref.outlives = True
    return module.globals


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
    )


def bind(m: Machine, function: Function, frame: Frame, args: Sequence[Val], kwargs: Mapping[str, Val]) -> None:
    """Give a function's parameters their values."""
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    if function.this is not None and positional and not is_static(function.node):
        frame.env[positional[0].arg] = function.this
        positional = positional[1:]
    defaults = defaults_of(m, function, frame)
    for index, parameter in enumerate(positional):
        if index < len(args):
            frame.env[parameter.arg] = args[index]
        else:
            frame.env[parameter.arg] = kwargs.get(parameter.arg, defaults.get(parameter.arg, UNKNOWN))
    for parameter in spec.kwonlyargs:
        frame.env[parameter.arg] = kwargs.get(parameter.arg, defaults.get(parameter.arg, UNKNOWN))
    if spec.vararg is not None:
        frame.env[spec.vararg.arg] = Val(Kind.TUPLE, ref=tuple(args[len(positional) :]))
    if spec.kwarg is not None:
        frame.env[spec.kwarg.arg] = UNKNOWN


def is_static(node: FunctionNode) -> bool:
    """Whether a function is decorated ``staticmethod``."""
    return any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod"
        for decorator in getattr(node, "decorator_list", ())
    )


def defaults_of(m: Machine, function: Function, frame: Frame) -> dict[str, Val]:
    """Values of the defaults; a list or dict among them outlives every call."""
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    found: dict[str, Val] = {}
    pairs = list(zip(reversed(positional), reversed(spec.defaults), strict=False))
    pairs += [(name, node) for name, node in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if node is not None]
    for parameter, node in pairs:
        found[parameter.arg] = _default(m, node, function, frame)
    return found


def _default(m: Machine, node: ast.expr, function: Function, frame: Frame) -> Val:
    if not isinstance(node, ast.List | ast.Dict | ast.Call | ast.Set):
        return m.eval(node, frame)
    module = function.module
    key = f"<default {id(node)}>"
    kept = module_globals(m, module)
    if key not in kept:
        with m.at("import"):
            kept[key] = m.eval(node, frame)
        if kept[key].kind is Kind.CELL:
            kept[key].ref.outlives = True
    return kept[key]


def entry_value(name: str, default: Val | None) -> Val:
    """What a parameter of a subject stands for, when nobody calls it."""
    if default is not None and default.kind is Kind.CELL:
        return default
    if default is not None and default.const is not ...:
        if default.const is True or default.const is False or default.const is None:
            return Val(Kind.UNKNOWN, _named_extent(name), const=default.const)
        if isinstance(default.const, str):
            return Val(Kind.SMALL, Extent.WHOLE)
        return Val(
            Kind.SMALL, Extent.PART if name_hints.narrow(name) or not name_hints.counts(name) else Extent.UNKNOWN
        )
    if name_hints.opt_in(name):
        return Val(Kind.UNKNOWN, const=False)
    if name_hints.lazy_flag(name):
        return Val(Kind.UNKNOWN, const=True)
    return Val(Kind.UNKNOWN, _named_extent(name))


def _named_extent(name: str) -> Extent:
    if name_hints.several(name):
        return Extent.UNKNOWN
    return Extent.PART if name_hints.narrow(name) else Extent.WHOLE


def named(value: Val, name: str) -> Val:
    """A value whose name says that it is a batch, or the number of one."""
    if value.extent in (Extent.UNKNOWN, Extent.WHOLE) and value.kind in (Kind.SMALL, Kind.UNKNOWN) and "batch" in name:
        return value.with_(extent=Extent.PART)
    return value
