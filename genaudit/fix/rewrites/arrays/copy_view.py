"""A small part of an array that is kept as a view, and keeps all of the array: a copy of the part is kept."""

from __future__ import annotations

import re

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import assigned, mentions, variable_of
from genaudit.model.catalogue import BATCH_GROWTH, CALL_GROWTH, EAGER_LOAD, EPOCH_GROWTH, UNBOUNDED_CACHE

_KEEPING = frozenset("append appendleft add insert setdefault put".split())
_ARRAYS = re.compile(
    r"numpy\.(load|stack|array|asarray|zeros|empty|full|ones|concatenate|fromfile|frombuffer|memmap|vstack|loadtxt)$"
    r"|cv2\.imread$|imageio\.\w+$|skimage\.io\.imread$|tifffile\.imread$"
)
_ARRAY_METHODS = frozenset("astype reshape transpose copy".split())


class CopyView:
    """The rewrite for ``kept.append(image[0])``."""

    name = "copy-view"
    codes = frozenset(
        pattern.code for pattern in (EAGER_LOAD, BATCH_GROWTH, EPOCH_GROWTH, UNBOUNDED_CACHE, CALL_GROWTH)
    )

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text that keeps a copy."""
        source = source_of(text)
        views = [
            view
            for statement in source.find(cst.BaseSmallStatement)
            if source.covers(statement, fault.line)
            for view in _kept(source, statement)
            if isinstance(view, cst.Subscript) and _is_view(view)
        ]
        if not views:
            return Refusal(reason="no part of an array is kept at the line of the finding")
        for view in views:
            if not _is_of_array(source, view):
                return Refusal(reason=f"whether {source.code(view.value)} is an array is not known", is_near=True)
        changes = Changes(source)
        for view in views:
            changes.rebuild(view, lambda updated: cst.Call(cst.Attribute(updated, cst.Name("copy"))))
        named = ", ".join(dict.fromkeys(source.code(view.value) for view in views))
        return Proposal(text=changes.apply(), summary=f"a copy of the part is kept, and the rest of {named} is let go")


def _kept(source: Source, statement: cst.BaseSmallStatement) -> list[cst.BaseExpression]:
    """What a statement puts into a container, or into an attribute; the parts of a tuple one by one."""
    value: cst.BaseExpression | None = None
    if isinstance(statement, cst.Assign) and isinstance(statement.targets[0].target, cst.Subscript | cst.Attribute):
        target = statement.targets[0].target
        # Into an array numbers are copied.
        value = None if isinstance(target, cst.Subscript) and _is_of_array(source, target) else statement.value
    elif isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call) and statement.value.args:
        function = statement.value.func
        if isinstance(function, cst.Attribute) and function.attr.value in _KEEPING:
            value = statement.value.args[-1].value
    if isinstance(value, cst.Tuple):
        return [element.value for element in value.elements]
    return [value] if value is not None else []


def _is_view(value: cst.Subscript) -> bool:
    """Whether a part is taken by numbers and slices; what is taken by a list of places is a copy already."""
    return all(
        isinstance(element.slice, cst.Slice)
        or (isinstance(element.slice, cst.Index) and not isinstance(element.slice.value, cst.List | cst.Comparison))
        for element in value.slice
    )


def _is_of_array(source: Source, view: cst.Subscript) -> bool:
    variable = variable_of(source, view.value)
    if variable is None:
        return False
    values = [assigned(source, node) for node in mentions(source, variable)]
    known = [value for value in values if value is not None]
    return bool(known) and all(_makes_array(source, value) for value in known)


def _makes_array(source: Source, value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.BinaryOperation):
        return _makes_array(source, value.left) or _makes_array(source, value.right)
    if not isinstance(value, cst.Call):
        return False
    if _ARRAYS.match(source.name(value.func) or ""):
        return True
    method = value.func
    return (
        isinstance(method, cst.Attribute) and method.attr.value in _ARRAY_METHODS and _makes_array(source, method.value)
    )
