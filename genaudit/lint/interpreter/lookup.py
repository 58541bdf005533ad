"""What a name or an attribute means: locals, closures, module level, classes of the run, and the world outside."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from genaudit.lint.files.module import ClassInfo, Module
from genaudit.lint.files.syntax import FunctionNode, qualified_name
from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Exhausted, Frame, Function, function_value, method_value, named
from genaudit.lint.interpreter.values import UNKNOWN, AbstractValue, Extent, Instance, Kind, part_of
from genaudit.lint.readers import canonical

if TYPE_CHECKING:
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


_LAZY_HOLDER = re.compile(r"^.*\.lazy_imports?(_\w+)?\.(?=\w)")


def value_of_name(machine: Machine, name: str, frame: Frame) -> AbstractValue:
    """The value of a bare name."""
    scope: Frame | None = frame
    while scope is not None:
        if name in scope.env:
            return scope.env[name]
        scope = scope.parent
    return module_name(machine, frame.module, name)


def module_name(machine: Machine, module: Module, name: str) -> AbstractValue:
    """The value of a name at module level."""
    known = module_globals(machine, module).get(name)
    if isinstance(known, AbstractValue):
        return known
    if name in module.functions:
        return function_value(module, module.functions[name])
    if name in module.classes:
        return AbstractValue(Kind.CLASS, ref=module.classes[name])
    imported = module.imports.get(name)
    if imported is not None:
        return external(machine, module, imported, imported_name=True)
    return AbstractValue(Kind.EXTERNAL, ref=canonical(name, imported=False))


def external(machine: Machine, module: Module, dotted: str, *, imported_name: bool) -> AbstractValue:
    """What a dotted name means: a definition of the run, or something outside."""
    if ".lazy_import" in dotted:
        # A holder of modules, which are imported when they are first asked for.
        dotted = _LAZY_HOLDER.sub("", dotted)
    definition = machine.project.find(module, dotted)
    if definition is None:
        return AbstractValue(Kind.EXTERNAL, ref=canonical(dotted, imported=imported_name))
    target, node = definition
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return function_value(target, node)
    if isinstance(node, ast.ClassDef):
        return AbstractValue(Kind.CLASS, ref=target.classes[node.name])
    if isinstance(node, ast.Name):
        return module_globals(machine, target).get(node.id, UNKNOWN)
    return AbstractValue(Kind.EXTERNAL, ref=dotted.lstrip("."), const=target)


def module_globals(machine: Machine, module: Module) -> dict[str, AbstractValue]:
    """Names that the module's own statements give a value, by an abstract run of its top level."""
    if module.globals is None:
        frame = Frame(module, module.tree, "<module>")
        module.globals = frame.env
        steps = machine.steps
        with machine.at("import"):
            try:
                for statement in module.tree.body:
                    if isinstance(statement, _IMPORT_STATEMENTS) and not _is_main(statement):
                        machine.run([statement], frame)
            except Exhausted:
                machine.steps = steps
        machine.steps = steps
        for value in frame.env.values():
            if value.kind is Kind.CONTAINER:
                value.ref.outlives = True
    return module.globals


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
    )


def bind(
    machine: Machine,
    function: Function,
    frame: Frame,
    args: Sequence[AbstractValue],
    kwargs: Mapping[str, AbstractValue],
) -> None:
    """Give a function's parameters their values."""
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    if function.this is not None and positional and not is_static(function.node):
        frame.env[positional[0].arg] = function.this
        positional = positional[1:]
    defaults = defaults_of(machine, function, frame)
    for index, parameter in enumerate(positional):
        if index < len(args):
            frame.env[parameter.arg] = args[index]
        else:
            frame.env[parameter.arg] = kwargs.get(parameter.arg, defaults.get(parameter.arg, UNKNOWN))
    for parameter in spec.kwonlyargs:
        frame.env[parameter.arg] = kwargs.get(parameter.arg, defaults.get(parameter.arg, UNKNOWN))
    if spec.vararg is not None:
        frame.env[spec.vararg.arg] = AbstractValue(Kind.TUPLE, ref=tuple(args[len(positional) :]))
    if spec.kwarg is not None:
        frame.env[spec.kwarg.arg] = UNKNOWN


def is_static(node: FunctionNode) -> bool:
    """Whether a function is decorated ``staticmethod``."""
    return any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod"
        for decorator in getattr(node, "decorator_list", ())
    )


def defaults_of(machine: Machine, function: Function, frame: Frame) -> dict[str, AbstractValue]:
    """Values of the defaults; a list or dict among them outlives every call."""
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    values: dict[str, AbstractValue] = {}
    pairs = list(zip(reversed(positional), reversed(spec.defaults), strict=False))
    pairs += [(name, node) for name, node in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if node is not None]
    for parameter, node in pairs:
        values[parameter.arg] = _default(machine, node, function, frame)
    return values


def _default(machine: Machine, node: ast.expr, function: Function, frame: Frame) -> AbstractValue:
    if not isinstance(node, ast.List | ast.Dict | ast.Call | ast.Set):
        return machine.eval(node, frame)
    module = function.module
    key = f"<default {id(node)}>"
    kept = module_globals(machine, module)
    if key not in kept:
        with machine.at("import"):
            kept[key] = machine.eval(node, frame)
        if kept[key].kind is Kind.CONTAINER:
            kept[key].ref.outlives = True
    return kept[key]


def entry_value(name: str, default: AbstractValue | None) -> AbstractValue:
    """What a parameter of a subject stands for, when nobody calls it."""
    if default is not None and default.kind is Kind.CONTAINER:
        return default
    if default is not None and default.const is not ...:
        if default.const is True or default.const is False or default.const is None:
            return AbstractValue(Kind.UNKNOWN, _named_extent(name), const=default.const)
        if isinstance(default.const, str):
            return AbstractValue(Kind.SMALL, Extent.WHOLE)
        return AbstractValue(
            Kind.SMALL, Extent.PART if name_hints.narrow(name) or not name_hints.counts(name) else Extent.UNKNOWN
        )
    if name_hints.opt_in(name):
        return AbstractValue(Kind.UNKNOWN, const=False)
    if name_hints.lazy_flag(name):
        return AbstractValue(Kind.UNKNOWN, const=True)
    return AbstractValue(Kind.UNKNOWN, _named_extent(name))


def _named_extent(name: str) -> Extent:
    if name_hints.several(name):
        return Extent.UNKNOWN
    return Extent.PART if name_hints.narrow(name) else Extent.WHOLE


def member(machine: Machine, this: AbstractValue, name: str, frame: Frame) -> AbstractValue:
    """An attribute of an instance of a class of the run."""
    obj: Instance = this.ref
    if name in obj.attributes:
        value = part_of(this, named(obj.attributes[name], name))
        item = this.extent.narrow and value.kind in (Kind.SMALL, Kind.UNKNOWN)
        return value.with_(extent=Extent.ONE) if item else value
    method = find_method(machine, obj.cls, name)
    if method is None:
        inherited = class_attribute(machine, obj.cls, name)
        if inherited is not None:
            return inherited
        return named(AbstractValue(Kind.UNKNOWN, Extent.WHOLE if obj.audited else this.extent), name)
    owner, node = method
    value = method_value(owner, node, this)
    decorators = {_decorator(decorator) for decorator in node.decorator_list}
    if decorators & {"cached_property", "lazyproperty", "lazy_property"}:
        # Computed once, and kept from then on: as if the constructor had done it.
        with machine.at("start"):
            obj.attributes[name] = machine.call_function(value.ref, (), {}, node)
        return member(machine, this, name, frame)
    return machine.call_function(value.ref, (), {}, node) if "property" in decorators else value


def _decorator(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def find_method(
    machine: Machine, cls: ClassInfo, name: str, depth: int = 6
) -> tuple[ClassInfo, ast.FunctionDef | ast.AsyncFunctionDef] | None:
    """A method by name, in a class or its bases within the run."""
    if name in cls.methods:
        return cls, cls.methods[name]
    if depth:
        for base in bases(machine, cls):
            inherited = find_method(machine, base, name, depth - 1)
            if inherited is not None:
                return inherited
    return None


def bases(machine: Machine, cls: ClassInfo) -> list[ClassInfo]:
    """The bases of a class that are in the run."""
    classes = []
    for node in cls.node.bases:
        value = base_value(machine, cls, node)
        if value.kind is Kind.CLASS and value.ref is not cls:
            classes.append(value.ref)
    return classes


def base_value(machine: Machine, cls: ClassInfo, node: ast.expr) -> AbstractValue:
    """What an expression among a class's bases means."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name) and node.id in cls.module.classes:
        return AbstractValue(Kind.CLASS, ref=cls.module.classes[node.id])
    dotted = qualified_name(node, cls.module.imports)
    if dotted is None:
        return UNKNOWN
    first = dotted.split(".")[0] if not dotted.startswith(".") else dotted
    return external(machine, cls.module, dotted, imported_name=first in cls.module.imports.values())


def class_attribute(machine: Machine, cls: ClassInfo, name: str, depth: int = 6) -> AbstractValue | None:
    """A value that the class body gives, in the class or its bases."""
    for statement in cls.node.body:
        if _assigns(statement, name):
            key = f"<class {cls.node.name}.{name}>"
            kept = module_globals(machine, cls.module)
            if key not in kept:
                frame = Frame(cls.module, cls.node, cls.node.name)
                with machine.at("import"):
                    machine.run([statement], frame)
                kept[key] = frame.env.get(name, UNKNOWN)
                if kept[key].kind is Kind.CONTAINER:
                    kept[key].ref.outlives = True
            return kept[key]
    for base in bases(machine, cls) if depth else ():
        inherited = class_attribute(machine, base, name, depth - 1)
        if inherited is not None:
            return inherited
    return None


def _assigns(statement: ast.stmt, name: str) -> bool:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


_SMALL_ATTRIBUTES = frozenset(
    "shape size dtype ndim columns index width height itemsize nbytes mode format suffix name stem affine header "
    "spacing num_rows fps device requires_grad".split()
)
_PLACES = frozenset("loc iloc at iat str dt T values data".split())
"""Attributes that are another view of a table, and no field of a record."""


def attribute(machine: Machine, base: AbstractValue, name: str, frame: Frame, node: ast.AST) -> AbstractValue:
    """The value of ``base.name``."""
    if base.kind is Kind.OBJECT:
        return member(machine, base, name, frame)
    if base.kind is Kind.EXTERNAL:
        return external(machine, frame.module, f"{base.ref}.{name}", imported_name=True)
    if base.kind is Kind.CLASS:
        return _class_attribute(machine, base, name)
    if name in _SMALL_ATTRIBUTES:
        return AbstractValue(Kind.SMALL, base.extent)
    if base.kind is Kind.LAZY:
        return _lazy_attribute(machine, base, name, frame, node)
    if base.kind is Kind.DATA:
        if base.extent is Extent.ONE and name not in _PLACES:
            machine.mark_field(base, name)
        elif name_hints.points_as_key(name):
            machine.mark_pointer(base)
        return base.with_(ref=None)
    if base.kind in (Kind.CONTAINER, Kind.TUPLE, Kind.FUNCTION, Kind.FILE, Kind.IMAGE):
        return AbstractValue(Kind.UNKNOWN, base.extent)
    return named(AbstractValue(base.kind, base.extent, base.origins), name)


def _class_attribute(machine: Machine, base: AbstractValue, name: str) -> AbstractValue:
    method = find_method(machine, base.ref, name)
    if method is not None:
        owner, node = method
        value = method_value(owner, node, base)
        if not any(isinstance(d, ast.Name) and d.id == "classmethod" for d in node.decorator_list):
            value.ref.this = None
        return value
    inherited = class_attribute(machine, base.ref, name)
    return inherited if inherited is not None else UNKNOWN


def _lazy_attribute(machine: Machine, base: AbstractValue, name: str, frame: Frame, node: ast.AST) -> AbstractValue:
    if name in ("value", "values"):
        return machine.read_lazy(base, frame, node)
    return base
