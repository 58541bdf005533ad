"""An exception of the target, described without genaudit's own frames.

Its own attributes are read from the slots of Python's own classes: a property of the target's may raise or lie.
Only ``__str__`` is called, as there is no other message, and whatever it does is a message too.
"""

from __future__ import annotations

import errno
import os

from genaudit.recorder.child.guard.remote_failure import unpack
from genaudit.recorder.child.guard.stack_text import LONGEST_NAME as LONGEST_NAME
from genaudit.recorder.child.guard.stack_text import (
    cause_of,
    message_of,
    name_of,
    syntax_place,
    text_of,
    traceback_of,
)
from genaudit.recorder.child.guard.user_calls import CODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType, TracebackType
    from typing import Any

OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
LONGEST = 8000
MOST_FRAMES = 50
MOST_CHANGES = 6
# What a process may have used up: whoever asks for more is the one to fail, and it may be genaudit.
_USED_UP = {
    getattr(errno, name) for name in ("EMFILE", "ENFILE", "ENOMEM", "ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name)
}
_errno_of = OSError.__dict__["errno"].__get__


def describe(error: BaseException, changed: Sequence[str] = ()) -> dict[str, Any]:
    """The fields of a ``raised`` mark that the exception itself gives.

    Args:
        changed: What the target has changed of what genaudit works with.
    """
    trace = traceback_of(error)
    own, theirs = _divided(trace)
    is_ours = _is_own_fault(error, own, theirs)
    text = text_of(error, trace if is_ours else theirs)
    message = message_of(error)[:LONGEST]
    if is_ours and changed:
        names = ", ".join(changed[:MOST_CHANGES]) + (", …" if len(changed) > MOST_CHANGES else "")
        message = f"the target has changed what genaudit works with ({names}), and so it could not go on: {message}"
    remote = None if is_ours else unpack(error)
    if remote is not None:
        message = remote.message[:LONGEST]
    return {
        "type": name_of(error) if remote is None else remote.kind,
        "message": message,
        "traceback": text if len(text) <= LONGEST else text[: LONGEST // 2] + "\n…\n" + text[-LONGEST // 2 :],
        "frames": _rows(_where(error)) + _unparsed(error) + (remote.rows[-MOST_FRAMES:] if remote is not None else []),
        "internal": is_ours and not changed,
    }


def _where(error: BaseException | None) -> TracebackType | None:
    """The user's part of the traceback; the cause's where there is none: of "generator raised StopIteration"."""
    theirs = None
    for _ in range(MOST_FRAMES):
        if error is None or theirs is not None:
            break
        theirs = _divided(traceback_of(error))[1]
        error = cause_of(error)
    return theirs


def _divided(trace: TracebackType | None) -> tuple[CodeType | None, TracebackType | None]:
    """The innermost of genaudit's own functions on the way to the user's code, and the traceback from there on."""
    own = None
    while trace is not None and _is_own(trace.tb_frame.f_code.co_filename):
        if trace.tb_frame.f_code.co_filename.startswith(OWN):
            own = trace.tb_frame.f_code
        trace = trace.tb_next
    return own, trace


def _rows(trace: TracebackType | None) -> list[list[object]]:
    rows: list[list[object]] = []
    for entry in _traces(trace):
        rows.append([entry.tb_frame.f_code.co_filename, entry.tb_lineno or 0, entry.tb_frame.f_code.co_name])
        if len(rows) > 2 * MOST_FRAMES:
            del rows[:MOST_FRAMES]
    return rows[-MOST_FRAMES:]


def _traces(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _is_own(path: str) -> bool:
    return path.startswith((OWN, "<frozen importlib"))


def _is_own_fault(error: BaseException, own: CodeType | None, theirs: TracebackType | None) -> bool:
    """Whether genaudit itself raised: not from a call of the user's code, and not because something is used up."""
    kind = type(error)
    if own is None or own in CODES or not issubclass(kind, Exception) or issubclass(kind, MemoryError):
        return False
    if any(not entry.tb_frame.f_code.co_filename.startswith((OWN, _LIBRARY, "<frozen ")) for entry in _traces(theirs)):
        # The user's code was called all the same: by a hook, or for an object of the user's.
        return False
    return not issubclass(kind, OSError) or _errno_of(error) not in _USED_UP


def _unparsed(error: BaseException) -> list[list[object]]:
    """The line that could not be read as Python: there is no frame for it."""
    path, line = syntax_place(error)
    return [[os.path.abspath(path), line, ""]] if path and os.path.isfile(path) else []
