"""Calls in the user's files: what becomes which parameter, and what is handed to whom."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from genaudit.evidence.retention.scopes import owner_of
from genaudit.evidence.retention.uses import Functions, last_name


class Own(dict[str, ast.AST]):
    """Syntax trees of the user's files, by path."""

    driven = ""
    """The function or the class that genaudit calls itself: what it is given comes from no call of the user's."""
    is_script = False
    """Whether a file was run as a script, so that what it calls there counts."""


MAKERS = {"__init__", "__new__", "__post_init__"}
"""Methods that run when an object is made."""


class Given(NamedTuple):
    """A value that a call gives to a parameter."""

    path: str
    scope: ast.AST
    """The function that the call is in, or the module."""
    value: ast.expr


class _Offer(NamedTuple):
    """One way to read a call: what is called, now or later, and with which arguments."""

    called: ast.expr
    positional: list[ast.expr]
    keywords: dict[str, ast.expr]


def receivers(call: ast.Call, name: str, own: Own) -> Iterator[tuple[str, Functions, str]]:
    """Functions of the user's that a call hands a variable to, each with the parameter that it becomes there."""
    for offer in _offers(call):
        place = next((at for at, part in enumerate(offer.positional) if name in last_name(part)), None)
        wanted = last_name(offer.called)
        if place is None or not wanted:
            continue
        for path, tree in own.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == wanted[0]:
                    parameters = parameters_of(node)
                    if place < len(parameters):
                        yield path, node, parameters[place]


def parameters_of(function: Functions) -> list[str]:
    """The parameters that have a place, without the object itself."""
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def given_to(own: Own, path: str, function: Functions, parameter: str) -> list[Given]:
    """What the user's own calls of a function give to one of its parameters.

    Nothing where several functions call it: which of them has run is not known.
    """
    around = class_around(own[path], function)
    if around is not None and function.name in MAKERS:
        return _given_to_class(own, around, parameters_of(function), parameter, inside=function)
    if function.name == own.driven:
        return []
    calls = (
        (each, tree, offer)
        for each, tree in own.items()
        for call in _calls(tree)
        for offer in _offers(call)
        if function.name in last_name(offer.called)
    )
    return _certain(calls, parameters_of(function), parameter, inside=function, is_script=own.is_script)


def given_to_field(own: Own, made: ast.ClassDef, field: str) -> list[Given]:
    """What the user's calls of a class give to a field of it, where the fields alone say what it is called with."""
    fields = [
        statement.target.id
        for statement in made.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]
    makes = {statement.name for statement in made.body if isinstance(statement, ast.FunctionDef)} & MAKERS
    if field not in fields or makes - {"__post_init__"}:
        return []
    return _given_to_class(own, made, fields, field, inside=None)


def class_around(tree: ast.AST, function: Functions) -> ast.ClassDef | None:
    """The class that a function is a method of."""
    return next((node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and function in node.body), None)


def calls_of(own: Own, name: str) -> list[tuple[str, ast.Call]]:
    """Calls of whatever has this name."""
    return [(path, call) for path, tree in own.items() for call in _calls(tree) if name in last_name(call.func)]


def handed_over(own: Own, function: str, line: int | None) -> list[tuple[str, ast.expr]]:
    """Calls that are handed a function: ``atexit.register(self.close)``; a decorator is one of the function below it.

    Args:
        function: Its name; "partial" for what was made of one.
        line: Where it begins, as a nameless one is only told by that.
    """
    found: list[tuple[str, ast.expr]] = []
    for path, tree in own.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
                if any(_is_function(part, function, line) for part in arguments):
                    found.append((path, node))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
                found += [(path, decorator) for decorator in node.decorator_list if _registers(decorator)]
    return found


def _is_function(part: ast.expr, function: str, line: int | None) -> bool:
    if isinstance(part, ast.Lambda):
        return function == "<lambda>" and part.lineno == line
    if isinstance(part, ast.Call):
        return function == "partial" and function in last_name(part.func)
    return function in last_name(part)


def _registers(decorator: ast.expr) -> bool:
    return "register" in last_name(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _given_to_class(
    own: Own, made: ast.ClassDef, parameters: list[str], parameter: str, *, inside: Functions | None
) -> list[Given]:
    """The same for the constructor of a class, which is called by the names of those derived from it too."""
    names = {made.name}
    calls = []
    for path, tree in own.items():
        derived = [node for node in _classes(tree) if made.name in {last for b in node.bases for last in last_name(b)}]
        names |= {
            node.name for node in derived if not any(getattr(part, "name", "") == "__init__" for part in node.body)
        }
        calls += [(path, tree, offer) for node in derived for offer in _offers_in(node) if _is_super(offer.called)]
        within = [node for node in _classes(tree) if node.name == made.name]
        calls += [(path, tree, offer) for node in within for offer in _offers_in(node) if _is_own_class(offer.called)]
    for path, tree in own.items():
        if made.name != own.driven:
            calls += [(path, tree, offer) for offer in _offers_in(tree) if names & set(last_name(offer.called))]
    return _certain(calls, parameters, parameter, inside=inside, is_script=own.is_script)


def _is_own_class(called: ast.expr) -> bool:
    """``cls`` in a class method, ``type(self)`` in another."""
    if isinstance(called, ast.Call):
        return last_name(called.func) == ["type"]
    return isinstance(called, ast.Name) and called.id == "cls"


def _is_super(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr == "__init__"


def _certain(
    calls: Iterator[tuple[str, ast.AST, _Offer]] | list[tuple[str, ast.AST, _Offer]],
    parameters: list[str],
    parameter: str,
    *,
    inside: Functions | None,
    is_script: bool,
) -> list[Given]:
    found = []
    for path, tree, offer in calls:
        value = offer.keywords.get(parameter)
        if value is None and parameter in parameters:
            at = parameters.index(parameter)
            before = offer.positional[: at + 1]
            value = (
                before[at] if len(before) > at and not any(isinstance(part, ast.Starred) for part in before) else None
            )
        if value is None or (not is_script and _is_of_a_script(tree, value.lineno)):
            continue
        scope = owner_of(tree, value.lineno) or tree
        if scope is not inside:
            found.append(Given(path, scope, value))
    return found if len({id(given.scope) for given in found}) == 1 else []


def _is_of_a_script(tree: ast.AST, line: int) -> bool:
    """Whether a line is only run where the file is run itself: below ``if __name__ == "__main__"``."""
    body = getattr(tree, "body", [])
    return any(
        isinstance(part, ast.If)
        and part.lineno <= line <= (part.end_lineno or 0)
        and any(isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(part.test))
        for part in body
    )


def _offers(call: ast.Call) -> Iterator[_Offer]:
    """What a call calls, and what it may hand to a function among its arguments, as threads and pools do."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    yield _Offer(call.func, call.args, keywords)
    first = call.args[0] if call.args else None
    later = keywords.get("target", first)
    if later is not None and "args" in keywords:
        yield _Offer(later, list(getattr(keywords["args"], "elts", [])), {})
    if first is not None and len(call.args) > 1:
        yield _Offer(first, call.args[1:], keywords)


def _offers_in(node: ast.AST) -> Iterator[_Offer]:
    return (offer for call in _calls(node) for offer in _offers(call))


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def _classes(tree: ast.AST) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
