"""Windows cut from files: what reads or converts a whole file for each is no decoding that a batch needs."""

import ast

from genaudit.evidence.blame.sites import Blame, blame_peak, runs_for_each_item
from genaudit.evidence.project import Project
from genaudit.model.marks import SitesMark

AS_LARGE = (0.8, 1.25)
"""What is read of a file as a share of the file, where that is the file as it is: any part could be read as well."""
_CONVERSIONS = frozenset({"astype", "complex128", "complex64", "float16", "float32", "float64"})
_OF_ARRAYS = _CONVERSIONS | {"abs", "clip", "copy", "finfo", "float", "iinfo", "int", "len", "max", "maximum", "mean",
                             "min", "minimum", "reshape", "sqrt", "std", "sum", "transpose"}  # fmt: skip
"""Calls that make an array of an array: none of them reads or decodes a file."""


def whole_for_a_window(
    project: Project, mark: SitesMark, *, n_items: int, file_bytes: float, expected: float
) -> Blame | None:
    """The line that reads or converts a whole file for each window that is cut from it; ``None`` where none does.

    Args:
        mark: Of a profile of lines.
        n_items: Items in a batch.
        file_bytes: Mean size of a file.
        expected: The rise that is asked about, in bytes.
    """
    found = blame_peak(project, mark, expected)
    if found is None or not _cuts_windows(project, mark, n_items):
        return None
    low, high = (share * file_bytes for share in AS_LARGE)
    statement = project.statement_at(found.path, found.line)
    is_whole = low <= found.n_bytes <= high or (statement is not None and _converts(statement))
    return found if is_whole else None


def _cuts_windows(project: Project, mark: SitesMark, n_items: int) -> bool:
    """Whether a line that runs for each item takes a slice from a place that was computed."""
    for site in mark.sites:
        frame = site.frames[0]
        if not project.is_own(frame.path) or not runs_for_each_item(site, mark.batch, n_items):
            continue
        statement = project.statement_at(frame.path, frame.line)
        if statement is None or hasattr(statement, "body"):
            continue
        if any(_is_window(node) for node in ast.walk(statement)):
            return True
    return False


def _is_window(node: ast.AST) -> bool:
    if not isinstance(node, ast.Subscript):
        return False
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return any(isinstance(part, ast.Slice) and _is_computed(part.lower) and part.upper is not None for part in parts)


def _is_computed(bound: ast.expr | None) -> bool:
    return bound is not None and any(isinstance(node, ast.Name) for node in ast.walk(bound))


def _converts(statement: ast.stmt) -> bool:
    """Whether it makes numbers of another type of an array, or computes with it, and does nothing else."""
    if not isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return) or statement.value is None:
        return False
    nodes = list(ast.walk(statement.value))
    calls = {_name(node.func) for node in nodes if isinstance(node, ast.Call)}
    computes = isinstance(statement, ast.AugAssign) or any(isinstance(node, ast.BinOp) for node in nodes)
    return calls <= _OF_ARRAYS and (computes or not calls.isdisjoint(_CONVERSIONS))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
