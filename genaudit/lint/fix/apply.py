"""Fixes that are certain: the same batches, less memory."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import msgspec

from genaudit.errors import UsageError
from genaudit.files import read_bytes
from genaudit.lint.files.source import MAX_BYTES
from genaudit.lint.fix.safety import find
from genaudit.masking import mask_in_place
from genaudit.model import Outcome


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
    _require_libcst()
    fixed = (_fix_file(path, lines, cache_size) for path, lines in sorted(lines_by_path.items()))
    return [file for file in fixed if file is not None]


def fix_text(text: str, lines_by_code: dict[str, set[int]], cache_size: int | None = None) -> tuple[str, int]:
    """Source text with its fixes, and how many there are.

    Args:
        text: Python source.
        lines_by_code: Lines of findings, by code.
        cache_size: How many results an unbounded cache may keep.
    """
    from genaudit.lint.fix.edits import apply

    fixes = find(text, lines_by_code, cache_size)
    return (apply(text, fixes, cache_size), len(fixes)) if fixes else (text, 0)


def _fix_file(path: str, lines: dict[str, set[int]], cache_size: int | None) -> FixedFile | None:
    try:
        raw = read_bytes(path, MAX_BYTES)
    except OSError:
        return None
    if b"\r" in raw or raw.startswith(b"\xef\xbb\xbf"):
        # What libcst would write differs in bytes that nobody asked to change.
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    new, n_fixes = fix_text(text, lines, cache_size)
    if new == text:
        return None
    diff = difflib.unified_diff(text.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{path}", f"b/{path}")
    # The lines around are shown, and may hold what is not to be seen; what is written is the file's own.
    return FixedFile(path=path, diff=mask_in_place("".join(diff)), content=new.encode("utf-8"), n_fixes=n_fixes)


def _require_libcst() -> None:
    import importlib.util

    if importlib.util.find_spec("libcst") is None:
        raise UsageError("--fix needs libcst", slug="no-libcst", hint="pip install 'genaudit[fix]'")
