"""The one watch of a process: begun by ``genaudit watch``, or by the first ``genaudit.watch(…)``."""

from __future__ import annotations

import os
import sys

from genaudit.recorder.child.guard.static_inspect import GeneratorType
from genaudit.recorder.child.script.found import Found
from genaudit.recorder.child.watch.hooks import Hooks
from genaudit.recorder.child.watch.names import OWN_MEMORY
from genaudit.recorder.child.watch.watch import Watch
from genaudit.recorder.child.watch.wrap import watched

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER_VARIABLE = "GENAUDIT_WATCH"
"""The folder, where neither the call nor ``genaudit watch`` says it."""
_OTHERS = ("RANK", "LOCAL_RANK", "SLURM_PROCID")


class Session:
    """A watch with its hooks."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.hooks = Hooks(watch)


_now: list[Session] = []


def begin(folder: str, script: str, arguments: tuple[str, ...], limit: int | None) -> Session:
    """Watch this process from now on."""
    session = Session(Watch(folder, script, arguments, limit))
    _now[:] = [session]
    return session


def watch(value: Any, out: str | None, limit: int | None) -> Any:
    """What to iterate in place of something, to have it watched; it is itself where its library tells of batches.

    Args:
        value: A loader, a data set, a generator, any iterable.
        out: Folder of the marks.
        limit: Memory that the job may have.
    """
    session = _session(out, limit)
    if session is None or not session.watch.is_on:
        return value
    hooks = session.hooks
    if hooks.tells_of(value):
        if hooks.chosen is not None:
            hooks.chosen.add(id(value))
        return value
    found = Found(value, "genaudit.watch")
    if type(value) is GeneratorType:
        generator: Any = value
        found.name = generator.gi_code.co_name
    return watched(session.watch, session.watch.add(found), value)


def current(out: str | None = None, limit: int | None = None) -> Session | None:
    """The session of this process, begun where there is none; ``None`` where it cannot be."""
    return _session(out, limit)


def handed(consumer: str, names: tuple[str, ...]) -> Found:
    """What a function that trains was given, by the names that its parameters may have."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == consumer.rpartition(".")[2]:
            table = frame.f_locals
            value = next((table[name] for name in names if table.get(name) is not None), None)
            # Of a function this is a copy, which the frame would keep.
            del table
            if value is not None:
                return Found(value, consumer)
        frame = frame.f_back
    return Found(None, consumer)


def _session(out: str | None, limit: int | None) -> Session | None:
    if _now:
        return _now[0]
    if any(os.environ.get(name, "0") not in ("", "0") for name in _OTHERS) or not _is_main_process():
        # Of several processes that train together the first stands for all.
        return None
    if not os.path.exists(OWN_MEMORY):
        sys.stderr.write(f"genaudit: not watched: {OWN_MEMORY} is read for that, which only Linux has\n")
        return None
    main = sys.modules.get("__main__")
    script = getattr(main, "__file__", None) or ""
    name = os.path.splitext(os.path.basename(script))[0] or "session"
    folder = out or os.environ.get(FOLDER_VARIABLE) or os.path.join("reports", f"watch-{name}")
    try:
        session = begin(folder, os.path.abspath(script) if script else "", tuple(sys.argv[1:]), limit)
    except OSError as error:
        sys.stderr.write(f"genaudit: not watched, as {folder} cannot be written: {error.strerror}\n")
        return None
    session.hooks.chosen = set()
    session.hooks.install()
    _at_exit(session)
    return session


def _at_exit(session: Session) -> None:
    import atexit

    def end() -> None:
        if session.watch.is_on:
            # What Python shows of an exception that nobody took, it keeps there.
            has_failed = getattr(sys, "last_value", None) is not None and not hasattr(sys, "ps1")
            session.watch.end("failed" if has_failed else "exit", 1 if has_failed else 0)
            where = os.path.relpath(session.watch.folder)
            sys.stderr.write(f"genaudit: watched {session.watch.batch:,} batches; genaudit report {where}\n")

    atexit.register(end)


def _is_main_process() -> bool:
    process: Any = sys.modules.get("multiprocessing.process")
    return process is None or process.parent_process() is None
