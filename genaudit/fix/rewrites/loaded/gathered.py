"""A list of loaded items in source text: the statements that make it, what it is made of, and how one item is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import libcst as cst

from genaudit.fix.rewrites.tree.gathering import array_like
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import is_bare, names_in

Step = cst.BaseSmallStatement | cst.BaseCompoundStatement
"""A statement, also one of several on a line."""
_ARRAYS = frozenset(["array", "asarray", "stack"])
_ROOMS = frozenset(["numpy.empty", "numpy.zeros", "np.empty", "np.zeros"])
"""Calls that make an array to be filled."""


@dataclass(kw_only=True)
class Gathered:
    """A list of items, one of which is made by ``prepare`` and then ``item``."""

    function: cst.FunctionDef
    owner: cst.ClassDef | None
    """The class that it is a method of."""
    block: list[Step]
    shown: str
    """How people write it: ``images``, ``self.images``."""
    receiver: str | None
    """What the object is called in the function, where the list is an attribute."""
    statements: list[Step]
    """All that make the list, in their order; the one that is empty at first, or the comprehension, is the first."""
    target: cst.BaseExpression
    """What the loop binds."""
    over: cst.BaseExpression
    """What it goes over."""
    item: cst.BaseExpression
    prepare: list[Step] = field(default_factory=list)
    """Statements of the loop that ``item`` needs the names of."""
    within: cst.With | None = None
    """What ``item`` is made in, and ends with the append."""
    loop: cst.For | None = None
    append: Step | None = None
    wrap: cst.Call | None = None
    """The call that makes one array of the items; its first argument is the list."""

    @property
    def name(self) -> str:
        """Of the variable, or of the attribute."""
        return self.shown.rpartition(".")[2]

    @property
    def last(self) -> Step:
        """The statement after which the list is whole."""
        return self.statements[-1]

    @property
    def making(self) -> list[cst.CSTNode]:
        """All that makes an item."""
        return [*self.prepare, self.within or self.item]


class _Filled(NamedTuple):
    """What a list is filled with, and by what."""

    target: cst.BaseExpression
    over: cst.BaseExpression
    item: cst.BaseExpression
    wrap: cst.Call | None = None
    loop: cst.For | None = None
    append: Step | None = None


def gathered(source: Source, within: cst.FunctionDef | None = None) -> Iterator[Gathered]:
    """Every list of a module, or of a function of it, that is made of something else, item by item, in a function."""
    for suite in source.find(cst.BaseSuite, within):
        function = source.up(suite, cst.FunctionDef, cst.ClassDef)
        if not isinstance(function, cst.FunctionDef):
            continue
        block = steps(suite)
        for at, step in enumerate(block):
            pair = assigned(step)
            shown = shown_at(source, pair[0], function) if pair else None
            if pair is None or shown is None:
                continue
            filled = (
                _of_comprehension(pair[1])
                or _of_loop(source, block[at + 1 :], shown, pair[1])
                or _of_room(source, block[at + 1 :], shown, pair[1])
            )
            if filled is not None:
                found = Gathered(
                    function=function,
                    owner=source.class_of(function),
                    block=block,
                    shown=shown,
                    receiver=_receiver(shown),
                    statements=[step, *([filled.loop] if filled.loop is not None else [])],
                    **filled._asdict(),
                )
                _finish(source, found)
                yield found


def steps(suite: cst.BaseSuite) -> list[Step]:
    """The statements of a block, each of those that share a line by itself."""
    found: list[Step] = []
    for statement in suite.body:
        found += statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]  # type: ignore[list-item]
    return found


def shown_at(source: Source, node: cst.BaseExpression, function: cst.FunctionDef) -> str | None:
    """How a variable, or an attribute of the function's object, is written; ``None`` for all else."""
    is_own = isinstance(node, cst.Attribute) and source.code(node.value) == first_parameter(function)
    return source.code(node) if isinstance(node, cst.Name) or is_own else None


def _receiver(shown: str) -> str | None:
    return shown.rpartition(".")[0] or None


def first_parameter(function: cst.FunctionDef) -> str | None:
    """``self``, as it is called here."""
    given = [*function.params.posonly_params, *function.params.params]
    return given[0].name.value if given else None


def last_name(function: cst.BaseExpression) -> str:
    """``array`` of ``np.array``."""
    named = function.attr if isinstance(function, cst.Attribute) else function
    return named.value if isinstance(named, cst.Name) else ""


def assigned(step: cst.CSTNode) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """Target and value of a plain assignment."""
    if isinstance(step, cst.Assign) and len(step.targets) == 1:
        return step.targets[0].target, step.value
    if isinstance(step, cst.AnnAssign) and step.value is not None:
        return step.target, step.value
    return None


def only_argument(call: cst.CSTNode) -> cst.BaseExpression | None:
    """What a call is given, where that is one thing by its place."""
    if not isinstance(call, cst.Call) or len(call.args) != 1 or call.args[0].keyword or call.args[0].star:
        return None
    return call.args[0].value


def _of_comprehension(value: cst.BaseExpression) -> _Filled | None:
    """``images = [load(path) for path in paths]``, also by ``list(…)`` of a generator, also made one array."""
    value, wrap = _unwrapped(value)
    if isinstance(value, cst.Call) and last_name(value.func) == "list":
        value = only_argument(value) or value
        made = value if isinstance(value, cst.GeneratorExp | cst.ListComp) else None
    else:
        made = value if isinstance(value, cst.ListComp) else None
    loop = plain_loop(made)
    return _Filled(loop.target, loop.iter, made.elt, wrap) if made is not None and loop is not None else None


def plain_loop(made: cst.BaseSimpleComp | None) -> cst.CompFor | None:
    """The one loop of a comprehension that leaves nothing out."""
    loop = made.for_in if made is not None else None
    return None if loop is None or loop.ifs or loop.inner_for_in or loop.asynchronous else loop


def _unwrapped(value: cst.BaseExpression) -> tuple[cst.BaseExpression, cst.Call | None]:
    is_array = isinstance(value, cst.Call) and last_name(value.func) in _ARRAYS and bool(value.args)
    if isinstance(value, cst.Call) and is_array and not value.args[0].keyword and not value.args[0].star:
        return value.args[0].value, value
    return value, None


def _of_loop(source: Source, later: list[Step], shown: str, value: cst.BaseExpression) -> _Filled | None:
    """``images = []``, and further down ``for path in paths: images.append(load(path))``."""
    is_call = isinstance(value, cst.Call) and last_name(value.func) == "list" and not value.args
    if not is_call and not (isinstance(value, cst.List) and not value.elements):
        return None
    for loop in filter(_is_plain, later):
        assert isinstance(loop, cst.For)
        appends = [call for call in source.find(cst.Call, loop) if source.code(call.func) == f"{shown}.append"]
        item = only_argument(appends[0]) if len(appends) == 1 else None
        append = source.parent(appends[0]) if item is not None else None
        if item is not None and isinstance(append, cst.Expr):
            return _Filled(loop.target, loop.iter, item, None, loop, append)
    return None


def _is_plain(step: Step) -> bool:
    return isinstance(step, cst.For) and step.orelse is None and step.asynchronous is None


def _of_room(source: Source, later: list[Step], shown: str, room: cst.BaseExpression) -> _Filled | None:
    """``images = np.empty((len(paths), 32, 32))``, and ``for k, path in enumerate(paths): images[k] = load(path)``."""
    if not isinstance(room, cst.Call) or source.name(room.func) not in _ROOMS or not room.args:
        return None
    shape, wrap = room.args[0].value, array_like(source, room)
    if not isinstance(shape, cst.Tuple) or not shape.elements or wrap is None:
        return None
    for loop in filter(_is_plain, later):
        assert isinstance(loop, cst.For)
        counted = only_argument(loop.iter) if last_name(getattr(loop.iter, "func", loop.iter)) == "enumerate" else None
        parts = [part.value for part in loop.target.elements] if isinstance(loop.target, cst.Tuple) else []
        if counted is None or len(parts) != 2 or not isinstance(parts[0], cst.Name):
            continue
        number = parts[0].value
        puts = [
            put
            for put in source.find(cst.Assign, loop)
            if len(put.targets) == 1
            and source.code(put.targets[0].target) == f"{shown}[{number}]"
            and number not in names_in(source, [put.value])
        ]
        if len(puts) == 1 and source.code(shape.elements[0].value) == f"len({source.code(counted)})":
            return _Filled(parts[1], counted, puts[0].value, wrap, loop, puts[0])
    return None


def _finish(source: Source, found: Gathered) -> None:
    """Take in what comes directly after: the list made one array, or kept on the object."""
    while True:
        at = next(at for at, step in enumerate(found.block) if step is found.last)
        following = found.block[at + 1 : at + 2]
        pair = assigned(following[0]) if following else None
        place = shown_at(source, pair[0], found.function) if pair else None
        if pair is None or place is None:
            return
        value, wrap = _unwrapped(pair[1])
        is_same = place == found.shown
        if source.code(value) != found.shown or (wrap is None and is_same) or (wrap is not None and found.wrap):
            return
        if not is_same and (found.receiver is not None or _is_used_after(source, found, following[0])):
            return
        found.shown, found.receiver = place, _receiver(place)
        found.wrap = found.wrap or wrap
        found.statements.append(following[0])


def _is_used_after(source: Source, found: Gathered, step: Step) -> bool:
    """Whether the variable is used below as well as what it is handed to."""
    return any(
        name.value == found.name and is_bare(source, name) and source.place(name) > source.place(step)
        for name in source.find(cst.Name, found.function)
        if not source.is_in(name, step)
    )
