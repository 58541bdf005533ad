"""A list of loaded items in source text: the statements that make it, what it is made of, and how one item is made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef
ARRAYS = frozenset(["array", "asarray", "stack"])
LISTS = frozenset(["list"])
ROOMS = frozenset(["empty", "zeros"])
"""Calls that make an array to be filled."""


class Unfit(Exception):  # noqa: N818 - it is a reason
    """Why a list cannot be taken apart, in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Gathered:
    """A list of items, one of which is made by ``prepare`` and then ``item``."""

    function: Function
    owner: ast.ClassDef | None
    """Where the list is an attribute of the object: its class."""
    block: list[ast.stmt]
    name: str
    """Of the variable, or of the attribute."""
    receiver: str | None
    """What the object is called in the function, where the list is an attribute."""
    statements: list[ast.stmt]
    """All that make the list, in their order; the one that is empty at first, or the comprehension, is the first."""
    target: ast.expr
    """What the loop binds."""
    source: ast.expr
    """What it goes over."""
    item: ast.expr
    prepare: list[ast.stmt] = field(default_factory=list)
    """Statements of the loop that ``item`` needs the names of."""
    within: ast.With | None = None
    """What ``item`` is made in, and ends with the append."""
    loop: ast.For | None = None
    append: ast.stmt | None = None
    wrap: ast.Call | None = None
    """The call that makes one array of the items; its first argument is the list."""
    room: ast.Call | None = None
    """The call that made an empty array, which the loop fills."""

    @property
    def is_array(self) -> bool:
        """Whether it is one array, and no list."""
        return self.wrap is not None or self.room is not None

    @property
    def last(self) -> ast.stmt:
        """The statement after which the list is whole."""
        return self.statements[-1]

    @property
    def shown(self) -> str:
        """How people write it."""
        return f"{self.receiver}.{self.name}" if self.receiver else self.name


def gathered(tree: ast.Module) -> Iterator[Gathered]:
    """Every list of a module that is made of something else, item by item, in a function."""
    for function, owner in functions(tree):
        for block in blocks(function):
            for at in range(len(block)):
                found = (
                    _of_comprehension(block, at, function, owner)
                    or _of_loop(block, at, function, owner)
                    or _of_room(block, at, function, owner)
                )
                if found is not None:
                    _finish(found)
                    yield found


def functions(tree: ast.AST, owner: ast.ClassDef | None = None) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    """Every function, with the class that it is a method of."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node, owner
        yield from functions(node, node if isinstance(node, ast.ClassDef) else None)


def blocks(function: Function) -> Iterator[list[ast.stmt]]:
    """Lists of statements of a function, those of functions inside it left out."""
    waiting: list[ast.AST] = [function]
    while waiting:
        node = waiting.pop()
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                yield block
        waiting += [
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        ]


def place_of(target: ast.expr, function: Function) -> tuple[str, str | None] | None:
    """The name of a variable or of an attribute of the object, and what the object is called."""
    if isinstance(target, ast.Name):
        return target.id, None
    own = first_parameter(function)
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == own:
        return target.attr, own
    return None


def first_parameter(function: Function) -> str | None:
    """``self``, as it is called here."""
    given = [*function.args.posonlyargs, *function.args.args]
    return given[0].arg if given else None


def last_name(function: ast.expr) -> str:
    """``array`` of ``np.array``."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def assigned(statement: ast.stmt) -> tuple[ast.expr, ast.expr] | None:
    """Target and value of a plain assignment."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return statement.targets[0], statement.value
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return statement.target, statement.value
    return None


def _of_comprehension(
    block: list[ast.stmt], at: int, function: Function, owner: ast.ClassDef | None
) -> Gathered | None:
    """``images = [load(path) for path in paths]``, also made one array, or by ``list(map(load, paths))``."""
    pair = assigned(block[at])
    place = place_of(pair[0], function) if pair else None
    if pair is None or place is None:
        return None
    value, wrap = _unwrapped(pair[1])
    made = _comprehension(value)
    if made is None:
        return None
    target, source, item = made
    return Gathered(
        function, owner, block, place[0], place[1], [block[at]], target=target, source=source, item=item, wrap=wrap
    )


def _unwrapped(value: ast.expr) -> tuple[ast.expr, ast.Call | None]:
    if isinstance(value, ast.Call) and last_name(value.func) in ARRAYS and value.args:
        return value.args[0], value
    return value, None


def _comprehension(value: ast.expr) -> tuple[ast.expr, ast.expr, ast.expr] | None:
    """What it binds, what it goes over, and one item."""
    if isinstance(value, ast.Call) and last_name(value.func) in LISTS and len(value.args) == 1 and not value.keywords:
        value = value.args[0]
        if isinstance(value, ast.GeneratorExp):
            value = ast.ListComp(value.elt, value.generators)
    if isinstance(value, ast.ListComp) and len(value.generators) == 1:
        loop = value.generators[0]
        if not loop.ifs and not loop.is_async:
            return loop.target, loop.iter, value.elt
    return None


def _of_loop(block: list[ast.stmt], at: int, function: Function, owner: ast.ClassDef | None) -> Gathered | None:
    """``images = []``, and further down ``for path in paths: images.append(load(path))``."""
    pair = assigned(block[at])
    place = place_of(pair[0], function) if pair else None
    if pair is None or place is None or not _is_empty(pair[1]):
        return None
    for statement in block[at + 1 :]:
        if not isinstance(statement, ast.For) or statement.orelse:
            continue
        appends = [node for node in ast.walk(statement) if _is_append(node, place, function)]
        if len(appends) != 1:
            continue
        append = appends[0]
        assert isinstance(append, ast.Expr)
        assert isinstance(append.value, ast.Call)
        return Gathered(
            function,
            owner,
            block,
            place[0],
            place[1],
            [block[at], statement],
            target=statement.target,
            source=statement.iter,
            item=append.value.args[0],
            loop=statement,
            append=append,
        )
    return None


def _is_empty(value: ast.expr) -> bool:
    is_call = isinstance(value, ast.Call) and last_name(value.func) in LISTS and not value.args and not value.keywords
    return is_call or (isinstance(value, ast.List) and not value.elts)


def _is_append(node: ast.AST, place: tuple[str, str | None], function: Function) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    call = node.value
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr == "append"
    if not is_method or len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
        return False
    assert isinstance(call.func, ast.Attribute)
    return place_of(call.func.value, function) == place


def _of_room(block: list[ast.stmt], at: int, function: Function, owner: ast.ClassDef | None) -> Gathered | None:
    """``images = np.empty((len(paths), 32, 32))``, and ``for k, path in enumerate(paths): images[k] = load(path)``."""
    pair = assigned(block[at])
    place = place_of(pair[0], function) if pair else None
    room = pair[1] if pair else None
    if place is None or not isinstance(room, ast.Call) or last_name(room.func) not in ROOMS or not room.args:
        return None
    shape = room.args[0]
    if not isinstance(room.func, ast.Attribute) or not isinstance(shape, ast.Tuple) or not shape.elts:
        return None
    for statement in block[at + 1 :]:
        loop = _counted(statement)
        if loop is None or ast.unparse(shape.elts[0]) != f"len({ast.unparse(loop.source)})":
            continue
        puts = [node for node in ast.walk(loop.statement) if _is_put(node, place, loop.number, function)]
        if len(puts) == 1:
            assert isinstance(puts[0], ast.Assign)
            return Gathered(
                function,
                owner,
                block,
                place[0],
                place[1],
                [block[at], loop.statement],
                target=loop.target,
                source=loop.source,
                item=puts[0].value,
                loop=loop.statement,
                append=puts[0],
                room=room,
            )
    return None


class _Counted(NamedTuple):
    """A loop over ``enumerate``."""

    statement: ast.For
    number: str
    target: ast.expr
    source: ast.expr


def _counted(statement: ast.stmt) -> _Counted | None:
    if not isinstance(statement, ast.For) or statement.orelse or not isinstance(statement.target, ast.Tuple):
        return None
    call, parts = statement.iter, statement.target.elts
    is_counted = isinstance(call, ast.Call) and last_name(call.func) == "enumerate" and len(call.args) == 1
    if not is_counted or len(parts) != 2 or not isinstance(parts[0], ast.Name):
        return None
    assert isinstance(call, ast.Call)
    return None if call.keywords else _Counted(statement, parts[0].id, parts[1], call.args[0])


def _is_put(node: ast.AST, place: tuple[str, str | None], number: str, function: Function) -> bool:
    """``images[k] = …``, where the rest does not ask for ``k``."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Subscript):
        return False
    at = node.targets[0].slice
    is_number = isinstance(at, ast.Name) and at.id == number
    asks = any(isinstance(each, ast.Name) and each.id == number for each in ast.walk(node.value))
    return is_number and not asks and place_of(node.targets[0].value, function) == place


def _finish(found: Gathered) -> None:
    """Take in what comes directly after: the list made one array, or kept on the object."""
    while True:
        position = next(place for place, statement in enumerate(found.block) if statement is found.last)
        following = found.block[position + 1 : position + 2]
        pair = assigned(following[0]) if following else None
        place = place_of(pair[0], found.function) if pair else None
        if pair is None or place is None:
            return
        value, wrap = _unwrapped(pair[1])
        is_it = place_of(value, found.function) == (found.name, found.receiver)
        same = place == (found.name, found.receiver)
        if not is_it or (wrap is None and same) or (wrap is not None and found.wrap is not None):
            return
        if not same and (found.receiver is not None or _is_used_after(found, following[0])):
            return
        found.name, found.receiver = place
        found.wrap = found.wrap or wrap
        found.statements.append(following[0])


def _is_used_after(found: Gathered, statement: ast.stmt) -> bool:
    """Whether the variable is used below as well as what it is handed to."""
    return any(
        isinstance(node, ast.Name) and node.id == found.name and node.lineno > (statement.end_lineno or 0)
        for node in ast.walk(found.function)
    )
