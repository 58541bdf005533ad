"""Classes of the run and their instances: methods, bases, attributes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from genaudit.lint.files.module import ClassInfo
from genaudit.lint.interpreter import lookup
from genaudit.lint.interpreter.facts import Extent
from genaudit.lint.interpreter.values import UNKNOWN, Kind, Obj, Val, part_of

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame
    from genaudit.lint.interpreter.machine import Machine


def attribute(m: Machine, this: Val, name: str, frame: Frame) -> Val:
    """An attribute of an instance of a class of the run."""
    obj: Obj = this.ref
    if name in obj.attributes:
        value = part_of(this, lookup.named(obj.attributes[name], name))
        item = this.extent.narrow and value.kind in (Kind.SMALL, Kind.UNKNOWN)
        return value.with_(extent=Extent.ONE) if item else value
    found = find_method(m, obj.cls, name)
    if found is None:
        inherited = class_attribute(m, obj.cls, name)
        if inherited is not None:
            return inherited
        return lookup.named(Val(Kind.UNKNOWN, Extent.WHOLE if obj.audited else this.extent), name)
    owner, node = found
    value = method_value(owner, node, this)
    decorators = {_decorator(decorator) for decorator in node.decorator_list}
    if decorators & {"cached_property", "lazyproperty", "lazy_property"}:
        # Computed once, and kept from then on: as if the constructor had done it.
        with m.at("start"):
            obj.attributes[name] = m.call_function(value.ref, (), {}, node)
        return attribute(m, this, name, frame)
    return m.call_function(value.ref, (), {}, node) if "property" in decorators else value


def _decorator(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def method_value(owner: ClassInfo, node: ast.FunctionDef | ast.AsyncFunctionDef, this: Val) -> Val:
    """A method bound to an instance."""
    from genaudit.lint.interpreter.frames import Function

    function = Function(owner.module, node, this=this, name=f"{owner.node.name}.{node.name}")
    function.owner = owner
    return Val(Kind.FUNCTION, ref=function)


def find_method(
    m: Machine, cls: ClassInfo, name: str, depth: int = 6
) -> tuple[ClassInfo, ast.FunctionDef | ast.AsyncFunctionDef] | None:
    """A method by name, in a class or its bases within the run."""
    if name in cls.methods:
        return cls, cls.methods[name]
    if depth:
        for base in bases(m, cls):
            found = find_method(m, base, name, depth - 1)
            if found is not None:
                return found
    return None


def bases(m: Machine, cls: ClassInfo) -> list[ClassInfo]:
    """The bases of a class that are in the run."""
    found = []
    for node in cls.node.bases:
        value = base_value(m, cls, node)
        if value.kind is Kind.CLASS and value.ref is not cls:
            found.append(value.ref)
    return found


def base_value(m: Machine, cls: ClassInfo, node: ast.expr) -> Val:
    """What an expression among a class's bases means."""
    from genaudit.lint.files.syntax import qualified_name

    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name) and node.id in cls.module.classes:
        return Val(Kind.CLASS, ref=cls.module.classes[node.id])
    dotted = qualified_name(node, cls.module.imports)
    if dotted is None:
        return UNKNOWN
    first = dotted.split(".")[0] if not dotted.startswith(".") else dotted
    return lookup.external(m, cls.module, dotted, imported_name=first in cls.module.imports.values())


def class_attribute(m: Machine, cls: ClassInfo, name: str, depth: int = 6) -> Val | None:
    """A value that the class body gives, in the class or its bases."""
    from genaudit.lint.interpreter.frames import Frame

    for statement in cls.node.body:
        if _assigns(statement, name):
            key = f"<class {cls.node.name}.{name}>"
            kept = lookup.module_globals(m, cls.module)
            if key not in kept:
                frame = Frame(cls.module, cls.node, cls.node.name)
                with m.at("import"):
                    m.run([statement], frame)
                kept[key] = frame.env.get(name, UNKNOWN)
                if kept[key].kind is Kind.CELL:
                    kept[key].ref.outlives = True
            return kept[key]
    for base in bases(m, cls) if depth else ():
        found = class_attribute(m, base, name, depth - 1)
        if found is not None:
            return found
    return None


def _assigns(statement: ast.stmt, name: str) -> bool:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)
