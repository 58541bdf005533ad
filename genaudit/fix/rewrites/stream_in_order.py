"""A list that is filled first and then cut into batches from its beginning: its entries are made batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.effects import draws
from genaudit.fix.rewrites.tree.gathering import is_empty_list
from genaudit.fix.rewrites.tree.source import Source, source_of
from genaudit.fix.rewrites.tree.variables import Mention, Variable, is_rebound_at, mentions, variable_of
from genaudit.model.catalogue import BATCH_SPIKE, EAGER_LOAD, WHOLE_FILE_READ


class StreamInOrder:
    """The rewrite for lists and tables that one loop goes through from the first entry to the last."""

    name = "stream-in-order"
    codes = frozenset(pattern.code for pattern in (EAGER_LOAD, WHOLE_FILE_READ, BATCH_SPIKE))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text in which the loop makes the entries that it needs."""
        source = source_of(text)
        made = _made_at(source, fault.line)
        if made is None:
            return Refusal(reason="no list and no table is made at the line of the finding, in a function that uses it")
        walk = _walk(source, made)
        if isinstance(walk, Refusal):
            return walk
        reason = _why_not_later(source, made, walk)
        if reason is not None:
            return Refusal(reason=reason, is_near=True)
        changes = Changes(source)
        changes.remove(made.outer)
        for statement in made.emptied:
            changes.remove(statement)
        if made.into is not None:
            behind = source.following(made.into)
            last = next(at for at, node in enumerate(behind) if source.is_in(walk.loop, node))
            changes.move_into(made.into, behind[: last + 1])
        _write(source, changes, made, walk)
        return Proposal(text=changes.apply(), summary=_summary(made))


def _summary(made: _Made) -> str:
    if made.is_table:
        return f"{made.name} is read in parts of a batch; where no dtype is given, each part has its own"
    return f"{made.name} is made batch by batch, as the loop comes to it"


@dataclass
class _Made:
    """A list, or a table, and how its entries are made one after another."""

    name: str
    variable: Variable
    target: Mention
    value: cst.BaseExpression
    stream: str
    """Code of what makes the entries: an iterable, or the call that reads a table."""
    outer: cst.BaseStatement
    """The statement that makes it, with what it opens."""
    opened: cst.With | None
    is_table: bool = False
    into: cst.With | None = None
    """What is open where it is made, and does other things before: the loop goes into it."""
    emptied: list[cst.BaseSmallStatement] = field(default_factory=list)
    """Where a list is made that a loop fills."""

    def following(self, source: Source) -> list[cst.BaseStatement]:
        """The statements behind what makes it."""
        return source.following(self.into or self.outer)


@dataclass
class _Walk:
    """The loop that goes through it, and its parts there."""

    loop: cst.For
    size: str | None = None
    """How many entries a round takes; ``None`` where it is one."""
    parts: list[cst.CSTNode] = field(default_factory=list)
    gone: list[cst.BaseSmallStatement] = field(default_factory=list)
    """Statements that only computed where a part ends."""
    is_counted: bool = False
    """Whether the loop needs its counter for other things."""


# --- how it is made -------------------------------------------------------------------------------------------------


def _made_at(source: Source, line: int) -> _Made | None:
    return _assigned_at(source, line) or next(
        filter(None, (_filled(source, loop, line) for loop in _loops(source))), None
    )


def _loops(source: Source) -> list[cst.For]:
    """Loops whose only statement is a simple one."""
    return [
        loop
        for loop in source.find(cst.For)
        if len(loop.body.body) == 1 and isinstance(loop.body.body[0], cst.SimpleStatementLine) and loop.orelse is None
    ]


def _filled(source: Source, loop: cst.For, line: int) -> _Made | None:
    """``rows = []``, and ``for line in file: rows.append(parse(line))``."""
    adding = loop.body.body[0]
    assert isinstance(adding, cst.SimpleStatementLine)
    call = adding.body[0].value if len(adding.body) == 1 and isinstance(adding.body[0], cst.Expr) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute) or len(call.args) != 1:
        return None
    target = call.func.value
    variable = variable_of(source, target)
    is_local = variable is not None and isinstance(variable.home, cst.FunctionDef)
    if not isinstance(target, cst.Name) or variable is None or not is_local or call.func.attr.value != "append":
        return None
    starts = [node for node in mentions(source, variable) if is_rebound_at(source, node)]
    emptied = source.small(starts[0]) if len(starts) == 1 else None
    if not isinstance(emptied, cst.Assign) or not is_empty_list(source, emptied.value):
        return None
    if not source.covers(loop, line) and not source.covers(emptied, line):
        return None
    item, over = source.code(call.args[0].value), source.code(loop.iter)
    opened = source.up(loop, cst.With)
    is_last = opened is not None and source.siblings(loop)[-1] is loop and source.parent(loop) is opened.body
    is_alone = is_last and source.siblings(loop) == [loop]
    return _Made(
        name=target.value,
        variable=variable,
        target=target,
        value=call.args[0].value,
        stream=f"({item} for {source.code(loop.target)} in {over})",
        outer=opened if is_alone and opened is not None else loop,
        opened=opened if is_alone else None,
        into=opened if is_last and not is_alone else None,
        emptied=[emptied],
    )


def _assigned_at(source: Source, line: int) -> _Made | None:
    for statement in source.find(cst.Assign):
        outer = source.statement(statement)
        opened = source.up(outer, cst.With)
        is_last = opened is not None and source.parent(outer) is opened.body and source.siblings(outer)[-1] is outer
        is_in_block = is_last and source.siblings(outer) == [outer]
        if not source.covers(outer, line) or len(statement.targets) != 1:
            continue
        target = statement.targets[0].target
        variable = variable_of(source, target)
        if not isinstance(target, cst.Name) or variable is None or not isinstance(variable.home, cst.FunctionDef):
            continue
        stream = _stream(source, statement.value)
        if stream is None:
            continue
        block = opened if is_in_block else None
        return _Made(
            name=target.value,
            variable=variable,
            target=target,
            value=statement.value,
            stream=stream[0],
            outer=block or outer,
            opened=block,
            is_table=stream[1],
            into=opened if is_last and not is_in_block else None,
        )
    return None


def _stream(source: Source, value: cst.BaseExpression) -> tuple[str, bool] | None:
    """Code that makes the entries of a list one after another, and whether they are rows of a table."""
    if isinstance(value, cst.ListComp):
        return f"({source.code(value)[1:-1]})", False
    if not isinstance(value, cst.Call):
        return None
    name = source.name(value.func)
    if name == "list" and len(value.args) == 1 and not value.args[0].star:
        inner = value.args[0].value
        if isinstance(inner, cst.GeneratorExp):
            return f"({source.code(inner)})" if not inner.lpar else source.code(inner), False
        return f"iter({source.code(inner)})", False
    if name == "pandas.read_csv":
        taken = {arg.keyword.value for arg in value.args if arg.keyword}
        is_plain = not taken & {"chunksize", "iterator", "nrows", "index_col", "skipfooter"}
        return (source.code(value), True) if is_plain else None
    if isinstance(value.func, cst.Attribute) and not value.args and value.func.attr.value in {"readlines", "fetchall"}:
        return f"iter({source.code(value.func.value)})", False
    return None


# --- how it is used -------------------------------------------------------------------------------------------------


def _walk(source: Source, made: _Made) -> _Walk | Refusal:
    own: list[cst.CSTNode] = [made.outer, *made.emptied]
    uses = [node for node in mentions(source, made.variable) if not any(source.is_in(node, outer) for outer in own)]
    loops = [loop for loop in (_loop_of(source, node) for node in uses) if loop is not None]
    if len(loops) != 1:
        return Refusal(reason=f"{made.name} is not cut into batches by one loop from its beginning", is_near=True)
    walk = loops[0]
    for node in uses:
        if source.is_in(node, walk.loop.iter):
            continue
        part = _part(source, made, walk, node)
        if part is None:
            return Refusal(
                reason=f"line {source.line(node)} asks {made.name} for other entries than those of the round",
                is_near=True,
            )
        walk.parts.append(part)
    if walk.loop.orelse is not None or source.function(walk.loop) is not made.variable.home:
        return Refusal(reason=f"the loop over {made.name} is more than a loop", is_near=True)
    walk.is_counted = walk.size is not None and not _counts_only(source, walk)
    if walk.is_counted and made.is_table:
        return Refusal(reason=f"the loop over {made.name} uses its counter for more than the parts", is_near=True)
    return walk


def _loop_of(source: Source, node: Mention) -> _Walk | None:
    """The loop that a mention is the range of: ``for start in range(0, len(x), size)``, or ``for entry in x``."""
    parent = source.parent(node)
    if isinstance(parent, cst.For) and parent.iter is node:
        return _Walk(parent)
    if not isinstance(parent, cst.Arg):
        return None
    measured = source.parent(parent)
    if not isinstance(measured, cst.Call) or source.name(measured.func) != "len":
        return None
    stop = source.parent(measured)
    counted = source.parent(stop) if isinstance(stop, cst.Arg) else None
    if not isinstance(counted, cst.Call) or source.name(counted.func) != "range" or len(counted.args) != 3:
        return None
    loop = source.parent(counted)
    is_whole = counted.args[1] is stop and source.code(counted.args[0].value) == "0"
    if not is_whole or not isinstance(loop, cst.For) or not isinstance(loop.target, cst.Name):
        return None
    return _Walk(loop, size=source.code(counted.args[2].value))


def _part(source: Source, made: _Made, walk: _Walk, node: Mention) -> cst.CSTNode | None:
    """The slice of the round that a mention is in."""
    if walk.size is None or not source.is_in(node, walk.loop.body):
        return None
    parent = source.parent(node)
    if made.is_table and isinstance(parent, cst.Attribute) and parent.attr.value == "iloc":
        parent = source.parent(parent)
    if not isinstance(parent, cst.Subscript) or len(parent.slice) != 1:
        return None
    span = parent.slice[0].slice
    assert isinstance(walk.loop.target, cst.Name)
    start = walk.loop.target.value
    if not isinstance(span, cst.Slice) or span.step is not None or span.lower is None or span.upper is None:
        return None
    if source.code(span.lower) != start:
        return None
    upper = source.code(span.upper)
    if upper in {f"{start} + {walk.size}", f"{walk.size} + {start}"}:
        return parent
    return parent if _ends_round(source, walk, upper) else None


def _ends_round(source: Source, walk: _Walk, name: str) -> bool:
    """Whether a name is that of the end of the round, which nothing else needs."""
    assert isinstance(walk.loop.target, cst.Name)
    start = walk.loop.target.value
    for statement in source.find(cst.Assign, walk.loop.body):
        is_name = len(statement.targets) == 1 and source.code(statement.targets[0].target) == name
        if is_name and source.code(statement.value) in {f"{start} + {walk.size}", f"{walk.size} + {start}"}:
            if all(statement is not other for other in walk.gone):
                walk.gone.append(statement)
            return True
    return False


def _counts_only(source: Source, walk: _Walk) -> bool:
    """Whether the counter, and the end of the round, are in the slices only."""
    assert isinstance(walk.loop.target, cst.Name)
    names = {
        walk.loop.target.value,
        *(source.code(s.targets[0].target) for s in walk.gone if isinstance(s, cst.Assign)),
    }
    function = source.function(walk.loop)
    assert function is not None
    return all(
        any(source.is_in(name, outer) for outer in [*walk.parts, *walk.gone])
        or name is walk.loop.target
        or not source.is_in(name, walk.loop)
        for name in source.find(cst.Name, function.body)
        if name.value in names
    )


# --- whether it may be made later -----------------------------------------------------------------------------------


def _why_not_later(source: Source, made: _Made, walk: _Walk) -> str | None:
    """Why what the entries are made of may have changed until the loop comes to them."""
    if draws(source, made.value):
        return "the entries are made with random numbers, which would be drawn in another order"
    if not any(source.is_in(walk.loop, later) for later in made.following(source)):
        return f"the loop does not come after {made.name} is made"
    inside = [made.outer, *source.find(cst.CSTNode, made.outer)]
    names = {node.value for node in inside if isinstance(node, cst.Name)} - {made.name}
    changed = _changed_later(source, made, names)
    if changed is not None:
        return f"{changed} changes before the loop comes to the entries"
    return None


def _changed_later(source: Source, made: _Made, names: set[str]) -> str | None:
    """A name that the entries are made of, which is bound or told to do something afterwards."""
    later = [node for statement in made.following(source) for node in source.find(cst.Name, statement)]
    for node in later:
        if node.value not in names or node.value in source.imports:
            continue
        parent = source.parent(node)
        if isinstance(parent, cst.AssignTarget | cst.AugAssign):
            return node.value
        if isinstance(parent, cst.For) and parent.target is node and not source.is_in(made.target, parent):
            return node.value
        call = source.parent(parent) if isinstance(parent, cst.Attribute) else None
        is_told = isinstance(call, cst.Call) and call.func is parent and isinstance(source.parent(call), cst.Expr)
        if is_told:
            return node.value
    return None


# --- the new loop ---------------------------------------------------------------------------------------------------


def _write(source: Source, changes: Changes, made: _Made, walk: _Walk) -> None:
    name = source.fresh("part")
    for part in walk.parts:
        changes.replace(part, name)
    for statement in [] if walk.is_counted else walk.gone:
        changes.remove(statement)
    if made.is_table or walk.size is None:
        changes.rebuild(walk.loop, lambda loop: _opened(made, [_over(made, walk, name, loop)], loop.leading_lines))
        return
    islice = changes.function("itertools", "islice")
    taken = f"{name} := list({islice}({made.name}, {walk.size}))"

    def batched(loop: Any) -> Any:
        start = cst.parse_statement(f"{made.name} = {made.stream}\n", source.module.config_for_parsing)
        rounds = _counted(changes, walk, taken, loop) if walk.is_counted else cst.While(_bare(taken), loop.body)
        return _opened(made, [start, rounds], loop.leading_lines)

    changes.rebuild(walk.loop, batched)


def _bare(taken: str) -> cst.BaseExpression:
    return cst.parse_expression(f"({taken})").with_changes(lpar=[], rpar=[])


def _counted(changes: Changes, walk: _Walk, taken: str, loop: cst.For) -> cst.For:
    """The loop with its counter, which ends where no entry is left."""
    count = changes.function("itertools", "count")
    end = cst.parse_statement(f"if not ({taken}):\n    break\n", cst.PartialParserConfig())
    assert isinstance(loop.body, cst.IndentedBlock)
    body = loop.body.with_changes(body=[end, *loop.body.body])
    return loop.with_changes(iter=cst.parse_expression(f"{count}(0, {walk.size})"), body=body, leading_lines=[])


def _over(made: _Made, walk: _Walk, name: str, loop: cst.For) -> cst.For:
    """The loop over parts of a table, or over entries."""
    if not made.is_table:
        return loop.with_changes(iter=cst.parse_expression(made.stream), leading_lines=[])
    chunks = f"{made.stream[:-1].rstrip().rstrip(',')}, chunksize={walk.size})"
    if walk.size is None:
        return loop
    return loop.with_changes(target=cst.Name(name), iter=cst.parse_expression(chunks), leading_lines=[])


def _opened(made: _Made, statements: list[Any], leading: Sequence[cst.EmptyLine]) -> Any:
    """Statements in the block that opens what they read, where there is one."""
    if made.opened is not None:
        block = made.opened.with_changes(body=cst.IndentedBlock(statements), leading_lines=leading)
        return cst.FlattenSentinel([block])
    first, *others = statements
    return cst.FlattenSentinel([first.with_changes(leading_lines=leading), *others])
