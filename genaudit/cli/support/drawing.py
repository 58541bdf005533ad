"""Draws on more than one core: what it needs is imported while trials run, and pictures are made beside the page."""

import contextlib
import functools
import importlib
import os
import threading
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from genaudit.model.progress import Progress

PRELOADING = "genaudit-preload"
NEEDED = ("genaudit.report.build", "rich.console", "rich.text")
"""What every run needs at its end."""
DRAWING = (
    "multiprocessing.connection",
    "jinja2",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "bokeh.plotting",
    "bokeh.embed",
)
"""What a page or a picture needs besides."""


def preload_meanwhile(progress: "Callable[[Progress], None]", *, draws: bool) -> "Callable[[Progress], None]":
    """Import what the reports are drawn with while trials run: it takes a second, and the trials need one core only.

    Args:
        progress: Told where the trials are.
        draws: Whether a page or a picture will be made.

    Returns:
        The same, which starts the import when it is told first: before that, this process has work to do itself.
    """
    thread = threading.Thread(target=_preload, args=(draws,), name=PRELOADING, daemon=True)

    def told(where: "Progress") -> None:
        if thread.ident is None:
            thread.start()
        progress(where)

    return told


def _preload(draws: bool) -> None:
    # What cannot be imported is told when it is used.
    for module in (*NEEDED, *(DRAWING if draws else ())):
        # matplotlib is imported under another backend, which the trials must not see.
        if not (module.startswith("matplotlib") and "MPLBACKEND" in os.environ):
            with contextlib.suppress(Exception):
                importlib.import_module(module)
    if not draws:
        return
    with contextlib.suppress(Exception):
        from genaudit.render.html.report import environment

        environment().get_template("report.html")


def aside(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Begin to make something in a copy of this process, beside what comes next; what is returned gives it.

    Args:
        make: Makes it. It must not print, nor change anything: that would be lost with the copy. Where there can be no
            copy, or nothing comes from it, it is called here, and raises what it raises.
    """
    receiver = _in_a_copy(make) if _may_copy() else None

    @functools.cache
    def content() -> bytes:
        if receiver is not None:
            with contextlib.suppress(EOFError, OSError), receiver:
                return receiver.recv_bytes()
        # Whatever went wrong in the copy, it goes wrong here too, where it can be told.
        return make()

    return content


def _in_a_copy(make: Callable[[], bytes]) -> "Connection | None":
    """Where the result can be read; ``None`` where no process can be started."""
    import multiprocessing

    processes = multiprocessing.get_context("fork")
    receiver, sender = processes.Pipe(duplex=False)
    # A daemon ends with this process, whatever ends it.
    copy = processes.Process(target=_send, args=(make, sender), daemon=True)
    # Threads of numeric libraries count as threads here; these libraries know how to be copied.
    with sender, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            copy.start()
        except OSError:
            receiver.close()
            return None
    return receiver


def _send(make: Callable[[], bytes], sender: "Connection") -> None:
    with contextlib.suppress(BaseException), sender:
        sender.send_bytes(make())


def _may_copy() -> bool:
    """Whether a copy is safe, and of use: no other thread may hold a lock that nobody would ever open in the copy."""
    for thread in threading.enumerate():
        if thread.name == PRELOADING:
            thread.join()
    several = len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else False
    return several and threading.active_count() == 1
