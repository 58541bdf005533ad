"""What stands in the place of a list of loaded items: what they are loaded from, and how one of them is made."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from genaudit.fix.rewrites.tree.source import Source
from genaudit.fix.rewrites.tree.variables import as_atom, with_name


class NeedsCall(Exception):  # noqa: N818 - it is no error
    """An item has to be made by a function of its own."""


@dataclass(frozen=True, kw_only=True)
class Instead:
    """Expressions of items; whatever they are loaded from is given as it is to be written."""

    sources: cst.BaseExpression
    """All that items are loaded from, as it is written where it is used."""
    inputs: cst.BaseExpression
    """What one item is made of: a name, or several."""
    item: cst.BaseExpression
    """How one is made of it."""
    call: cst.BaseExpression | None
    """What makes one item of its source, where that is a function."""
    wrap: cst.Call | None
    """The call that makes one array of a list, its first argument."""

    def one(self, source: Source, of: cst.BaseExpression) -> cst.BaseExpression:
        """One item.

        Raises:
            NeedsCall: What it is made of would be computed more than once.
        """
        if self.call is not None:
            return cst.Call(self.call, [cst.Arg(of)])
        name = self.inputs.value if isinstance(self.inputs, cst.Name) else None
        if name is None or sum(each.value == name for each in source.find(cst.Name, self.item)) != 1:
            raise NeedsCall
        return as_atom(with_name(self.item, name, of))

    def many(self, of: cst.BaseExpression) -> cst.BaseExpression:
        """Some of them, as a list, or as the array that the list was made."""
        return self.gathered(cst.ListComp(self._each[0], self._over(of)))

    def gathered(self, items: cst.BaseExpression) -> cst.BaseExpression:
        """A list, made the array that the list was made."""
        if self.wrap is None:
            return items
        rest = [
            arg.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=cst.SimpleWhitespace(""))
            for arg in self.wrap.args[1:]
        ]
        return cst.Call(self.wrap.func, [cst.Arg(items), *rest])

    def some(self, of: cst.BaseExpression) -> cst.BaseExpression:
        """Some of them, one after the other."""
        return cst.GeneratorExp(self._each[0], self._over(of))

    def passing(self, of: cst.BaseExpression) -> cst.BaseExpression:
        """All of them, one after the other."""
        return cst.Call(cst.Name("map"), [cst.Arg(self.call), cst.Arg(of)]) if self.call is not None else self.some(of)

    @property
    def _each(self) -> tuple[cst.BaseExpression, cst.BaseExpression]:
        """An item, and what it is made of."""
        if self.call is None:
            # One without parentheses is no item of a list.
            return as_atom(self.item) if isinstance(self.item, cst.Tuple) else self.item, self.inputs
        one = self.inputs if isinstance(self.inputs, cst.Name) else cst.Name("source")
        return cst.Call(self.call, [cst.Arg(one)]), one

    def _over(self, of: cst.BaseExpression) -> cst.CompFor:
        target = self._each[1]
        assert isinstance(target, cst.BaseAssignTargetExpression)
        return cst.CompFor(target, of)
