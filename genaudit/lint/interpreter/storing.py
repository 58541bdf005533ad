"""What a target becomes when it is given a value, and whether storing it keeps the whole data set, or every batch."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import (
    Frame,
    Loop,
)
from genaudit.lint.interpreter.values import (
    Cell,
    Extent,
    Hoard,
    Kind,
    Load,
    Val,
    content_of,
    facts_of,
    join,
    narrowest,
    part_of,
)

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine


def assign(m: Machine, target: ast.expr, value: Val, frame: Frame, node: ast.AST) -> None:
    """Give a target its value."""
    if isinstance(target, ast.Name):
        _assign_name(m, target.id, value, frame)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(m, target, value, frame)
    elif isinstance(target, ast.Subscript):
        _assign_item(m, target, value, frame, node)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(m, target, value, frame, node)
    elif isinstance(target, ast.Starred):
        assign(m, target.value, value, frame, node)


def _note_target(name: str, value: Val) -> None:
    for fact in value.facts:
        fact.targets.add(name)
    if value.kind is Kind.CELL:
        for hoard in value.ref.hoards:
            hoard.targets.add(name)


def _assign_name(m: Machine, name: str, value: Val, frame: Frame) -> None:
    _note_target(name, value)
    if value.facts and name_hints.points(name) and not (name in _IDS and _is_encoded(value)):
        m.mark_pointer(value)
    if name in frame.global_names:
        known = m.module_globals(frame.module)
        known[name] = value
        return
    drop(m, frame.env.get(name), value)
    frame.env[name] = value
    frame.born[name] = len(m.loops)


_IDS = ("id", "ids")
"""Names of items, or of words: which of the two, the value tells."""


def _is_encoded(value: Val) -> bool:
    return any(isinstance(fact, Load) and fact.encoded for fact in value.facts)


def drop(m: Machine, old: Val | None, new: Val) -> None:
    """A container whose name is given to another is emptied, if that happens again and again."""
    if old is None or old.kind is not Kind.CELL or (new.kind is Kind.CELL and new.ref is old.ref):
        return
    cell = old.ref
    if len(m.loops) > cell.depth or cell.phase != m.phase:
        cell.bounded = True


def _assign_attribute(m: Machine, target: ast.Attribute, value: Val, frame: Frame) -> None:
    _note_target(target.attr, value)
    base = m.eval(target.value, frame)
    if base.kind is not Kind.OBJECT:
        return
    attributes = base.ref.attributes
    old = attributes.get(target.attr)
    if base.ref.audited and old is not None and old.const is None and m.phase in ("batch", "generator"):
        _note_kept(value)
    drop(m, old, value)
    if old is None or (m.phase == "start" and not m.loops):
        attributes[target.attr] = value
    else:
        attributes[target.attr] = join(value, old)


def _note_kept(value: Val) -> None:
    """What an attribute that was empty gets at the first use is kept, as if the constructor had read it."""
    for fact in value.facts:
        if isinstance(fact, Load) and fact.extent is Extent.WHOLE:
            fact.in_start = True


def _assign_item(m: Machine, target: ast.Subscript, value: Val, frame: Frame, node: ast.AST) -> None:
    base = m.eval(target.value, frame)
    key = m.eval(target.slice, frame)
    if isinstance(target.slice, ast.Slice) and base.kind is Kind.CELL:
        base.ref.bounded = base.ref.bounded or base.ref.shape != "array"
    if base.kind is Kind.CELL and value.const is None and m.phase != "start":
        # Giving up an item is emptying.
        base.ref.bounded = True
    name = key.const if isinstance(key.const, str | int) else None
    if isinstance(key.const, str):
        _note_target(key.const, value)
        if base.kind is Kind.CELL:
            base.ref.add(value, name)
            return
    elif isinstance(target.value, ast.Name | ast.Attribute):
        _note_target(target.value.id if isinstance(target.value, ast.Name) else target.value.attr, value)
    if content_of(key).kind is Kind.DATA or content_of(key).facts:
        _add_index(m, target, content_of(key), frame)
    if isinstance(target.slice, ast.BinOp) and isinstance(target.slice.op, ast.Mod) and base.kind is Kind.CELL:
        base.ref.bounded = True
    if base.kind in (Kind.UNKNOWN, Kind.SMALL, Kind.DATA) and isinstance(key.const, str):
        _add_column(m, target.value, base, value, frame)
    put(m, base, value, node, frame, how="setitem", name=name)


def _add_index(m: Machine, target: ast.Subscript, key: Val, frame: Frame) -> None:
    """One-hot: the value says nothing, the index is the data."""
    root: ast.expr = target
    while isinstance(root, ast.Subscript):
        root = root.value
    array = m.eval(root, frame)
    if array.kind is Kind.CELL and array.ref.shape == "array":
        kind = Kind.DATA if key.kind is Kind.DATA else Kind.SMALL
        array.ref.add(Val(kind, Extent.ONE, key.facts, sure=False))


def _add_column(m: Machine, table: ast.expr, base: Val, value: Val, frame: Frame) -> None:
    """A new column of a table: the table holds from then on what the column does."""
    hoards = frozenset(fact for fact in facts_of(value) if isinstance(fact, Hoard))
    if hoards and isinstance(table, ast.Name | ast.Attribute):
        assign(m, table, Val(Kind.DATA, base.extent, base.facts | facts_of(value)), frame, table)


def _unpack(m: Machine, target: ast.Tuple | ast.List, value: Val, frame: Frame, node: ast.AST) -> None:
    parts = value.ref if value.kind is Kind.TUPLE else None
    starred = any(isinstance(element, ast.Starred) for element in target.elts)
    if parts is not None and len(parts) == len(target.elts) and not starred:
        for element, part in zip(target.elts, parts, strict=True):
            assign(m, element, part_of(value, part), frame, node)
        return
    whole = value if value.kind not in (Kind.CELL, Kind.TUPLE, Kind.LAZY) else content_of(value)
    if value.kind is Kind.CELL and value.ref.content is not None and value.ref.content.kind is not Kind.CELL:
        whole = whole.with_(extent=Extent.ONE)
    for element in target.elts:
        assign(m, element, whole.with_(ref=None) if whole.kind is Kind.DATA else whole, frame, node)


def gather(m: Machine, node: ast.AST, value: Val, depth: int, frame: Frame) -> Hoard | None:
    """A hoard, if putting ``value`` into something made at loop depth ``depth`` keeps every item."""
    inner = content_of(value)
    if inner.kind is not Kind.DATA and inner.kind is not Kind.IMAGE:
        return None
    between = m.loops[depth:]
    loads = frozenset(fact for fact in inner.facts if isinstance(fact, Load) and fact.depth > depth)
    if not loads or not between or any(loop.yields for loop in between):
        return None
    verdict = _whole(m, between)
    if verdict is None or _of_one_item(m, node, loads, depth, frame):
        return None
    hoard = m.story.hoards.get(id(node))
    if hoard is None:
        sure = verdict and inner.sure and inner.kind is Kind.DATA
        hoard = Hoard(node=node, path=frame.module.path, function=frame.name, loads=loads, sure=sure)
        hoard.phase = m.phase
        m.story.hoards[id(node)] = hoard
    else:
        hoard.loads |= loads
    return hoard


def _whole(m: Machine, between: Sequence[Loop]) -> bool | None:
    """Whether the open loops run over the whole data set: surely, perhaps, or not (``None``)."""
    extents = [loop.extent for loop in between]
    whole = Extent.WHOLE in extents
    if not m.in_start:
        batching = m.phase in ("generator", "batch") and whole
        return True if batching else None
    if m.phase in ("start", "import"):
        return None if m.phase == "start" and _few(m, extents) else True
    if whole:
        return True
    return None if all(extent.narrow for extent in extents) else False


def _of_one_item(m: Machine, node: ast.AST, loads: Iterable[Load], depth: int, frame: Frame) -> bool:
    """Whether what is read is named by the item of a loop around that hands out batches: its channels, its views."""
    around = [number for number, loop in enumerate(m.loops[:depth], 1) if loop.yields]
    if not around:
        return False
    nodes = [node.elt] if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp) else [node]
    nodes += [load.node for load in loads if load.function == frame.name]
    used = {inner.id for one in nodes for inner in ast.walk(one) if isinstance(inner, ast.Name)}
    return any(name in frame.items and frame.items[name] in around for name in used)


def _few(m: Machine, extents: Sequence[Extent]) -> bool:
    return all(extent is Extent.ONE for extent in extents)


def put(m: Machine, base: Val, value: Val, node: ast.AST, frame: Frame, *, how: str, name: object = None) -> None:
    """Put a value into a container: what is kept, and for how long?"""
    if base.kind is not Kind.CELL:
        return
    cell: Cell = base.ref
    if value.kind is Kind.CELL and value.ref.content is None:
        # An empty list in a dict lives as long as the dict does.
        value.ref.depth, value.ref.phase = min(value.ref.depth, cell.depth), cell.phase
    hoard = gather(m, node, value, cell.depth, frame) if _same_time(m, cell) else None
    cell.add(value, name)
    between = m.loops[cell.depth :] if _same_time(m, cell) else m.loops
    if between:
        cell.extent = (
            narrowest([max(loop.extent for loop in between)]) if cell.extent is not Extent.WHOLE else cell.extent
        )
    if hoard is not None and not cell.bounded:
        hoard.cell = cell
        cell.hoards.add(hoard)
    _watch_growth(m, cell, value, node, frame, how)
    if value.kind is Kind.FILE and between and how == "append":
        m.event("handle", node, frame, detail="kept", cell=cell)


def _same_time(m: Machine, cell: Cell) -> bool:
    if cell.outlives and m.phase in ("start", "generator"):
        return True
    return cell.phase == m.phase or (cell.phase == "start" and m.phase == "generator" and cell.depth == 0)


def _watch_growth(m: Machine, cell: Cell, value: Val, node: ast.AST, frame: Frame, how: str) -> None:
    """Something put, while batches are made, into what was there before them."""
    if m.in_start or m.phase == "thread" or (how == "setitem" and not _grows_by_key(cell)):
        return
    older = cell.phase != m.phase or cell.outlives
    if not older and not any(loop.yields for loop in m.loops[cell.depth :]):
        return
    inner = content_of(value)
    if inner.kind is Kind.DATA or inner.kind is Kind.IMAGE:
        m.event("setitem" if how == "setitem" else "growth", node, frame, cell=cell, sure=inner.sure)


def _grows_by_key(cell: Cell) -> bool:
    return cell.shape == "dict" or (cell.shape == "prealloc" and not cell.extent.narrow)
