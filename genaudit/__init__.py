"""Memory profiler and auditor for data generators.

The public API is imported when it is first used, so that ``import genaudit`` costs nothing: a child process that
measures a target passes through here too.
"""

from genaudit.version import __version__

# Spelled out, not imported: the typing module alone is 450 KiB in every child.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.auditing import audit
    from genaudit.comparison import compare
    from genaudit.loading import load
    from genaudit.model.comparison import Comparison
    from genaudit.model.report import Report

__all__ = ["Comparison", "Report", "__version__", "audit", "compare", "load"]

_HOMES = {
    "audit": "genaudit.auditing",
    "compare": "genaudit.comparison",
    "load": "genaudit.loading",
    "Comparison": "genaudit.model.comparison",
    "Report": "genaudit.model.report",
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
