"""What is put into a container, and whether that keeps the whole data set, or every batch."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from genaudit.lint.interpreter.facts import Extent, Hoard, Load
from genaudit.lint.interpreter.values import Cell, Kind, Val, content_of, narrowest

if TYPE_CHECKING:
    from genaudit.lint.interpreter.frames import Frame, Loop
    from genaudit.lint.interpreter.machine import Machine


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
