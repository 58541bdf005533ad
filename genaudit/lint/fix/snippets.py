"""Sketches in the user's own names: the whole of what must change where its shape is known, else nothing.

A sketch that is pasted must not lose data. So a list of all items is taken apart only where every use of it is known:
then the code that reads an item stands where the item is used, and the list is gone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

from genaudit.lint.fix.gathering import Gathering, gathering_of, item_at, items_of

MOST_LINES = 10
WIDTH = 76
_NOTE = "# a numpy.memmap: np.array(...) of a slice copies what a batch needs"
_LONGEST = 100


class Sketch(NamedTuple):
    """What is to be written, and what would come of it."""

    shown: str
    """The statements that change."""
    whole: str
    """The function or the class with the change made."""


def per_batch(node: ast.AST, scope: ast.AST) -> Sketch | None:
    """A generator that makes items where a batch needs them, in place of a list of all; ``None`` for another shape.

    Args:
        node: What gathers the items.
        scope: The function that yields.

    Example:
        >>> text = '''
        ... def flow(paths, size):
        ...     images = [load(path) for path in paths]
        ...     for start in range(0, len(images), size):
        ...         yield stack(images[start:start + size])'''
        >>> tree = ast.parse(text).body[0]
        >>> print(per_batch(tree.body[0].value, tree).shown)
        for start in range(0, len(paths), size):
            batch = [load(path) for path in paths[start:start + size]]
            yield stack(batch)
    """
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    gathering = gathering_of(node, scope)
    if gathering is None or not isinstance(gathering.target, ast.Name) or not gathering.is_settled_in(scope):
        return None
    changed = copy.deepcopy(scope)
    twin = gathering_of(_same(node, scope, changed), changed)
    assert twin is not None
    if not _inlined(changed, twin, ast.unparse(gathering.source)):
        return None
    twin.drop()
    ast.fix_missing_locations(changed)
    return _shown(changed, twin)


def per_item(node: ast.AST, scope: ast.AST) -> Sketch | None:
    """A data set that reads an item when it is asked for it; ``None`` for another shape.

    Args:
        node: What gathers the items, in a constructor.
        scope: The class.
    """
    if not isinstance(scope, ast.ClassDef):
        return None
    changed = copy.deepcopy(scope)
    method = _method_with(_same(node, scope, changed), changed)
    if method is None or method.name != "__init__":
        return None
    gathering = gathering_of(_same(node, scope, changed), method)
    if gathering is None or not gathering.is_on_self or not gathering.stands_alone(method):
        return None
    kept = gathering.kept_on_self(method)
    if kept is None:
        return None
    source, already = kept
    others = [other for other in changed.body if isinstance(other, ast.FunctionDef) and other is not method]
    uses = [_inlined(other, gathering, source) for other in [method, *others]]
    if None in uses or not any(uses[1:]):
        return None
    keep = f"{source} = {ast.unparse(gathering.source)}"
    gathering.drop(None if already else ast.parse(keep).body[0])
    ast.fix_missing_locations(changed)
    methods = [_body(other) for other, used in zip(others, uses[1:], strict=True) if used]
    target = ast.unparse(gathering.target)
    head = [f"# in __init__, in place of {target}:", keep] if not already else [f"# without {target}:"]
    shown = "\n".join([*head, *methods])
    return Sketch(shown, ast.unparse(changed)) if _fits(shown) else None


def mapped(node: ast.AST, scope: ast.AST) -> str | None:
    """``np.load`` of a whole file, made a memory map; ``None`` where that is not known to work.

    Example:
        >>> tree = ast.parse("data = np.load(path)")
        >>> print(mapped(tree.body[0].value, tree))
        data = np.load(path, mmap_mode='r')
        # a numpy.memmap: np.array(...) of a slice copies what a batch needs
    """
    if not isinstance(node, ast.Call) or len(node.args) != 1:
        return None
    old = ast.unparse(node)
    if len(old) > _LONGEST or "npz" in old or any(word.arg in ("mmap_mode", None) for word in node.keywords):
        return None
    target = next(
        (
            f"{ast.unparse(inner.targets[0])} = "
            for inner in ast.walk(scope)
            if isinstance(inner, ast.Assign) and inner.value is node and len(inner.targets) == 1
        ),
        "",
    )
    return f"{target}{old[:-1]}, mmap_mode='r')\n{_NOTE}"


def bounded(decorator: ast.AST, scope: ast.AST, maxsize: int = 256) -> str | None:
    r"""A cache without a bound, with one.

    Example:
        >>> tree = ast.parse("@lru_cache(maxsize=None)\ndef load(path): return read(path)").body[0]
        >>> print(bounded(tree.decorator_list[0], tree))
        @lru_cache(maxsize=256)  # as many results as there is room for
        def load(path):
            ...
    """
    old = ast.unparse(decorator)
    prefix, dot, name = old.partition("(")[0].rpartition(".")
    if name != "lru_cache" and not (name == "cache" and prefix):
        return None
    line = f"@{prefix}{dot}lru_cache(maxsize={maxsize})  # as many results as there is room for"
    for inner in ast.walk(scope):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and decorator in inner.decorator_list:
            bare = copy.copy(inner)
            bare.body, bare.decorator_list = [ast.Expr(ast.Constant(...))], []
            return f"{line}\n{ast.unparse(bare)}"
    return None


def scope_of(node: ast.AST, subject: ast.AST) -> ast.AST:
    """The function that a node is in: the subject itself, or a method of it."""
    methods = [method for method in ast.iter_child_nodes(subject) if isinstance(method, ast.FunctionDef)]
    if not isinstance(subject, ast.ClassDef):
        return subject
    return next((method for method in methods if any(child is node for child in ast.walk(method))), subject)


def name_of(node: ast.AST, subject: ast.AST) -> str | None:
    """What the value is called that a node is a part of, where it has one short name."""
    for inner in ast.walk(subject):
        if (
            isinstance(inner, ast.Assign)
            and len(inner.targets) == 1
            and any(part is node for part in ast.walk(inner.value))
        ):
            name = ast.unparse(inner.targets[0])
            return name if len(name) <= 40 else None
    return None


# --- putting the reading of an item where the item is used --------------------------------------------------------


def _inlined(function: ast.FunctionDef | ast.AsyncFunctionDef, gathering: Gathering, source: str) -> int | None:
    """Replace every use of a list in a function; how many there were, ``None`` where one is of an unknown kind."""
    n_uses = 0
    making = {id(inner) for made in gathering.statements for inner in ast.walk(made)}
    for statement, set_statement in _statements(function):
        if id(statement) in making:
            continue
        alike = {ast.dump(part.slice) for part in _slices(statement, gathering)}
        # The head of a while loop is gone through again and again.
        can_be_named = len(alike) == 1 and not isinstance(statement, ast.While)
        inliner = _Inliner(gathering, source, _free(function, gathering) if can_be_named else None)
        new = inliner.visit(statement)
        if inliner.unknown:
            return None
        n_uses += inliner.n_uses
        if inliner.before is not None:
            set_statement([inliner.before, new])
        elif inliner.n_uses:
            set_statement([new])
    return n_uses


def _slices(statement: ast.stmt, gathering: Gathering) -> list[ast.Subscript]:
    return [inner for inner in _own(statement) if isinstance(inner, ast.Subscript) and gathering.is_use(inner.value)]


def _free(function: ast.AST, gathering: Gathering) -> str | None:
    """A name for the items of a batch that nothing in the function has."""
    taken = {inner.id for inner in ast.walk(function) if isinstance(inner, ast.Name)}
    own = gathering.target.id if isinstance(gathering.target, ast.Name) else None
    return "batch" if "batch" not in taken else own


class _Inliner(ast.NodeTransformer):
    """Replaces uses of a list in one statement."""

    def __init__(self, gathering: Gathering, source: str, name: str | None) -> None:
        self._gathering = gathering
        self._source = source
        self._name = name
        self.before: ast.stmt | None = None
        self.unknown = False
        self.n_uses = 0
        self._inside = False

    def visit(self, node: ast.AST) -> ast.AST:
        """Go on into a part of the statement; blocks below it are statements of their own."""
        if self._gathering.is_use(node):
            self.unknown = True
            return node
        if isinstance(node, ast.stmt) and self._inside:
            return node
        if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            return self._nested(node)
        self._inside = True
        replaced: ast.AST = super().visit(node)
        return replaced

    def _nested(self, node: ast.AST) -> ast.AST:
        """Inside of another scope its variables are not known outside, so nothing can be named before it."""
        name, self._name = self._name, None
        replaced = self.generic_visit(node)
        self._name = name
        return replaced

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """A slice is the items of a batch, an index is one item."""
        if not self._gathering.is_use(node.value):
            return self.generic_visit(node)
        at = self.visit(node.slice)
        assert isinstance(at, ast.expr)
        is_slice = isinstance(at, ast.Slice)
        new = items_of(self._gathering, self._source, at) if is_slice else item_at(self._gathering, self._source, at)
        if new is None or not isinstance(node.ctx, ast.Load):
            self.unknown = True
            return node
        self.n_uses += 1
        if not is_slice or self._name is None:
            return new
        self.before = ast.Assign([ast.Name(self._name, ast.Store())], new)
        return ast.Name(self._name, ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """There are as many items as there are names of them."""
        is_length = isinstance(node.func, ast.Name) and node.func.id == "len" and len(node.args) == 1
        if is_length and self._gathering.is_use(node.args[0]):
            self.n_uses += 1
            return self._gathering.made(ast.parse(f"len({self._source})", mode="eval").body)
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        """A loop over all items is one over their names that begins with reading an item."""
        variable = self._gathering.variable
        if not self._gathering.is_use(node.iter) or variable is None or self._gathering.is_wrapped:
            return self.generic_visit(node)
        taken = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        if variable in taken:
            self.unknown = True
            return node
        self.n_uses += 1
        node.body.insert(0, self._gathering.made(ast.Assign([node.target], copy.deepcopy(self._gathering.item))))
        node.target = ast.Name(variable, ast.Store())
        node.iter = ast.parse(self._source, mode="eval").body
        return node


def _statements(function: ast.AST) -> Iterator[tuple[ast.stmt, Callable[[list[ast.AST]], None]]]:
    """Every statement below a function, with what puts others in its place."""
    for node in list(ast.walk(function)):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if not isinstance(block, list):
                continue
            for statement in list(block):
                yield statement, _setter(block, statement)


def _setter(block: list[ast.stmt], statement: ast.stmt) -> Callable[[list[ast.AST]], None]:
    def put(new: list[ast.AST]) -> None:
        at = next(number for number, candidate in enumerate(block) if candidate is statement)
        block[at : at + 1] = new  # type: ignore[assignment]

    return put


def _own(statement: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement, without the statements in it."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt):
            yield child
            yield from _own(child)


# --- showing it ---------------------------------------------------------------------------------------------------


def _same(node: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    """The node of a copied tree that stands where a node of the old one does."""
    pairs = zip(ast.walk(old), ast.walk(new), strict=True)
    return next((twin for original, twin in pairs if original is node), ast.Pass())


def _method_with(node: ast.AST, owner: ast.ClassDef) -> ast.FunctionDef | None:
    methods = [method for method in owner.body if isinstance(method, ast.FunctionDef)]
    return next((method for method in methods if any(child is node for child in ast.walk(method))), None)


def _shown(function: ast.FunctionDef | ast.AsyncFunctionDef, gathering: Gathering) -> Sketch | None:
    """The innermost statement that holds everything that was changed."""
    whole = ast.unparse(function)
    changed = [line for line in function.body if gathering.is_changed(line)]
    while len(changed) == 1 and (inner := _only_block(changed[0], gathering)) is not None:
        changed = inner
    shown = "\n".join(_wrapped(ast.unparse(line)) for line in changed)
    return Sketch(shown, whole) if changed and _fits(shown) else None


def _only_block(statement: ast.stmt, gathering: Gathering) -> list[ast.stmt] | None:
    """The one statement inside that holds all changes: an endless loop around it need not be shown."""
    body = getattr(statement, "body", None)
    if not isinstance(statement, ast.While | ast.With | ast.Try) or not isinstance(body, list):
        return None
    inside = [line for line in body if gathering.is_changed(line)]
    return inside if len(inside) == 1 and isinstance(inside[0], ast.For | ast.While) else None


def _body(function: ast.FunctionDef) -> str:
    """A method without its docstring."""
    bare = copy.copy(function)
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        bare.body = function.body[1:]
    return _wrapped(ast.unparse(bare))


def _wrapped(code: str) -> str:
    """Long lists over three lines."""
    lines = []
    for line in code.splitlines():
        name, equals, comp = line.partition(" = [")
        if len(line) > WIDTH and equals and comp.endswith("]") and name.strip().isidentifier():
            indent = name[: len(name) - len(name.lstrip())]
            lines += [f"{name} = [", f"{indent}    {comp[:-1]}", f"{indent}]"]
        else:
            lines.append(line)
    return "\n".join(lines)


def _fits(shown: str) -> bool:
    lines = shown.splitlines()
    return len(lines) <= MOST_LINES and all(len(line) <= _LONGEST for line in lines)
