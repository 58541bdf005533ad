"""What gathers every item into a list, taken apart: the names it goes over, and how one item is made."""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Iterator
from typing import TypeVar

_WRAPPERS = frozenset(["array", "asarray", "stack"])
_SEQUENCES = frozenset(["sorted", "list", "tuple", "glob", "listdir", "range"])
_ITERATORS = ("Iterator", "Iterable", "Generator")
_SIMPLE = (ast.Name, ast.Attribute)
_Node = TypeVar("_Node", bound=ast.AST)


class Gathering:
    """A list of all items, and the statements that make it."""

    def __init__(
        self,
        target: ast.expr,
        comp: ast.ListComp,
        statements: list[ast.stmt],
        block: list[ast.stmt],
        wrap: ast.Call | None,
    ) -> None:
        self.target = target
        self.comp = comp
        self.statements = statements
        self._block = block
        self._wrap = wrap
        self._dump = _dumped(target)
        self._made: list[ast.AST] = []

    @property
    def source(self) -> ast.expr:
        """What the items are made of."""
        return self.comp.generators[0].iter

    @property
    def item(self) -> ast.expr:
        """How one is made."""
        return self.comp.elt

    @property
    def variable(self) -> str | None:
        """The one name that an item is made of."""
        target = self.comp.generators[0].target
        return target.id if isinstance(target, ast.Name) else None

    @property
    def is_wrapped(self) -> bool:
        """It is made one array."""
        return self._wrap is not None

    @property
    def is_on_self(self) -> bool:
        """It is kept on the object."""
        target = self.target
        return isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"

    def is_use(self, node: ast.AST) -> bool:
        """Whether a node names the list."""
        return isinstance(node, _SIMPLE) and type(node) is type(self.target) and _dumped(node) == self._dump

    def made(self, node: _Node) -> _Node:
        """Remember a node that was put in place of a use."""
        self._made.append(node)
        return node

    def is_changed(self, statement: ast.stmt) -> bool:
        """Whether a use was replaced in a statement."""
        return any(node is made for node in ast.walk(statement) for made in self._made)

    def part(self, source: str, at: ast.expr) -> ast.expr:
        """The same list over a part of the names."""
        new = copy.deepcopy(self.comp)
        new.generators[0].iter = ast.Subscript(ast.parse(source, mode="eval").body, copy.deepcopy(at), ast.Load())
        if self._wrap is None:
            return new
        outer = copy.copy(self._wrap)
        outer.args = [new, *self._wrap.args[1:]]
        return outer

    def drop(self, instead: ast.stmt | None = None) -> None:
        """Take the statements that make the list out of their block."""
        at = next(number for number, statement in enumerate(self._block) if statement is self.statements[0])
        gone = {id(statement) for statement in self.statements}
        self._block[:] = [statement for statement in self._block if id(statement) not in gone]
        if instead is not None:
            self._block.insert(at, instead)
        elif not self._block:
            self._block.append(ast.Pass())

    # --- whether it can be taken apart

    def is_settled_in(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether items made later are the same: nothing that they are made of changes after the list was made."""
        if self._block is not function.body:
            # Made under a condition, or again and again.
            return False
        last = self.statements[-1]
        after = getattr(last, "end_lineno", 0) or 0
        used = {
            inner.id for inner in ast.walk(self.comp) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
        }
        for inner in ast.walk(function):
            stored = isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del)
            if stored and inner.id in used and inner.lineno > after and not self._is_own_variable(inner.id):  # type: ignore[attr-defined]
                return False
            if isinstance(inner, ast.Call) and inner.lineno > after and self._closes(inner, used, function):
                return False
            if stored and self.is_name_of_target(inner) and not any(inner in ast.walk(s) for s in self.statements):
                return False
        if any(isinstance(inner, ast.Global | ast.Nonlocal) for inner in ast.walk(function)):
            return False
        return self._is_sequence(function) and not _is_disturbed(self.source, function, after)

    def _closes(self, call: ast.Call, used: set[str], function: ast.AST) -> bool:
        """Whether something of the function's own that items are made of is asked to do something: a file is closed."""
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if not isinstance(owner, ast.Name) or owner.id not in used:
            return False
        stored = {
            inner.id for inner in ast.walk(function) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        }
        return owner.id in stored and not self._is_own_variable(owner.id)

    def is_name_of_target(self, node: ast.AST) -> bool:
        """Whether a node is the list's name, also where it is given."""
        return isinstance(node, ast.Name) and isinstance(self.target, ast.Name) and node.id == self.target.id

    def _is_own_variable(self, name: str) -> bool:
        target = self.comp.generators[0].target
        return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(target))

    def _is_sequence(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a part of what it goes over can be taken, as far as the function tells."""
        source = self.source
        if not isinstance(source, ast.Name):
            return True
        spec = function.args
        for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
            if arg.arg == source.id:
                kind = ast.unparse(arg.annotation) if arg.annotation is not None else ""
                return not any(word in kind for word in _ITERATORS)
        given = [
            inner.value
            for inner in ast.walk(function)
            if isinstance(inner, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == source.id for t in inner.targets)
        ]
        return not given or all(_gives_sequence(value) for value in given)

    def stands_alone(self, method: ast.FunctionDef) -> bool:
        """Whether an item can be made in another method: of names that are known there."""
        local = {arg.arg for arg in (*method.args.args, *method.args.kwonlyargs, *method.args.posonlyargs)} - {"self"}
        local |= {
            inner.id for inner in ast.walk(method) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        }
        own = {inner.id for inner in ast.walk(self.comp.generators[0].target) if isinstance(inner, ast.Name)}
        named = {inner.id for inner in ast.walk(self.item) if isinstance(inner, ast.Name)}
        return not (named - own) & local and self.is_settled_in(method)

    def kept_on_self(self, method: ast.FunctionDef) -> tuple[str, bool] | None:
        """Where the object has, or could have, what items are made of, and whether it has it already."""
        source = ast.unparse(self.source)
        if source.startswith("self."):
            return source, True
        if not isinstance(self.source, ast.Name):
            return None
        wanted = f"self.{source}"
        for inner in ast.walk(method):
            if isinstance(inner, ast.Assign) and any(ast.unparse(target) == wanted for target in inner.targets):
                return (wanted, True) if ast.unparse(inner.value) == source else None
        return wanted, False


def gathering_of(node: ast.AST, function: ast.AST) -> Gathering | None:
    """The list that a node of a function gathers; ``None`` for another shape."""
    for block in _blocks(function):
        for number, statement in enumerate(block):
            gathering = _assigned(node, statement, block) or _appended(node, statement, block, number)
            if gathering is not None:
                return gathering if _is_plain(gathering.comp) else None
    return None


def items_of(gathering: Gathering, source: str, at: ast.expr) -> ast.expr | None:
    """The items of a slice."""
    return gathering.made(gathering.part(source, at))


def item_at(gathering: Gathering, source: str, at: ast.expr) -> ast.expr | None:
    """One item; ``None`` where it is not known how it is made of one name, or that it is one."""
    variable = gathering.variable
    if (
        variable is None
        or gathering.is_wrapped
        or not isinstance(at, ast.Name | ast.Constant | ast.BinOp | ast.Subscript)
    ):
        return None
    path = ast.Subscript(ast.parse(source, mode="eval").body, at, ast.Load())
    new = _Replacing(variable, path).visit(copy.deepcopy(gathering.item))
    gathering.made(new)
    assert isinstance(new, ast.expr)
    return new


class _Replacing(ast.NodeTransformer):
    def __init__(self, name: str, new: ast.expr) -> None:
        self._name = name
        self._new = new

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return copy.deepcopy(self._new) if node.id == self._name else node


def _assigned(node: ast.AST, statement: ast.stmt, block: list[ast.stmt]) -> Gathering | None:
    """``images = [load(path) for path in paths]``, also made one array."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    value = statement.value
    wrap: ast.Call | None = None
    if isinstance(value, ast.Call) and _last_name(value.func) in _WRAPPERS and value.args:
        wrap = value
        value = value.args[0]
    inside = node is value or node is wrap or any(node is inner for inner in ast.walk(value))
    if not inside or not isinstance(value, ast.ListComp) or not isinstance(statement.targets[0], _SIMPLE):
        return None
    return Gathering(statement.targets[0], value, [statement], block, wrap)


def _appended(node: ast.AST, statement: ast.stmt, block: list[ast.stmt], number: int) -> Gathering | None:
    """``images = []`` and then ``for path in paths: images.append(load(path))``."""
    if not isinstance(statement, ast.For) or len(statement.body) != 1 or statement.orelse:
        return None
    call = getattr(statement.body[0], "value", None)
    if not isinstance(call, ast.Call) or not any(node is inner for inner in ast.walk(statement)):
        return None
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "append" or len(call.args) != 1:
        return None
    for made in block[:number]:
        if (
            isinstance(made, ast.Assign)
            and len(made.targets) == 1
            and _dumped(made.targets[0]) == _dumped(function.value)
            and isinstance(made.value, ast.List)
            and not made.value.elts
        ):
            comp = ast.ListComp(call.args[0], [ast.comprehension(statement.target, statement.iter, [], 0)])
            return Gathering(made.targets[0], comp, [made, statement], block, None)
    return None


def _is_plain(comp: ast.ListComp) -> bool:
    """One loop over something with a name, nothing left out, and nothing in it that a later moment would change."""
    first = comp.generators[0]
    if len(comp.generators) != 1 or first.ifs or first.is_async or not isinstance(first.iter, _SIMPLE):
        return False
    return not any(isinstance(inner, ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom) for inner in ast.walk(comp))


def _is_disturbed(source: ast.expr, function: ast.AST, after: int) -> bool:
    """Whether something may reorder or empty what items are made of, once they were made."""
    text = _dumped(source)
    for inner in ast.walk(function):
        if getattr(inner, "lineno", 0) <= after:
            continue
        if isinstance(inner, ast.Call):
            if isinstance(inner.func, ast.Attribute) and _dumped(inner.func.value) == text:
                return True
            if _last_name(inner.func) not in dir(builtins) and any(_dumped(arg) == text for arg in inner.args):
                return True
    return False


def _gives_sequence(value: ast.expr) -> bool:
    if isinstance(value, ast.List | ast.ListComp | ast.Tuple | ast.Subscript | ast.BinOp):
        return True
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Attribute) and value.func.attr == "glob":
        # Of the module it is a list, of a path it is none.
        return ast.unparse(value.func) == "glob.glob"
    return _last_name(value.func) in _SEQUENCES


def _last_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _blocks(function: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block


def _dumped(node: ast.AST) -> str:
    return ast.dump(node).replace("ctx=Store()", "ctx=Load()")
