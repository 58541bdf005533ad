"""Variables and attributes: where each is mentioned, and what is done there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import libcst as cst

from genaudit.fix.rewrites.tree.source import Source


@dataclass(frozen=True)
class Variable:
    """A name of a function, of the module, or an attribute by its name whatever it is of."""

    name: str
    home: cst.FunctionDef | cst.Module | None
    """Where it lives; ``None`` for an attribute, which may be of any object."""

    @property
    def is_attribute(self) -> bool:
        """Whether it belongs to an object or to a class."""
        return self.home is None

    @property
    def is_open(self) -> bool:
        """Whether code in other files may well use it: it has no underscore, and outlives its function."""
        return not isinstance(self.home, cst.FunctionDef) and not self.name.startswith("_")


_BY_NAME = frozenset(["getattr", "setattr", "hasattr", "delattr", "attrgetter"])
Mention = cst.Name | cst.Attribute | cst.SimpleString
Code = TypeVar("Code", bound=cst.CSTNode)


def variable_of(source: Source, node: cst.CSTNode) -> Variable | None:
    """The variable that an expression is; ``None`` for all that is no name and no attribute of one.

    Args:
        source: The text.
        node: A name, or ``self.name``, in it.
    """
    if isinstance(node, cst.Attribute):
        return Variable(node.attr.value, None) if isinstance(node.value, cst.Name | cst.Attribute) else None
    if not isinstance(node, cst.Name):
        return None
    for outer in source.above(node):
        if isinstance(outer, cst.FunctionDef) and _binds(source, outer, node.value):
            return Variable(node.value, outer)
        is_body = isinstance(outer, cst.ClassDef) and source.up(node, cst.FunctionDef, cst.ClassDef) is outer
        if is_body and isinstance(outer, cst.ClassDef) and _binds(source, outer, node.value):
            return Variable(node.value, None)
    return Variable(node.value, source.module)


def mentions(source: Source, variable: Variable) -> list[Mention]:
    """Every place that names it, and text that spells its name: who asks for it by a string counts as one.

    Too many rather than too few: a name that hides it in an inner function is one, too.
    """
    if variable.is_attribute:
        found: list[Mention] = [n for n in source.find(cst.Attribute) if n.attr.value == variable.name]
        found += [
            name
            for name in source.find(cst.Name)
            if name.value == variable.name and is_bare(source, name) and variable_of(source, name) == variable
        ]
    else:
        assert variable.home is not None
        found = [
            name
            for name in source.find(cst.Name, variable.home)
            if name.value == variable.name and is_bare(source, name) and _sees(source, name, variable)
        ]
    if not isinstance(variable.home, cst.FunctionDef):
        spelled = {f"'{variable.name}'", f'"{variable.name}"'}
        found += [text for text in source.find(cst.SimpleString) if text.value in spelled and _may_ask(source, text)]
    return sorted(found, key=source.place)


def is_rebound_at(source: Source, mention: Mention) -> bool:
    """Whether a mention is the target of a plain assignment."""
    return isinstance(source.parent(mention), cst.AssignTarget) or (
        isinstance(parent := source.parent(mention), cst.AnnAssign) and parent.target is mention
    )


def assigned(source: Source, mention: Mention) -> cst.BaseExpression | None:
    """The value of the assignment whose only target a mention is."""
    statement = source.small(mention)
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1 and statement.targets[0].target is mention:
        return statement.value
    if isinstance(statement, cst.AnnAssign) and statement.target is mention:
        return statement.value
    return None


def _may_ask(source: Source, text: cst.SimpleString) -> bool:
    """Whether a string may be the name by which something is asked for: of ``getattr``, of a list of names."""
    parent = source.parent(text)
    if isinstance(parent, cst.Arg):
        call = source.parent(parent)
        return isinstance(call, cst.Call) and (source.name(call.func) or "").rpartition(".")[2] in _BY_NAME
    return isinstance(parent, cst.Element)


def _sees(source: Source, name: cst.Name, variable: Variable) -> bool:
    """Whether a name in a variable's home may be it, and not one that an inner function binds."""
    if isinstance(variable.home, cst.FunctionDef):
        return True
    return variable_of(source, name) == variable


def is_bare(source: Source, name: cst.CSTNode) -> bool:
    """Whether a name is one by itself: no attribute's, no keyword's, no parameter's, no imported name."""
    others = cst.Param | cst.ImportAlias | cst.AsName | cst.FunctionDef | cst.ClassDef
    return not is_label(source, name) and not isinstance(source.parent(name), others)


def is_label(source: Source, name: cst.CSTNode) -> bool:
    """Whether a name is that of an attribute, or of a keyword of a call."""
    parent = source.parent(name)
    return (isinstance(parent, cst.Attribute) and parent.value is not name) or (
        isinstance(parent, cst.Arg) and parent.keyword is name
    )


def _binds(source: Source, home: cst.FunctionDef | cst.ClassDef, name: str) -> bool:
    """Whether a function or a class has a name as its own."""
    if isinstance(home, cst.FunctionDef):
        if any(param.name.value == name for param in source.find(cst.Param, home.params)):
            return True
        if any(item.name.value == name for item in source.find(cst.NameItem, home.body)):
            # ``global`` or ``nonlocal``; an inner function's own does no harm.
            return False
    return any(
        node.value == name and source.up(node, cst.FunctionDef, cst.ClassDef) is home and is_bound_at(source, node)
        for node in source.find(cst.Name, home.body)
    )


def is_bound_at(source: Source, node: cst.CSTNode, *, in_comprehensions: bool = False) -> bool:
    """Whether a name, an attribute or an entry is given a value where it stands, or taken away.

    Args:
        source: The text.
        node: The name in it.
        in_comprehensions: What the loop of a comprehension binds counts, too.
    """
    inner = node
    for outer in source.above(node):
        if isinstance(outer, cst.AssignTarget | cst.AsName | cst.Del):
            return True
        if isinstance(outer, cst.AnnAssign | cst.AugAssign | cst.NamedExpr | cst.For):
            return outer.target is inner
        if isinstance(outer, cst.CompFor):
            return in_comprehensions and outer.target is inner
        if isinstance(outer, cst.FunctionDef | cst.ClassDef):
            return outer.name is node
        if not isinstance(outer, cst.Tuple | cst.List | cst.Element | cst.StarredElement):
            return False
        inner = outer
    return False


def names_in(source: Source, nodes: Iterable[cst.CSTNode], *, bound: bool | None = None) -> set[str]:
    """Names in some code: those that are read, those that are bound, or both.

    Args:
        source: The text.
        nodes: The code.
        bound: Which of them; those of loops in comprehensions are bound.
    """
    return {
        name.value
        for node in nodes
        for name in source.find(cst.Name, node)
        if is_bare(source, name) and bound in {None, is_bound_at(source, name, in_comprehensions=True)}
    }


def with_name(code: Code, name: str, value: cst.BaseExpression) -> Code:
    """Code with another expression in the place of a name."""
    return with_names(code, {name: value})


def with_names(code: Code, values: Mapping[str, cst.BaseExpression]) -> Code:
    """Code with other expressions in the place of names."""
    renamed = code.visit(_Renamed(values))
    assert not isinstance(renamed, cst.RemovalSentinel | cst.FlattenSentinel)
    return renamed


_ATOMS = (
    *(cst.Name, cst.Attribute, cst.Subscript, cst.Call, cst.List, cst.ListComp),
    *(cst.SimpleString, cst.FormattedString, cst.BaseNumber),
)


def as_atom(value: cst.BaseExpression) -> cst.BaseExpression:
    """An expression as it can stand anywhere: in parentheses, where it needs them."""
    if isinstance(value, _ATOMS) or value.lpar:
        return value
    return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


class _Renamed(cst.CSTTransformer):
    """Other expressions in the place of names, but not of an attribute's, a keyword's, or an inner loop's."""

    def __init__(self, values: Mapping[str, cst.BaseExpression]) -> None:
        super().__init__()
        self._values = {name: as_atom(value) for name, value in values.items()}

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:  # noqa: N802
        return updated_node.with_changes(keyword=original_node.keyword)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:  # noqa: N802
        return not self._is_bound(node)

    def visit_ListComp(self, node: cst.ListComp) -> bool:  # noqa: N802
        return not self._is_bound(node)

    def visit_SetComp(self, node: cst.SetComp) -> bool:  # noqa: N802
        return not self._is_bound(node)

    def visit_DictComp(self, node: cst.DictComp) -> bool:  # noqa: N802
        return not self._is_bound(node)

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: N802
        return all(param.name.value not in self._values for param in node.params.params)

    def _is_bound(self, node: cst.BaseComp) -> bool:
        target = node.for_in.target
        return isinstance(target, cst.Name) and target.value in self._values

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802
        value = self._values.get(original_node.value)
        return updated_node if value is None else value.deep_clone()


def local_names(source: Source, place: cst.CSTNode, within: list[cst.CSTNode]) -> set[str]:
    """Names in some code that live in the function around a place; at the top of a module, in the module.

    Names that the code itself binds are left out.
    """
    home = source.function(place)
    found: set[str] = set()
    for node in within:
        for name in source.find(cst.Name, node):
            if not is_bare(source, name) or name.value in found:
                continue
            variable = variable_of(source, name)
            if variable is not None and variable.home is (home or source.module):
                found.add(name.value)
    bound = {
        name.value
        for node in within
        for target in [*source.find(cst.AssignTarget, node), *source.find(cst.AsName, node)]
        for name in source.find(cst.Name, target)
    }
    return found - bound


def is_changing(source: Source, place: cst.CSTNode, name: str) -> bool:
    """Whether a name of the function around a place, or of its module, gets a value behind it, or in a loop around."""
    home: cst.CSTNode = source.function(place) or source.module
    for node in source.find(cst.Name, home):
        if node.value != name or not is_bound_at(source, node) or source.is_in(node, place):
            continue
        scope = source.up(node, cst.FunctionDef, cst.ClassDef) or source.module
        if scope is not home and not _says_global(source, scope, name):
            continue
        if scope is not home or source.place(node) > source.place(place):
            return True
        if any(source.is_in(node, loop) for loop in source.loops(place)):
            return True
    return False


def _says_global(source: Source, scope: cst.CSTNode, name: str) -> bool:
    return any(item.name.value == name for item in source.find(cst.NameItem, scope))


def made_by(source: Source, code: str) -> str | None:
    """The dotted name of what was called to make what a name has, by ``with`` or by an assignment."""
    for item in source.find(cst.WithItem):
        if item.asname is not None and source.code(item.asname.name) == code and isinstance(item.item, cst.Call):
            return source.name(item.item.func)
    for statement in source.find(cst.Assign):
        is_it = any(source.code(target.target) == code for target in statement.targets)
        if is_it and isinstance(statement.value, cst.Call):
            return source.name(statement.value.func)
    return None
