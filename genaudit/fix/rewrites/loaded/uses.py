"""Every use of a list of loaded items, as one that loads what it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from genaudit.fix.rewrites.loaded.edits import Edits, Part
from genaudit.fix.rewrites.loaded.gathered import Gathered, Unfit, last_name

_PASSES_ON = frozenset(["zip", "enumerate", "iter"])
LONGEST_LINE = 100
_MAYBE = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Compare)
"""Expressions of which a part may not be evaluated, or more than once."""
_CHOOSES_MANY = frozenset(["sample", "choices"])


@dataclass
class Names:
    """What stands in place of the list."""

    sources: str
    """What items are made of, as it is written where it is used."""
    item_text: str
    """How one is made of the loop's variable."""
    call: str | None = None
    """What makes one item of its source, where that is a function."""


class NeedsCall(Exception):  # noqa: N818 - it is no error
    """An item has to be made by a function of its own."""


class Uses:
    """Finds uses, and changes them.

    Args:
        tree: Of the text.
        found: The list.
        edits: Of the text.
        names: What stands in its place.
        kept: What names that items are made of are called where these are used.
    """

    def __init__(self, tree: ast.Module, found: Gathered, edits: Edits, names: Names, kept: Mapping[str, str]) -> None:
        self._kept = kept
        self._tree = tree
        self._found = found
        self._edits = edits
        self._names = names
        self._parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self._with_line: set[ast.stmt] = set()
        """Statements that have a line before them in which items are loaded."""
        self.shuffles = False
        """The list is put in another order, and so must be one of its own."""

    def all(self) -> list[ast.expr]:
        """Every place that names the list, apart from the statements that make it.

        Raises:
            Unfit: One is where the list may not be there, or not be the same.
        """
        own = {node for statement in self._found.statements for node in ast.walk(statement)}
        return [node for node in self._mentions() if node not in own]

    def _mentions(self) -> Iterator[ast.expr]:
        found = self._found
        if found.receiver is None:
            later = found.block[found.block.index(found.last) + 1 :]
            inside = {node for statement in [*found.statements, *later] for node in ast.walk(statement)}
            for node in ast.walk(found.function):
                if isinstance(node, ast.arg) and node.arg == found.name:
                    raise Unfit(f"{found.name} is also a parameter")
                if isinstance(node, ast.Name) and node.id == found.name:
                    if node not in inside:
                        raise Unfit(f"{found.name} is used outside of the block that makes it")
                    yield node
            return
        assert found.owner is not None
        inside = set(ast.walk(found.owner))
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Attribute) and node.attr == found.name:
                if node not in inside or not isinstance(node.value, ast.Name) or node.value.id != found.receiver:
                    raise Unfit(f"{ast.unparse(node)} is used outside of {found.owner.name}")
                yield node

    def change(self, use: ast.expr) -> None:
        """Have one use load what it needs.

        Raises:
            Unfit: It needs the list itself.
        """
        parent = self._parents[use]
        done = isinstance(getattr(use, "ctx", None), ast.Load) and (
            self._subscript(use, parent)
            or self._argument(use, parent)
            or self._iterated(use, parent)
            or self._shape(parent)
        )
        if not done:
            raise Unfit(f"{self._found.shown} is used as a whole: {self._line(use)}")

    def _line(self, use: ast.expr) -> str:
        statement: ast.AST = use
        while not isinstance(statement, ast.stmt):
            statement = self._parents[statement]
        return self._edits.lines(use.lineno, use.lineno)[0].strip()

    def _subscript(self, use: ast.expr, parent: ast.AST) -> bool:
        """``images[i]``, ``images[i:j]``."""
        if not isinstance(parent, ast.Subscript) or parent.value is not use:
            return False
        if not isinstance(parent.ctx, ast.Load):
            raise Unfit(f"items of {self._found.shown} are put in or taken out: {self._line(use)}")
        self._check_kept(parent)
        at, sources = parent.slice, self._names.sources
        if isinstance(at, ast.Tuple):
            raise Unfit(f"{self._found.shown} is cut in several directions: {self._line(use)}")
        if isinstance(at, ast.Slice) or self._is_slice(at):
            is_loop = _is_gone_over(parent, self._parents[parent]) and not self._found.is_array
            if is_loop:
                self._edits.replace(parent, *self._some(f"{sources}[", at, "]"))
            else:
                self._put(parent, self._many(f"{sources}[", at, "]"))
            return True
        if not self._found.is_array:
            self._edits.replace(parent, *self._one(f"{sources}[", at, "]"))
            return True
        if not self._is_number(at):
            raise Unfit(f"whether {ast.unparse(at)} is one place or many is not known: {self._line(use)}")
        self._edits.replace(parent, *self._wrapped("[", *self._one(f"{sources}[", at, "]"), "]"), "[0]")
        return True

    def _put(self, node: ast.expr, parts: list[Part]) -> None:
        """What is loaded in the place of a use; on a line of its own, where the line would get too long."""
        text = "".join(part if isinstance(part, str) else self._edits.source(part) for part in parts)
        line = self._edits.lines(node.lineno, node.lineno)[0]
        statement = self._statement(node)
        name = self._found.name.strip("_")
        if len(line) - len(self._edits.source(node)) + len(text) <= LONGEST_LINE or statement is None:
            self._edits.replace(node, *parts)
            return
        self._with_line.add(statement)
        self._edits.insert_before(statement, f"{name} = ", *parts)
        self._edits.replace(node, name)

    def _statement(self, node: ast.expr) -> ast.stmt | None:
        """The statement that a part of it can be taken out of: it is evaluated there once, whatever comes before it."""
        at: ast.AST = node
        while not isinstance(at, ast.stmt):
            at = self._parents[at]
            if isinstance(at, _MAYBE):
                return None
        is_simple = isinstance(at, ast.Assign | ast.Expr | ast.Return) and at.value is not node
        if not is_simple or at in self._with_line or not self._edits.is_alone(at):
            return None
        function: ast.AST = at
        while not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function in self._parents:
            function = self._parents[function]
        named = self._found.name.strip("_")
        is_taken = any(
            (isinstance(each, ast.Name) and each.id == named) or (isinstance(each, ast.arg) and each.arg == named)
            for each in ast.walk(function)
        )
        # The list's own name is free now that there is no list.
        return at if self._found.receiver is None or not is_taken else None

    def _is_slice(self, at: ast.expr) -> bool:
        """Whether a name is only ever a slice."""
        if not isinstance(at, ast.Name):
            return False
        values = [
            node.value
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == at.id for target in node.targets)
        ]
        return bool(values) and all(
            isinstance(value, ast.Call) and last_name(value.func) == "slice" for value in values
        )

    def _is_number(self, at: ast.expr) -> bool:
        """Whether an index is one number for sure: a constant, or what counts in a loop."""
        if isinstance(at, ast.Constant):
            return isinstance(at.value, int)
        if isinstance(at, ast.UnaryOp):
            return self._is_number(at.operand)
        if isinstance(at, ast.BinOp):
            return self._is_number(at.left) and self._is_number(at.right)
        return isinstance(at, ast.Name) and (self._counts(at.id) or self._is_asked_for(at))

    def _is_asked_for(self, at: ast.Name) -> bool:
        """Whether it is what ``__getitem__`` is asked for: a number, as those count who go over a data set."""
        node: ast.AST = at
        while not isinstance(node, ast.FunctionDef) and node in self._parents:
            node = self._parents[node]
        if not isinstance(node, ast.FunctionDef) or node.name != "__getitem__" or len(node.args.args) != 2:
            return False
        is_given = any(
            isinstance(each, ast.Name) and each.id == at.id and isinstance(each.ctx, ast.Store)
            for each in ast.walk(node)
        )
        return node.args.args[1].arg == at.id and not is_given

    def _counts(self, name: str) -> bool:
        """Whether a name is only ever bound by loops over ``range``."""
        bound = [
            node
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        ]
        loops = [self._parents[node] for node in bound]
        return bool(loops) and all(
            isinstance(loop, ast.For | ast.comprehension)
            and isinstance(loop.iter, ast.Call)
            and last_name(loop.iter.func) == "range"
            for loop in loops
        )

    def _argument(self, use: ast.expr, parent: ast.AST) -> bool:
        """``len(images)``, ``zip(images, labels)``, ``random.shuffle(images)``, ``random.choice(images)``."""
        if not isinstance(parent, ast.Call) or use not in parent.args:
            return False
        name, sources = last_name(parent.func), self._names.sources
        is_plain = isinstance(parent.func, ast.Name)
        if name == "len" and is_plain:
            self._edits.replace(use, sources)
        elif name in _PASSES_ON and is_plain:
            if name == "zip":
                self._check_bound(parent)
            self._edits.replace(use, *self._lazy(sources))
        elif name == "reversed" and is_plain:
            self._edits.replace(parent, *self._lazy(f"reversed({sources})"))
        elif (
            name == "shuffle" and not is_plain and parent.args == [use] and isinstance(self._parents[parent], ast.Expr)
        ):
            self.shuffles = True
            self._edits.replace(use, sources)
        elif name == "choice" and not is_plain and parent.args == [use] and not self._found.is_array:
            self._edits.replace(parent, *self._one(f"{self._edits.source(parent.func)}({sources})"))
        elif name in _CHOOSES_MANY and not is_plain and parent.args[0] is use and not self._found.is_array:
            head = f"{self._edits.source(parent.func)}({sources}"
            rest: list[Part] = []
            for node in [*parent.args[1:], *parent.keywords]:
                rest += [", ", node]
            self._edits.replace(parent, *self._many(head, *rest, ")"))
        else:
            return False
        return True

    def _check_bound(self, call: ast.Call) -> None:
        """What changes the items of a loop in place would no longer change those of the list."""
        parent = self._parents[call]
        if isinstance(parent, ast.For | ast.comprehension) and parent.iter is call:
            self._check_target(parent.target, parent)

    def _iterated(self, use: ast.expr, parent: ast.AST) -> bool:
        """``for image in images``."""
        if isinstance(parent, ast.For | ast.comprehension) and parent.iter is use:
            if isinstance(parent, ast.comprehension) and parent.is_async:
                return False
            self._check_target(parent.target, parent)
            self._edits.replace(use, *self._lazy(self._names.sources))
            return True
        return False

    def _shape(self, parent: ast.AST) -> bool:
        """``images.shape[0]``."""
        if not self._found.is_array or not isinstance(parent, ast.Attribute) or parent.attr != "shape":
            return False
        outer = self._parents[parent]
        if isinstance(outer, ast.Subscript) and isinstance(outer.slice, ast.Constant) and outer.slice.value == 0:
            self._edits.replace(outer, f"len({self._names.sources})")
            return True
        return False

    # --- what would be lost

    def _check_kept(self, part: ast.expr) -> None:
        """An item, or a view of the array, that is changed in place stays changed in the list."""
        parent = self._parents[part]
        if isinstance(parent, ast.Assign) and parent.value is part:
            for target in parent.targets:
                self._check_target(target, self._found.function)
        if isinstance(parent, ast.Attribute) and isinstance(self._parents[parent], ast.Call):
            call = self._parents[parent]
            if isinstance(self._parents[call], ast.Expr):
                raise Unfit(f"items of {self._found.shown} are changed in place: {self._line(part)}")

    def _check_target(self, target: ast.expr, within: ast.AST) -> None:
        names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
        for node in ast.walk(self._found.function if self._found.receiver is None else self._found.owner or within):
            changed: ast.AST | None = node.target if isinstance(node, ast.AugAssign) else None
            if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
                changed = node.value
            while isinstance(changed, ast.Subscript | ast.Attribute):
                changed = changed.value
            if isinstance(changed, ast.Name) and changed.id in names:
                raise Unfit(f"items of {self._found.shown} are changed in place: {self._line(changed)}")

    # --- texts

    def _one(self, *source: Part) -> list[Part]:
        """One item made of a text."""
        if self._names.call is not None:
            return [f"{self._names.call}(", *source, ")"]
        return self._substituted(list(source))

    def _substituted(self, source: list[Part]) -> list[Part]:
        """The item, with what it is made of in place of the loop's variable."""
        found, edits = self._found, self._edits
        own = {node.id for node in ast.walk(found.target) if isinstance(node, ast.Name)}
        nodes = [node for node in ast.walk(found.item) if isinstance(node, ast.Name)]
        if not isinstance(found.target, ast.Name) or sum(node.id in own for node in nodes) != 1:
            raise NeedsCall
        text, begin = edits.source(found.item), edits.start(found.item)
        parts: list[Part] = []
        at = 0
        for node in sorted((node for node in nodes if node.id in own or node.id in self._kept), key=edits.start):
            parts.append(text[at : edits.start(node) - begin])
            parts += source if node.id in own else [self._kept[node.id]]
            at = edits.end(node) - begin
        parts.append(text[at:])
        return parts if _is_atom(found.item) else ["(", *parts, ")"]

    def _many(self, *source: Part) -> list[Part]:
        """The items over a text, as a list, or as the array that the list was made."""
        return self._wrapped(f"[{self._items_text()}", *source, "]")

    def _some(self, *source: Part) -> list[Part]:
        """The items over a text, one after the other."""
        return [f"({self._items_text()}", *source, ")"]

    def _wrapped(self, *items: Part) -> list[Part]:
        """A list, made the array that the list was made."""
        wrap, room, source = self._found.wrap, self._found.room, self._edits.source
        if wrap is not None:
            rest = "".join(f", {source(node)}" for node in [*wrap.args[1:], *wrap.keywords])
            return [f"{source(wrap.func)}(", *items, f"{rest})"]
        if room is not None:
            assert isinstance(room.func, ast.Attribute)
            return [f"{source(room.func.value)}.array(", *items, f", dtype={self._type_of(room)})"]
        return list(items)

    def _type_of(self, room: ast.Call) -> str:
        """The type of an array that is made to be filled."""
        named = [keyword.value for keyword in room.keywords if keyword.arg == "dtype"]
        given = [*room.args[1:2], *named]
        return self._edits.source(given[0]) if given else "float"

    def _lazy(self, source: str) -> list[Part]:
        """The items over a text, one after the other."""
        if self._names.call is not None:
            return [f"map({self._names.call}, {source})"]
        return self._some(source)

    def _items_text(self) -> str:
        """``load(path) for path in``, all that stands before what it goes over."""
        found, edits = self._found, self._edits
        if self._names.call is not None:
            name = found.target.id if isinstance(found.target, ast.Name) else "source"
            return f"{self._names.call}({name}) for {name} in "
        return f"{self._names.item_text} for {edits.source(found.target)} in "


def _is_gone_over(node: ast.expr, parent: ast.AST) -> bool:
    """Whether a loop goes over it, once."""
    return isinstance(parent, ast.For | ast.comprehension) and parent.iter is node


def _is_atom(node: ast.expr) -> bool:
    return isinstance(node, ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.Constant | ast.List)
