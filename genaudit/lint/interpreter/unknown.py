"""Calls of which nothing but the name is known."""

from __future__ import annotations

import ast

from genaudit.lint.interpreter import name_hints
from genaudit.lint.interpreter.facts import NO_FACTS, Extent, Fact
from genaudit.lint.interpreter.reading import path_of
from genaudit.lint.interpreter.site import Call
from genaudit.lint.interpreter.values import UNKNOWN, Kind, Val, content_of, facts_of
from genaudit.lint.readers import Reader

_SURE_LIBRARIES = (
    *("numpy", "cv2", "torch", "PIL", "skimage", "tensorflow", "keras", "scipy", "torchvision", "SimpleITK"),
    *("librosa", "torchaudio", "pandas"),
)
_LOADED = Reader("image", True)
_BY_VERB = Reader("library", False)


def unknown_result(call: Call, callee: Val) -> Val:
    """The value of a call of which only the name is known."""
    last = call.last.removesuffix("()")
    if name_hints.encodes(last):
        for value in call.values:
            call.m.mark_encoded(value)
    if name_hints.small_result(last):
        facts = NO_FACTS.union(*(value.facts for value in call.args)) if last in ("find", "index") else NO_FACTS
        return Val(Kind.SMALL, call.extent, facts)
    if name_hints.reads(last):
        for value in call.values:
            call.m.mark_path(value.with_(facts=_weak(value)))
        call.m.note_read()
    if name_hints.loads_item(last) and call.args and not _decoded(call.args[0]):
        return call.m.read(call.node, call.frame, _LOADED, last, path_of(call.arg()), sure=False)
    if _reads_by_library(call, callee):
        if last == "parse":
            # Parsers of the sciences hand out one record after the other.
            return Val(Kind.FILE, call.arg().extent)
        return call.m.read(call.node, call.frame, _BY_VERB, call.name, path_of(call.arg()), sure=False)
    return _carried(call, callee)


def _reads_by_library(call: Call, callee: Val) -> bool:
    """Whether a library that is imported reads what its first argument names, as far as its name tells."""
    if not call.args or callee is not UNKNOWN or "()" in call.name or "." not in call.name:
        return False
    library = call.name.partition(".")[0]
    known = library in call.frame.module.imports.values() or any(
        full.partition(".")[0] == library for full in call.frame.module.imports.values()
    )
    kinds = {content_of(value).kind for value in call.args}
    return known and Kind.DATA not in kinds and name_hints.reads_with(call.name)


def _decoded(value: Val) -> bool:
    """Whether a value is decoded content already: a call on it converts, whatever its name says."""
    return content_of(value).kind is Kind.DATA and any(fact.strong for fact in facts_of(value))


def _weak(value: Val) -> frozenset[Fact]:
    return frozenset(fact for fact in facts_of(value) if not fact.strong)


def _carried(call: Call, callee: Val) -> Val:
    """Data in, data out; of anything else nothing is known."""
    facts = callee.facts
    data = None
    for value in call.values:
        inner = content_of(value)
        if inner.kind in (Kind.DATA, Kind.IMAGE):
            data = inner
            facts = facts | facts_of(value)
    if data is None:
        name = f"{call.name}()" if isinstance(call.node, ast.Call) and callee.kind is Kind.UNKNOWN else None
        kind = Kind.EXTERNAL if name and "." in call.name else Kind.UNKNOWN
        return Val(kind, call.extent, facts, ref=name if kind is Kind.EXTERNAL else None)
    extent = data.extent if data.extent is not Extent.UNKNOWN else call.extent
    sure = data.sure and call.name.startswith(_SURE_LIBRARIES)
    return Val(Kind.DATA, extent, facts, sure=sure)
