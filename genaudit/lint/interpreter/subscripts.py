"""What ``x[...]`` gives, and how much of the data set it stands for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Frame, method_value
from genaudit.lint.interpreter.values import (
    COUNT,
    GRAPH,
    SMALL,
    AbstractValue,
    Extent,
    Kind,
    ReadSite,
    content_of,
    part_of,
)

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine

FEW = 16
"""Of all items so many are a sample to look at, or what one epoch puts aside."""


def subscript(machine: Machine, node: ast.Subscript, frame: Frame) -> AbstractValue:
    """The value of a subscript."""
    base = machine.eval(node.value, frame)
    if base.const is GRAPH:
        return base
    encoded = _encoded(machine, base, node.slice, frame)
    if encoded is not None:
        return encoded
    extent = base.extent if _is_piece(node) else _extent(machine, base, node.slice, frame)
    word = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(word, str):
        machine.mark_field(base, word)
    if base.kind is Kind.CONTAINER:
        return _of_container(base, node.slice, extent)
    if base.kind is Kind.TUPLE:
        return _of_tuple(base, node.slice, extent)
    if base.kind is Kind.LAZY:
        return _of_lazy(machine, base, node, frame)
    if base.kind is Kind.OBJECT:
        return _of_object(machine, base, node, extent)
    if base.kind in (Kind.EXTERNAL, Kind.CLASS, Kind.FUNCTION):
        return AbstractValue(Kind.UNKNOWN, extent)
    kind = base.kind if base.kind in (Kind.SMALL, Kind.DATA, Kind.IMAGE) else Kind.UNKNOWN
    return AbstractValue(kind, extent, base.origins, sure=base.sure)


def _encoded(machine: Machine, base: AbstractValue, index: ast.expr, frame: Frame) -> AbstractValue | None:
    """A word or letter looked up in a vocabulary is the text in another spelling, and as long."""
    if isinstance(index, ast.Slice | ast.Tuple) or base.kind not in (Kind.CONTAINER, Kind.UNKNOWN, Kind.SMALL):
        return None
    if base.kind is Kind.CONTAINER and base.ref.content is not None and base.ref.content.kind is Kind.CONTAINER:
        # No vocabulary: what is gathered, by a word of it.
        return None
    key = machine.eval(index, frame)
    if base.kind is Kind.CONTAINER and content_of(base).kind is Kind.DATA:
        # No vocabulary: texts, found by their names.
        machine.mark_field(key, "key")
        return None
    texts = [
        origin
        for origin in key.origins
        if isinstance(origin, ReadSite) and origin.family in ("text", "whole-text", "csv")
    ]
    if key.kind is not Kind.DATA or not texts:
        return None
    for text in texts:
        text.learned.encoded = True
    return AbstractValue(Kind.DATA, Extent.ONE, key.origins, sure=False)


def _extent(machine: Machine, base: AbstractValue, index: ast.expr, frame: Frame) -> Extent:
    whole = base.extent
    if base.kind is Kind.CONTAINER and whole is Extent.UNKNOWN:
        whole = base.ref.extent
    if whole.narrow and base.kind is not Kind.CONTAINER:
        return whole
    first = index.elts[0] if isinstance(index, ast.Tuple) and index.elts else index
    if isinstance(first, ast.Slice):
        return _slice_extent(machine, whole, first, frame)
    value = machine.eval(index, frame)
    if isinstance(value.const, str) or isinstance(first, ast.JoinedStr) or _is_split(first):
        return whole
    if isinstance(value.const, int) or value.const is COUNT or value.extent.narrow:
        return Extent.ONE
    return value.extent if value.extent is Extent.WHOLE and value.kind is not Kind.UNKNOWN else Extent.UNKNOWN


def _is_piece(node: ast.Subscript) -> bool:
    """Whether it is a piece of one text, which says as much as the text does: ``name.split("_")[1]``."""
    function = node.value.func if isinstance(node.value, ast.Call) else None
    split = isinstance(function, ast.Attribute) and function.attr in ("split", "rsplit", "partition", "rpartition")
    return split and not isinstance(node.slice, ast.Slice)


def _is_split(index: ast.expr) -> bool:
    """Whether an index picks the split of a data set: ``paths[split]``, ``urls[self.mode]``."""
    name = index.attr if isinstance(index, ast.Attribute) else getattr(index, "id", "")
    return name_hints.names_split(name)


def _slice_extent(machine: Machine, whole: Extent, node: ast.Slice, frame: Frame) -> Extent:
    if node.upper is None and node.lower is None:
        return whole
    bounds = [machine.eval(bound, frame) for bound in (node.lower, node.upper) if bound is not None]
    if any(bound.extent.narrow for bound in bounds):
        return Extent.PART
    if node.upper is not None and all(isinstance(bound.const, int) and bound.const >= 0 for bound in bounds):
        # Of a data set of any size so few are examples of it.
        return Extent.ONE if bounds[-1].const <= FEW else Extent.PART
    if node.upper is None and isinstance(bounds[0].const, int):
        return whole
    return Extent.UNKNOWN if whole is not Extent.PART else Extent.PART


def _of_container(base: AbstractValue, index: ast.expr, extent: Extent) -> AbstractValue:
    container = base.ref
    if isinstance(index, ast.Slice):
        return base.with_(extent=extent)
    if isinstance(index, ast.Constant) and index.value in container.named:
        return part_of(base, container.named[index.value])
    content = container.content or SMALL
    if isinstance(container.node, ast.List) and isinstance(index, ast.Constant) and isinstance(index.value, int):
        # One of those that the literal lists, and no item.
        extent = content.extent
    # Joined with data on another branch, it may be that data.
    kind = Kind.DATA if base.origins and content.kind in (Kind.SMALL, Kind.UNKNOWN) else content.kind
    return content.with_(
        kind=kind,
        extent=extent if content.kind not in (Kind.CONTAINER, Kind.OBJECT) else content.extent,
        origins=content.origins | container.accumulations | base.origins,
    )


def _of_tuple(base: AbstractValue, index: ast.expr, extent: Extent) -> AbstractValue:
    parts = base.ref
    if isinstance(index, ast.Constant) and isinstance(index.value, int) and -len(parts) <= index.value < len(parts):
        return part_of(base, parts[index.value])
    return AbstractValue(Kind.UNKNOWN, extent)


def _of_lazy(machine: Machine, base: AbstractValue, node: ast.Subscript, frame: Frame) -> AbstractValue:
    if base.ref is not None:
        return AbstractValue(Kind.UNKNOWN, Extent.UNKNOWN)
    if is_all(node.slice):
        return machine.read_lazy(base, frame, node)
    value = machine.eval(node.slice, frame)
    if isinstance(value.const, str) or isinstance(node.slice, ast.JoinedStr):
        return base
    machine.note_read()
    if value.kind is Kind.UNKNOWN or isinstance(node.slice, ast.Name):
        # A key of a group, or an index of an array: either way it reads only when more is asked.
        return base.with_(extent=Extent.ONE if value.extent.narrow else base.extent)
    return AbstractValue(Kind.UNKNOWN, Extent.PART)


def is_all(index: ast.expr) -> bool:
    """Whether an index asks for everything: ``[:]``, ``[()]``, ``[...]``."""
    if isinstance(index, ast.Slice):
        return index.lower is None and index.upper is None and index.step is None
    if isinstance(index, ast.Tuple):
        return not index.elts or (is_all(index.elts[0]) and all(_is_fixed(part) for part in index.elts[1:]))
    return isinstance(index, ast.Constant) and index.value is ...


def _is_fixed(index: ast.expr) -> bool:
    """Whether an index is the same at every call: of the channels, not of the items."""
    return all(
        isinstance(node, ast.Constant | ast.Slice | ast.UnaryOp | ast.USub | ast.Load) for node in ast.walk(index)
    )


def _of_object(machine: Machine, base: AbstractValue, node: ast.Subscript, extent: Extent) -> AbstractValue:
    getter = machine.find_method(base.ref.cls, "__getitem__")
    if getter is None:
        return AbstractValue(Kind.UNKNOWN, extent)
    method = method_value(*getter, base)
    return machine.call_function(method.ref, (AbstractValue(Kind.SMALL, extent),), {}, node)
