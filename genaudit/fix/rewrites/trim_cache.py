"""A dictionary that keeps every item forgets its oldest ones, before each batch."""

from __future__ import annotations

import ast

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.fix.rewrites.loaded.edits import Edits
from genaudit.fix.rewrites.loaded.gathered import Function, Unfit, assigned, first_parameter, functions, last_name
from genaudit.model.catalogue import BATCH_GROWTH, EPOCH_GROWTH, UNBOUNDED_CACHE
from genaudit.sourcetext import tree_of

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class TrimCache:
    """``if path not in seen: seen[path] = load(path)``: what a batch does not put in or ask for may be gone."""

    name = "trim-cache"
    codes = frozenset(pattern.code for pattern in (UNBOUNDED_CACHE, BATCH_GROWTH, EPOCH_GROWTH))

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        """The text with a maximum for the dictionary.

        Args:
            text: The file's source.
            fault: What was found in it.
        """
        tree = tree_of(text)
        put = _put_at(tree, fault.line) if tree is not None else None
        if tree is None or put is None:
            return Refusal(reason="nothing is put into a dictionary there")
        function, owner, container = put
        shown = ast.unparse(container)
        try:
            if fault.bound is None:
                raise Unfit(f"how many entries {shown} may keep is not known: --cache-size N says it")
            return _trimmed(Edits(text), _Cache(tree, function, owner, container), fault.bound)
        except Unfit as unfit:
            return Refusal(reason=unfit.reason, is_near=True)


def _put_at(tree: ast.Module, line: int) -> tuple[Function, ast.ClassDef | None, ast.expr] | None:
    """The dictionary that an entry is put into on a line, and where."""
    for function, owner in functions(tree):
        for node in ast.walk(function):
            pair = assigned(node) if isinstance(node, ast.stmt) else None
            if pair is None or not isinstance(pair[0], ast.Subscript) or not _covers(node, line):
                continue
            if isinstance(pair[0].value, ast.Name) or _is_own(pair[0].value, function):
                return function, owner, pair[0].value
    return None


def _covers(node: ast.AST, line: int) -> bool:
    first: int = node.lineno  # type: ignore[attr-defined]
    last: int = node.end_lineno  # type: ignore[attr-defined]
    return first <= line <= last


def _is_own(node: ast.expr, function: Function) -> bool:
    """Whether it is an attribute of the object."""
    own = first_parameter(function)
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == own


class _Cache:
    """The dictionary, and every place that names it."""

    def __init__(self, tree: ast.Module, function: Function, owner: ast.ClassDef | None, container: ast.expr) -> None:
        self.function = function
        self.container = container
        self.shown = ast.unparse(container)
        self._parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        within: ast.AST = function if isinstance(container, ast.Name) else tree
        if isinstance(container, ast.Attribute) and owner is None:
            raise Unfit(f"{self.shown} is no attribute of a class of this file")
        self.mentions = [node for node in ast.walk(within) if self._is_it(node)]
        made = [node for node in self.mentions if self._is_made(node)]
        if len(made) != 1:
            raise Unfit(f"{self.shown} is not made empty, once, where it can be seen")
        self.uses = [node for node in self.mentions if node not in made]
        for use in self.uses:
            self._check(use)

    def _is_it(self, node: ast.AST) -> bool:
        if isinstance(self.container, ast.Name):
            return isinstance(node, ast.Name) and node.id == self.container.id
        assert isinstance(self.container, ast.Attribute)
        return isinstance(node, ast.Attribute) and node.attr == self.container.attr

    def _is_made(self, node: ast.AST) -> bool:
        statement = self._parents[node]
        pair = assigned(statement) if isinstance(statement, ast.stmt) else None
        if pair is None or pair[0] is not node:
            return False
        value = pair[1]
        is_call = isinstance(value, ast.Call) and last_name(value.func) == "dict" and not (value.args or value.keywords)
        return is_call or (isinstance(value, ast.Dict) and not value.keys)

    def _check(self, use: ast.AST) -> None:
        """An entry is put in, asked for by its key, or looked for: nothing sees all of them."""
        parent = self._parents[use]
        is_entry = isinstance(parent, ast.Subscript) and parent.value is use and not isinstance(parent.ctx, ast.Del)
        is_asked = (
            isinstance(parent, ast.Compare)
            and len(parent.ops) == 1
            and isinstance(parent.ops[0], ast.In | ast.NotIn)
            and parent.comparators == [use]
        )
        if isinstance(self._parents[parent], ast.AugAssign) and self._parents[parent].target is parent:  # type: ignore[attr-defined]
            raise Unfit(f"entries of {self.shown} are added to")
        if not is_entry and not is_asked:
            raise Unfit(f"{self.shown} is used as a whole on line {use.lineno}")  # type: ignore[attr-defined]

    def block(self) -> list[ast.stmt]:
        """The statements that use it, and are done anew for each batch: the body of a loop, or of a method.

        Raises:
            Unfit: Entries may be asked for in another place than where they are put in.
        """
        around = [self._around(use) for use in self.uses]
        shared = [node for node in around[0] if all(node in other for other in around[1:])]
        loops = [node for node in shared if isinstance(node, _LOOPS)]
        yields = [loop for loop in loops if any(isinstance(node, ast.Yield) for node in ast.walk(loop))]
        if yields:
            return yields[0].body
        if isinstance(self.container, ast.Attribute) and self.function in shared:
            return self.function.body
        raise Unfit(f"no loop that yields has every use of {self.shown} in it")

    def _around(self, node: ast.AST) -> list[ast.AST]:
        """What a node is in, the innermost first; a loop only where it is in its body."""
        found: list[ast.AST] = []
        at = node
        while at in self._parents:
            above = self._parents[at]
            if not isinstance(above, _LOOPS) or at in above.body:
                found.append(above)
            at = above
        return found


def _trimmed(edits: Edits, cache: _Cache, bound: int) -> Proposal:
    block = cache.block()
    first = block[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(block) > 1:
        first = block[1]
    if not edits.lines(first.lineno, first.lineno)[0][: first.col_offset].isspace():
        raise Unfit("the loop and its body are on one line")
    shown = cache.shown
    indent = edits.indent(first)
    edits.insert_before(first, f"while len({shown}) > {bound}:\n{indent}    del {shown}[next(iter({shown}))]")
    return Proposal(text=edits.apply(), summary=f"{shown} keeps {bound} entries, and forgets the oldest before a batch")
