"""An exception of the target, told without genaudit's own frames."""

from __future__ import annotations

import os

from genaudit.record.child.outward import CODES
from genaudit.record.child.shelter import OwnImports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, TracebackType
    from typing import Any

OWN = os.path.dirname(os.path.abspath(__file__)) + os.sep
LONGEST = 8000
MOST_FRAMES = 50
# What a process may have used up: whoever asks for more is the one to fail, and it may be genaudit.
_USED_UP = {"EMFILE", "ENFILE", "ENOMEM", "ENOSPC", "EDQUOT"}


def describe(error: BaseException) -> dict[str, Any]:
    """The fields of a ``raised`` mark that the exception itself gives."""
    with OwnImports():
        import traceback
    own, theirs = _divided(error.__traceback__)
    rows = traceback.extract_tb(_where(error), limit=-MOST_FRAMES)
    frames = [[row.filename, row.lineno or 0, row.name] for row in rows]
    internal = _is_own_fault(error, own)
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__ if internal else theirs))
    return {
        "type": type(error).__qualname__,
        "message": _message(error)[:LONGEST],
        "traceback": text if len(text) <= LONGEST else text[: LONGEST // 2] + "\n…\n" + text[-LONGEST // 2 :],
        "frames": frames + _unparsed(error),
        "internal": internal,
    }


def _where(error: BaseException | None) -> TracebackType | None:
    """The user's part of the traceback; the cause's where there is none: of "generator raised StopIteration"."""
    theirs = None
    while error is not None and theirs is None:
        theirs = _divided(error.__traceback__)[1]
        error = error.__cause__
    return theirs


def _divided(trace: TracebackType | None) -> tuple[CodeType | None, TracebackType | None]:
    """The innermost of genaudit's own functions on the way to the user's code, and the traceback from there on."""
    own = None
    while trace is not None and _is_own(trace.tb_frame.f_code.co_filename):
        if trace.tb_frame.f_code.co_filename.startswith(OWN):
            own = trace.tb_frame.f_code
        trace = trace.tb_next
    return own, trace


def _is_own(path: str) -> bool:
    return path.startswith((OWN, "<frozen importlib"))


def _is_own_fault(error: BaseException, own: CodeType | None) -> bool:
    """Whether genaudit itself raised: not from a call of the user's code, and not because something is used up."""
    if own is None or own in CODES or not isinstance(error, Exception) or isinstance(error, MemoryError):
        return False
    import errno

    return getattr(error, "errno", None) not in {getattr(errno, name) for name in _USED_UP}


def _unparsed(error: BaseException) -> list[list[object]]:
    """The line that could not be read as Python: there is no frame for it."""
    path = getattr(error, "filename", None)
    if not isinstance(error, SyntaxError) or not isinstance(path, str) or not os.path.isfile(path):
        return []
    return [[os.path.abspath(path), error.lineno or 1, ""]]


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message cannot be read: __str__ raised)"
