"""The statements of cells, with the names that they make, change and read."""

import ast
import symtable
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from genaudit.sourcetext import tree_of

_NO_CHANGE = {
    *("fit", "evaluate", "predict", "fit_generator", "train_on_batch", "train", "summary", "save", "save_weights"),
    *("head", "tail", "describe", "info", "plot", "show", "keys", "values", "items", "copy", "count", "index"),
}
"""Methods whose call on a line of its own is not needed to make the object that they belong to."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Cell(NamedTuple):
    """One cell as it was run."""

    label: str
    """What it is called: ``In [3]``."""
    text: str
    """Plain Python: magics are ``pass``."""


class Statement(NamedTuple):
    """One statement at the top of a cell."""

    cell: int
    """Position of its cell."""
    node: ast.stmt
    makes: frozenset[str]
    """Names that it binds."""
    changes: frozenset[str]
    """Names whose objects it changes at the top, or in a function that it defines."""
    reads: frozenset[str]
    """Names that it needs when it runs."""
    reads_later: frozenset[str]
    """Names that its functions need when they are called."""

    @property
    def first(self) -> int:
        """Its first line, decorators included."""
        lines: list[int] = [decorator.lineno for decorator in getattr(self.node, "decorator_list", [])]
        return min(self.node.lineno, *lines) if lines else self.node.lineno

    @property
    def last(self) -> int:
        """Its last line."""
        return self.node.end_lineno or self.node.lineno

    @property
    def defines(self) -> bool:
        """Whether it is a function or a class, whose body changes something only once it is called."""
        return isinstance(self.node, _DEFINITIONS)


def statements_of(cells: Sequence[Cell]) -> list[Statement]:
    """All statements in their order; none of a cell that is no Python."""
    found = []
    for position, cell in enumerate(cells):
        tree = tree_of(cell.text)
        found += [statement_of(position, node) for node in tree.body] if tree is not None else []
    return found


def statement_of(position: int, node: ast.stmt) -> Statement:
    """One statement with its names.

    Example:
        >>> found = statement_of(0, ast.parse("for path in paths: cache[path] = load(path)").body[0])
        >>> sorted(found.makes), sorted(found.changes), sorted(found.reads)
        (['path'], ['cache'], ['cache', 'load', 'paths'])
    """
    table = symtable.symtable(ast.unparse(node), "cell", "exec")
    order = _Order()
    order.visit(node)
    return Statement(
        cell=position,
        node=node,
        makes=frozenset(each.get_name() for each in table.get_symbols() if each.is_assigned() or each.is_imported())
        - _inside_comprehensions(node),
        changes=frozenset(_changed(node)),
        reads=frozenset(order.reads),
        reads_later=frozenset(_read_inside(table)),
    )


def names_in(expression: str) -> set[str]:
    """Names that an expression reads, also in its functions."""
    statement = statement_of(0, ast.parse(expression).body[0])
    return set(statement.reads | statement.reads_later)


class _Order(ast.NodeVisitor):
    """Names that a statement reads before it binds them itself; bodies of functions are left out."""

    def __init__(self, bound: frozenset[str] = frozenset()) -> None:
        self.reads: set[str] = set()
        self._bound = set(bound)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bound.add(node.id)
        elif node.id not in self._bound:
            self.reads.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._in_order(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._in_order(*([node.value] if node.value is not None else []), node.annotation, node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        for name in _root(node.target):
            self.reads |= {name} - self._bound
        self._in_order(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self._in_order(node.iter, node.target, *node.body, *node.orelse)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = node.args
        defaults = [each for each in [*arguments.defaults, *arguments.kw_defaults] if each is not None]
        self._in_order(*node.decorator_list, *defaults)
        self._bound.add(node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)  # type: ignore[arg-type]

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._in_order(*(each for each in [*node.args.defaults, *node.args.kw_defaults] if each is not None))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._in_order(*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords))
        self._apart(*node.body)
        self._bound.add(node.name)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._apart(*_clauses(node.generators), node.elt)

    visit_SetComp = visit_GeneratorExp = visit_ListComp  # noqa: N815 - names of ast

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._apart(*_clauses(node.generators), node.key, node.value)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self._bound |= {(each.asname or each.name).partition(".")[0] for each in node.names}

    visit_ImportFrom = visit_Import  # noqa: N815 - a name of ast

    def _in_order(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.visit(node)

    def _apart(self, *nodes: ast.AST) -> None:
        """What has names of its own."""
        inner = _Order(frozenset(self._bound))
        inner._in_order(*nodes)
        self.reads |= inner.reads


def _clauses(generators: list[ast.comprehension]) -> Iterator[ast.AST]:
    for each in generators:
        yield from (each.iter, each.target, *each.ifs)


_COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}


def _inside_comprehensions(top: ast.stmt) -> frozenset[str]:
    """Names that comprehensions alone bind: from Python 3.12 on, the scope around lists them as its own."""
    inner = {
        id(name)
        for node in ast.walk(top)
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }
    bound = [node for node in ast.walk(top) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
    outside = {node.id for node in bound if id(node) not in inner}
    return frozenset(node.id for node in bound if id(node) in inner) - outside


def _read_inside(table: symtable.SymbolTable) -> Iterator[str]:
    """Names that the functions of a scope need when they are called."""
    for child in table.get_children():
        if child.get_type() == "function" and child.get_name() not in _COMPREHENSIONS:
            yield from (each.get_name() for each in child.get_symbols() if each.is_global())
            for inner in child.get_children():
                yield from (each.get_name() for each in inner.get_symbols() if each.is_global())
        yield from _read_inside(child)


def _changed(top: ast.stmt) -> Iterator[str]:
    for node in ast.walk(top):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Attribute) and function.attr not in _NO_CHANGE:
                yield from _root(function.value)
        elif isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield from _root(node.value)
        elif isinstance(node, ast.AugAssign):
            yield from _root(node.target)
        elif isinstance(node, ast.Global):
            yield from node.names


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
