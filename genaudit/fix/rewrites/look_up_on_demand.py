"""A dictionary of loaded items that is handed on: what stands in its place loads an item when its key is asked for."""

from __future__ import annotations

import itertools

import libcst as cst

from genaudit.fix.rewrites.base import HOLD_ALL, Fault, Proposal, Refusal, first_proposal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.gathering import LoopGathered, keyed_by_loops
from genaudit.fix.rewrites.tree.later import function_of, function_of_loop, name_for, other_use, why_not_later
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import variable_of

_METHODS = frozenset(["keys", "values", "items", "get", "__getitem__", "__len__", "__iter__", "__contains__"])
_CLASS = '''class {name}({mapping}):
    """A dictionary whose items are loaded each time they are asked for; only what they are loaded from is kept."""

    def __init__(self, load, sources):
        self.load, self.sources = load, sources

    def __len__(self):
        return len(self.sources)

    def __iter__(self):
        return iter(self.sources)

    def __contains__(self, key):
        return key in self.sources

    def __getitem__(self, key):
        return self.load(self.sources[key])
'''


class LookUpOnDemand:
    """The rewrite for a dictionary that code elsewhere gets, or that items of are made of more than their keys."""

    name = "look-up-on-demand"
    codes = HOLD_ALL

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text in which the dictionary is one that loads."""
        source = source_of(text)
        answers = itertools.chain(
            (_of_comprehension(source, comp) for comp in _comprehended(source, fault)),
            (_of_loop(source, loop) for loop in keyed_by_loops(source, fault)),
        )
        return first_proposal(answers, "no dictionary of loaded items is made there")


def _comprehended(source: Source, fault: Fault) -> list[cst.DictComp]:
    """Dictionaries that one expression makes: on the line of the fault, then those whose names hold the memory."""
    on_line, by_name = [], []
    for comp in source.find(cst.DictComp):
        loop = comp.for_in
        if loop.inner_for_in is not None or loop.asynchronous is not None or source.up(comp, cst.BaseComp) is not None:
            continue
        statement = source.parent(comp)
        target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
        variable = variable_of(source, target) if target is not None else None
        if source.covers(source.small(comp) or comp, fault.line):
            on_line.append(comp)
        elif variable is not None and variable.name in fault.holders:
            by_name.append(comp)
    return [*on_line, *by_name]


def _of_comprehension(source: Source, comp: cst.DictComp) -> Proposal | Refusal:
    loop = comp.for_in
    statement = source.parent(comp)
    kept_as = statement.targets[0].target if isinstance(statement, cst.Assign) else None
    refused = why_not_later(source, comp, [comp.value], loop.target) or other_use(source, kept_as, comp, _METHODS)
    if refused is not None:
        return refused
    changes = Changes(source)
    target = source.code(loop.target)
    conditions = "".join(f" if {source.code(test.test)}" for test in loop.ifs)
    entry = f"{source.code(comp.key)}: {_packed(loop.target, target)}"
    sources = f"{{{entry} for {target} in {source.code(loop.iter)}{conditions}}}"
    changes.replace(comp, _instead(source, changes, comp, function_of(source, comp.value, loop.target), sources))
    return Proposal(text=changes.apply(), summary="a dictionary loads an item when its key is asked for")


def _packed(target: cst.BaseAssignTargetExpression, text: str) -> str:
    return text if isinstance(target, cst.Name) or text.startswith("(") else f"({text})"


def _of_loop(source: Source, found: LoopGathered) -> Proposal | Refusal:
    starts = [target for made in found.made for target in source.find(cst.AssignTarget, made)]
    refused = why_not_later(source, found.loop, [found.block], found.loop.target, but=found.code) or other_use(
        source, starts[0].target, found.loop, _METHODS
    )
    if refused is not None:
        return refused
    assert found.key is not None
    changes = Changes(source)
    target = source.code(found.loop.target)
    is_short = list(found.block.body) == [found.adding]
    load = function_of(source, found.item, found.loop.target) if is_short else name_for(source, found)
    packed = _packed(found.loop.target, target)
    sources = f"{{{source.code(found.key)}: {packed} for {target} in {source.code(found.loop.iter)}}}"
    new = f"{found.code} = {_instead(source, changes, found.loop, load, sources)}\n"
    if not is_short:
        new = f"{source.module.code_for_node(function_of_loop(load, found, found.loop.target))}\n{new}"
    changes.put(found.loop, new)
    for statement in found.made:
        changes.remove(statement)
    return Proposal(text=changes.apply(), summary=f"{found.code} loads an item when its key is asked for")


def _instead(source: Source, changes: Changes, place: cst.CSTNode, load: str, sources: str) -> str:
    """The call that makes what stands in the place of the dictionary, whose class is put above."""
    name = source.fresh("OnDemandByKey")
    changes.helper(place, _CLASS.format(name=name, mapping=changes.function("collections.abc", "Mapping")))
    indent = source.module.default_indent
    return f"{name}(\n{indent}{load},\n{indent}{sources},\n)"
