"""What each call of a function makes anew, made with the module."""

from __future__ import annotations

import builtins

import libcst as cst

from genaudit.fix.rewrites.base import Proposal
from genaudit.fix.rewrites.once.making import Unfit, making_at, text_of
from genaudit.fix.rewrites.once.roots import is_value
from genaudit.fix.rewrites.once.same import check_all, check_kept, check_stateless
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.steady import bound_names, names_read

_ALIASES = tuple(
    """asarray asanyarray ascontiguousarray atleast_ ravel reshape transpose squeeze view broadcast_to swapaxes moveaxis
    expand_dims flip split rot90 real imag diag""".split()
)
"""Functions of NumPy that may give a view of what they are given."""


def with_module(source: Source, root: cst.BaseExpression | cst.FunctionDef) -> Proposal:
    """The text in which it is made where the module is.

    Raises:
        Unfit: It depends on the call, or somebody may change what all calls would share.
    """
    function = source.function(root)
    assert function is not None
    making = making_at(source, root, function.body)
    name = making.name
    assert name is not None
    outer = [node for node in source.above(root) if isinstance(node, cst.FunctionDef)]
    local = {each for node in outer for each in bound_names(source, node.body)}
    local |= {param.name.value for node in outer for param in source.find(cst.Param, node.params)}
    for read in sorted(names_read(source, root) - {name}):
        if read in local:
            raise Unfit(f"{name} depends on {read}, which is {function.name.value}'s own")
        if len(bound_names(source, source.module).get(read, [])) > 1:
            raise Unfit(f"{name} depends on {read}, which gets another value")
        if read not in source.top_imports:
            check_kept(source, read, source.module, name)
    if name in bound_names(source, source.module) or hasattr(builtins, name):
        raise Unfit(f"the module has another {name}")
    if len(bound_names(source, function.body)[name]) > 1:
        raise Unfit(f"{name} gets another value in {function.name.value}")
    if isinstance(root, cst.FunctionDef):
        check_stateless(source, root, name)
        if draws(source, root):
            raise Unfit(f"{name} draws random numbers, which a graph that is made once may draw once")
    else:
        check_all(source, making, making.statements, function.body)
        if is_value(source, root):
            _check_only_read(source, name, function, root)
    changes = Changes(source)
    changes.helper(root, text_of(source, making.statements[0]))
    changes.remove(making.statements[0])
    return Proposal(text=changes.apply(), summary=f"{name} is made once, with the module")


def _check_only_read(source: Source, name: str, function: cst.FunctionDef, root: cst.BaseExpression) -> None:
    """A table that all calls share may be computed with, and nothing else: nobody may get it, or a view of it."""
    captured = False
    for node in source.find(cst.Name, function.body):
        if node.value != name or isinstance(source.parent(node), cst.AssignTarget):
            continue
        if not _is_computed_with(source, node, root):
            raise Unfit(f"{name} is handed on by line {source.line(node)}: whoever gets it may change it")
        captured |= source.up(node, cst.FunctionDef, cst.Lambda) is not function
    if not captured:
        raise Unfit(f"{name} ends with {function.name.value}: no function that outlives it uses {name}")


def _is_computed_with(source: Source, node: cst.CSTNode, root: cst.BaseExpression) -> bool:
    """Whether a use makes a new value: arithmetic, or one number that is looked up."""
    parent = source.parent(node)
    while isinstance(parent, cst.Subscript) and parent.value is node:
        is_number = all(isinstance(part.slice, cst.Index) for part in parent.slice)
        if is_number and len(parent.slice) == _dimensions(root):
            return not isinstance(source.parent(parent), cst.AssignTarget | cst.AugAssign | cst.Del)
        node, parent = parent, source.parent(parent)
    if isinstance(parent, cst.BinaryOperation | cst.UnaryOperation | cst.ComparisonTarget | cst.Comparison):
        return True
    call = source.parent(parent) if isinstance(parent, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(parent, cst.Arg) or parent.keyword is not None:
        return False
    called = source.name(call.func) or ""
    is_new = called.startswith("numpy.") and not any(alias in called for alias in _ALIASES)
    return called in {"len", "float", "int"} or (is_new and called not in {"numpy.copyto", "numpy.put"})


def _dimensions(root: cst.BaseExpression) -> int | None:
    """How many places a number in a table has, where its shape is written as a tuple: ``zeros((3, 4))``."""
    given = [arg.value for arg in root.args if arg.keyword is None] if isinstance(root, cst.Call) else []
    shapes = [value for value in given if isinstance(value, cst.Tuple)]
    method = root.func.attr.value if isinstance(root, cst.Call) and isinstance(root.func, cst.Attribute) else None
    makes = {"random", "zeros", "ones", "full", "normal", "standard_normal", "integers", "uniform"}
    if len(shapes) != 1 or method not in makes:
        return None
    return len(shapes[0].elements)
