"""The line that keeps memory alive: where the container that grew is added to."""

import ast
import functools

from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.project import Project
from genaudit.model.marks import GrowingContainer
from genaudit.model.recording import Recording
from genaudit.sourcetext import tree_of

ADDING_METHODS = frozenset(
    {"append", "appendleft", "extend", "extendleft", "insert", "add", "update", "setdefault", "push", "put", "write"}
)
ADDING_FUNCTIONS = frozenset({"heappush", "insort", "insort_left", "insort_right"})


def blame_container(recording: Recording, project: Project, n_bytes: float) -> Blame | None:
    """The user's line that adds to a container which grew with batches; ``None`` where there is no such line.

    Args:
        n_bytes: What it is blamed for.
    """
    for container in sorted(_growing(recording), key=lambda container: -container.gained):
        places = _places(recording, project, container)
        if places:
            path, line = places[0]
            return Blame(
                path=path,
                line=line,
                function=project.function_at(path, line),
                n_bytes=round(n_bytes),
                share=1.0,
            )
    return None


def lines_that_add(recording: Recording, source: str) -> set[int]:
    """The lines of a source text that add to something named like a container that grew."""
    names = {name for container in _growing(recording) for name in container.names}
    return {line for name, line in _additions(source) if name in names} if names else set()


def _growing(recording: Recording) -> list[GrowingContainer]:
    return [container for trial in recording.trials for mark in trial.holders[-1:] for container in mark.holders]


def _places(recording: Recording, project: Project, container: GrowingContainer) -> list[tuple[str, int]]:
    """Lines that add to a container of these names, in the user's own files."""
    return [
        (path, line)
        for path, source in recording.sources.items()
        if project.is_own(path)
        for name, line in _additions(source)
        if name in container.names
    ]


@functools.lru_cache(maxsize=64)
def _additions(source: str) -> list[tuple[str, int]]:
    """Name of a container and line, for everything in a source text that adds to a container."""
    tree = tree_of(source)
    if tree is None:
        return []
    return [(name, node.lineno) for node in ast.walk(tree) for name in _added_to(node)]  # type: ignore[attr-defined]


def _added_to(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call):
        return _added_by_call(node)
    if isinstance(node, ast.AugAssign):
        target = node.target.value if isinstance(node.target, ast.Subscript) else node.target
        return _name(target)
    if isinstance(node, ast.Assign):
        return [name for target in node.targets if isinstance(target, ast.Subscript) for name in _name(target.value)]
    return []


def _added_by_call(node: ast.Call) -> list[str]:
    if isinstance(node.func, ast.Attribute) and node.func.attr in ADDING_METHODS:
        return _name(node.func.value)
    called = _name(node.func)
    if called and called[0] in ADDING_FUNCTIONS and node.args:
        return _name(node.args[0])
    return []


def _name(node: ast.AST) -> list[str]:
    """The last part of a dotted name: ``seen`` of ``self.seen``; of ``table[key]`` that of the table."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    return _name(node.value) if isinstance(node, ast.Subscript) else []
