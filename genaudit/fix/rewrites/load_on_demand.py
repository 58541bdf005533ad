"""A list of loaded items that is handed on: what stands in its place loads an item when it is asked for it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.base import HOLD_ALL, Fault, Proposal, Refusal, first_proposal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.gathering import GATHERS, LoopGathered, gathered_by_loops
from genaudit.fix.rewrites.tree.later import function_of, function_of_loop, name_for, other_use, why_not_later
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.stand_ins import BY_ONE_FUNCTION, METHODS, gathered
from genaudit.fix.rewrites.tree.variables import made_by, variable_of

_POOLS = frozenset(["multiprocessing.Pool", "multiprocessing.pool.ThreadPool", "multiprocessing.pool.Pool"])
_EXECUTORS = frozenset(["concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor"])
_LONGEST = 90


@dataclass
class _Made:
    """A list, or an array of one, and what makes it."""

    whole: cst.BaseExpression
    """The expression that stands for all of it."""
    item: cst.BaseExpression
    target: cst.BaseAssignTargetExpression
    sources: str
    gather: cst.Call | None
    """What makes one array of it."""


class LoadOnDemand:
    """The rewrite for a list that code elsewhere gets: it has a length, and gives items and slices, as a list does."""

    name = "load-on-demand"
    codes = HOLD_ALL

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text in which the list is one that loads."""
        source = source_of(text)
        answers = itertools.chain(
            (_of_comprehension(source, made) for made in _comprehended(source, fault)),
            (_of_loop(source, loop) for loop in gathered_by_loops(source, fault)),
        )
        return first_proposal(answers, "no list of loaded items is made there")


# --- a comprehension ------------------------------------------------------------------------------------------------


def _comprehended(source: Source, fault: Fault) -> list[_Made]:
    """Lists that are made by one expression: on the line of the fault, then those whose names hold the memory."""
    on_line, by_name = [], []
    for node in source.find(cst.BaseExpression):
        made = _made(source, node)
        if made is None or source.up(node, cst.BaseComp) is not None:
            continue
        if source.covers(source.small(node) or node, fault.line):
            on_line.append(made)
        elif _name_of(source, made.whole) in fault.holders:
            by_name.append(made)
    return [*on_line, *by_name]


def _name_of(source: Source, whole: cst.CSTNode) -> str | None:
    """The variable or attribute that it is assigned to."""
    statement = source.parent(whole)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return None
    variable = variable_of(source, statement.targets[0].target)
    return variable.name if variable is not None else None


def _made(source: Source, node: cst.BaseExpression) -> _Made | None:
    """``[load(path) for path in paths]``, ``list(map(load, paths))``, and an array of one."""
    gather = source.parent(source.parent(node) or node)
    if isinstance(gather, cst.Call) and source.name(gather.func) in GATHERS and gather.args[0].value is node:
        whole: cst.BaseExpression = gather
    else:
        whole, gather = node, None
    if isinstance(node, cst.ListComp) or _is_list_of(source, node, cst.GeneratorExp):
        comp = node if isinstance(node, cst.ListComp) else node.args[0].value  # type: ignore[attr-defined]
        loop = comp.for_in
        if loop.inner_for_in is not None or loop.asynchronous is not None:
            return None
        return _Made(whole, comp.elt, loop.target, _chosen(source, loop), gather)
    if _is_list_of(source, node, cst.Call):
        mapped = node.args[0].value  # type: ignore[attr-defined]
        if source.name(mapped.func) == "map" and len(mapped.args) == 2 and not any(arg.star for arg in mapped.args):
            one = cst.Name("source")
            item = cst.Call(mapped.args[0].value, [cst.Arg(one)])
            return _Made(whole, item, one, source.code(mapped.args[1].value), gather)
    mapped = _mapped_by_pool(source, node)
    if mapped is not None:
        item = cst.Call(mapped.args[0].value, [cst.Arg(cst.Name("source"))])
        return _Made(node, item, cst.Name("source"), source.code(mapped.args[1].value), None)
    return None


def _mapped_by_pool(source: Source, node: cst.BaseExpression) -> cst.Call | None:
    """``pool.map(load, paths)``, and ``list(pool.map(load, paths))`` of an executor."""
    call = node.args[0].value if _is_list_of(source, node, cst.Call) else node  # type: ignore[attr-defined]
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute) or call.func.attr.value != "map":
        return None
    is_plain = len(call.args) == 2 and not any(arg.keyword or arg.star for arg in call.args)
    maker = made_by(source, source.code(call.func.value)) if is_plain else None
    return call if maker in (_EXECUTORS if call is not node else _POOLS) else None


def _is_list_of(source: Source, node: cst.BaseExpression, kind: type[cst.BaseExpression]) -> bool:
    is_call = isinstance(node, cst.Call) and source.name(node.func) in {"list", "tuple"} and len(node.args) == 1
    return is_call and isinstance(node.args[0].value, kind)  # type: ignore[attr-defined]


def _chosen(source: Source, loop: cst.CompFor) -> str:
    """What the loop goes over, those left out that its conditions leave out."""
    over = source.code(loop.iter)
    if not loop.ifs:
        return over
    conditions = "".join(f" if {source.code(test.test)}" for test in loop.ifs)
    target = source.code(loop.target)
    return f"[{target} for {target} in {over}{conditions}]"


def _of_comprehension(source: Source, made: _Made) -> Proposal | Refusal:
    statement = source.parent(made.whole)
    target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
    refused = why_not_later(source, made.whole, [made.item], made.target) or other_use(
        source, target, made.whole, METHODS[made.gather is not None]
    )
    if refused is not None:
        return refused
    changes = Changes(source)
    load = function_of(source, made.item, made.target)
    new = _instead(source, changes, made.whole, load, made.sources, made.gather)
    changes.replace(made.whole, new)
    return Proposal(text=changes.apply(), summary=_summary(source, made.whole))


def _instead(
    source: Source, changes: Changes, place: cst.CSTNode, load: str, over: str, gather: cst.Call | None
) -> str:
    """The call that makes what stands in the place of the list, whose class is put above."""
    given = [load, over]
    name = BY_ONE_FUNCTION.put(source, changes, place, is_array=gather is not None)
    if gather is not None:
        code, is_plain = gathered(source, gather)
        given.append(source.code(gather.func) if is_plain else f"lambda items: {code}")
    indent = source.module.default_indent
    before = indent * sum(isinstance(outer, cst.IndentedBlock) for outer in source.above(place))
    line = f"{name}({', '.join(given)})"
    if len(before) + len(line) < _LONGEST:
        return line
    # The indentation of the statement comes to it by itself.
    return f"{name}(\n" + "".join(f"{indent}{part},\n" for part in given) + ")"


# --- a loop ---------------------------------------------------------------------------------------------------------


def _of_loop(source: Source, found: LoopGathered) -> Proposal | Refusal:
    refused = why_not_later(source, found.loop, [found.block], found.loop.target, but=found.code) or _other(
        source, found
    )
    if refused is not None:
        return refused
    changes = Changes(source)
    target = found.target or found.loop.target
    over = source.code(found.over or found.loop.iter)
    is_short = list(found.block.body) == [found.adding]
    load = function_of(source, found.item, target) if is_short else name_for(source, found)
    new = f"{found.code} = {_instead(source, changes, found.loop, load, over, found.gather)}\n"
    if is_short:
        changes.put(found.loop, new)
    else:
        changes.put(found.loop, f"{source.module.code_for_node(function_of_loop(load, found, target))}\n{new}")
    for statement in found.made:
        changes.remove(statement)
    return Proposal(text=changes.apply(), summary=f"what {found.code} held is loaded when it is asked for")


def _other(source: Source, found: LoopGathered) -> Refusal | None:
    """The same of a list that a loop fills; what makes it empty, and one array, goes."""
    starts = [node for made in found.made for node in source.find(cst.AssignTarget, made)]
    target = starts[0].target if starts else None
    return other_use(source, target, found.loop, METHODS[found.gather is not None])


def _summary(source: Source, whole: cst.BaseExpression) -> str:
    statement = source.small(whole)
    if isinstance(statement, cst.Assign):
        return f"what {source.code(statement.targets[0].target)} held is loaded when it is asked for"
    return "a list loads its items when it is asked for them"
