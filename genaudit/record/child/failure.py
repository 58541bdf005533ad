"""An exception of the target, told without genaudit's own frames."""

from __future__ import annotations

import os
from types import TracebackType

OWN = os.path.dirname(os.path.abspath(__file__))
LONGEST = 8000


def describe(error: BaseException) -> dict[str, object]:
    """The fields of a ``raised`` mark that the exception itself gives."""
    import traceback

    own_left = _skip_own(error.__traceback__)
    rows = traceback.extract_tb(own_left)
    text = "".join(traceback.format_exception(type(error), error, own_left))
    return {
        "type": type(error).__qualname__,
        "message": _message(error)[:LONGEST],
        "traceback": text if len(text) <= LONGEST else text[: LONGEST // 2] + "\n…\n" + text[-LONGEST // 2 :],
        "frames": [[row.filename, row.lineno or 0, row.name] for row in rows][-50:],
    }


def _skip_own(trace: TracebackType | None) -> TracebackType | None:
    """The part of a traceback that begins in the user's code."""
    while trace is not None and _is_own(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _is_own(path: str) -> bool:
    return path.startswith(OWN) or path.startswith("<frozen importlib")


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message cannot be read: __str__ raised)"
