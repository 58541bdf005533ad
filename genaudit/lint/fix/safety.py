"""Where a fix changes neither a value nor a type: decided on the syntax tree, place by place.

A memory map in place of an array is none of these: what is cut from it is a ``numpy.memmap``, and read-only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

import msgspec

from genaudit.lint.files.syntax import own_nodes, qualified_name
from genaudit.model.catalogue import EAGER_LOAD, FILE_LEAK, UNBOUNDED_CACHE
from genaudit.sourcetext import lines_of, tree_of

_COPIES = frozenset(["convert", "resize", "copy", "rotate", "transpose"])
_ARRAYS = frozenset(["numpy.array", "numpy.asarray"])
_RANDOM = re.compile(r"rand|shuffle|choice|sample|permutation|uniform|normal\b|augment|jitter")
_LOOK_UP = frozenset(["locals", "vars", "eval", "exec", "dir"])
_READERS = frozenset(
    [
        "cv2.imread",
        "PIL.Image.open",
        "numpy.load",
        "imageio.imread",
        "matplotlib.pyplot.imread",
        "skimage.io.imread",
        "tifffile.imread",
    ]
)


CODES = {"lazy": EAGER_LOAD.code, "with": FILE_LEAK.code, "cache": UNBOUNDED_CACHE.code}
"""The rule that each kind of fix answers."""


class Fix(msgspec.Struct, frozen=True):
    """One fix at one place; ``kind`` is one of: cache, with, lazy."""

    kind: str
    line: int
    column: int


def find(text: str, lines_by_code: dict[str, set[int]], cache_size: int | None) -> list[Fix]:
    """The fixes that are certain, among the findings of a source text."""
    tree = tree_of(text)
    if tree is None:
        return []
    scene = _Scene(tree)
    fixes = [*_lazy_loops(scene, lines_by_code.get(EAGER_LOAD.code, set()))]
    fixes += _opened(scene, lines_by_code.get(FILE_LEAK.code, set()))
    if cache_size is not None:
        fixes += _caches(scene, lines_by_code.get(UNBOUNDED_CACHE.code, set()))
    lines = lines_of(text)
    return sorted({_in_characters(fix, lines) for fix in fixes}, key=lambda fix: (fix.line, fix.column))


def _in_characters(fix: Fix, lines: list[str]) -> Fix:
    """The fix with its column in characters; syntax trees count bytes."""
    before = lines[fix.line - 1].encode("utf-8")[: fix.column]
    return Fix(fix.kind, fix.line, len(before.decode("utf-8")))


class _Scene:
    """A tree with its parents and imports."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.parents: dict[ast.AST, ast.AST] = {}
        self.imports: dict[str, str] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            if isinstance(node, ast.Import):
                self.imports.update({alias.asname or alias.name: alias.name for alias in node.names})
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                self.imports.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})

    def name(self, node: ast.AST) -> str | None:
        """The dotted name of an expression, with aliases resolved."""
        return qualified_name(node, self.imports)

    def scope(self, node: ast.AST) -> ast.AST:
        """The function, the class or the module that a node is in."""
        while not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            node = self.parents[node]
        return node

    def within(self, node: ast.AST, kind: type[ast.AST]) -> bool:
        """Whether a node is in one of a kind, in the same function."""
        scope = self.scope(node)
        while node is not scope:
            node = self.parents[node]
            if isinstance(node, kind):
                return True
        return False

    def calls(self, lines: set[int], names: Iterable[str]) -> Iterator[ast.Call]:
        """Calls of some functions that begin on some lines."""
        wanted = frozenset(names)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and node.lineno in lines and self.name(node.func) in wanted:
                yield node


def _at(kind: str, node: ast.expr) -> Fix:
    return Fix(kind, node.lineno, node.col_offset)


# --- for x in (load(p) for p in paths) ----------------------------------------------------------------------------


def _lazy_loops(scene: _Scene, lines: set[int]) -> Iterator[Fix]:
    for node in ast.walk(scene.tree):
        if not isinstance(node, ast.For):
            continue
        made = node.iter if isinstance(node.iter, ast.ListComp) else _bound_before(scene, node)
        if made is None or made.lineno not in lines:
            continue
        # An error of a reader would come after batches were made: where it is handled, that is another result.
        if scene.within(node, ast.Try):
            continue
        if _loads_only(scene, made) and not _touched(node, _names_in(made)):
            yield _at("lazy", made)


def _bound_before(scene: _Scene, loop: ast.For) -> ast.ListComp | None:
    """The list that the statement above gives a name, if that name has no other use in its function than the loop."""
    function = scene.scope(loop)
    if not isinstance(loop.iter, ast.Name) or not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        # Names of a module and of a class are seen from outside.
        return None
    name, above = loop.iter.id, _statement_above(scene, loop)
    if not isinstance(above, ast.Assign) or not isinstance(above.value, ast.ListComp) or len(above.targets) != 1:
        return None
    target = above.targets[0]
    if not isinstance(target, ast.Name) or target.id != name or _looks_names_up(function):
        return None
    uses = [node for node in ast.walk(function) if _names(node, name)]
    return above.value if len(uses) == 2 else None


def _statement_above(scene: _Scene, statement: ast.stmt) -> ast.stmt | None:
    for _, block in ast.iter_fields(scene.parents[statement]):
        if isinstance(block, list) and statement in block:
            at = block.index(statement)
            return block[at - 1] if at else None
    return None


def _names(node: ast.AST, name: str) -> bool:
    """Whether a node gives a name, takes it, or declares it to be of another function."""
    if isinstance(node, ast.Global | ast.Nonlocal):
        return name in node.names
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
        return node.name == name
    if isinstance(node, ast.alias):
        return (node.asname or node.name) == name
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.arg) and node.arg == name)


def _looks_names_up(function: ast.AST) -> bool:
    """Whether names may be asked for by their text."""
    return any(isinstance(node, ast.Name) and node.id in _LOOK_UP for node in ast.walk(function))


def _loads_only(scene: _Scene, comp: ast.ListComp) -> bool:
    """Whether the list is made by known readers, of paths that are put together, so that nothing notices when."""
    called = {scene.name(node.func) for node in ast.walk(comp) if isinstance(node, ast.Call)}
    return not called.isdisjoint(_READERS) and called <= _READERS | _ARRAYS | {"os.path.join"}


def _names_in(comp: ast.ListComp) -> set[str]:
    bound = {name.id for g in comp.generators for name in ast.walk(g.target) if isinstance(name, ast.Name)}
    return {node.id for node in ast.walk(comp) if isinstance(node, ast.Name)} - bound


def _touched(loop: ast.For, names: set[str]) -> bool:
    """Whether the loop's body may change what the comprehension reads, or leave it before its end to read again."""
    for statement in loop.body:
        for node in [statement, *ast.walk(statement)]:
            if isinstance(node, ast.Name) and node.id in names:
                return True
    return False


# --- with Image.open(...) as image --------------------------------------------------------------------------------


def _opened(scene: _Scene, lines: set[int]) -> Iterator[Fix]:
    for call in scene.calls(lines, ["PIL.Image.open"]):
        outer = _copied_at_once(scene, call)
        if outer is None:
            continue
        statement = scene.parents[outer]
        # Outside of functions the file's name would be one more name of the module or of the class.
        is_local = isinstance(scene.scope(statement), ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(statement, ast.Assign | ast.Return) and is_local and _alone(scene, call, statement):
            yield _at("with", call)


def _copied_at_once(scene: _Scene, call: ast.Call) -> ast.expr | None:
    """The call that copies the pixels of an image just opened, if its statement needs nothing more of the file."""
    parent = scene.parents[call]
    if isinstance(parent, ast.Attribute) and parent.attr in _COPIES:
        outer = scene.parents[parent]
        return outer if isinstance(outer, ast.Call) and outer.func is parent else None
    if isinstance(parent, ast.Call) and call in parent.args and scene.name(parent.func) in _ARRAYS:
        return parent
    return None


def _alone(scene: _Scene, call: ast.Call, statement: ast.stmt) -> bool:
    """Whether it is the only image opened in its statement, and its own line has no other statement."""
    opened = [
        node for node in ast.walk(statement) if isinstance(node, ast.Call) and scene.name(node.func) == "PIL.Image.open"
    ]
    same_line: list[ast.AST] = [
        other
        for other in ast.iter_child_nodes(scene.parents[statement])
        if isinstance(other, ast.stmt) and other is not statement and other.lineno == statement.lineno
    ]
    same_line += [scene.parents[statement]] * (getattr(scene.parents[statement], "lineno", 0) == statement.lineno)
    plain = all(not isinstance(node, ast.Await | ast.Yield | ast.NamedExpr) for node in own_nodes(statement))
    return len(opened) == 1 and opened[0] is call and not same_line and plain


# --- lru_cache(maxsize=...) ---------------------------------------------------------------------------------------


def _caches(scene: _Scene, lines: set[int]) -> Iterator[Fix]:
    for node in ast.walk(scene.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            if decorator.lineno in lines and _can_be_bounded(scene, decorator) and not _draws(scene, node):
                yield _at("cache", decorator)


def _draws(scene: _Scene, function: ast.AST) -> bool:
    """Whether a function draws random numbers: made again, its result would be another."""
    names = (
        scene.name(node.func) or ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)
    )
    return any(_RANDOM.search(name) for name in names)


def _can_be_bounded(scene: _Scene, decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        # A second argument by position is ``typed``.
        return scene.name(decorator.func) == "functools.lru_cache" and len(decorator.args) < 2
    return isinstance(decorator, ast.Attribute) and scene.name(decorator) == "functools.cache"
