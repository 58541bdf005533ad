"""A figure of pyplot that is never closed: it is closed when it has been drawn."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import names_in, variable_of
from genaudit.model.catalogue import BATCH_GROWTH, CALL_GROWTH, EPOCH_GROWTH

_PYPLOT = "matplotlib.pyplot"


class CloseFigure:
    """The rewrite for ``plt.subplots()`` and ``plt.figure()``, which pyplot keeps until they are closed."""

    name = "close-figure"
    codes = frozenset(pattern.code for pattern in (BATCH_GROWTH, EPOCH_GROWTH, CALL_GROWTH))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text that closes the figure."""
        source = source_of(text)
        calls = source.calls(f"{_PYPLOT}.subplots", f"{_PYPLOT}.figure")
        made = next((call for call in calls if source.covers(source.statement(call), fault.line)), None)
        if made is None:
            return Refusal(reason="no figure is made at the line of the finding")
        function = source.function(made)
        figure = _figure(source, made)
        variable = variable_of(source, figure) if figure is not None else None
        is_local = variable is not None and isinstance(variable.home, cst.FunctionDef)
        if function is None or not (is_local or isinstance(source.small(made), cst.Expr)):
            return Refusal(reason="the figure has no name in a function", is_near=True)
        if source.calls(f"{_PYPLOT}.close"):
            return Refusal(reason="the file closes figures itself", is_near=True)
        return _closed(source, made, figure, function)


def _figure(source: Source, made: cst.Call) -> cst.Name | None:
    """The name of the figure: ``figure, axes = plt.subplots()``."""
    statement = source.small(made)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1 or statement.value is not made:
        return None
    target = statement.targets[0].target
    if isinstance(target, cst.Tuple) and target.elements and (source.name(made.func) or "").endswith("subplots"):
        first = target.elements[0].value
        return first if isinstance(first, cst.Name) else None
    return target if isinstance(target, cst.Name) and (source.name(made.func) or "").endswith("figure") else None


def _closed(source: Source, made: cst.Call, figure: cst.Name | None, function: cst.FunctionDef) -> Proposal | Refusal:
    # The last of the block: what draws on the current figure does not name it.
    last = [source.statement(made), *source.following(source.statement(made))][-1]
    changes = Changes(source)
    close = f"{changes.module(_PYPLOT)}.close({figure.value if figure is not None else ''})\n"
    end = last.body[0] if isinstance(last, cst.SimpleStatementLine) else None
    if not isinstance(end, cst.Return):
        changes.after(last, close)
    elif end.value is None or _is_discarded(source, function) or not _may_show(source, end.value, figure, function):
        changes.before(last, close)
    elif isinstance(end.value, cst.Call):
        # What is made of the figure is made before it is closed.
        drawn = source.fresh("drawn")
        changes.before(last, f"{drawn} = {source.code(end.value)}\n{close}")
        changes.replace(end.value, drawn)
    else:
        return Refusal(reason=f"what {function.name.value} returns may be drawn further", is_near=True)
    return Proposal(text=changes.apply(), summary="pyplot lets go of each figure when it has been drawn")


def _may_show(source: Source, value: cst.BaseExpression, figure: cst.Name | None, function: cst.FunctionDef) -> bool:
    """Whether an expression has the figure in it, or its axes: what was made with it or from it."""
    if figure is None:
        return True
    names = {figure.value}
    for assigned in source.find(cst.Assign, function):
        if names & names_in(source, [assigned]):
            names |= names_in(source, [target.target for target in assigned.targets], bound=True)
    return bool(names & names_in(source, [value]))


def _is_discarded(source: Source, function: cst.FunctionDef) -> bool:
    """Whether a function is called in this file, and nobody there takes what it returns."""
    uses = [n for n in source.find(cst.Name) if n.value == function.name.value and n is not function.name]
    calls = [source.parent(node) for node in uses]
    return bool(calls) and all(
        isinstance(call, cst.Call) and isinstance(source.parent(call), cst.Expr) for call in calls
    )
