"""Fixes that are certain without a run: the same values and types, less memory. ``genaudit lint --fix``."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from genaudit.errors import UsageError
from genaudit.files import read_bytes
from genaudit.fix import texts
from genaudit.fix.diffs import unified
from genaudit.lint.files.source import MAX_BYTES
from genaudit.lint.fix.safety import Fix, find
from genaudit.masking import mask_in_place
from genaudit.model.outcome import Outcome

if TYPE_CHECKING:
    import libcst as cst

    from genaudit.fix.rewrites.tree.changes import Changes
    from genaudit.fix.rewrites.tree.source import Source


class FixedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file with its fixes."""

    path: str
    diff: str
    content: bytes
    n_fixes: int


def fix_files(outcomes: Iterable[Outcome], *, cache_size: int | None = None) -> list[FixedFile]:
    """The files of some findings with all fixes that are certain; files without any are left out.

    Args:
        outcomes: Findings of the static audit, whose paths can be opened from here.
        cache_size: How many results an unbounded cache may keep; without it caches are left as they are.

    Raises:
        UsageError: libcst is not installed.
    """
    lines_by_path: dict[str, dict[str, set[int]]] = {}
    for outcome in outcomes:
        if outcome.location is not None and outcome.location.path.endswith((".py", ".pyw")):
            by_code = lines_by_path.setdefault(outcome.location.path, {})
            by_code.setdefault(outcome.code, set()).add(outcome.location.line)
    if not lines_by_path:
        return []
    if importlib.util.find_spec("libcst") is None:
        raise UsageError("--fix needs libcst", slug="no-libcst", hint="pip install 'genaudit[fix]'")
    fixed = (_fix_file(path, lines, cache_size) for path, lines in sorted(lines_by_path.items()))
    return [file for file in fixed if file is not None]


def fix_text(text: str, lines_by_code: dict[str, set[int]], cache_size: int | None = None) -> tuple[str, int]:
    """Source text with its fixes, and how many there are.

    Args:
        text: Python source, its lines ended by a line feed.
        lines_by_code: Lines of findings, by code.
        cache_size: How many results an unbounded cache may keep.
    """
    fixes = find(text, lines_by_code, cache_size)
    return (_applied(text, fixes, cache_size), len(fixes)) if fixes else (text, 0)


def _fix_file(path: str, lines: dict[str, set[int]], cache_size: int | None) -> FixedFile | None:
    try:
        raw = read_bytes(path, MAX_BYTES)
        file = texts.read(raw)
        new, n_fixes = fix_text(file.text, lines, cache_size)
        content = file.encoded(new)
    except (OSError, texts.Unfit):
        return None
    if content == raw:
        return None
    # The lines around are shown, and may hold what is not to be seen; what is written is the file's own.
    diff = mask_in_place(unified(path, raw, content))
    return FixedFile(path=path, diff=diff, content=content, n_fixes=n_fixes)


# --- the edits ------------------------------------------------------------------------------------------------------


def _applied(text: str, fixes: list[Fix], cache_size: int | None) -> str:
    """The text with all of them."""
    import libcst as cst

    from genaudit.fix.rewrites.tree.changes import Changes
    from genaudit.fix.rewrites.tree.source import Source

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
    import libcst as cst

    return isinstance(source.parent(node), cst.Decorator)


def _opens(call: cst.Call) -> bool:
    import libcst as cst

    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else getattr(call.func, "value", "")
    return name == "open"


def _close(source: Source, changes: Changes, call: cst.Call) -> None:
    """``with Image.open(path) as opened:`` around its statement."""
    import libcst as cst

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
    import libcst as cst

    if isinstance(decorator, cst.Call):
        kept = [arg for arg in decorator.args if arg.keyword is not None and arg.keyword.value != "maxsize"]
        others = "".join(f", {source.code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT))}" for arg in kept)
        changes.replace(decorator, f"{source.code(decorator.func)}(maxsize={cache_size}{others})")
    else:
        changes.replace(decorator, f"{source.code(decorator.value)}.lru_cache(maxsize={cache_size})")
