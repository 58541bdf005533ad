"""A figure of pyplot that is never closed: it is closed when it has been drawn."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import variable_of
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
        figure = _figure(source, made)
        variable = variable_of(source, figure) if figure is not None else None
        if figure is None or variable is None or not isinstance(variable.home, cst.FunctionDef):
            return Refusal(reason="the figure has no name in a function", is_near=True)
        if source.calls(f"{_PYPLOT}.close"):
            return Refusal(reason="the file closes figures itself", is_near=True)
        return _closed(source, made, figure, variable.home)


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


def _closed(source: Source, made: cst.Call, figure: cst.Name, function: cst.FunctionDef) -> Proposal | Refusal:
    # The last of the block: what draws on the current figure does not name it.
    last = [source.statement(made), *source.following(source.statement(made))][-1]
    returned = isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[0], cst.Return)
    if returned and not _is_discarded(source, function):
        return Refusal(reason=f"what {function.name.value} returns may be drawn further", is_near=True)
    changes = Changes(source)
    pyplot = changes.module(_PYPLOT)
    close = f"{pyplot}.close({figure.value})\n"
    if returned:
        changes.before(last, close)
    else:
        changes.after(last, close)
    return Proposal(text=changes.apply(), summary="pyplot lets go of each figure when it has been drawn")


def _is_discarded(source: Source, function: cst.FunctionDef) -> bool:
    """Whether a function is called in this file, and nobody there takes what it returns."""
    uses = [n for n in source.find(cst.Name) if n.value == function.name.value and n is not function.name]
    calls = [source.parent(node) for node in uses]
    return bool(calls) and all(
        isinstance(call, cst.Call) and isinstance(source.parent(call), cst.Expr) for call in calls
    )
