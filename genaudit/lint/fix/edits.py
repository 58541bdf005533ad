"""Fixes as edits of a concrete syntax tree, so that comments and layout stay. The door of libcst."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from genaudit.lint.fix.safety import Fix


def apply(text: str, fixes: Sequence[Fix], cache_size: int | None) -> str:
    """Source text with its fixes."""
    wrapper = MetadataWrapper(cst.parse_module(text))
    return wrapper.visit(_Fixer(fixes, cache_size, frozenset(re.findall(r"\w+", text)))).code


class _Fixer(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, fixes: Sequence[Fix], cache_size: int | None, words: frozenset[str]) -> None:
        super().__init__()
        self._kinds = {(fix.line, fix.column): fix.kind for fix in fixes}
        self._cache_size = cache_size
        self._opened: cst.Call | None = None
        self._words = words

    def _kind(self, node: cst.CSTNode) -> str | None:
        start = self.get_metadata(PositionProvider, node).start
        return self._kinds.get((start.line, start.column))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        kind = self._kind(original_node)
        if kind == "with" and _is_open(original_node):
            self._opened = updated_node
            return cst.Name(self._free_name())
        return updated_node

    def leave_Decorator(  # noqa: N802
        self, original_node: cst.Decorator, updated_node: cst.Decorator
    ) -> cst.Decorator:
        if self._kind(original_node.decorator) != "cache":
            return updated_node
        size = _keyword("maxsize", str(self._cache_size))
        decorator = updated_node.decorator
        if isinstance(decorator, cst.Call):
            kept = [arg for arg in decorator.args if arg.keyword is not None and arg.keyword.value != "maxsize"]
            return updated_node.with_changes(decorator=decorator.with_changes(args=[size, *kept]))
        # Whatever the module is called here.
        assert isinstance(decorator, cst.Attribute)
        called = cst.Call(decorator.with_changes(attr=cst.Name("lru_cache")), [size])
        return updated_node.with_changes(decorator=called)

    def leave_ListComp(  # noqa: N802
        self, original_node: cst.ListComp, updated_node: cst.ListComp
    ) -> cst.BaseExpression:
        if self._kind(original_node) != "lazy":
            return updated_node
        return cst.GeneratorExp(elt=updated_node.elt, for_in=updated_node.for_in)

    def leave_SimpleStatementLine(  # noqa: N802
        self, _original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        if self._opened is None:
            return updated_node
        opened, self._opened = self._opened, None
        item = cst.WithItem(opened, cst.AsName(cst.Name(self._free_name())))
        body = cst.IndentedBlock([updated_node.with_changes(leading_lines=[])])
        return cst.With([item], body, leading_lines=updated_node.leading_lines)

    def _free_name(self) -> str:
        name = "opened"
        while name in self._words:
            name += "_"
        return name


def _keyword(name: str, value: str) -> cst.Arg:
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Arg(cst.parse_expression(value), keyword=cst.Name(name), equal=equal)


def _is_open(call: cst.Call) -> bool:
    function = call.func
    name = function.attr.value if isinstance(function, cst.Attribute) else getattr(function, "value", "")
    return name == "open"
