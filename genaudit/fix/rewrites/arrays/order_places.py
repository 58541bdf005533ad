"""A shuffled copy of all data for each epoch: the order is kept instead, and parts are taken by it."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.elementwise import Steps, array_of, changed_later
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import assigned, is_rebound_at, mentions, variable_of
from genaudit.model.catalogue import BATCH_SPIKE, DATASET_AS_ARGUMENT, EAGER_LOAD, EPOCH_GROWTH, UNBOUNDED_CACHE


class OrderPlaces:
    """The rewrite for ``shuffled = images[permutation]`` whose parts are read."""

    name = "order-places"
    codes = frozenset(
        pattern.code for pattern in (EAGER_LOAD, BATCH_SPIKE, DATASET_AS_ARGUMENT, EPOCH_GROWTH, UNBOUNDED_CACHE)
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text that keeps an order of places."""
        source = source_of(text)
        for statement in source.find(cst.Assign):
            part = statement.value
            if not source.covers(statement, fault.line) or len(statement.targets) != 1:
                continue
            if isinstance(part, cst.Subscript) and _is_order(source, part):
                return _ordered(source, statement, part)
        return Refusal(reason="no array is put into another order at the line of the finding")


def _is_order(source: Source, part: cst.Subscript) -> bool:
    """Whether an array is indexed by a permutation of its places."""
    if len(part.slice) != 1 or not isinstance(part.slice[0].slice, cst.Index):
        return False
    order = part.slice[0].slice.value
    if isinstance(order, cst.Name):
        return _is_permutation(source, _only_value(source, order))
    return _is_permutation(source, order)


def _is_permutation(source: Source, value: cst.BaseExpression | None) -> bool:
    if not isinstance(value, cst.Call):
        return False
    return (source.name(value.func) or source.code(value.func)).rpartition(".")[2] in {"permutation", "argsort"}


def _only_value(source: Source, name: cst.Name) -> cst.BaseExpression | None:
    """The value of a name of the function that nothing else gives a value to, or changes in its place."""
    variable = variable_of(source, name)
    if variable is None or not isinstance(variable.home, cst.FunctionDef):
        return None
    bound = []
    for node in mentions(source, variable):
        parent = source.parent(node)
        if is_rebound_at(source, node):
            bound.append(node)
        elif isinstance(parent, cst.Arg):
            call = source.parent(parent)
            if not isinstance(call, cst.Call) or source.name(call.func) != "len":
                # A shuffle of it, or what not.
                return None
        elif not isinstance(source.up(node, cst.SubscriptElement), cst.SubscriptElement):
            return None
    return assigned(source, bound[0]) if len(bound) == 1 else None


def _ordered(source: Source, statement: cst.Assign, part: cst.Subscript) -> Proposal | Refusal:
    array = array_of(source, statement, Steps())
    if isinstance(array, tuple):
        where = f" on line {source.line(array[1])}" if array[1] is not None else ""
        return Refusal(reason=f"{array[0]}{where}", is_near=True)
    origin = variable_of(source, part.value)
    name = source.code(array.target)
    if origin is None or origin == array.variable or array.again:
        return Refusal(reason=f"{name} is put into an order again and again", is_near=True)
    changed = changed_later(source, origin, statement)
    if changed is not None:
        return Refusal(
            reason=f"{source.code(part.value)} may change, or be bound again, on line {source.line(changed)}",
            is_near=True,
        )
    if not array.parts or any(not _is_length(source, node) for node in array.sizes):
        return Refusal(reason=f"more than parts and the length of {name} are needed", is_near=True)
    assert isinstance(part.slice[0].slice, cst.Index)
    changes = Changes(source)
    places = part.slice[0].slice.value
    whole = source.code(part.value)
    if isinstance(places, cst.Name):
        order = places.value
        changes.remove(statement)
    else:
        changes.replace(statement.value, source.code(places))
        order = source.fresh("order") if isinstance(array.target, cst.Name) else name
    if order != name:
        for node in mentions(source, array.variable):
            changes.replace(node, order)
    for read in array.parts:
        changes.rebuild(read, lambda updated: cst.parse_expression(f"{whole}[{_code(updated)}]"))
    return Proposal(text=changes.apply(), summary=f"the order is kept, and parts of {whole} are taken by it")


def _is_length(source: Source, node: cst.CSTNode) -> bool:
    return isinstance(source.parent(node), cst.Arg)


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)
