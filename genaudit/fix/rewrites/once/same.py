"""Whether what is made comes out the same each time, and whether one for all times does."""

from __future__ import annotations

import re

import libcst as cst

from genaudit.fix.rewrites.once.making import Making, Unfit, shown_name
from genaudit.fix.rewrites.once.roots import is_making
from genaudit.fix.rewrites.tree.effects import can_be_dropped, draws
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.steady import change_in_place, names_read

_GENERATOR = re.compile(r"(^|\.)(default_rng|RandomState|Random|Generator|manual_seed|PCG64|SeedSequence)$")
_OF_THE_MOMENT = re.compile(r"^(time|datetime|uuid)\.|(^|\.)(now|today|utcnow|input|id)$")
_LIBRARIES = ("numpy.", "math.", "torch.", "tensorflow.")
_KEEPING = frozenset(["append", "add", "put", "insert", "appendleft"])
_USED_UP = frozenset(["iter", "zip", "map", "filter", "enumerate", "reversed"])


def check_all(source: Source, making: Making, moved: list[cst.BaseStatement], within: cst.CSTNode) -> None:
    """That all of it comes out the same each time, and that one for all times does."""
    shown = shown_name(source, making)
    for statement in moved:
        _check_same(source, statement, making, shown)
    if making.name is None:
        _check_value(source, making.root, making, shown)
    _check_read(source, making, within, shown)


def check_kept(source: Source, name: str, within: cst.CSTNode, shown: str) -> None:
    """Nothing may change in place what it is made of: made anew, it would be of the changed one."""
    changed = change_in_place(source, name, within)
    if changed is not None:
        raise Unfit(f"{shown} depends on {name}, which line {source.line(changed)} may change in place")


def _check_same(source: Source, statement: cst.BaseStatement, making: Making, shown: str) -> None:
    """What a statement computes must be the same each time."""
    if isinstance(statement, cst.FunctionDef) and statement is not making.root:
        # Run when it is asked, as often as before; what it changes of its surroundings would stay.
        check_stateless(source, statement, shown)
        return
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    _check_value(source, small.value if isinstance(small, cst.Assign) else statement, making, shown)


def check_stateless(source: Source, function: cst.FunctionDef, shown: str) -> None:
    """A function that is made once must not keep what it has left in a name around it.

    Raises:
        Unfit: It does.
    """
    outer = [item for node in source.find(cst.Nonlocal, function) for item in node.names]
    if outer:
        raise Unfit(f"{shown} depends on {outer[0].name.value}, which {function.name.value} changes")


def _check_value(source: Source, value: cst.CSTNode, making: Making, shown: str) -> None:
    if any(isinstance(node, cst.Await | cst.Yield | cst.NamedExpr) for node in source.find(cst.CSTNode, value)):
        raise Unfit(f"{shown} is made with await, yield or :=")
    _check_calls(source, value, shown)
    _check_drawn(source, value, shown)
    if not isinstance(value, cst.BaseExpression):
        return
    if value is making.root:
        _check_arguments(source, value, shown)
    elif not _is_plain(source, value, making):
        raise Unfit(
            f"{shown} depends on {source.code(value)}, of which it is not known whether it is the same each time"
        )


def _check_calls(source: Source, value: cst.CSTNode, shown: str) -> None:
    for call in source.find(cst.Call, value):
        name = source.name(call.func) or source.code(call.func)
        parent = source.parent(call)
        is_drawn_from = isinstance(parent, cst.Attribute) and parent.value is call and bool(call.args)
        if _OF_THE_MOMENT.search(name):
            raise Unfit(f"{shown} depends on {source.code(call)}, which is another one each time")
        if _GENERATOR.search(name) and not is_drawn_from:
            raise Unfit(f"{shown} depends on random numbers that {name.rpartition('.')[2]} starts anew each time")
        if name.endswith(".shuffle") and is_making(source, call) and not _shuffles_alike(source, call):
            raise Unfit(f"{shown} is shuffled: made once, its order is another one in each epoch, or none at all")


def _check_drawn(source: Source, value: cst.CSTNode, shown: str) -> None:
    without = value.visit(_Unshuffled())
    if isinstance(without, cst.CSTNode) and draws(source, without):
        raise Unfit(f"{shown} is made with random numbers: made once, it is the same one each time")
    for name in sorted(names_read(source, value)):
        made = source.definition(name)
        if made is not None and draws(source, made) and not _is_run_later(source, value, name):
            raise Unfit(f"{shown} depends on random numbers that {name} draws")


def _check_arguments(source: Source, root: cst.BaseExpression, shown: str) -> None:
    """What is made on the way must be of a library that keeps no state in it."""
    for call in source.find(cst.Call, root):
        if source.up(call, cst.Lambda) is not None and source.is_in(source.up(call, cst.Lambda) or call, root):
            continue
        is_library = _first_called(source, call).startswith((*_LIBRARIES, "functools.", "jax.", "numba."))
        if not (
            is_library or is_making(source, call) or can_be_dropped(source, call) or isinstance(call.func, cst.Call)
        ):
            raise Unfit(f"{shown} is made of {source.code(call)}, which may keep what an epoch has left")


def _first_called(source: Source, call: cst.Call) -> str:
    """The function whose result the methods of a chain are of: ``numpy.hanning`` of ``np.hanning(9).reshape(3, 3)``."""
    first: cst.BaseExpression = call
    while isinstance(first, cst.Call) and isinstance(first.func, cst.Attribute) and source.name(first.func) is None:
        first = first.func.value
    return source.name(first.func if isinstance(first, cst.Call) else first) or ""


def _is_plain(source: Source, value: cst.BaseExpression, making: Making) -> bool:
    """Whether a value is computed by libraries, and is no iterator that is used up."""
    if is_making(source, value) or (isinstance(value, cst.Call) and _is_chain_of(value, making.name)):
        return True
    if isinstance(value, cst.GeneratorExp):
        return False
    if isinstance(value, cst.Call) and source.name(value.func) in _USED_UP:
        return False
    named = [_first_called(source, call) for call in source.find(cst.Call, value)]
    return all(name.startswith(_LIBRARIES) for name in named) or can_be_dropped(source, value)


def _is_chain_of(value: cst.BaseExpression, name: str | None) -> bool:
    while isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
        value = value.func.value
    return isinstance(value, cst.Name) and value.value == name


def _shuffles_alike(source: Source, call: cst.Call) -> bool:
    given = {arg.keyword.value: source.code(arg.value) for arg in call.args if arg.keyword is not None}
    return given.get("reshuffle_each_iteration") == "False" and given.get("seed", "None").isdigit()


class _Unshuffled(cst.CSTTransformer):
    """Steps that shuffle get another name: whether their order is the same was looked at before."""

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:  # noqa: N802
        is_step = original_node.attr.value == "shuffle" and isinstance(original_node.value, cst.Call)
        return updated_node.with_changes(attr=cst.Name("as_before")) if is_step else updated_node


def _is_run_later(source: Source, value: cst.CSTNode, name: str) -> bool:
    """Whether a function is only run when items are asked for, as ``from_generator`` does."""
    places = [node for node in source.find(cst.Name, value) if node.value == name]
    outer = [source.up(node, cst.Call) for node in places]
    return all(call is not None and (source.name(call.func) or "").endswith(".from_generator") for call in outer)


def _check_read(source: Source, making: Making, within: cst.CSTNode, shown: str) -> None:
    """One object for all rounds must not be one that a round uses up, changes or hands on to be kept."""
    if making.name is None:
        return
    for node in source.find(cst.Name, within):
        if node.value != making.name or any(source.is_in(node, each) for each in making.statements):
            continue
        parent = source.parent(node)
        above = source.parent(parent) if parent is not None else None
        if isinstance(above, cst.Call) and isinstance(parent, cst.Arg):
            if source.name(above.func) == "next":
                raise Unfit(f"{shown} is gone on with on line {source.line(node)}, and not begun anew")
            if isinstance(above.func, cst.Attribute) and above.func.attr.value in _KEEPING:
                raise Unfit(f"{shown} is kept on line {source.line(node)}: each round has one of its own there")
        if isinstance(parent, cst.Return | cst.Yield):
            raise Unfit(f"{shown} is handed on from line {source.line(node)}: each round has one of its own there")
