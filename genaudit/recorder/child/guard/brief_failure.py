"""An exception in few words, where nothing more can be imported or opened: for want of memory, or by the target.

All else that ends a target is described by ``failure``.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_NAME, LONGEST_MESSAGE, MOST_FRAMES = 200, 2000, 20
OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def describe_briefly(error: BaseException) -> dict[str, Any]:
    """The fields of a ``raised`` mark that the exception itself gives."""
    try:
        message = str(error)[:LONGEST_MESSAGE]
    except BaseException:
        message = "(its message cannot be read)"
    return {
        "type": type.__dict__["__qualname__"].__get__(type(error))[:LONGEST_NAME],
        "message": message,
        "traceback": "",
        "frames": _frames(error),
    }


def _frames(error: BaseException) -> list[list[object]]:
    """The last frames that are not genaudit's own; none where the target lets none be looked at."""
    frames: list[list[object]] = []
    try:
        trace = error.__traceback__
        while trace is not None:
            path = trace.tb_frame.f_code.co_filename
            if not path.startswith((OWN, "<frozen ")):
                frames.append([path, trace.tb_lineno or 0, trace.tb_frame.f_code.co_name])
            trace = trace.tb_next
    except BaseException:
        # An audit hook hears of each frame.
        return []
    return frames[-MOST_FRAMES:]
