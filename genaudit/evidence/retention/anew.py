"""What is made anew for each batch and stays until the next is made: it is large at every moment, and so no rise."""

import ast
from pathlib import PurePath
from typing import NamedTuple

from genaudit.evidence import readings
from genaudit.evidence.project import Project
from genaudit.evidence.retention.scopes import Functions, function_at
from genaudit.evidence.retention.tree import Holding, Tree
from genaudit.model.recording import Recording
from genaudit.sourcetext import tree_of


class MadeAnew(NamedTuple):
    """A variable of a generator that is bound for each batch."""

    n_bytes: int
    process_bytes: int
    """What the process takes at most, without it."""
    path: str
    line: int
    function: str | None


def made_anew(recording: Recording, project: Project) -> MadeAnew | None:
    """The largest that the generator which is driven makes for each batch and has when it hands the batch out."""
    found = [
        MadeAnew(held.bytes, max(0, highest - held.bytes), path, line, project.function_at(path, line))
        for trial in recording.trials
        if (highest := readings.high_water_bytes(trial)) is not None
        for mark in trial.retention
        if mark.pid == 0 and mark.at != "call" and mark.batch > 1
        for held in Tree(mark).holdings()
        if (path := held.steps[0].path or "") and (line := _line(held, path, recording, project)) is not None
    ]
    return max(found, key=lambda made: made.n_bytes, default=None)


def _line(held: Holding, path: str, recording: Recording, project: Project) -> int | None:
    """Where a variable of the generator is bound in the loop that hands out batches; ``None`` where it may be kept."""
    root, *below = held.steps
    tree = tree_of(recording.sources.get(path, "")) if project.is_own(path) else None
    if root.kind != "source" or root.type != "generator" or root.line is None or tree is None:
        return None
    if len(below) != 1 or below[0].kind != "variable":
        # What is in a list may have been added to it one by one.
        return None
    function = function_at(tree, root.line, root.function)
    own = {PurePath(each).stem for each in recording.sources if project.is_own(each)}
    return _bound_for_each(function, below[0].name, _libraries(tree) - own) if function is not None else None


def _bound_for_each(function: Functions, name: str, libraries: set[str]) -> int | None:
    """The line of the only statement that binds a name, if it runs before each batch, and calls a library for that."""
    binds = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name and _is_stored(node)]
    loops = [node for node in ast.walk(function) if isinstance(node, ast.For | ast.While)]
    yields = [node for node in ast.walk(function) if isinstance(node, ast.Yield)]
    if len(binds) != 1 or not yields:
        return None
    around = _innermost(loops, yields[0])
    if around is None or any(_innermost(loops, node) is not around for node in yields):
        return None
    for statement in around.body:
        if isinstance(statement, ast.Assign) and binds[0] in statement.targets:
            # What the user's own function gives may be the same each time.
            return statement.lineno if _is_call_of(statement.value, libraries) else None
    return None


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _innermost(loops: list[ast.For | ast.While], node: ast.AST) -> ast.For | ast.While | None:
    around = [loop for loop in loops if any(node is inner for inner in ast.walk(loop))]
    return max(around, key=lambda loop: loop.lineno, default=None)


def _is_call_of(value: ast.expr, libraries: set[str]) -> bool:
    """Whether a value is made by a function of a library: ``np.zeros(…)``, or by a method of what one gives."""
    while isinstance(value, ast.Call | ast.Attribute):
        value = value.func if isinstance(value, ast.Call) else value.value
        if isinstance(value, ast.Name):
            return value.id in libraries
    return False


def _libraries(tree: ast.Module) -> set[str]:
    """Names of modules that a file imports whole: ``np``."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    return {(name.asname or name.name).partition(".")[0] for node in imports for name in node.names}
