"""Which libraries a target imports for sure, before it does anything else: read from its files, nothing is imported.

Another process may import them in the target's place only where nothing that the target does by then could change what
the import gives. So the reading follows the order of Python, into the user's own modules too, and ends at the first
statement that may have an effect.
"""

from __future__ import annotations

import ast
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from genaudit.files import read_bytes
from genaudit.recorder.child.call.location import is_installed
from genaudit.sourcetext import MOST_CHARACTERS, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# Calls on these change what is printed, and nothing that is imported.
_HARMLESS = {"warnings", "logging"}
# What the C library or the interpreter reads when a process starts: set later, it changes nothing there.
_READ_AT_START = ("PYTHON", "LD_", "MALLOC_", "GLIBC_", "GENAUDIT_")
_ENVIRONMENT = "os.environ"


class Libraries(msgspec.Struct, frozen=True):
    """What is to be done in the target's place, in order, and what the target must not have beside that."""

    steps: list[tuple[str, ...]]
    """``("import", module, *names from it)`` and ``("set", variable, value)``."""
    folders: list[str]
    """Where the target is imported from: a library that imports what lies there would get the user's."""

    @property
    def names(self) -> list[str]:
        """The libraries by their first names."""
        return list(dict.fromkeys(step[1].partition(".")[0] for step in self.steps if step[0] == "import"))


def libraries_of(targets: Iterable[dict[str, object]], folder: Path) -> Libraries:
    """The libraries that a target's files import.

    Args:
        targets: As the child is given them, in the order in which it imports them.
        folder: The current one.
    """
    targets = list(targets)
    folders = _folders(targets, folder)
    reading = _Reading(folders)
    for target in targets:
        reading.visit(target)
    return Libraries(reading.steps, [str(each) for each in folders])


def _folders(targets: list[dict[str, object]], folder: Path) -> list[Path]:
    """Where the user's own modules lie, the first to be looked in first."""
    given = [Path(str(entry)) for target in targets for entry in _listed(target.get("import_from"))]
    files = [_outermost(Path(str(target["file"])).parent) for target in targets if target.get("file")]
    return list(dict.fromkeys([*files, *(given or [folder])]))


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _outermost(folder: Path) -> Path:
    """The folder above the outermost package that holds a folder."""
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        folder = folder.parent
    return folder


class _Reading:
    """Follows imports in the order of Python until something else happens.

    Args:
        folders: Where the user's own modules lie.
    """

    def __init__(self, folders: list[Path]) -> None:
        self.steps: list[tuple[str, ...]] = []
        self._folders = folders
        self._seen: set[Path] = set()
        self._ended = False

    def visit(self, target: dict[str, object]) -> None:
        """Read the file of a target, with the packages around it."""
        if target.get("file"):
            path = Path(str(target["file"]))
            top = _outermost(path.parent)
            parts = (*path.parent.relative_to(top).parts, path.stem) if top != path.parent else ()
            if parts:
                self._module(".".join(parts))
            self._file(path, ".".join(parts[:-1]))
        else:
            self._module(str(target["module"]))

    # Files.

    def _file(self, path: Path, package: str) -> None:
        if self._ended or path in self._seen:
            return
        self._seen.add(path)
        try:
            tree = tree_of(read_bytes(path, MOST_CHARACTERS).decode("utf-8-sig", errors="replace"))
        except OSError:
            tree = None
        if tree is None:
            self._ended = True
            return
        self._statements(tree.body, package)

    def _statements(self, body: list[ast.stmt], package: str) -> None:
        for statement in body:
            self._statement(statement, package)
            if self._ended:
                return

    def _statement(self, statement: ast.stmt, package: str) -> None:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                self._name(alias.name, ())
        elif isinstance(statement, ast.ImportFrom):
            self._from(statement, package)
        elif isinstance(statement, ast.Try):
            # A library that is there is imported; where it is not, the rest of what is tried is not reached.
            self._statements(statement.body, package)
        elif isinstance(statement, ast.If) and _is_type_checking(statement.test):
            self._statements(statement.orelse, package)
        elif (variable := _set_variable(statement)) is not None:
            self._set(*variable)
        elif not _is_harmless(statement):
            self._ended = True

    def _set(self, name: str, value: str) -> None:
        if name.startswith(_READ_AT_START):
            self._ended = True
        else:
            self.steps.append(("set", name, value))

    # Names.

    def _from(self, statement: ast.ImportFrom, package: str) -> None:
        module = statement.module or ""
        if statement.level:
            above = package.split(".") if package else []
            above = above[: len(above) - statement.level + 1]
            module = ".".join([*above, module] if module else above)
        if module and module != "__future__":
            self._name(module, tuple(alias.name for alias in statement.names if alias.name != "*"))

    def _name(self, module: str, names: tuple[str, ...]) -> None:
        if self._ended or module.partition(".")[0] in sys.stdlib_module_names:
            return
        if self._home_of(module.partition(".")[0]) is not None:
            self._module(module)
            for name in names:
                self._module(f"{module}.{name}", must_be=False)
        elif _is_installed(module.partition(".")[0]):
            step = ("import", module, *names)
            if step not in self.steps:
                self.steps.append(step)
        else:
            # It is made on the spot, installed from the user's own folder, or not there at all.
            self._ended = True

    def _home_of(self, name: str) -> Path | None:
        """The user's folder that a module lies in."""
        there = (folder for folder in self._folders if (folder / f"{name}.py").is_file() or (folder / name).is_dir())
        return next(there, None)

    def _module(self, module: str, *, must_be: bool = True) -> None:
        """Read a module of the user's: the packages that lead to it, and itself."""
        parts = module.split(".")
        root = self._home_of(parts[0])
        if root is None:
            self._ended = self._ended or must_be
            return
        path = root
        for depth, part in enumerate(parts):
            path /= part
            inside = ".".join(parts[:depth])
            if path.with_suffix(".py").is_file() and not path.is_dir():
                self._file(path.with_suffix(".py"), inside)
            elif (path / "__init__.py").is_file():
                self._file(path / "__init__.py", ".".join(parts[: depth + 1]))
            elif not path.is_dir():
                # A name in a module, or what nobody can read.
                self._ended = self._ended or must_be
                return


def _is_installed(name: str) -> bool:
    """Whether a module is one of an installed package, and not of the user's own tree."""
    try:
        spec = PathFinder.find_spec(name, [entry for entry in sys.path if entry])
    except (ImportError, ValueError):
        return False
    places = [] if spec is None else [spec.origin or "", *(spec.submodule_search_locations or [])]
    return any(path and is_installed(path) for path in places)


# Statements.


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING"


def _is_harmless(statement: ast.stmt) -> bool:
    """Whether a statement can be left for later: it changes nothing that an import looks at."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Pass):
        return True
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Name | ast.Tuple) for target in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return isinstance(statement.target, ast.Name)
    if isinstance(statement, ast.Expr):
        value = statement.value
        if isinstance(value, ast.Call):
            return ast.unparse(value.func).partition(".")[0] in _HARMLESS
        return isinstance(value, ast.Constant)
    return False


def _set_variable(statement: ast.stmt) -> tuple[str, str] | None:
    """Name and value of a variable of the environment that a statement sets."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, ast.Subscript) and ast.unparse(target.value) == _ENVIRONMENT:
            return _texts(target.slice, statement.value)
    return None


def _texts(name: ast.expr, value: ast.expr) -> tuple[str, str] | None:
    if isinstance(name, ast.Constant) and isinstance(value, ast.Constant):
        texts = name.value, value.value
        if isinstance(texts[0], str) and isinstance(texts[1], str):
            return texts[0], texts[1]
    return None
