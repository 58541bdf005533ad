"""A dictionary of loaded items: its keys stay, and an item is loaded where it is asked for by its key."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.caches import entry_of
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.elementwise import is_only_read
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import Mention, Variable, is_rebound_at, mentions, variable_of, with_name
from genaudit.model.catalogue import EAGER_INIT, EAGER_LOAD, WORKER_DUPLICATION

_OF_KEYS = frozenset("len list sorted set tuple iter min max enumerate zip".split())


@dataclass
class _Filled:
    """A dictionary, and how an entry is made of its key."""

    variable: Variable
    target: cst.BaseExpression
    key: str
    value: cst.BaseExpression
    keys: str
    """Code of what the keys come from."""
    statement: cst.BaseStatement
    """What fills it."""
    emptied: cst.BaseSmallStatement | None
    """Where a loop's dictionary is made."""


class LoadByKey:
    """The rewrite for ``{name: load(name) for name in names}`` that is asked for entries by their keys."""

    name = "load-by-key"
    codes = frozenset(pattern.code for pattern in (EAGER_LOAD, EAGER_INIT, WORKER_DUPLICATION))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with a dictionary of keys alone."""
        source = source_of(text)
        filled = _filled_at(source, fault.line)
        if filled is None:
            return Refusal(reason="no dictionary of loaded items is filled at the line of the finding")
        if draws(source, filled.value):
            return Refusal(reason="an item is made with random numbers: made again, it is another one", is_near=True)
        changes = Changes(source)
        reason = _asked(source, changes, filled)
        if reason is not None:
            return Refusal(reason=reason, is_near=True)
        name = source.code(filled.target)
        changes.put(filled.statement, f"{name} = dict.fromkeys({filled.keys})\n")
        if filled.emptied is not None:
            changes.remove(filled.emptied)
        return Proposal(
            text=changes.apply(), summary=f"{name} has the keys, and an item is loaded where it is asked for"
        )


def _filled_at(source: Source, line: int) -> _Filled | None:
    for statement in source.find(cst.Assign):
        outer = source.statement(statement)
        loop = source.up(outer, cst.For)
        is_loop = loop is not None and source.siblings(outer) == [outer] and source.parent(outer) is loop.body
        if len(statement.targets) != 1 or not (
            source.covers(outer, line) or (is_loop and loop is not None and source.line(loop) == line)
        ):
            continue
        found = _comprehended(source, statement) or (_looped(source, statement, loop) if is_loop and loop else None)
        if found is not None:
            return found
    return None


def _comprehended(source: Source, statement: cst.Assign) -> _Filled | None:
    """``{k: load(k) for k in keys}``, and ``dict((k, load(k)) for k in keys)``."""
    target, value = statement.targets[0].target, statement.value
    pair: tuple[cst.BaseExpression, cst.BaseExpression, cst.CompFor] | None = None
    if isinstance(value, cst.DictComp):
        pair = value.key, value.value, value.for_in
    elif isinstance(value, cst.Call) and source.name(value.func) == "dict" and len(value.args) == 1:
        inner = value.args[0].value
        if isinstance(inner, cst.GeneratorExp | cst.ListComp) and isinstance(inner.elt, cst.Tuple):
            parts = [element.value for element in inner.elt.elements]
            pair = (parts[0], parts[1], inner.for_in) if len(parts) == 2 else None
    variable = variable_of(source, target)
    if pair is None or variable is None or pair[2].ifs or pair[2].inner_for_in:
        return None
    key, made, part = pair
    if not isinstance(key, cst.Name) or not isinstance(part.target, cst.Name) or key.value != part.target.value:
        return None
    return _Filled(variable, target, key.value, made, source.code(part.iter), source.statement(statement), None)


def _looped(source: Source, statement: cst.Assign, loop: cst.For) -> _Filled | None:
    """``for k in keys: items[k] = load(k)``."""
    entry = entry_of(statement.targets[0].target)
    if entry is None or loop.orelse is not None or not isinstance(loop.target, cst.Name):
        return None
    variable = variable_of(source, entry[0])
    if variable is None or source.code(entry[1]) != loop.target.value:
        return None
    made = [node for node in mentions(source, variable) if is_rebound_at(source, node)]
    emptied = source.small(made[0]) if len(made) == 1 else None
    if not isinstance(emptied, cst.Assign) or source.code(emptied.value) not in {"{}", "dict()"}:
        return None
    return _Filled(variable, entry[0], loop.target.value, statement.value, source.code(loop.iter), loop, emptied)


def _asked(source: Source, changes: Changes, filled: _Filled) -> str | None:
    """Load each item where it is asked for; why that cannot be."""
    name = source.code(filled.target)
    reads = 0
    kept_open: list[cst.With] = []
    for node in mentions(source, filled.variable):
        if source.is_in(node, filled.statement) or source.small(node) is filled.emptied:
            continue
        entry = source.parent(node)
        asked = entry_of(entry) if isinstance(entry, cst.Subscript) and entry.value is node else None
        if asked is None or entry is None or not is_only_read(source, entry):
            if _is_of_keys(source, node):
                continue
            return f"{name} is used as a whole, or handed on, on line {source.line(node)}"
        opened = _opened(source, filled, node)
        if opened is not None and opened not in kept_open:
            kept_open.append(opened)
        missing = _unknown(source, filled, node) if opened is None else None
        if missing is not None:
            return f"{missing} is not known on line {source.line(node)}, where an item of {name} is asked for"
        changes.replace(entry, source.code(with_name(filled.value, filled.key, asked[1])))
        reads += 1
    for block in kept_open:
        changes.move_into(block, source.following(block))
    return None if reads else f"no item of {name} is asked for by its key"


def _opened(source: Source, filled: _Filled, node: Mention) -> cst.With | None:
    """What has to stay open, and can: the statements behind it, in which an item is asked for, may go into it."""
    opened = source.up(filled.statement, cst.With)
    if opened is None or not isinstance(opened.body, cst.IndentedBlock) or filled.variable.is_attribute:
        return None
    used = {name.value for name in source.find(cst.Name, filled.value)}
    names = {source.code(item.asname.name) for item in opened.items if item.asname is not None}
    is_behind = any(source.is_in(node, statement) for statement in source.following(opened))
    is_own = source.function(node) is source.function(filled.statement)
    return opened if used & names and is_behind and is_own else None


def _unknown(source: Source, filled: _Filled, node: Mention) -> str | None:
    """A name that making an item needs, and that is not there, or something else, where one is asked for."""
    used = {name.value for name in source.find(cst.Name, filled.value)} - {filled.key}
    opened = source.up(filled.statement, cst.With)
    if opened is not None and not source.is_in(node, opened):
        for item in opened.items:
            if item.asname is not None and source.code(item.asname.name) in used:
                return source.code(item.asname.name)
    function = source.function(filled.statement)
    if source.function(node) is function:
        return None
    if "self" in used and not source.code(node).startswith("self."):
        return "self"
    local = [name for name in source.find(cst.Name, filled.value) if name.value in used - {"self"}]
    homes = [(name.value, variable_of(source, name)) for name in local]
    return next((name for name, of in homes if of is not None and isinstance(of.home, cst.FunctionDef)), None)


def _is_of_keys(source: Source, node: Mention) -> bool:
    """Whether a mention asks for keys only."""
    parent = source.parent(node)
    if isinstance(parent, cst.For | cst.CompFor):
        return parent.iter is node
    if isinstance(parent, cst.ComparisonTarget):
        return isinstance(parent.operator, cst.In | cst.NotIn)
    if isinstance(parent, cst.Attribute):
        return parent.attr.value == "keys"
    if isinstance(parent, cst.Arg):
        call = source.parent(parent)
        return isinstance(call, cst.Call) and source.name(call.func) in _OF_KEYS
    return False
