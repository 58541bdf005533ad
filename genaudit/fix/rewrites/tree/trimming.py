"""A cache whose entries are asked for after others have been put in: the oldest go before each batch is begun."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Proposal, Refusal
from genaudit.fix.rewrites.tree.caches import Cache
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import Mention


def trimmed(source: Source, cache: Cache, bound: int) -> Proposal | Refusal:
    """The text in which what a batch puts in or asks for is there until it is made, and the oldest go before it.

    Args:
        source: The text.
        cache: A dictionary that is filled by key.
        bound: How many entries stay.
    """
    name = cache.code
    if len(cache.made) != 1:
        return Refusal(reason=f"{name} is not made empty, once, where it can be seen", is_near=True)
    for node in cache.others:
        if not _is_put(source, node):
            how = "entries of it are added to" if _is_added_to(source, node) else "it is used as a whole, or handed on,"
            return Refusal(reason=f"{name}: {how} on line {source.line(node)}", is_near=True)
    if draws(source, cache.guard or cache.store):
        return Refusal(reason="an entry is made with random numbers: made again, it is another one", is_near=True)
    block = _block(source, cache)
    if block is None:
        return Refusal(reason=f"no loop that yields has every use of {name} in it", is_near=True)
    changes = Changes(source)
    first = block.body[1] if len(block.body) > 1 and _is_text(block.body[0]) else block.body[0]
    indent = source.module.default_indent
    changes.before(first, f"while len({name}) > {bound}:\n{indent}del {name}[next(iter({name}))]\n")
    return Proposal(
        text=changes.apply(), summary=f"{name} keeps {bound:,} entries, and forgets the oldest before a batch"
    )


def _is_put(source: Source, node: Mention) -> bool:
    """Whether a mention puts an entry in."""
    entry = source.parent(node)
    return isinstance(entry, cst.Subscript) and isinstance(source.parent(entry), cst.AssignTarget)


def _is_added_to(source: Source, node: Mention) -> bool:
    return isinstance(source.parent(source.parent(node) or node), cst.AugAssign)


def _is_text(node: cst.CSTNode) -> bool:
    is_line = isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], cst.Expr)
    return is_line and isinstance(node.body[0].value, cst.SimpleString)  # type: ignore[attr-defined]


def _block(source: Source, cache: Cache) -> cst.IndentedBlock | None:
    """The statements that have every use, and are done anew for each batch: the body of a loop, or of a method."""
    uses: list[cst.CSTNode] = [cache.store, *cache.lookups, *cache.others]
    for loop in source.loops(cache.store):
        is_around = all(source.is_in(node, loop.body) for node in uses)
        if is_around and source.find(cst.Yield, loop) and isinstance(loop.body, cst.IndentedBlock):
            return loop.body
    function = source.function(cache.store)
    if not cache.variable.is_attribute or function is None or not isinstance(function.body, cst.IndentedBlock):
        return None
    return function.body if all(source.function(node) is function for node in uses) else None
