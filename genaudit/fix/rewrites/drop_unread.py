"""A container that is only added to: what is added is left out, and the container too."""

from __future__ import annotations

import re
from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import can_be_dropped
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import Mention, Variable, assigned, is_rebound_at, mentions, variable_of
from genaudit.model.catalogue import (
    BATCH_GROWTH,
    CALL_GROWTH,
    EPOCH_GROWTH,
    FILE_LEAK,
    THREAD_LEAK,
    UNBOUNDED_CACHE,
)

_ADDING = frozenset("append appendleft extend extendleft add insert update write writelines setdefault".split())
_REDUCING = frozenset("clear pop popleft remove discard reverse sort truncate seek".split())
_MAKERS = frozenset(
    """list dict set collections.deque collections.defaultdict collections.OrderedDict collections.Counter io.BytesIO
    io.StringIO bytearray""".split()
)
_ARRAYS = re.compile(r"(numpy|torch|tensorflow)\.(empty|zeros|ones|full|array|tensor|Tensor|constant)$")


class DropUnread:
    """The rewrite for what is kept and never looked at."""

    name = "drop-unread"
    codes = frozenset(
        pattern.code
        for pattern in (
            BATCH_GROWTH,
            EPOCH_GROWTH,
            UNBOUNDED_CACHE,
            CALL_GROWTH,
            FILE_LEAK,
            THREAD_LEAK,
        )
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text without the container, where the file never reads it."""
        source = source_of(text)
        variable = _container(source, fault)
        if variable is None:
            return Refusal(reason="nothing is added to a container at the line of the finding")
        uses = _uses(source, variable)
        if not uses.made or _is_given(source, variable):
            return Refusal(reason=f"{variable.name} is made in another place than this file")
        read = uses.first_read(source)
        if read is not None and (last := _last_only(source, uses)):
            return last
        if read is not None:
            return Refusal(reason=f"{variable.name} is read on line {source.line(read)}", is_near=True)
        changes = Changes(source)
        for statement in uses.added:
            if not _remove(source, changes, variable, statement):
                return Refusal(reason=f"what is computed for {variable.name} may do other things, too", is_near=True)
        for statement in uses.made:
            changes.remove(statement)
        return Proposal(text=changes.apply(), summary=_summary(variable))


def _last_only(source: Source, uses: _Uses) -> Proposal | None:
    """The text with a name in the place of a list of which only the entry just added is read."""
    adding = uses.added[0] if len(uses.added) == 1 else None
    value = _added(adding) if isinstance(adding, cst.Expr) else None
    if adding is None or value is None or ".append(" not in source.code(adding):
        return None
    behind = source.following(source.statement(adding))
    reads = [source.parent(node) for node in uses.others]
    for read in reads:
        is_last = isinstance(read, cst.Subscript) and source.code(read).endswith("[-1]")
        if read is None or not is_last or not any(source.is_in(read, statement) for statement in behind):
            return None
    changes = Changes(source)
    name = source.fresh("latest")
    changes.rebuild(adding, lambda updated: cst.Assign([cst.AssignTarget(cst.Name(name))], _added(updated) or value))
    for read in reads:
        assert read is not None
        changes.replace(read, name)
    for statement in uses.made:
        changes.remove(statement)
    return Proposal(text=changes.apply(), summary="only the entry that was added last is kept, for nobody reads others")


def _summary(variable: Variable) -> str:
    told = f"{variable.name}, which is added to and never read, is left out"
    if not variable.is_open:
        return told
    return f"{told}; code in other files that reads it would miss it"


@dataclass
class _Uses:
    """Mentions of a container, by what they do."""

    made: list[cst.BaseSmallStatement]
    """Statements that make it, empty."""
    added: list[cst.BaseSmallStatement]
    """Statements that only change what is in it."""
    others: list[Mention]

    def first_read(self, source: Source) -> Mention | None:
        """A mention that may look at what is in it, outside of what is left out."""
        gone = [*self.added, *self.made]
        return next((node for node in self.others if not any(source.is_in(node, outer) for outer in gone)), None)


def _container(source: Source, fault: Fault) -> Variable | None:
    """The container that is added to at the line of the finding, one among its holders first."""
    found: list[tuple[int, Variable]] = []
    bound = _bound_at(source, fault.line)
    for statement in source.find(cst.BaseSmallStatement):
        node = _changed(source, statement)
        variable = variable_of(source, node) if node is not None else None
        if variable is None:
            continue
        is_holder = variable.name in fault.holders
        if source.covers(statement, fault.line):
            found.append((0 if is_holder else 1, variable))
        elif is_holder:
            found.append((2, variable))
        elif (source.function(statement), source.code(_added(statement) or statement)) in bound:
            found.append((3, variable))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _bound_at(source: Source, line: int) -> set[tuple[cst.FunctionDef | None, str]]:
    """Names that a line gives to something, with the function that they are of."""
    targets = [target for target in source.find(cst.AssignTarget) if source.covers(source.statement(target), line)]
    return {(source.function(target), source.code(target.target)) for target in targets}


def _is_given(source: Source, variable: Variable) -> bool:
    """Whether a function gets it from those who call it."""
    home = variable.home
    if not isinstance(home, cst.FunctionDef):
        return False
    return any(param.name.value == variable.name for param in source.find(cst.Param, home.params))


def _uses(source: Source, variable: Variable) -> _Uses:
    uses = _Uses([], [], [])
    for node in mentions(source, variable):
        statement = source.small(node)
        if statement is None:
            uses.others.append(node)
        elif is_rebound_at(source, node):
            value = assigned(source, node)
            if value is not None and _is_empty(source, value):
                uses.made.append(statement)
            elif value is not None and _feeds_itself(source, variable, value):
                uses.added.append(statement)
            else:
                uses.others.append(node)
        elif _changed(source, statement) is node:
            uses.added.append(statement)
        elif not _is_declared(statement):
            uses.others.append(node)
    return uses


def _is_declared(statement: cst.BaseSmallStatement) -> bool:
    return isinstance(statement, cst.Global | cst.Nonlocal)


def _is_empty(source: Source, value: cst.BaseExpression) -> bool:
    """Whether a value is new, and nothing but this variable's: what is done to it is done to nothing else."""
    if isinstance(value, cst.List | cst.Dict | cst.Tuple):
        # Also containers of nothing but empty ones: ``{"batches": [], "means": []}``.
        return all(
            isinstance(part, cst.Element | cst.DictElement) and _is_empty(source, part.value) for part in value.elements
        )
    if isinstance(value, cst.BaseNumber):
        return True
    if not isinstance(value, cst.Call):
        return False
    made = source.name(value.func) or ""
    if made in _MAKERS:
        # Of classes, functions and numbers: not a copy of something else that may be used up.
        return all(isinstance(arg.value, cst.Name | cst.Attribute | cst.Lambda | cst.BaseNumber) for arg in value.args)
    return bool(_ARRAYS.match(made)) and can_be_dropped(source, value)


def _feeds_itself(source: Source, variable: Variable, value: cst.BaseExpression) -> bool:
    """Whether a new value is made of the old one, as a total is."""
    kinds = cst.Attribute if variable.is_attribute else cst.Name
    return any(variable_of(source, node) == variable for node in source.find(kinds, value))


def _changed(source: Source, statement: cst.BaseSmallStatement) -> cst.CSTNode | None:
    """The variable whose content is all that a statement changes."""
    if isinstance(statement, cst.Expr):
        return _called_on(statement.value)
    if isinstance(statement, cst.AugAssign):
        return _root(statement.target)
    if isinstance(statement, cst.Del):
        return _root(statement.target)
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        target = statement.targets[0].target
        if isinstance(target, cst.Subscript):
            return _root(target)
        variable = variable_of(source, target)
        if variable and _feeds_itself(source, variable, statement.value):
            return target
    return None


def _called_on(call: cst.BaseExpression) -> cst.CSTNode | None:
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    return _root(call.func.value) if call.func.attr.value in _ADDING | _REDUCING else None


def _root(node: cst.BaseExpression) -> cst.CSTNode | None:
    """The variable that an entry, or an entry's entry, is in."""
    while isinstance(node, cst.Subscript):
        node = node.value
    return node if isinstance(node, cst.Name | cst.Attribute) else None


def _remove(source: Source, changes: Changes, variable: Variable, statement: cst.BaseSmallStatement) -> bool:
    """Leave a statement out; what it calls besides is still called, where that does not need the container."""
    value = _added(statement)
    if value is None or can_be_dropped(source, value):
        changes.remove(statement)
    elif _feeds_itself(source, variable, value):
        return False
    else:
        changes.rebuild(statement, lambda updated: cst.Expr(_added(updated) or value, semicolon=updated.semicolon))
    return True


def _added(statement: cst.BaseSmallStatement) -> cst.BaseExpression | None:
    if isinstance(statement, cst.Assign | cst.AugAssign):
        return statement.value
    if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call) and statement.value.args:
        return statement.value.args[-1].value
    return None
