"""The messages that genaudit ends with, as its source has them: for ``docs/troubleshooting.md``.

A message is made where an error is raised, by a call with ``slug=``. Its words are read from the syntax tree; what is
filled in when it is raised is an ellipsis. Where a function makes the error of words that it is given, those of its
calls are taken.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from genaudit.errors import ExitCode
from genaudit.version import install_command

PACKAGE = Path(__file__).parents[1] / "genaudit"
FILLED_IN = "…"
DEEPEST = 3
"""How many functions a message may pass through."""
MOST = 12
"""Forms of one message that are listed."""
FEWEST_WORDS = 2
"""Of a message; less is no more than what is filled in."""
NEWER = "newer-"
_OF_LINT = "Diagnostic"


class Message(NamedTuple):
    """One message, and what it advises."""

    slug: str
    text: str
    hint: str
    code: int
    """The exit code that a command ends with."""


Bindings = Mapping[str, tuple[ast.expr, "Scope"]]


class Scope(NamedTuple):
    """A function that is looked at: what its parameters may be, by the calls of it."""

    module: "Module"
    function: ast.FunctionDef | None
    bound: Bindings


class Module(NamedTuple):
    """A file of the package, with what is looked for in it more than once."""

    tree: ast.Module
    inside: Mapping[ast.AST, ast.FunctionDef]
    """The innermost function around a node."""
    calls: Mapping[str, Sequence[ast.Call]]
    """By the name of what is called."""
    assigned: Mapping[tuple[ast.FunctionDef | None, str], Sequence[ast.expr]]
    """What a name is set to in a function, or at the top."""


def messages() -> list[Message]:
    """Every message, each once, in the order of their slugs."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))]
    codes = _exit_codes(text for text in texts if "exit_code =" in text or "Error(" in text)
    found: dict[tuple[str, str], Message] = {}
    for module in (_module(text) for text in texts if "slug=" in text):
        for call in (call for calls in module.calls.values() for call in calls):
            if any(keyword.arg == "slug" for keyword in call.keywords):
                for scope in _scopes(call, module, 0):
                    for message in _of_call(call, scope, codes):
                        before = found.setdefault((message.slug, message.text), message)
                        if before.hint in ("", FILLED_IN):
                            found[message.slug, message.text] = message
    return sorted(found.values(), key=lambda message: message.slug)


def _exit_codes(texts: Iterable[str]) -> dict[str, int]:
    """The exit code of each class of errors, by its name; that of its base where it has none of its own."""
    codes: dict[str, int] = {"GenauditError": ExitCode.USAGE}
    bases: dict[str, str] = {}
    for text in texts:
        for name, base, body in re.findall(r"^class (\w+Error)\((\w+)\):\n((?: {4}.*\n|\n)*)", text, re.M):
            own = re.search(r"^ {4}exit_code = ExitCode\.(\w+)$", body, re.M)
            bases[name] = base
            if own:
                codes[name] = ExitCode[own[1]]
    for name in bases:
        base = name
        while base in bases and base not in codes:
            base = bases[base]
        codes[name] = codes.get(base, ExitCode.USAGE)
    return {name: int(code) for name, code in codes.items()}


def _module(text: str) -> Module:
    tree = ast.parse(text)
    inside: dict[ast.AST, ast.FunctionDef] = {}
    calls: dict[str, list[ast.Call]] = defaultdict(list)
    assigned: dict[tuple[ast.FunctionDef | None, str], list[ast.expr]] = defaultdict(list)

    def visit(node: ast.AST, function: ast.FunctionDef | None) -> None:
        if function is not None:
            inside[node] = function
        if isinstance(node, ast.Call):
            calls[node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")].append(node)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    assigned[function, target.id].append(node.value)
        inner = node if isinstance(node, ast.FunctionDef) else function
        for child in ast.iter_child_nodes(node):
            visit(child, inner)

    visit(tree, None)
    return Module(tree, inside, calls, assigned)


def _scopes(node: ast.AST, module: Module, depth: int) -> Iterator[Scope]:
    """The function around a node, once for each call of it in its module; without bindings if there is none."""
    function = module.inside.get(node)
    calls = [] if function is None or depth == DEEPEST else _calls(function, module)
    for call in calls:
        for scope in _scopes(call, module, depth + 1):
            yield Scope(module, function, {name: (value, scope) for name, value in _bound(call, function).items()})
    if not calls:
        yield Scope(module, function, {})


def _calls(function: ast.FunctionDef, module: Module) -> list[ast.Call]:
    return [call for call in module.calls.get(function.name, ()) if module.inside.get(call) is not function]


def _bound(call: ast.Call, function: ast.FunctionDef | None) -> dict[str, ast.expr]:
    """What a call gives the parameters of a function, and their defaults."""
    assert function is not None
    names = [argument.arg for argument in function.args.args]
    defaults = function.args.defaults
    values = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    values |= {
        argument.arg: default
        for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if default is not None
    }
    positional = names[1:] if names[:1] in (["self"], ["cls"]) else names
    values |= dict(zip(positional, call.args, strict=False))
    return values | {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}


def _of_call(call: ast.Call, scope: Scope, codes: Mapping[str, int]) -> Iterator[Message]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    kind = call.func.id if isinstance(call.func, ast.Name) else ""
    text = call.args[0] if call.args else given.get("message")
    if text is None or kind == _OF_LINT:
        return
    code = codes.get(kind, ExitCode.USAGE)
    if kind == "Refusal":
        # What refuses in the measured process says by itself whose fault it is.
        code = ExitCode.USAGE if ast.unparse(given.get("exit_code", text)) == "USAGE" else ExitCode.TARGET
    for slug in _texts(given["slug"], scope):
        # One that is known only when it is raised is of an error that is passed on.
        if FILLED_IN in slug and not slug.startswith(NEWER):
            continue
        hint = next(iter(_texts(given["hint"], scope)), "") if "hint" in given else ""
        for words in (_tidy(words) for words in islice(_texts(text, scope), MOST)):
            if len(re.findall(r"[a-z]{2,}", words)) >= FEWEST_WORDS:
                yield Message(slug, words, _tidy(hint), int(code))


def _texts(node: ast.expr, scope: Scope) -> list[str]:
    """The forms that the text of an expression may have."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else [FILLED_IN]
    if isinstance(node, ast.JoinedStr):
        return _joined([_texts(part, scope) for part in node.values])
    if isinstance(node, ast.FormattedValue):
        texts = _texts(node.value, scope)
        return [repr(text) if node.conversion == ord("r") else text for text in texts]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined([_texts(node.left, scope), _texts(node.right, scope)])
    if isinstance(node, ast.IfExp):
        return list(dict.fromkeys([*_texts(node.body, scope), *_texts(node.orelse, scope)]))
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in _texts(value, scope) if text not in ("", FILLED_IN)] or [""]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == install_command.__name__:
        return [install_command(*(_texts(argument, scope)[0] for argument in node.args[:1]))]
    return _of_name(node.id, scope) if isinstance(node, ast.Name) else [FILLED_IN]


def _of_name(name: str, scope: Scope) -> list[str]:
    """The texts that a name stands for: a parameter, by the calls, or what it is set to."""
    if name in scope.bound:
        value, outer = scope.bound[name]
        return [text or FILLED_IN for text in _texts(value, outer)]
    return _assigned(name, scope)


def _assigned(name: str, scope: Scope) -> list[str]:
    """The texts that a name stands for: in the function, else at the top of the module."""
    at_top = scope.module.assigned.get((None, name), ())
    values = scope.module.assigned.get((scope.function, name), at_top)
    # What is made of itself has no end.
    plain = [value for value in values if not any(getattr(node, "id", "") == name for node in ast.walk(value))]
    return list(dict.fromkeys(text or FILLED_IN for value in plain for text in _texts(value, scope))) or [FILLED_IN]


def _joined(parts: list[list[str]]) -> list[str]:
    return ["".join(texts) for texts in islice(product(*parts), MOST)]


def _tidy(text: str) -> str:
    """The first line, with one ellipsis where several things are filled in side by side."""
    # Further lines show what was typed: a signature, a place in a text.
    first = text.partition("\n")[0]
    line = " ".join(first.replace(f"'{FILLED_IN}'", FILLED_IN).split())
    while FILLED_IN * 2 in line:
        line = line.replace(FILLED_IN * 2, FILLED_IN)
    return line


def table(slugs: Sequence[str], known: Sequence[Message]) -> str:
    """The messages of some slugs, as a table."""
    rows = [
        f"| {_cell(message.text)} | {_cell(message.hint)} | {message.code} |"
        for slug in slugs
        for message in known
        if message.slug == slug
    ]
    return "\n".join(dict.fromkeys(["| it says | it advises | exit |", "| --- | --- | --- |", *rows])) + "\n"


def _cell(text: str) -> str:
    if text in ("", FILLED_IN):
        return ""
    # Backticks in what is code already; a bar ends a cell.
    quoted = text.replace("|", r"\|")
    return f"`` {quoted} ``" if "`" in quoted else f"`{quoted}`"
