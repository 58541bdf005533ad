"""A list that a function of the same file makes, written out where that is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.loaded.gathered import Step, assigned, gathered, plain_loop, steps
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import names_in, with_names


@dataclass
class _Maker:
    """A function that does no more than to make a list of its arguments."""

    params: list[str]
    item: cst.BaseExpression
    target: cst.BaseExpression
    over: cst.BaseExpression


def inlined(source: Source) -> Iterator[tuple[str, int]]:
    """Texts in which one call is written out as a comprehension, each with the line of it."""
    top = [node for node in source.module.body if isinstance(node, cst.FunctionDef)]
    makers = {function.name.value: made for function in top if (made := _made(source, function)) is not None}
    for call in source.find(cst.Call) if makers else []:
        maker = makers.get(call.func.value) if isinstance(call.func, cst.Name) else None
        caller, statement = source.function(call), source.parent(call)
        if maker is None or caller is None or statement is None or (assigned(statement) or [call])[-1] is not call:
            continue
        if not isinstance(statement, cst.Assign | cst.AnnAssign):
            continue
        new = _written(source, maker, call, caller)
        if new is not None:
            changes = Changes(source)
            changes.replace(call, new)
            yield changes.apply(), source.line(call)


def _made(source: Source, function: cst.FunctionDef) -> _Maker | None:
    """The list that a function makes and returns."""
    given = function.params
    is_starred = given.star_kwarg is not None or isinstance(given.star_arg, cst.Param | cst.ParamStar)
    if function.decorators or is_starred or given.posonly_params or any(param.default for param in given.params):
        return None
    body = [step for step in steps(function.body) if not _is_docstring(step)]
    returned = body[-1].value if body and isinstance(body[-1], cst.Return) else None
    names = [param.name.value for param in given.params]
    if isinstance(returned, cst.ListComp) and len(body) == 1:
        loop = plain_loop(returned)
        return _Maker(names, returned.elt, loop.target, loop.iter) if loop is not None else None
    for found in gathered(source, function) if isinstance(returned, cst.Name) else []:
        is_all = (
            body[:-1] == found.statements and found.wrap is None and source.code(body[-1]) == f"return {found.shown}"
        )
        if is_all and (found.loop is None or steps(found.loop.body) == [found.append]):
            return _Maker(names, found.item, found.target, found.over)
    return None


def _is_docstring(step: Step) -> bool:
    return isinstance(step, cst.Expr) and isinstance(step.value, cst.BaseString)


def _written(source: Source, maker: _Maker, call: cst.Call, caller: cst.FunctionDef) -> str | None:
    """The list that a call makes, where names mean the same in both functions."""
    if len(call.args) != len(maker.params) or any(arg.keyword or arg.star for arg in call.args):
        return None
    given = dict(zip(maker.params, (arg.value for arg in call.args), strict=True))
    own, of_item = names_in(source, [maker.target]), names_in(source, [maker.item])
    bound = names_in(source, [caller], bound=True) | {param.name.value for param in source.find(cst.Param, caller)}
    # A value that is made for the call alone would be made again for each item.
    is_plain = all(
        isinstance(given[name], cst.Name | cst.SimpleString | cst.BaseNumber) for name in of_item & given.keys()
    )
    if not is_plain or (of_item - own - given.keys()) & bound or own & names_in(source, call.args):
        return None
    item, over = (source.code(with_names(node, given)) for node in (maker.item, maker.over))
    return None if "\n" in item + over else f"[{item} for {source.code(maker.target)} in {over}]"
