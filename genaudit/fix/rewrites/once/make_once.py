"""A pipeline, a compiled function or a table that is made anew each time, though it comes out the same: made once."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal, first_proposal
from genaudit.fix.rewrites.once.constructor import check_attributes, in_constructor
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
from genaudit.fix.rewrites.once.module import with_module
from genaudit.fix.rewrites.once.roots import is_value, is_wrapper, roots
from genaudit.fix.rewrites.once.same import check_all, check_kept
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.steady import bound_names
from genaudit.model.catalogue import BATCH_GROWTH, CALL_GROWTH, EPOCH_GROWTH


class MakeOnce:
    """The rewrite for what each epoch, fold or call makes anew while a library keeps what it made before."""

    name = "make-once"
    codes = frozenset(pattern.code for pattern in (EPOCH_GROWTH, BATCH_GROWTH, CALL_GROWTH))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text in which it is made before the loop, in the constructor, or with the module."""
        source = source_of(text)
        answers = (_answer(source, root, fault) for root in roots(source, fault))
        return first_proposal(answers, "nothing is made there that would be the same each time")


def _answer(source: Source, root: cst.BaseExpression | cst.FunctionDef, fault: Fault) -> Proposal | Refusal:
    function = source.function(root)
    around = (loop for loop in source.loops(root) if not isinstance(loop, cst.For) or not source.is_in(root, loop.iter))
    loop = next(around, None)
    try:
        if loop is not None and not is_value(source, root):
            return _before_loop(source, root, loop)
        if function is None:
            return Refusal(reason="it is made with the module, once")
        if isinstance(root, cst.FunctionDef) or is_value(source, root) or is_wrapper(source, root):
            return with_module(source, root)
        owner = source.class_of(function)
        if owner is not None:
            return in_constructor(source, root, function, owner)
    except Unfit as unfit:
        return Refusal(reason=str(unfit), is_near=True)
    reason = (
        f"{function.name.value} makes a pipeline anew each time that it is called, of what it is given: call it once, "
        "and go through what it returned again"
    )
    return Refusal(reason=reason, is_near=fault.code == CALL_GROWTH.code)


def _before_loop(source: Source, root: cst.BaseExpression | cst.FunctionDef, loop: cst.For | cst.While) -> Proposal:
    """The text in which it is made above a loop.

    Raises:
        Unfit: It may be another one in each round.
    """
    making = making_at(source, root, loop.body)
    shown = shown_name(source, making)
    changing = bound_names(source, loop)
    moved = moved_with(source, making, changing)
    own = {name for statement in moved for name in bound_names(source, statement)}
    names = sorted(names_of(source, making, moved))
    for name in names:
        if name in changing and name not in own:
            raise Unfit(f"{shown} depends on {name}, which the loop on line {source.line(loop)} changes")
    check_all(source, making, moved, loop)
    function = source.function(root)
    owner = source.class_of(function) if function is not None else None
    if function is not None and owner is not None and function.params.params:
        for part in making.parts(moved):
            check_attributes(source, part, function.params.params[0].name.value, owner, shown)
    for name in names:
        check_kept(source, name, loop, shown)
    changes = Changes(source)
    new = [text_of(source, statement) for statement in moved]
    _replace_root(source, changes, making, new)
    changes.before(loop, joined(new))
    for statement in moved:
        changes.remove(statement)
    return Proposal(text=changes.apply(), summary=f"{shown} is made once, before the loop")


def _replace_root(source: Source, changes: Changes, making: Making, new: list[str]) -> None:
    """Give what is used at once a name."""
    if making.name is not None:
        return
    name = source.fresh(new_name(source, making))
    new.append(f"{name} = {source.code(making.root)}\n")
    changes.replace(making.root, name)
