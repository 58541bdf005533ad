"""Other ways to fill a list, written as the appends of a loop that rewrites know."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.gathering import is_empty_list
from genaudit.fix.rewrites.tree.source import Source, source_of


def spelled_out(text: str, line: int) -> tuple[str, int] | None:
    """The same text, where what a line puts into a list is put there by ``append``.

    ``images += [load(path)]`` and ``images.extend(load(path) for path in paths)`` do what an append does, and a loop of
    them; so does a map.

    Args:
        text: Python source that parses.
        line: 1 is the first.

    Returns:
        The text, and the line of the append. ``None`` where the line does nothing of the kind to a list that begins
        empty, or where a name of the loop is something else in the function.
    """
    source = source_of(text)
    for statement in source.find(cst.SimpleStatementLine):
        if len(statement.body) == 1 and source.covers(statement, line):
            added = _added(statement.body[0])
            code = _loop(source, statement, *added) if added and _begins_empty(source, added[0]) else None
            if added and code is not None:
                changes = Changes(source)
                changes.put(statement, code, source.find(cst.Comment, statement.body[0]))
                return _with_line(changes.apply(), f"{source.code(added[0])}.append(", line)
    return None


def _with_line(text: str, code: str, line: int) -> tuple[str, int]:
    """A text, and the line next to one that has some code."""
    lines = [number for number, each in enumerate(text.split("\n"), 1) if code in each]
    return text, min(lines, key=lambda number: abs(number - line))


def _added(small: cst.BaseSmallStatement) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """A list, and what it is made longer by."""
    if isinstance(small, cst.AugAssign) and isinstance(small.operator, cst.AddAssign):
        # Not of a generator: that is an error, but for a list it is not.
        return small.target, small.value
    call = small.value if isinstance(small, cst.Expr) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute) or len(call.args) != 1:
        return None
    is_extend = call.func.attr.value == "extend" and not call.args[0].star and call.args[0].keyword is None
    return (call.func.value, call.args[0].value) if is_extend else None


def _begins_empty(source: Source, container: cst.BaseExpression) -> bool:
    code = source.code(container)
    made = [(target.target, node.value) for node in source.find(cst.Assign) for target in node.targets]
    made += [(node.target, node.value) for node in source.find(cst.AnnAssign) if node.value is not None]
    return any(source.code(target) == code and is_empty_list(source, value) for target, value in made)


def _loop(
    source: Source, statement: cst.SimpleStatementLine, container: cst.BaseExpression, value: cst.BaseExpression
) -> str | None:
    """The statements that append one by one."""
    name = source.code(container)
    if isinstance(value, cst.List):
        is_one = len(value.elements) == 1 and isinstance(value.elements[0], cst.Element)
        return f"{name}.append({source.code(value.elements[0].value)})\n" if is_one else None
    made = _within(source, value)
    if isinstance(made, cst.ListComp | cst.GeneratorExp):
        loop = made.for_in
        if loop.inner_for_in is not None or loop.asynchronous is not None or _is_seen(source, statement, loop.target):
            return None
        target, over = source.code(loop.target), source.code(loop.iter)
        if loop.ifs:
            tests = "".join(f" if {source.code(test.test)}" for test in loop.ifs)
            over = f"[{target} for {target} in {over}{tests}]"
        return f"for {target} in {over}:\n    {name}.append({source.code(made.elt)})\n"
    if isinstance(made, cst.Call) and source.name(made.func) == "map" and len(made.args) == 2:
        function, mapped = (arg.value for arg in made.args)
        if isinstance(function, cst.Name | cst.Attribute) and not any(arg.star or arg.keyword for arg in made.args):
            each = source.fresh("source")
            item = f"{name}.append({source.code(function)}({each}))"
            return f"for {each} in {source.code(mapped)}:\n    {item}\n"
    return None


def _within(source: Source, value: cst.BaseExpression) -> cst.BaseExpression:
    """What a list is made of, where it is made of something that is gone over."""
    is_list = isinstance(value, cst.Call) and source.name(value.func) == "list" and len(value.args) == 1
    return value.args[0].value if is_list else value  # type: ignore[attr-defined]


def _is_seen(source: Source, statement: cst.CSTNode, target: cst.BaseAssignTargetExpression) -> bool:
    """Whether a name of the loop is used outside of it: the loop would give it another value."""
    own = {name.value for name in source.find(cst.Name, target)}
    scope = source.function(statement) or source.module
    return any(name.value in own and not source.is_in(name, statement) for name in source.find(cst.Name, scope))
