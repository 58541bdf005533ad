"""Every use of a list of loaded items, as one that loads what it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from genaudit.fix.rewrites.loaded.gathered import Gathered, Step, last_name, only_argument
from genaudit.fix.rewrites.loaded.instead import Instead
from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import Mention, Variable, is_bound_at, mentions, names_in
from genaudit.fix.texts import Unfit

_PASSES_ON = frozenset(["zip", "enumerate", "iter"])
_LONGEST_LINE = 100
_MAYBE = (cst.Lambda, cst.IfExp, cst.BooleanOperation, cst.BaseComp, cst.Comparison)
"""Expressions of which a part may not be evaluated, or more than once."""
_CHOOSES_MANY = frozenset(["sample", "choices"])
_Loop = cst.For | cst.CompFor


class Uses:
    """Finds uses, and changes them.

    Args:
        source: The text.
        found: The list.
        changes: Of the text.
        instead: What stands in its place.
    """

    def __init__(self, source: Source, found: Gathered, changes: Changes, instead: Instead) -> None:
        self._source = source
        self._found = found
        self._changes = changes
        self._instead = instead
        self._with_line: list[cst.CSTNode] = []
        """Statements that have a line before them in which items are loaded."""
        self.shuffles = False
        """The list is put in another order, and so must be one of its own."""

    def all(self) -> list[Mention]:
        """Every place that names the list, apart from the statements that make it.

        Raises:
            Unfit: One is where the list may not be there, or not be the same.
        """
        found, source = self._found, self._source
        home = found.function if found.receiver is None else None
        uses = mentions(source, Variable(found.name, home))
        at = next(at for at, step in enumerate(found.block) if step is found.last)
        if home is not None and any(param.name.value == found.name for param in source.find(cst.Param, home)):
            raise Unfit(f"{found.name} is also a parameter")
        for use in uses:
            if home is not None and not self._is_in(use, [*found.statements, *found.block[at + 1 :]]):
                raise Unfit(f"{found.name} is used outside of the block that makes it")
            if home is None and not (
                source.code(use) == found.shown and found.owner and source.is_in(use, found.owner)
            ):
                raise Unfit(f"{source.code(use)} is used outside of {found.owner and found.owner.name.value}")
        return [use for use in uses if not self._is_in(use, found.statements)]

    def _is_in(self, use: Mention, around: Sequence[Step | None]) -> bool:
        return any(step is not None and self._source.is_in(use, step) for step in around)

    def change(self, use: Mention) -> None:
        """Have one use load what it needs.

        Raises:
            Unfit: It needs the list itself.
        """
        assert isinstance(use, cst.BaseExpression)
        parent = self._source.parent(use)
        is_read = not is_bound_at(self._source, use, in_comprehensions=True)
        if not is_read or not (
            self._subscript(use, parent)
            or self._argument(use, parent)
            or self._iterated(use, parent)
            or self._shape(use, parent)
        ):
            raise Unfit(f"{self._found.shown} is used as a whole: {self._line(use)}")

    def _line(self, node: cst.CSTNode) -> str:
        return self._source.line_of(node).strip()

    # --- what is asked of it --------------------------------------------------------------------------------------

    def _subscript(self, use: cst.BaseExpression, parent: cst.CSTNode | None) -> bool:
        """``images[i]``, ``images[i:j]``."""
        if not isinstance(parent, cst.Subscript) or parent.value is not use:
            return False
        if is_bound_at(self._source, parent):
            raise Unfit(f"items of {self._found.shown} are put in or taken out: {self._line(use)}")
        self._check_kept(parent)
        at = parent.slice[0].slice
        index = at.value if isinstance(at, cst.Index) else None
        if len(parent.slice) > 1 or isinstance(index, cst.Tuple):
            raise Unfit(f"{self._found.shown} is cut in several directions: {self._line(use)}")
        instead, is_array = self._instead, self._found.wrap is not None
        self._swap(use, lambda _: instead.sources)
        if index is None or self._is_slice(index):
            if self._loop_over(parent) is not None and not is_array:
                self._swap(parent, instead.some)
            else:
                self._swap_many(parent)
            return True
        if is_array and not self._is_number(index):
            code = self._source.code(index)
            raise Unfit(f"whether {code} is one place or many is not known: {self._line(use)}")
        self._swap(parent, self._row if is_array else self._one)
        return True

    def _argument(self, use: cst.BaseExpression, parent: cst.CSTNode | None) -> bool:
        """``len(images)``, ``zip(images, labels)``, ``random.shuffle(images)``, ``random.choice(images)``."""
        call = self._source.parent(parent) if isinstance(parent, cst.Arg) else None
        if not isinstance(parent, cst.Arg) or not isinstance(call, cst.Call) or parent.keyword or parent.star:
            return False
        name, instead = last_name(call.func), self._instead
        is_plain, is_only = isinstance(call.func, cst.Name), only_argument(call) is use
        is_list = self._found.wrap is None
        if is_plain and name in _PASSES_ON:
            loop = self._loop_over(call) if name == "zip" else None
            if loop is not None:
                self._check_target(loop.target)
            self._swap(use, lambda _: instead.passing(instead.sources))
            return True
        whole: Callable[[cst.BaseExpression], cst.BaseExpression] | None = None
        if is_plain and name == "reversed":
            whole = instead.passing
        elif not is_plain and name == "shuffle" and is_only and isinstance(self._source.parent(call), cst.Expr):
            self.shuffles = True
        elif not is_plain and name == "choice" and is_only and is_list:
            whole = self._one
        elif not is_plain and name in _CHOOSES_MANY and call.args[0] is parent and is_list:
            whole = instead.many
        elif not is_plain or name != "len":
            return False
        self._swap(use, lambda _: instead.sources)
        if whole is not None:
            self._swap(call, whole)
        return True

    def _iterated(self, use: cst.BaseExpression, parent: cst.CSTNode | None) -> bool:
        """``for image in images``."""
        if not isinstance(parent, _Loop) or parent.iter is not use or parent.asynchronous is not None:
            return False
        self._check_target(parent.target)
        self._swap(use, lambda _: self._instead.passing(self._instead.sources))
        return True

    def _shape(self, use: cst.BaseExpression, parent: cst.CSTNode | None) -> bool:
        """``images.shape[0]``."""
        outer = self._source.parent(parent) if parent is not None else None
        if self._found.wrap is None or not isinstance(parent, cst.Attribute) or not isinstance(outer, cst.Subscript):
            return False
        if parent.value is not use or self._source.code(outer).removeprefix(self._source.code(use)) != ".shape[0]":
            return False
        self._swap(outer, lambda _: cst.Call(cst.Name("len"), [cst.Arg(self._instead.sources)]))
        return True

    def _loop_over(self, node: cst.BaseExpression) -> _Loop | None:
        """What goes over an expression, once."""
        parent = self._source.parent(node)
        return parent if isinstance(parent, _Loop) and parent.iter is node else None

    # --- kinds of index -------------------------------------------------------------------------------------------

    def _is_slice(self, at: cst.BaseExpression) -> bool:
        """Whether a name is only ever a slice."""
        values = [
            made.value
            for made in self._source.find(cst.Assign)
            for target in made.targets
            if isinstance(at, cst.Name) and isinstance(target.target, cst.Name) and target.target.value == at.value
        ]
        return bool(values) and all(
            isinstance(value, cst.Call) and last_name(value.func) == "slice" for value in values
        )

    def _is_number(self, at: cst.BaseExpression) -> bool:
        """Whether an index is one number for sure: a constant, or what counts in a loop."""
        if isinstance(at, cst.UnaryOperation):
            return self._is_number(at.expression)
        if isinstance(at, cst.BinaryOperation):
            return self._is_number(at.left) and self._is_number(at.right)
        is_known = isinstance(at, cst.Name) and (self._counts(at.value) or self._is_asked_for(at))
        return isinstance(at, cst.Integer) or is_known

    def _is_asked_for(self, at: cst.Name) -> bool:
        """Whether it is what ``__getitem__`` is asked for: a number, as those count who go over a data set."""
        function = self._source.function(at)
        if function is None or function.name.value != "__getitem__" or len(function.params.params) != 2:
            return False
        is_given = at.value in names_in(self._source, [function.body], bound=True)
        return function.params.params[1].name.value == at.value and not is_given

    def _counts(self, name: str) -> bool:
        """Whether a name is only ever bound by loops over ``range``."""
        source = self._source
        loops = [
            source.parent(node)
            for node in source.find(cst.Name)
            if node.value == name and is_bound_at(source, node, in_comprehensions=True)
        ]
        return bool(loops) and all(
            isinstance(loop, _Loop) and isinstance(loop.iter, cst.Call) and last_name(loop.iter.func) == "range"
            for loop in loops
        )

    # --- what would be lost ---------------------------------------------------------------------------------------

    def _check_kept(self, part: cst.Subscript) -> None:
        """An item, or a view of the array, that is changed in place stays changed in the list."""
        source, parent = self._source, self._source.parent(part)
        if isinstance(parent, cst.Assign) and parent.value is part:
            for target in parent.targets:
                self._check_target(target.target)
        call = source.parent(parent) if isinstance(parent, cst.Attribute) else None
        if isinstance(call, cst.Call) and isinstance(source.parent(call), cst.Expr):
            raise Unfit(f"items of {self._found.shown} are changed in place: {self._line(part)}")

    def _check_target(self, target: cst.CSTNode) -> None:
        """What changes a variable of an item in place would no longer change that of the list."""
        source, found = self._source, self._found
        names = {name.value for name in source.find(cst.Name, target)}
        around = found.function if found.receiver is None else found.owner
        changed: list[cst.BaseExpression] = [node.target for node in source.find(cst.AugAssign, around)]
        changed += [node.value for node in source.find(cst.Subscript, around) if is_bound_at(source, node)]
        for node in changed:
            while isinstance(node, cst.Subscript | cst.Attribute):
                node = node.value
            if isinstance(node, cst.Name) and node.value in names:
                raise Unfit(f"items of {found.shown} are changed in place: {self._line(node)}")

    # --- the new expressions --------------------------------------------------------------------------------------

    def _swap(self, node: cst.CSTNode, made: Callable[[cst.BaseExpression], cst.BaseExpression]) -> None:
        """Put what is made of a node, whose parts have changed, in its place."""
        self._changes.rebuild(node, lambda updated: _swapped(updated, made))

    def _one(self, of: cst.BaseExpression) -> cst.BaseExpression:
        return self._instead.one(self._source, of)

    def _row(self, of: cst.BaseExpression) -> cst.BaseExpression:
        """One row of an array is made as an array of one, so that it has its type."""
        rows = self._instead.gathered(cst.List([cst.Element(self._one(of))]))
        return cst.Subscript(rows, [cst.SubscriptElement(cst.Index(cst.Integer("0")))])

    def _swap_many(self, node: cst.Subscript) -> None:
        """What is loaded in the place of a slice; on a line of its own, where the line would get too long."""
        new = self._instead.many(node.with_changes(value=self._instead.sources))
        longer = len(self._source.code(new)) - len(self._source.code(node))
        statement = self._apart(node)
        if len(self._source.line_of(node)) + longer <= _LONGEST_LINE or statement is None:
            self._swap(node, self._instead.many)
            return
        name = self._found.name.strip("_")
        loaded: list[str] = []

        def taken_out(updated: cst.BaseExpression) -> cst.BaseExpression:
            loaded.append(f"{name} = {self._source.code(self._instead.many(updated))}\n")
            return cst.Name(name)

        self._with_line.append(statement)
        self._swap(node, taken_out)
        self._changes.before(statement, loaded.pop)

    def _apart(self, node: cst.Subscript) -> cst.SimpleStatementLine | None:
        """The statement that a part of it can be taken out of: it is evaluated there once, whatever comes before it."""
        source, name = self._source, self._found.name.strip("_")
        for outer in source.above(node):
            if isinstance(outer, _MAYBE):
                return None
            if isinstance(outer, cst.BaseSmallStatement | cst.BaseCompoundStatement):
                break
        small = source.small(node)
        line = source.parent(small) if small is not None else None
        if not isinstance(small, cst.Assign | cst.Expr | cst.Return) or small.value is node:
            return None
        if not isinstance(line, cst.SimpleStatementLine) or not source.is_alone(small) or line in self._with_line:
            return None
        function = source.function(node)
        assert function is not None
        params = {param.name.value for param in source.find(cst.Param, function)}
        is_taken = name in params | names_in(source, [function])
        # The list's own name is free now that there is no list.
        return line if self._found.receiver is None or not is_taken else None


def _swapped(
    updated: cst.BaseExpression, made: Callable[[cst.BaseExpression], cst.BaseExpression]
) -> cst.BaseExpression:
    """What is made of an expression, in the parentheses that it had."""
    new = made(updated.with_changes(lpar=(), rpar=()))
    return new.with_changes(lpar=updated.lpar, rpar=updated.rpar) if updated.lpar else new
