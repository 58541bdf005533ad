"""Files that another process runs to have what a notebook has: its cells, as far as they are needed, and its values."""

import __future__

import ast
import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from genaudit.cells.files import only
from genaudit.cells.live import Live
from genaudit.cells.loops import with_marked_loops
from genaudit.cells.slicing import Slice, cannot_make
from genaudit.cells.statements import Cell, names_in, statements_of
from genaudit.errors import UsageError
from genaudit.recorder.python_values import can_be_sent, write_arguments

FILE = "notebook.py"
_ARGUMENTS = "_genaudit_arguments"
_MARK = "_genaudit_loop"
_HEAD = '''"""Cells of a notebook, run again."""

from genaudit.recorder.child.call.cells import of_loop as _genaudit_loop
from genaudit.recorder.child.call.cells import run_cells as _genaudit_run
'''


class Rebuilt(NamedTuple):
    """A target of a notebook, for the process that audits it."""

    target: str
    shown: str
    """What reports call it."""
    values: dict[str, Any]
    """Arguments that can be sent as they are."""
    args_from: str | None
    """What makes the arguments, where some cannot be sent."""


def rebuilt_target(notebook: Live, expression: str, arguments: Mapping[str, Any], folder: Path) -> Rebuilt:
    """Write what a function, a class or an object of a notebook needs.

    Args:
        notebook: Where it is.
        expression: What leads to it: ``train_gen``, ``Loader.flow``, ``loader``.
        arguments: Values by parameter; an ``Expression`` is made again instead.
        folder: Of the files; it must stay until the audit is over.

    Raises:
        UsageError: Something that it needs cannot be made again.
    """
    needed = Slice(notebook.cells, notebook.namespace, _sendable)
    needed.need(names_in(expression))
    made = {name: value for name, value in arguments.items() if not can_be_sent(_plain(value))}
    makers = {name: _expression(notebook, name, value) for name, value in made.items()}
    for text in makers.values():
        needed.need(names_in(text))
    values = {name: _plain(value) for name, value in arguments.items() if name not in made}
    path = folder / FILE
    tail = ""
    if makers:
        # Those that can be sent come with the others: one function gives them all.
        needed.values.update({f"_genaudit_{name}": value for name, value in values.items()})
        rows = {**makers, **{name: f"_genaudit_{name}" for name in values}}
        tail = f"\n\ndef {_ARGUMENTS}():\n    return {{{', '.join(f'{n!r}: {text}' for n, text in rows.items())}}}\n"
    path.write_text(_text_of(notebook.cells, needed, folder) + tail, encoding="utf-8")
    return Rebuilt(
        target=f"{path}:{expression}",
        shown=f"{_home(notebook.cells, needed, expression)}:{expression}",
        values={} if makers else values,
        args_from=f"{path}:{_ARGUMENTS}" if makers else None,
    )


class CallText(NamedTuple):
    """A call in a notebook, as the target of an audit: ``train_gen(paths, 32)``."""

    text: str


class CellText(NamedTuple):
    """A cell of a notebook, as the target of an audit: it runs until it iterates, or hands a source to a consumer."""

    text: str
    source: str | None = None
    """Name or number of the source that is meant; the first where ``None``."""


class Expression(str):
    """Code that makes an argument, in place of its value."""

    __slots__ = ()


def rebuilt_cell(notebook: Live, text: str, folder: Path) -> Rebuilt:
    """Write a cell with what it needs, as a script.

    Args:
        notebook: Where it is; the cell is behind its others.
        text: The cell.
        folder: Of the files; it must stay until the audit is over.

    Raises:
        UsageError: The cell cannot be read, or something that it needs cannot be made again.
    """
    statements = statements_of([Cell(notebook.label, text)])
    if not statements:
        why = _why_unread(text)
        raise UsageError(f"{notebook.label}: {why}", slug="cell-unread", hint="run the cell without %%genaudit first")
    needed = Slice(notebook.cells, notebook.namespace, _sendable)
    needed.need_of(statements)
    (folder / notebook.label).write_text(text, encoding="utf-8")
    marked = with_marked_loops(text, _MARK)
    path = folder / FILE
    tail = _run([(str(folder / notebook.label), marked)], notebook.cells)
    path.write_text(_text_of(notebook.cells, needed, folder) + tail, encoding="utf-8")
    return Rebuilt(target=str(path), shown=notebook.label, values={}, args_from=None)


def rebuilt_call(notebook: Live, text: str, folder: Path) -> Rebuilt:
    """Write what a call of a notebook needs.

    Args:
        notebook: Where it is.
        text: The call, or the name of an object.
        folder: Of the files; it must stay until the audit is over.

    Raises:
        UsageError: It is no call, or something that it needs cannot be made again.
    """
    expression, arguments = as_call(notebook, text)
    first = expression.partition(".")[0]
    if first not in notebook.namespace:
        raise UsageError(f"there is no {first!r} in this notebook", slug="no-such-name", hint="run its cell first")
    return rebuilt_target(notebook, expression, arguments, folder)


def as_call(notebook: Live, text: str) -> tuple[str, dict[str, Any]]:
    """What a call is of, and its arguments by parameter: ``train_gen(paths, 32)``.

    Args:
        notebook: Whose names the call has.
        text: The expression.

    Returns:
        The expression of the target, and the arguments: values, or an ``Expression`` of each that is no plain value.

    Raises:
        UsageError: It is no expression that could be a target.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise UsageError(
            f"{text!r} is no expression: {error.msg}",
            slug="bad-expression",
            hint="write a call: %genaudit train_gen(paths, 32)",
        ) from None
    chain = _chain(tree)
    if chain is None:
        raise UsageError(
            f"{text!r} is neither a call nor the name of an object",
            slug="bad-expression",
            hint="write a call, %genaudit train_gen(paths, 32), or put %%genaudit above a cell that iterates",
        )
    expression, calls = chain
    arguments: dict[str, Any] = {}
    for path, call in calls:
        arguments.update(_bound(notebook, path, call))
    return expression, arguments


def _chain(node: ast.expr) -> tuple[str, list[tuple[str, ast.Call]]] | None:
    """Names without the calls among them, and the calls: of a constructor, and the last."""
    if isinstance(node, ast.Name):
        return node.id, []
    if isinstance(node, ast.Attribute):
        inner = _chain(node.value)
        return None if inner is None else (f"{inner[0]}.{node.attr}", inner[1])
    if isinstance(node, ast.Call):
        inner = _chain(node.func)
        return None if inner is None else (inner[0], [*inner[1], (inner[0], node)])
    return None


def _bound(notebook: Live, path: str, call: ast.Call) -> dict[str, Any]:
    """The arguments of a call by the names of their parameters.

    Raises:
        UsageError: There is no such function, or the arguments do not fit.
    """
    first, *rest = path.split(".")
    if first not in notebook.namespace:
        raise UsageError(f"there is no {first!r} in this notebook", slug="no-such-name", hint="run its cell first")
    function = notebook.namespace[first]
    for name in rest:
        function = getattr(function, name, None)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise UsageError(
            f"{path} does not tell its parameters",
            slug="no-signature",
            hint="wrap it: def batches(): yield from …, then %genaudit batches()",
        ) from None
    if inspect.isfunction(function) and rest and inspect.isclass(notebook.namespace[first]):
        # A method whose object is made on the way.
        parameters = list(signature.parameters.values())[1:]
        signature = signature.replace(parameters=parameters)
    given = [Expression(ast.unparse(argument)) for argument in call.args]
    named = {each.arg: Expression(ast.unparse(each.value)) for each in call.keywords if each.arg is not None}
    if len(named) < len(call.keywords) or any(isinstance(argument, ast.Starred) for argument in call.args):
        raise UsageError(f"{path}: * and ** cannot be followed", slug="bad-expression", hint="write its arguments out")
    try:
        bound = signature.bind(*given, **named)
    except TypeError as error:
        raise UsageError(f"{path}{signature}: {error}", slug="arguments", hint="") from None
    found: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            raise UsageError(
                f"{path}: arguments without a name of their own (*{name}) cannot be followed",
                slug="bad-expression",
                hint="wrap the call: def batches(): yield from …, then %genaudit batches()",
            )
        found.update(value if kind is inspect.Parameter.VAR_KEYWORD else {name: value})
    return {name: _value_of(notebook, text) for name, text in found.items()}


def _value_of(notebook: Live, text: Expression) -> Any:
    """The value of an expression where it can be sent, else the expression.

    It is evaluated in the notebook, where the user would have done the same.
    """
    try:
        value = eval(text, notebook.namespace)  # noqa: S307 # nosec B307 - the user's own, in his own process
    except Exception as error:
        raise UsageError(
            f"{text} cannot be evaluated here: {type(error).__name__}: {error}",
            slug="argument-raised",
            hint="run the cell that makes it first",
        ) from None
    return value if can_be_sent(_plain(value)) else text


def _expression(notebook: Live, name: str, value: object) -> str:
    if isinstance(value, Expression):
        return value
    found = notebook.name_of(value)
    if found is None:
        raise cannot_make(name, value)
    return found


def _sendable(value: object) -> bool:
    return can_be_sent(_plain(value))


def _plain(value: object) -> object:
    """A list of lines that a shell gave, as a plain one."""
    return list(value) if isinstance(value, list) and type(value).__name__ == "SList" else value


def _home(cells: Sequence[Cell], needed: Slice, expression: str) -> str:
    """The cell that a target is defined in."""
    first = expression.partition(".")[0]
    found = [each.cell for each in needed.statements if first in each.makes]
    return cells[found[-1]].label if found else "notebook"


def _text_of(cells: Sequence[Cell], needed: Slice, folder: Path) -> str:
    """The text of the module that has all that is needed."""
    text = _HEAD + "".join(f"import {module} as {name}\n" for name, module in sorted(needed.imports.items()))
    if needed.values:
        inner = folder / "values"
        inner.mkdir(exist_ok=True)
        write_arguments({name: _plain(value) for name, value in needed.values.items()}, inner)
        # Read as a module of its own, so that no name of it is among those of the cells.
        text += (
            "from genaudit.recorder.child.call.cells import values_of as _genaudit_values\n"
            f"globals().update(_genaudit_values({str(inner / 'arguments.py')!r}))\n"
        )
    pieces = []
    for position in sorted({each.cell for each in needed.statements}):
        cell = cells[position]
        path = folder / cell.label
        path.write_text(cell.text, encoding="utf-8")
        pieces.append((str(path), only(cell.text, [each for each in needed.statements if each.cell == position])))
    return text + (_run(pieces, cells) if pieces else "")


def _run(pieces: list[tuple[str, str]], cells: Sequence[Cell]) -> str:
    flags = 0
    for each in statements_of(cells):
        if isinstance(each.node, ast.ImportFrom) and each.node.module == "__future__":
            for name in each.node.names:
                flags |= getattr(__future__, name.name).compiler_flag
    return f"_genaudit_run(globals(), {pieces!r}, {flags})\n"


def _why_unread(text: str) -> str:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return f"the cell cannot be read: {error}"
    return "the cell has no statement"
