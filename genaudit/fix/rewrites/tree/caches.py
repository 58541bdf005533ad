"""Dictionaries and lists that serve as caches: where an entry is put in, and where it is looked up."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import (
    Mention,
    Variable,
    assigned,
    is_rebound_at,
    mentions,
    variable_of,
)

_DICTS = frozenset(["dict", "collections.OrderedDict"])


@dataclass
class Cache:
    """A container that entries are put into where they are missing, and read from by the same key."""

    variable: Variable
    code: str
    """How it is written where it is filled: ``self.cache``."""
    store: cst.BaseSmallStatement
    """The statement that puts an entry in."""
    key: cst.BaseExpression
    value: cst.BaseExpression
    guard: cst.If | cst.Try | None
    """What the statement that fills it is in, and asks whether the entry is there."""
    lookups: list[Mention]
    """Mentions that ask for an entry, or whether there is one, and by which key."""
    made: list[Mention]
    """Mentions that make it, empty."""
    others: list[Mention]
    """Mentions that see all of it, or hand it on."""
    is_dict: bool
    returned: cst.If | None = None
    """What gives back the entry where it is there, before the statement that puts it in."""


def cache_at(source: Source, line: int) -> Cache | None:
    """The cache that is filled on a line."""
    for statement in source.find(cst.BaseSmallStatement):
        if not source.covers(statement, line):
            continue
        found = _stored(source, statement)
        if found is None:
            continue
        container, key, value = found
        variable = variable_of(source, container)
        if variable is not None:
            return _cache(source, variable, container, statement, key, value)
    return None


def _stored(
    source: Source, statement: cst.BaseSmallStatement
) -> tuple[cst.BaseExpression, cst.BaseExpression, cst.BaseExpression] | None:
    """Container, key and value of a statement that puts an entry into a container."""
    if isinstance(statement, cst.Assign):
        for target in statement.targets:
            entry = entry_of(target.target)
            if entry is not None:
                return (*entry, statement.value)
    for call in source.find(cst.Call, statement):
        if not isinstance(call.func, cst.Attribute) or isinstance(source.parent(call), cst.Attribute):
            continue
        if call.func.attr.value == "setdefault" and len(call.args) == 2:
            return call.func.value, call.args[0].value, call.args[1].value
    return None


def entry_of(node: cst.CSTNode) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """Container and key of ``container[key]``; ``None`` for a slice and for all else."""
    if not isinstance(node, cst.Subscript) or not isinstance(node.value, cst.Name | cst.Attribute):
        return None
    if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
        return node.value, node.slice[0].slice.value
    if all(isinstance(part.slice, cst.Index) for part in node.slice):
        parts = [part.slice.value for part in node.slice if isinstance(part.slice, cst.Index)]
        return node.value, cst.Tuple([cst.Element(part) for part in parts], lpar=[], rpar=[])
    return None


def _cache(
    source: Source,
    variable: Variable,
    container: cst.BaseExpression,
    statement: cst.BaseSmallStatement,
    key: cst.BaseExpression,
    value: cst.BaseExpression,
) -> Cache:
    cache = Cache(
        variable=variable,
        code=source.code(container),
        store=statement,
        key=key,
        value=value,
        guard=None,
        lookups=[],
        made=[],
        others=[],
        is_dict=False,
    )
    for node in mentions(source, variable):
        if node is container:
            continue
        if is_rebound_at(source, node) and _is_start(source, assigned(source, node)):
            cache.made.append(node)
            cache.is_dict = cache.is_dict or _is_dict(source, assigned(source, node))
        elif key_asked(source, node) is not None:
            cache.lookups.append(node)
        elif not _is_size(source, node):
            cache.others.append(node)
    cache.is_dict = cache.is_dict or _is_default(source, variable)
    cache.guard = _guard(source, cache)
    cache.returned = _returned(source, cache) if cache.guard is None else None
    return cache


def _is_start(source: Source, value: cst.BaseExpression | None) -> bool:
    """Whether a value has no entries yet, or none but ``None``."""
    if _is_dict(source, value):
        return True
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Multiply):
        return isinstance(value.left, cst.List) and source.code(value.left) == "[None]"
    return False


def _is_dict(source: Source, value: cst.BaseExpression | None) -> bool:
    if isinstance(value, cst.Dict):
        return not value.elements
    return isinstance(value, cst.Call) and source.name(value.func) in _DICTS and not value.args


def _is_default(source: Source, variable: Variable) -> bool:
    """Whether it is a parameter that starts as an empty dictionary, and lives as long as the function."""
    if not isinstance(variable.home, cst.FunctionDef):
        return False
    params = source.find(cst.Param, variable.home.params)
    return any(param.name.value == variable.name and _is_dict(source, param.default) for param in params)


def _is_size(source: Source, node: Mention) -> bool:
    """Whether a mention asks only how many there are, or empties it."""
    parent = source.parent(node)
    if isinstance(parent, cst.Arg):
        call = source.parent(parent)
        return isinstance(call, cst.Call) and source.name(call.func) == "len"
    if isinstance(parent, cst.Attribute) and parent.attr.value == "clear":
        return isinstance(source.parent(parent), cst.Call)
    return False


def key_asked(source: Source, node: Mention) -> cst.BaseExpression | None:
    """The key that a mention asks for: ``c[key]``, ``key in c``, ``c.get(key)``."""
    parent = source.parent(node)
    if isinstance(parent, cst.Subscript) and parent.value is node and not _is_target(source, parent):
        entry = entry_of(parent)
        return entry and entry[1]
    if isinstance(parent, cst.ComparisonTarget) and isinstance(parent.operator, cst.In | cst.NotIn):
        comparison = source.parent(parent)
        return comparison.left if isinstance(comparison, cst.Comparison) else None
    if isinstance(parent, cst.Attribute) and parent.attr.value == "get":
        call = source.parent(parent)
        if isinstance(call, cst.Call) and call.func is parent and _gives_none(source, call):
            return call.args[0].value
    return None


def _gives_none(source: Source, call: cst.Call) -> bool:
    """Whether ``get`` gives ``None`` where the entry is missing."""
    return len(call.args) == 1 or (len(call.args) == 2 and source.code(call.args[1].value) == "None")


def _is_target(source: Source, node: cst.CSTNode) -> bool:
    return isinstance(source.parent(node), cst.AssignTarget | cst.AugAssign | cst.Del | cst.AnnAssign)


def _guard(source: Source, cache: Cache) -> cst.If | cst.Try | None:
    """The statement around the one that fills the cache which knows that the entry is missing."""
    asked = source.code(cache.key)
    for outer in source.above(cache.store):
        if isinstance(outer, cst.FunctionDef | cst.For | cst.While):
            return None
        if isinstance(outer, cst.If) and _asks(source, cache, outer, asked):
            return outer
        if (
            isinstance(outer, cst.ExceptHandler)
            and outer.type
            and source.code(outer.type) in {"KeyError", "LookupError"}
        ):
            tried = source.parent(outer)
            if isinstance(tried, cst.Try) and any(source.is_in(node, tried.body) for node in cache.lookups):
                return tried
    return None


def _returned(source: Source, cache: Cache) -> cst.If | None:
    """``if key in cache: return cache[key]``, above the statement that fills it."""
    asked = source.code(cache.key)
    for branch in source.siblings(source.statement(cache.store)):
        if source.is_in(cache.store, branch):
            return None
        if not isinstance(branch, cst.If) or branch.orelse is not None or not source.find(cst.Return, branch.body):
            continue
        if _asks(source, cache, branch, asked):
            return branch
    return None


def _asks(source: Source, cache: Cache, branch: cst.If, asked: str) -> bool:
    """Whether a condition is that the entry is missing, itself or by a name that has what ``get`` gave."""
    inside = [node for node in cache.lookups if source.is_in(node, branch.test)]
    if inside:
        return all(_code_of_key(source, node) == asked for node in inside)
    names = {name.value for name in source.find(cst.Name, branch.test)}
    for node in cache.lookups:
        statement = source.small(node)
        if not isinstance(statement, cst.Assign) or _code_of_key(source, node) != asked:
            continue
        if any(isinstance(t.target, cst.Name) and t.target.value in names for t in statement.targets):
            return True
    return False


def _code_of_key(source: Source, node: Mention) -> str | None:
    key = key_asked(source, node)
    return source.code(key) if key is not None else None


def asks_same_key_in_turn(source: Source, cache: Cache, node: Mention) -> bool:
    """Whether a look-up is for the entry that was just found or put in: same key, same round of the same loop."""
    if _code_of_key(source, node) != source.code(cache.key):
        return False
    if source.function(node) is not source.function(cache.store):
        return False
    if source.up(node, cst.BaseComp, cst.Lambda) is not None:
        return False
    return source.loops(node)[:1] == source.loops(cache.store)[:1]
