"""Lists and arrays that a loop fills: what it goes over, and how one item is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.base import Fault
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import Mention, assigned, is_rebound_at, mentions, variable_of

GATHERS = frozenset(["numpy.array", "numpy.asarray", "numpy.stack", "torch.stack"])
"""Functions that make one array of a list of items."""
_ROOMS = {"numpy.empty": 1, "numpy.zeros": 1, "numpy.ones": 1, "numpy.full": 2}
"""Calls that make an array to be filled, with the place of the type among their arguments."""
_JOINS = frozenset(["numpy.append", "numpy.concatenate", "numpy.vstack"])
_READS_ON = frozenset(["next", "pop", "popleft", "popitem", "readline", "read", "recv", "get_nowait"])
_LEAVING = cst.Break | cst.Continue | cst.Return | cst.Yield | cst.Await | cst.Global | cst.Nonlocal


@dataclass
class LoopGathered:
    """``images = []``, then ``for path in paths: images.append(load(path))``, or an empty array that is filled so."""

    name: str
    code: str
    """How it is written: ``self.images``."""
    loop: cst.For
    block: cst.IndentedBlock
    """The body of the loop."""
    adding: cst.SimpleStatementLine
    """What puts an item in."""
    item: cst.BaseExpression
    made: list[cst.BaseSmallStatement]
    """Statements that make it: empty, and one array."""
    target: cst.BaseAssignTargetExpression | None = None
    """What the loop binds, a number that counts left out; ``None`` for all of it."""
    over: cst.BaseExpression | None = None
    """What it goes over, without ``enumerate``."""
    gather: cst.Call | None = None
    key: cst.BaseExpression | None = None
    """What an item is put in by, where it is a dictionary."""


def keyed_by_loops(source: Source, fault: Fault) -> Iterator[LoopGathered]:
    """Dictionaries that loops fill, in the same order as ``gathered_by_loops`` has lists."""
    yield from _ordered(source, fault, [_keyed(source, loop) for loop in source.find(cst.For)])


def gathered_by_loops(source: Source, fault: Fault) -> Iterator[LoopGathered]:
    """Lists that loops fill: one that is on the line of the fault, then those whose names hold the memory."""
    loops = source.find(cst.For)
    found = [_appended(source, loop) or _put(source, loop) or _grown(source, loop) for loop in loops]
    yield from _ordered(source, fault, found)


def _ordered(source: Source, fault: Fault, found: list[LoopGathered | None]) -> Iterator[LoopGathered]:
    by_name = []
    for each in found:
        if each is None:
            continue
        if source.covers(each.loop, fault.line) or any(source.covers(node, fault.line) for node in each.made):
            yield each
        elif each.name in fault.holders:
            by_name.append(each)
    yield from by_name


def _keyed(source: Source, loop: cst.For) -> LoopGathered | None:
    """``images = {}``, and ``for path in paths: images[path] = load(path)``."""
    last = _assigned_last(loop)
    if last is None:
        return None
    block, adding, target, item = last
    at = target.slice[0].slice if isinstance(target, cst.Subscript) and len(target.slice) == 1 else None
    if not isinstance(target, cst.Subscript) or not isinstance(at, cst.Index):
        return None
    found = LoopGathered(
        name="",
        code=source.code(target.value),
        loop=loop,
        block=block,
        adding=adding,
        item=item,
        made=[],
        key=at.value,
    )
    own = {name for made in source.find(cst.AssignTarget, block) for name in _names(source, made.target)}
    own |= {name for made in source.find(cst.AsName, block) for name in _names(source, made)}
    of_key = _names(source, at.value)
    own -= _names(source, target) - of_key
    is_of_loop = not own & (of_key - _names(source, loop.target))
    return found if is_of_loop and _complete(source, found, target.value) else None


def _names(source: Source, node: cst.CSTNode) -> set[str]:
    return {name.value for name in source.find(cst.Name, node)}


def _appended(source: Source, loop: cst.For) -> LoopGathered | None:
    block, adding = _last(loop)
    call = adding.body[0].value if adding and isinstance(adding.body[0], cst.Expr) else None
    if block is None or adding is None or not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    if call.func.attr.value != "append" or len(call.args) != 1 or call.args[0].star:
        return None
    container = call.func.value
    found = LoopGathered(
        name="",
        code=source.code(container),
        loop=loop,
        block=block,
        adding=adding,
        item=call.args[0].value,
        made=[],
    )
    return found if _complete(source, found, container) else None


def _put(source: Source, loop: cst.For) -> LoopGathered | None:
    """``images = np.empty((len(paths), 8))``, and ``for at, path in enumerate(paths): images[at] = load(path)``."""
    last = _assigned_last(loop)
    if last is None:
        return None
    block, adding, target, item = last
    pair = loop.target
    if not isinstance(target, cst.Subscript) or not isinstance(pair, cst.Tuple) or len(pair.elements) != 2:
        return None
    number, own = pair.elements[0].value, pair.elements[1].value
    count = loop.iter
    if not isinstance(count, cst.Call) or source.name(count.func) != "enumerate" or len(count.args) != 1:
        return None
    at = target.slice[0].slice if len(target.slice) == 1 else None
    if not isinstance(number, cst.Name) or not isinstance(at, cst.Index) or source.code(at.value) != number.value:
        return None
    if sum(name.value == number.value for name in source.find(cst.Name, block)) != 1:
        return None
    assert isinstance(own, cst.BaseAssignTargetExpression)
    found = LoopGathered(
        name="",
        code=source.code(target.value),
        loop=loop,
        block=block,
        adding=adding,
        item=item,
        made=[],
        target=own,
        over=count.args[0].value,
    )
    return found if _complete(source, found, target.value) and found.gather is not None else None


def _grown(source: Source, loop: cst.For) -> LoopGathered | None:
    """``images = np.zeros((0, 8))``, and in the loop ``images = np.append(images, load(path)[None], axis=0)``."""
    last = _assigned_last(loop)
    if last is None:
        return None
    block, adding, container, call = last
    if not isinstance(call, cst.Call) or source.name(call.func) not in _JOINS or not isinstance(container, cst.Name):
        return None
    parts = _joined(source, call)
    item = parts[1] if len(parts) == 2 and source.code(parts[0]) == container.value else None
    if not isinstance(item, cst.Subscript) or source.code(item).rpartition("[")[2] not in {"None]", "np.newaxis]"}:
        return None
    found = LoopGathered(
        name="",
        code=container.value,
        loop=loop,
        block=block,
        adding=adding,
        item=item.value,
        made=[],
        over=loop.iter,
        target=loop.target,
    )
    return found if _complete(source, found, container) and found.gather is not None else None


def _joined(source: Source, call: cst.Call) -> list[cst.BaseExpression]:
    """What is put together along the first axis."""
    axis = [source.code(arg.value) for arg in call.args if arg.keyword and arg.keyword.value == "axis"]
    plain = [arg.value for arg in call.args if arg.keyword is None]
    if source.name(call.func) == "numpy.append":
        return plain if axis == ["0"] else []
    first = plain[0] if plain else None
    is_first = axis in ([], ["0"]) and len(plain) == 1 and isinstance(first, cst.List | cst.Tuple)
    return [element.value for element in first.elements] if is_first else []  # type: ignore[union-attr]


def _last(loop: cst.For) -> tuple[cst.IndentedBlock | None, cst.SimpleStatementLine | None]:
    """The body of a loop, and the simple statement at its end, also at the end of a ``with`` there."""
    if not isinstance(loop.body, cst.IndentedBlock) or loop.orelse is not None or loop.asynchronous is not None:
        return None, None
    block: cst.BaseSuite = loop.body
    while isinstance(block, cst.IndentedBlock) and isinstance(block.body[-1], cst.With):
        block = block.body[-1].body
    last = block.body[-1] if isinstance(block, cst.IndentedBlock) else None
    is_simple = isinstance(last, cst.SimpleStatementLine) and len(last.body) == 1
    return (loop.body, last) if is_simple and isinstance(last, cst.SimpleStatementLine) else (None, None)


def _assigned_last(
    loop: cst.For,
) -> tuple[cst.IndentedBlock, cst.SimpleStatementLine, cst.BaseAssignTargetExpression, cst.BaseExpression] | None:
    """The same where that statement gives one target a value, with both."""
    block, adding = _last(loop)
    small = adding.body[0] if adding else None
    if block is None or adding is None or not isinstance(small, cst.Assign) or len(small.targets) != 1:
        return None
    return block, adding, small.targets[0].target, small.value


def _complete(source: Source, found: LoopGathered, container: cst.BaseExpression) -> bool:
    """Take in what makes it empty, and what makes one array of it; whether the loop does nothing but fill it."""
    variable = variable_of(source, container)
    if variable is None or not _only_fills(source, found):
        return False
    found.name = variable.name
    inside = [node for node in mentions(source, variable) if source.is_in(node, found.loop)]
    starts = [node for node in mentions(source, variable) if is_rebound_at(source, node) and node not in inside]
    is_once = len(inside) == 1 + any(is_rebound_at(source, node) for node in inside)
    if not is_once or not all(source.is_in(node, found.adding) for node in inside):
        return False
    if not all(_is_part(source, found, node) for node in starts):
        return False
    return len(found.made) - (found.gather is not None and found.over is None) == 1


def _only_fills(source: Source, found: LoopGathered) -> bool:
    """Whether nothing that the loop binds or changes is seen elsewhere, but for what it fills."""
    if any(isinstance(node, _LEAVING) for node in source.find(cst.CSTNode, found.block)):
        return False
    own = {name.value for name in source.find(cst.Name, found.loop.target)}
    for target in source.find(cst.AssignTarget, found.block):
        if isinstance(target.target, cst.Name):
            own.add(target.target.value)
        elif not source.is_in(target, found.adding):
            return False
    own |= {node.name.value for node in source.find(cst.AsName, found.block) if isinstance(node.name, cst.Name)}
    own.discard(found.code)
    scope = source.function(found.loop) or source.module
    return not any(
        name.value in own and not source.is_in(name, found.loop) and not _is_of_comprehension(source, name)
        for name in source.find(cst.Name, scope)
    )


def _is_of_comprehension(source: Source, name: cst.Name) -> bool:
    """Whether a name is the own one of a comprehension around it."""
    return any(
        name.value == own.value
        for outer in source.above(name)
        if isinstance(outer, cst.BaseComp)
        for own in source.find(cst.Name, outer.for_in.target)
    )


def _is_part(source: Source, found: LoopGathered, mention: Mention) -> bool:
    """Whether an assignment belongs to the making of it: it is empty, one array, or ``None`` before it is made."""
    statement, value = source.small(mention), assigned(source, mention)
    if statement is None or value is None:
        return False
    # Under a condition it may be another one.
    if not any(source.statement(statement) is sibling for sibling in source.siblings(found.loop)):
        return source.code(value) == "None"
    if is_empty_dict(source, value) if found.key is not None else is_empty_list(source, value):
        found.made.append(statement)
        return True
    if isinstance(value, cst.Call) and source.name(value.func) in _ROOMS and found.over is not None:
        found.gather = array_like(source, value)
    elif isinstance(value, cst.Call) and _is_gather(source, value, found.code):
        found.gather = value
    else:
        return False
    found.made.append(statement)
    return True


def is_empty_list(source: Source, value: cst.BaseExpression) -> bool:
    """Whether an expression makes a list with nothing in it."""
    return source.code(value) in {"[]", "list()"}


def is_empty_dict(source: Source, value: cst.BaseExpression) -> bool:
    """Whether an expression makes a dictionary with nothing in it."""
    return source.code(value) in {"{}", "dict()"}


def _is_gather(source: Source, value: cst.BaseExpression, code: str) -> bool:
    """``np.array(images)``, as one says it."""
    is_call = isinstance(value, cst.Call) and source.name(value.func) in GATHERS and bool(value.args)
    return is_call and source.code(value.args[0].value) == code  # type: ignore[attr-defined]


def array_like(source: Source, room: cst.Call) -> cst.Call | None:
    """The call that makes an array of a list, of the type that an empty one has."""
    place = _ROOMS.get(source.name(room.func) or "", 1)
    kinds = [arg for at, arg in enumerate(room.args) if at == place or (arg.keyword and arg.keyword.value == "dtype")]
    if not kinds and place == 2:
        # It is that of the number that it is filled with.
        return None
    kind = source.code(kinds[0].value) if kinds else "float"
    if kind in {"object", "np.object_", "numpy.object_"} or not isinstance(room.func, cst.Attribute):
        return None
    made = cst.parse_expression(f"{source.code(room.func.value)}.array(items, dtype={kind})")
    assert isinstance(made, cst.Call)
    return made


def reads_on(source: Source, made: list[cst.CSTNode], names: set[str]) -> str | None:
    """What is used up by making an item: a file that is read on, an iterator."""
    for node in made:
        for call in source.find(cst.Call, node):
            name = source.name(call.func) or ""
            if name == "next" and call.args:
                return source.code(call.args[0].value)
            owner = call.func.value if isinstance(call.func, cst.Attribute) else None
            if isinstance(owner, cst.Name) and owner.value in names and name.rpartition(".")[2] in _READS_ON:
                return owner.value
    return None
