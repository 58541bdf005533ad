"""The static audit: reads source text, imports nothing of it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genaudit.lint.engine import LintResult, lint_paths, lint_source
    from genaudit.lint.rules.catalogue import RULES

__all__ = ["RULES", "LintResult", "lint_paths", "lint_source"]

_HOMES = {
    "RULES": "genaudit.lint.rules.catalogue",
    "LintResult": "genaudit.lint.engine",
    "lint_paths": "genaudit.lint.engine",
    "lint_source": "genaudit.lint.engine",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'genaudit.lint' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
