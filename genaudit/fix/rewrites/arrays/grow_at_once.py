"""An array that grows by a copy of itself for each item: the items are gathered, and put together once."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import assigned, is_rebound_at, mentions, variable_of
from genaudit.model.catalogue import BATCH_GROWTH, BATCH_SPIKE, CONCATENATE_IN_LOOP, EAGER_LOAD

_JOINS = frozenset(["numpy.concatenate", "numpy.vstack", "numpy.hstack", "numpy.append"])


@dataclass
class _Growth:
    """A statement that makes an array of itself and one item more."""

    item: cst.BaseExpression
    join: str
    """What puts gathered items together: ``np.concatenate``."""
    options: list[str]


class GrowAtOnce:
    """The rewrite for ``array = np.concatenate([array, item])`` in a loop."""

    name = "grow-at-once"
    codes = frozenset(pattern.code for pattern in (BATCH_SPIKE, CONCATENATE_IN_LOOP, EAGER_LOAD, BATCH_GROWTH))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text that gathers the items in a list."""
        source = source_of(text)
        for statement in source.find(cst.Assign):
            growth = _growth(source, statement) if source.covers(source.statement(statement), fault.line) else None
            if growth is not None and source.loops(statement):
                return _gathered(source, statement, growth)
        return Refusal(reason="no array grows by a copy of itself at the line of the finding")


def _growth(source: Source, statement: cst.Assign) -> _Growth | None:
    call = statement.value
    if len(statement.targets) != 1 or not isinstance(call, cst.Call) or not call.args:
        return None
    name = source.name(call.func)
    if name not in _JOINS:
        return None
    first = call.args[0].value
    rest = call.args[1:]
    pair = [element.value for element in first.elements] if isinstance(first, cst.List | cst.Tuple) else [first]
    if name == "numpy.append":
        # Without an axis it makes one row of all.
        pair, rest = [first, *(arg.value for arg in rest[:1])], rest[1:]
        if not any(arg.keyword is not None and arg.keyword.value == "axis" for arg in rest):
            return None
    target = variable_of(source, statement.targets[0].target)
    if len(pair) != 2 or target is None or variable_of(source, pair[0]) != target:
        return None
    join = source.code(call.func)
    if name == "numpy.append":
        join = join.removesuffix("append") + "concatenate"
    options = [source.code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in rest]
    return _Growth(pair[1], join, options)


def _gathered(source: Source, statement: cst.Assign, growth: _Growth) -> Proposal | Refusal:
    target = statement.targets[0].target
    variable = variable_of(source, target)
    name = source.code(target)
    if variable is None or not isinstance(variable.home, cst.FunctionDef) or not isinstance(target, cst.Name):
        return Refusal(reason=f"{name} outlives the function in which it grows", is_near=True)
    if growth.join.endswith("append"):
        return Refusal(reason="numpy.append has another name here", is_near=True)
    inside = [node for node in mentions(source, variable) if source.is_in(node, statement)]
    others = [node for node in mentions(source, variable) if not source.is_in(node, statement)]
    made = [node for node in others if is_rebound_at(source, node) and source.place(node) < source.place(statement)]
    if len(made) != 1 or len(inside) != 2:
        return Refusal(reason=f"{name} is not made once, before it grows", is_near=True)
    value, line = assigned(source, made[0]), source.statement(made[0])
    loop = next((loop for loop in source.loops(statement) if any(loop is s for s in source.following(line))), None)
    if value is None or loop is None or any(source.is_in(node, loop) for node in others):
        return Refusal(reason=f"{name} is used while it grows", is_near=True)
    changes = Changes(source)
    parts = source.fresh("parts")
    changes.put(line, f"{parts} = [{source.code(value)}]\n")
    changes.put(source.statement(statement), f"{parts}.append({source.code(growth.item)})\n")
    changes.after(loop, f"{name} = {growth.join}({', '.join([parts, *growth.options])})\n")
    return Proposal(text=changes.apply(), summary=f"{name} is put together once, and not copied for each item")
