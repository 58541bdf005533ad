"""What a source holds already when it is handed over: the script has made it, and yet it is the source's."""

from __future__ import annotations

from sys import _current_frames

from genaudit.recorder.child.guard.own_imports import fields_of_module
from genaudit.recorder.child.retention import roots
from genaudit.recorder.child.retention.beside import Beside
from genaudit.recorder.child.retention.edges import OPTIMIZED, is_ours
from genaudit.recorder.child.retention.walk import Walk
from genaudit.recorder.child.script.used import Used

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

    from genaudit.recorder.child.script.found import Found


def held_by(found: Found) -> tuple[int, Beside]:
    """Bytes of the objects that a source leads to, by a walk of references, and what the script has beside them."""
    used = Used(found.driven)
    walk = Walk()
    try:
        roots.source(walk, "source", [found.driven])
        for name, held in used.values():
            walk.reach(held, walk.tree.top, "variable", name)
        walk.drain()
        table = fields_of_module("__main__")
        names = frozenset(name for name in table if type(name) is str) - used.names_in(table)
        beside = Beside(names, found.frame)
        for frame in [found.frame, *_current_frames().values()]:
            _add_functions(walk, frame, beside)
        return round(walk.tree.total()), beside
    except Exception:
        # A class of the user's that cannot be looked at: nothing is known of what it holds.
        return 0, Beside(frozenset(), found.frame)
    finally:
        walk.tree.clear()


def _add_functions(walk: Walk, frame: FrameType | None, beside: Beside) -> None:
    """Each function of the script's that is running, with the variables that the source does not lead to."""
    while frame is not None:
        is_known = any(frame is other for other in beside.frames)
        if frame.f_code.co_flags & OPTIMIZED and not is_ours(frame.f_code) and not is_known:
            table = frame.f_locals
            beside.add(frame, frozenset(name for name, held in table.items() if not walk.has(held)))
            if type(table) is dict:
                # A copy, which the frame would keep.
                table.clear()
        frame = frame.f_back
