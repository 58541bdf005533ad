"""Memory profiler and auditor for data generators.

The public API is imported when it is first used, so that ``import genaudit`` costs nothing: a child process that
measures a target passes through here too.
"""

from genaudit.version import __version__

# Spelled out, not imported: the typing module alone is 450 KiB in every child.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.api import audit, compare, record
    from genaudit.errors import GenauditError
    from genaudit.lint import lint_paths
    from genaudit.loading import load
    from genaudit.model.comparison import Comparison
    from genaudit.model.limits import Limits
    from genaudit.model.outcome import Outcome, Verdict
    from genaudit.model.recording import Recording
    from genaudit.model.report import Report

__all__ = [
    "Comparison",
    "GenauditError",
    "Limits",
    "Outcome",
    "Recording",
    "Report",
    "Verdict",
    "__version__",
    "audit",
    "compare",
    "lint_paths",
    "load",
    "record",
]

_HOMES = {
    "audit": "genaudit.api",
    "compare": "genaudit.api",
    "lint_paths": "genaudit.lint",
    "load": "genaudit.loading",
    "record": "genaudit.api",
    "Comparison": "genaudit.model.comparison",
    "GenauditError": "genaudit.errors",
    "Limits": "genaudit.model.limits",
    "Outcome": "genaudit.model.outcome",
    "Recording": "genaudit.model.recording",
    "Report": "genaudit.model.report",
    "Verdict": "genaudit.model.outcome",
}


if not TYPE_CHECKING:
    # Hidden from type checkers, which then know a misspelt name for one.

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module 'genaudit' has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
