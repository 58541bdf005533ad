"""A function of a notebook that lies in a file: the statements of its cells that the function needs, and no other."""

import ast
from collections.abc import Sequence
from pathlib import Path

from genaudit.cells.slicing import Slice
from genaudit.cells.statements import Cell, Statement, names_in, statements_of
from genaudit.errors import UsageError

ENDING = ".ipynb"


def needed_text(path: str, cells: Sequence[str], expression: str) -> str:
    """The cells as one text in which only what a target needs is left, each line where the notebook has it.

    Nothing was run, so every name is made by its statements. Lines are counted through all cells.

    Args:
        path: The notebook.
        cells: Texts of its code cells.
        expression: What leads to the target: ``train_gen``, ``Loader.flow``.

    Raises:
        UsageError: No cell makes the name that it begins with.
    """
    known = [Cell(f"cell {number}", text) for number, text in enumerate(cells, 1)]
    first = expression.partition(".")[0]
    made = statements_of(known)
    if not any(first in each.makes for each in made):
        raise UsageError(
            f"no cell of {path} makes {first!r}", slug="attribute-not-found", hint=_hint(Path(path).name, made)
        )
    needed = Slice(known)
    needed.need(names_in(expression) | _of_future(made))
    return "".join(only(text, [each for each in needed.statements if each.cell == at]) for at, text in enumerate(cells))


def only(text: str, statements: Sequence[Statement]) -> str:
    """Some statements of a cell, on the lines that they have there."""
    wanted = {line for each in statements for line in range(each.first, each.last + 1)}
    lines = text.splitlines(keepends=True)
    return "".join(line if number in wanted else "\n" for number, line in enumerate(lines, 1))


def _of_future(statements: Sequence[Statement]) -> set[str]:
    """What is imported from ``__future__``, which holds for all cells."""
    found = [each.node for each in statements if isinstance(each.node, ast.ImportFrom)]
    return {name.asname or name.name for node in found if node.module == "__future__" for name in node.names}


def _hint(name: str, statements: Sequence[Statement]) -> str:
    """Targets that could be meant: functions and classes of the notebook, generators first."""
    defined = [each.node for each in statements if each.defines]
    defined.sort(key=lambda node: not any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node)))
    names = [getattr(node, "name", "") for node in defined]
    if not names:
        return f"it defines no function; run its cells: genaudit run {name}"
    return f"it defines {', '.join(f'{name}:{each}' for each in dict.fromkeys(names))}"
