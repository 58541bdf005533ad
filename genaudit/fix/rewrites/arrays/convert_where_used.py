"""A converted copy of a whole array: each part is converted where it is used."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.elementwise import array_of, changed_later, steps_of, write_parts
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import variable_of
from genaudit.model.catalogue import BATCH_SPIKE, DATASET_AS_ARGUMENT, DTYPE_UPCAST, EAGER_INIT, EAGER_LOAD


class ConvertWhereUsed:
    """The rewrite for ``scaled = images.astype("float32") / 255`` whose result is only read by parts."""

    name = "convert-where-used"
    codes = frozenset(
        pattern.code for pattern in (EAGER_LOAD, EAGER_INIT, DATASET_AS_ARGUMENT, BATCH_SPIKE, DTYPE_UPCAST)
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text without the copy."""
        source = source_of(text)
        for statement in source.find(cst.Assign):
            if not source.covers(statement, fault.line) or len(statement.targets) != 1:
                continue
            made_of = _made_of(source, statement)
            if made_of is not None:
                return _converted(source, statement, made_of)
        return Refusal(reason="no converted copy of an array is made at the line of the finding")


def _made_of(source: Source, statement: cst.Assign) -> cst.Name | None:
    """The array that a value is a converted copy of."""
    target = variable_of(source, statement.targets[0].target)
    for name in source.find(cst.Name, statement.value):
        variable = variable_of(source, name)
        if variable is None or variable == target or name.value in source.imports:
            continue
        steps = steps_of(source, statement.value, lambda node, name=name: node is name)  # type: ignore[misc]
        if steps is not None and not steps.are_none:
            return name
    return None


def _converted(source: Source, statement: cst.Assign, made_of: cst.Name) -> Proposal | Refusal:
    origin = variable_of(source, made_of)
    assert origin is not None
    steps = steps_of(source, statement.value, lambda node: node is made_of)
    assert steps is not None
    array = array_of(source, statement, steps)
    if isinstance(array, tuple):
        where = f" on line {source.line(array[1])}" if array[1] is not None else ""
        return Refusal(reason=f"{array[0]}{where}", is_near=True)
    if not array.parts:
        return Refusal(reason="no part of the copy is read", is_near=True)
    if array.again and "asarray" in array.steps.text:
        return Refusal(reason=f"{made_of.value} itself may be what is converted in its place", is_near=True)
    if "array(" in array.steps.text and any(not _is_of_list(part) for part in array.parts):
        return Refusal(reason=f"{made_of.value} may be a list, which has no columns", is_near=True)
    changed = changed_later(source, origin, statement)
    if changed is not None:
        return Refusal(
            reason=f"{made_of.value} may change, or be bound again, on line {source.line(changed)}", is_near=True
        )
    changes = Changes(source)
    name = source.code(array.target)
    changes.replace(statement.value, made_of.value)
    write_parts(source, changes, array, name, lambda part, _node: part)
    return Proposal(text=changes.apply(), summary=f"{name} is converted part by part, where it is used")


def _is_of_list(part: cst.Subscript) -> bool:
    """Whether a list could be asked for a part as well."""
    return len(part.slice) == 1
