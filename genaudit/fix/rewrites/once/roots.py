"""What a file makes anew each time: pipelines, loaders, compiled functions, and tables of constants."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from genaudit.fix.rewrites.base import Fault
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.steady import names_read
from genaudit.model.catalogue import CALL_GROWTH

_PIPELINE = "tensorflow.data."
_MAKERS = frozenset(
    """torch.utils.data.DataLoader torch.compile torch.jit.script tensorflow.function jax.jit numba.njit numba.jit
    functools.lru_cache functools.cache""".split()
)
"""What makes an object that starts anew each time it is gone through, or a function that is compiled or remembers."""
_READS = re.compile(r"(load|loadtxt|fromfile|genfromtxt|memmap|open|open_memmap|read_\w+)$")
"""Calls that read files: importing a module should not."""
ONE_PASS = frozenset(["as_numpy_iterator", "make_one_shot_iterator", "make_initializable_iterator"])
"""Methods of a pipeline that give an iterator, which is used up."""


def is_wrapper(source: Source, root: cst.CSTNode) -> bool:
    """Whether it is a function made of another one."""
    name = source.name(root.func) if isinstance(root, cst.Call) else None
    return name in _MAKERS and not str(name).endswith(("DataLoader", "cache"))


def is_making(source: Source, node: cst.CSTNode) -> bool:
    """Whether a call makes a pipeline, a loader, or a function that is compiled or remembers."""
    if not isinstance(node, cst.Call):
        return False
    name = source.name(node.func)
    if name is not None and (name.startswith(_PIPELINE) or name in _MAKERS):
        return True
    if isinstance(node.func, cst.Call):
        return (source.name(node.func.func) or "") in _MAKERS
    if isinstance(node.func, cst.Attribute) and node.func.attr.value not in ONE_PASS:
        return is_making(source, node.func.value)
    made = source.definition(node.func.value) if isinstance(node.func, cst.Name) else None
    return made is not None and _gives_pipeline(source, made)


def roots(source: Source, fault: Fault) -> Iterator[cst.BaseExpression | cst.FunctionDef]:
    """Pipelines and compiled functions around the line of a fault, the nearest first; then tables that a call keeps."""
    found: list[cst.BaseExpression | cst.FunctionDef] = [
        call for call in source.find(cst.Call) if is_making(source, call) and not _is_part(source, call)
    ]
    found += [function for function in source.find(cst.FunctionDef) if _is_compiled(source, function)]
    if fault.code == CALL_GROWTH.code:
        found += [statement.value for statement in source.find(cst.Assign) if _is_table(source, statement)]
    around = _around(source, fault.line)
    near = [root for root in found if around is not None and source.is_in(root, around)]
    yield from sorted(near, key=lambda root: (is_value(source, root), abs(source.line(root) - fault.line)))


def _around(source: Source, line: int) -> cst.CSTNode | None:
    """The outermost function on a line, or the class that it is a method of; else the statement of the module."""
    return next((node for node in source.module.body if source.covers(node, line)), None)


def is_value(source: Source, root: cst.CSTNode) -> bool:
    """Whether it is a table, and not a pipeline or a function."""
    return isinstance(root, cst.BaseExpression) and not is_making(source, root)


def _gives_pipeline(source: Source, made: cst.FunctionDef) -> bool:
    """Whether a function of the file does nothing but to make a pipeline, and returns it."""
    own = [node for node in source.find(cst.Return, made) if source.function(node) is made]
    if len(own) != 1 or own[0].value is None or source.siblings(source.statement(own[0])) != list(made.body.body):
        return False
    value: cst.BaseExpression = own[0].value
    first: cst.BaseExpression = value
    while isinstance(first, cst.Call) and isinstance(first.func, cst.Attribute):
        first = first.func.value
    if isinstance(first, cst.Name) and source.name(first) == first.value:
        given = [
            node.value
            for node in source.find(cst.Assign, made.body)
            if any(source.code(target.target) == first.value for target in node.targets)
        ]
        value = given[0] if given else value
    calls = isinstance(value, cst.Call) and isinstance(value.func, cst.Name)
    return not calls and is_making(source, value)


def _is_part(source: Source, call: cst.Call) -> bool:
    """Whether it is a step of a longer chain, or what a decorator or another maker is given."""
    for outer in source.above(call):
        if isinstance(outer, cst.BaseStatement | cst.BaseSmallStatement):
            return False
        if isinstance(outer, cst.Decorator) or is_making(source, outer):
            return True
    return False


def _is_compiled(source: Source, function: cst.FunctionDef) -> bool:
    makers = [
        each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator for each in function.decorators
    ]
    return len(makers) == 1 and source.name(makers[0]) in _MAKERS


def _is_table(source: Source, statement: cst.Assign) -> bool:
    """Whether a variable is given what a library computes of constants."""
    value = statement.value
    if _READS.search(source.name(value.func) or "" if isinstance(value, cst.Call) else ""):
        return False
    is_one = len(statement.targets) == 1 and isinstance(statement.targets[0].target, cst.Name)
    return is_one and isinstance(value, cst.Call) and source.function(statement) is not None and not any(
        name not in source.top_imports for name in names_read(source, value)
    )  # fmt: skip


def code_of(source: Source, root: cst.CSTNode) -> str:
    """How it is told: what is called first to make it."""
    if isinstance(root, cst.FunctionDef):
        return root.name.value
    first = root
    while (
        isinstance(first, cst.Call) and isinstance(first.func, cst.Attribute) and isinstance(first.func.value, cst.Call)
    ):
        first = first.func.value
    return source.code(first.func if isinstance(first, cst.Call) else first) + "(…)"
