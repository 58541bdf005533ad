"""Edits that are certain without a run: an image closed in its statement, a bounded cache, a loop that loads on."""

from __future__ import annotations

from typing import Any

import libcst as cst

from genaudit.fix.rewrites.tree.changes import Changes
from genaudit.fix.rewrites.tree.source import Source
from genaudit.lint.fix.safety import Fix


def applied(text: str, fixes: list[Fix], cache_size: int | None) -> str:
    """The text with all of them."""
    source = Source(text)
    changes = Changes(source)
    kinds = {(fix.line, fix.column): fix.kind for fix in fixes}
    for node in source.find(cst.CSTNode):
        kind = kinds.get(source.place(node))
        if kind == "lazy" and isinstance(node, cst.ListComp):
            changes.rebuild(node, lambda updated: cst.GeneratorExp(elt=updated.elt, for_in=updated.for_in))
        elif kind == "with" and isinstance(node, cst.Call) and _opens(node):
            _close(source, changes, node)
        elif kind == "cache" and isinstance(node, cst.Call | cst.Attribute) and _decorates(source, node):
            _bound(source, changes, node, cache_size)
    return changes.apply()


def _decorates(source: Source, node: cst.CSTNode) -> bool:
    return isinstance(source.parent(node), cst.Decorator)


def _opens(call: cst.Call) -> bool:
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else getattr(call.func, "value", "")
    return name == "open"


def _close(source: Source, changes: Changes, call: cst.Call) -> None:
    """``with Image.open(path) as opened:`` around its statement."""
    name = source.fresh("opened")
    statement = source.statement(call)

    def closing(block: cst.IndentedBlock) -> cst.With:
        first: Any = block.body[0]
        inner = block.with_changes(body=[first.with_changes(leading_lines=[])])
        item = cst.WithItem(call, cst.AsName(cst.Name(name)))
        return cst.With([item], inner, leading_lines=first.leading_lines)

    changes.replace(call, name)
    changes.enclose([statement], closing)


def _bound(source: Source, changes: Changes, decorator: cst.Call | cst.Attribute, cache_size: int | None) -> None:
    """``lru_cache(maxsize=…)``, whatever its module is called here."""
    if isinstance(decorator, cst.Call):
        kept = [arg for arg in decorator.args if arg.keyword is not None and arg.keyword.value != "maxsize"]
        others = "".join(f", {source.code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT))}" for arg in kept)
        changes.replace(decorator, f"{source.code(decorator.func)}(maxsize={cache_size}{others})")
    else:
        changes.replace(decorator, f"{source.code(decorator.value)}.lru_cache(maxsize={cache_size})")
