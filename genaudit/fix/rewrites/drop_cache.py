"""A cache that cannot be bounded where it is: it goes, and an item is loaded again where it is used."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.caches import Cache, asks_same_key_in_turn, cache_at, entry_of, key_asked
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import Mention, assigned, is_rebound_at, mentions, variable_of, with_name
from genaudit.model.catalogue import BATCH_GROWTH, CALL_GROWTH, EAGER_LOAD, EPOCH_GROWTH, UNBOUNDED_CACHE

_RANDOM = Refusal(reason="an entry is made with random numbers: made again, it is another one", is_near=True)


class DropCache:
    """The rewrite for caches whose entries are made by one expression, and for what an object keeps of itself."""

    name = "drop-cache"
    codes = frozenset(
        pattern.code for pattern in (UNBOUNDED_CACHE, BATCH_GROWTH, EPOCH_GROWTH, CALL_GROWTH, EAGER_LOAD)
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text without the cache."""
        source = source_of(text)
        decorated = _cached_method(source, fault) if fault.code == CALL_GROWTH.code else None
        if decorated is not None:
            return _without_decorator(source, *decorated)
        if fault.code == EAGER_LOAD.code:
            return Refusal(reason="what is loaded before the first batch is no cache")
        kept = _kept(source, fault.line)
        if kept is not None:
            return _without_attribute(source, *kept)
        cache = cache_at(source, fault.line)
        if cache is None or not isinstance(cache.guard, cst.If):
            return Refusal(reason="no cache is filled under a condition at the line of the finding")
        return _without_cache(source, cache, cache.guard)


# --- a method -------------------------------------------------------------------------------------------------------


def _cached_method(source: Source, fault: Fault) -> tuple[cst.FunctionDef, cst.Decorator] | None:
    for function in source.find(cst.FunctionDef):
        for decorator in function.decorators:
            maker = decorator.decorator
            name = source.name(maker.func if isinstance(maker, cst.Call) else maker)
            is_meant = source.covers(decorator, fault.line) or function.name.value in fault.holders
            is_cache = name in {"functools.cache", "functools.lru_cache"}
            if is_cache and is_meant and source.class_of(function) is not None:
                return function, decorator
    return None


def _without_decorator(source: Source, function: cst.FunctionDef, decorator: cst.Decorator) -> Proposal | Refusal:
    if draws(source, function):
        return _RANDOM
    name = function.name.value
    if any(node.attr.value in {"cache_clear", "cache_info"} for node in source.find(cst.Attribute)):
        return Refusal(reason=f"the file itself asks for the cache of {name}", is_near=True)
    changes = Changes(source)
    changes.remove(decorator)
    return Proposal(
        text=changes.apply(), summary=f"{name} computes its result again, and no cache of the class keeps its objects"
    )


# --- an attribute ---------------------------------------------------------------------------------------------------


def _kept(source: Source, line: int) -> tuple[cst.Assign, cst.BaseExpression] | None:
    """The statement on a line by which an object keeps a value of its own for the next time."""
    for statement in source.find(cst.Assign):
        target = statement.targets[0].target
        if source.covers(statement, line) and len(statement.targets) == 1 and isinstance(target, cst.Attribute):
            return statement, target
    return None


def _without_attribute(source: Source, store: cst.Assign, target: cst.BaseExpression) -> Proposal | Refusal:
    """The text in which an attribute is never kept: ``None`` as it was at the start, at all times."""
    variable = variable_of(source, target)
    assert variable is not None
    code = source.code(target)
    changes = Changes(source)
    function = source.function(store)
    asked: list[cst.If] = []
    for node in mentions(source, variable):
        if node is target:
            continue
        value = assigned(source, node) if is_rebound_at(source, node) else None
        statement = source.small(node)
        if value is not None and statement is not None and source.code(value) == "None":
            changes.remove(statement)
            continue
        branch = source.up(node, cst.If)
        if branch is not None and _returns_if_there(source, branch, code) and source.is_in(node, branch):
            if branch not in asked:
                asked.append(branch)
                changes.remove(branch)
            continue
        return Refusal(reason=f"{code} is used on line {source.line(node)}, too", is_near=bool(asked))
    if not asked or function is None or source.function(asked[0]) is not function:
        return Refusal(reason=f"{code} is not asked for before it is computed")
    if not isinstance(store.value, cst.Name):
        return Refusal(reason=f"what {code} keeps has no other name", is_near=True)
    if draws(source, function):
        return _RANDOM
    changes.remove(store)
    return Proposal(text=changes.apply(), summary=f"{code} is not kept: it is computed where it is asked for")


def _returns_if_there(source: Source, branch: cst.If, code: str) -> bool:
    """Whether a statement is ``if self.x is not None: return self.x``."""
    body = source.code(branch.body).removeprefix(":").strip()
    return source.code(branch.test) == f"{code} is not None" and body == f"return {code}" and branch.orelse is None


# --- a container ----------------------------------------------------------------------------------------------------


def _without_cache(source: Source, cache: Cache, guard: cst.If) -> Proposal | Refusal:
    if cache.others or not cache.made or guard.orelse is not None:
        return Refusal(reason=f"{cache.code} is used as a whole, handed on, or made elsewhere", is_near=True)
    if draws(source, guard):
        return _RANDOM
    if not isinstance(cache.store, cst.Assign) or len(cache.store.targets) != 1:
        return Refusal(reason=f"{cache.code} is not filled by a plain assignment", is_near=True)
    reads = [node for node in cache.lookups if not source.is_in(node, guard)]
    entries = [source.parent(node) for node in reads]
    if any(entry is None or entry_of(entry) is None for entry in entries):
        return Refusal(reason=f"{cache.code} is asked for entries that may be missing", is_near=True)
    changes = Changes(source)
    reason = _inlined(source, changes, cache, guard, reads)
    if reason is not None:
        return Refusal(reason=reason, is_near=True)
    for node in cache.made:
        statement = source.small(node)
        assert statement is not None
        changes.remove(statement)
    return Proposal(text=changes.apply(), summary=f"{cache.code} is left out: an entry is made where it is used")


def _inlined(source: Source, changes: Changes, cache: Cache, guard: cst.If, reads: list[Mention]) -> str | None:
    """Write what makes an entry in the place of each look-up; the reason where that cannot be."""
    body = guard.body.body
    if len(body) != 1 or source.statement(cache.store) is not body[0]:
        return _in_function(source, changes, cache, guard, reads)
    function = source.function(cache.store)
    value = source.code(cache.value)
    for node in reads:
        if source.function(node) is not function:
            return f"{cache.code} is read in another function than the one that fills it"
        if asks_same_key_in_turn(source, cache, node):
            new = value
        elif isinstance(cache.key, cst.Name):
            key = key_asked(source, node)
            assert key is not None
            other = _for_key(source, cache, key)
            if other is None:
                return f"what makes an entry of {cache.code} depends on more than its key"
            new = other
        else:
            return f"{cache.code} is read by another key on line {source.line(node)}"
        entry = source.parent(node)
        assert entry is not None
        changes.replace(entry, new)
    changes.remove(guard)
    return None if reads else f"{cache.code} is never read"


def _in_function(source: Source, changes: Changes, cache: Cache, guard: cst.If, reads: list[Mention]) -> str | None:
    """Make a function of what makes an entry, and call it in the place of each look-up."""
    several = f"an entry of {cache.code} takes several statements to make"
    function = source.function(guard)
    if function is None or not isinstance(cache.key, cst.Name) or not isinstance(guard.body, cst.IndentedBlock):
        return several
    if not _ends_with(source, guard.body, source.statement(cache.store)) or _leaves(source, guard.body):
        return several
    if any(source.function(node) is not function for node in reads) or not reads:
        return f"{cache.code} is read in another function than the one that fills it"
    inside = {node.value for node in source.find(cst.Name, guard.body)} - {cache.key.value}
    changing = inside & (_bound_in_loops(source, function) - _bound_in(source, guard.body))
    if changing:
        return f"what makes an entry of {cache.code} depends on {min(changing)}, and not on its key alone"
    name = source.fresh("load")
    top = next(node for node in function.body.body if source.is_in(guard, node))
    if not isinstance(top, cst.BaseStatement):
        return several
    returned = guard.body.deep_replace(cache.store, cst.Return(cache.value))
    assert isinstance(returned, cst.IndentedBlock)
    made = cst.FunctionDef(
        cst.Name(name), cst.Parameters([cst.Param(cst.Name(cache.key.value))]), returned, leading_lines=[]
    )
    if top is guard:
        changes.put(guard, source.module.code_for_node(made))
    else:
        changes.before(top, source.module.code_for_node(made))
        changes.remove(guard)
    for node in reads:
        entry, key = source.parent(node), key_asked(source, node)
        assert entry is not None
        assert key is not None
        changes.replace(entry, f"{name}({source.code(key)})")
    return None


def _ends_with(source: Source, block: cst.IndentedBlock, store: cst.BaseStatement) -> bool:
    """Whether the last statement of a block, or of the ``with`` that ends it, fills the cache."""
    last = block.body[-1]
    if isinstance(last, cst.With) and isinstance(last.body, cst.IndentedBlock):
        return _ends_with(source, last.body, store)
    return last is store


def _leaves(source: Source, block: cst.IndentedBlock) -> bool:
    """Whether statements leave their block in a way that they cannot leave a function."""
    kinds = cst.Return | cst.Break | cst.Continue | cst.Yield | cst.Await | cst.Global | cst.Nonlocal
    return any(isinstance(node, kinds) for node in source.find(cst.CSTNode, block))


def _bound_in(source: Source, within: cst.CSTNode) -> set[str]:
    """Names that statements bind."""
    targets: list[cst.CSTNode] = [*source.find(cst.AssignTarget, within), *source.find(cst.AsName, within)]
    targets += [loop.target for loop in source.find(cst.For, within)]
    targets += [assigned.target for assigned in source.find(cst.AugAssign, within)]
    return {name.value for target in targets for name in source.find(cst.Name, target)}


def _bound_in_loops(source: Source, function: cst.FunctionDef) -> set[str]:
    """Names of a function that change from one round of a loop to the next."""
    loops = [*source.find(cst.For, function.body), *source.find(cst.While, function.body)]
    return {name for loop in loops for name in _bound_in(source, loop)}


def _for_key(source: Source, cache: Cache, key: cst.BaseExpression) -> str | None:
    """What makes the entry of another key, where nothing but the key is of that round of the loop."""
    assert isinstance(cache.key, cst.Name)
    name = cache.key.value
    bound_in_loops = {
        target.value
        for loop in source.loops(cache.store)
        if isinstance(loop, cst.For)
        for target in source.find(cst.Name, loop.target)
    }
    used = {node.value for node in source.find(cst.Name, cache.value)}
    loop = next(iter(source.loops(cache.store)), None)
    # Names of outer loops are the same at the look-up, where that is in them as well.
    inner = {node.value for node in source.find(cst.Name, loop.target)} if isinstance(loop, cst.For) else set()
    if (used & inner) - {name} or not bound_in_loops:
        return None
    return source.code(with_name(cache.value, name, key))
