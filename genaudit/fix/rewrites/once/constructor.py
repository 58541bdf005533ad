"""What a method makes anew for each epoch, made in the constructor of its class."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Proposal
from genaudit.fix.rewrites.once.making import (
    Making,
    Unfit,
    joined,
    making_at,
    moved_with,
    names_of,
    new_name,
    shown_name,
    text_of,
)
from genaudit.fix.rewrites.once.same import check_all, check_kept
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.steady import bound_names, names_read


def in_constructor(source: Source, root: cst.BaseExpression, method: cst.FunctionDef, owner: cst.ClassDef) -> Proposal:
    """The text in which an object makes it once.

    Raises:
        Unfit: It may be another one each time that the method is called.
    """
    making = making_at(source, root, method.body)
    shown, called = shown_name(source, making), method.name.value
    params = [param.name.value for param in source.find(cst.Param, method.params)]
    constructor = _constructor(source, owner, shown)
    if not params or constructor is method:
        raise Unfit(f"{shown} is made once for each object of {owner.name.value}")
    changing = bound_names(source, method.body)
    moved = moved_with(source, making, changing)
    own = {name for statement in moved for name in bound_names(source, statement)}
    there = bound_names(source, constructor.body).keys() | {
        p.name.value for p in source.find(cst.Param, constructor.params)
    }
    names = sorted(names_of(source, making, moved) - {params[0]})
    for name in names:
        if name in params:
            raise Unfit(f"{shown} depends on {name}, which {called} is given")
        if name not in own and name in there:
            raise Unfit(f"{shown} depends on {name}, which is another one in the constructor")
    if constructor.params.params[0].name.value != params[0] or (there & own and source.find(cst.Lambda, constructor)):
        raise Unfit(f"{shown} uses names that the constructor of {owner.name.value} uses for something else")
    for part in making.parts(moved):
        check_attributes(source, part, params[0], owner, shown)
    check_all(source, making, moved, method.body)
    for name in names:
        check_kept(source, name, method.body, shown)
    return _moved_to_constructor(source, making, moved, method, constructor, params[0])


def _constructor(source: Source, owner: cst.ClassDef, shown: str) -> cst.FunctionDef:
    """The one that runs to its end.

    Raises:
        Unfit: There is none.
    """
    found = [node for node in source.find(cst.FunctionDef, owner.body) if node.name.value == "__init__"]
    found = [node for node in found if source.class_of(node) is owner and isinstance(node.body, cst.IndentedBlock)]
    if len(found) != 1:
        raise Unfit(f"{owner.name.value} has no constructor, in which {shown} could be made")
    if source.find(cst.Return, found[0].body):
        raise Unfit(f"the constructor of {owner.name.value} returns before its end")
    return found[0]


def check_attributes(source: Source, part: cst.CSTNode, receiver: str, owner: cst.ClassDef, shown: str) -> None:
    """What it is made of belongs to the object, and is the constructor's for good.

    Raises:
        Unfit: It is set elsewhere, or may be changed in place.
    """
    for node in source.find(cst.Attribute, part):
        if not isinstance(node.value, cst.Name) or node.value.value != receiver:
            continue
        method = next(
            (each for each in source.find(cst.FunctionDef, owner) if each.name.value == node.attr.value), None
        )
        if method is not None:
            if _is_given_to_generator(source, node) or isinstance(source.up(node, cst.FunctionDef), cst.FunctionDef):
                continue
            if draws(source, method):
                raise Unfit(f"{shown} depends on random numbers that {method.name.value} draws")
            check_attributes(source, method.body, receiver, owner, shown)
            continue
        late = _set_late(source, node.attr.value)
        if late is not None:
            raise Unfit(f"{shown} depends on {source.code(node)}, which line {source.line(late)} sets")
        check_kept(source, source.code(node), owner, shown)


def _is_given_to_generator(source: Source, node: cst.CSTNode) -> bool:
    """Whether it is run only when items are asked for."""
    call = source.parent(source.parent(node) or node)
    return isinstance(call, cst.Call) and (source.name(call.func) or "").endswith(".from_generator")


def _set_late(source: Source, name: str) -> cst.CSTNode | None:
    """Where an attribute of this name is set by anything but a constructor."""
    for node in source.find(cst.Attribute):
        parent = source.parent(node)
        is_target = isinstance(
            parent, cst.AssignTarget | cst.AugAssign | cst.AnnAssign | cst.Del | cst.For | cst.Element
        )
        if node.attr.value != name or not is_target or getattr(parent, "target", node) is not node:
            continue
        if isinstance(parent, cst.Element) and source.up(node, cst.AssignTarget) is None:
            continue
        function = source.function(node)
        if function is None or function.name.value != "__init__" or source.loops(node):
            return node
    return None


def _moved_to_constructor(
    source: Source,
    making: Making,
    moved: list[cst.BaseStatement],
    method: cst.FunctionDef,
    constructor: cst.FunctionDef,
    receiver: str,
) -> Proposal:
    changes = Changes(source)
    attribute = f"{receiver}.{source.fresh_attribute(making.name or new_name(source, making))}"
    texts = [text_of(source, statement) for statement in moved]
    if making.name is None:
        texts.append(f"{attribute} = {source.code(making.root)}\n")
        changes.replace(making.root, attribute)
    elif sum(making.name in bound_names(source, statement) for statement in moved) == 1:
        at = next(at for at, statement in enumerate(moved) if statement is source.statement(making.root))
        texts[at] = texts[at].replace(f"{making.name} =", f"{attribute} =", 1)
    else:
        texts.append(f"{attribute} = {making.name}\n")
    for statement in moved:
        for name in bound_names(source, statement):
            others = _others(source, name, method, moved)
            if name == making.name:
                for node in others:
                    changes.replace(node, attribute)
            elif others and not _is_alias(statement):
                raise Unfit(
                    f"{shown_name(source, making)} is made of {name}, which line {source.line(others[0])} uses, too"
                )
        if not (
            _is_alias(statement)
            and any(_others(source, name, method, moved) for name in bound_names(source, statement))
        ):
            changes.remove(statement)
    last = constructor.body.body[-1]
    assert isinstance(last, cst.BaseStatement)
    apart = "\n" if isinstance(moved[0] if moved else None, cst.FunctionDef) else ""
    changes.after(last, apart + joined(texts))
    summary = f"{shown_name(source, making)} is made once, in the constructor"
    return Proposal(text=changes.apply(), summary=summary)


def _others(source: Source, name: str, method: cst.FunctionDef, moved: list[cst.BaseStatement]) -> list[cst.Name]:
    """Where a name is read besides in what is moved."""
    return [
        node
        for node in source.find(cst.Name, method.body)
        if node.value == name
        and node.value in names_read(source, node)
        and not any(source.is_in(node, statement) for statement in moved)
    ]


def _is_alias(statement: cst.CSTNode) -> bool:
    """``paths = self.paths``."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(small, cst.Assign) and isinstance(small.value, cst.Name | cst.Attribute | cst.BaseNumber)
