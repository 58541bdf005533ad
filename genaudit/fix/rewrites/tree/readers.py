"""Whether code only reads a list, and could as well read a sequence that makes each entry anew."""

from __future__ import annotations

import libcst as cst

from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.steady import change_in_place, parameter_for
from genaudit.fix.rewrites.tree.variables import is_label

_READ = frozenset(
    """len enumerate zip list tuple set frozenset sorted reversed iter min max sum any all map filter choice choices
    sample bisect bisect_left bisect_right array asarray tensor as_tensor Counter chain from_iterable islice
    dict""".split()
)
"""Functions that go through what they are given, and neither keep nor change it."""
_METHODS = frozenset(["index", "count"])


def other_reader(source: Source, node: cst.BaseExpression, seen: frozenset[cst.CSTNode] = frozenset()) -> str | None:
    """What is done with a list besides to read it, in words for the user; ``None`` where nothing is.

    Args:
        source: The text.
        node: An expression that has the list.
        seen: Functions that are being looked at already.
    """
    code, line = source.code(node), source.line(node)
    parent = source.parent(node)
    if isinstance(parent, cst.AssignTarget | cst.AugAssign | cst.AnnAssign | cst.Del) and parent.target is node:
        return f"line {line} sets {code}"
    if isinstance(parent, cst.Attribute) and parent.value is node:
        is_asked = parent.attr.value in _METHODS and isinstance(source.parent(parent), cst.Call)
        return None if is_asked else f"line {line} asks for {code}.{parent.attr.value}"
    if isinstance(parent, cst.Subscript) and parent.value is node:
        return _of_entry(source, parent, code)
    if isinstance(parent, cst.For | cst.CompFor) and parent.iter is node:
        return _of_target(source, parent.target, source.function(node) or source.module, code)
    if isinstance(parent, cst.Arg):
        return _of_argument(source, node, parent, seen)
    if isinstance(parent, cst.Assign) and parent.value is node and len(parent.targets) == 1:
        return _of_alias(source, parent.targets[0].target, node, seen)
    if isinstance(parent, cst.Element) and isinstance(source.parent(parent), cst.Tuple):
        return _of_bundle(source, parent, node, seen)
    if _is_test(parent):
        return None
    if isinstance(parent, cst.Comparison | cst.ComparisonTarget | cst.BinaryOperation):
        return f"line {line} compares {code}, or computes with it"
    return f"line {line} hands {code} on as a whole"


def _is_test(parent: cst.CSTNode | None) -> bool:
    """``if entries``, ``not entries``, ``x in entries``."""
    if isinstance(parent, cst.ComparisonTarget):
        return isinstance(parent.operator, cst.In | cst.NotIn)
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    return isinstance(parent, cst.If | cst.While | cst.Assert)


def _of_entry(source: Source, entry: cst.Subscript, code: str) -> str | None:
    """What is done with an entry that is asked for: a change of it would be lost, and no two are the same object."""
    line, parent = source.line(entry), source.parent(entry)
    if isinstance(parent, cst.AssignTarget | cst.AugAssign | cst.Del):
        return f"line {line} changes {code}"
    if _is_changed(source, entry):
        return f"line {line} changes an entry of {code} in place"
    compared = parent if isinstance(parent, cst.Comparison) else source.up(entry, cst.Comparison)
    if compared is not None and isinstance(parent, cst.ComparisonTarget | cst.Comparison) and _asks_identity(compared):
        return f"line {line} asks whether an entry of {code} is the same object"
    home = source.function(entry) or source.module
    if isinstance(parent, cst.For | cst.CompFor) and parent.iter is entry:
        is_slice = any(isinstance(part.slice, cst.Slice) for part in entry.slice)
        return _of_target(source, parent.target, home, code) if is_slice else None
    if isinstance(parent, cst.Assign) and parent.value is entry:
        answers = (_of_target(source, target.target, home, code) for target in parent.targets)
        return next((how for how in answers if how is not None), None)
    return None


def _is_changed(source: Source, entry: cst.Subscript) -> bool:
    """Whether the statement of an entry changes it."""
    return (
        change_in_place(source, source.code(entry), source.statement(entry), trusting=True, kind=cst.Subscript)
        is not None
    )


def _asks_identity(node: cst.Comparison) -> bool:
    """``a is b``; there is one ``None`` only, whatever it was packed with."""
    sides = [node.left, *(each.comparator for each in node.comparisons)]
    is_none = any(isinstance(side, cst.Name) and side.value == "None" for side in sides)
    return not is_none and any(isinstance(each.operator, cst.Is | cst.IsNot) for each in node.comparisons)


def _of_target(source: Source, target: cst.CSTNode, home: cst.CSTNode, code: str) -> str | None:
    """What is done with entries that get a name; where a tuple does, with each of its parts."""
    for name in source.find(cst.Name, target):
        changed = change_in_place(source, name.value, home, trusting=True)
        if changed is not None:
            return f"line {source.line(changed)} may change {name.value}, an entry of {code}, in place"
        for node in source.find(cst.Comparison, home):
            compared = {source.code(node.left), *(source.code(each.comparator) for each in node.comparisons)}
            if name.value in compared and _asks_identity(node):
                return f"line {source.line(node)} asks whether an entry of {code} is the same object"
    return None


def _of_argument(source: Source, node: cst.BaseExpression, arg: cst.Arg, seen: frozenset[cst.CSTNode]) -> str | None:
    """What a call does with a list that it is given: a library's function is known, one of the file is looked into."""
    call, code, line = source.parent(arg), source.code(node), source.line(node)
    assert isinstance(call, cst.Call)
    name = source.name(call.func) or source.code(call.func)
    made = source.definition(name) if "." not in name else None
    if made is not None:
        return _of_parameter(source, made, parameter_for(call, arg, made), code, line, seen)
    if name.rpartition(".")[2] in _READ and not arg.star and not name.startswith("self."):
        above = source.parent(call)
        if isinstance(above, cst.For | cst.CompFor) and above.iter is call:
            return _of_target(source, above.target, source.function(node) or source.module, code)
        return None
    return f"line {line} hands {code} to {source.code(call.func)} as a whole"


def _of_parameter(
    source: Source, made: cst.FunctionDef, param: str | None, code: str, line: int, seen: frozenset[cst.CSTNode]
) -> str | None:
    if made in seen:
        return None
    if param is None:
        return f"line {line} hands {code} to {made.name.value} as a whole"
    return _of_name(source, param, made.body, seen | {made})


def _of_alias(source: Source, target: cst.CSTNode, node: cst.CSTNode, seen: frozenset[cst.CSTNode]) -> str | None:
    """What is done with a list by another name of the function."""
    home = source.function(node)
    if home is None or not isinstance(target, cst.Name) or home in seen:
        return f"line {source.line(node)} gives {source.code(node)} another name"
    return _of_name(source, target.value, home.body, seen | {home})


def _of_name(source: Source, name: str, within: cst.CSTNode, seen: frozenset[cst.CSTNode]) -> str | None:
    for node in source.find(cst.Name, within):
        if node.value != name or is_label(source, node):
            continue
        if isinstance(source.parent(node), cst.AssignTarget | cst.Param):
            continue
        how = other_reader(source, node, seen)
        if how is not None:
            return how
    return None


def _of_bundle(source: Source, element: cst.Element, node: cst.CSTNode, seen: frozenset[cst.CSTNode]) -> str | None:
    """``Process(target=serve, args=(self.entries, pipe))``, with the tuple in place or by a name of its own."""
    bundle = source.parent(element)
    assert isinstance(bundle, cst.Tuple)
    at = next(at for at, each in enumerate(bundle.elements) if each is element)
    given: cst.CSTNode = bundle
    statement = source.parent(bundle)
    if isinstance(statement, cst.Assign) and isinstance(statement.targets[0].target, cst.Name):
        name, home = statement.targets[0].target.value, source.function(node) or source.module
        uses = [each for each in source.find(cst.Name, home) if each.value == name]
        others = [each for each in uses if source.parent(each) is not statement.targets[0]]
        if len(others) == 1:
            given = others[0]
    arg = source.parent(given)
    call = source.parent(arg) if isinstance(arg, cst.Arg) else None
    if (
        isinstance(call, cst.Call)
        and isinstance(arg, cst.Arg)
        and arg.keyword is not None
        and arg.keyword.value == "args"
    ):
        target = next((each.value for each in call.args if each.keyword and each.keyword.value == "target"), None)
        made = source.definition(target.value) if isinstance(target, cst.Name) else None
        if made is not None and at < len(made.params.params):
            param = made.params.params[at].name.value
            return _of_parameter(source, made, param, source.code(node), source.line(node), seen)
    return f"line {source.line(node)} hands {source.code(node)} on as a whole"
