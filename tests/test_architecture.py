"""The map in docs/architecture.md is the house as it stands."""

import ast
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "genaudit"
MAP = ROOT / "docs" / "architecture.md"
WIDEST = 17
WIDEST_INTERPRETER = 18
INTERPRETER = "genaudit.lint.interpreter"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def mapped() -> list[str]:
    """The places that the map names, one in the first column of each row."""
    return re.findall(r"^\| `(genaudit[\w/.]*)` \|", MAP.read_text(), re.MULTILINE)


def folders() -> list[Path]:
    """Every package of genaudit, the data folders left out."""
    return sorted(path.parent for path in PACKAGE.rglob("__init__.py") if any(path.parent.glob("[!_]*.py")))


def test_the_map_names_every_room_once() -> None:
    """Each package, and each module that lies beside them."""
    rooms = [str(folder.relative_to(ROOT)) for folder in folders()]
    modules = [str(path.relative_to(ROOT)) for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]

    assert sorted([*mapped(), "genaudit"]) == sorted([*rooms, *modules])


def test_what_the_text_of_the_map_names_is_there() -> None:
    """Paths in the recipes and in the way of one audit."""
    named = set(re.findall(r"`((?:genaudit|tests|docs|benchmarks|sample_generators)/[\w/.]+)`", MAP.read_text()))

    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: str(folder.relative_to(ROOT)))
def test_no_room_is_a_drawer(folder: Path) -> None:
    """A folder holds what belongs in one room."""
    most = WIDEST_INTERPRETER if folder.name == "interpreter" else WIDEST

    assert len(list(folder.glob("[!_]*.py"))) <= most


def _imports(path: Path) -> Iterator[str]:
    """Modules of genaudit that a module imports when it runs, inside of functions too."""
    nodes: list[ast.AST] = [ast.parse(path.read_text())]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            nodes += node.orelse if not ast.unparse(node.test).startswith("not ") else node.body
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else str(node.module) for name in full)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        nodes += ast.iter_child_nodes(node)


def test_imports_make_no_circle() -> None:
    """Only an interpreter may call itself: its modules are one here."""

    def room(name: str) -> str:
        return INTERPRETER if name.startswith(INTERPRETER) else name

    graph: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        graph.setdefault(room(name), set()).update(
            room(other) for other in _imports(path) if other in MODULES and room(other) != room(name)
        )

    graphlib.TopologicalSorter(graph).prepare()
