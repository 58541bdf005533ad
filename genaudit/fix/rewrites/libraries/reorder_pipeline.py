"""A pipeline of TensorFlow that keeps decoded items: shuffled before they are decoded, and not cached."""

from __future__ import annotations

from typing import Any

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import assigned, mentions, variable_of
from genaudit.model.catalogue import EAGER_LOAD, IN_MEMORY_CACHE, OVERSIZED_SHUFFLE_BUFFER, UNBOUNDED_CACHE

_RANDOM = Refusal(
    reason="the function of map draws random numbers: called more often, or in another order, it gives other items",
    is_near=True,
)


class ReorderPipeline:
    """The rewrite for ``.map(decode).shuffle(n)`` and for ``.cache()`` without a file."""

    name = "reorder-pipeline"
    codes = frozenset(
        pattern.code for pattern in (EAGER_LOAD, UNBOUNDED_CACHE, OVERSIZED_SHUFFLE_BUFFER, IN_MEMORY_CACHE)
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with the pipeline in another order, or without its cache."""
        source = source_of(text)
        if not any(dotted.partition(".")[0] == "tensorflow" for dotted in source.imports.values()):
            return Refusal(reason="no pipeline of TensorFlow is built in this file")
        for call in source.find(cst.Call):
            if not source.covers(source.statement(call), fault.line):
                continue
            if _method(call) == "cache" and not call.args:
                return _uncached(source, call)
            if _method(call) == "shuffle" and call.args:
                return _shuffled_first(source, call)
        return Refusal(reason="the pipeline neither caches nor shuffles at the line of the finding")


def _method(call: cst.BaseExpression) -> str | None:
    """The method that is called, of whatever the call before gives."""
    return call.func.attr.value if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) else None


def _before(call: cst.Call) -> cst.BaseExpression:
    assert isinstance(call.func, cst.Attribute)
    return call.func.value


def _given(source: Source, value: cst.BaseExpression) -> cst.BaseExpression | None:
    """What a name was given that is used here only."""
    variable = variable_of(source, value)
    if not isinstance(value, cst.Name) or variable is None or not isinstance(variable.home, cst.FunctionDef):
        return None
    others = [node for node in mentions(source, variable) if node is not value]
    return assigned(source, others[0]) if len(others) == 1 else None


def _draws(source: Source, call: cst.Call) -> bool:
    """Whether the function that is mapped draws random numbers, as far as this file tells."""
    if not call.args:
        return True
    function = call.args[0].value
    made = source.definition(function.value) if isinstance(function, cst.Name) else None
    return draws(source, made or function)


def _uncached(source: Source, call: cst.Call) -> Proposal | Refusal:
    value: cst.BaseExpression | None = _before(call)
    while value is not None:
        if _method(value) == "map" and isinstance(value, cst.Call) and _draws(source, value):
            return _RANDOM
        value = _before(value) if isinstance(value, cst.Call) and _method(value) else _given(source, value)
    changes = Changes(source)
    changes.rebuild(call, lambda updated: updated.func.value)
    return Proposal(text=changes.apply(), summary="items are decoded again in each epoch, and not kept in memory")


def _shuffled_first(source: Source, call: cst.Call) -> Proposal | Refusal:
    value = _before(call)
    last = value if _method(value) == "map" else _given(source, value)
    first = last
    while first is not None and _method(first) == "map":
        assert isinstance(first, cst.Call)
        if _draws(source, first):
            return _RANDOM
        below = _before(first)
        if _method(below) != "map":
            break
        first = below
    if first is None or _method(first) != "map":
        return Refusal(reason="what is shuffled is not decoded by .map(...) just before", is_near=True)
    arguments = call.args

    def shuffle(updated: Any) -> Any:
        inner = updated.func.value
        shuffled = cst.Call(cst.Attribute(inner, cst.Name("shuffle")), arguments)
        return updated.with_changes(func=updated.func.with_changes(value=shuffled))

    changes = Changes(source)
    changes.rebuild(first, shuffle)
    changes.rebuild(call, lambda updated: updated.func.value)
    return Proposal(text=changes.apply(), summary="items are shuffled before they are decoded, in the same order")
