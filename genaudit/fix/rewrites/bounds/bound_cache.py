"""A cache that keeps all it has seen: it gets a bound, and forgets the oldest entry."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.caches import Cache, asks_same_key_in_turn, cache_at
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.trimming import trimmed
from genaudit.model.catalogue import (
    BATCH_GROWTH,
    CALL_GROWTH,
    EPOCH_GROWTH,
    FILE_LEAK,
    THREAD_LEAK,
    UNBOUNDED_CACHE,
)

_MOST_OPEN = 4
"""Files that may stay open, whatever the memory would allow."""
_THREADS = ("threading", "concurrent.futures", "multiprocessing.pool", "multiprocessing.dummy")


class BoundCache:
    """The rewrite for ``functools.cache``, and for dictionaries that are filled by key and never emptied."""

    name = "bound-cache"
    codes = frozenset(
        pattern.code for pattern in (UNBOUNDED_CACHE, BATCH_GROWTH, EPOCH_GROWTH, CALL_GROWTH, FILE_LEAK, THREAD_LEAK)
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with a cache of so many entries."""
        source = source_of(text)
        bound = _bound(fault)
        decorated = _decorated(source, fault)
        if decorated is not None:
            return _decorator(source, *decorated, bound)
        cache = cache_at(source, fault.line)
        if cache is None or not cache.is_dict:
            return Refusal(reason="no dictionary and no functools cache is filled at the line of the finding")
        return _dictionary(source, cache, bound)


def _bound(fault: Fault) -> int | None:
    if fault.code in {FILE_LEAK.code, THREAD_LEAK.code}:
        return min(fault.bound or _MOST_OPEN, _MOST_OPEN)
    return fault.bound


_UNKNOWN = Refusal(reason="how many entries fit into memory was not measured: --cache-size N says it", is_near=True)


# --- functools ------------------------------------------------------------------------------------------------------


def _decorated(source: Source, fault: Fault) -> tuple[cst.FunctionDef, cst.Decorator] | None:
    """The function whose cache has no bound, with the decorator that gives it one."""
    own = (fault.function or "").rpartition(".")[2]
    for function in source.find(cst.FunctionDef):
        name = function.name.value
        for decorator in function.decorators:
            is_meant = source.covers(decorator, fault.line) or name == own or name in fault.holders
            if is_meant and _is_endless(source, decorator.decorator):
                return function, decorator
    return None


def _is_endless(source: Source, decorator: cst.BaseExpression) -> bool:
    if not isinstance(decorator, cst.Call):
        return source.name(decorator) == "functools.cache"
    if source.name(decorator.func) != "functools.lru_cache":
        return False
    sizes = [arg.value for at, arg in enumerate(decorator.args) if _is_size(arg, at)]
    return any(source.code(size) == "None" for size in sizes)


def _is_size(arg: cst.Arg, at: int) -> bool:
    return arg.keyword.value == "maxsize" if arg.keyword else at == 0


def _decorator(
    source: Source, function: cst.FunctionDef, decorator: cst.Decorator, bound: int | None
) -> Proposal | Refusal:
    name = function.name.value
    if draws(source, function):
        return Refusal(reason=f"{name} draws random numbers: called again, it gives another result", is_near=True)
    if bound is None:
        return _UNKNOWN
    changes = Changes(source)
    if isinstance(decorator.decorator, cst.Call):
        size = next(arg for at, arg in enumerate(decorator.decorator.args) if _is_size(arg, at))
        changes.replace(size.value, str(bound))
    else:
        changes.replace(decorator.decorator, f"{changes.function('functools', 'lru_cache')}(maxsize={bound})")
    return Proposal(text=changes.apply(), summary=f"the cache of {name} keeps the {bound:,} results used last")


# --- dictionaries ---------------------------------------------------------------------------------------------------


def _dictionary(source: Source, cache: Cache, bound: int | None) -> Proposal | Refusal:
    """Where the entry that was just found or put in is all that is asked for, the oldest goes when one comes.

    Else no entry may go before the batch is made that put it in.
    """
    reason = _why_not(source, cache)
    if bound is None:
        return _UNKNOWN
    if reason is not None:
        other = trimmed(source, cache, bound)
        if isinstance(other, Proposal):
            return other
        return Refusal(reason=f"{reason.reason}, and {other.reason}", is_near=reason.is_near)
    changes = Changes(source)
    evict = (
        f"if len({cache.code}) >= {bound}:\n{source.module.default_indent}{cache.code}.pop(next(iter({cache.code})))\n"
    )
    changes.before(source.statement(cache.store), evict)
    return Proposal(text=changes.apply(), summary=f"{cache.code} keeps the {bound:,} entries that came last")


def _why_not(source: Source, cache: Cache) -> Refusal | None:
    name = cache.code
    if cache.guard is None and cache.returned is None:
        return Refusal(reason=f"{name} is filled without asking whether the entry is there: it is no cache")
    if cache.others:
        line = source.line(cache.others[0])
        return Refusal(reason=f"{name} is used as a whole, or handed on, on line {line}", is_near=True)
    for node in cache.lookups:
        if not asks_same_key_in_turn(source, cache, node):
            line = source.line(node)
            return Refusal(
                reason=f"the entry that line {line} asks {name} for may have been forgotten by then", is_near=True
            )
    if draws(source, cache.guard or source.function(cache.store) or cache.store):
        return Refusal(reason="an entry is made with random numbers: made again, it is another one", is_near=True)
    if cache.lookups and any(dotted.startswith(_THREADS) for dotted in source.imports.values()):
        return Refusal(
            reason=f"a thread may take an entry out of {name} that another thread is about to read", is_near=True
        )
    if not isinstance(source.parent(cache.store), cst.SimpleStatementLine):
        return Refusal(reason=f"{name} is filled on the line of its condition", is_near=True)
    return None
