"""Arrays that are converted number by number: the same conversion of a part gives the part of the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import Mention, Variable, assigned, is_rebound_at, mentions, variable_of

_PART = "\0"
_CONVERTERS = frozenset(["numpy.asarray", "numpy.array", "numpy.float32", "numpy.float64", "numpy.ascontiguousarray"])
_IN_PLACE = {
    cst.DivideAssign: "/",
    cst.MultiplyAssign: "*",
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.FloorDivideAssign: "//",
}
_ABOUT = frozenset(["shape", "ndim", "size"])
_ABOUT_UNCHANGED = frozenset(["dtype", "itemsize", "nbytes"])


@dataclass
class Steps:
    """What is done to each number of an array, as code around a part of it."""

    text: str = _PART

    @property
    def are_none(self) -> bool:
        """Whether numbers stay as they are."""
        return self.text == _PART

    def of(self, part: str) -> str:
        """The code that converts a part, which is code itself."""
        return self.text.replace(_PART, part)


def steps_of(source: Source, value: cst.BaseExpression, is_array: Callable[[cst.BaseExpression], bool]) -> Steps | None:
    """How an expression converts an array; ``None`` where it does more than that.

    Args:
        source: The text.
        value: ``np.load(path).astype("float32") / 255``
        is_array: Whether an expression in it is the array.
    """
    code = _steps(source, value, is_array)
    return None if code is None else Steps(code)


def _steps(source: Source, value: cst.BaseExpression, is_array: Callable[[cst.BaseExpression], bool]) -> str | None:
    if is_array(value):
        return _PART
    if isinstance(value, cst.BinaryOperation) and isinstance(
        value.operator, cst.Add | cst.Subtract | cst.Multiply | cst.Divide | cst.FloorDivide
    ):
        operator = source.code(value.operator)
        inner = _steps(source, value.left, is_array)
        if inner is not None and _is_number(source, value.right):
            return f"({inner} {operator} {source.code(value.right)})"
        inner = _steps(source, value.right, is_array)
        if inner is not None and _is_number(source, value.left):
            return f"({source.code(value.left)} {operator} {inner})"
        return None
    if not isinstance(value, cst.Call):
        return None
    if isinstance(value.func, cst.Attribute) and value.func.attr.value == "astype":
        inner = _steps(source, value.func.value, is_array)
        return inner and f"{inner}.astype({', '.join(_arguments(source, value.args))})"
    if source.name(value.func) in _CONVERTERS and value.args and value.args[0].keyword is None:
        inner = _steps(source, value.args[0].value, is_array)
        return inner and f"{source.code(value.func)}({', '.join([inner, *_arguments(source, value.args[1:])])})"
    return None


def _arguments(source: Source, args: object) -> list[str]:
    assert isinstance(args, list | tuple)
    return [source.code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in args]


def _is_number(source: Source, node: cst.BaseExpression) -> bool:
    """Whether an expression is one number, whatever runs before."""
    if isinstance(node, cst.UnaryOperation):
        return _is_number(source, node.expression)
    if isinstance(node, cst.Call):
        is_scalar = (source.name(node.func) or "") in {"numpy.float32", "numpy.float64", "numpy.uint8", "float", "int"}
        return is_scalar and len(node.args) == 1 and _is_number(source, node.args[0].value)
    return isinstance(node, cst.BaseNumber)


@dataclass
class Array:
    """A variable that has an array, and what is done with it."""

    variable: Variable
    made: cst.Assign
    """The statement that makes it."""
    target: Mention
    steps: Steps
    again: list[cst.BaseSmallStatement]
    """Statements right behind, which convert it in its place."""
    parts: list[cst.Subscript]
    """Parts that are read of it."""
    sizes: list[Mention]
    """Mentions that ask only for its length or its shape."""
    deleted: list[cst.Del]


def array_of(source: Source, made: cst.Assign, steps: Steps) -> Array | tuple[str, Mention | None]:
    """What is done with an array; or, where it is not only read by parts, in what way.

    Args:
        source: The text.
        made: The statement that makes it, of one target.
        steps: How its value is converted there.
    """
    target = made.targets[0].target
    variable = variable_of(source, target)
    if variable is None or not isinstance(target, cst.Name | cst.Attribute):
        return "it has no name", None
    array = Array(variable, made, target, steps, [], [], [], [])
    _convert_again(source, array)
    for node in mentions(source, variable):
        statement = source.small(node)
        if node is target or any(statement is other for other in array.again):
            continue
        if not _take(source, array, node):
            return f"{source.code(target)} is used as a whole, or handed on", node
    return array


def _convert_again(source: Source, array: Array) -> None:
    """Take in what converts it in the statements right behind."""
    for line in source.following(source.statement(array.made)):
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            return
        code = _next_steps(source, array, line.body[0])
        if code is None:
            return
        array.steps = Steps(code)
        array.again.append(line.body[0])


def _next_steps(source: Source, array: Array, statement: cst.BaseSmallStatement) -> str | None:
    if isinstance(statement, cst.AugAssign) and variable_of(source, statement.target) == array.variable:
        operator = _IN_PLACE.get(type(statement.operator))
        if operator and _is_number(source, statement.value) and "float" in array.steps.text:
            return f"({array.steps.text} {operator} {source.code(statement.value)})"
        return None
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return None
    if variable_of(source, statement.targets[0].target) != array.variable:
        return None
    more = steps_of(source, statement.value, lambda node: variable_of(source, node) == array.variable)
    return more.of(array.steps.text) if more is not None else None


def _take(source: Source, array: Array, node: Mention) -> bool:
    """Note what a mention does; whether it reads no more than a part."""
    parent = source.parent(node)
    if isinstance(parent, cst.Subscript) and parent.value is node and is_only_read(source, parent):
        array.parts.append(parent)
        return not _is_by_name(parent)
    if isinstance(parent, cst.Attribute) and parent.value is node:
        about = _ABOUT | (_ABOUT_UNCHANGED if array.steps.are_none else frozenset())
        array.sizes.append(node)
        return parent.attr.value in about
    if isinstance(parent, cst.Arg):
        call = source.parent(parent)
        array.sizes.append(node)
        return isinstance(call, cst.Call) and source.name(call.func) == "len"
    if isinstance(parent, cst.Del):
        array.deleted.append(parent)
        return True
    if is_rebound_at(source, node):
        value = assigned(source, node)
        return value is not None and source.code(value) == "None"
    return False


def _is_by_name(part: cst.Subscript) -> bool:
    """Whether a part is asked for by a name in quotes, as of an archive or of a table."""
    index = part.slice[0].slice
    return isinstance(index, cst.Index) and isinstance(index.value, cst.SimpleString)


def is_only_read(source: Source, part: cst.CSTNode) -> bool:
    """Whether a part is not written to where it stands."""
    outer = source.parent(part)
    while isinstance(outer, cst.Subscript) and outer.value is part:
        part, outer = outer, source.parent(outer)
    return not isinstance(outer, cst.AssignTarget | cst.AugAssign | cst.Del | cst.AnnAssign)


def changed_later(source: Source, origin: Variable, statement: cst.BaseSmallStatement) -> Mention | None:
    """Where an array may be changed, or bound again, behind a statement that took it as it was.

    In a loop all of the loop is behind it.
    """
    loops = source.loops(statement)
    for node in mentions(source, origin):
        is_in_loop = bool(loops) and source.is_in(node, loops[-1])
        if source.is_in(node, statement) or (source.place(node) < source.place(statement) and not is_in_loop):
            continue
        parent = source.parent(node)
        is_part = isinstance(parent, cst.Subscript) and parent.value is node and is_only_read(source, parent)
        about = isinstance(parent, cst.Attribute) and parent.attr.value in _ABOUT | _ABOUT_UNCHANGED
        call = source.parent(parent) if isinstance(parent, cst.Arg) else None
        if not is_part and not about and not (isinstance(call, cst.Call) and source.name(call.func) == "len"):
            return node
    return None


def is_a_span(part: cst.Subscript) -> bool:
    """Whether a part is more than one entry, so that it is an array whatever the shape."""
    return any(isinstance(element.slice, cst.Slice) for element in part.slice)


def write_parts(
    source: Source, changes: Changes, array: Array, name: str, plain: Callable[[str, cst.Subscript], str]
) -> None:
    """Write each part of an array as it is made of the same part of another.

    Args:
        source: The text.
        changes: Where to write.
        array: The array that goes.
        name: What its parts are taken of now.
        plain: Code of a part of that, as it is before it is converted.
    """
    for part in array.parts:
        index = source.code(part).removeprefix(source.code(part.value))
        code = array.steps.of(plain(f"{name}{index}", part))
        changes.replace(part, code if _binds_closer(source, part) else _bare(code))
    for statement in array.again:
        changes.remove(statement)


def _binds_closer(source: Source, part: cst.Subscript) -> bool:
    """Whether what is around a part would take only the last term of a sum that stands there."""
    return isinstance(
        source.parent(part),
        cst.BinaryOperation
        | cst.UnaryOperation
        | cst.Attribute
        | cst.Subscript
        | cst.Comparison
        | cst.ComparisonTarget,
    )


def _bare(code: str) -> str:
    """Code without the parentheses that are around all of it."""
    parsed = cst.parse_expression(code)
    if not parsed.lpar:
        return code
    return cst.Module([]).code_for_node(parsed.with_changes(lpar=parsed.lpar[1:], rpar=parsed.rpar[:-1]))
