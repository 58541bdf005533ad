"""Fixes that are certain without a run: the same values and types, less memory. ``genaudit lint --fix``."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

import msgspec

from genaudit.errors import UsageError
from genaudit.files import read_bytes
from genaudit.fix import texts
from genaudit.fix.diffs import unified
from genaudit.lint.files.source import MAX_BYTES
from genaudit.lint.fix.safety import CODES, Fix, find
from genaudit.masking import mask_in_place
from genaudit.model.outcome import Outcome
from genaudit.version import install_command


class FixedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file with its fixes."""

    path: str
    diff: str
    content: bytes
    n_fixes: int
    fixed: frozenset[tuple[str, int]] = frozenset()
    """Codes and lines of the findings that have a fix."""


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
        raise UsageError("--fix needs libcst", slug="no-libcst", hint=install_command("fix"))
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
    return _applied(text, fixes, cache_size), len(fixes)


def _applied(text: str, fixes: list[Fix], cache_size: int | None) -> str:
    if not fixes:
        return text
    from genaudit.fix.rewrites.tree.certain import applied

    return applied(text, fixes, cache_size)


def _fix_file(path: str, lines: dict[str, set[int]], cache_size: int | None) -> FixedFile | None:
    try:
        raw = read_bytes(path, MAX_BYTES)
        file = texts.read(raw)
        fixes = find(file.text, lines, cache_size)
        content = file.encoded(_applied(file.text, fixes, cache_size))
    except (OSError, texts.Unfit):
        return None
    if content == raw:
        return None
    # The lines around are shown, and may hold what is not to be seen; what is written is the file's own.
    diff = mask_in_place(unified(path, raw, content))
    fixed = frozenset((CODES[fix.kind], fix.line) for fix in fixes)
    return FixedFile(path=path, diff=diff, content=content, n_fixes=len(fixes), fixed=fixed)
