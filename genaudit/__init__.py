"""Memory profiler and auditor for data generators.

The public API is imported when it is first used, so that ``import genaudit`` costs nothing: a child process that
measures a target passes through here too.
"""

from genaudit.version import __version__

# Spelled out, not imported: the typing module alone is 450 KiB in every child.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.api import audit, compare, record
    from genaudit.callbacks import keras_callback, lightning_callback
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
    "keras_callback",
    "lightning_callback",
    "lint_paths",
    "load",
    "record",
    "source",
    "watch",
]

_HOMES = {
    "audit": "genaudit.api",
    "compare": "genaudit.api",
    "keras_callback": "genaudit.callbacks",
    "lightning_callback": "genaudit.callbacks",
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
_RUNNING = {"genaudit.api", "genaudit.callbacks"}
"""Homes of what runs a target, or is run by one."""


_consumer: "Any" = None
"""Takes what a script marks as its source, in a process that audits the script."""
_loop: "Any" = None
"""Takes what a loop of a cell runs over, in a process that audits the cell."""

if TYPE_CHECKING:
    from typing import Any, TypeVar

    Batches = TypeVar("Batches")


def source(iterable: "Batches", steps: "int | None" = None) -> "Batches":
    """Mark the source of a loop of one's own: ``for batch in genaudit.source(batches):``.

    ``genaudit run script.py`` audits it. Everywhere else the very same object comes back, and nothing is done.

    Args:
        iterable: What the loop runs over: a generator, an iterable, a loader.
        steps: Batches of an epoch, where it has no end of its own.
    """
    if _consumer is None:
        return iterable
    marked: Batches = _consumer(iterable, steps)
    return marked


def watch(value: "Batches", out: "str | None" = None, memory_limit: "int | str | None" = None) -> "Batches":
    """Watch what a job takes its batches from, while it runs: ``for batch in genaudit.watch(loader):``.

    Measured is what memory does inside of each ``next()`` and between two of them. Nothing of the job changes; marks
    go to a file as it runs, and ``genaudit report FOLDER`` tells what they say, whatever has ended the job.

    Args:
        value: Any iterable, a DataLoader, a tf.data.Dataset, a PyDataset. It is given back as it is, or as something
            that behaves like it.
        out: The folder of the marks: ``reports/watch-NAME`` of the script's name where nothing is said.
        memory_limit: What the job may take, bytes or text such as ``8G``; otherwise that of its container or machine.
    """
    import sys

    if sys.platform == "win32":
        sys.stderr.write("genaudit: not watched: that needs Linux\n")
        return value
    from genaudit.recorder.child.watch import session

    if isinstance(memory_limit, str):
        # Imported only where it is needed: this is the user's process.
        from genaudit.units import parse_size

        memory_limit = parse_size(memory_limit)
    watched: Batches = session.watch(value, out, memory_limit)
    return watched


def load_ipython_extension(shell: "Any") -> None:
    """What ``%load_ext genaudit`` calls: the magics ``%genaudit`` and ``%%genaudit`` are there from then on."""
    import importlib

    importlib.import_module("genaudit.magics").register(shell)


if not TYPE_CHECKING:
    # Hidden from type checkers, which then know a misspelt name for one.

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module 'genaudit' has no attribute {name!r}")
        import importlib

        if _HOMES[name] in _RUNNING:
            from genaudit.errors import check_runs_here

            check_runs_here(f"genaudit.{name}")
        return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
