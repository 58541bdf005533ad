"""The end of the child's process: at once, but for what Python itself would tidy up at its end.

What the target left running must not keep the process, and its exit hooks are not measured. But ``multiprocessing``
has its temporary folders and its helpers removed by an exit hook, and TensorFlow the code that AutoGraph has written to
files of its own; nobody else removes them.
"""

from __future__ import annotations

import sys
from _thread import start_new_thread
from os import _exit, unlink
from time import sleep

from genaudit.recorder.child.guard.hooks import FUNCTION
from genaudit.recorder.child.guard.own_imports import fields_of_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GENERATED = "__autograph_generated_file"
"""What the names of such modules begin with (TensorFlow, ``autograph/pyct/loader.py``)."""
LIMIT_S = 2.0
"""So long flushing and tidying may take: both may call code of the target's."""


def leave() -> None:
    """Flush what the target has printed, tidy up, and end the process."""
    for step in (_be_bounded, _flush, _tidy, _remove_generated):
        try:
            step()
        except BaseException:  # noqa: PERF203 - the target may have put anything there
            if step is _be_bounded:
                break
    _exit(0)


def _be_bounded() -> None:
    start_new_thread(_end, ())


def _end() -> None:
    sleep(LIMIT_S)
    _exit(0)


def _flush() -> None:
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except BaseException:  # noqa: PERF203, S112 - as above
            continue


def _tidy() -> None:
    """Remove the temporary folder of ``multiprocessing``, and call its finalizers but for those that only wait.

    Those of a priority below 0 join threads that may have nobody left to write to.
    """
    fields = fields_of_module("multiprocessing.util")
    folders = fields.get("_remove_temp_dir")
    for finalizer in list(fields.get("_finalizer_registry", {}).values()):
        if folders is not None and finalizer._callback is folders:
            finalizer()
    run: Any = fields.get("_run_finalizers")
    if type(run) is FUNCTION:
        run(0)


def _remove_generated() -> None:
    """Remove the files of functions that AutoGraph has converted: each is a module of the name of its file."""
    for name in list(sys.modules):
        path = fields_of_module(name).get("__file__") if type(name) is str and name.startswith(GENERATED) else None
        if type(path) is str and path.rpartition("/")[2].startswith(GENERATED):
            try:
                unlink(path)
            except OSError:
                continue
