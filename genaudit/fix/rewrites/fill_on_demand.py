"""A list of loaded items that is filled piece by piece, in inner loops or in another function than made it empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import libcst as cst

from genaudit.fix.rewrites.base import HOLD_ALL, Fault, Proposal, Refusal, first_proposal
from genaudit.fix.rewrites.loaded.gathered import Step, assigned, first_parameter, only_argument, steps
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.elementwise import Steps, steps_of
from genaudit.fix.rewrites.tree.gathering import GATHERS, is_empty_list
from genaudit.fix.rewrites.tree.later import is_closed, made_otherwise, other_use_at
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.stand_ins import EACH_BY_ITS_OWN, METHODS, gathered
from genaudit.fix.rewrites.tree.variables import (
    Variable,
    is_bare,
    is_bound_at,
    local_names,
    mentions,
    names_in,
    variable_of,
)

_PLAIN = cst.Assign | cst.AnnAssign | cst.AugAssign | cst.Pass


class FillOnDemand:
    """The rewrite for a list that no single loop fills: it is given what makes an item, in place of the item."""

    name = "fill-on-demand"
    codes = HOLD_ALL

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text in which the list has what makes its items."""
        source = source_of(text)
        answers = (_rewritten(source, code, calls) for code, calls in _filled(source, fault))
        return first_proposal(answers, "no list is filled there")


@dataclass
class _Fill:
    """One ``images.append(…)``, and what makes the item."""

    call: cst.Call
    step: Step
    item: cst.BaseExpression
    prepare: list[Step] = field(default_factory=list)
    """Statements before it that give the names which the item is made of, in their order."""
    within: cst.With | None = None
    """What all of it is in, and does nothing else."""
    inputs: list[str] = field(default_factory=list)
    """Names that it is made of, which are kept for each item."""

    @property
    def making(self) -> list[cst.CSTNode]:
        """All that makes the item, in its order."""
        return [*self.prepare, self.within if self.within is not None else self.item]


@dataclass
class _Uses:
    """What else is done with the list."""

    starts: list[cst.BaseExpression] = field(default_factory=list)
    """Where it is made empty."""
    gathers: list[cst.BaseExpression] = field(default_factory=list)
    """Where it becomes one array, with what is done to each number of it."""
    steps: Steps | None = None
    call: cst.Call | None = None


def _filled(source: Source, fault: Fault) -> Iterator[tuple[str, list[cst.Call]]]:
    """Lists that ``append`` fills, each with all its calls: those at the line, then holders by their names."""
    by_code: dict[str, list[cst.Call]] = {}
    for call in source.find(cst.Call):
        container = _appended_to(source, call)
        if container is not None and variable_of(source, container) is not None:
            by_code.setdefault(source.code(container), []).append(call)
    nearest = sorted(by_code.items(), key=lambda pair: min(abs(source.line(call) - fault.line) for call in pair[1]))
    named = []
    for code, calls in nearest:
        if any(source.covers(_around(source, call), fault.line) for call in calls):
            yield code, calls
        elif code.rpartition(".")[2] in fault.holders:
            named.append((code, calls))
    yield from named


def _appended_to(source: Source, call: cst.Call) -> cst.BaseExpression | None:
    """``images`` of ``images.append(image)``."""
    is_append = isinstance(call.func, cst.Attribute) and call.func.attr.value == "append"
    is_one = only_argument(call) is not None and isinstance(source.parent(call), cst.Expr)
    return call.func.value if is_append and is_one and isinstance(call.func, cst.Attribute) else None


def _around(source: Source, call: cst.Call) -> cst.CSTNode:
    """The loops that an item is put in by, or the statement alone."""
    loops = source.loops(call)
    return loops[-1] if loops else source.statement(call)


def _rewritten(source: Source, code: str, calls: list[cst.Call]) -> Proposal | Refusal:
    container = calls[0].func
    assert isinstance(container, cst.Attribute)
    variable = variable_of(source, container.value)
    assert variable is not None
    fills = [_fill(source, call) for call in calls]
    refused = next((fill for fill in fills if isinstance(fill, Refusal)), None)
    if refused is not None:
        return refused
    made = [fill for fill in fills if isinstance(fill, _Fill)]
    uses = _uses(source, variable, made)
    if isinstance(uses, Refusal):
        return uses
    changes = Changes(source)
    new = _stand_in(source, changes, uses)
    for start in uses.starts:
        changes.replace(start, new)
    for gather in uses.gathers:
        _leave_out(source, changes, gather, code)
    for number, fill in enumerate(made):
        _write(source, changes, code, fill, number)
    for step in _idle(source, made):
        changes.remove(step)
    return Proposal(text=changes.apply(), summary=f"what {code} held is loaded when it is asked for")


# --- how an item is made --------------------------------------------------------------------------------------------


def _fill(source: Source, call: cst.Call) -> _Fill | Refusal:
    """What an item is made by, from the loop around it on; and why it may be another one later."""
    item = only_argument(call)
    step = source.small(call)
    assert item is not None
    assert step is not None
    fill = _Fill(call, step, item)
    refused = _prepare(source, fill)
    if refused is not None:
        return Refusal(reason=refused, is_near=True)
    fill.inputs = _inputs(source, fill)
    if not source.loops(call) or not fill.inputs:
        return Refusal(reason="items are not made of what a loop goes over")
    if not any(source.find(cst.Call, node) or source.find(cst.Subscript, node) for node in fill.making):
        return Refusal(reason="nothing is loaded there")
    reason = made_otherwise(source, fill.making, set(fill.inputs))
    closed = next((name for name in fill.inputs if is_closed(source, fill.within or call, name)), None)
    if reason is None and closed is not None:
        reason = f"{closed} is closed by the time that an item is loaded"
    return Refusal(reason=reason, is_near=True) if reason is not None else fill


def _prepare(source: Source, fill: _Fill) -> str | None:
    """Find the statements that serve to make the item; why they cannot be taken apart."""
    wanted = names_in(source, [fill.item], bound=False)
    place: cst.CSTNode = fill.step
    while True:
        suite = source.up(place, cst.BaseSuite)
        outer = source.parent(suite) if suite is not None else None
        if suite is None or outer is None:
            return None
        block = steps(suite)
        at = next(at for at, step in enumerate(block) if source.is_in(place, step))
        for step in reversed(block[:at]):
            bound = names_in(source, [step], bound=True)
            if not bound & wanted:
                continue
            if not _is_plain(source, step):
                return f"{min(bound & wanted)}, which an item is made of, is made by more than plain assignments"
            fill.prepare.insert(0, step)
            wanted |= names_in(source, [step], bound=False)
        if isinstance(outer, cst.With) and outer.asynchronous is None:
            refused = _take_with(source, fill, outer, block, at)
            if refused is not None:
                return refused
            wanted |= names_in(source, [outer], bound=False)
        if isinstance(outer, cst.For | cst.While | cst.FunctionDef | cst.ClassDef | cst.Module):
            return None
        place = outer


def _take_with(source: Source, fill: _Fill, outer: cst.With, block: list[Step], at: int) -> str | None:
    """Take in a ``with`` that an item is made in; why it does more than that."""
    own = {item.asname.name.value for item in outer.items if item.asname and isinstance(item.asname.name, cst.Name)}
    if not own & names_in(source, fill.making, bound=False):
        return None
    is_all = at == len(block) - 1 and all(any(step is each for each in fill.prepare) for step in block[:at])
    if fill.within is not None or not is_all or block[at] is not fill.step:
        return "the with statement that an item is made in does more than that"
    fill.within = outer
    fill.prepare = []
    return None


def _is_plain(source: Source, step: Step) -> bool:
    """Whether a statement gives names values and does nothing else; also under a condition."""
    if isinstance(step, cst.If):
        small = source.find(cst.BaseSmallStatement, step)
        inner = source.find(cst.BaseCompoundStatement, step)
        is_only = all(isinstance(each, _PLAIN) for each in small)
        return is_only and all(isinstance(each, cst.If) for each in inner)
    return assigned(step) is not None or isinstance(step, cst.AugAssign)


def _inputs(source: Source, fill: _Fill) -> list[str]:
    """Names that live in the function and are read by what makes the item before that gives them a value."""
    local = local_names(source, fill.call, fill.making) if source.function(fill.call) else _of_loops(source, fill)
    bound: set[str] = set()
    found: dict[str, None] = {}
    for node in fill.making:
        for name in source.find(cst.Name, node):
            is_read = is_bare(source, name) and not is_bound_at(source, name, in_comprehensions=True)
            is_again = isinstance(source.parent(name), cst.AugAssign)
            if (is_read and name.value in local) or ((is_read or is_again) and _is_given(source, fill, name, bound)):
                found[name.value] = None
        bound |= names_in(source, [node], bound=True)
    # The object comes first, as it does in a method.
    return sorted(found, key=lambda name: name != _object(source, fill))


def _object(source: Source, fill: _Fill) -> str | None:
    """``self``, as it is called here."""
    function = source.function(fill.call)
    is_method = function is not None and source.class_of(function) is not None
    return first_parameter(function) if is_method and function is not None else None


def _is_given(source: Source, fill: _Fill, name: cst.Name, bound: set[str]) -> bool:
    """Whether a name that the making gives another value has one before: ``image`` of ``image = image / 255``."""
    rebound = names_in(source, fill.prepare, bound=True)
    if name.value in bound or name.value not in rebound or not is_bare(source, name):
        return False
    home = source.function(fill.call) or source.module
    return any(
        other.value == name.value
        and (is_bound_at(source, other) or isinstance(source.parent(other), cst.Param))
        and not any(source.is_in(other, node) for node in fill.making)
        for other in source.find(cst.Name, home)
    )


def _of_loops(source: Source, fill: _Fill) -> set[str]:
    """At the top of a module: names that a loop around gives values to; all others are the module's."""
    loops = source.loops(fill.call)
    bound = {name for loop in loops for name in names_in(source, [loop], bound=True)}
    return bound - names_in(source, fill.prepare, bound=True)


def _idle(source: Source, fills: list[_Fill]) -> list[Step]:
    """Statements that make nothing but items: they are done when an item is asked for."""
    serving = [step for fill in fills for step in fill.prepare]
    own = [*serving, *(fill.within or fill.step for fill in fills)]
    left = dict.fromkeys(serving)
    while True:
        needed = {
            name.value
            for name in source.find(cst.Name, source.function(fills[0].call) or source.module)
            if is_bare(source, name)
            and not is_bound_at(source, name)
            and not any(source.is_in(name, node) for node in own if node in left or node not in serving)
        }
        kept = [step for step in left if names_in(source, [step], bound=True) & needed]
        if not kept:
            return list(left)
        for step in kept:
            del left[step]


# --- what else is done with the list --------------------------------------------------------------------------------


def _uses(source: Source, variable: Variable, fills: list[_Fill]) -> _Uses | Refusal:
    """Where it is made empty and where it becomes an array; why nothing can stand in its place."""
    found = _Uses()
    others = []
    for node in mentions(source, variable):
        if any(source.is_in(node, fill.call.func) for fill in fills):
            continue
        if is_bound_at(source, node):
            empty = _empty_at(source, node)
            if empty is not None:
                found.starts.append(empty)
            elif not _is_gathered(source, node, variable):
                return _refused(source, node, "makes another list of")
        elif (call := _gathering(source, node)) is not None:
            if not _is_alike(source, found, call):
                return _refused(source, node, "makes another kind of array of")
        else:
            others.append(node)
    if not found.starts:
        return Refusal(reason="it does not begin as an empty list")
    asked = ((node, other_use_at(source, node, METHODS[found.call is not None])) for node in others)
    refused = (
        Refusal(reason=f"line {source.line(node)} {how}", is_near=True) for node, how in asked if how is not None
    )
    return next(refused, found)


def _refused(source: Source, node: cst.CSTNode, how: str) -> Refusal:
    return Refusal(reason=f"line {source.line(node)} {how} {source.code(node)}", is_near=True)


def _is_alike(source: Source, found: _Uses, call: cst.Call) -> bool:
    """Note where the list becomes an array; whether it is one of the same kind each time."""
    whole, numbers = _with_steps(source, call)
    made = numbers.of(source.code(call))
    if found.call is not None and found.steps is not None and found.steps.of(source.code(found.call)) != made:
        return False
    found.gathers.append(whole)
    found.steps, found.call = numbers, call
    return True


def _empty_at(source: Source, node: cst.CSTNode) -> cst.BaseExpression | None:
    """The empty list that a name is given there, also as one of several: ``images, labels = [], []``."""
    statement = source.small(node)
    pair = assigned(statement) if statement is not None else None
    if pair is None:
        return None
    target, value = pair
    if isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple) and len(target.elements) == len(value.elements):
        places = zip(target.elements, value.elements, strict=True)
        target, value = next(((to.value, of.value) for to, of in places if to.value is node), (target, value))
    return value if target is node and is_empty_list(source, value) else None


def _gathering(source: Source, node: cst.CSTNode) -> cst.Call | None:
    """``np.array(images, …)``."""
    argument = source.parent(node)
    call = source.parent(argument) if isinstance(argument, cst.Arg) else None
    is_first = isinstance(call, cst.Call) and bool(call.args) and call.args[0] is argument and not argument.star
    return call if is_first and isinstance(call, cst.Call) and source.name(call.func) in GATHERS else None


def _with_steps(source: Source, call: cst.Call) -> tuple[cst.BaseExpression, Steps]:
    """The largest expression around that does the same to each number, and what it does."""
    whole: cst.BaseExpression = call
    found = Steps()
    for outer in source.above(call):
        if isinstance(outer, cst.BaseExpression):
            more = steps_of(source, outer, lambda node: node is call)
            if more is None and not isinstance(outer, cst.Attribute):
                break
            if more is not None:
                whole, found = outer, more
        elif not isinstance(outer, cst.Arg):
            break
    return whole, found


def _is_gathered(source: Source, node: cst.CSTNode, variable: Variable) -> bool:
    """``images = np.array(images) / 255``: the list itself becomes an array."""
    statement = source.small(node)
    pair = assigned(statement) if statement is not None else None
    if pair is None or pair[0] is not node:
        return False
    inner = [call for call in [pair[1], *source.find(cst.Call, pair[1])] if isinstance(call, cst.Call)]
    gathers = [call for call in inner if source.name(call.func) in GATHERS and call.args]
    return any(
        variable_of(source, call.args[0].value) == variable and _with_steps(source, call)[0] is pair[1]
        for call in gathers
    )


def _leave_out(source: Source, changes: Changes, gather: cst.BaseExpression, code: str) -> None:
    """The stand-in is an array from the beginning."""
    statement = source.small(gather)
    pair = assigned(statement) if statement is not None else None
    if statement is not None and pair is not None and pair[1] is gather and source.code(pair[0]) == code:
        changes.remove(statement)
    else:
        changes.replace(gather, code)


# --- the new text ---------------------------------------------------------------------------------------------------


def _stand_in(source: Source, changes: Changes, uses: _Uses) -> str:
    """What is written where the list was made empty; its class comes above."""
    first = min(uses.starts, key=source.place)
    name = EACH_BY_ITS_OWN.put(source, changes, first, is_array=uses.call is not None)
    if uses.call is None or uses.steps is None:
        return f"{name}()"
    code, is_plain = gathered(source, uses.call)
    if is_plain and uses.steps.are_none:
        return f"{name}({source.code(uses.call.func)})"
    return f"{name}(lambda items: {uses.steps.of(code)})"


def _write(source: Source, changes: Changes, code: str, fill: _Fill, number: int) -> None:
    """Put in what makes an item, in place of the item."""
    load = _direct(source, fill)
    if load is None:
        one = code.rpartition(".")[2].strip("_").lower().removesuffix("s") or "item"
        load = source.fresh(f"load_{one}" + (f"_{number + 1}" if number else ""))
        changes.helper(fill.call, source.module.code_for_node(_function(load, fill)))
    given = ", ".join([load, *fill.inputs])
    if fill.within is None:
        changes.replace(fill.call, f"{code}.add({given})")
    else:
        changes.put(fill.within, f"{code}.add({given})\n")


def _direct(source: Source, fill: _Fill) -> str | None:
    """``np.load`` of ``np.load(path)``: a function that is given the inputs as they are."""
    call = fill.item
    if fill.prepare or fill.within is not None or not isinstance(call, cst.Call):
        return None
    given = [
        arg.value.value for arg in call.args if isinstance(arg.value, cst.Name) and not arg.star and not arg.keyword
    ]
    is_plain = len(given) == len(call.args) and given == fill.inputs
    uses_them = any(name.value in given for name in source.find(cst.Name, call.func))
    return source.code(call.func) if is_plain and not uses_them else None


def _function(name: str, fill: _Fill) -> cst.FunctionDef:
    """The function that makes one item."""
    returned = cst.SimpleStatementLine([cst.Return(fill.item)])
    body: list[cst.BaseStatement] = [_as_line(step) for step in fill.prepare]
    if fill.within is not None:
        within = fill.within.deep_replace(fill.step, cst.Return(fill.item))
        assert isinstance(within, cst.With)
        body.append(within.with_changes(leading_lines=()))
    else:
        body.append(returned)
    given = [cst.Param(cst.Name(each)) for each in fill.inputs]
    return cst.FunctionDef(cst.Name(name), cst.Parameters(given), cst.IndentedBlock(body))


def _as_line(step: Step) -> cst.BaseStatement:
    """A statement of its own line, without what stands above it."""
    if isinstance(step, cst.BaseSmallStatement):
        return cst.SimpleStatementLine([step.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
    return step.with_changes(leading_lines=())
