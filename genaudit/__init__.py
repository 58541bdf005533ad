"""Memory profiler and auditor for data generators.

The public API is imported when it is first used, so that ``import genaudit`` costs nothing: a child process that
measures a target passes through here too.
"""

from typing import TYPE_CHECKING, Any

from genaudit.version import __version__

if TYPE_CHECKING:
    from genaudit.audit import audit, load
    from genaudit.model.report import Report

__all__ = ["Report", "__version__", "audit", "load"]

_HOMES = {"audit": "genaudit.audit", "load": "genaudit.audit", "Report": "genaudit.model.report"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'genaudit' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
