"""The user's own code: which files are of it, and the functions and classes in them."""

import ast
import functools
from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

from genaudit.files import CELLS, is_cell
from genaudit.model.marks import SCRIPT, Frame
from genaudit.model.recording import Recording
from genaudit.sourcetext import lines_of, tree_of

_INSTALLED = {"site-packages", "dist-packages"}


class Project:
    """Tells the user's own code from libraries, and names functions.

    Args:
        recording: Its trials say where the target lives.
    """

    def __init__(self, recording: Recording) -> None:
        self._root = next(
            (
                trial.arguments.project_root
                for trial in recording.trials
                if trial.arguments and trial.arguments.project_root
            ),
            _home(recording),
        )
        if PurePath(self._root).name.startswith(CELLS):
            # What the cells of a notebook import is beside the notebook.
            self._root = recording.working_directory
        self.is_script = any(trial.arguments and trial.arguments.kind == SCRIPT for trial in recording.trials)
        self._harness = recording.harness_path
        self._sources = recording.sources

    def deepest(self, frames: list[Frame]) -> Frame | None:
        """The innermost frame in the user's own code."""
        return next((frame for frame in frames if self.is_own(frame.path)), None)

    def is_own(self, path: str) -> bool:
        """Whether a file is the user's: below the project, and not installed into an environment inside it."""
        if self._harness and path.startswith(self._harness):
            return False
        if is_cell(path):
            return True
        try:
            below = PurePath(path).relative_to(self._root)
        except ValueError:
            return False
        return not is_installed(below)

    def function_at(self, path: str, line: int) -> str | None:
        """The name of the function around a line."""
        source = self._sources.get(path)
        around = [
            definition.name for definition in definitions(source or "") if definition.line <= line <= definition.last
        ]
        return around[-1] if around else None

    def line_text(self, path: str, line: int) -> str | None:
        """The text of a line of the user's code."""
        lines = lines_of(self._sources.get(path, ""))
        return lines[line - 1] if 0 < line <= len(lines) else None

    def statement_at(self, path: str, line: int) -> ast.stmt | None:
        """The innermost statement over a line of the user's code; ``None`` where the text is not there."""
        tree = tree_of(self._sources.get(path, ""))
        around = [
            node
            for node in (ast.walk(tree) if tree is not None else ())
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
        ]
        return min(around, key=lambda node: (node.end_lineno or node.lineno) - node.lineno, default=None)


def is_installed(path: str | PurePath) -> bool:
    """Whether a file lies where packages are installed."""
    return not _INSTALLED.isdisjoint(PurePath(path).parts)


def _home(recording: Recording) -> str:
    """Where a target lives that could not even be imported: the working directory, or its file's folder elsewhere."""
    directory = PurePath(recording.working_directory)
    file = directory / recording.request.target.partition(":")[0]
    return str(directory if file.suffix != ".py" or directory in file.parents else file.parent)


class Definition(NamedTuple):
    """A function or a class."""

    first: int
    """Line of its first decorator, or of ``def`` or ``class``."""
    line: int
    """Line of ``def`` or ``class``."""
    last: int
    name: str
    """With the names around it: ``Loader.__iter__``."""


@functools.lru_cache(maxsize=64)
def definitions(source: str) -> list[Definition]:
    """Every function and class, outermost first; none where the text cannot be read as Python."""
    tree = tree_of(source)
    return [] if tree is None else list(_below(tree, ""))


def _below(node: ast.AST, prefix: str) -> Iterator[Definition]:
    for child in ast.iter_child_nodes(node):
        name = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}.{child.name}".lstrip(".")
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            yield Definition(first, child.lineno, child.end_lineno or child.lineno, name)
        yield from _below(child, name)
