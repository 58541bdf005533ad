"""What a target becomes when it is given a value, and whether storing it keeps the whole data set, or every batch."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from genaudit.lint.files.syntax import own_nodes
from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.frames import Frame, Loop
from genaudit.lint.interpreter.values import (
    FEW_NUMBERS,
    MADE,
    AbstractValue,
    Accumulation,
    Container,
    Extent,
    Kind,
    ReadSite,
    content_of,
    join,
    narrowest,
    origins_of,
    part_of,
)
from genaudit.lint.readers import Reader

if TYPE_CHECKING:
    from genaudit.lint.interpreter.machine import Machine

_MADE = Reader(MADE, False)


def assign(machine: Machine, target: ast.expr, value: AbstractValue, frame: Frame, node: ast.AST) -> None:
    """Give a target its value."""
    if isinstance(target, ast.Name):
        _assign_name(machine, target.id, value, frame)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(machine, target, value, frame)
    elif isinstance(target, ast.Subscript):
        _assign_item(machine, target, value, frame, node)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(machine, target, value, frame, node)
    elif isinstance(target, ast.Starred):
        assign(machine, target.value, value, frame, node)


def _note_target(name: str, value: AbstractValue) -> None:
    for origin in value.origins:
        origin.targets.add(name)
    if value.kind is Kind.CONTAINER:
        for accumulation in value.ref.accumulations:
            accumulation.targets.add(name)


def _assign_name(machine: Machine, name: str, value: AbstractValue, frame: Frame) -> None:
    _note_target(name, value)
    if value.origins and name_hints.points(name) and not (name in _IDS and _is_encoded(value)):
        machine.mark_field(value, name)
    elif value.kind is Kind.DATA and name_hints.says_prose(name):
        machine.mark_record(value)
    if name in frame.global_names:
        known = machine.module_globals(frame.module)
        known[name] = value
        return
    drop(machine, frame.env.get(name), value)
    frame.env[name] = value
    frame.born[name] = len(machine.loops)


_IDS = ("id", "ids")
"""Names of items, or of words: the value shows which of the two."""


def _is_encoded(value: AbstractValue) -> bool:
    return any(isinstance(origin, ReadSite) and origin.learned.encoded for origin in value.origins)


def drop(machine: Machine, old: AbstractValue | None, new: AbstractValue) -> None:
    """A container whose name is given to another is emptied, if that happens again and again."""
    if old is None or old.kind is not Kind.CONTAINER or (new.kind is Kind.CONTAINER and new.ref is old.ref):
        return
    container = old.ref
    if len(machine.loops) > container.depth or container.phase != machine.phase:
        container.bounded = True


def _assign_attribute(machine: Machine, target: ast.Attribute, value: AbstractValue, frame: Frame) -> None:
    _note_target(target.attr, value)
    base = machine.eval(target.value, frame)
    if base.kind is not Kind.OBJECT:
        return
    attributes = base.ref.attributes
    old = attributes.get(target.attr)
    if base.ref.audited and old is not None and old.const is None and machine.phase in ("batch", "generator"):
        _note_kept(value)
    drop(machine, old, value)
    if old is None or (machine.phase == "start" and not machine.loops):
        attributes[target.attr] = value
    else:
        attributes[target.attr] = join(value, old)


def _note_kept(value: AbstractValue) -> None:
    """What an attribute that was empty gets at the first use is kept, as if the constructor had read it."""
    for origin in value.origins:
        if isinstance(origin, ReadSite) and origin.learned.extent is Extent.WHOLE:
            origin.learned.in_start = True


def _assign_item(machine: Machine, target: ast.Subscript, value: AbstractValue, frame: Frame, node: ast.AST) -> None:
    base = machine.eval(target.value, frame)
    key = machine.eval(target.slice, frame)
    if isinstance(target.slice, ast.Slice) and base.kind is Kind.CONTAINER:
        base.ref.bounded = base.ref.bounded or base.ref.shape != "array"
    if base.kind is Kind.CONTAINER and value.const is None and machine.phase != "start":
        # Giving up an item is emptying.
        base.ref.bounded = True
    name = key.const if isinstance(key.const, str | int) else None
    if isinstance(key.const, str):
        _note_target(key.const, value)
        if base.kind is Kind.CONTAINER:
            base.ref.add(value, name)
            return
    elif isinstance(target.value, ast.Name | ast.Attribute):
        _note_target(target.value.id if isinstance(target.value, ast.Name) else target.value.attr, value)
    if content_of(key).kind is Kind.DATA or content_of(key).origins:
        _add_index(machine, target, content_of(key), frame)
    if isinstance(target.slice, ast.BinOp) and isinstance(target.slice.op, ast.Mod) and base.kind is Kind.CONTAINER:
        base.ref.bounded = True
    if base.kind in (Kind.UNKNOWN, Kind.SMALL, Kind.DATA) and isinstance(key.const, str):
        _add_column(machine, target.value, base, value, frame)
    put(machine, base, value, node, frame, how="setitem", name=name)


def _add_index(machine: Machine, target: ast.Subscript, key: AbstractValue, frame: Frame) -> None:
    """One-hot: the value says nothing, the index is the data."""
    root: ast.expr = target
    while isinstance(root, ast.Subscript):
        root = root.value
    array = machine.eval(root, frame)
    if array.kind is Kind.CONTAINER and array.ref.shape == "array":
        kind = Kind.DATA if key.kind is Kind.DATA else Kind.SMALL
        array.ref.add(AbstractValue(kind, Extent.ONE, key.origins, sure=False))


def _add_column(machine: Machine, table: ast.expr, base: AbstractValue, value: AbstractValue, frame: Frame) -> None:
    """A new column of a table: the table holds from then on what the column does."""
    accumulations = frozenset(origin for origin in origins_of(value) if isinstance(origin, Accumulation))
    if accumulations and isinstance(table, ast.Name | ast.Attribute):
        assign(machine, table, AbstractValue(Kind.DATA, base.extent, base.origins | origins_of(value)), frame, table)


def _unpack(machine: Machine, target: ast.Tuple | ast.List, value: AbstractValue, frame: Frame, node: ast.AST) -> None:
    parts = value.ref if value.kind is Kind.TUPLE else None
    starred = any(isinstance(element, ast.Starred) for element in target.elts)
    if parts is not None and len(parts) == len(target.elts) and not starred:
        for element, part in zip(target.elts, parts, strict=True):
            assign(machine, element, part_of(value, part), frame, node)
        return
    whole = value if value.kind not in (Kind.CONTAINER, Kind.TUPLE, Kind.LAZY) else content_of(value)
    if value.kind is Kind.CONTAINER and value.ref.content is not None and value.ref.content.kind is not Kind.CONTAINER:
        whole = whole.with_(extent=Extent.ONE)
    for element in target.elts:
        assign(machine, element, whole.with_(ref=None) if whole.kind is Kind.DATA else whole, frame, node)


def accumulate(machine: Machine, node: ast.AST, value: AbstractValue, depth: int, frame: Frame) -> Accumulation | None:
    """An accumulation, if putting ``value`` into something made at loop depth ``depth`` keeps every item."""
    inner = content_of(value)
    if inner.kind is not Kind.DATA and inner.kind is not Kind.IMAGE:
        return None
    between = machine.loops[depth:]
    read_sites = frozenset(
        origin for origin in inner.origins if isinstance(origin, ReadSite) and origin.learned.depth > depth
    )
    if not read_sites or not between or any(loop.yields for loop in between):
        return None
    verdict = _whole(machine, between)
    if verdict is None or _of_one_item(machine, node, read_sites, depth, frame):
        return None
    accumulation = machine.facts.accumulations.get(id(node))
    if accumulation is None:
        sure = verdict and inner.sure and inner.kind is Kind.DATA
        accumulation = Accumulation(
            node=node, path=frame.module.path, function=frame.name, read_sites=read_sites, sure=sure
        )
        accumulation.phase = machine.phase
        machine.facts.accumulations[id(node)] = accumulation
    else:
        accumulation.read_sites |= read_sites
    return accumulation


def _whole(machine: Machine, between: Sequence[Loop]) -> bool | None:
    """Whether the open loops run over the whole data set: certainly, perhaps, or not (``None``)."""
    extents = [loop.extent for loop in between]
    whole = Extent.WHOLE in extents
    if not machine.in_start:
        batching = machine.phase in ("generator", "batch") and whole
        return True if batching else None
    if machine.phase in ("start", "import"):
        return None if machine.phase == "start" and _few(machine, extents) else True
    if whole:
        return True
    return None if all(extent.narrow for extent in extents) else False


def _of_one_item(machine: Machine, node: ast.AST, read_sites: Iterable[ReadSite], depth: int, frame: Frame) -> bool:
    """Whether what is read is named by the item of a loop around that hands out batches: its channels, its views."""
    around = [number for number, loop in enumerate(machine.loops[:depth], 1) if loop.yields]
    if not around:
        return False
    nodes = [node.elt] if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp) else [node]
    nodes += [read_site.node for read_site in read_sites if read_site.function == frame.name]
    used = {part.id for source in nodes for part in ast.walk(source) if isinstance(part, ast.Name)}
    return any(name in frame.items and frame.items[name] in around for name in used)


def _few(machine: Machine, extents: Sequence[Extent]) -> bool:
    return all(extent is Extent.ONE for extent in extents)


def put(
    machine: Machine,
    base: AbstractValue,
    value: AbstractValue,
    node: ast.AST,
    frame: Frame,
    *,
    how: str,
    name: object = None,
) -> None:
    """Put a value into a container: what is kept, and for how long?"""
    if base.kind is not Kind.CONTAINER:
        return
    container: Container = base.ref
    if value.kind is Kind.CONTAINER and value.ref.content is None:
        # An empty list in a dict lives as long as the dict does.
        value.ref.depth, value.ref.phase = min(value.ref.depth, container.depth), container.phase
    if how == "append" and _is_drawn(machine, container, value):
        value = machine.read(value.ref.node, frame, _MADE, MADE, AbstractValue(Kind.SMALL, Extent.ONE), sure=False)
    accumulation = accumulate(machine, node, value, container.depth, frame) if _same_time(machine, container) else None
    if accumulation is None and how == "setitem":
        _note_made(machine, container, node, frame)
    container.add(value, name)
    between = machine.loops[container.depth :] if _same_time(machine, container) else machine.loops
    if between:
        container.extent = (
            narrowest([max(loop.extent for loop in between)])
            if container.extent is not Extent.WHOLE
            else container.extent
        )
    if accumulation is not None and not container.bounded:
        accumulation.container = container
        container.accumulations.add(accumulation)
    _watch_growth(machine, container, value, node, frame, how)
    if value.kind is Kind.FILE and between and how == "append":
        machine.event("handle", node, frame, detail="kept", container=container)
    if value.kind is Kind.IMAGE and (accumulation is not None or _is_event(machine, node)):
        machine.event("handle", node, frame, detail="kept unread", container=container)


def _is_event(machine: Machine, node: ast.AST) -> bool:
    """Whether what is put here was seen to grow with every batch."""
    return ("growth", id(node)) in machine.facts.events or ("setitem", id(node)) in machine.facts.events


def _same_time(machine: Machine, container: Container) -> bool:
    if container.outlives and machine.phase in ("start", "generator"):
        return True
    return container.phase == machine.phase or (
        container.phase == "start" and machine.phase == "generator" and container.depth == 0
    )


def _watch_growth(
    machine: Machine, container: Container, value: AbstractValue, node: ast.AST, frame: Frame, how: str
) -> None:
    """Something put, while batches are made, into what was there before them."""
    if machine.in_start or machine.phase == "thread" or (how == "setitem" and not _grows_by_key(container)):
        return
    older = container.phase != machine.phase or container.outlives
    if container.shape == "set" and not older:
        # Keys to know what was seen: short, and gone with the epoch.
        return
    within = machine.loops[container.depth :]
    if not older and not any(loop.yields and not 0 < loop.inside <= container.depth for loop in within):
        return
    inner = content_of(value)
    if inner.kind is Kind.DATA or inner.kind is Kind.IMAGE:
        machine.event("setitem" if how == "setitem" else "growth", node, frame, container=container, sure=inner.sure)


def _grows_by_key(container: Container) -> bool:
    return container.shape == "dict" or (container.shape == "prealloc" and not container.extent.narrow)


def _is_drawn(machine: Machine, container: Container, value: AbstractValue) -> bool:
    """``image = zeros(shape); image[y, x] = 1; images.append(image)`` in a loop of a constructor: an item."""
    if value.kind is not Kind.CONTAINER or machine.phase != "start" or machine.facts.kind != "class":
        return False
    drawn: Container = value.ref
    if drawn.shape != "array" or drawn.content is None or drawn.depth <= container.depth:
        return False
    shape = drawn.node.args[0] if isinstance(drawn.node, ast.Call) and drawn.node.args else None
    lengths = shape.elts if isinstance(shape, ast.Tuple | ast.List) else [shape]
    fixed = [part.value for part in lengths if isinstance(part, ast.Constant) and isinstance(part.value, int)]
    is_large = len(fixed) < len(lengths) or math.prod(fixed) > FEW_NUMBERS
    return is_large and content_of(value).kind not in (Kind.DATA, Kind.IMAGE)


def _note_made(machine: Machine, container: Container, node: ast.AST, frame: Frame) -> None:
    """``data = zeros((n, ...)); for i in range(n): data[i] = draw()`` in a constructor: every item, made and kept."""
    if container.shape != "array" or machine.phase != "start" or not machine.loops or machine.facts.kind != "class":
        return
    accumulation = machine.facts.accumulations.get(id(node))
    if accumulation is None:
        if not _holds_items(container) or not _fills_by_number(node, frame):
            return
        # No file is read: the place stands for its own reader.
        site = ReadSite(node=node, path=frame.module.path, function=frame.name, reader=MADE, family=MADE, strong=False)
        accumulation = Accumulation(
            node=node, path=frame.module.path, function=frame.name, read_sites=frozenset([site]), sure=False
        )
        accumulation.container = container
        machine.facts.accumulations[id(node)] = accumulation
    container.accumulations.add(accumulation)


def _holds_items(container: Container) -> bool:
    """Whether an array has a row of several numbers for each item, of which nothing says that they are few."""
    shape = container.node.args[0] if isinstance(container.node, ast.Call) and container.node.args else None
    if not isinstance(shape, ast.Tuple | ast.List) or len(shape.elts) < 2 or container.extent.narrow:
        return False
    first, *others = shape.elts
    return not isinstance(first, ast.Constant) and all(ast.dump(first) != ast.dump(other) for other in others)


def _fills_by_number(node: ast.AST, frame: Frame) -> bool:
    """Whether rows are filled by the number of a loop, which picks nothing else that is there already."""
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if not isinstance(target, ast.Subscript):
        return False
    index = target.slice.elts[0] if isinstance(target.slice, ast.Tuple) and target.slice.elts else target.slice
    if not isinstance(index, ast.Name):
        return False
    loops = [loop for loop in own_nodes(frame.node) if isinstance(loop, ast.For) and _counts(loop, index.id)]
    return any(_holds(loop, node) and not _picks(loop, index.id) for loop in loops)


def _counts(loop: ast.For, name: str) -> bool:
    iterable = loop.iter
    counted = isinstance(iterable, ast.Call) and getattr(iterable.func, "id", "") in ("range", "trange", "xrange")
    return counted and isinstance(loop.target, ast.Name) and loop.target.id == name


def _holds(loop: ast.For, node: ast.AST) -> bool:
    return any(part is node for part in ast.walk(loop))


def _picks(loop: ast.For, name: str) -> bool:
    """Whether the number of the turn takes an element of something, or goes into the name of a file."""
    for part in ast.walk(loop):
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Load) and _mentions(part.slice, name):
            return True
        if isinstance(part, ast.JoinedStr) and _mentions(part, name):
            return True
        if isinstance(part, ast.Call) and _takes(part, name):
            return True
    return False


def _takes(call: ast.Call, name: str) -> bool:
    """Whether a method of an object that was handed in is asked for an item by number: ``images.get(i)``."""
    function = call.func
    asked = isinstance(function, ast.Attribute) and function.attr in ("get", "read", "load", "__getitem__", "item")
    return asked and any(_mentions(argument, name) for argument in call.args)


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
