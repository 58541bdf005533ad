"""``itertools.cycle`` and ``itertools.tee``, which keep what has passed: it is read again instead."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import assigned, mentions, variable_of
from genaudit.model.catalogue import BATCH_GROWTH, EAGER_LOAD, UNBOUNDED_CACHE

_RANDOM = Refusal(reason="entries are made with random numbers: made again, they are others", is_near=True)


class RepeatReader:
    """The rewrite for iterators that remember all their entries to give them once more."""

    name = "repeat-reader"
    codes = frozenset(pattern.code for pattern in (UNBOUNDED_CACHE, EAGER_LOAD, BATCH_GROWTH))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text that reads again."""
        source = source_of(text)
        for call in source.calls("itertools.cycle", "itertools.tee"):
            statement = source.statement(call)
            is_held = isinstance(statement, cst.SimpleStatementLine) and _names(source, statement) & {*fault.holders}
            if not source.covers(statement, fault.line) and not is_held:
                continue
            if source.name(call.func) == "itertools.cycle":
                return _cycle(source, call)
            return _tee(source, call)
        return Refusal(reason="neither itertools.cycle nor itertools.tee is called at the line of the finding")


def _names(source: Source, statement: cst.SimpleStatementLine) -> set[str]:
    """Names that a statement binds."""
    targets = source.find(cst.AssignTarget, statement)
    names = {node.value for target in targets for node in source.find(cst.Name, target)}
    return names | {node.attr.value for target in targets for node in source.find(cst.Attribute, target)}


def _again(source: Source, value: cst.BaseExpression) -> str | Refusal:
    """Code that starts reading anew each time it is evaluated."""
    if draws(source, value):
        return _RANDOM
    if isinstance(value, cst.ListComp):
        return f"({source.code(value)[1:-1]})"
    if isinstance(value, cst.GeneratorExp):
        # What stands first in it must not be used up either.
        first = value.for_in.iter
        if isinstance(first, cst.Name) and _is_used_up(source, first):
            return Refusal(reason=f"{first.value} can be gone through only once", is_near=True)
        return source.code(value) if value.lpar else f"({source.code(value)})"
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Name):
        made = source.definition(value.func.value)
        if made is not None and source.find(cst.Yield, made.body):
            return _RANDOM if draws(source, made) else source.code(value)
    if isinstance(value, cst.Name):
        defined = _defined(source, value)
        if defined is not None:
            return _again(source, defined)
    return Refusal(reason="how the entries are made cannot be told from what is repeated", is_near=True)


def _defined(source: Source, name: cst.Name) -> cst.BaseExpression | None:
    """What a name of a function was given, once, and is used for nothing but this."""
    variable = variable_of(source, name)
    if variable is None or not isinstance(variable.home, cst.FunctionDef):
        return None
    others = [node for node in mentions(source, variable) if node is not name]
    return assigned(source, others[0]) if len(others) == 1 else None


def _is_used_up(source: Source, name: cst.Name) -> bool:
    """Whether a name has an iterator, as far as its function tells."""
    variable = variable_of(source, name)
    values = [assigned(source, node) for node in mentions(source, variable)] if variable is not None else []
    return any(
        isinstance(value, cst.GeneratorExp)
        or (isinstance(value, cst.Call) and source.name(value.func) in {"iter", "map", "filter", "zip", "open"})
        for value in values
    )


# --- cycle ----------------------------------------------------------------------------------------------------------


def _cycle(source: Source, call: cst.Call) -> Proposal | Refusal:
    statement = source.statement(call)
    if len(call.args) != 1 or not isinstance(statement, cst.SimpleStatementLine):
        return Refusal(reason="itertools.cycle is called inside of another statement", is_near=True)
    again = _again(source, call.args[0].value)
    if isinstance(again, Refusal):
        return again
    changes = Changes(source)
    name, entry, empty = source.fresh("repeated"), source.fresh("entry"), source.fresh("is_empty")
    tab = source.module.default_indent
    lines = [
        f"def {name}():",
        f"{tab}while True:",
        f"{tab * 2}{empty} = True",
        f"{tab * 2}for {entry} in {again}:",
        f"{tab * 3}{empty} = False",
        f"{tab * 3}yield {entry}",
        f"{tab * 2}if {empty}:",
        f"{tab * 3}return",
        "",
    ]
    changes.before(statement, "\n".join(lines))
    changes.replace(call, f"{name}()")
    source_of = _defining(source, call.args[0].value)
    if source_of is not None:
        changes.remove(source_of)
    return Proposal(text=changes.apply(), summary="each round reads its entries again, and none are kept for the next")


def _defining(source: Source, value: cst.BaseExpression) -> cst.BaseSmallStatement | None:
    """The statement that gave a name what is now made anew each time."""
    if not isinstance(value, cst.Name) or _defined(source, value) is None:
        return None
    variable = variable_of(source, value)
    assert variable is not None
    return next(source.small(node) for node in mentions(source, variable) if node is not value)


# --- tee ------------------------------------------------------------------------------------------------------------


def _tee(source: Source, call: cst.Call) -> Proposal | Refusal:
    statement = source.small(call)
    is_plain = isinstance(statement, cst.Assign) and len(statement.targets) == 1 and statement.value is call
    target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
    if not is_plain or not isinstance(target, cst.Tuple) or len(call.args) > 2:
        return Refusal(reason="what itertools.tee gives has no names of its own", is_near=True)
    count = source.code(call.args[1].value) if len(call.args) == 2 else "2"
    if count != str(len(target.elements)):
        return Refusal(reason="itertools.tee gives more than there are names for", is_near=True)
    again = _again(source, call.args[0].value)
    if isinstance(again, Refusal):
        return again
    changes = Changes(source)
    names = [source.code(element.value) for element in target.elements]
    changes.put(source.statement(call), "".join(f"{name} = {again}\n" for name in names))
    source_of = _defining(source, call.args[0].value)
    if source_of is not None:
        changes.remove(source_of)
    return Proposal(text=changes.apply(), summary="each reader makes its own entries, and none are kept for the other")
