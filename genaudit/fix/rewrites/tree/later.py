"""What makes an item when it is asked for, and whether it is the same as it was when all were made."""

from __future__ import annotations

from collections.abc import Container

import libcst as cst

from genaudit.fix.rewrites.base import Refusal
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.gathering import LoopGathered, reads_on
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import Mention, is_changing, local_names, mentions, variable_of


def function_of(source: Source, item: cst.BaseExpression, target: cst.BaseAssignTargetExpression) -> str:
    """What loads one item: the function that the item is a call of, or a lambda."""
    called = _called_with(source, item, target)
    if called is not None:
        return source.code(called)
    if isinstance(target, cst.Name):
        return f"lambda {target.value}: {source.code(item)}"
    # Several names are of one entry, which a lambda takes apart by a loop over it alone.
    return f"lambda source: next({source.code(item)} for {source.code(target)} in [source])"


def _called_with(
    source: Source, item: cst.BaseExpression, target: cst.BaseAssignTargetExpression
) -> cst.BaseExpression | None:
    """``load`` of ``load(path)``, where ``path`` is what the loop binds."""
    if not isinstance(item, cst.Call) or not isinstance(target, cst.Name) or len(item.args) != 1:
        return None
    only, function = item.args[0], item.func
    is_plain = only.keyword is None and not only.star and isinstance(function, cst.Name | cst.Attribute)
    is_target = isinstance(only.value, cst.Name) and only.value.value == target.value
    uses_it = any(name.value == target.value for name in source.find(cst.Name, function))
    return function if is_plain and is_target and not uses_it else None


def name_for(source: Source, found: LoopGathered) -> str:
    """A name of the function that loads an item."""
    return source.fresh(f"load_{found.name.strip('_').removesuffix('s') or 'item'}")


def function_of_loop(name: str, found: LoopGathered, target: cst.BaseAssignTargetExpression) -> cst.FunctionDef:
    """The function that does for one item what the loop does."""
    returned = found.block.deep_replace(found.adding, cst.SimpleStatementLine([cst.Return(found.item)]))
    assert isinstance(returned, cst.IndentedBlock)
    return function_of_source(name, target, returned)


def function_of_source(
    name: str, target: cst.BaseAssignTargetExpression, body: cst.IndentedBlock, receiver: str | None = None
) -> cst.FunctionDef:
    """A function of what a loop binds, which takes it apart where that is several names.

    Args:
        name: Of the function.
        target: What the loop binds.
        body: What is done with it.
        receiver: What the object is called, where it is a method.
    """
    given = target if isinstance(target, cst.Name) else cst.Name("source")
    if given is not target:
        taken_apart = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(target)], given)])
        body = body.with_changes(body=[taken_apart, *body.body])
    params = [cst.Param(cst.Name(receiver))] if receiver else []
    return cst.FunctionDef(cst.Name(name), cst.Parameters([*params, cst.Param(given)]), body)


def why_not_later(
    source: Source,
    place: cst.CSTNode,
    made: list[cst.CSTNode],
    target: cst.BaseAssignTargetExpression,
    but: str | None = None,
) -> Refusal | None:
    """Why an item may be another one when it is made later.

    Args:
        source: The text.
        place: Where the list is made.
        made: What makes an item.
        target: What the loop binds.
        but: The list itself, where what makes an item also puts it in.
    """
    if source.loops(place):
        return Refusal(reason="it is made again and again, and no more than one is there at a time")
    own = {name.value for name in source.find(cst.Name, target)}
    if not any(name.value in own for node in made for name in source.find(cst.Name, node)):
        return Refusal(reason="items are not made of what the loop goes over")
    if not any(source.find(cst.Call, node) or source.find(cst.Subscript, node) for node in made):
        return Refusal(reason="nothing is loaded there")
    names = local_names(source, place, made) - own - {but}
    reason = made_otherwise(source, made, names)
    if reason is not None:
        return Refusal(reason=reason, is_near=True)
    closed = next((name for name in sorted(names) if is_closed(source, place, name)), None)
    if closed is not None:
        return Refusal(reason=f"{closed} is closed by the time that an item is loaded", is_near=True)
    late = next((name for name in sorted(names) if is_changing(source, place, name)), None)
    late = late or next(
        (code for code in _attributes(source, made) if code != but and _is_set_late(source, code)), None
    )
    if late is not None:
        return Refusal(reason=f"{late}, which items are made of, gets another value", is_near=True)
    return None


def made_otherwise(source: Source, made: list[cst.CSTNode], names: set[str]) -> str | None:
    """Why an item is another one each time it is made.

    Args:
        source: The text.
        made: What makes it.
        names: Those that it is made of, the loop's own left out.
    """
    for node in made:
        if any(isinstance(part, cst.Await | cst.Yield | cst.NamedExpr) for part in source.find(cst.CSTNode, node)):
            return "an item is made with await, yield or :="
        if draws(source, node):
            return "an item is made with random numbers: made again, it is another one"
    asked = reads_on(source, made, names)
    return f"an item is what comes next in {asked}" if asked is not None else None


def is_closed(source: Source, place: cst.CSTNode, name: str) -> bool:
    """Whether a name is of a ``with`` that ends around the list."""
    return any(
        item.asname is not None and source.code(item.asname.name) == name
        for outer in source.above(place)
        if isinstance(outer, cst.With)
        for item in outer.items
    )


def _attributes(source: Source, made: list[cst.CSTNode]) -> list[str]:
    """Attributes of the object that an item is made of."""
    found = [node for part in made for node in source.find(cst.Attribute, part)]
    return [source.code(node) for node in found if isinstance(node.value, cst.Name) and node.value.value == "self"]


def _is_set_late(source: Source, code: str) -> bool:
    """Whether an attribute is set in more than one place, or by another method than the constructor."""
    targets = [target for target in source.find(cst.AssignTarget) if source.code(target.target) == code]
    functions = [source.function(target) for target in targets]
    return len(targets) > 1 or any(function is None or function.name.value != "__init__" for function in functions)


def other_use(
    source: Source, target: cst.BaseExpression | None, place: cst.CSTNode, methods: Container[str]
) -> Refusal | None:
    """Why what stands in the place of a container would not do, as far as this file tells.

    Args:
        source: The text.
        target: What the container is assigned to; ``None`` where it is handed on at once.
        place: What makes it.
        methods: Those that the stand-in has.
    """
    variable = variable_of(source, target) if target is not None else None
    for node in mentions(source, variable) if variable is not None and target is not None else []:
        how = other_use_at(source, node, methods) if not source.is_in(node, source.statement(place)) else None
        if how is not None:
            return Refusal(reason=f"line {source.line(node)} {how}", is_near=True)
    return None


def other_use_at(source: Source, node: Mention, methods: Container[str]) -> str | None:
    """What is asked of a container besides its items, slices and length; ``None`` for no more.

    Args:
        source: The text.
        node: A mention of it.
        methods: Those that what stands in its place has.
    """
    name, parent = source.code(node), source.parent(node)
    above = source.parent(parent) if parent is not None else None
    if isinstance(parent, cst.Attribute) and parent.value is node and parent.attr.value not in methods:
        return f"asks for {name}.{parent.attr.value}"
    is_changed = isinstance(parent, cst.Subscript) and isinstance(above, cst.AssignTarget | cst.AugAssign | cst.Del)
    if is_changed or (isinstance(parent, cst.AugAssign) and parent.target is node):
        return f"changes {name}"
    if isinstance(parent, cst.BinaryOperation | cst.UnaryOperation) and not isinstance(
        getattr(parent, "operator", None), cst.Not
    ):
        return f"computes with {name}"
    if isinstance(parent, cst.Arg) and isinstance(above, cst.Call):
        asked = (source.name(above.func) or source.code(above.func)).rpartition(".")[2]
        return f"gives {name} to {asked}" if asked in {"isinstance", "shuffle", "type"} else None
    return None
