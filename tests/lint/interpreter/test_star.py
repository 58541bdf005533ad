"""The interpreter has one door: its handlers reach one another through the machine, and import it for types only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import genaudit.lint.interpreter

PACKAGE = "genaudit.lint.interpreter"
FOLDER = Path(genaudit.lint.interpreter.__path__[0])
SHARED = {"values", "name_hints", "frames", "subject_facts"}
"""What every module may import: values, names, where a run is, what it found."""
TABLES = {
    "library_calls": {"builtin_calls", "frameworks", "reading"},
    "methods": {"frameworks", "reading"},
}
"""Tables of handlers that lie in other modules."""
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def imported(module: str) -> set[str]:
    """The modules of the interpreter that one imports when it runs, inside of functions too."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None and id(node) not in for_types:
            if node.module == PACKAGE:
                names |= {alias.name for alias in node.names}
            elif node.module.startswith(f"{PACKAGE}."):
                names.add(node.module.removeprefix(f"{PACKAGE}."))
    return names


@pytest.mark.parametrize("module", [module for module in MODULES if module not in {"machine", *SHARED}])
def test_handlers_import_no_other_handlers(module: str) -> None:
    """All but a table of handlers: what one needs of another is a method of the machine."""
    assert imported(module) <= SHARED | TABLES.get(module, set())


@pytest.mark.parametrize("module", sorted(SHARED))
def test_what_is_shared_imports_no_handler(module: str) -> None:
    """Nor the machine."""
    assert imported(module) <= SHARED - {module}


def test_the_machine_knows_them_all() -> None:
    """Directly, or through one of its tables."""
    reached = imported("machine")
    for module in sorted(reached):
        reached |= imported(module)

    assert reached >= set(MODULES) - {"machine"}
